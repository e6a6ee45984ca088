"""The privacy officer's desk: requests come in, go on step by step, and are warned of before they are late.

What a request asks for is done by other rooms, or by the officer; here is who asked, until when, and what happened.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import msgspec

from call24.changes.service import Changes, Writing
from call24.kit.clock import Clock
from call24.kit.errors import Call24Error, Conflict, Invalid
from call24.kit.ids import ContactId, PrivacyRequestId, TenantId, UserId, new_id
from call24.kit.mongo import Mongo, TenantScope
from call24.kit.paging import cursor_of
from call24.privacy_requests.events import PRIVACY_REQUEST_CHANGED, changed
from call24.privacy_requests.machine import OPEN, Taken, advanced, received, warned
from call24.privacy_requests.model import Identity, Kind, PrivacyRequest, PrivacyRequestSettings, Source
from call24.privacy_requests.store import PrivacyRequestStore, Wanted

log = logging.getLogger(__name__)

OPEN_EACH = 10
"""Of one person: who asks the same again waits for an answer to the first."""
LOOK_EVERY_S = 60.0
AT_ONCE = 100
ANSWER_DAYS, EXTENSION_DAYS = (1, 45), (1, 90)

Warn = Callable[[TenantScope, PrivacyRequest], Awaitable[object]]
"""Has the officers written to about a deadline, within the transaction that notes that they were."""

Also = Callable[[Writing], Awaitable[None]]
"""What a step changes elsewhere. What it raises, the step raises; then nothing is stored."""


class RequestPage(msgspec.Struct, frozen=True, kw_only=True):
    """`next` is None on the last page."""

    requests: tuple[PrivacyRequest, ...]
    next: str | None


class PrivacyRequests:
    def __init__(self, mongo: Mongo, clock: Clock, changes: Changes, warn: Warn) -> None:
        self._store = PrivacyRequestStore(mongo)
        self._clock = clock
        self._changes = changes
        self._warn = warn

    async def settings(self, tenant_id: TenantId) -> PrivacyRequestSettings:
        """Raises: Unavailable."""
        return await self._store.settings(tenant_id)

    async def change_settings(
        self, tenant_id: TenantId, *, answer_days: int | None = None, extension_days: int | None = None
    ) -> PrivacyRequestSettings:
        """For requests from now on. Raises: Invalid, Unavailable."""
        before = await self.settings(tenant_id)
        after = msgspec.structs.replace(
            before,
            answer_days=before.answer_days if answer_days is None else answer_days,
            extension_days=before.extension_days if extension_days is None else extension_days,
        )
        bounds = (("answer_days", ANSWER_DAYS), ("extension_days", EXTENSION_DAYS))
        wrong = [
            (name, f"{least} to {most} days")
            for name, (least, most) in bounds
            if not least <= getattr(after, name) <= most
        ]
        if wrong:
            raise Invalid(errors=wrong)
        await self._store.put_settings(after)
        return after

    async def add(
        self,
        tenant_id: TenantId,
        kind: Kind,
        source: Source,
        *,
        contact_id: ContactId | None = None,
        user_id: UserId | None = None,
        identity: Identity = "none",
        note: str = "",
        by: UserId | None = None,
    ) -> PrivacyRequest:
        """`by`: the officer who enters it; None: the person itself. Raises: Invalid, Conflict (privacy_requests_open),
        Unavailable."""
        await self._check_room(tenant_id, contact_id, user_id)
        now, settings = self.now(), await self.settings(tenant_id)
        request = PrivacyRequest(
            id=PrivacyRequestId(new_id("prq")),
            tenant_id=tenant_id,
            kind=kind,
            source=source,
            contact_id=contact_id,
            user_id=user_id,
            identity=identity,
            received_at=now,
            due_at=now + timedelta(days=settings.answer_days),
        )
        request = received(request, note, by)

        async def work(writing: Writing) -> None:
            await self._store.add(writing.scope, request)
            writing.tell(PRIVACY_REQUEST_CHANGED, changed(request), request.id)

        await self._changes.commit(tenant_id, work)
        return request

    async def _check_room(self, tenant_id: TenantId, contact_id: ContactId | None, user_id: UserId | None) -> None:
        whose = {"contact_id": contact_id, "user_id": user_id}
        named = {name: one for name, one in whose.items() if one is not None}
        if named and await self._store.count_open(tenant_id, named, OPEN) >= OPEN_EACH:
            raise Conflict(f"The person has {OPEN_EACH} open requests", code="privacy_requests_open")

    async def get(self, tenant_id: TenantId, request_id: str) -> PrivacyRequest:
        """Raises: NotFound, Unavailable."""
        return await self._store.get(tenant_id, request_id)

    async def page(self, tenant_id: TenantId, wanted: Wanted, *, limit: int, cursor: str | None) -> RequestPage:
        """The next due first. Raises: Invalid for a cursor that is not ours, Unavailable."""
        found = await self._store.page(tenant_id, wanted, limit=limit + 1, cursor=cursor)
        shown = tuple(found[:limit])
        more = len(found) > limit
        return RequestPage(requests=shown, next=cursor_of(shown[-1].due_at, shown[-1].id) if more else None)

    async def step(
        self, tenant_id: TenantId, request_id: str, taken: Taken, *, seen: int, also: Also | None = None
    ) -> PrivacyRequest:
        """`also`: done in the same transaction. Raises: NotFound, Invalid, Conflict (request_changed, and those of the
        machine), Unavailable."""
        before = await self.get(tenant_id, request_id)
        if before.version != seen:
            raise _changed()
        if taken.step == "extend":
            settings = await self.settings(tenant_id)
            taken = msgspec.structs.replace(taken, extension=timedelta(days=settings.extension_days))
        after = advanced(before, taken)
        if not await self._put(after, seen=seen, also=also):
            raise _changed()
        return after

    async def _put(
        self, after: PrivacyRequest, *, seen: int, warn: Warn | None = None, also: Also | None = None
    ) -> bool:
        async def work(writing: Writing) -> bool:
            if not await self._store.put(writing.scope, after, seen=seen):
                return False
            if warn is not None:
                await warn(writing.scope, after)
            if also is not None:
                await also(writing)
            writing.tell(PRIVACY_REQUEST_CHANGED, changed(after), after.id)
            return True

        return await self._changes.commit(after.tenant_id, work)

    # Warnings

    async def warn(self) -> int:
        """Notes each warning that is due, with its letters, once; how many. Raises: Unavailable."""
        now, count = self.now(), 0
        for request in await self._store.due_to_warn(now, AT_ONCE):
            after = warned(request, now)
            if after is not None:
                count += await self._put(after, seen=request.version, warn=self._warn)
        return count

    async def run(self) -> None:
        """For ever, every minute; trouble is logged and tried again."""
        while True:
            try:
                while await self.warn() == AT_ONCE:
                    pass
            except Call24Error as trouble:
                log.warning("warnings of privacy requests were postponed: %s", trouble)
            await asyncio.sleep(LOOK_EVERY_S)

    def now(self) -> datetime:
        """In whole milliseconds, as MongoDB gives it back."""
        now = self._clock.now()
        return now.replace(microsecond=now.microsecond // 1000 * 1000)


def _changed() -> Conflict:
    return Conflict("Somebody else has changed it", code="request_changed")
