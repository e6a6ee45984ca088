"""What this room holds of persons: that a user asked, which officer answered, and which callers are at the door."""

from __future__ import annotations

from datetime import datetime

import msgspec

from call24.data_map import CallerTrace, KeptById, Trace
from call24.kit.holdings import Holdings, Keeper, Stage
from call24.privacy_requests.door import CallerDoor
from call24.privacy_requests.model import PrivacyRequest


class RequestOf(msgspec.Struct, frozen=True, kw_only=True):
    """Its history is about the person who asked, who may be another."""

    id: str
    kind: str
    state: str
    received_at: datetime
    due_at: datetime
    settled_at: datetime | None = None


HOLDS = Holdings(
    room="privacy_requests",
    traces=(
        Trace(
            struct=PrivacyRequest,
            fields=("user_id", "identity_by", "history.by"),
            erase=KeptById("proof of how the request was answered; it is deleted three years after that"),
            file="privacy_requests",
            part=RequestOf,
        ),
    ),
    callers=(
        CallerTrace(
            struct=PrivacyRequest,
            contact="contact_id",
            stays="proof of how a request was answered, for three years",
        ),
    ),
    keepers=(
        Keeper(
            of=CallerDoor,
            forget_organisation=CallerDoor.forget_organisation,
            stage=Stage.ACCOUNTS,
            forget_contacts=CallerDoor.forget_contacts,
        ),
    ),
)
