"""A disk that is full while Asterisk records: Asterisk calls what it has cut off done, the composed server does not."""

from __future__ import annotations

import subprocess
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.support.product.composed import Composed, composed
from tests.support.product.organisation import Organisation
from tests.support.product.stack import RunningStack
from tests.support.wait import wait_until

from call24.testphones.customer import CustomerCall

pytestmark = pytest.mark.shares_stack("emptied")

SPOKEN_S = 6.0
SMALL = "64k"  # two seconds of both sides, four of a message


@pytest.fixture
def small_spool(stack: RunningStack) -> Iterator[Path]:
    spool = stack.settings.recording_spool
    words = ["mount", "-t", "tmpfs", "-o", f"size={SMALL},mode=700", "tmpfs", str(spool)]
    mounted = subprocess.run(words, capture_output=True, text=True)
    if mounted.returncode:
        pytest.skip(f"a small file system cannot be mounted here: {mounted.stderr.strip()}")
    yield spool
    subprocess.run(["umount", "-l", str(spool)], check=True)


@pytest.fixture
async def house(stack: RunningStack, small_spool: Path) -> AsyncIterator[Composed]:
    async with composed(stack, replace(stack.settings, recording_floor_mb=0)) as house:
        yield house


async def spoken(call: CustomerCall) -> None:
    """For six seconds, or until Asterisk ends what it cannot write any more."""
    said = call.stream.sent
    await wait_until(lambda: call.end is not None or call.stream.sent - said > SPOKEN_S * 50, SPOKEN_S + 10)
    call.hang_up()


async def cut_off(acme: Organisation, kind: str) -> None:
    """What there is is kept, and called what it is."""
    [record] = await acme.ended()
    kept = record["recording"]
    assert (kept["kind"], kept["state"]) == (kind, "short")
    assert 0 < kept["duration_s"] < SPOKEN_S - 1
    sound = await acme.sound(kept["id"])
    assert abs(len(sound[0]) / 8000 - kept["duration_s"]) < 0.01


async def test_a_call_that_a_full_disk_cut_off_is_called_short(house: Composed) -> None:
    async with house.organisation("Acme", record="always") as acme:
        anna = await acme.agent("Anna")
        await anna.be("available")
        talk = await acme.talk(anna)
        await spoken(talk.call)
        await cut_off(acme, "call")


async def test_a_message_that_a_full_disk_cut_off_is_called_short(house: Composed, small_spool: Path) -> None:
    """Nobody knows how long it should be: only the disk tells."""
    async with house.organisation("Acme") as acme:
        await acme.agent("Anna", phone=False)
        call = await acme.dial()
        await wait_until(lambda: list((small_spool / acme.tenant_id).glob("*.wav")), 15)
        await spoken(call)
        await cut_off(acme, "message")
