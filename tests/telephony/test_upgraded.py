"""`call24 upgrade` while people talk: another version takes over, gives back what it cannot run, and is left again."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.product.stack import CACHE, CHECKOUT
from tests.support.product.system import AGENT_HZ, CALLER_HZ, Organisation, System, Talk, running_system
from tests.support.wait import wait_until

from call24.cli.as_operator import ask
from call24.cli.status import PLACE
from call24.installer.child_processes import left_over_pid
from call24.kit.version import VERSION

pytestmark = pytest.mark.exact

NEXT = "9.9.9"
GAP_S = 0.3
CALLS = int(os.environ.get("CALL24_UPGRADED_CALLS", "3"))
"""Ten were tried by hand, in three times as long."""
PARTS = ("asterisk", "mongod", "sip_edge")


class Version:
    """A copy of this code in a folder of its own, which says that it is another version."""

    def __init__(self, folder: Path) -> None:
        for one in CHECKOUT.iterdir():
            if one.name not in ("src", ".git", ".call24"):
                (folder / one.name).symlink_to(one)
        shutil.copytree(CHECKOUT / "src", folder / "src")
        self.sources = folder / "src" / "call24"
        self.change("kit/version.py", f'VERSION = "{VERSION}"', f'VERSION = "{NEXT}"')

    def change(self, file: str, was: str, becomes: str) -> None:
        text = (self.sources / file).read_text()
        assert text.count(was) == 1, file
        (self.sources / file).write_text(text.replace(was, becomes))


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Version]:
    yield Version(tmp_path)


async def upgrade(system: System, sources: Path, *flags: str) -> subprocess.CompletedProcess[str]:
    """As an operator asks for it, in another folder, with the version whose code is there."""
    words = [sys.executable, "-P", "-m", "call24.cli", "upgrade", "--data", str(system.settings.data), *flags]
    env = {**os.environ, "CALL24_CACHE": str(CACHE), "PYTHONPATH": str(sources.parent)}
    return await asyncio.to_thread(
        subprocess.run, words, env=env, cwd=sources, capture_output=True, text=True, timeout=120
    )


async def version(system: System) -> str:
    """What the server that answers is, by its own word."""
    return str((await asyncio.to_thread(ask, system.settings, "GET", PLACE)).body["version"])


async def talking(acme: Organisation, many: int) -> list[Talk]:
    talks = []
    for agent in await acme.crew(*(f"Agent{number}" for number in range(many))):
        talks.append(await acme.talk(agent))
    return talks


async def check_sound(talks: list[Talk]) -> None:
    """All hear each other now, and did without a gap."""
    for talk in talks:
        await talk.heard()
        for ear, hz in ((talk.call.ear, AGENT_HZ), (talk.offer.ear, CALLER_HZ)):
            began = ear.first_heard(hz)
            assert began and ear.longest_gap(hz, began) < GAP_S


async def test_calls_and_sessions_go_on_through_another_version_and_back(doomed: System, other: Version) -> None:
    async with doomed.organisation("Acme") as acme:
        talks = await talking(acme, CALLS)
        parts = [doomed.pid(name) for name in PARTS]
        parent, server = doomed.parent_pid, doomed.pid("server")

        done = await upgrade(doomed, other.sources)
        assert done.returncode == 0, done.stdout + done.stderr
        assert f"Call24 {NEXT} runs" in done.stdout and "calls went on" in done.stdout
        assert await version(doomed) == NEXT
        assert [doomed.pid(name) for name in PARTS] == parts, "they were not started anew"
        assert doomed.pid("server") != server and not doomed.alive(server)
        assert int((doomed.settings.run / "up.lock").read_text()) == parent, "the process that systemd knows"
        await check_sound(talks)
        assert (await acme.http.get("/v1/me")).status_code == 200, "signed in still"

        killed = doomed.kill("sip_edge")
        await doomed.restarted("sip_edge", killed)  # the new parent watches over those that it took over

        done = await upgrade(doomed, CHECKOUT / "src" / "call24")
        assert done.returncode == 0, done.stdout + done.stderr
        assert await version(doomed) == VERSION
        assert [doomed.pid(name) for name in PARTS[:2]] == parts[:2]
        await check_sound(talks)
        for talk in talks:
            talk.call.hang_up()
        records = await acme.ended(len(talks))
        assert [record["found_missing"] for record in records] == [False] * len(talks)
        assert {record["agent"]["id"] for record in records} == {talk.agent.user_id for talk in talks}


async def test_a_version_that_does_not_start_gives_the_installation_back(doomed: System, other: Version) -> None:
    other.change("cli/up.py", "READY_S = 60.0", "READY_S = 4.0")
    other.change("server/__main__.py", "    uvloop.run(rebuild", "    raise SystemExit(3)\n    uvloop.run(rebuild")
    async with doomed.organisation("Acme") as acme:
        talks = await talking(acme, 1)
        parts, parent = [doomed.pid(name) for name in PARTS], doomed.parent_pid
        done = await upgrade(doomed, other.sources)
        assert done.returncode == 1
        assert f"version {VERSION} runs on, and not {NEXT}" in done.stderr
        assert await version(doomed) == VERSION
        assert [doomed.pid(name) for name in PARTS] == parts and doomed.alive(parent)
        await check_sound(talks)
        talks[0].call.hang_up()
        [record] = await acme.ended()
        assert not record["found_missing"]


async def test_what_would_end_calls_or_cannot_run_is_refused_before_anything_is_touched(
    doomed: System, other: Version
) -> None:
    server = doomed.pid("server")
    other.change("installer/asterisk_conf.py", '"hideconnect": "yes"', '"hideconnect": "no"')
    done = await upgrade(doomed, other.sources)
    assert (done.returncode, "--end-calls" in done.stderr) == (1, True), done.stderr
    other.change("server/__main__.py", "import argparse\n", "import argparse\nimport what_is_not_there\n")
    done = await upgrade(doomed, other.sources, "--end-calls")
    assert (done.returncode, "what_is_not_there" in done.stderr) == (1, True), done.stderr
    done = await upgrade(doomed, other.sources, "--data", str(other.sources))
    assert (done.returncode, "nothing that can be upgraded runs" in done.stderr) == (1, True), done.stderr
    assert doomed.pid("server") == server and await version(doomed) == VERSION


async def test_a_stop_while_it_changes_hands_ends_everything(other: Version) -> None:
    with running_system() as system:
        parent = system.settings.run / "parent.json"
        await wait_until(parent.exists, 10)
        asked = asyncio.create_task(upgrade(system, other.sources))
        await wait_until(lambda: not parent.exists(), 60)  # from here on the signal waits for the other version
        names = (*PARTS, "server")
        assert [name for name in names if left_over_pid(system.settings.data, name) is None] == [], "all run"
        os.kill(system.parent_pid, signal.SIGTERM)
        done = await asked
        assert (done.returncode, "has ended" in done.stderr) == (1, True), done.stderr
        assert [name for name in names if left_over_pid(system.settings.data, name) is not None] == []
