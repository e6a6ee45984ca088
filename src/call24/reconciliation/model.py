"""What a reconciliation found: one document for each organisation and day, and one of what belongs to none."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

import msgspec

from call24.data_map import ID, MEASURE, REFERENCE, STATE, TENANT, TIME, OnItsDay, document
from call24.kit.ids import CallId, LegId, TenantId


class FindingKind(StrEnum):
    """``recorded`` is the call record's value, ``seen`` Asterisk's.

    record_without_channel: Asterisk knows none of the call's legs. leg_without_channel: it knows the others.
    answered_at_differs, ended_at_differs: by more than the tolerance. answer_not_seen: answered in the record only.
    answer_not_recorded: answered and bridged in Asterisk only. end_not_seen: a leg without an end although Asterisk
    lived on. pbx_was_killed: Asterisk went away under the call, so its ends were never written down. talk_too_long:
    an agent talked longer than its legs were in a bridge. leg_of_two_calls: two records have the same leg.
    call_without_record: Asterisk answered a call that no record has. caller_never_told: somebody rang and was gone
    before Asterisk told Call24, which has neither record nor refused call of it.
    """

    RECORD_WITHOUT_CHANNEL = "record_without_channel"
    LEG_WITHOUT_CHANNEL = "leg_without_channel"
    ANSWERED_AT_DIFFERS = "answered_at_differs"
    ANSWER_NOT_SEEN = "answer_not_seen"
    ANSWER_NOT_RECORDED = "answer_not_recorded"
    ENDED_AT_DIFFERS = "ended_at_differs"
    END_NOT_SEEN = "end_not_seen"
    PBX_WAS_KILLED = "pbx_was_killed"
    TALK_TOO_LONG = "talk_too_long"
    LEG_OF_TWO_CALLS = "leg_of_two_calls"
    CALL_WITHOUT_RECORD = "call_without_record"
    CALLER_NEVER_TOLD = "caller_never_told"


class Responsible(StrEnum):
    """Whose a finding is: the organisation's supervisors look at the call, whose record may be wrong; the operator sees
    to what made it so."""

    ORGANISATION = "organisation"
    OPERATOR = "operator"


OWNERS = {
    FindingKind.RECORD_WITHOUT_CHANNEL: (Responsible.ORGANISATION, "ask who was in the call whether it took place"),
    FindingKind.LEG_WITHOUT_CHANNEL: (Responsible.ORGANISATION, "ask who was in the call whether that party was"),
    FindingKind.ANSWERED_AT_DIFFERS: (Responsible.ORGANISATION, "count the talk from Asterisk's time"),
    FindingKind.ANSWER_NOT_SEEN: (Responsible.ORGANISATION, "ask the agent whether they talked"),
    FindingKind.ANSWER_NOT_RECORDED: (Responsible.ORGANISATION, "they talked: treat the call as answered"),
    FindingKind.ENDED_AT_DIFFERS: (Responsible.ORGANISATION, "count the talk to Asterisk's time"),
    FindingKind.TALK_TOO_LONG: (Responsible.ORGANISATION, "count the talk that Asterisk saw"),
    FindingKind.END_NOT_SEEN: (Responsible.OPERATOR, "look in Asterisk's log for what broke off at that time"),
    FindingKind.PBX_WAS_KILLED: (Responsible.OPERATOR, "look in Asterisk's log and the parent's for why it ended"),
    FindingKind.LEG_OF_TWO_CALLS: (Responsible.OPERATOR, "a fault of Call24: report it with both calls"),
    FindingKind.CALL_WITHOUT_RECORD: (
        Responsible.OPERATOR,
        "look in the server's log for what it lost at that time, and report it",
    ),
    FindingKind.CALLER_NEVER_TOLD: (
        Responsible.OPERATOR,
        "if they are many, look in Asterisk's log for who rings so",
    ),
}
"""Kind -> whose it is, and what to do."""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """Times in RFC 3339, lengths in seconds."""

    kind: Annotated[FindingKind, STATE]
    call_id: Annotated[CallId | None, REFERENCE] = None
    leg: Annotated[LegId | None, REFERENCE] = None
    recorded: Annotated[str | None, STATE] = None
    seen: Annotated[str | None, STATE] = None

    @property
    def owner(self) -> Responsible:
        return OWNERS[self.kind][0]

    @property
    def advice(self) -> str:
        return OWNERS[self.kind][1]


@document("reconciliations", tenant=True, kept=OnItsDay())
class Reconciliation(msgspec.Struct, frozen=True, kw_only=True):
    """``day``: the organisation's own. ``state``: done, or no_log (Asterisk is another machine's, or wrote nothing).

    ``calls``: records that were compared; ``not_covered``: those that began before the log, ``missed`` names the first
    500 of them. ``found``: how many findings there were; ``findings`` holds the first 500 of them.
    """

    id: Annotated[str, ID]
    tenant_id: Annotated[TenantId, TENANT]
    day: Annotated[str, TIME]
    made_at: Annotated[datetime, TIME]
    state: Annotated[str, STATE]
    calls: Annotated[int, MEASURE] = 0
    legs: Annotated[int, MEASURE] = 0
    not_covered: Annotated[int, MEASURE] = 0
    missed: Annotated[tuple[CallId, ...], REFERENCE] = ()
    found: Annotated[int, MEASURE] = 0
    findings: Annotated[tuple[Finding, ...], STATE] = ()
    delete_at: Annotated[datetime, TIME]


@document("strays", tenant=False, kept=OnItsDay())
class Strays(msgspec.Struct, frozen=True, kw_only=True):
    """Calls of a day that no record has. ``id``: the day; ``found``: how many, ``findings`` the first 500 of them."""

    id: Annotated[str, ID]
    made_at: Annotated[datetime, TIME]
    found: Annotated[int, MEASURE]
    findings: Annotated[tuple[Finding, ...], STATE]
    delete_at: Annotated[datetime, TIME]


def id_of(tenant_id: TenantId, day: date) -> str:
    return f"{tenant_id}:{day.isoformat()}"
