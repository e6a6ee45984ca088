"""From call records to recordings: what is opened, what is settled, and how long it should be."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import msgspec
from tests.support.wait import wait_until

from call24.call_records.model import CallRecord, Outcome
from call24.kit.errors import NotFound
from call24.kit.ids import CallId, RecordingId, TenantId
from call24.recordings.service import Recordings
from call24.server.recorder import Recorder, expected_s

AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def record(**more: Any) -> CallRecord:
    """Answered after 20 s, ended after 80 s."""
    plain = CallRecord(
        id=CallId("call_1"), tenant_id=TenantId("ten_1"), number_id=None, queue_id=None, contact_id=None, agent_id=None,
        arrived_at=AT, queued_at=AT, answered_at=AT + timedelta(seconds=20), ended_at=AT + timedelta(seconds=80),
        outcome=Outcome.ANSWERED, ended_by="caller", cause=16, found_missing=False, wait_s=20.0, ring_s=0.0,
        talk_s=30.0, hold_s=10.0, voicemail_s=0.0, wrap_up_s=0.0, line=(), offers=(), recording_id=RecordingId("rec_1"),
        message_id=None, delete_at=AT + timedelta(days=90),
    )  # fmt: skip
    return msgspec.structs.replace(plain, **more)


class Kept:
    """Notes what it is asked; `there`: what settle finds."""

    def __init__(self, *there: str) -> None:
        self.there = set(there)
        self.did: list[tuple[Any, ...]] = []

    async def opened(
        self, tenant_id: str, call_id: str, recording_id: str, kind: str, at: datetime, due: datetime
    ) -> None:
        self.did.append(("opened", recording_id, kind, (at - AT).total_seconds()))

    async def settle(self, recording_id: str, expected: float | None) -> object:
        self.did.append(("settle", recording_id, expected))
        return object() if recording_id in self.there else None

    async def judge(self, tenant_id: str, recording_id: str, expected: float) -> None:
        self.did.append(("judge", recording_id, expected))
        if recording_id == "rec_gone":
            raise NotFound

    async def refused(self, tenant_id: str, recording_id: str) -> None:
        self.did.append(("refused", recording_id))


async def after(kept: Kept, told: CallRecord, count: int) -> list[tuple[Any, ...]]:
    recorder = Recorder(cast(Recordings, kept))
    running = asyncio.create_task(recorder.run())
    await recorder.written(told)
    await wait_until(lambda: len(kept.did) >= count)
    assert not running.done()
    running.cancel()
    return kept.did


def test_a_recording_is_as_long_as_from_its_beginning_to_the_customers_end() -> None:
    assert expected_s(record(), "call") == 60.0, "hold, other agents and pauses are in it"
    assert expected_s(record(recorded_from=AT + timedelta(seconds=50)), "call") == 30.0
    assert expected_s(record(answered_at=None), "call") == 80.0
    assert expected_s(record(ended_at=None), "call") is None
    assert expected_s(record(), "message") is None
    assert expected_s(record(found_missing=True), "call") is None, "its end is when it was found"


async def test_a_call_without_a_recording_leaves_nothing_to_do() -> None:
    kept = Kept()
    recorder = Recorder(cast(Recordings, kept))
    await recorder.written(record(recording_id=None))
    assert kept.did == []


async def test_one_that_goes_on_is_opened_once_it_ended_it_is_settled() -> None:
    kept = Kept("rec_1")
    recorder = Recorder(cast(Recordings, kept))
    await recorder.written(record(ended_at=None, recorded_from=AT + timedelta(seconds=25)))
    assert kept.did == [("opened", "rec_1", "call", 25.0)]
    assert await after(Kept("rec_1"), record(), 2) == [("opened", "rec_1", "call", 20.0), ("settle", "rec_1", 60.0)]


async def test_one_that_was_refused_for_want_of_room_is_not_looked_for() -> None:
    did = await after(Kept(), record(recording_refused=True), 2)
    assert did[1:] == [("refused", "rec_1")]


async def test_a_message_is_opened_and_settled_beside_the_recording() -> None:
    did = await after(Kept("rec_1", "rec_1m"), record(message_id=RecordingId("rec_1m")), 4)
    assert ("opened", "rec_1m", "message", 0.0) in did
    assert ("settle", "rec_1m", None) in did
    assert ("settle", "rec_1", 60.0) in did


async def test_what_salvage_settled_before_is_compared_now_and_one_that_is_gone_ends_nothing() -> None:
    assert (await after(Kept(), record(), 3))[-1] == ("judge", "rec_1", 60.0)
    assert (await after(Kept(), record(recording_id=RecordingId("rec_gone")), 3))[-1] == ("judge", "rec_gone", 60.0)
