"""Changes how long an organisation keeps its calls, and has those that are there follow, with all that goes with them.

A shorter time is planned, confirmed, and takes effect a day later; a longer one has a legal reason and takes effect at
once. Calls get their new day in pages, in the order in which they arrived, before the sweeper deletes: what was cut off
goes on with the next sweep. It deletes no calls itself.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from call24.call_records.call_record import CallRecord
from call24.exports.model import Export
from call24.journal.model import Entry
from call24.kit.clock import Clock
from call24.kit.errors import Conflict, NotFound
from call24.kit.ids import CallId, TenantId, UserId, new_id
from call24.kit.mongo import Index, Mongo, TenantCollection
from call24.privacy.hold_register import HoldRegister
from call24.privacy.hold_rules import but_held_of_one
from call24.privacy.retention_model import RetentionChange
from call24.privacy.retention_rules import GRACE, RetentionPlan, checked_days, confirmed, sealed
from call24.recordings.model import Recording
from call24.tasks.model import Task
from call24.tenants.refused_calls import RefusedCalls
from call24.tenants.rules import checked_reason
from call24.tenants.service import TenantService

INDEXES = (
    Index(RetentionChange, ("state",), across=True),
    Index(RetentionChange, ("-asked_at", "-id")),
)
PAGE = 500
PAGES = 100
"""Of one organisation with one sweep. The oldest come first: what falls due within a minute has its day by then."""
SETTLES_AFTER = timedelta(hours=6)
"""By then calls that went on when the others followed have ended."""
MARGIN = timedelta(minutes=1)
"""Calls that arrive while the change takes effect may have the days of before: they count as earlier ones."""
SETTLES_SINCE = timedelta(days=1)
SHOWN_DAYS = 30
_WHY = "the sweeper has calls follow what any organisation changed"

Followers = Callable[[TenantId, Sequence[CallId]], Awaitable[object]]


class _Arrived(msgspec.Struct, frozen=True):
    id: CallId
    arrived_at: datetime


async def _nobody(tenant_id: TenantId, call_ids: Sequence[CallId]) -> None:
    return None


class RetentionChanges:
    """`key`: signs plans. `redate`: gives the recordings of these calls another day, when the calls have theirs.

    `recount`: counts in which calls may be that are gone sooner now are thrown away.
    """

    def __init__(
        self,
        mongo: Mongo,
        clock: Clock,
        tenants: TenantService,
        refused: RefusedCalls,
        register: HoldRegister,
        key: bytes,
        *,
        recount: Callable[[TenantId], Awaitable[object]] | None = None,
    ) -> None:
        self._mongo = mongo
        self._clock = clock
        self._tenants = tenants
        self._refused = refused
        self._register = register
        self._key = key
        self.redate: Followers = _nobody
        self._recount = recount
        self._open = mongo.platform(RetentionChange, why=_WHY)

    async def plan(self, tenant_id: TenantId, days: int | None) -> tuple[RetentionPlan, str, dict[str, Any]]:
        """A dry run, its id, and what else it found: `effective_at`, `exports`, and `by_day`, what each day deletes.

        `days` None: of the days as they are. Raises: Invalid, NotFound, Unavailable.
        """
        before, now = (await self._tenants.get(tenant_id)).record_days, self._clock.now()
        after = before if days is None else checked_days(days)
        start = now + GRACE if after < before else now
        at_once = await self._counted(tenant_id, after, None, start)
        by_day = []
        for n in range(SHOWN_DAYS):
            since, until = start + timedelta(days=n), start + timedelta(days=n + 1)
            calls, recordings = await self._counted(tenant_id, after, since, until)
            by_day.append((since, calls, recordings))
        plan = RetentionPlan(
            tenant_id=tenant_id, days_before=before, days=after, made_at=now, calls=at_once[0], recordings=at_once[1]
        )
        exports = (
            await self._mongo.tenant(tenant_id).collection(Export).count({"kind": "calls"}) if after < before else 0
        )
        return plan, sealed(plan, self._key), {"effective_at": start, "exports": exports, "by_day": by_day}

    async def current(self, tenant_id: TenantId) -> RetentionChange | None:
        """The latest that was not undone. Raises: Unavailable."""
        return await self._changes(tenant_id).find_one(
            {"state": {"$ne": "undone"}}, sort=[("asked_at", -1), ("id", -1)]
        )

    async def page(self, tenant_id: TenantId, rule: dict[str, Any], limit: int) -> list[RetentionChange]:
        """The newest first. Raises: Unavailable."""
        return await self._changes(tenant_id).find(rule, sort=[("asked_at", -1), ("id", -1)], limit=limit)

    async def change(
        self, tenant_id: TenantId, by: UserId, days: int, plan_id: str | None, reason: str | None
    ) -> RetentionChange | None:
        """None where nothing changes.

        Raises: Invalid (also retention_reason_required), Conflict (codes retention_change_open,
        retention_plan_required, retention_plan_outdated), NotFound, Unavailable.
        """
        before, now = (await self._tenants.get(tenant_id)).record_days, self._clock.now()
        if await self._changes(tenant_id).count({"state": {"$in": ["waiting", "following"]}}):
            raise Conflict("A change is under way: undo it, or wait until it is done", code="retention_change_open")
        if checked_days(days) == before:
            return None
        made = RetentionChange(
            id=new_id("rtc"),
            tenant_id=tenant_id,
            asked_by=by,
            asked_at=now,
            days_before=before,
            days=days,
            effective_at=now + GRACE if days < before else now,
        )
        if days > before:
            made = msgspec.structs.replace(made, reason=checked_reason(reason, "reason", "calls"))
        elif plan_id is None:
            where = f"GET /v1/organisation/record-days/plan?record_days={days}"
            raise Conflict(f"It deletes calls: read {where}, and confirm its `id`", code="retention_plan_required")
        else:
            plan = confirmed(plan_id, self._key, tenant_id, before, days, now)
            made = msgspec.structs.replace(made, calls=plan.calls, recordings=plan.recordings)
        await self._changes(tenant_id).update_where({"state": "settling"}, {"state": "done"})
        await self._changes(tenant_id).insert(made)
        return made if made.shorter else await self._begin(made, now)

    async def undo(self, tenant_id: TenantId) -> None:
        """Raises: NotFound where none is waiting, Conflict (code retention_change_begun), Unavailable."""
        change = await self.current(tenant_id)
        if change is None or change.state == "done":
            raise NotFound
        waiting = {"id": change.id, "state": "waiting"}
        if not await self._changes(tenant_id).update_where(waiting, {"state": "undone"}):
            raise Conflict("It has taken effect", code="retention_change_begun")

    async def follow(self, now: datetime) -> int:
        """Go on with every change; how many calls got their new day. `now`: the agreed time. Raises: Unavailable."""
        count = 0
        for change in await self._open.find({"state": {"$in": ["waiting", "following", "settling"]}}):
            count += await self._go_on(change, now)
        return count

    async def _go_on(self, change: RetentionChange, now: datetime) -> int:
        if change.state == "waiting":
            if change.effective_at > now:
                return 0
            change = await self._begin(change, now)
        begun = change.begun_at or now
        if change.state == "settling" and now < begun + SETTLES_AFTER:
            return 0
        count = 0
        for _ in range(PAGES):
            page = await self._page(change, begun)
            if page:
                count += await self._dated(change, page)
                change = await self._noted(change, at=page[-1].arrived_at, last=page[-1].id)
            if len(page) < PAGE:
                await self._ended(change, begun)
                break
        return count

    async def _begin(self, change: RetentionChange, now: datetime) -> RetentionChange:
        """Repeating it is harmless."""
        tenant_id = change.tenant_id
        await self._tenants.change(tenant_id, record_days=change.days)
        if change.shorter:
            await self._refused.follow_days(tenant_id, change.days)
            exports = self._mongo.tenant(tenant_id).collection(Export)
            await exports.update_where({"kind": "calls", "delete_at": {"$gt": now}}, {"delete_at": now})
        return await self._noted(change, state="following", begun_at=self._clock.now() + MARGIN)

    async def _ended(self, change: RetentionChange, begun: datetime) -> None:
        """All that arrived before have their day. Those that went on meanwhile get theirs once more, later."""
        if change.shorter and self._recount is not None:
            await self._recount(change.tenant_id)
        if change.state == "following":
            await self._noted(change, state="settling", at=begun - SETTLES_SINCE, last="")
        else:
            await self._noted(change, state="done")

    async def _page(self, change: RetentionChange, before: datetime) -> list[_Arrived]:
        rule: dict[str, Any] = {"arrived_at": {"$lt": before}}
        if change.at is not None:
            here = {"arrived_at": change.at, "_id": {"$gt": change.last}}
            rule = {"$or": [{"arrived_at": {"$gt": change.at, "$lt": before}}, here]}
        calls = self._mongo.tenant(change.tenant_id).collection(CallRecord)
        return await calls.find_parts(_Arrived, rule, sort=[("arrived_at", 1), ("id", 1)], limit=PAGE)

    async def _dated(self, change: RetentionChange, page: Sequence[_Arrived]) -> int:
        """The record last: what was cut off in between is done again. Raises: Unavailable."""
        scope, days = self._mongo.tenant(change.tenant_id), timedelta(days=change.days)
        due = {one.id: one.arrived_at + days for one in page}
        await scope.collection(Entry).update_where_each(
            [({"call_id": id}, {"delete_at": at}) for id, at in due.items()]
        )
        tasks = [({"call_id": id, "delete_at": {"$ne": None}}, {"delete_at": at}) for id, at in due.items()]
        await scope.collection(Task).update_where_each(tasks)
        count = await scope.collection(CallRecord).update_each({id: {"delete_at": at} for id, at in due.items()})
        await self.redate(change.tenant_id, list(due))
        return count

    async def _noted(self, change: RetentionChange, **what: Any) -> RetentionChange:
        await self._changes(change.tenant_id).update(change.id, what)
        return msgspec.structs.replace(change, **what)

    async def _counted(
        self, tenant_id: TenantId, days: int, since: datetime | None, until: datetime
    ) -> tuple[int, int]:
        """Calls and recordings that `days` would delete from `since` until then, and that are still there then. Not
        recordings that stay longer than their record already: a legal reason keeps them."""
        scope, kept = self._mongo.tenant(tenant_id), timedelta(days=days)
        begun: dict[str, Any] = {"$lte": until - kept} | ({} if since is None else {"$gt": since - kept})
        there = {"delete_at": {"$gt": until if since is None else since}}
        held = await self._register.of(tenant_id)
        calls = await scope.collection(CallRecord).count(
            {"arrived_at": begun, **there, **but_held_of_one(CallRecord, held)}
        )
        recordings = await scope.collection(Recording).count(
            {"started_at": begun, "outlasts": {"$ne": True}, **there, **but_held_of_one(Recording, held)}
        )
        return calls, recordings

    def _changes(self, tenant_id: TenantId) -> TenantCollection[RetentionChange]:
        return self._mongo.tenant(tenant_id).collection(RetentionChange)
