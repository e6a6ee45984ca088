"""A picture of a person of the address book. It never changes: another picture is another document."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from call24.data_map import ID, REFERENCE, TENANT, TIME, Category, OnItsDay, Recipient, document, of_caller, of_user
from call24.kit.ids import ContactId, PersonId, PersonPictureId, TenantId, UserId

_SHOWN = of_caller(Category.PICTURE, "showing who calls, and whom to call", recipients=(Recipient.DOWNLOAD,))


@document(
    "person_pictures",
    tenant=True,
    kept=OnItsDay(period="as long as a person of the address book has it, and 30 days after, while it can come back"),
)
class PersonPicture(msgspec.Struct, frozen=True, kw_only=True):
    """`jpeg`: a square of `draw.PORTRAIT_SIDE` pixels at most, drawn again. `people`: who has it now; two only where a
    merge that gave it on was undone. `were`: who has it or had it, and `contact_ids`: their numbers meanwhile, by which
    an erasure finds it. `private_to`: as of the person. `delete_at`: None while somebody has it.
    """

    id: Annotated[PersonPictureId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    private_to: Annotated[UserId | None, of_user(Category.ID, "whose private entry it is of")] = None
    people: Annotated[tuple[PersonId, ...], REFERENCE] = ()
    were: Annotated[tuple[PersonId, ...], REFERENCE] = ()
    contact_ids: Annotated[tuple[ContactId, ...], of_caller(Category.ID, "erasing it with the caller")] = ()
    jpeg: Annotated[bytes, _SHOWN]
    made_at: Annotated[datetime, TIME]
    delete_at: Annotated[datetime | None, TIME] = None
