"""Personal data breaches, whom they affect, and drafts of the notices."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Query
from fastapi.responses import StreamingResponse
from pydantic import AwareDatetime, Field

from call24.agents.api.agent_days import in_calendar
from call24.contacts.dependencies import ContactsDep
from call24.contacts.service import ContactService
from call24.exports.sheets import defused
from call24.http.access import Body, allowed, deleting
from call24.http.files import a_file
from call24.http.pagination import AskedDep
from call24.http.router import Router
from call24.identity.dependencies import IdentityDep
from call24.identity.model import Principal
from call24.identity.service import IdentityService
from call24.incidents.answers import AffectedPeoplePage, IncidentAnswer, IncidentPage, IncidentPlaceList
from call24.incidents.dependencies import IncidentsDep, IncidentSearchesDep
from call24.incidents.machine import NOTICE_MAX, TABLE, TEXT_MAX, TITLE_MAX, Edit, Taken
from call24.incidents.model import Audience, BreachKind, Incident, Reach, Risk, Scope, State, Step
from call24.incidents.searching import BATCH, IncidentSearches
from call24.incidents.service import NAMED_MAX, PLACES_MAX
from call24.incidents.views import CSV_HEAD, people_view, place_view, summary, whole
from call24.kit.errors import Invalid
from call24.kit.ids import QueueId, TenantId, UserId
from call24.queues.dependencies import QueuesDep
from call24.queues.service import QueueService
from call24.tenants.dependencies import TenantsDep
from call24.tenants.service import TenantService

router = Router(prefix="/v1/incidents", tags=["administration"])

Reader = Annotated[Principal, Depends(allowed("incidents.read"))]
Writer = Annotated[Principal, Depends(allowed("incidents.write"))]
Downloader = Annotated[Principal, Depends(deleting("incidents.read"))]
_Ids = list[Annotated[str, Field(max_length=64)]]


class IncidentScopeChange(Body):
    """Where affected people are looked for. `since` and `until`: both, or neither for data of any time."""

    places: list[Annotated[str, Field(max_length=200)]] = Field([], max_length=PLACES_MAX)
    since: AwareDatetime | None = Field(None, strict=False)
    until: AwareDatetime | None = Field(None, strict=False)
    reach: Reach = Field("written", description="written: in the span; stored: before its end, so that it lay there")
    agents: _Ids = Field([], max_length=NAMED_MAX, description="Only what has to do with one of them; none: all")
    queues: _Ids = Field([], max_length=NAMED_MAX)
    numbers: _Ids = Field([], max_length=NAMED_MAX)


_NOWHERE = IncidentScopeChange.model_validate({})


class NewIncident(Body):
    """A personal data breach. `noticed_at`: when your organisation became aware of it; the 72 hours run from there."""

    title: str = Field(max_length=TITLE_MAX)
    what_happened: str = Field(max_length=TEXT_MAX)
    kinds: list[BreachKind] = Field(max_length=3)
    noticed_at: AwareDatetime | None = Field(None, strict=False, description="Left out: now")
    scope: IncidentScopeChange | None = None


class IncidentChange(Body):
    """Fields that are left out stay. What a field said before is kept in the history; `noticed_at` does not change."""

    version: int = Field(ge=1, description="Of the incident that you have seen")
    title: str | None = Field(None, max_length=TITLE_MAX)
    what_happened: str | None = Field(None, max_length=TEXT_MAX)
    consequences: str | None = Field(None, max_length=TEXT_MAX)
    measures: str | None = Field(None, max_length=TEXT_MAX)
    kinds: list[BreachKind] | None = Field(None, max_length=3)
    scope: IncidentScopeChange | None = None


class IncidentStep(Body):
    """The next step. `note` is needed with `assess`, `waive_authority` and `waive_people` (the reasons) and `note`, and
    where the authority is notified late."""

    step: Step
    version: int = Field(ge=1, description="Of the incident that you have seen")
    note: str = Field("", max_length=TEXT_MAX)
    risk: Risk = Field("unknown", description="With `assess`: for the rights and freedoms of persons")
    done_at: AwareDatetime | None = Field(
        None, strict=False, description="With `notify_authority` and `tell_people`: when it was done; left out: now"
    )


class NewNotice(Body):
    """A draft. Without a text it is generated from what the incident says; blanks are marked [[...]]."""

    audience: Audience
    text: str | None = Field(None, max_length=NOTICE_MAX)


@router.get("", operation_id="incidents_list")
async def list_incidents(
    principal: Reader,
    incidents: IncidentsDep,
    asked: AskedDep,
    open: Annotated[bool | None, Query(description="Only those that are not closed, or only closed ones")] = None,
) -> IncidentPage:
    """Lists the personal data breaches of the organisation, the last noticed first."""
    states: list[State] = [state for state in TABLE if open is None or (state != "closed") is open]
    page = await incidents.page(principal.tenant_id, states, limit=asked.limit, cursor=asked.cursor)
    return {"items": [summary(one, incidents.now()) for one in page.incidents], "next": page.next}


@router.post("", status_code=201, operation_id="incidents_open")
async def open_incident(
    body: NewIncident,
    principal: Writer,
    incidents: IncidentsDep,
    identity: IdentityDep,
    queues: QueuesDep,
    tenants: TenantsDep,
) -> IncidentAnswer:
    """Enters a personal data breach. Its 72 hours run from `noticed_at`, and nothing stops or moves them.

    Privacy officers are told 24 hours and 6 hours before they are over, and when they are.
    """
    made = await incidents.open(
        principal.tenant_id,
        principal.user_id,
        title=body.title,
        what_happened=body.what_happened,
        kinds=body.kinds,
        noticed_at=_instant("noticed_at", body.noticed_at),
        scope=await _scope(principal.tenant_id, body.scope or _NOWHERE, identity, queues, tenants),
    )
    return whole(made, None, identity, incidents.now())


@router.get("/places", operation_id="incidents_list_places")
async def list_places(_: Reader, searches: IncidentSearchesDep) -> IncidentPlaceList:
    """Lists where affected people can be looked for: what the data map has that is personal."""
    return {"items": [place_view(one) for one in searches.places.values()]}


@router.get("/{incident_id}", operation_id="incidents_read")
async def read(
    incident_id: str, principal: Reader, incidents: IncidentsDep, searches: IncidentSearchesDep, identity: IdentityDep
) -> IncidentAnswer:
    """Retrieves an incident with its history, its drafts and its newest search for affected people."""
    found = await incidents.get(principal.tenant_id, incident_id)
    return whole(found, await searches.newest(found.tenant_id, found.id), identity, incidents.now())


@router.patch("/{incident_id}", operation_id="incidents_change")
async def change(
    incident_id: str,
    body: IncidentChange,
    principal: Writer,
    incidents: IncidentsDep,
    searches: IncidentSearchesDep,
    identity: IdentityDep,
    queues: QueuesDep,
    tenants: TenantsDep,
) -> IncidentAnswer:
    """Updates what is known of an incident. When it was noticed is not changed."""
    scope = body.scope
    edit = Edit(
        title=body.title,
        what_happened=body.what_happened,
        consequences=body.consequences,
        measures=body.measures,
        kinds=tuple(body.kinds) if body.kinds is not None else None,
        scope=await _scope(principal.tenant_id, scope, identity, queues, tenants) if scope is not None else None,
    )
    after = await incidents.edit(principal.tenant_id, incident_id, edit, principal.user_id, seen=body.version)
    return await _whole(after, searches, identity, incidents.now())


@router.post("/{incident_id}/steps", operation_id="incidents_take_step")
async def take_step(
    incident_id: str,
    body: IncidentStep,
    principal: Writer,
    incidents: IncidentsDep,
    searches: IncidentSearchesDep,
    identity: IdentityDep,
) -> IncidentAnswer:
    """Takes an incident one step further; the step and its note are added to the history.

    409 incident_state: not possible in its state; `acts` of the incident names what is. 409 incident_risk: only what is
    assessed as unlikely to be a risk need not be notified. 409 incident_undecided: before it is closed it is assessed,
    and somebody has decided whether the affected people are told.
    """
    taken = Taken(
        act=body.step,
        at=incidents.now(),
        by=principal.user_id,
        note=body.note,
        risk=body.risk,
        done_at=_instant("done_at", body.done_at),
    )
    after = await incidents.step(principal.tenant_id, incident_id, taken, seen=body.version)
    return await _whole(after, searches, identity, incidents.now())


@router.post("/{incident_id}/notices", status_code=201, operation_id="incidents_draft_notice")
async def draft_notice(
    incident_id: str,
    body: NewNotice,
    principal: Writer,
    incidents: IncidentsDep,
    searches: IncidentSearchesDep,
    identity: IdentityDep,
) -> IncidentAnswer:
    """Adds a draft of the notice to the authority or to the affected people: generated, or as you have written it.

    Earlier drafts stay; an incident keeps 20. Nothing is sent.
    """
    after = await incidents.draft(principal.tenant_id, incident_id, body.audience, body.text, principal.user_id)
    return await _whole(after, searches, identity, incidents.now())


@router.post("/{incident_id}/search", status_code=202, operation_id="incidents_search_people")
async def search_people(
    incident_id: str, principal: Writer, incidents: IncidentsDep, searches: IncidentSearchesDep, identity: IdentityDep
) -> IncidentAnswer:
    """Starts looking for the people whom the incident affects, in the places of its scope; `search` says how far it is.

    It takes the place of the search before. 409 incident_searching while one runs; an organisation runs two at once.
    """
    search = await searches.begin(principal.tenant_id, incident_id, principal.user_id)
    found = await incidents.get(principal.tenant_id, incident_id)
    return whole(found, search, identity, incidents.now())


@router.get("/{incident_id}/people", operation_id="incidents_list_people")
async def list_people(
    incident_id: str,
    principal: Reader,
    searches: IncidentSearchesDep,
    asked: AskedDep,
    contacts: ContactsDep,
    identity: IdentityDep,
) -> AffectedPeoplePage:
    """Lists whom the newest search has found so far: callers, then users."""
    rows, following = await searches.people(principal.tenant_id, incident_id, limit=asked.limit, cursor=asked.cursor)
    return {"items": await people_view(principal.tenant_id, rows, contacts, identity), "next": following}


@router.get(
    "/{incident_id}/people/file",
    response_class=StreamingResponse,
    responses=a_file("text/csv"),
    operation_id="incidents_download_people",
)
async def people_file(
    incident_id: str,
    principal: Downloader,
    incidents: IncidentsDep,
    searches: IncidentSearchesDep,
    contacts: ContactsDep,
    identity: IdentityDep,
) -> StreamingResponse:
    """Downloads whom the newest search has found, as CSV. The audit log notes who did."""
    await incidents.get(principal.tenant_id, incident_id)
    lines = _csv(principal.tenant_id, incident_id, searches, contacts, identity)
    headers = {"Content-Disposition": f'attachment; filename="{incident_id}.csv"', "Cache-Control": "no-store"}
    return StreamingResponse(lines, media_type="text/csv; charset=utf-8", headers=headers)


async def _csv(
    tenant_id: TenantId,
    incident_id: str,
    searches: IncidentSearches,
    contacts: ContactService,
    identity: IdentityService,
) -> AsyncIterator[str]:
    yield ",".join(CSV_HEAD) + "\r\n"
    cursor: str | None = None
    while True:
        rows, cursor = await searches.people(tenant_id, incident_id, limit=BATCH, cursor=cursor)
        text = io.StringIO()
        writer = csv.writer(text)
        for one in await people_view(tenant_id, rows, contacts, identity):
            cells = (one["kind"], one["contact_id"] or one["user_id"], one["name"], one["number"], one["email"])
            writer.writerow([*(defused(cell) for cell in cells), " ".join(one["places"])])
        yield text.getvalue()
        if cursor is None:
            return


async def _whole(
    incident: Incident, searches: IncidentSearches, identity: IdentityService, now: datetime
) -> IncidentAnswer:
    return whole(incident, await searches.newest(incident.tenant_id, incident.id), identity, now)


async def _scope(
    tenant_id: TenantId,
    body: IncidentScopeChange,
    identity: IdentityService,
    queues: QueueService,
    tenants: TenantService,
) -> Scope:
    """Raises: Invalid for an agent, queue or number that is not there: it would find nobody, and say so."""
    for one in body.agents:
        user = identity.known_user(UserId(one))
        if user is None or user.tenant_id != tenant_id:
            raise Invalid(errors=[("scope.agents", "users of your organisation")])
    for one in body.queues:
        queue = queues.known(QueueId(one))
        if queue is None or queue.tenant_id != tenant_id:
            raise Invalid(errors=[("scope.queues", "queues of your organisation")])
    if set(body.numbers) - {str(number.id) for number in await tenants.numbers(tenant_id)}:
        raise Invalid(errors=[("scope.numbers", "numbers of your organisation")])
    return Scope(
        places=tuple(dict.fromkeys(body.places)),
        since=_instant("scope.since", body.since),
        until=_instant("scope.until", body.until),
        reach=body.reach,
        agents=tuple(dict.fromkeys(body.agents)),
        queues=tuple(dict.fromkeys(body.queues)),
        numbers=tuple(dict.fromkeys(body.numbers)),
    )


def _instant(field: str, at: datetime | None) -> datetime | None:
    """In whole milliseconds, as MongoDB gives it back. Raises: Invalid."""
    if at is None:
        return None
    if not in_calendar(at):
        raise Invalid(errors=[(field, "an instant with its offset, such as 2026-11-24T09:00:00Z")])
    return at.replace(microsecond=at.microsecond // 1000 * 1000)
