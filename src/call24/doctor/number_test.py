"""A test call to a number of an organisation, made by the installation itself: a customer's phone on this machine rings
it over Asterisk, and says step by step what it hears and what the call does.

The call takes the way of a caller's: the number's flow, greeting, queue and agents' phones. It comes from this machine
and not over the organisation's trunk, so it shows nothing of the carrier. Nobody outside is dialled for it, it is not
recorded, and nothing of it is kept (`CallRules.test`). One at a time in an organisation, few an hour, few at once.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import TypeVar

from call24.agents.model import AgentState
from call24.asterisk.endpoints import Endpoints
from call24.asterisk.trunks import TrunkLine
from call24.calls.model import Call, CallState
from call24.doctor import pbx_check
from call24.doctor.number_test_model import Beeps, NumberTest, StepName, Trouble
from call24.doctor.probes import address_towards
from call24.doctor.report import Failed
from call24.engine.engine import Engine
from call24.engine.numbers_under_test import NumbersUnderTest, NumberUnderTest
from call24.installer.api_client import trunk_host
from call24.kit.clock import Clock
from call24.kit.errors import TooMany
from call24.kit.ids import QueueId, TenantId, TrunkId, UserId, new_id
from call24.kit.settings import Settings
from call24.tenants.model import Number
from call24.testphones.customer import Customer, CustomerCall
from call24.testphones.sip_call import CallFailed

log = logging.getLogger(__name__)

T = TypeVar("T")

AN_HOUR, AT_ONCE = 12, 3
"""Test calls of an organisation in an hour, and of all organisations at once."""
ANSWER_S, SOUND_S, QUEUE_S, RING_S, PICK_UP_S, HEAR_S = 10.0, 8.0, 60.0, 20.0, 45.0, 20.0
LOUD_DBFS, VOICE_DBFS = -45.0, -50.0
MUSIC_ENDS_S = 1.0
"""What is heard so soon after the answer may be the queue's music still."""
LOOK_S, LISTENS_S = 0.1, 0.5
WAY_S = 5.0
"""For the name of the PBX's host."""
AWAY: dict[CallState, Trouble] = {
    CallState.VOICEMAIL: "voicemail",
    CallState.CLOSING: "hung_up",
    CallState.FORWARDING: "outside",
    CallState.FORWARDED: "outside",
}
_TALKS = frozenset({CallState.CONNECTED, CallState.HELD, CallState.CONSULTING, CallState.CONFERENCE})


class Stopped(Exception):
    """A step cannot be reached any more."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble)
        self.trouble: Trouble = trouble


class NumberTests:
    """`connect` before use. The newest test of each organisation is kept until the next, or until the server ends."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self.numbers = NumbersUnderTest()
        """What the engine's directory asks."""
        self._settings = settings
        self._clock = clock
        self._engine: Engine | None = None
        self._endpoints: Endpoints | None = None
        self._newest: dict[TenantId, NumberTest] = {}
        self._begun: dict[TenantId, deque[datetime]] = {}
        self._tasks: dict[TenantId, asyncio.Task[None]] = {}

    def connect(self, engine: Engine, endpoints: Endpoints) -> None:
        self._engine, self._endpoints = engine, endpoints

    def newest(self, tenant_id: TenantId) -> NumberTest | None:
        return self._newest.get(tenant_id)

    def start(self, number: Number) -> NumberTest:
        """A new test, or the one of this number that goes on. Raises: TooMany."""
        known = self._newest.get(number.tenant_id)
        if known is not None and known.state == "running":
            if known.number_id == number.id:
                return known
            raise TooMany("Another number is being tested: try again when that is over", retry_after_s=60)
        self._admit(number.tenant_id)
        test = self._newest[number.tenant_id] = NumberTest(number_id=number.id, started_at=self._clock.now())
        task = asyncio.create_task(self._run(number, test), name=f"test call to {number.id}")
        self._tasks[number.tenant_id] = task
        task.add_done_callback(lambda done: self._over(number.tenant_id, done))
        return test

    async def forget(self, tenant_id: TenantId) -> None:
        """The organisation is closed."""
        if (task := self._tasks.get(tenant_id)) is not None:
            task.cancel()
            await asyncio.wait({task})
        self._newest.pop(tenant_id, None)
        self._begun.pop(tenant_id, None)

    async def close(self) -> None:
        for tenant_id in list(self._tasks):
            await self.forget(tenant_id)

    def _admit(self, tenant_id: TenantId) -> None:
        """Raises: TooMany."""
        if len(self._tasks) >= AT_ONCE:
            raise TooMany("Others are testing their numbers now: try again in a minute", retry_after_s=60)
        begun, now = self._begun.setdefault(tenant_id, deque()), self._clock.now()
        while begun and (now - begun[0]).total_seconds() >= 3600:
            begun.popleft()
        if len(begun) >= AN_HOUR:
            left = 3600 - int((now - begun[0]).total_seconds())
            raise TooMany(f"At most {AN_HOUR} test calls an hour", retry_after_s=max(1, left))
        begun.append(now)

    def _over(self, tenant_id: TenantId, done: asyncio.Task[None]) -> None:
        if self._tasks.get(tenant_id) is done:
            del self._tasks[tenant_id]

    async def _run(self, number: Number, test: NumberTest) -> None:
        trouble: Trouble | None = "trouble"
        try:
            await self._place(number, test)
            trouble = None
        except Stopped as stopped:
            trouble = stopped.trouble
        except (Failed, OSError, TimeoutError) as failed:
            log.warning("the test call to %s could not be made: %s", number.id, type(failed).__name__)
        finally:
            test.end(self._clock.now(), trouble)

    async def _place(self, number: Number, test: NumberTest) -> None:
        """Raises: Stopped, Failed, OSError."""
        if self._engine is None or self._endpoints is None:
            raise Stopped("asterisk_away")
        server, way = (trunk_host(self._settings), self._settings.sip_port), "127.0.0.1"
        if self._settings.pbx is not None:
            server = await pbx_check.trunk_port(self._settings)
            async with asyncio.timeout(WAY_S):
                way = await asyncio.to_thread(address_towards, *server)
        line = TrunkLine(tenant_id=number.tenant_id, trunk_id=TrunkId(new_id("trk")), addresses=(way,))
        tested = NumberUnderTest(tenant_id=number.tenant_id, number_id=number.id, way=way)
        code = self.numbers.open(tested)
        try:
            if not self._engine.pbx_here or not await self._endpoints.put_trunk(line):
                raise Stopped("asterisk_away")
            async with Customer(server, "anonymous", "Test call", local_host=way) as customer:
                call = await customer.dial(code, Beeps())
                await _Walk(self._engine, number, test, call, self._clock).walk()
                call.hang_up()
                with suppress(TimeoutError):
                    await call.ended(5)
        finally:
            self.numbers.close(code)
            await asyncio.shield(self._endpoints.remove_trunk(line.tenant_id, line.trunk_id))


