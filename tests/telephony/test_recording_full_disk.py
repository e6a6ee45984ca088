"""A disk that is full while Asterisk records: it calls what it has cut off done, we do not."""

from __future__ import annotations

import subprocess
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.support.product.stack import RunningStack
from tests.support.telephony.network import AsteriskNetwork, Stage, asterisk_network
from tests.support.wait import wait_until

from call24.calls.commands import HangUpLeg, RecordLeg, RecordMessage
from call24.calls.signals import LegEnded
from call24.changes.service import Changes
from call24.kit.clock import SystemClock
from call24.kit.ids import RecordingId, new_id
from call24.kit.mongo import Mongo
from call24.kit.secrets import AppKey
from call24.recordings import RecordingKeys, Recordings
from call24.recordings.disk_space import DiskSpace
from call24.recordings.model import Kind
from call24.recordings.store import RecordingStore

SPOKEN_S = 6.0
SMALL = "64k"  # two seconds of both sides, four of a message


@pytest.fixture
async def network(stack: RunningStack) -> AsyncIterator[AsteriskNetwork]:
    async with asterisk_network(stack) as network:
        yield network


@pytest.fixture
def small_spool(stack: RunningStack) -> Iterator[Path]:
    spool = stack.settings.recording_spool
    words = ["mount", "-t", "tmpfs", "-o", f"size={SMALL},mode=700", "tmpfs", str(spool)]
    mounted = subprocess.run(words, capture_output=True, text=True)
    if mounted.returncode:
        pytest.skip(f"a small file system cannot be mounted here: {mounted.stderr.strip()}")
    yield spool
    subprocess.run(["umount", "-l", str(spool)], check=True)


@pytest.mark.parametrize("kind", ["call", "message"])
async def test_what_a_full_disk_cut_off_is_called_short(
    network: AsteriskNetwork, small_spool: Path, mongo: Mongo, tmp_path: Path, kind: Kind
) -> None:
    space = DiskSpace([small_spool], 0)
    recordings = Recordings(
        RecordingStore(mongo),
        RecordingKeys(mongo, AppKey(b"r" * 32)),
        Changes(mongo, SystemClock()),
        spool=small_spool,
        folder=tmp_path,
        exhausted=lambda: space.look() == "ok" and space.free == 0,
    )
    stage = Stage(network)
    story, customer = await stage.arrival(answer=True)
    recording, now = RecordingId(new_id("rec")), datetime.now(UTC).replace(microsecond=0)
    await recordings.opened(story.tenant_id, story.call_id, recording, kind, now, now + timedelta(days=1))
    common = {"leg": story.leg, "recording_id": recording, "tenant_id": story.tenant_id}
    if kind == "call":
        await stage.perform(RecordLeg(**common))  # type: ignore[arg-type]
    else:
        await stage.perform(RecordMessage(**common, max_s=60, silence_s=30))  # type: ignore[arg-type]
    said = customer.stream.sent
    await wait_until(lambda: customer.stream.sent - said > SPOKEN_S * 50, SPOKEN_S + 5)
    await stage.perform(HangUpLeg(leg=story.leg))
    await stage.heard.next(LegEnded, leg=story.leg)
    settled = await recordings.settle(recording, SPOKEN_S if kind == "call" else None)
    assert settled is not None
    assert 0 < settled.duration_s < SPOKEN_S - 1
    assert (settled.state, settled.path != "") == ("short", True), "what there is is kept"
    audio = await recordings.open_audio(story.tenant_id, recording)
    assert len(b"".join([chunk async for chunk in audio.chunks()])) == audio.size
