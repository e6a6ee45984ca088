"""`call24 upgrade` while people talk: another version takes over, gives back what it cannot run, and is left again."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.product.other_version import NEXT, Version, upgrade, version
from tests.support.product.stack import CHECKOUT
from tests.support.product.system import AGENT_HZ, CALLER_HZ, Organisation, System, Talk, running_system
from tests.support.running import runs
from tests.support.wait import wait_until

from call24.installer.child_processes import left_over_pid
from call24.kit.version import SCHEMA, VERSION
from call24.testphones.rtp import PACKET_S, Pacer
from call24.testphones.sip_call import SipCall

GAP_S = 0.3
LATE_S = 0.2
"""Where the phones' own clock was later, their moments say nothing."""
CALLS = int(os.environ.get("CALL24_UPGRADED_CALLS", "3"))
"""In the long form. Ten were tried by hand, in three times as long."""
STEPS = "(step_0001_task_words.STEP, step_0002_spool_segments.STEP)"
"""As they stand in migrations/steps.py."""
PARTS = ("asterisk", "mongod", "sip_edge")


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Version]:
    yield Version(tmp_path)


@pytest.fixture(scope="module")
def own() -> Iterator[System]:
    """A third one: its data are changed for good, and the last test ends it."""
    with running_system(from_nothing=True) as running:
        yield running


def with_a_step(folder: Path) -> Version:
    """A version that writes a file into the data folder, as the step that its data need."""
    other = Version(folder)
    other.change("kit/version.py", f"SCHEMA = {SCHEMA}", f"SCHEMA = {SCHEMA + 1}")
    step = (
        f'FolderStep(number={SCHEMA + 1}, what="sheets", change=lambda data: (data / "run" / "mark").write_text("x"))'
    )
    other.change("migrations/steps.py", STEPS, f"(*{STEPS}, {step})")
    other.change("migrations/steps.py", "import Step\n", "import FolderStep, Step\n")
    return other


class Sound:
    """Of calls that talk: what their ends said and heard from now on."""

    def __init__(self, talks: list[Talk]) -> None:
        self.talks = talks
        self._pacer = Pacer.shared()
        self._pacer.latest_s = 0.0
        self._since = time.time()
        self._said: dict[SipCall, int] = {end: end.stream.sent for talk in talks for end in (talk.call, talk.offer)}

    async def check(self, gap_s: float = GAP_S) -> None:
        """All hear each other now; all that was said was heard, but for so much, which a busy machine does not change;
        and there was no longer gap, where the phones' own clock was on time."""
        for talk in self.talks:
            await talk.heard()
        await wait_until(lambda: max(self._lost_s(*end) for end in self._ends) < gap_s)
        gaps = [hears.ear.longest_gap(hz, self._since) for hears, _, hz in self._ends]
        assert not self.on_time or max(gaps) < gap_s + self._pacer.latest_s

    @property
    def _ends(self) -> Iterator[tuple[SipCall, SipCall, int]]:
        """Who hears whom, and what."""
        for talk in self.talks:
            yield talk.call, talk.offer, AGENT_HZ
            yield talk.offer, talk.call, CALLER_HZ

    def _lost_s(self, hears: SipCall, says: SipCall, hz: int) -> float:
        heard = sum(1 for _ in hears.ear._moments(hz, self._since))
        return (says.stream.sent - self._said[says] - heard) * PACKET_S

    @property
    def on_time(self) -> bool:
        return self._pacer.latest_s <= LATE_S

    def skip_where_late(self) -> None:
        """At the end of a test: it is not passed where a gap could not be told from a busy machine."""
        if not self.on_time:
            pytest.skip(f"gaps are not measurable here: the phones' own clock was {self._pacer.latest_s:.2f} s late")


async def talking(acme: Organisation, many: int) -> Sound:
    talks = []
    for agent in await acme.crew(*(f"Agent{number}" for number in range(many))):
        talks.append(await acme.talk(agent))
    return Sound(talks)


