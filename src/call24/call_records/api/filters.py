"""The filters of lists of calls: read from the query or a body, and checked."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import msgspec
from fastapi import Depends, Query
from pydantic import Field

from call24.call_records.history_filter import CallFilter
from call24.http.access import allowed
from call24.http.provided import ClockDep
from call24.identity.model import Principal
from call24.kit.errors import Invalid
from call24.kit.ids import DispositionId, QueueId, TenantId, UserId
from call24.tenants.dependencies import TenantsDep
from call24.tenants.service import TenantService

Reader = Annotated[Principal, Depends(allowed("calls.read_own"))]
Direction = Literal["inbound", "outbound", "internal", "callback"]
EndedOutcome = Literal[
    "answered",
    "forwarded",
    "callback",
    "voicemail",
    "turned_away",
    "abandoned",
    "abandoned_in_menu",
    "cancelled",
    "busy",
    "no_answer",
    "not_reached",
    "expired",
    "failed",
]
Id = Annotated[str | None, Field(max_length=40)]
"""An id of what is deleted or another organisation's is no error: no call is found by it."""

WHEN = "a day such as 2026-11-24, or an instant with its offset such as 2026-11-24T09:00:00Z"
YEARS = range(2000, 3000)
LONGEST_S = 86_400
SCANNED = timedelta(days=367)
"""A year of whole days in any time zone; what is in no index is looked for in so much."""


async def in_query(
    principal: Reader,
    tenants: TenantsDep,
    clock: ClockDep,
    since: Annotated[
        str | None, Query(alias="from", max_length=40, description="The call began then or later: a day or an instant")
    ] = None,
    until: Annotated[
        str | None,
        Query(alias="to", max_length=40, description="It began before this instant, or on this day or earlier"),
    ] = None,
    direction: Annotated[Direction | None, Query()] = None,
    outcome: Annotated[EndedOutcome | None, Query()] = None,
    queue_id: Annotated[str | None, Query(max_length=40, description="It was in this queue")] = None,
    agent_id: Annotated[str | None, Query(max_length=40, description="This agent had it")] = None,
    disposition_id: Annotated[str | None, Query(max_length=40, description="An agent chose this disposition")] = None,
    min_duration_s: Annotated[int | None, Query(ge=0, le=LONGEST_S, description="It lasted so long or longer")] = None,
    max_duration_s: Annotated[int | None, Query(ge=0, le=LONGEST_S, description="It lasted so long or shorter")] = None,
    recorded: Annotated[bool | None, Query(description="Whether it has a recording or a message")] = None,
) -> CallFilter:
    return filter_of(
        tenants,
        principal.tenant_id,
        clock.now(),
        since=since,
        until=until,
        direction=direction,
        outcome=outcome,
        queue_id=queue_id,
        agent_id=agent_id,
        disposition_id=disposition_id,
        min_duration_s=min_duration_s,
        max_duration_s=max_duration_s,
        recorded=recorded,
    )


FilterDep = Annotated[CallFilter, Depends(in_query)]


def filter_of(
    tenants: TenantService,
    tenant_id: TenantId,
    now: datetime,
    *,
    since: str | None,
    until: str | None,
    direction: Direction | None,
    outcome: EndedOutcome | None,
    queue_id: str | None,
    agent_id: str | None,
    disposition_id: str | None,
    min_duration_s: int | None,
    max_duration_s: int | None,
    recorded: bool | None,
) -> CallFilter:
    """Days are those of the organisation's time zone. Raises: Invalid."""
    tenant = tenants.known(tenant_id)
    zone = ZoneInfo(tenant.timezone if tenant is not None else "UTC")
    begin = None if since is None else _instant("from", since, zone, whole_day=False)
    end = None if until is None else _instant("to", until, zone, whole_day=True)
    if begin is not None and end is not None and end <= begin:
        raise Invalid(errors=[("to", "after `from`")])
    for name, id, prefix in (
        ("queue_id", queue_id, "que_"),
        ("agent_id", agent_id, "usr_"),
        ("disposition_id", disposition_id, "dsp_"),
    ):
        if id is not None and not id.startswith(prefix):
            raise Invalid(errors=[(name, f"an id that begins with {prefix}")])
    if min_duration_s is not None and max_duration_s is not None and max_duration_s < min_duration_s:
        raise Invalid(errors=[("max_duration_s", "not shorter than `min_duration_s`")])
    found = CallFilter(
        since=begin,
        until=end,
        direction=direction,
        outcome=outcome,
        queue_id=None if queue_id is None else QueueId(queue_id),
        agent_id=None if agent_id is None else UserId(agent_id),
        disposition_id=None if disposition_id is None else DispositionId(disposition_id),
        min_duration_s=min_duration_s,
        max_duration_s=max_duration_s,
        recorded=recorded,
    )
    return _within_a_year(found, now) if found.scans else found


def _within_a_year(of: CallFilter, now: datetime) -> CallFilter:
    """Raises: Invalid."""
    earliest = min(of.until or now, now) - SCANNED
    if of.since is not None and of.since < earliest:
        raise Invalid(errors=[("from", f"at most {SCANNED.days} days before `to` with these filters")])
    return msgspec.structs.replace(of, since=of.since or earliest)


def _instant(name: str, text: str, zone: ZoneInfo, *, whole_day: bool) -> datetime:
    """In UTC, and rounded up to the millisecond, as which calls begin. Raises: Invalid."""
    try:
        if len(text) == len("2026-11-24"):
            day = date.fromisoformat(text)
            at = datetime.combine(day + timedelta(days=1 if whole_day else 0), time(), zone)
            known = day.isoformat() == text
        else:
            at = datetime.fromisoformat(text)
            known = at.tzinfo is not None and "T" in text.upper()
        if not known or at.year not in YEARS:
            raise ValueError
    except (ValueError, OverflowError):
        raise Invalid(errors=[(name, WHEN)]) from None
    at = at.astimezone(UTC)
    return at + timedelta(microseconds=-at.microsecond % 1000)
