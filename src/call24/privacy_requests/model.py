"""What somebody asks under their rights over their data, and what became of it; and the organisation's deadlines."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from call24.data_map import (
    ID,
    PERSON,
    REFERENCE,
    SETTING,
    STATE,
    TENANT,
    TIME,
    Basis,
    Category,
    OnItsDay,
    document,
    of_caller,
    of_user,
)
from call24.kit.ids import ContactId, CorrectionId, PrivacyRequestId, TenantId, UserId

Kind = Literal["access", "correction", "deletion", "objection", "portability", "restriction", "withdrawal", "complaint"]
Source = Literal["app", "page", "phone", "letter"]
Identity = Literal["none", "account", "code", "document"]
State = Literal["received", "identity", "working", "waiting", "restricted", "lifting", "done", "refused"]
"""restricted: the person's data is kept and not used; lifting: the person was told that it will be used again."""
Step = Literal[
    "ask_identity", "confirm_identity", "start", "wait", "finish", "correct",
    "restrict", "tell_lifting", "lift", "refuse", "extend", "note", "name_subject",
]  # fmt: skip
EntryKind = Literal[
    "received",
    "ask_identity", "confirm_identity", "start", "wait", "finish", "correct",
    "restrict", "tell_lifting", "lift", "refuse", "extend", "note", "name_subject", "warned_soon", "warned_late",
]  # fmt: skip

_KEPT = OnItsDay(period="three years after it was settled, within which it may be disputed")
_OFFICER = of_user(Category.ID, "who handled the request", basis=Basis.LEGAL_OBLIGATION)
_WORDS = of_caller(
    Category.TEXT, "what was asked, and how it was answered, in the officer's words", basis=Basis.LEGAL_OBLIGATION
)


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the history. `by` None: the person who asks, or Call24 itself. `state`: what it was in afterwards.

    `correction_id`: what `correct` changed, in the history of the person's data.
    """

    at: Annotated[datetime, TIME]
    by: Annotated[UserId | None, _OFFICER] = None
    kind: Annotated[EntryKind, STATE]
    state: Annotated[State, STATE]
    note: Annotated[str, _WORDS] = ""
    correction_id: Annotated[CorrectionId | None, REFERENCE] = None


@document("privacy_requests", tenant=True, kept=_KEPT)
class PrivacyRequest(msgspec.Struct, frozen=True, kw_only=True):
    """`contact_id` and `user_id`: about whom; neither: the person is not found yet. `source`: how it came.

    `identity`: how it is known that the person who asks is that person, and `identity_by` who saw it. `warn_at`: when
    the next warning is due; None: no more. `extension`: the reason that the person is told. `history` only grows.
    `delete_at` None: it is open.
    """

    id: Annotated[PrivacyRequestId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    kind: Annotated[Kind, STATE]
    source: Annotated[Source, STATE]
    contact_id: Annotated[ContactId | None, of_caller(Category.ID, "who asked", basis=Basis.LEGAL_OBLIGATION)] = None
    user_id: Annotated[UserId | None, PERSON] = None
    state: Annotated[State, STATE] = "received"
    identity: Annotated[Identity, STATE] = "none"
    identity_by: Annotated[UserId | None, _OFFICER] = None
    received_at: Annotated[datetime, TIME]
    due_at: Annotated[datetime, TIME]
    warn_at: Annotated[datetime | None, TIME] = None
    extended_at: Annotated[datetime | None, TIME] = None
    extension: Annotated[str, _WORDS] = ""
    settled_at: Annotated[datetime | None, TIME] = None
    version: Annotated[int, STATE] = 1
    history: Annotated[tuple[Entry, ...], STATE] = ()
    delete_at: Annotated[datetime | None, TIME] = None

    @property
    def subject(self) -> Literal["contact", "user", "unknown"]:
        if self.contact_id is not None:
            return "contact"
        return "unknown" if self.user_id is None else "user"


@document("privacy_request_settings", tenant=True)
class PrivacyRequestSettings(msgspec.Struct, frozen=True, kw_only=True):
    """One for each organisation: its id is the organisation's. In days; Source: GDPR, article 12(3)."""

    id: Annotated[str, ID]
    tenant_id: Annotated[TenantId, TENANT]
    answer_days: Annotated[int, SETTING] = 30
    extension_days: Annotated[int, SETTING] = 60