@pytest.mark.parametrize(
    "calls",
    [1, pytest.param(CALLS, marks=pytest.mark.long("test_calls_and_sessions_go_on_through_another_version_and_back"))],
)
async def test_calls_and_sessions_go_on_through_another_version_and_back(
    doomed: System, other: Version, calls: int
) -> None:
    async with doomed.organisation("Acme") as acme:
        sound = await talking(acme, calls)
        made = await acme.post("/v1/tokens", {"name": "Wallboard", "abilities": ["calls.read_own"]})
        parts = [doomed.pid(name) for name in PARTS]
        parent, server = doomed.parent_pid, doomed.pid("server")

        done = await upgrade(doomed, other.sources)
        assert done.returncode == 0, done.stdout + done.stderr
        assert f"Call24 {NEXT} runs" in done.stdout and "calls went on" in done.stdout
        assert await version(doomed) == NEXT
        assert [doomed.pid(name) for name in PARTS] == parts, "they were not started anew"
        assert doomed.pid("server") != server and not runs(server)
        assert int((doomed.settings.run / "up.lock").read_text()) == parent, "the process that systemd knows"
        await sound.check()
        assert (await acme.http.get("/v1/me")).status_code == 200, "signed in still"
        program = {"Authorization": f"Bearer {made['token']}"}
        assert (await acme.http.get("/v1/calls", headers=program)).status_code == 200, "so are programs"

        killed = doomed.kill("sip_edge")
        await doomed.restarted("sip_edge", killed)  # the new parent watches over those that it took over

        done = await upgrade(doomed, CHECKOUT / "src" / "call24")
        assert done.returncode == 0, done.stdout + done.stderr
        assert await version(doomed) == VERSION
        assert [doomed.pid(name) for name in PARTS[:2]] == parts[:2]
        await sound.check()
        for talk in sound.talks:
            talk.call.hang_up()
        records = await acme.ended(calls)
        assert [record["found_missing"] for record in records] == [False] * calls
        assert {record["agent"]["id"] for record in records} == {talk.agent.user_id for talk in sound.talks}
        sound.skip_where_late()


@pytest.mark.long(
    "unit/cli/test_handed_over.py::test_one_that_does_not_start_is_the_version_before_again_with_the_same_words"
)
async def test_a_version_that_does_not_start_gives_the_installation_back(doomed: System, other: Version) -> None:
    other.change("cli/up.py", "READY_S = 60.0", "READY_S = 4.0")
    other.change("server/__main__.py", "    uvloop.run(rebuild", "    raise SystemExit(3)\n    uvloop.run(rebuild")
    async with doomed.organisation("Acme") as acme:
        sound = await talking(acme, 1)
        parts, parent = [doomed.pid(name) for name in PARTS], doomed.parent_pid
        done = await upgrade(doomed, other.sources)
        assert done.returncode == 1
        assert f"version {VERSION} runs on, and not {NEXT}" in done.stderr
        assert await version(doomed) == VERSION
        assert [doomed.pid(name) for name in PARTS] == parts and runs(parent)
        await sound.check(gap_s=1.0)  # other lanes run beside this one
        sound.talks[0].call.hang_up()
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


@pytest.mark.long("unit/cli/test_upgrade.py::test_data_of_an_earlier_schema_are_changed_only_where_that_is_asked_for")
@pytest.mark.long("telephony/test_released_data_folders.py::test_server_and_node_refuse_a_newer_database")
@pytest.mark.parametrize("refused", [True, False])
async def test_data_are_changed_when_it_is_asked_for_and_the_version_before_refuses_them(
    own: System, tmp_path: Path, refused: bool
) -> None:
    """`refused`: also that they are not changed unasked, and that the version before does not start with them."""
    other = with_a_step(tmp_path)
    settings, server = own.settings, own.pid("server")
    await wait_until((settings.run / "parent.json").exists, 10)
    stamp, mark = settings.data / "schema.json", settings.run / "mark"
    before, parts = stamp.read_text(), [own.pid(name) for name in ("asterisk", "mongod")]

    if refused:
        done = await upgrade(own, other.sources)
        assert (done.returncode, "and give --migrate" in done.stderr) == (1, True), done.stdout + done.stderr
        assert (own.pid("server"), stamp.read_text(), mark.exists()) == (server, before, False)

    done = await upgrade(own, other.sources, "--migrate")
    assert done.returncode == 0, done.stdout + done.stderr
    assert mark.exists() and await version(own) == NEXT
    changed = json.loads(stamp.read_text())
    assert (changed["schema"], changed["finished"], changed["version"]) == (SCHEMA + 1, SCHEMA + 1, NEXT)
    assert [own.pid(name) for name in ("asterisk", "mongod")] == parts, "calls go on"

    if refused:
        done = await upgrade(own, CHECKOUT / "src" / "call24", "--migrate")
        assert done.returncode == 1, done.stdout
        assert f"was changed by Call24 {NEXT} (schema {SCHEMA + 1})" in done.stderr and VERSION in done.stderr
        assert await version(own) == NEXT


@pytest.mark.long("unit/cli/test_handed_over.py::test_without_a_way_back_it_tries_again_until_it_is_told_to_stop")
async def test_a_stop_while_it_changes_hands_ends_everything(own: System, tmp_path: Path) -> None:
    other = with_a_step(tmp_path)
    parent = own.settings.run / "parent.json"
    await wait_until(parent.exists, 10)
    asked = asyncio.create_task(upgrade(own, other.sources, "--migrate"))
    await wait_until(lambda: not parent.exists(), 60)  # from here on the signal waits for the other version
    names = (*PARTS, "server")
    assert [name for name in names if left_over_pid(own.settings.data, name) is None] == [], "all run"
    os.kill(own.parent_pid, signal.SIGTERM)
    done = await asked
    assert (done.returncode, "has ended" in done.stderr) == (1, True), done.stderr
    assert [name for name in names if left_over_pid(own.settings.data, name) is not None] == []
