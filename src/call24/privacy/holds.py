"""Legal holds: set, reviewed and released by the privacy officer. What they stop is asked of `hold_register.py`."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from call24.call_records.call_record import CallRecord
from call24.call_records.kept_calls import KeptCall
from call24.contacts.model import Contact
from call24.identity.model import User
from call24.kit.clock import Clock
from call24.kit.errors import Conflict, Invalid, NotFound
from call24.kit.ids import HoldId, TenantId, UserId, new_id
from call24.kit.mongo import Mongo, TenantCollection
from call24.privacy.hold_model import HoldStep, LegalHold, SubjectKind
from call24.privacy.hold_rules import clause_of, kept_clause_of
from call24.queues.model import Queue
from call24.recordings.model import Recording

OPEN_MAX = 200
"""Open holds of one organisation."""
STEPS_MAX = 200
KEPT_AFTER_RELEASE = timedelta(days=3 * 365)
_SUBJECTS: dict[SubjectKind, Any] = {"call": CallRecord, "contact": Contact, "user": User, "queue": Queue}


class LegalHolds:
    def __init__(self, mongo: Mongo, clock: Clock) -> None:
        self._mongo = mongo
        self._clock = clock

    async def page(self, tenant_id: TenantId, rule: dict[str, Any], limit: int) -> list[LegalHold]:
        """The newest first. Raises: Unavailable."""
        return await self._holds(tenant_id).find(rule, sort=[("set_at", -1), ("id", -1)], limit=limit)

    async def get(self, tenant_id: TenantId, hold_id: str) -> LegalHold:
        """Raises: NotFound, Unavailable."""
        return await self._holds(tenant_id).get(hold_id)

    async def set(
        self,
        tenant_id: TenantId,
        by: UserId,
        kind: SubjectKind,
        subject_id: str | None,
        days: tuple[datetime, datetime] | None,
        reason: str,
        review_at: datetime,
    ) -> LegalHold:
        """`days`: of a queue. Raises: Invalid, Conflict (code legal_holds_full), Unavailable."""
        now = self._clock.now()
        self._check_review(review_at, now)
        if kind != "organisation":
            await self._check_subject(tenant_id, kind, subject_id)
        if await self._holds(tenant_id).count({"state": "open"}) >= OPEN_MAX:
            raise Conflict(f"There are {OPEN_MAX} open legal holds: release one first", code="legal_holds_full")
        since, until = days or (None, None)
        step = HoldStep(at=now, by=by, action="set", note=reason, review_at=review_at)
        hold = LegalHold(
            id=HoldId(new_id("hld")),
            tenant_id=tenant_id,
            kind=kind,
            subject_id=subject_id,
            since=since,
            until=until,
            reason=reason,
            set_at=now,
            review_at=review_at,
            history=(step,),
        )
        await self._holds(tenant_id).insert(hold)
        return hold

    async def review(self, tenant_id: TenantId, hold_id: str, by: UserId, note: str, review_at: datetime) -> LegalHold:
        """It stays, until it is reviewed again. Raises: NotFound, Invalid, Conflict, Unavailable."""
        now = self._clock.now()
        self._check_review(review_at, now)
        step = HoldStep(at=now, by=by, action="reviewed", note=note, review_at=review_at)
        return await self._append(tenant_id, hold_id, step, {"review_at": review_at})

    async def release(self, tenant_id: TenantId, hold_id: str, by: UserId, reason: str) -> LegalHold:
        """What it stopped goes with the next sweep. Raises: NotFound, Conflict (legal_hold_released), Unavailable."""
        now = self._clock.now()
        gone = {"state": "released", "released_at": now, "delete_at": now + KEPT_AFTER_RELEASE}
        return await self._append(tenant_id, hold_id, HoldStep(at=now, by=by, action="released", note=reason), gone)

    async def stopped(self, hold: LegalHold) -> tuple[int, int]:
        """Calls and recordings of this hold that are past their day, and still there. Raises: Unavailable."""
        scope, due = self._mongo.tenant(hold.tenant_id), {"delete_at": {"$lte": self._clock.now()}}
        if hold.state != "open":
            return 0, 0
        if hold.kind == "organisation":
            return await scope.collection(CallRecord).count(due), await scope.collection(Recording).count(due)
        calls = await scope.collection(CallRecord).distinct("_id", clause_of(hold))
        calls |= await scope.collection(KeptCall).distinct("_id", kept_clause_of(hold))
        of_calls = {"call_id": {"$in": sorted(calls)}, **due}
        late = await scope.collection(CallRecord).count({"$and": [clause_of(hold), due]})
        return late, await scope.collection(Recording).count(of_calls)

    def _holds(self, tenant_id: TenantId) -> TenantCollection[LegalHold]:
        return self._mongo.tenant(tenant_id).collection(LegalHold)

    async def _append(self, tenant_id: TenantId, hold_id: str, step: HoldStep, change: dict[str, Any]) -> LegalHold:
        """Nobody overwrites what another appended meanwhile."""
        found = await self.get(tenant_id, hold_id)
        steps = len(found.history)
        if steps >= STEPS_MAX and step.action == "reviewed":
            raise Conflict(f"A hold is reviewed {STEPS_MAX} times at most: set a new one", code="legal_holds_full")
        there = {"id": hold_id, "state": "open", f"history.{steps}": {"$exists": False}}
        change = {**change, "history": [*found.history, step]}
        if not await self._holds(tenant_id).update_where(there, change):
            if (await self.get(tenant_id, hold_id)).state == "released":
                raise Conflict("The legal hold is released already", code="legal_hold_released")
            raise Conflict("Somebody else has just changed the legal hold: read it again")
        return await self.get(tenant_id, hold_id)

    async def _check_subject(self, tenant_id: TenantId, kind: SubjectKind, subject_id: str | None) -> None:
        scope = self._mongo.tenant(tenant_id)
        try:
            await scope.collection(_SUBJECTS[kind]).get(subject_id or "")
        except NotFound:
            if kind == "call" and await scope.collection(KeptCall).find_one({"id": subject_id}) is not None:
                return
            raise Invalid(errors=[("subject_id", f"is the id of no {kind} of the organisation")]) from None

    @staticmethod
    def _check_review(review_at: datetime, now: datetime) -> None:
        if not now < review_at <= now + timedelta(days=366):
            raise Invalid(errors=[("review_on", "is a day from tomorrow on, within a year")])
