"""Reports: the figures of days, for who may see all calls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Literal, Protocol
from zoneinfo import ZoneInfo

from fastapi import Depends, Query

from call24.agents.dependencies import AgentsDep
from call24.agents.service import AgentService
from call24.call_records.answers import CallPage
from call24.call_records.api.calls import rows_of
from call24.contacts.dependencies import CallNamesDep, ContactsDep
from call24.http.access import allowed
from call24.http.provided import ClockDep
from call24.http.router import Router
from call24.identity.dependencies import IdentityDep
from call24.identity.model import Principal
from call24.identity.service import IdentityService
from call24.kit.errors import Invalid
from call24.kit.ids import DispositionId, QueueId, TenantId, UserId
from call24.kit.instants import iso
from call24.live.dependencies import ViewsDep
from call24.live.views import Views
from call24.queues.dependencies import QueuesDep
from call24.queues.service import QueueService
from call24.recordings.dependencies import RecordingsDep
from call24.statistics.answers import ReportAnswer, ReportBefore, ReportRow, TodayAnswer, TotalsAnswer
from call24.statistics.counted_calls import Figure
from call24.statistics.dependencies import CountedCallsDep, ReportsDep, TodayFiguresDep, TotalsDep
from call24.statistics.service import MOST_DAYS, Former, Report, ReportQuery
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
Listed = Literal[
    "calls",
    "offered",
    "answered",
    "abandoned",
    "short_abandoned",
    "elsewhere",
    "handled",
    "transfers",
    "rung",
    "took",
    "ring_no_answer",
    "declined",
]
NONE = "none"

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
    compare: Annotated[bool, Query(description="With the same weekdays before, as `before`")] = False,
) -> ReportAnswer:
    """Returns a report: the measures of whole days by one thing, and their total.

    Days are those of the organisation's time zone, 366 at most. A call counts whole in the day and hour in which it
    began; an agent's time (signed in, occupancy) counts when it passed. An hour that the clock had twice is one row.
    Hours and days that have not begun have none. `measures` says what each value means. With a filter, measures that
    cannot be filtered by it are left out. `compare` adds the figures of the same weekdays before: as many whole weeks
    earlier as the report's days are long, and up to the same time of day where the last of them is today. It adds none
    where calls of those days are deleted already.
    """
    tenant = await tenants.get(principal.tenant_id)
    zone = ZoneInfo(tenant.timezone)
    today = clock.now().astimezone(zone).date()
    span = span_of(first, last, today)
    filters = filters_of(queue_service, identity, principal.tenant_id, queue_id, agent_id, direction)
    question = ReportQuery(by=by, first=span[0], last=span[1], zone=zone, filters=filters)
    found = await report_service.report(principal.tenant_id, question)
    before = await report_service.before(principal.tenant_id, question, tenant.record_days) if compare else None
    return view(found, views, agent_service, tenants, principal.tenant_id, before)


@dataclass(frozen=True)
class CountedFilter:
    """A cell of a report as the query names it."""

    first: str | None
    last: str | None
    direction: str | None
    ids: dict[str, str | None]
    hour: int | None

    def known(self, dimension: str) -> str | None:
        """The id, where there is one."""
        return None if self.ids[dimension] == NONE else self.ids[dimension]

    @property
    def wanted(self) -> dict[str, str]:
        """Dimension -> value, "" for none."""
        hour = None if self.hour is None else f"{self.hour:02}"
        named = {name: "" if id == NONE else id for name, id in self.ids.items()}
        every = {**named, "direction": self.direction, "hour": hour}
        return {name: value for name, value in every.items() if value is not None}


async def counted_in_query(
    first: Annotated[Day, Query(alias="from", description="YYYY-MM-DD, the first day; left out: today")] = None,
    last: Annotated[Day, Query(alias="to", description="YYYY-MM-DD, the last day; left out: the first")] = None,
    direction: Direction | None = None,
    queue_id: Annotated[str | None, Query(max_length=40, description="An id, or `none`")] = None,
    agent_id: Id = None,
    disposition_id: Annotated[str | None, Query(max_length=40, description="An id, or `none`")] = None,
    number_id: Annotated[str | None, Query(max_length=40, description="An id, or `none`")] = None,
    hour: Annotated[int | None, Query(ge=0, le=23, description="The hour of the day in which they began")] = None,
) -> CountedFilter:
    ids = {"queue": queue_id, "agent": agent_id, "disposition": disposition_id, "number": number_id}
    return CountedFilter(first=first, last=last, direction=direction, ids=ids, hour=hour)


@router.get("/calls", operation_id="reports_list_calls")
async def counted_calls(
    principal: Reader,
    tenants: TenantsDep,
    report_service: ReportsDep,
    counted: CountedCallsDep,
    clock: ClockDep,
    contact_service: ContactsDep,
    call_names: CallNamesDep,
    recording_service: RecordingsDep,
    views: ViewsDep,
    measure: Listed,
    of: Annotated[CountedFilter, Depends(counted_in_query)],
    limit: Annotated[int, Query(ge=1, le=100)] = 25,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
) -> CallPage:
    """Lists the calls that a figure of a report counts, newest first.

    The query names a cell of a report: its days, its filters, and what its row is of; `none` is the row of calls
    without one. Measures that count stays in queues, agents' parts or offers may count a call several times; it is
    listed once. A page may have fewer calls than `limit`, or none, while others follow: read on until `next` is null.
    """
    zone = ZoneInfo((await tenants.get(principal.tenant_id)).timezone)
    span = span_of(of.first, of.last, clock.now().astimezone(zone).date())
    _check_form(of)
    report_service.check_individual(principal.tenant_id, of.known("agent"))
    figure = Figure(measure=measure, first=span[0], last=span[1], zone=zone, wanted=of.wanted)
    page = await counted.page(principal.tenant_id, figure, cursor=cursor, limit=limit)
    rows = await rows_of(contact_service, call_names, recording_service, views, principal, page.rows)
    return {"items": rows, "next": page.next}


@router.get("/today", operation_id="reports_read_today")
async def today(
    principal: Reader, tenants: TenantsDep, figures: TodayFiguresDep, report_service: ReportsDep, identity: IdentityDep
) -> TodayAnswer:
    """Returns today's figures for the live screen, of all agents and hours at once.

    They are those of `GET /v1/reports` for today: `handled` and `handle_time_s` by agent, and by hour what waits in
    queues came to. Ask again when the realtime event `record` says that a call has ended; three seconds after it at
    the earliest, since they are counted at most every two seconds.
    """
    tenant_id = principal.tenant_id
    found = await figures.of(tenant_id, ZoneInfo((await tenants.get(tenant_id)).timezone))
    users = [user.id for user in identity.known_users(tenant_id) if report_service.individual(tenant_id, user.id)]
    return {
        "at": iso(found.at),
        "day": found.day.isoformat(),
        "time_zone": found.zone.key,
        "agents": [found.of_agent(user_id) for user_id in users],
        "hours": [
            {"key": hour, "name": f"{hour}:00", "values": values, "before": None}
            for hour, values in found.hours.items()
        ],
        "total": found.total,
    }


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


def _check_form(of: CountedFilter) -> None:
    """A figure may be of a queue or an agent that is deleted; another organisation's finds no call. Raises: Invalid."""
    for dimension, prefix in (("queue", "que_"), ("agent", "usr_")):
        id = of.known(dimension)
        if id is not None and not id.startswith(prefix):
            raise Invalid(errors=[(f"{dimension}_id", f"an id that begins with {prefix}")])


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
    report: Report,
    views: Views,
    agent_service: AgentService,
    tenants: TenantService,
    tenant_id: TenantId,
    before: Former | None = None,
) -> ReportAnswer:
    question = report.question
    rows: list[ReportRow] = [
        {
            "key": key or None,
            "name": name_of(question.by, key, views, agent_service, tenants, tenant_id),
            "values": values,
            "before": None if before is None else before.of(key),
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
        "before": None if before is None else _before(before),
    }


def _before(former: Former) -> ReportBefore:
    question = former.question
    return {
        "from": question.first.isoformat(),
        "to": question.last.isoformat(),
        "until": None if question.until is None else iso(question.until),
        "total": former.total,
    }


class Names(Protocol):
    """What queues and users are called now, such as `Views`."""

    def queue_name(self, queue_id: QueueId) -> str: ...
    def name(self, user_id: UserId) -> str: ...


def name_of(
    by: str, key: str, views: Names, agent_service: AgentService, tenants: TenantService, tenant_id: TenantId
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
