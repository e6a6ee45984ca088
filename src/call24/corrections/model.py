"""What was corrected of a person: a field, what it said before and after, when, by whom, and why."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from call24.data_map import (
    ID,
    MEASURE,
    PERSON,
    REFERENCE,
    STATE,
    TENANT,
    TIME,
    Basis,
    Category,
    Recipient,
    WithAccount,
    WithParent,
    document,
    of_caller,
    of_user,
)
from call24.kit.ids import ContactId, CorrectionId, PersonId, PrivacyRequestId, TenantId, UserId

PersonField = Literal["given", "family", "patronymic", "phonetic", "company", "numbers", "emails", "addresses"]
"""Of a person of the address book."""
ContactField = Literal["name", "given", "family", "patronymic", "phonetic", "company", "numbers", "emails", "addresses"]
UserField = Literal["name", "phone", "email"]
Field = Literal[
    "name", "phone", "email", "given", "family", "patronymic", "phonetic", "company", "numbers", "emails", "addresses"
]

_LAW = Basis.LEGAL_OBLIGATION
_SHOWN = "showing what was corrected"
_BY = of_user(Category.ID, "who corrected it", basis=_LAW)
_NAME = of_caller(Category.TEXT, _SHOWN, basis=_LAW, recipients=(Recipient.DOWNLOAD,))
_OWN = of_user(Category.NAME, _SHOWN, basis=_LAW)


@document("contact_corrections", tenant=True, kept=WithParent("contacts", by="contact_id"))
class ContactCorrection(msgspec.Struct, frozen=True, kw_only=True):
    """`old`, `new`: empty where there was, or is, none; of several numbers, e-mail addresses or addresses each is a
    line. `person_id`: of the address book, whose entry was corrected; None: the contact itself. `contact_ids`: of
    numbers that it names, by which their erasure finds it. `request_id`: the privacy request that it answers; `why`:
    what the person was told then. `folded`: how many older corrections, which are not kept, this one stands for too.
    """

    id: Annotated[CorrectionId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    contact_id: Annotated[ContactId, of_caller(Category.ID, "whose data was corrected", basis=_LAW)]
    person_id: Annotated[PersonId | None, of_caller(Category.ID, "whose entry was corrected", basis=_LAW)] = None
    contact_ids: Annotated[tuple[ContactId, ...], of_caller(Category.ID, "erasing a number with it", basis=_LAW)] = ()
    field: Annotated[ContactField, STATE]
    old: Annotated[str, _NAME]
    new: Annotated[str, _NAME]
    at: Annotated[datetime, TIME]
    by: Annotated[UserId | None, _BY] = None
    request_id: Annotated[PrivacyRequestId | None, REFERENCE] = None
    why: Annotated[str, of_caller(Category.TEXT, _SHOWN, basis=_LAW, recipients=(Recipient.DOWNLOAD,))] = ""
    folded: Annotated[int, MEASURE] = 0


@document("user_corrections", tenant=True, kept=WithAccount())
class UserCorrection(msgspec.Struct, frozen=True, kw_only=True):
    """The same of somebody with an account. `by`: the user itself, or the officer who answered `request_id`."""

    id: Annotated[CorrectionId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    user_id: Annotated[UserId, PERSON]
    field: Annotated[UserField, STATE]
    old: Annotated[str, _OWN]
    new: Annotated[str, _OWN]
    at: Annotated[datetime, TIME]
    by: Annotated[UserId | None, _BY] = None
    request_id: Annotated[PrivacyRequestId | None, REFERENCE] = None
    why: Annotated[str, of_user(Category.WORK, _SHOWN, basis=_LAW)] = ""
    folded: Annotated[int, MEASURE] = 0


Correction = ContactCorrection | UserCorrection


def shown_to_caller(one: ContactCorrection) -> ContactCorrection:
    """To whoever has the number: nothing of what an entry of the address book says."""
    return one if one.person_id is None else msgspec.structs.replace(one, old="", new="", contact_ids=())


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """When, by whom and why something is corrected, whatever it is. `id`: of the first correction that is made so."""

    id: CorrectionId
    at: datetime
    by: UserId | None
    request_id: PrivacyRequestId | None = None
    why: str = ""
