"""What an authority asked for and was given. An entry is not changed: what is corrected is another line of it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec

from call24.data_map import (
    ID,
    STATE,
    TENANT,
    TIME,
    Basis,
    Category,
    OnItsDay,
    document,
    of_caller,
    of_organisation,
    of_user,
)
from call24.kit.ids import ContactId, DisclosureId, TenantId, UserId

Outcome = Literal["given", "partly", "refused"]
GivenKind = Literal["call", "recording", "contact", "user", "export", "file"]
EntryKind = Literal["entered", "corrected", "secrecy"]

_KEPT = OnItsDay(period="five years after it was given, or after its secrecy ends")
_OFFICER = of_user(Category.ID, "who decided and who entered it", basis=Basis.LEGAL_OBLIGATION)
_WORDS = of_caller(Category.TEXT, "why something was given or not, in words", basis=Basis.LEGAL_OBLIGATION)
_ASKED = of_organisation(Category.SETTING, "which authority asked, and by which document")
_ABOUT = "about whom something was given"


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """`id`: of a call, recording, contact, user or export; of a file empty. `name`: of an export, what it was, since it
    is deleted within a day. `sha256`: of a file, in hexadecimal, and where it is known of an export's."""

    kind: Annotated[GivenKind, STATE]
    id: Annotated[str, of_caller(Category.ID, "what was given", basis=Basis.LEGAL_OBLIGATION)] = ""
    name: Annotated[str, _WORDS] = ""
    sha256: Annotated[str, STATE] = ""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the history. `secret`, `secret_until`: as they are from then on."""

    at: Annotated[datetime, TIME]
    by: Annotated[UserId, _OFFICER]
    kind: Annotated[EntryKind, STATE]
    note: Annotated[str, _WORDS] = ""
    secret: Annotated[bool, STATE]
    secret_until: Annotated[datetime | None, TIME] = None


@document("disclosures", tenant=True, kept=_KEPT)
class Disclosure(msgspec.Struct, frozen=True, kw_only=True):
    """`reference`: the document's number, `legal_basis`: the law that it names. `given_at`: when it was given, or
    refused. `contact_ids`, `user_ids`: whom it is about, those of the calls too.

    `secret`: the persons may not be told; `secret_until` None: until that is lifted. `history` only grows.
    """

    id: Annotated[DisclosureId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    authority: Annotated[str, _ASKED]
    legal_basis: Annotated[str, _ASKED]
    reference: Annotated[str, _ASKED]
    requested_at: Annotated[datetime, TIME]
    given_at: Annotated[datetime, TIME]
    outcome: Annotated[Outcome, STATE]
    given: Annotated[tuple[Given, ...], STATE] = ()
    contact_ids: Annotated[tuple[ContactId, ...], of_caller(Category.ID, _ABOUT, basis=Basis.LEGAL_OBLIGATION)] = ()
    user_ids: Annotated[tuple[UserId, ...], of_user(Category.ID, _ABOUT, basis=Basis.LEGAL_OBLIGATION)] = ()
    decided_by: Annotated[UserId, _OFFICER]
    entered_by: Annotated[UserId, _OFFICER]
    entered_at: Annotated[datetime, TIME]
    secret: Annotated[bool, STATE]
    secret_until: Annotated[datetime | None, TIME] = None
    history: Annotated[tuple[Entry, ...], STATE] = ()
    version: Annotated[int, STATE] = 1
    delete_at: Annotated[datetime, TIME]

    def is_secret(self, now: datetime) -> bool:
        return self.secret and (self.secret_until is None or now < self.secret_until)


def told_at(now: datetime) -> dict[str, Any]:
    """A filter of MongoDB: what its persons may be told of."""
    return {"$or": [{"secret": False}, {"secret_until": {"$lte": now}}]}
