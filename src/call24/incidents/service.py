"""Incidents from the moment they are noticed: steps, edits, drafts, and the warnings of the 72 hours.

Whom an incident affects is found by searching.py. Nothing is sent to an authority or a person from here.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime

import msgspec

from call24.changes.service import Changes, Writing
from call24.incidents.events import INCIDENT_CHANGED, changed
from call24.incidents.finding import PlaceOfPeople
from call24.incidents.machine import Edit, Taken, advanced, drafted, edited, opened, warned
from call24.incidents.model import Audience, BreachKind, Incident, Notice, Scope, State
from call24.incidents.notices import CATEGORIES, Affected, Sender, draft
from call24.incidents.store import IncidentStore
from call24.kit.clock import Clock
from call24.kit.errors import Call24Error, Conflict, Invalid
from call24.kit.holdings import ButHeld, nothing_held
from call24.kit.ids import IncidentId, TenantId, UserId, new_id
from call24.kit.mongo import Mongo, TenantScope
from call24.kit.paging import cursor_of

log = logging.getLogger(__name__)

INCIDENTS_MAX = 1_000
PLACES_MAX, NAMED_MAX = 100, 50
LOOK_EVERY_S = 60.0
AT_ONCE = 100

NOWHERE = Scope()
"""Nothing is chosen yet."""

Warn = Callable[[TenantScope, Incident], Awaitable[object]]
"""Has the officers written to about the clock, within the transaction that notes that they were."""
PlacesOf = Callable[[], Mapping[str, PlaceOfPeople]]
SenderOf = Callable[[TenantId], Awaitable[Sender]]


class IncidentPage(msgspec.Struct, frozen=True, kw_only=True):
    """`next` is None on the last page."""

    incidents: tuple[Incident, ...]
    next: str | None


class Incidents:
    """`places`: of the data map; `sender`: what an organisation states of itself."""

    def __init__(
        self, mongo: Mongo, clock: Clock, changes: Changes, warn: Warn, places: PlacesOf, sender: SenderOf
    ) -> None:
        self._store = IncidentStore(mongo)
        self._clock = clock
        self._changes = changes
        self._warn = warn
        self._places = places
        self._sender = sender
        self.but_held: ButHeld = nothing_held

    async def open(
        self,
        tenant_id: TenantId,
        by: UserId,
        *,
        title: str,
        what_happened: str,
        kinds: Sequence[BreachKind],
        noticed_at: datetime | None = None,
        scope: Scope = NOWHERE,
    ) -> Incident:
        """`noticed_at` None: now. Raises: Invalid, Conflict (too_many), Unavailable."""
        self._check_scope(scope)
        if await self._store.count(tenant_id) >= INCIDENTS_MAX:
            raise Conflict(f"An organisation has at most {INCIDENTS_MAX} incidents", code="too_many")
        now = self.now()
        noticed = noticed_at or now
        made = opened(
            Incident(
                id=IncidentId(new_id("inc")),
                tenant_id=tenant_id,
                title=title,
                what_happened=what_happened,
                kinds=tuple(kinds),
                scope=scope,
                noticed_at=noticed,
                due_at=noticed,
                opened_at=now,
            ),
            by,
        )

        async def work(writing: Writing) -> None:
            await self._store.add(writing.scope, made)
            writing.tell(INCIDENT_CHANGED, changed(made), made.id)

        await self._changes.commit(tenant_id, work)
        return made

    async def get(self, tenant_id: TenantId, incident_id: str) -> Incident:
        """Raises: NotFound, Unavailable."""
        return await self._store.get(tenant_id, incident_id)

    async def page(
        self, tenant_id: TenantId, states: Sequence[State], *, limit: int, cursor: str | None
    ) -> IncidentPage:
        """The last noticed first. Raises: Invalid for a cursor that is not ours, Unavailable."""
        found = await self._store.page(tenant_id, states, limit=limit + 1, cursor=cursor)
        shown = tuple(found[:limit])
        more = len(found) > limit
        return IncidentPage(incidents=shown, next=cursor_of(shown[-1].due_at, shown[-1].id) if more else None)

    async def step(self, tenant_id: TenantId, incident_id: str, taken: Taken, *, seen: int) -> Incident:
        """Raises: NotFound, Invalid, Conflict (incident_changed, and those of the machine), Unavailable."""
        return await self._change(await self._seen(tenant_id, incident_id, seen), lambda one: advanced(one, taken))

    async def edit(self, tenant_id: TenantId, incident_id: str, edit: Edit, by: UserId, *, seen: int) -> Incident:
        """Raises: as `step`."""
        if edit.scope is not None:
            self._check_scope(edit.scope)
        before = await self._seen(tenant_id, incident_id, seen)
        return await self._change(before, lambda one: edited(one, edit, self.now(), by))

    async def draft(
        self, tenant_id: TenantId, incident_id: str, audience: Audience, text: str | None, by: UserId
    ) -> Incident:
        """`text` None: it is generated from what the incident says now. Raises: as `step`."""
        before = await self._store.get(tenant_id, incident_id)
        if text is None:
            search = await self._store.newest_search(tenant_id, before.id)
            sender, affected = await self._sender(tenant_id), self.affected(before)
            text = draft(audience, before, search, affected, sender, self.now())
        notice = Notice(audience=audience, at=self.now(), by=by, text=text)
        return await self._change(before, lambda one: drafted(one, notice))

    def affected(self, incident: Incident) -> Affected:
        """The kinds of data of its places, by the data map, in plain words."""
        places = [place for name in incident.scope.places if (place := self._places().get(name)) is not None]
        return Affected(
            callers=_words(kind for place in places for kind in place.callers),
            users=_words(kind for place in places for kind in place.users),
        )

    async def _seen(self, tenant_id: TenantId, incident_id: str, seen: int) -> Incident:
        before = await self.get(tenant_id, incident_id)
        if before.version != seen:
            raise _changed()
        return before

    async def _change(self, before: Incident, make: Callable[[Incident], Incident]) -> Incident:
        after = make(before)
        if after is not before and not await self._put(after, seen=before.version):
            raise _changed()
        return after

    async def _put(self, after: Incident, *, seen: int, warn: Warn | None = None) -> bool:
        async def work(writing: Writing) -> bool:
            if not await self._store.put(writing.scope, after, seen=seen):
                return False
            if warn is not None:
                await warn(writing.scope, after)
            writing.tell(INCIDENT_CHANGED, changed(after), after.id)
            return True

        return await self._changes.commit(after.tenant_id, work)

    def _check_scope(self, scope: Scope) -> None:
        """Raises: Invalid."""
        known = self._places()
        unknown = [name for name in scope.places if name not in known]
        if unknown or len(scope.places) > PLACES_MAX:
            raise Invalid(errors=[("scope.places", f"at most {PLACES_MAX} of GET /v1/incidents/places")])
        if any(len(ids) > NAMED_MAX for ids in (scope.agents, scope.queues, scope.numbers)):
            raise Invalid(errors=[("scope.agents", f"at most {NAMED_MAX} agents, queues and numbers each")])

    # Warnings, and the end

    async def warn(self) -> int:
        """Notes each warning that is due, with its e-mails, once; how many. Raises: Unavailable."""
        now, count = self.now(), 0
        for incident in await self._store.due_to_warn(now, AT_ONCE):
            after = warned(incident, now)
            if after is not None:
                count += await self._put(after, seen=incident.version, warn=self._warn)
        return count

    async def run(self) -> None:
        """For ever, every minute; trouble is logged and tried again."""
        while True:
            try:
                while await self.warn() == AT_ONCE:
                    pass
            except Call24Error as trouble:
                log.warning("warnings of incidents were postponed: %s", trouble)
            await asyncio.sleep(LOOK_EVERY_S)

    async def erase_due(self, now: datetime) -> int:
        """Incidents whose day has come go, with those whom they affected. Raises: Unavailable."""
        due = await self._store.due_to_go(now, await self.but_held(Incident), AT_ONCE)
        for incident in due:
            await self._store.delete(incident)
        return len(due)

    def now(self) -> datetime:
        """In whole milliseconds, as MongoDB gives it back."""
        now = self._clock.now()
        return now.replace(microsecond=now.microsecond // 1000 * 1000)


def _words(categories: object) -> list[str]:
    found = dict.fromkeys(categories)  # type: ignore[call-overload]
    return [CATEGORIES.get(kind, kind) for kind in found]


def _changed() -> Conflict:
    return Conflict("Somebody else has changed it", code="incident_changed")
