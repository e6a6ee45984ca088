"""Who was written down twice: looks for it behind, lists it, and remembers what users say of it. It merges nobody.

Each person who is new or was changed is compared with those who share a key (duplicate_rules.py). Organisations take
turns. What was not compared yet is marked in MongoDB, so a restart loses nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence

import msgspec

from call24.changes.service import Changes, Writing
from call24.kit.clock import Clock
from call24.kit.errors import NotFound, Unavailable
from call24.kit.ids import DuplicateId, PersonId, TenantId, UserId
from call24.kit.mongo import Index, Mongo
from call24.kit.mongo.collection import TenantCollection
from call24.kit.paging import cursor_after, place_after
from call24.people.duplicate_model import Duplicate, pair, pair_id
from call24.people.duplicate_rules import CROWD, SUSPECT, Compared, Facts, compared, facts_of
from call24.people.model import Person

INDEXES = (
    Index(Person, ("match_keys",)),
    Index(Person, ("compared", "tenant_id"), across=True),
    Index(Duplicate, ("state", "-score", "id")),
    Index(Duplicate, ("people",)),
    Index(Duplicate, ("private_to",)),
)
PAIRS_MAX = 10
"""Of one person, that are suspected: the likeliest."""
CANDIDATES_MAX = 200
AT_ONCE = 20
"""People of one organisation, before it is another's turn."""
LOOK_S = 5.0
_PERSON_S = 20.0


class DuplicatePage(msgspec.Struct, frozen=True, kw_only=True):
    """The likeliest first, each with its two people. `next` is None on the last page."""

    pairs: tuple[tuple[Duplicate, Person, Person], ...]
    next: str | None


