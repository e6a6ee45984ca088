"""Who was erased after a backup is erased again, and once more when the backup's spool has been brought home."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast
from unittest.mock import AsyncMock, MagicMock

import pytest

from call24.contacts.model import ErasedCaller
from call24.kit.ids import ContactId, TenantId
from call24.privacy.caller_erasure import CallerErasures
from call24.privacy.deletion_register import DeletionRegister
from call24.server.app import Call24

LINE = ErasedCaller(
    id=ContactId("con_1"),
    tenant_id=TenantId("ten_1"),
    generation=1,
    at=datetime(2026, 11, 30, tzinfo=UTC),
    reason="requested",
    erasing=False,
)


async def test_a_caller_whom_the_spool_brought_home_is_erased_once_more(monkeypatch: pytest.MonkeyPatch) -> None:
    carried: list[tuple[str, bool]] = []

    async def carry_on(erasures: CallerErasures, line: ErasedCaller) -> Counter[str]:
        carried.append((line.id, line.erasing))
        return Counter()

    monkeypatch.setattr(CallerErasures, "_carry_on", carry_on)
    register = MagicMock(load=AsyncMock(side_effect=[[LINE], []]))
    erasures = CallerErasures(*(MagicMock() for _ in range(3)), register, *(MagicMock() for _ in range(6)))
    await erasures.after_restore()
    await erasures.after_restore()  # the start is tried again
    there = {CallerErasures: erasures, DeletionRegister: SimpleNamespace(has_file=False)}
    await Call24._delete_again(cast(Any, SimpleNamespace(there=there)))
    assert carried == [("con_1", True), ("con_1", False)]
    await erasures.once_more()
    assert len(carried) == 2
