"""Who reads a trace has a line in the audit log, and who reads on has no further one: only behind a line of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import httpx
import pytest
from fastapi import FastAPI

from call24.audit.model import AuditEntry
from call24.audit.service import AuditLog
from call24.http.middleware.audit import Audited
from call24.journal.journal import Journal
from call24.kit.clock import SystemClock
from call24.kit.errors import Unavailable
from call24.kit.ids import NumberId, TenantId
from call24.server.api.operator import operator
from call24.sip_traces import api
from call24.sip_traces.model import SipTrace, SipTraceId, TracedMessage, Wish
from call24.sip_traces.service import KEPT, SipTraces

ACME, TRACE = TenantId("ten_a"), SipTraceId("trc_1")


def message(seq: int) -> TracedMessage:
    return TracedMessage(
        seq=seq, at=1.0, source="customer", target="call24", line="INVITE", cseq=f"{seq} INVITE", sip_call_id="one",
        sender="", receiver="", media=(), again=False, size=1,
    )  # fmt: skip


class Log:
    """The audit log: what it stored, while it can."""

    def __init__(self) -> None:
        self.lines: list[int] = []
        self.full = False

    async def note(self, tenant_id: TenantId, entry: AuditEntry) -> None:
        if self.full:
            raise Unavailable("the disk is full")
        self.lines.append(entry.status)


class House:
    def __init__(self) -> None:
        now = datetime.now(UTC)
        self.trace = SipTrace(
            id=TRACE, wish=Wish(ACME, NumberId("num_1"), "+15005550001"), began_at=now, until=now + KEPT,
            gone_at=now + KEPT, messages=[message(1), message(2)],
        )  # fmt: skip
        traces = SipTraces(SystemClock(), Journal.__new__(Journal), lambda *_: False, lambda *_: None)
        traces._traces[TRACE] = self.trace
        self.log, app = Log(), FastAPI()
        app.include_router(api.router)
        app.state.open_to_all = frozenset()
        app.state.provided = SimpleNamespace(get=lambda kind: traces)
        app.dependency_overrides[operator] = lambda: None
        transport = httpx.ASGITransport(Audited(app, cast(AuditLog, self.log)))
        self.http = httpx.AsyncClient(transport=transport, base_url="https://call24.test")

    async def look(self, after: int = 0, reader: str | None = None) -> httpx.Response:
        asked: dict[str, Any] = {"after": after} if reader is None else {"after": after, "reader": reader}
        return await self.http.get(f"{api.router.prefix}/{TRACE}", params=asked)


@pytest.fixture
async def house() -> AsyncIterator[House]:
    made = House()
    async with made.http:
        yield made


def seqs(answer: httpx.Response) -> list[int]:
    assert answer.status_code == 200, answer.text
    return [one["seq"] for one in answer.json()["items"]]


async def test_who_reads_on_has_one_line(house: House) -> None:
    first = await house.look()
    reader = first.json()["reader"]
    assert seqs(first) == [1, 2] and house.log.lines == [200]
    for seq in (3, 4):
        house.trace.messages.append(message(seq))
        on = await house.look(seq - 1, reader)
        assert seqs(on) == [seq] and on.json()["reader"] == reader
    assert seqs(await house.look(4, reader)) == []
    assert house.log.lines == [200]
    assert seqs(await house.look(0, reader)) == [1, 2, 3, 4], "a further look"
    assert house.log.lines == [200, 200]


async def test_behind_a_look_whose_line_was_not_stored_nothing_is_told_without_one(house: House) -> None:
    house.log.full = True
    refused = await house.look()
    assert refused.status_code == 503 and "INVITE" not in refused.text and house.log.lines == []
    house.log.full = False
    house.trace.messages.append(message(3))
    assert seqs(await house.look(2)) == [3] and house.log.lines == [200]


@pytest.mark.parametrize("reader", [None, "", "of-another"])
async def test_another_reader_has_a_line_of_its_own(house: House, reader: str | None) -> None:
    await house.look()
    house.trace.messages.append(message(3))
    answer = await house.look(2, reader)
    assert seqs(answer) == [3] and house.log.lines == [200, 200]
    assert answer.json()["reader"] not in (None, reader)


async def test_who_is_told_nothing_is_no_reader(house: House) -> None:
    house.trace.messages.clear()
    answer = await house.look(0, "of-another")
    assert seqs(answer) == [] and answer.json()["reader"] is None and house.log.lines == []


async def test_readers_are_counted_out(house: House) -> None:
    first = (await house.look()).json()["reader"]
    for _ in range(api.READERS_MAX):
        last = (await house.look()).json()["reader"]
    assert len(house.trace.readers) == api.READERS_MAX
    house.trace.messages.append(message(3))
    lines = len(house.log.lines)
    await house.look(2, last)
    assert len(house.log.lines) == lines
    await house.look(2, first)
    assert len(house.log.lines) == lines + 1
