"""What a reader of call records has still to take: how often it is tried."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from call24.call_records.record_debt import OWED_EACH, Behind, Debts, RecordLookup
from call24.kit.clock import SystemClock
from call24.kit.ids import CallId, TenantId

TENANT = TenantId("ten_a")
PAGE = OWED_EACH * 3 // 5


async def test_calls_that_are_not_due_and_more_in_the_journal_are_waited_for_at_rest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """More than half of what may be remembered: no further page is read, and none of these calls is due."""
    monkeypatch.setattr("call24.call_records.record_debt.BATCH", PAGE)
    turns = 0

    async def current(_: TenantId, ids: Sequence[CallId]) -> Any:
        nonlocal turns
        turns += 1
        return [SimpleNamespace(id=one) for one in ids]

    async def after(_: TenantId, seq: int) -> Any:
        return {CallId(f"call_{number}"): number for number in range(seq, seq + PAGE)}, seq + PAGE

    async def refuses(_: Any) -> None:
        raise ValueError("it takes none")

    debts = Debts("sulks", refuses, SystemClock(), RecordLookup(current=current, after=after))
    real, all_turns = debts._turn, 0

    async def counted(*given: Any) -> float:
        nonlocal all_turns
        all_turns += 1
        return await real(*given)

    monkeypatch.setattr(debts, "_turn", counted)
    debts.restore(TENANT, Behind(seq=0, failing_since=SystemClock().now()))
    tasks = asyncio.TaskGroup()
    async with tasks:
        debts.start(tasks)
        await asyncio.sleep(1.2)  # they are due after 0.3 and 0.9 seconds
        for task in list(tasks._tasks):
            task.cancel()
    assert 2 <= turns <= all_turns < 50, "without a rest there are thousands"
