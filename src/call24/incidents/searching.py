"""Looks for the people whom an incident affects: in the background, a batch of documents at a time.

Whom a batch found is stored before the place where the next one begins, so a server that is killed looks at one batch
again and counts nobody twice. Of several searches each has a batch in turn.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence

import msgspec

from call24.call_records.kept_calls import KeptCall
from call24.call_records.model import CallRecord
from call24.changes.service import Changes, Writing
from call24.incidents.events import INCIDENT_CHANGED, changed
from call24.incidents.finding import (
    CallPeople,
    PlaceOfPeople,
    Unit,
    call_of,
    called,
    concerns,
    named,
    units_of,
    written,
)
from call24.incidents.machine import found, searched
from call24.incidents.model import AffectedPerson, IncidentSearch, PlaceCount, SearchState
from call24.incidents.store import IncidentStore
from call24.kit.clock import Clock
from call24.kit.errors import Call24Error, Conflict, Invalid, NotFound, TooMany
from call24.kit.ids import ContactId, IncidentId, IncidentSearchId, TenantId, UserId, new_id
from call24.kit.mongo import Mongo
from call24.kit.paging import cursor_after, place_after

log = logging.getLogger(__name__)

BATCH = 500
AT_ONCE, IN_ALL = 2, 100
"""Searches that run: of one organisation, and that have a turn at once."""
PEOPLE_MAX = 500_000
"""Of one search."""
COUNTED_EVERY = 10
"""Batches after which it is looked whether that is reached."""
LOOK_EVERY_S = 30.0

PlacesOf = Callable[[], Mapping[str, PlaceOfPeople]]
IdOf = Callable[[TenantId, str], ContactId]
"""The contact of a number."""


class IncidentSearches:
    """`places`: of the data map; `id_of`: who has a number."""

    def __init__(self, mongo: Mongo, clock: Clock, changes: Changes, places: PlacesOf, id_of: IdOf) -> None:
        self._mongo = mongo
        self._store = IncidentStore(mongo)
        self._clock = clock
        self._changes = changes
        self._places = places
        self._id_of = id_of
        self._begun = asyncio.Event()

    @property
    def places(self) -> Mapping[str, PlaceOfPeople]:
        return self._places()

    async def begin(self, tenant_id: TenantId, incident_id: str, by: UserId) -> IncidentSearch:
        """By the scope that the incident has now, in place of the search before. Raises: NotFound, Invalid, TooMany,
        Conflict (incident_searching, incident_changed, and those of the machine), Unavailable."""
        incident = await self._store.get(tenant_id, incident_id)
        units = units_of(self.places, incident.scope)
        if not units:
            raise Invalid(errors=[("scope.places", "first choose where people are looked for")])
        last = await self._store.newest_search(tenant_id, incident.id)
        if last is not None and last.state == "running":
            raise Conflict("Affected people are being looked for already", code="incident_searching")
        if await self._store.running(tenant_id) >= AT_ONCE:
            raise TooMany(f"At most {AT_ONCE} searches at once", code="too_many_requests", retry_after_s=60)
        now = self._clock.now()
        after = searched(incident, now, by)
        search = IncidentSearch(
            id=IncidentSearchId(new_id("isr")),
            tenant_id=tenant_id,
            incident_id=incident.id,
            scope=incident.scope,
            started_at=now,
            started_by=by,
            units=len(units),
        )

        async def work(writing: Writing) -> Sequence[IncidentSearchId]:
            if not await self._store.put(writing.scope, after, seen=incident.version):
                raise Conflict("Somebody else has changed it", code="incident_changed")
            writing.tell(INCIDENT_CHANGED, changed(after), after.id)
            return await self._store.add_search(writing.scope, search)

        for before in await self._changes.commit(tenant_id, work):
            await self._store.delete_people(tenant_id, before)
        self._begun.set()
        return search

    async def newest(self, tenant_id: TenantId, incident_id: IncidentId) -> IncidentSearch | None:
        return await self._store.newest_search(tenant_id, incident_id)

    async def people(
        self, tenant_id: TenantId, incident_id: str, *, limit: int, cursor: str | None
    ) -> tuple[list[AffectedPerson], str | None]:
        """Whom the newest search has found so far, callers first. Raises: NotFound, Invalid for a cursor that is not
        ours, Unavailable."""
        incident = await self._store.get(tenant_id, incident_id)
        search = await self._store.newest_search(tenant_id, incident.id)
        if search is None:
            return [], None
        [last] = place_after(cursor, [str]) if cursor is not None else [""]
        rows = await self._store.people(tenant_id, search.id, f"{search.id}:{last}", limit + 1)
        more = len(rows) > limit
        return rows[:limit], cursor_after((_person(rows[limit - 1]),)) if more else None

    async def run(self) -> None:
        """For ever; trouble is logged and tried again."""
        while True:
            self._begun.clear()
            try:
                while await self.step():
                    pass
            except Call24Error as trouble:
                log.warning("searches for affected people were postponed: %s", trouble)
            try:
                async with asyncio.timeout(LOOK_EVERY_S):
                    await self._begun.wait()
            except TimeoutError:
                pass

    async def step(self) -> int:
        """A batch of each search that runs; how many run. Raises: Unavailable."""
        running = await self._store.all_running(IN_ALL)
        for search in running:
            await self._batch(search)
        return len(running)

    async def _batch(self, search: IncidentSearch) -> None:
        units = units_of(self.places, search.scope)
        if search.unit >= len(units):
            await self._end(search, "done")
            return
        unit = units[search.unit]
        parts = await self._parts(search, unit)
        people, records = await self._people(search, unit, parts)
        await self._store.add_people(search.tenant_id, people)
        after = _counted(search, unit, records)
        over = len(parts) < BATCH
        after = msgspec.structs.replace(
            after,
            unit=search.unit + 1 if over else search.unit,
            after="" if over else str(parts[-1].id),  # type: ignore[attr-defined]
        )
        if over or after.batches % COUNTED_EVERY == 0:
            callers, users = await self._store.count_people(search.tenant_id, search.id)
            after = msgspec.structs.replace(after, callers=callers, users=users)
        scope = self._mongo.tenant(search.tenant_id)
        if not await self._store.put_search(scope, after, seen=search.batches):
            await self._drop_if_gone(search)
        elif after.callers + after.users >= PEOPLE_MAX:
            await self._end(after, "full")

    async def _parts(self, search: IncidentSearch, unit: Unit) -> list[msgspec.Struct]:
        which = [written(unit.look, search.scope), {"_id": {"$gt": search.after}}]
        kept = self._mongo.tenant(search.tenant_id).collection(unit.look.document.struct)
        return await kept.find_parts(unit.look.part, {"$and": which}, sort=[("id", 1)], limit=BATCH)

    async def _people(
        self, search: IncidentSearch, unit: Unit, parts: Sequence[msgspec.Struct]
    ) -> tuple[list[AffectedPerson], int]:
        """And how many of the documents counted."""
        calls = await self._calls(search.tenant_id, [id for part in parts if (id := call_of(unit.look, part))])
        found: set[str] = set()
        records = 0
        for part in parts:
            contacts, users, numbers = named(unit.look, part)
            call = calls.get(call_of(unit.look, part) or "")
            if not concerns(search.scope, call, users):
                continue
            records += 1
            if call is not None:
                on_call = called(call)
                contacts, users = contacts | on_call[0], users | on_call[1]
            contacts |= {self._id_of(search.tenant_id, number) for number in numbers}
            found |= contacts if unit.callers else set()
            found |= users if unit.users else set()
        return [_affected(search, person, unit.place) for person in sorted(found)], records

    async def _calls(self, tenant_id: TenantId, ids: Sequence[str]) -> dict[str, CallPeople]:
        if not ids:
            return {}
        scope, named = self._mongo.tenant(tenant_id), {"id": {"$in": sorted(set(ids))}}
        parts = await scope.collection(KeptCall).find_parts(CallPeople, named)
        kept = {one.id: msgspec.structs.replace(one, reduced=True) for one in parts}
        return kept | {one.id: one for one in await scope.collection(CallRecord).find_parts(CallPeople, named)}

    async def _end(self, search: IncidentSearch, state: SearchState) -> None:
        """And a line in the history of the incident, in one transaction."""
        callers, users = await self._store.count_people(search.tenant_id, search.id)
        now = self._clock.now()
        ended = msgspec.structs.replace(
            search, state=state, ended_at=now, callers=callers, users=users, batches=search.batches + 1
        )
        try:
            incident = await self._store.get(search.tenant_id, search.incident_id)
        except NotFound:
            return
        after = found(incident, now, f"{callers} callers, {users} users" + (", stopped" if state == "full" else ""))

        async def work(writing: Writing) -> None:
            if not await self._store.put_search(writing.scope, ended, seen=search.batches):
                return
            if not await self._store.put(writing.scope, after, seen=incident.version):
                raise Conflict("Somebody else has changed it", code="incident_changed")
            writing.tell(INCIDENT_CHANGED, changed(after), after.id)

        try:
            await self._changes.commit(search.tenant_id, work)
        except Conflict:
            log.info("search %s ends by its next turn: its incident was changed meanwhile", search.id)

    async def _drop_if_gone(self, search: IncidentSearch) -> None:
        """Its incident was deleted, or another search took its place, while the batch was written."""
        newest = await self._store.newest_search(search.tenant_id, search.incident_id)
        if newest is None or newest.id != search.id:
            await self._store.delete_people(search.tenant_id, search.id)


def _counted(search: IncidentSearch, unit: Unit, records: int) -> IncidentSearch:
    collection = unit.look.document.collection
    counts = {one.place: one for one in search.counts}
    before = counts.get(unit.place, PlaceCount(place=unit.place, looked_in=()))
    counts[unit.place] = PlaceCount(
        place=unit.place,
        looked_in=tuple(dict.fromkeys((*before.looked_in, collection))),
        records=before.records + records,
    )
    return msgspec.structs.replace(search, counts=tuple(counts.values()), batches=search.batches + 1)


def _affected(search: IncidentSearch, person: str, place: str) -> AffectedPerson:
    is_contact = person.startswith("ctc_")
    return AffectedPerson(
        id=f"{search.id}:{person}",
        tenant_id=search.tenant_id,
        search_id=search.id,
        contact_id=ContactId(person) if is_contact else None,
        user_id=None if is_contact else UserId(person),
        places=(place,),
    )


def _person(row: AffectedPerson) -> str:
    return str(row.contact_id or row.user_id)
