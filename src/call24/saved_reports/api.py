"""Saved reports over HTTP, for who may see reports."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query
from pydantic import Field

from call24.call_records.labels import named
from call24.http.access import SERIALISED, Body, allowed
from call24.http.pagination import AskedDep, ms
from call24.http.provided import ClockDep
from call24.http.router import Router
from call24.identity.dependencies import IdentityDep
from call24.identity.model import Principal
from call24.identity.permissions import permits
from call24.kit.ids import QueueId, SavedReportId, UserId
from call24.kit.instants import iso
from call24.notifications.dependencies import EmailsDep
from call24.queues.dependencies import QueuesDep
from call24.saved_reports.answers import ReportTimes, SavedReportAnswer, SavedReportPage
from call24.saved_reports.dependencies import ReportSchedulesDep, SavedReportsDep
from call24.saved_reports.model import Asked, CallDirection, Every, Grouping, Period, SavedReport, Schedule
from call24.saved_reports.rules import next_times
from call24.saved_reports.service import SavedReports, Wish
from call24.statistics.api import filters_of
from call24.statistics.dependencies import ReportsDep

router = Router(prefix="/v1/saved-reports", tags=["reports"])

Reader = Annotated[Principal, Depends(allowed("calls.read_all"))]
Id = Annotated[str, Field(max_length=40)]


class ScheduleWish(Body):
    """When the report is sent by e-mail, in the organisation's time zone, and to whom.

    Users of the organisation who may see reports, 50 at most, and not any address. More than oneself with a shared
    report alone.
    """

    every: Every
    hour: int = Field(ge=0, le=23)
    weekday: int = Field(0, ge=0, le=6, description="Of a week: 0 is Monday")
    day: int = Field(1, ge=1, le=31, description="Of a month; of a shorter month its last day")
    recipients: list[Id] = Field(max_length=50)


class SavedReportWish(Body):
    """A report under a name, as `GET /v1/reports` is asked for it."""

    name: str = Field(max_length=200, description="1 to 80 characters")
    period: Period
    by: Grouping
    queue_id: Id | None = None
    agent_id: Id | None = None
    direction: CallDirection | None = None
    compare: bool = False
    measures: list[Id] = Field([], max_length=40, description="Keys of the figures that are shown. Empty: all")
    shared: bool = Field(False, description="With all who may see reports")
    schedule: ScheduleWish | None = None


@router.get("", operation_id="saved_reports_list")
async def list_saved(principal: Reader, saved: SavedReportsDep, asked: AskedDep) -> SavedReportPage:
    """Lists your saved reports and those that colleagues share, the oldest first."""
    found = await saved.seen(principal.tenant_id, principal.user_id)
    return asked.page(found, lambda one: _view(one, saved, principal), lambda one: (ms(one.created_at), one.id))


@router.get("/times", operation_id="saved_reports_read_times")
async def times(
    principal: Reader,
    saved: SavedReportsDep,
    clock: ClockDep,
    emails: EmailsDep,
    every: Every,
    hour: Annotated[int, Query(ge=0, le=23)],
    weekday: Annotated[int, Query(ge=0, le=6, description="Of a week: 0 is Monday")] = 0,
    day: Annotated[int, Query(ge=1, le=31, description="Of a month")] = 1,
) -> ReportTimes:
    """Returns when a report of such a schedule would be sent next, three times, and who may be sent reports."""
    zone = saved.zone(principal.tenant_id)
    schedule = Schedule(every=every, hour=hour, weekday=weekday, day=day)
    return {
        "time_zone": zone.key,
        "times": [iso(at) for at in next_times(schedule, zone, clock.now(), 3)],
        "recipients": [
            {"id": user.id, "name": user.name, "email_confirmed": user.email_verified_at is not None}
            for user in saved.candidates(principal.tenant_id)
        ],
        "sends": emails.sends,
    }


@router.post("", status_code=201, dependencies=SERIALISED, operation_id="saved_reports_save")
async def save(
    body: SavedReportWish,
    principal: Reader,
    saved: SavedReportsDep,
    queues: QueuesDep,
    identity: IdentityDep,
    reports: ReportsDep,
) -> SavedReportAnswer:
    """Saves a report under a name, of your own or shared with all who may see reports.

    A user has at most 30, an organisation 100; one more is a 409 `too_many`. With a `schedule` it is sent by e-mail:
    once for each day on which it is due, with its main figures and a CSV file of all of them.
    """
    wish = _wish(body)
    _check(body, principal, queues, identity, reports)
    made = await saved.add(principal.tenant_id, principal.user_id, wish)
    return _view(made, saved, principal)


@router.get("/{report_id}", operation_id="saved_reports_read")
async def read(report_id: str, principal: Reader, saved: SavedReportsDep) -> SavedReportAnswer:
    """Returns a saved report: your own, or one that is shared."""
    found = await saved.get(principal.tenant_id, principal.user_id, SavedReportId(report_id))
    return _view(found, saved, principal)


@router.put("/{report_id}", operation_id="saved_reports_change")
async def change(
    report_id: str,
    body: SavedReportWish,
    principal: Reader,
    saved: SavedReportsDep,
    queues: QueuesDep,
    identity: IdentityDep,
    reports: ReportsDep,
) -> SavedReportAnswer:
    """Replaces a saved report of your own. With `If-Match` you overwrite nothing that you have not seen (412)."""
    wish = _wish(body)
    _check(body, principal, queues, identity, reports)
    changed = await saved.change(principal.tenant_id, principal.user_id, SavedReportId(report_id), wish)
    return _view(changed, saved, principal)


@router.delete("/{report_id}", status_code=204, operation_id="saved_reports_remove")
async def remove(report_id: str, principal: Reader, saved: SavedReportsDep) -> None:
    """Deletes a saved report of your own; with `organisation.write` also one that somebody else shared."""
    others = permits(principal, "organisation.write")
    await saved.remove(principal.tenant_id, principal.user_id, SavedReportId(report_id), others=others)


@router.post("/{report_id}/send", status_code=204, operation_id="saved_reports_send")
async def send(
    report_id: str,
    principal: Reader,
    saved: SavedReportsDep,
    schedules: ReportSchedulesDep,
    identity: IdentityDep,
) -> None:
    """Sends the report to yourself now, by e-mail. Asked again within the minute, it sends one.

    409 `report_not_mailed` where your address is not confirmed, you switched such e-mails off, or there is no mail
    server.
    """
    found = await saved.get(principal.tenant_id, principal.user_id, SavedReportId(report_id))
    await schedules.send_now(found, await identity.user(principal.tenant_id, principal.user_id))


def _check(
    body: SavedReportWish, principal: Principal, queues: QueuesDep, identity: IdentityDep, reports: ReportsDep
) -> None:
    """Raises: Invalid for what is of another organisation, Conflict (code statistics_objected)."""
    filters_of(queues, identity, principal.tenant_id, body.queue_id, body.agent_id, body.direction)
    reports.check_individual(principal.tenant_id, body.agent_id)


def _wish(body: SavedReportWish) -> Wish:
    asked = Asked(
        period=body.period,
        by=body.by,
        queue_id=None if body.queue_id is None else QueueId(body.queue_id),
        agent_id=None if body.agent_id is None else UserId(body.agent_id),
        direction=body.direction,
        compare=body.compare,
        measures=tuple(body.measures),
    )
    wish, schedule = body.schedule, None
    if wish is not None:
        schedule = Schedule(every=wish.every, hour=wish.hour, weekday=wish.weekday, day=wish.day)
    recipients = () if wish is None else tuple(UserId(one) for one in wish.recipients)
    return Wish(name=body.name, asked=asked, shared=body.shared, schedule=schedule, recipients=recipients)


def _view(one: SavedReport, saved: SavedReports, principal: Principal) -> SavedReportAnswer:
    asked, schedule, mine = one.asked, one.schedule, one.made_by == principal.user_id
    stopped = saved.stopped(one)
    return {
        "id": one.id,
        "name": one.name,
        "period": asked.period,
        "by": asked.by,
        "queue_id": asked.queue_id,
        "agent_id": asked.agent_id,
        "direction": asked.direction,
        "compare": asked.compare,
        "measures": list(asked.measures),
        "shared": one.shared,
        "made_by": named(one.made_by, saved.name),
        "may_change": mine,
        "may_remove": mine or permits(principal, "organisation.write"),
        "schedule": None
        if schedule is None
        else {
            "every": schedule.every,
            "hour": schedule.hour,
            "weekday": schedule.weekday,
            "day": schedule.day,
            "recipients": [named(user_id, saved.name) for user_id in one.recipients],
        },
        "next_at": iso(one.next_at) if stopped is None else None,
        "sent_at": iso(one.sent_at),
        "stopped": stopped,
        "created_at": iso(one.created_at),
    }
