"""Reports: the figures of days, for who may see all calls."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from fastapi import Depends, Query

from call24.agents.dependencies import AgentsDep
from call24.agents.service import AgentService
from call24.http.access import allowed
from call24.http.provided import ClockDep
from call24.http.router import Router
from call24.identity.dependencies import IdentityDep
from call24.identity.model import Principal
from call24.identity.service import IdentityService
from call24.kit.errors import Invalid
from call24.kit.ids import DispositionId, QueueId, TenantId, UserId
from call24.live.dependencies import ViewsDep
from call24.live.views import Views
from call24.queues.dependencies import QueuesDep
from call24.queues.service import QueueService
from call24.statistics.answers import ReportAnswer, ReportRow, TotalsAnswer
from call24.statistics.dependencies import ReportsDep, TotalsDep
from call24.statistics.service import MOST_DAYS, Report, ReportQuery
from call24.statistics.totals import added
from call24.statistics.totals_model import MEASURES_KEPT, SUMMED
from call24.statistics.totals_rules import FEWEST
from call24.tenants.dependencies import TenantsDep
from call24.tenants.service import TenantService

router = Router(prefix="/v1/reports", tags=["reports"])

Reader = Annotated[Principal, Depends(allowed("calls.read_all"))]
By = Literal["queue", "agent", "hour", "day", "disposition", "direction", "number"]
Direction = Literal["inbound", "outbound", "internal", "callback"]
Day = Annotated[str | None, Query(max_length=10)]
Id = Annotated[str | None, Query(max_length=40)]

WITHOUT = {
    "queue": "without a queue",
    "agent": "without an agent",
    "disposition": "without a disposition",
    "number": "without a number of ours",
}


@router.get("", operation_id="reports_read")
async def report(
    principal: Reader,
    tenants: TenantsDep,
    report_service: ReportsDep,
    clock: ClockDep,
    queue_service: QueuesDep,
    identity: IdentityDep,
    views: ViewsDep,
    agent_service: AgentsDep,
    by: By,
    first: Annotated[Day, Query(alias="from", description="YYYY-MM-DD, the first day; left out: today")] = None,
    last: Annotated[Day, Query(alias="to", description="YYYY-MM-DD, the last day; left out: the first")] = None,
    queue_id: Id = None,
    agent_id: Id = None,
    direction: Direction | None = None,
) -> ReportAnswer:
    """Returns a report: the measures of whole days by one thing, and their total.

    Days are those of the organisation's time zone, 366 at most. A call counts whole in the day and hour in which it
    began; an agent's time (signed in, occupancy) counts when it passed. An hour that the clock had twice is one row.
    Hours and days that have not begun have none. `measures` says what each value means. With a filter, measures that
    cannot be filtered by it are left out.
    """
    tenant = await tenants.get(principal.tenant_id)
    zone = ZoneInfo(tenant.timezone)
    today = clock.now().astimezone(zone).date()
    span = span_of(first, last, today)
    filters = filters_of(queue_service, identity, principal.tenant_id, queue_id, agent_id, direction)
    question = ReportQuery(by=by, first=span[0], last=span[1], zone=zone, filters=filters)
    found = await report_service.report(principal.tenant_id, question)
    return view(found, views, agent_service, tenants, principal.tenant_id)


@router.get("/totals", operation_id="reports_read_totals")
async def totals_kept(
    principal: Reader,
    tenants: TenantsDep,
    kept: TotalsDep,
    clock: ClockDep,
    queue_service: QueuesDep,
    identity: IdentityDep,
    first: Annotated[Day, Query(alias="from", description="YYYY-MM-DD, the first day; left out: today")] = None,
    last: Annotated[Day, Query(alias="to", description="YYYY-MM-DD, the last day; left out: the first")] = None,
    queue_id: Id = None,
) -> TotalsAnswer:
    """Returns what is kept of calls that are deleted: totals of the organisation, or of a queue.

    A row is of a day, where at least 10 different callers called; else of the week's days without a row, or of the
    month's. It has no largest values and nothing of agents. A row is there once all calls of its days are deleted, and
    it is returned whole where it has one of the days asked for, 366 at most. Rows never have a call twice.
    """
    zone = ZoneInfo((await tenants.get(principal.tenant_id)).timezone)
    span = span_of(first, last, clock.now().astimezone(zone).date())
    filters_of(queue_service, identity, principal.tenant_id, queue_id, None, None)
    found = await kept.read(principal.tenant_id, None if queue_id is None else QueueId(queue_id), *span)
    return {
        "from": span[0].isoformat(),
        "to": span[1].isoformat(),
        "time_zone": zone.key,
        "fewest_callers": FEWEST,
        "measures": [measure.shown() for measure in MEASURES_KEPT],
        "rows": [
            {"period": one.period, "from": one.first, "to": one.last, "values": _of_total(one.counts)} for one in found
        ],
        "total": _of_total(added(found)),
    }


def _of_total(counts: Mapping[str, int]) -> dict[str, float | None]:
    every = dict.fromkeys((column for columns in SUMMED.values() for column in columns), 0) | dict(counts)
    return {measure.key: measure.of(every) for measure in MEASURES_KEPT}


def span_of(first: str | None, last: str | None, today: date) -> tuple[date, date]:
    """Raises: Invalid."""
    since = today if first is None else _date("from", first)
    until = since if last is None else _date("to", last)
    if until < since:
        raise Invalid(errors=[("to", "not before the first day")])
    if until - since >= timedelta(days=MOST_DAYS):
        raise Invalid(errors=[("to", f"at most {MOST_DAYS} days")])
    return since, until


def _date(field: str, day: str) -> date:
    try:
        found = date.fromisoformat(day)
    except ValueError:
        found = date.min
    if not 2000 <= found.year <= 2999 or found.isoformat() != day:
        raise Invalid(errors=[(field, "a day as YYYY-MM-DD")])
    return found


def filters_of(
    queue_service: QueueService,
    identity: IdentityService,
    tenant_id: TenantId,
    queue_id: str | None,
    agent_id: str | None,
    direction: str | None,
) -> dict[str, str]:
    """Raises: Invalid; another organisation's queue or user is none at all."""
    filters = {}
    if queue_id is not None:
        queue = queue_service.known(QueueId(queue_id))
        if queue is None or queue.tenant_id != tenant_id:
            raise Invalid(errors=[("queue_id", "a queue of this organisation")])
        filters["queue"] = queue_id
    if agent_id is not None:
        user = identity.known_user(UserId(agent_id))
        if user is None or user.tenant_id != tenant_id:
            raise Invalid(errors=[("agent_id", "a user of this organisation")])
        filters["agent"] = agent_id
    if direction is not None:
        filters["direction"] = direction
    return filters


