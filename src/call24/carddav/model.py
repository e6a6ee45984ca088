"""An app password, and a card as a client wrote it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from call24.data_map import (
    ID,
    MEASURE,
    PERSON,
    REFERENCE,
    STATE,
    TENANT,
    TIME,
    Category,
    Until,
    WithAccount,
    document,
    of_caller,
    of_user,
)
from call24.kit.ids import AppPasswordId, ContactId, PersonPictureId, TenantId, UserId


@document("app_passwords", tenant=True, kept=WithAccount())
class AppPassword(msgspec.Struct, frozen=True, kw_only=True):
    """What one device shows in place of its user's password, for CardDAV alone. Of the secret only a hash is kept."""

    id: Annotated[AppPasswordId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    user_id: Annotated[UserId, PERSON]
    name: Annotated[str, of_user(Category.DEVICE, "letting the user recognise the device")]
    secret_hash: Annotated[str, of_user(Category.CREDENTIALS, "recognising the device's password")]
    created_at: Annotated[datetime, TIME]
    last_used_at: Annotated[datetime | None, of_user(Category.BEHAVIOR, "letting the user recognise it")] = None


_CARD = of_caller(Category.TEXT, "giving phones back what they wrote and the address book has no place for")


@document(
    "cards",
    tenant=True,
    kept=Until("its entry was deleted 30 days ago; the lines, until it is erased", "the organisation is closed"),
)
class Card(msgspec.Struct, frozen=True, kw_only=True):
    """A card as a client last wrote it. `id`: the person's; of a group, its own.

    `name`: its address in the book, which the client chose; `uid`: the card's own. `lines`: as they came, unfolded;
    `version`: of vCard, `3.0` or `4.0`. `contact_ids`: of the numbers in it, by which an erasure finds it. `revision`
    counts how often it was written. `size`: characters. `gone`: of a group, it was deleted. `picture`: of the person,
    that became of its PHOTO; None also where that could not be drawn.
    """

    id: Annotated[str, ID]
    tenant_id: Annotated[TenantId, TENANT]
    private_to: Annotated[UserId | None, of_user(Category.ID, "whose private entry it is")] = None
    name: Annotated[str, STATE]
    uid: Annotated[str, STATE]
    version: Annotated[str, STATE]
    lines: Annotated[tuple[str, ...], _CARD] = ()
    picture: Annotated[PersonPictureId | None, REFERENCE] = None
    contact_ids: Annotated[tuple[ContactId, ...], of_caller(Category.ID, "erasing it with the caller")] = ()
    group: Annotated[bool, STATE] = False
    revision: Annotated[int, MEASURE] = 1
    size: Annotated[int, MEASURE] = 0
    gone: Annotated[bool, STATE] = False
    changed_at: Annotated[datetime, TIME]
