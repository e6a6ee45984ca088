"""What changed in an address book since when, for clients that keep a copy of it. By ids alone."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from call24.data_map import ID, MEASURE, REFERENCE, STATE, TENANT, TIME, Category, OnItsDay, Until, document, of_user
from call24.kit.ids import TenantId, UserId

_WHOSE = of_user(Category.ID, "whose private address book it is")


@document(
    "address_books", tenant=True, kept=Until("the account is deleted, of a private one", "the organisation is closed")
)
class Book(msgspec.Struct, frozen=True, kw_only=True):
    """An address book that clients keep copies of: the organisation's (`id`: the organisation's) or a user's private
    one (`id`: the user's).

    `seq` counts what was changed in it. `epoch`: random, so that what a client was told of another book of this id is
    known. `oldest`: who was told of less has to begin again, since what was deleted up to there is forgotten.
    """

    id: Annotated[str, ID]
    tenant_id: Annotated[TenantId, TENANT]
    private_to: Annotated[UserId | None, _WHOSE] = None
    epoch: Annotated[str, STATE]
    seq: Annotated[int, MEASURE] = 0
    oldest: Annotated[int, MEASURE] = 0


@document(
    "address_book_changes",
    tenant=True,
    kept=OnItsDay(period="as the entry, and 30 days after it was deleted", by="room"),
)
class BookChange(msgspec.Struct, frozen=True, kw_only=True):
    """The last change of an entry. `id`: the entry's; `seq`: of the book's count; `gone`: it was deleted then."""

    id: Annotated[str, REFERENCE]
    tenant_id: Annotated[TenantId, TENANT]
    private_to: Annotated[UserId | None, _WHOSE] = None
    seq: Annotated[int, MEASURE]
    gone: Annotated[bool, STATE] = False
    at: Annotated[datetime, TIME]
    delete_at: Annotated[datetime | None, TIME] = None
