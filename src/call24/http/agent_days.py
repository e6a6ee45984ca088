"""An agent's day in JSON, with the names put in."""

from __future__ import annotations

from datetime import MAXYEAR, MINYEAR, date, datetime, time, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import Query

from call24.call_records.agent_timeline import Moment, Stretch
from call24.call_records.agent_timeline import day as day_from
from call24.http.call_dependencies import Work
from call24.http.dependencies import Services
from call24.kit.errors import Invalid
from call24.kit.ids import TenantId, UserId
from call24.live.views import iso

DayParameter = Annotated[str | None, Query(max_length=10, description="YYYY-MM-DD, in the organisation's time zone")]

BEFORE = timedelta(days=2)
"""So far back is read to know what the agent was at midnight."""


async def day_of(
    work: Work, services: Services, tenant_id: TenantId, agent_id: UserId, day: str | None
) -> dict[str, Any]:
    """Raises: Invalid, NotFound for a user who is not of this organisation."""
    user = await services.identity.user(tenant_id, agent_id)
    tenant = await services.tenants.get(tenant_id)
    zone = ZoneInfo(tenant.timezone)
    on = work.clock.now().astimezone(zone).date() if day is None else _date(day)
    since, until = _midnight(on, zone), _midnight(on + timedelta(days=1), zone)
    found = day_from(await work.journal.read_agent(tenant_id, agent_id, since - BEFORE), since, until)
    return {
        "day": on.isoformat(),
        "agent": {"id": user.id, "name": user.name},
        "from": iso(since),
        "to": iso(until),
        "stretches": [_stretch(x, services, tenant_id) for x in found.stretches],
        "items": [_moment(x, work, services, tenant_id) for x in found.moments],
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


def _stretch(stretch: Stretch, services: Services, tenant_id: TenantId) -> dict[str, Any]:
    return {
        "state": stretch.state.value,
        "from": iso(stretch.since),
        "to": iso(stretch.until),
        "reason": stretch.reason,
        "reason_name": _reason_name(services, tenant_id, stretch.reason),
        "call_id": stretch.call_id,
    }


def _moment(moment: Moment, work: Work, services: Services, tenant_id: TenantId) -> dict[str, Any]:
    given = moment.disposition_id
    disposition = services.agents.known_disposition(tenant_id, given) if given is not None else None
    return {
        "at": iso(moment.at),
        "event": moment.event,
        "state": moment.state.value,
        "reason": moment.reason,
        "reason_name": _reason_name(services, tenant_id, moment.reason),
        "call_id": moment.call_id,
        "by": {"id": moment.by, "name": work.views.name(moment.by)} if moment.by is not None else None,
        "why": moment.why,
        "disposition": {"id": given, "name": disposition.name if disposition else ""} if given is not None else None,
    }


def _reason_name(services: Services, tenant_id: TenantId, reason: str | None) -> str | None:
    """A built-in code is its own name."""
    if reason is None:
        return None
    known = services.agents.pause_reason(tenant_id, reason)
    return known.name if known is not None else reason.replace("_", " ")
