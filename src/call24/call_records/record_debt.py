"""What one reader of call records has still to take: calls by organisation, given again until it takes them.

Of each call only its id is remembered, and the record is read again when it is given: what was erased meanwhile is not
told. Beyond a bound not even that: then the journal is read again from where that was. Organisations take turns.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import msgspec

from call24.call_records.call_record import CallRecord
from call24.changes.course import wait_s
from call24.data_map import STATE
from call24.kit.clock import Clock
from call24.kit.errors import Unavailable
from call24.kit.ids import CallId, TenantId

log = logging.getLogger(__name__)

AT_ONCE = 4
"""Organisations that one reader is given records of at the same time: a slow one holds up no other."""
READ_WITHIN_S = 10.0
BATCH = 50
"""Records of one organisation before another has its turn."""
OWED_EACH, OWED_IN_ALL = 1_000, 20_000
"""Calls of one organisation, and of all, that are remembered for one reader."""

Since = Mapping[CallId, int]
"""Call -> the first journal event that its reader has not had."""


class Behind(msgspec.Struct, frozen=True, kw_only=True):
    """Where a reader is that has not taken everything. ``seq``: all up to this number it has had."""

    seq: Annotated[int, STATE]
    failing_since: Annotated[datetime, STATE]


@dataclass(frozen=True)
class RecordLookup:
    """``current``: the records as they are now, of those that there are. ``after``: the calls of a page of the journal,
    and the number to go on from, None at its end. Both raise Unavailable."""

    current: Callable[[TenantId, Sequence[CallId]], Awaitable[Sequence[CallRecord]]]
    after: Callable[[TenantId, int], Awaitable[tuple[Since, int | None]]]


class _Owed(msgspec.Struct):
    since: int
    tries: int = 0
    due: float = 0.0


class _Debt(msgspec.Struct):
    """Of one organisation. ``forgotten``: calls with events from this number on are looked up in the journal."""

    failing_since: datetime
    calls: dict[CallId, _Owed] = {}
    forgotten: int | None = None

    @property
    def seq(self) -> int:
        numbers = [one.since for one in self.calls.values()]
        return min(numbers if self.forgotten is None else [*numbers, self.forgotten], default=1) - 1

    @property
    def may_remember(self) -> bool:
        """Whether a further page of the journal is to be looked up now: there is one, and room for it."""
        return self.forgotten is not None and len(self.calls) < OWED_EACH // 2

    def forget_from(self, seq: int) -> None:
        self.forgotten = seq if self.forgotten is None else min(seq, self.forgotten)


class Debts:
    """Of one reader. ``start`` its work once; what it is owed before waits for that."""

    def __init__(
        self, name: str, read: Callable[[CallRecord], Awaitable[None]], clock: Clock, look: RecordLookup
    ) -> None:
        self._name = name
        self._read = read
        self._clock = clock
        self._look = look
        self._of: dict[TenantId, _Debt] = {}
        self._closed: set[TenantId] = set()
        self._line: asyncio.Queue[TenantId] = asyncio.Queue()  # bounded: an organisation is in it once
        self._in_line: set[TenantId] = set()
        self._working: dict[TenantId, asyncio.Event] = {}

    def start(self, group: asyncio.TaskGroup) -> None:
        for _ in range(AT_ONCE):
            group.create_task(self._work(), name=f"call records: {self._name}")

    def any_of(self, tenant_id: TenantId) -> bool:
        return tenant_id in self._of

    def behind(self, tenant_id: TenantId) -> Behind | None:
        debt = self._of.get(tenant_id)
        return None if debt is None else Behind(seq=debt.seq, failing_since=debt.failing_since)

    # --- what is owed ---

    def owe(self, tenant_id: TenantId, since: Since) -> None:
        if tenant_id in self._closed:
            return
        debt = self._of.setdefault(tenant_id, _Debt(failing_since=self._clock.now()))
        self._add(debt, since)
        self._wants_turn(tenant_id)

    def restore(self, tenant_id: TenantId, behind: Behind) -> None:
        self._of[tenant_id] = _Debt(failing_since=behind.failing_since, forgotten=behind.seq + 1)
        self._wants_turn(tenant_id)

    def failed(self, tenant_id: TenantId, trouble: Exception) -> None:
        log.warning(
            "reader %s of call records failed in %s (%s), it is given again what it did not take",
            self._name, tenant_id, type(trouble).__name__,
            exc_info=None if isinstance(trouble, Unavailable | TimeoutError) else trouble,
        )  # fmt: skip

    def _add(self, debt: _Debt, since: Since) -> None:
        in_all = sum(len(one.calls) for one in self._of.values())
        for call_id, seq in since.items():
            if (known := debt.calls.get(call_id)) is not None:  # another object: the one before may be under way
                debt.calls[call_id] = _Owed(since=min(known.since, seq), tries=known.tries, due=known.due)
            elif len(debt.calls) >= OWED_EACH or in_all >= OWED_IN_ALL:
                debt.forget_from(seq)
            else:
                debt.calls[call_id] = _Owed(since=seq)
                in_all += 1

    def _wants_turn(self, tenant_id: TenantId) -> None:
        if tenant_id in self._of and tenant_id not in self._in_line and tenant_id not in self._working:
            self._in_line.add(tenant_id)
            self._line.put_nowait(tenant_id)

    # --- giving it again ---

    async def _work(self) -> None:
        while True:
            tenant_id = await self._line.get()
            self._in_line.discard(tenant_id)
            if (debt := self._of.get(tenant_id)) is None:
                continue  # it was erased meanwhile
            done = self._working[tenant_id] = asyncio.Event()
            try:
                pause = await self._turn(tenant_id, debt)
            finally:
                del self._working[tenant_id]
                done.set()
            if self._of.get(tenant_id) is debt:
                self._after(tenant_id, debt, pause)

    def _after(self, tenant_id: TenantId, debt: _Debt, pause: float) -> None:
        if not debt.calls and debt.forgotten is None:
            del self._of[tenant_id]
            log.info("reader %s of call records has had everything of %s", self._name, tenant_id)
            return
        loop = asyncio.get_running_loop()
        if not debt.may_remember:
            pause = max(pause, min(one.due for one in debt.calls.values()) - loop.time())
        loop.call_later(max(0.0, pause), self._wants_turn, tenant_id)

    async def _turn(self, tenant_id: TenantId, debt: _Debt) -> float:
        """One batch; for how long to rest then."""
        try:
            async with asyncio.timeout(READ_WITHIN_S):
                if debt.may_remember:
                    await self._remember(tenant_id, debt)
                due = self._due(debt)
                records = {one.id: one for one in await self._look.current(tenant_id, due)} if due else {}
        except (Unavailable, TimeoutError) as away:
            self.failed(tenant_id, away)
            return wait_s(5, away=True)
        failures = 0
        for call_id in due:
            if self._of.get(tenant_id) is not debt:
                break  # it is being erased
            if (record := records.get(call_id)) is None:
                debt.calls.pop(call_id, None)  # erased
            elif (trouble := await self._given(debt, record)) is not None:
                failures += 1
                if failures == 1:
                    self.failed(tenant_id, trouble)
                if isinstance(trouble, Unavailable):  # of the others, too
                    return wait_s(debt.calls[call_id].tries, away=True)
        return 0.0

    async def _remember(self, tenant_id: TenantId, debt: _Debt) -> None:
        """One page of what was forgotten. What is written while it is read is owed as ever."""
        begin, debt.forgotten = debt.forgotten or 0, None
        try:
            since, further = await self._look.after(tenant_id, begin)
        except BaseException:
            debt.forget_from(begin)
            raise
        if further is not None:
            debt.forget_from(further)
        self._add(debt, since)

    def _due(self, debt: _Debt) -> list[CallId]:
        now = asyncio.get_running_loop().time()
        return [call_id for call_id, one in debt.calls.items() if one.due <= now][:BATCH]

    async def _given(self, debt: _Debt, record: CallRecord) -> Exception | None:
        """None: it was taken."""
        owed = debt.calls[record.id]
        try:
            async with asyncio.timeout(READ_WITHIN_S):
                await self._read(record)
        except Exception as trouble:  # of one call: the others of the organisation go on
            known = debt.calls[record.id]
            known.tries = owed.tries + 1
            known.due = asyncio.get_running_loop().time() + wait_s(known.tries, away=isinstance(trouble, Unavailable))
            return trouble
        if debt.calls.get(record.id) is owed:  # else it was written anew meanwhile
            del debt.calls[record.id]
        return None

    async def close_tenant(self, tenant_id: TenantId) -> None:
        self._closed.add(tenant_id)
        self._of.pop(tenant_id, None)
        if (done := self._working.get(tenant_id)) is not None:
            await done.wait()
