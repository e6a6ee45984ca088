"""Reconciliations. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Literal, TypedDict

from call24_client.transport import Request


class ReconciliationFinding(TypedDict):
    """Something in which a call record and Asterisk's log differ."""

    kind: Literal[
        "record_without_channel",
        "leg_without_channel",
        "answered_at_differs",
        "answer_not_seen",
        "answer_not_recorded",
        "ended_at_differs",
        "end_not_seen",
        "pbx_was_killed",
        "talk_too_long",
        "leg_of_two_calls",
        "call_without_record",
        "caller_never_told",
    ]
    owner: Literal["organisation", "operator"]
    advice: str
    call_id: str | None
    leg: str | None
    recorded: str | None
    seen: str | None


class ReconciliationAnswer(TypedDict):
    """The comparison of one day."""

    day: str
    made_at: str
    state: Literal["done", "no_log"]
    calls: int
    legs: int
    not_covered: int
    missed: list[str]
    found: int
    findings: list[ReconciliationFinding]


class ReconciliationList(TypedDict):
    """Comparisons by day, newest first."""

    items: list[ReconciliationAnswer]


def list_reconciliations(*, limit: int | None = None) -> Request[ReconciliationList]:
    """Lists the nightly comparisons of call records with Asterisk's own log, newest day first. Differences are
    reported and never corrected. `owner` says who deals with a finding: the organisation, or the operator of this
    installation.
    """
    return Request("GET", "/v1/reconciliations", query={"limit": limit})