class Duplicates:
    """``run`` it for as long as the process lives. `shown`: what may be used of a person; None: nothing, while their
    data is restricted. `written`: organisations whose turn does not come now, since many people of theirs are being
    written; set by who writes them."""

    def __init__(self, mongo: Mongo, clock: Clock, changes: Changes, shown: Callable[[Person], Person | None]) -> None:
        self._mongo = mongo
        self._clock = clock
        self._changes = changes
        self._shown = shown
        self._everybody = mongo.platform(Person, why="whoever is new is compared, of one organisation after the other")
        self._turn = ""
        self.written: Callable[[], Collection[TenantId]] = tuple

    def _pairs(self, tenant_id: TenantId) -> TenantCollection[Duplicate]:
        return self._mongo.tenant(tenant_id).collection(Duplicate)

    async def page(self, tenant_id: TenantId, reader: UserId, *, limit: int, cursor: str | None) -> DuplicatePage:
        """Of the organisation, and of the reader's own. Raises: Invalid for a cursor that is not ours."""
        every: list[dict[str, object]] = [{"state": "suspected", "private_to": {"$in": [None, reader]}}]
        if cursor is not None:
            score, last = place_after(cursor, [int, str])
            every.append({"$or": [{"score": {"$lt": score}}, {"score": score, "_id": {"$gt": last}}]})
        order = [("score", -1), ("id", 1)]
        found = await self._pairs(tenant_id).find({"$and": every}, sort=order, limit=limit + 1)
        shown = found[:limit]
        ids = [id for one in shown for id in one.people]
        stored = await self._mongo.tenant(tenant_id).collection(Person).find(_any(ids))
        people = {one.id: free for one in stored if (free := self._shown(one)) is not None}
        there = [(one, people.get(one.people[0]), people.get(one.people[1])) for one in shown]
        pairs = tuple((one, a, b) for one, a, b in there if a is not None and b is not None)
        more = len(found) > limit
        return DuplicatePage(pairs=pairs, next=cursor_after((shown[-1].score, shown[-1].id)) if more else None)

    async def dismiss(self, tenant_id: TenantId, id: DuplicateId, by: UserId) -> None:
        """They are two people; repeating it is harmless. Raises: NotFound, Unavailable."""
        found = await self._pairs(tenant_id).get(id)
        if found.private_to not in (None, by):
            raise NotFound
        said = {"state": "dismissed", "dismissed_by": by, "dismissed_at": self._clock.now()}
        await self._pairs(tenant_id).update_where({"id": id, "state": "suspected"}, said)

    def close_tenant(self, tenant_id: TenantId) -> None:
        """It is another organisation's turn."""
        if self._turn == tenant_id:
            self._turn = ""

    # --- finding ---

    async def run(self) -> None:
        while True:
            try:
                async with asyncio.timeout(_PERSON_S * AT_ONCE):
                    found = await self.look()
            except (Unavailable, TimeoutError):
                found = 0
            if not found:
                await asyncio.sleep(LOOK_S)

    async def look(self) -> int:
        """Compare some of the organisation whose turn it is; how many. Raises: Unavailable."""
        new, later = {"compared": {"$in": [None, False]}}, {"$nin": list(self.written())}
        first = await self._next({**new, "tenant_id": {"$gt": self._turn, **later}})
        if not first:
            first = await self._next({**new, "tenant_id": later})
        if not first:
            return 0
        self._turn = first[0].tenant_id
        people = self._mongo.tenant(first[0].tenant_id).collection(Person)
        for person in (some := await people.find(new, limit=AT_ONCE)):
            await self.compare(person)
        return len(some)

    async def _next(self, rule: Mapping[str, object]) -> list[Person]:
        return await self._everybody.find(rule, sort=[("tenant_id", 1)], limit=1)

    async def compare(self, person: Person) -> None:
        """With everybody who may be the same: what is suspected of them is what is stored then."""
        free = self._shown(person)
        facts = facts_of(free) if free is not None else Facts()
        found: list[tuple[Compared, PersonId]] = []
        for other in await self._candidates(person, facts.keys):
            theirs = self._shown(other)
            said = compared(facts, facts_of(theirs)) if theirs is not None else None
            if said is not None and said.score >= SUSPECT:
                found.append((said, other.id))
        found.sort(key=lambda one: (-one[0].score, one[1]))
        del found[PAIRS_MAX:]

        async def work(writing: Writing) -> None:
            """Where they are still as they were read: else they are looked at again."""
            people, pairs = writing.collection(Person), writing.collection(Duplicate)
            done = {"compared": True, "match_keys": facts.keys}
            if not await people.update_where({"id": person.id, "version": person.version}, done):
                return
            others = await people.find({"id": {"$in": [id for _, id in found]}})
            there = {one.id for one in others}
            kept = [pair_id(person.id, id) for id in there]
            await pairs.delete_many({"people": person.id, "state": "suspected", "id": {"$nin": kept}})
            for said, id in found:
                if id in there:
                    await pairs.update_or_insert(self._pair(person, id), {"score": said.score, "why": said.why})

        await self._changes.commit(person.tenant_id, work)

    def _pair(self, person: Person, other: PersonId) -> Duplicate:
        return Duplicate(
            id=pair_id(person.id, other),
            tenant_id=person.tenant_id,
            private_to=person.private_to,
            people=pair(person.id, other),
            found_at=self._clock.now(),
        )

    async def _candidates(self, person: Person, keys: Sequence[str]) -> list[Person]:
        """Who shares a key; where many do, the keys that many share do not count."""
        people = self._mongo.tenant(person.tenant_id).collection(Person)
        if not keys:
            return []
        among = {"private_to": person.private_to, "id": {"$ne": person.id}}
        found = await people.find({**among, "match_keys": {"$in": list(keys)}}, limit=CANDIDATES_MAX)
        if len(found) < CANDIDATES_MAX:
            return found
        by_id: dict[PersonId, Person] = {}
        for key in keys:
            some = await people.find({**among, "match_keys": key}, limit=CROWD)
            if len(some) < CROWD:
                by_id |= {one.id: one for one in some}
        return list(by_id.values())[: 2 * CANDIDATES_MAX]


def _any(ids: Sequence[PersonId]) -> dict[str, object]:
    return {"id": {"$in": list(ids)}}
