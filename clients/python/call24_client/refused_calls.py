"""Refused calls. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Literal, TypedDict

from call24_client.transport import Request


class RefusedCallAnswer(TypedDict):
    """A call that was refused before it reached a queue or a flow, or several alike within an hour."""

    id: str
    reason: Literal[
        "unknown_number", "other_trunk", "no_tls", "no_srtp", "no_codec", "over_quota", "no_line_left", "trouble"
    ]
    number: str
    dialled: str
    source: str
    trunk_id: str | None
    count: int
    first_at: str
    at: str


class RefusedCallPage(TypedDict):
    """A page of refused calls, the newest first."""

    items: list[RefusedCallAnswer]
    next: str | None


def list_refused_calls(*, limit: int | None = None, cursor: str | None = None) -> Request[RefusedCallPage]:
    """Lists the inbound calls that were refused, the newest first, with the reasons. These are the newest 500 of the
    last 30 days, or of as many days as call records are kept if that is fewer. Attempts within an hour that are
    alike are counted as one entry. In a flood, one entry without numbers stands for many calls.
    """
    return Request("GET", "/v1/refused-calls", query={"limit": limit, "cursor": cursor})
