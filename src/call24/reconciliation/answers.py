"""What the API answers about the nightly comparison of call records with Asterisk's own log."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from call24.kit.answers import Date, Instant, one_of
from call24.kit.ids import CallId, LegId
from call24.reconciliation.model import FindingKind, Responsible

KindAnswer = Annotated[FindingKind, one_of(*FindingKind)]
OwnerAnswer = Annotated[Responsible, one_of(*Responsible)]
ReconciliationState = Annotated[str, one_of("done", "no_log")]


class ReconciliationFinding(TypedDict):
    """Something in which a call record and Asterisk's log differ."""

    kind: KindAnswer
    owner: Annotated[OwnerAnswer, Field(description="Who deals with it")]
    advice: Annotated[str, Field(description="What to do, in words")]
    call_id: CallId | None
    leg: LegId | None
    recorded: Annotated[str | None, Field(description="What the record says: an instant, or a length in seconds")]
    seen: Annotated[str | None, Field(description="What Asterisk's log says")]


class ReconciliationAnswer(TypedDict):
    """The comparison of one day."""

    day: Annotated[Date, Field(description="In the organisation's time zone")]
    made_at: Instant
    state: Annotated[
        ReconciliationState, Field(description="`no_log`: Asterisk runs elsewhere, or wrote no log of this day")
    ]
    calls: Annotated[int, Field(description="Call records that were compared")]
    legs: int
    not_covered: Annotated[int, Field(description="Call records that began before the log")]
    missed: Annotated[list[CallId], Field(description="The first 500 of those that are not covered")]
    found: Annotated[int, Field(description="How many findings there were")]
    findings: Annotated[list[ReconciliationFinding], Field(description="The first 500")]


class ReconciliationList(TypedDict):
    """Comparisons by day, newest first."""

    items: list[ReconciliationAnswer]