class _Walk:
    """One call, from the INVITE until somebody is heard."""

    def __init__(self, engine: Engine, number: Number, test: NumberTest, call: CustomerCall, clock: Clock) -> None:
        self._engine = engine
        self._number = number
        self._test = test
        self._call = call
        self._clock = clock

    async def walk(self) -> None:
        """Raises: Stopped."""
        try:
            await self._call.answered(ANSWER_S)
        except CallFailed as failed:
            raise Stopped("no_line" if failed.end.status == 503 else "refused") from failed
        except TimeoutError:
            raise Stopped("not_answered") from None
        self._reach("placed")
        await self._hears(LOUD_DBFS, SOUND_S, "no_sound")
        self._reach("greeted")
        self._test.queue_id = await self._until(_queue_of, QUEUE_S, "no_queue")
        self._reach("queued")
        await self._until(self._rung, RING_S, "not_rung")
        self._reach("rang")
        self._test.answered_by = await self._until(self._answered, PICK_UP_S, "unanswered")
        self._reach("answered")
        await self._hears(VOICE_DBFS, HEAR_S, "nothing_heard", since=time.time() + MUSIC_ENDS_S)
        self._reach("heard")

    def _reach(self, name: StepName) -> None:
        self._test.reach(name, self._clock.now())

    async def _until(self, found: Callable[[Call], T | None], within_s: float, otherwise: Trouble) -> T:
        """Raises: Stopped."""
        until = time.monotonic() + within_s
        while True:
            call = self._live()
            if (seen := found(call)) is not None:
                return seen
            if call.state in AWAY:
                raise Stopped(self._why(AWAY[call.state]))
            if time.monotonic() >= until:
                raise Stopped(self._why(otherwise))
            await asyncio.sleep(LOOK_S)

    async def _hears(self, dbfs: float, within_s: float, otherwise: Trouble, since: float = 0.0) -> None:
        """Raises: Stopped."""
        until = time.monotonic() + within_s
        while self._call.ear.level_dbfs(max(since, time.time() - LISTENS_S)) < dbfs:
            if time.monotonic() >= until:
                raise Stopped(otherwise)
            if self._call.end is not None:
                raise Stopped(self._why("hung_up"))
            await asyncio.sleep(LOOK_S)

    def _live(self) -> Call:
        """Raises: Stopped when it is over."""
        theirs = self._engine.live_calls(self._number.tenant_id)
        found = next((call for call in theirs if call.rules.test and call.number_id == self._number.id), None)
        if found is None or self._call.end is not None:
            raise Stopped(self._why("hung_up"))
        return found

    def _rung(self, call: Call) -> bool | None:
        """Whom it rings now is added to whom it rang before."""
        for offer in call.offers:
            if offer.ringing and offer.agent_id not in self._test.rang:
                self._test.rang.append(offer.agent_id)
        return True if self._test.rang or call.state in _TALKS else None

    def _answered(self, call: Call) -> UserId | None:
        self._rung(call)
        return call.agent_id if call.state in _TALKS else None

    def _why(self, otherwise: Trouble) -> Trouble:
        """Why nobody was rung, where that is known: the queue is closed, or none of its agents is available."""
        queue_id = self._test.queue_id or self._number.queue_id
        if queue_id is None or self._test.rang:
            return otherwise
        tenant_id = self._number.tenant_id
        queue = self._engine.directory.plan(tenant_id).queue(QueueId(queue_id))
        if queue is not None and queue.hours_id is not None:
            plan = self._engine.directory.plan(tenant_id)
            if not plan.is_open(queue.hours_id, self._clock.now()):
                return "closed"
        sessions = self._engine.agents_of(tenant_id)
        team = self._engine.teams_of(tenant_id).get(QueueId(queue_id))
        there = [sessions.get(member.agent_id) for member in (team.members if team is not None else ())]
        if not any(one is not None and one.state in (AgentState.AVAILABLE, AgentState.OFFERED) for one in there):
            return "nobody_available"
        return otherwise


def _queue_of(call: Call) -> QueueId | None:
    return call.queue_id
