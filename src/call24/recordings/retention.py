"""The day on which a recording goes: its call record's, or sooner where the organisation or a queue says so.

The rule is stored nowhere but in their settings; it becomes `delete_at` of each recording, which the sweeper and the
retention watch go by. It deletes nothing itself.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
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
    """`organisation`: None where recordings stay as long as the call record; `queues`: those with days of their own."""

    organisation: int | None = None
    queues: Mapping[QueueId, int] = field(default_factory=dict)

    @property
    def any(self) -> bool:
        return self.organisation is not None or bool(self.queues)


class RecordedCall(NamedTuple):
    """`delete_at`: the call record's day; `queues`: all that the call was in."""

    delete_at: datetime
    queues: Sequence[QueueId]


RecordedCalls = Callable[[TenantId, Sequence[CallId]], Awaitable[Mapping[CallId, RecordedCall]]]
"""Of those calls that have a record. Raises: Unavailable."""


async def _none(tenant_id: TenantId, calls: Sequence[CallId]) -> Mapping[CallId, RecordedCall]:
    return {}


def day_of(started_at: datetime, longest: datetime, queues: Sequence[QueueId], days: RecordingDays) -> datetime:
    """The fewest days of the queues that the call was in; of a call that was in none, the organisation's. Never after
    `longest`, the call record's day."""
    said = [days.queues.get(queue_id, days.organisation) for queue_id in queues] or [days.organisation]
    return min([longest, *(started_at + timedelta(days=count) for count in said if count is not None)])


class RecordingRetention:
    """`days`: what an organisation and its queues say now, from memory; `tenants`: which organisations there are.

    `calls`: who keeps call records sets it.
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
        self._followed: dict[TenantId, RecordingDays] = {}
        """Those that have days of their own; an organisation that is closed is in it until the next look."""

    async def dated(self, recording: Recording) -> Recording:
        """With the day that the settings give it. Raises: Unavailable."""
        days = self.days(recording.tenant_id)
        if not days.any:
            return recording
        day = (await self._of_page(recording.tenant_id, [recording], days))[recording.id]
        return msgspec.structs.replace(recording, delete_at=day)

    async def follow(self) -> int:
        """Give recordings that are kept already the days of settings that were changed; how many got another day.

        After a start it looks at each organisation that has such a setting once. Raises: Unavailable; call it again.
        """
        count, followed = 0, dict[TenantId, RecordingDays]()
        for tenant_id in self._tenants():
            days = self.days(tenant_id)
            if days != self._followed.get(tenant_id, RecordingDays()):
                count += await self._follow(tenant_id, days)
            if days.any:
                followed[tenant_id] = days
        self._followed = followed
        return count

    async def redate(self, tenant_id: TenantId, call_ids: Sequence[CallId]) -> int:
        """The day of these calls' records was changed: give their recordings theirs; how many. Raises: Unavailable."""
        kept = self._mongo.tenant(tenant_id).collection(Recording)
        there = await kept.find({"call_id": {"$in": list(call_ids)}})
        due = await self._of_page(tenant_id, there, self.days(tenant_id))
        return await kept.update_each({str(one.id): {"delete_at": due[one.id]} for one in there})

    async def _follow(self, tenant_id: TenantId, days: RecordingDays) -> int:
        kept, after, count = self._mongo.tenant(tenant_id).collection(Recording), "", 0
        while page := await kept.find({"id": {"$gt": after}}, sort=[("id", 1)], limit=PAGE):
            after = page[-1].id
            due = await self._of_page(tenant_id, page, days)
            changed = {str(one.id): {"delete_at": due[one.id]} for one in page if due[one.id] != one.delete_at}
            count += await kept.update_each(changed)
        return count

    async def _of_page(
        self, tenant_id: TenantId, page: Sequence[Recording], days: RecordingDays
    ) -> dict[str, datetime]:
        calls = await self.calls(tenant_id, [one.call_id for one in page])
        found = dict[str, datetime]()
        for one in page:
            call = calls.get(one.call_id, RecordedCall(one.delete_at, ()))
            found[one.id] = day_of(one.started_at, call.delete_at, call.queues, days)
        return found
