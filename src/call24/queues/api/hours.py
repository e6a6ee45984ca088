"""An organisation's opening hours."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Response
from pydantic import Field

from call24.flows.dependencies import FlowsDep
from call24.http.access import SERIALISED, Body, allowed, deleting
from call24.http.pagination import AskedDep
from call24.http.router import Router
from call24.identity.model import Principal
from call24.kit.ids import HoursId
from call24.kit.instants import iso
from call24.queues.answers import OpeningHours, OpeningHoursPage
from call24.queues.dependencies import HoursDep, QueuesDep
from call24.queues.hours import Day, Holiday, Hours, Opening, Span
from call24.queues.hours_service import HoursService
from call24.tenants.api.references import used_by
from call24.tenants.dependencies import TenantsDep

router = Router(prefix="/v1/hours", tags=["administration"])

Wall = Annotated[str, Field(max_length=5, examples=["09:00"])]
Reader = Annotated[Principal, Depends(allowed("queues.read"))]
Writer = Annotated[Principal, Depends(allowed("queues.write"))]
Deleter = Annotated[Principal, Depends(deleting("queues.write"))]


class OpeningSpanBody(Body):
    """From when to when it is open: HH:MM. `closes` at or before `opens` is on the next day; 24:00 ends the day."""

    opens: Wall
    closes: Wall


class WeeklyOpeningBody(OpeningSpanBody):
    """From when to when it is open on one day of each week."""

    day: Day


class HolidayBody(Body):
    """A date with times of its own. Without spans it is closed all day."""

    on: str = Field(max_length=10, examples=["2026-12-25"])
    name: str = Field("", max_length=100)
    spans: list[OpeningSpanBody] = Field([], max_length=20)


class HoursChange(Body):
    """Opening hours. Fields that are left out stay as they are. `timezone` null: the organisation's."""

    name: str = Field("", max_length=200)
    timezone: str | None = Field(None, max_length=64)
    weekly: list[WeeklyOpeningBody] = Field([], max_length=140)
    holidays: list[HolidayBody] = Field([], max_length=500)

    def settings(self) -> dict[str, Any]:
        """What was named, as fields of Hours."""
        made: dict[str, Any] = {
            "name": self.name,
            "timezone": self.timezone,
            "weekly": tuple(Opening(**opening.model_dump()) for opening in self.weekly),
            "holidays": tuple(
                Holiday(on=day.on, name=day.name, spans=tuple(Span(**span.model_dump()) for span in day.spans))
                for day in self.holidays
            ),
        }
        return {name: value for name, value in made.items() if name in self.model_fields_set}


class NewHours(HoursChange):
    """All of some opening hours. Fields that are left out have their defaults."""

    name: str = Field(max_length=200)


@router.get("", operation_id="hours_list_hours")
async def list_hours(principal: Reader, hours_service: HoursDep, asked: AskedDep) -> OpeningHoursPage:
    """Lists the organisation's opening hours by name, and whether each is open now."""
    found = hours_service.known_hours(principal.tenant_id)  # read anew each time they would cost all others time
    return asked.page(found, lambda hours: _view(hours_service, hours), lambda hours: (hours.name_key, hours.id))


@router.post("", status_code=201, dependencies=SERIALISED, operation_id="hours_add_hours")
async def add_hours(body: NewHours, principal: Writer, hours_service: HoursDep) -> OpeningHours:
    """Creates opening hours.

    409 `hours_name_taken` where there are some with this name, `too_many` where the organisation has 50 already.
    """
    return _view(hours_service, await hours_service.create(principal.tenant_id, **body.settings()))


@router.get("/{hours_id}", operation_id="hours_read_hours")
async def read_hours(hours_id: str, principal: Reader, hours_service: HoursDep) -> OpeningHours:
    """Retrieves opening hours, and whether they are open now."""
    return _view(hours_service, await hours_service.get(principal.tenant_id, HoursId(hours_id)))


@router.patch("/{hours_id}", operation_id="hours_change_hours")
async def change_hours(hours_id: str, body: HoursChange, principal: Writer, hours_service: HoursDep) -> OpeningHours:
    """Updates the given parts of opening hours. 409 `hours_name_taken` where others have this name."""
    return _view(hours_service, await hours_service.change(principal.tenant_id, HoursId(hours_id), **body.settings()))


@router.put("/{hours_id}", operation_id="hours_replace_hours")
async def replace_hours(hours_id: str, body: NewHours, principal: Writer, hours_service: HoursDep) -> OpeningHours:
    """Replaces opening hours. Fields that are left out get their defaults."""
    settings = {"timezone": None, "weekly": (), "holidays": (), **body.settings()}
    return _view(hours_service, await hours_service.change(principal.tenant_id, HoursId(hours_id), **settings))


@router.delete("/{hours_id}", status_code=204, dependencies=SERIALISED, operation_id="hours_delete_hours")
async def delete_hours(
    hours_id: str,
    principal: Deleter,
    hours_service: HoursDep,
    flow_service: FlowsDep,
    tenants: TenantsDep,
    queue_service: QueuesDep,
) -> Response:
    """Deletes opening hours. 409 `hours_in_use` while a queue or a flow uses them."""
    await hours_service.delete(principal.tenant_id, HoursId(hours_id), used_by(flow_service, tenants, queue_service))
    return Response(status_code=204)


def _view(hours_service: HoursService, hours: Hours) -> OpeningHours:
    now_open, opens = hours_service.at_present(hours)
    return {
        "id": hours.id,
        "name": hours.name,
        "timezone": hours.timezone,
        "weekly": [{"opens": one.opens, "closes": one.closes, "day": one.day} for one in hours.weekly],
        "holidays": [
            {"on": day.on, "name": day.name, "spans": [{"opens": one.opens, "closes": one.closes} for one in day.spans]}
            for day in hours.holidays
        ],
        "open": now_open,
        "next_open": iso(opens),
    }