def view(
    report: Report, views: Views, agent_service: AgentService, tenants: TenantService, tenant_id: TenantId
) -> ReportAnswer:
    question = report.question
    rows: list[ReportRow] = [
        {
            "key": key or None,
            "name": name_of(question.by, key, views, agent_service, tenants, tenant_id),
            "values": values,
        }
        for key, values in report.rows.items()
    ]
    if question.by not in ("hour", "day"):
        rows.sort(key=lambda row: (row["key"] is None, row["name"].casefold()))
    return {
        "by": question.by,
        "from": question.first.isoformat(),
        "to": question.last.isoformat(),
        "time_zone": question.zone.key,
        "measures": [measure.shown() for measure in question.measures],
        "rows": rows,
        "total": report.total,
    }


def name_of(
    by: str, key: str, views: Views, agent_service: AgentService, tenants: TenantService, tenant_id: TenantId
) -> str:
    if key == "":
        return WITHOUT.get(by, "")
    match by:
        case "queue":
            return views.queue_name(QueueId(key)) or "a queue that is gone"
        case "agent":
            return views.name(UserId(key))
        case "disposition":
            known = agent_service.known_disposition(tenant_id, DispositionId(key))
            return known.name if known is not None else "a disposition that is gone"
        case "number":
            number = next((one for one in tenants.known_numbers(tenant_id) if one.id == key), None)
            return (number.label or number.e164) if number is not None else "a number that is gone"
        case "hour":
            return f"{key}:00"
    return key
