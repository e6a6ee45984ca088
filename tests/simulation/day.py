"""One seed's day: two organisations, their people, one Asterisk, one Call24, and what goes wrong with them.

The day ends in order: the trouble stops, everything settles, all is looked at; the last calls end, all is looked at
again; then every agent is given one more call, and what was written down is read.
"""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass, field
from unittest import mock

import msgspec
from tests.fakes.configuration import FakeDirectory
from tests.simulation import checks, faults
from tests.simulation.asterisk import Asterisk, Channel
from tests.simulation.faults import Faults, Injector
from tests.simulation.journal import Store
from tests.simulation.life import Life
from tests.simulation.link import COMMON, Owners, manager_session
from tests.simulation.organisation import organisation
from tests.simulation.people import People
from tests.simulation.trouble import plan
from tests.simulation.world import DAY_S, World

from call24.agents import machine as agents
from call24.agents.model import AgentState
from call24.calls.model import Call, CallState
from call24.journal.model import Entry

SETTLES_S = 10.0
LOOK_EVERY_S = 5.0
PROBE_S = 40.0
NEWS_S = 5.0
HEARD_S = 0.1


@dataclass
class Report:
    """What a day was. ``digest``: of all that was written down."""

    seed: int | str
    calls: int = 0
    lives: int = 0
    requests: int = 0
    lines: int = 0
    digest: str = ""
    faults: dict[str, int] = field(default_factory=dict)
    broken: str | None = None
    trace: list[str] = field(default_factory=list)


