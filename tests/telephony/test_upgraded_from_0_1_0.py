"""`call24 upgrade --migrate` on an installation that 0.1.0 itself runs, which cannot hand over, while people talk."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.product.former_version import FormerSystem, unpacked
from tests.support.product.other_version import Version, version
from tests.support.product.people import Agent
from tests.support.product.stack import free_base_port
from tests.support.running import runs
from tests.support.wait import wait_until
from tests.telephony.test_upgraded import Sound, talking

from call24.installer import former_parent
from call24.kit.settings import Settings
from call24.kit.version import VERSION

CALLS = int(os.environ.get("CALL24_UPGRADED_CALLS", "10"))


@pytest.fixture
def former(tmp_path: Path) -> Iterator[FormerSystem]:
    folder = Path(tempfile.mkdtemp(prefix="c24-"))
    system = FormerSystem(Settings.on_ports(folder / "data", free_base_port()).checked())
    try:
        system.checkout = unpacked(tmp_path)
        system.start()
        yield system
    finally:
        system.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.long("unit/installer/test_former_parent.py::test_it_is_ended_alone_and_what_it_started_goes_on")
async def test_ten_calls_go_on_through_the_upgrade_of_0_1_0(former: FormerSystem) -> None:
    async with former.organisation("Acme") as acme:
        sound = await talking(acme, CALLS)
        asterisk, server, parent = former.pid("asterisk"), former.pid("server"), former.parent

        began = time.monotonic()
        former.upgrade("--migrate")
        await asyncio.to_thread(parent.wait, 120)
        ended = time.monotonic()
        await wait_until(lambda: "Call24 is ready after" in former.said_since("is ended alone"), 60)
        await former.whole()
        figures = f"looked for {ended - began:.1f} s, control back after {time.monotonic() - ended:.1f} s"
        assert await version(former) == VERSION
        assert former.pid("asterisk") == asterisk and runs(asterisk), "calls go on"
        assert former.pid("server") != server and not runs(server)
        assert int((former.settings.run / "up.lock").read_text()) == former.parent_pid
        await sound.check()
        sys.stdout.write(f"{figures}, calls kept {len(sound.talks)} of {CALLS}, {_gap(sound)}\n")

        for talk in sound.talks:
            talk.call.hang_up()
        records = await acme.ended(CALLS)
        assert [record["found_missing"] for record in records] == [False] * CALLS
        assert {record["agent"]["id"] for record in records} == {talk.agent.user_id for talk in sound.talks}
        await _is_called([talk.agent for talk in sound.talks])
        sound.skip_where_late()


@pytest.mark.long("unit/installer/test_former_parent.py::test_0_1_0_is_given_back_what_asks_it_to_stop")
async def test_one_that_cannot_start_is_0_1_0_again_before_the_data_are_changed(
    former: FormerSystem, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("broken")
    broken = Version(folder)
    pending = "to_migrate = migrate.pending(settings)\n        self.run_step"
    broken.change("installer/stack.py", pending, f'raise StartError("as a test wants it")\n        {pending}')
    async with former.organisation("Acme") as acme:
        sound = await talking(acme, 1)
        asterisk, mongod, parent = former.pid("asterisk"), former.pid("mongod"), former.parent
        former.upgrade("--migrate", checkout=folder)
        await asyncio.to_thread(parent.wait, 120)
        await wait_until(lambda: "Call24 is ready after" in former.said_since("going back to version 0.1.0"), 60)
        await former.whole()
        assert (former.pid("asterisk"), former.pid("mongod")) == (asterisk, mongod), "nothing was started anew"
        running = former_parent.running(former.settings.data)
        assert running is not None and running.parent.pid == former.parent_pid, "it can be upgraded again"
        assert not (former.settings.data / "schema.json").exists()
        await sound.check(gap_s=1.0)
        sound.talks[0].call.hang_up()
        [record] = await acme.ended()
        assert not record["found_missing"]
    former.stop()
    assert not runs(asterisk), "what asks it to stop reaches it"


def _gap(sound: Sound) -> str:
    gaps = [hears.ear.longest_gap(hz, sound._since) for hears, _, hz in sound._ends]
    return f"longest gap {max(gaps):.3f} s where the phones' own clock was {sound._pacer.latest_s:.3f} s late"


async def _is_called(agents: list[Agent]) -> None:
    """One of them, by a new caller, once their phones are connected again as a browser's are."""
    for agent in agents:
        assert agent.phone is not None
        await agent.phone.register()
    call = await agents[0].org.dial()
    phones = [agent.phone for agent in agents if agent.phone is not None]
    await wait_until(lambda: any(phone.calls for phone in phones), 15)
    call.hang_up()
