"""What this room holds of persons: about whom an authority was given something, and who decided it."""

from __future__ import annotations

from datetime import datetime

import msgspec

from call24.data_map import CallerTrace, KeptById, Trace
from call24.disclosures.model import Disclosure, told_at
from call24.kit.holdings import Holdings


class DisclosureOf(msgspec.Struct, frozen=True, kw_only=True):
    """What was given may be about others."""

    id: str
    authority: str
    legal_basis: str
    outcome: str
    given_at: datetime


HOLDS = Holdings(
    room="disclosures",
    traces=(
        Trace(
            struct=Disclosure,
            fields=("user_ids", "decided_by", "entered_by", "history.by"),
            erase=KeptById("proof of what an authority was given; it is deleted five years after that"),
            file="disclosures",
            part=DisclosureOf,
            shown=told_at,
        ),
    ),
    callers=(
        CallerTrace(
            struct=Disclosure,
            contact="contact_ids",
            untold="others are named too: the caller's page tells of it, unless it is secret",
            stays="proof of what an authority was given, for five years",
        ),
    ),
)