class Day:
    """``only``: the names of the organisations that there are; ``troubles``: their faults, for who compares days."""

    def __init__(
        self,
        seed: int | str,
        *,
        traced: bool = False,
        only: str = "ab",
        troubles: dict[str, Faults] | None = None,
    ) -> None:
        self.world = World(seed, traced=traced)
        self.asterisk = Asterisk(self.world)
        self.store = Store()
        self.directory = FakeDirectory()
        self.owners = Owners()
        self.life: Life | None = None
        self.lives = 0
        self._requests = 0
        self.told: set[str] = set()
        self._chance = self.world.random("trouble")
        found = [organisation(name, self.world.random(f"organisation {name}"), self.directory) for name in only]
        common = faults.chosen(self._chance)
        self.common = (troubles or {}).get(COMMON, common)
        per = {it.tenant_id: (troubles or {}).get(it.tenant_id, common) for it in found}
        owners = [*(it.tenant_id for it in found), COMMON]
        streams = {owner: self.world.random(f"link of {owner}") for owner in owners}
        self.injector = Injector({**per, COMMON: self.common}, streams)
        self.people = [
            People(
                self.world, self.asterisk, self.owners, it, self.ready, self.world.random(it.tenant_id).randint(4, 9)
            )
            for it in found
        ]
        self.asterisk.phones, self.asterisk.refuses = self._rings, self._refuses
        for it in found:
            self.asterisk.trunks.add(it.trunk_name)
            self.owners.learn(it.trunk_name, it.tenant_id)
            self.owners.learn(it.tenant_id, it.tenant_id)
            self.asterisk.registered |= it.phones
            for phone in it.phones:
                self.owners.learn(phone, it.tenant_id)
        self._overlooked = checks.Overlooked()

    def ready(self) -> Life | None:
        life = self.life
        return life if life is not None and not life.dead and life.started else None

    def _rings(self, channel: Channel) -> None:
        owner = self.owners.of(channel.id)
        for people in self.people:
            if people.it.tenant_id == owner:
                people.rings(channel)

    def _refuses(self, channel: Channel) -> int | None:
        owner = self.owners.of(channel.id)
        return next((people.refuses(channel) for people in self.people if people.it.tenant_id == owner), None)

    # --- Call24 ---

    async def _start(self) -> None:
        self.lives += 1
        self.world.say(f"Call24 starts, life {self.lives}")
        self.life = Life(self.world, self.asterisk, self.store, self.injector, self.owners, self.directory, self._died)
        await self.life.start()

    def _died(self) -> None:
        self.injector.done["kills"] += 1
        assert self.life is not None
        self._requests += self.life.link.requests
        self._take_told(self.life, NEWS_S)
        away = self._chance.uniform(0.3, 4.0)
        self.world.after(away, lambda: self.world.loop.create_task(self._start()))

    def _take_told(self, life: Life, young: float = 0.0) -> None:
        """Whom Call24 heard of, and lived on for long enough to write it down."""
        self.told |= {x for x, at in life.link.told.items() if at <= self.world.loop.passed - young}

    # --- the day ---

    def run(self) -> Report:
        report = Report(seed=self.world.seed)
        with mock.patch("call24.asterisk.mixmonitor.manager_session", manager_session):
            try:
                self.world.run(self._whole())
            except checks.Broken as broken:
                report.broken = str(broken)
        report.calls, report.lives = len(self.store.by_call()), self.lives
        report.requests = self._requests + (self.life.link.requests if self.life else 0)
        report.lines, report.digest = len(self.store.lines), digest(self.store.lines)
        report.faults, report.trace = dict(self.injector.done), self.world.trace
        return report

    async def _whole(self) -> None:
        task = asyncio.current_task()
        assert task is not None
        task.set_name("world")
        await self._start()
        plan(self._chance, self.common, self)
        for people in self.people:
            people.at_work(DAY_S)
        try:
            await self._until(DAY_S)
            await self._settled()
            await self._closed()
            await self._probed()
            self._take_told(self.life)
            checks.written(self.store, self.people, self.told)
        finally:
            if self.life is not None and not self.life.dead:
                self.life.dead = self.life.clock.dead = True
                rest = asyncio.all_tasks() - {task}
                for other in rest:
                    other.cancel()
                await asyncio.gather(*rest, return_exceptions=True)

    async def _until(self, when: float) -> None:
        while self.world.loop.passed < when:
            await asyncio.sleep(min(LOOK_EVERY_S, when - self.world.loop.passed + 0.001))
            self._overlooked.look(self.ready(), self.people, self.world.loop.passed)
            for people in self.people:
                self.told |= self._overlooked.known(people, self.ready(), self.world.loop.passed)

    async def _for(self, seconds: float) -> None:
        await self._until(self.world.loop.passed + seconds)

    async def _settled(self) -> None:
        """The trouble is over: fifteen seconds later everything is in order."""
        self.injector.calm = True
        self.world.say("the trouble is over")
        while (life := self.ready()) is None or not life.telephony.is_up:
            if life is not None:
                life.points_left, life.link.cut = None, False
            await asyncio.sleep(0.1)
        life.points_left = None
        await self._for(SETTLES_S + LOOK_EVERY_S)  # a look may be on its way still, answered slowly
        while self.world.loop.passed - self.asterisk.last_end < HEARD_S:
            await self._for(HEARD_S)  # who hangs up this instant is not heard of yet
        for people in self.people:
            self.asterisk.registered |= people.it.every_phone
            checks.same_story(life, people.it)
        checks.nothing_forgotten(self.asterisk, self._live())

    def _live(self) -> list[Call]:
        life = self.ready()
        assert life is not None
        return [call for people in self.people for call in life.engine.live_calls(people.it.tenant_id)]

    async def _closed(self) -> None:
        """The last callers hang up, what is left is ended: ten seconds later nothing is left."""
        life = self.ready()
        assert life is not None
        self.world.say("closing time")
        for people in self.people:
            for channel in people.arrivals:
                self.asterisk.hang_up(channel)
        await asyncio.sleep(1)
        for people in self.people:
            for call in life.engine.live_calls(people.it.tenant_id):
                life.requests.end(people.it.tenant_id, people.it.supervisor, call.id, "closing time")
        await self._for(SETTLES_S)
        checks.require(not self._live(), f"calls are left: {[(x.id, x.state) for x in self._live()]}")
        checks.nothing_left(self.asterisk)

    async def _probed(self) -> None:
        """Every agent is free for one more call, and every one of these callers gets an agent."""
        life = self.ready()
        assert life is not None
        for people in self.people:
            people.obedient = True
            for user in people.it.everybody:
                people.wish(user, agents.OfflineWished if user == people.it.supervisor else agents.AvailableWished)
        await self._for(2)
        probes = []
        for people in self.people:
            for _ in people.it.members:
                probes.append((people, people.dial(people.it.straight)))
                await asyncio.sleep(0.01)  # who comes at the same millisecond is served in the order of its id
        await self._for(PROBE_S / 4)
        served = {call.caller_leg for call in self._live() if call.state is CallState.CONNECTED}
        for people, channel in probes:
            states = {x: life.engine.desk(people.it.tenant_id).session(x).state for x in people.it.members}
            checks.require(channel.id in served, f"the probe {channel.id} has no agent: {states}")
            checks.require(set(states.values()) == {AgentState.ON_CALL}, f"not all are on a call: {states}")
        for _, channel in probes:
            self.asterisk.hang_up(channel)
        await self._for(SETTLES_S)
        checks.nothing_left(self.asterisk)


def digest(lines: list[Entry]) -> str:
    return hashlib.sha256(b"\n".join(msgspec.json.encode(line) for line in lines)).hexdigest()[:16]
