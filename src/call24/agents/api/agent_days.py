"""An agent's day in JSON, with the names put in."""

from __future__ import annotations

from datetime import MAXYEAR, MINYEAR, date, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import Query

from call24.agents.api.answers import AgentDayEvent, AgentDayStretch, AgentTimeline
from call24.agents.service import AgentService
from call24.call_records.agent_timeline import AgentStateSpan, AgentTimelineEntry
from call24.call_records.agent_timeline import day as day_from
from call24.identity.service import IdentityService
from call24.journal.journal import Journal
from call24.kit.clock import Clock
from call24.kit.errors import Invalid
from call24.kit.ids import TenantId, UserId
from call24.kit.instants import iso
from call24.live.views import Views
from call24.tenants.service import TenantService

DayParameter = Annotated[str | None, Query(max_length=10, description="YYYY-MM-DD, in the organisation's time zone")]

BEFORE = timedelta(days=2)
"""So far back is read to know what the agent was at midnight."""


async def day_of(
    identity: IdentityService,
    tenants: TenantService,
    journal: Journal,
    clock: Clock,
    agent_service: AgentService,
    views: Views,
    tenant_id: TenantId,
    agent_id: UserId,
    day: str | None,
) -> AgentTimeline:
    """Raises: Invalid, NotFound for a user who is not of this organisation."""
    user = await identity.user(tenant_id, agent_id)
    tenant = await tenants.get(tenant_id)
    zone = ZoneInfo(tenant.timezone)
    on = clock.now().astimezone(zone).date() if day is None else _date(day)
    since, until = _midnight(on, zone), _midnight(on + timedelta(days=1), zone)
    found = day_from(await journal.read_agent(tenant_id, agent_id, since - BEFORE), since, until)
    return {
        "day": on.isoformat(),
        "agent": {"id": user.id, "name": user.name},
        "from": iso(since),
        "to": iso(until),
        "stretches": [_stretch(x, agent_service, tenant_id) for x in found.stretches],
        "items": [_moment(x, agent_service, views, tenant_id) for x in found.moments],
    }


def _date(day: str) -> date:
    try:
        found = date.fromisoformat(day)
    except ValueError:
        found = date.min
    if not 2000 <= found.year <= 2999 or found.isoformat() != day:
        raise Invalid(errors=[("day", "a day as YYYY-MM-DD")])
    return found


def in_calendar(at: datetime) -> bool:
    """Whether UTC has it too: at the calendar's two ends an offset leads out of it."""
    return MINYEAR < at.year < MAXYEAR


def _midnight(on: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(on, time(), zone)


def _stretch(stretch: AgentStateSpan, agent_service: AgentService, tenant_id: TenantId) -> AgentDayStretch:
    return {
        "state": stretch.state,
        "from": iso(stretch.since),
        "to": iso(stretch.until),
        "reason": stretch.reason,
        "reason_name": _reason_name(agent_service, tenant_id, stretch.reason),
        "call_id": stretch.call_id,
    }


def _moment(
    moment: AgentTimelineEntry, agent_service: AgentService, views: Views, tenant_id: TenantId
) -> AgentDayEvent:
    given = moment.disposition_id
    disposition = agent_service.known_disposition(tenant_id, given) if given is not None else None
    return {
        "at": iso(moment.at),
        "event": moment.event,
        "state": moment.state,
        "reason": moment.reason,
        "reason_name": _reason_name(agent_service, tenant_id, moment.reason),
        "call_id": moment.call_id,
        "by": {"id": moment.by, "name": views.name(moment.by)} if moment.by is not None else None,
        "why": moment.why,
        "disposition": {"id": given, "name": disposition.name if disposition else ""} if given is not None else None,
    }


def _reason_name(agent_service: AgentService, tenant_id: TenantId, reason: str | None) -> str | None:
    """A built-in code is its own name."""
    if reason is None:
        return None
    known = agent_service.pause_reason(tenant_id, reason)
    return known.name if known is not None else reason.replace("_", " ")
