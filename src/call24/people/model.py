"""A person of the address book: names, and the numbers, addresses and notes that users wrote down."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from call24.data_map import (
    ID,
    PERSON,
    REFERENCE,
    STATE,
    TENANT,
    TIME,
    Category,
    Recipient,
    Until,
    document,
    of_caller,
    of_user,
)
from call24.kit.ids import ContactId, PersonId, PersonPictureId, TenantId, UserId

NameOrder = Literal["given_first", "family_first", "patronymic_first"]
"""Anna Maria Petrova; Petrova Anna; Batyn Dorj (Mongolian: the patronymic stands before the given name)."""

NOBODY = UserId("usr_nobody")
"""Whose a private entry is when its user's account is deleted and a legal hold keeps it."""

_SHOWN = "showing who calls, and whom to call"
_DOWNLOAD = (Recipient.DOWNLOAD,)
_NAME = of_caller(Category.NAME, _SHOWN, recipients=_DOWNLOAD)
_NUMBER = of_caller(
    Category.PHONE, "recognising the caller and calling back", recipients=(Recipient.CARRIER, Recipient.DOWNLOAD)
)
_EMAIL = of_caller(Category.EMAIL, "writing to the person", recipients=_DOWNLOAD)
_TEXT = of_caller(Category.TEXT, "what users should know of the person", recipients=_DOWNLOAD)


class PersonNumber(msgspec.Struct, frozen=True, kw_only=True):
    """`number`: E.164; `typed`: as somebody wrote it; `label`: what kind of number, in their words."""

    number: Annotated[str, _NUMBER]
    typed: Annotated[str, _NUMBER]
    label: Annotated[str, _TEXT] = ""
    contact_id: Annotated[ContactId, of_caller(Category.ID, "recognising the caller: derived from the number")]


class PersonEmail(msgspec.Struct, frozen=True, kw_only=True):
    address: Annotated[str, _EMAIL]
    label: Annotated[str, _TEXT] = ""


class PersonAddress(msgspec.Struct, frozen=True, kw_only=True):
    """`text`: lines as on an envelope."""

    text: Annotated[str, _TEXT]
    label: Annotated[str, _TEXT] = ""


class CustomField(msgspec.Struct, frozen=True, kw_only=True):
    name: Annotated[str, _TEXT]
    value: Annotated[str, _TEXT]


@document(
    "people",
    tenant=True,
    kept=Until("a user deletes the person, or the last of the numbers is erased", latest="the organisation is closed"),
)
class Person(msgspec.Struct, frozen=True, kw_only=True):
    """`private_to`: the one user who sees it; None: everybody of the organisation who may read people. `picture`: which
    one (picture_model.py); another picture has another id.

    `contact_ids`: of the numbers, by which calls and erasures find the person; `sort_name`, `found_by` and
    `found_near`: what lists and searches go by (rules.py). `version` counts changes, so that nobody overwrites what
    they have not seen. `match_keys`: by which others are found that may be the same person, and `compared`: whether
    they were looked for. `delete_at`: of an entry that nobody has any more, once no legal hold keeps it.
    """

    id: Annotated[PersonId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    private_to: Annotated[UserId | None, of_user(Category.ID, "whose private entry it is")] = None
    given: Annotated[str, _NAME] = ""
    family: Annotated[str, _NAME] = ""
    patronymic: Annotated[str, _NAME] = ""
    phonetic: Annotated[str, _NAME] = ""
    order: Annotated[NameOrder, STATE] = "given_first"
    company: Annotated[str, of_caller(Category.WORK, _SHOWN, recipients=_DOWNLOAD)] = ""
    numbers: Annotated[tuple[PersonNumber, ...], STATE] = ()
    emails: Annotated[tuple[PersonEmail, ...], STATE] = ()
    addresses: Annotated[tuple[PersonAddress, ...], STATE] = ()
    tags: Annotated[tuple[str, ...], _TEXT] = ()
    notes: Annotated[str, _TEXT] = ""
    fields: Annotated[tuple[CustomField, ...], STATE] = ()
    picture: Annotated[PersonPictureId | None, REFERENCE] = None
    contact_ids: Annotated[tuple[ContactId, ...], of_caller(Category.ID, "recognising the caller")] = ()
    sort_name: Annotated[str, of_caller(Category.NAME, "the order of the address book")] = ""
    found_by: Annotated[tuple[str, ...], of_caller(Category.NAME, "finding the person by a part of a name")] = ()
    found_near: Annotated[
        tuple[str, ...], of_caller(Category.NAME, "finding the person though a name is mistyped")
    ] = ()
    match_keys: Annotated[tuple[str, ...], of_caller(Category.NAME, "finding who was written down twice")] = ()
    compared: Annotated[bool, STATE] = False
    version: Annotated[int, STATE] = 1
    created_at: Annotated[datetime, TIME]
    created_by: Annotated[UserId | None, PERSON] = None
    updated_at: Annotated[datetime, TIME]
    delete_at: Annotated[datetime | None, TIME] = None
