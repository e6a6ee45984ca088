"""The day on which a recording goes: its call record's, or another where the organisation or a queue says so.

The rule is stored nowhere but in their settings; it becomes `delete_at` of each recording, which the sweeper and the
retention watch go by. It deletes nothing itself.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from call24.kit.ids import CallId, QueueId, TenantId
from call24.kit.mongo import Mongo
from call24.recordings.model import Recording

PAGE = 500


@dataclass(frozen=True, kw_only=True)
class RecordingDays:
    """`organisation`: None where recordings stay as long as the call record; `queues`: those with days of their own.

    `longer`: the queues, and None for the organisation, that stated a legal reason: only their days may pass the
    record's. `known`: all queues that there are; of one that was deleted, what is kept longer stays so.
    """

    organisation: int | None = None
    queues: Mapping[QueueId, int] = field(default_factory=dict)
    longer: frozenset[QueueId | None] = frozenset()
    known: frozenset[QueueId] = field(default=frozenset(), compare=False)

    @property
    def any(self) -> bool:
        return self.organisation is not None or bool(self.queues)


class RecordedCall(NamedTuple):
    """`delete_at`: the call record's day, also where the record is gone; `queues`: all that the call was in."""

    delete_at: datetime
    queues: Sequence[QueueId]


RecordedCalls = Callable[[TenantId, Sequence[CallId]], Awaitable[Mapping[CallId, RecordedCall]]]
"""Of those calls that have a record, or a reduced one. Raises: Unavailable."""

Redated = Callable[[TenantId, Mapping[CallId, datetime]], Awaitable[object]]
"""The day of the last recording of each of these calls. Raises: Unavailable."""


class _Due(NamedTuple):
    """As it is stored with a recording."""

    delete_at: datetime
    outlasts: bool


async def _none(tenant_id: TenantId, calls: Sequence[CallId]) -> Mapping[CallId, RecordedCall]:
    return {}


async def _nowhere(tenant_id: TenantId, days: Mapping[CallId, datetime]) -> None:
    return None


async def _nobody() -> set[TenantId]:
    return set()


def day_of(started_at: datetime, record_day: datetime, queues: Sequence[QueueId], days: RecordingDays) -> datetime:
    """The fewest days of the queues that the call was in; of a call that was in none, the organisation's. After
    `record_day`, the call record's, only where a legal reason was stated."""

    def said(queue_id: QueueId | None) -> datetime:
        source = queue_id if queue_id in days.queues else None
        count = days.organisation if source is None else days.queues[source]
        if count is None:
            return record_day
        day = started_at + timedelta(days=count)
        return day if source in days.longer else min(day, record_day)

    return min(said(queue_id) for queue_id in queues or (None,))


class RecordingRetention:
    """`days`: what an organisation and its queues say now, from memory; `tenants`: which organisations there are.

    `calls`, `redated`, `with_reduced` (organisations that have reduced records): who keeps call records sets them.
    """

    def __init__(
        self,
        mongo: Mongo,
        days: Callable[[TenantId], RecordingDays],
        tenants: Callable[[], Sequence[TenantId]],
    ) -> None:
        self._mongo = mongo
        self.days = days
        self._tenants = tenants
        self.calls: RecordedCalls = _none
        self.redated: Redated = _nowhere
        self.with_reduced: Callable[[], Awaitable[Collection[TenantId]]] = _nobody
        self._looked = False
        self._followed: dict[TenantId, RecordingDays] = {}
        """Those that have days of their own; an organisation that is closed is in it until the next look."""

    async def dated(self, recording: Recording) -> Recording:
        """With the day that the settings give it. Raises: Unavailable."""
        days = self.days(recording.tenant_id)
        if not days.any:
            return recording
        due = (await self._of_page(recording.tenant_id, [recording], days))[recording.id]
        return msgspec.structs.replace(recording, **due._asdict())

    async def follow(self) -> int:
        """Give recordings that are kept already the days of settings that were changed; how many got another day.

        After a start it looks at each organisation that has such a setting, or had one, once. Raises: Unavailable;
        call it again.
        """
        count, followed = 0, dict[TenantId, RecordingDays]()
        had_one = () if self._looked else await self.with_reduced()
        for tenant_id in self._tenants():
            days = self.days(tenant_id)
            if days != self._followed.get(tenant_id, RecordingDays()) or tenant_id in had_one:
                count += await self._follow(tenant_id, days)
            if days.any:
                followed[tenant_id] = days
        self._followed, self._looked = followed, True
        return count

    async def redate(self, tenant_id: TenantId, call_ids: Sequence[CallId]) -> int:
        """The day of these calls' records was changed: give their recordings theirs; how many. Raises: Unavailable."""
        kept = self._mongo.tenant(tenant_id).collection(Recording)
        there = await kept.find({"call_id": {"$in": list(call_ids)}})
        due = await self._of_page(tenant_id, there, self.days(tenant_id))
        return await kept.update_each({str(one.id): due[one.id]._asdict() for one in there if due[one.id] != _now(one)})

    async def outlasting(
        self, tenant_id: TenantId, call_ids: Sequence[CallId], now: datetime
    ) -> Mapping[CallId, datetime]:
        """Those of these calls with sound that is kept beyond `now`, by the settings as they are; until when.

        Raises: Unavailable.
        """
        await self.redate(tenant_id, call_ids)
        kept = self._mongo.tenant(tenant_id).collection(Recording)
        later = {"call_id": {"$in": list(call_ids)}, "delete_at": {"$gt": now}, "path": {"$ne": ""}}
        return _last(await kept.find(later))

    async def _follow(self, tenant_id: TenantId, days: RecordingDays) -> int:
        kept, after, count = self._mongo.tenant(tenant_id).collection(Recording), "", 0
        while page := await kept.find({"id": {"$gt": after}}, sort=[("id", 1)], limit=PAGE):
            after = page[-1].id
            due = await self._of_page(tenant_id, page, days)
            changed = {str(one.id): due[one.id]._asdict() for one in page if due[one.id] != _now(one)}
            count += await kept.update_each(changed)
            of_calls = {"call_id": {"$in": sorted({one.call_id for one in page})}, "path": {"$ne": ""}}
            await self.redated(tenant_id, _last(await kept.find(of_calls)))
        return count

    async def _of_page(self, tenant_id: TenantId, page: Sequence[Recording], days: RecordingDays) -> dict[str, _Due]:
        calls = await self.calls(tenant_id, [one.call_id for one in page])
        found = dict[str, _Due]()
        for one in page:
            call = calls.get(one.call_id)
            if call is not None and one.outlasts and not days.known.issuperset(call.queues):
                found[one.id] = _now(one)  # the reason that a deleted queue stated does not go with it
            elif call is not None:
                day = day_of(one.started_at, call.delete_at, call.queues, days)
                found[one.id] = _Due(day, day > call.delete_at)
            else:  # imported, or left over: nothing says that it may stay longer
                found[one.id] = _Due(min(one.delete_at, day_of(one.started_at, one.delete_at, (), days)), one.outlasts)
        return found


def _now(recording: Recording) -> _Due:
    return _Due(recording.delete_at, recording.outlasts)


def _last(recordings: Iterable[Recording]) -> dict[CallId, datetime]:
    found = dict[CallId, datetime]()
    for one in recordings:
        found[one.call_id] = max(one.delete_at, found.get(one.call_id, one.delete_at))
    return found
