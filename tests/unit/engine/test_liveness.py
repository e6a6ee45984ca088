"""Whether agents are still there: who vanishes, who does not, and who is back. In virtual time, with fake phones."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import msgspec
import pytest
from tests.support.calls.agent_session import Agent, available, in_wrap_up, on_call
from tests.support.clock import START, VirtualClock, settle

from call24.agents import heartbeat
from call24.agents import machine as m
from call24.agents.machine import advance
from call24.agents.model import VANISHED, AgentSession, AgentState
from call24.engine import liveness
from call24.engine.liveness import LOOK_EVERY_S, AgentPresence
from call24.kit.errors import Unavailable
from call24.kit.ids import CallId, DeviceId, OfferId, TenantId, UserId

ANN, BOB = UserId("usr_ann"), UserId("usr_bob")
TENANT = TenantId("ten_a")
GRACE_S = heartbeat.GRACE.total_seconds()


@dataclass
class Office:
    """Two available agents, their apps and phones, and what each session is told."""

    clock: VirtualClock = field(default_factory=VirtualClock)
    sessions: dict[UserId, AgentSession] = field(default_factory=dict)
    apps: set[UserId] = field(default_factory=set)
    phones: set[DeviceId] = field(default_factory=set)
    asked: list[DeviceId] = field(default_factory=list)
    told: list[tuple[UserId, str]] = field(default_factory=list)
    pbx_answers: bool = True
    in_sight: bool = True
    can_write: bool = True
    closing: set[UserId] = field(default_factory=set)

    def __post_init__(self) -> None:
        for user_id in (ANN, BOB):
            fresh = AgentSession(agent_id=user_id, tenant_id=TENANT, since=START, idle_since=START)
            self.sessions[user_id] = advance(fresh, m.AvailableWished(at=START)).session
        self.presence = AgentPresence(
            clock=self.clock,
            sessions=lambda: self.sessions.values(),
            tell=self.tell,
            devices=lambda tenant_id, agent_id: (DeviceId(f"dev_{agent_id}"),),
            phones=self,
            with_app=lambda: self.apps,
            in_sight=lambda: self.in_sight,
        )

    async def tell(self, tenant_id: TenantId, agent_id: UserId, signal: m.AgentSignal) -> AgentSession:
        if not self.can_write:
            raise Unavailable
        if agent_id in self.closing:
            await asyncio.Event().wait()
        assert tenant_id == TENANT
        self.told.append((agent_id, type(signal).__name__))
        self.sessions[agent_id] = advance(self.sessions[agent_id], signal).session
        return self.sessions[agent_id]

    async def registered(self, devices: Mapping[DeviceId, TenantId]) -> Collection[DeviceId] | None:
        assert set(devices.values()) == {TENANT}
        self.asked.extend(devices)
        return self.phones.intersection(devices) if self.pbx_answers else None

    def state(self, user_id: UserId = ANN) -> tuple[AgentState, str | None]:
        return self.sessions[user_id].state, self.sessions[user_id].reason


HERE = (AgentState.AVAILABLE, None)
GONE = (AgentState.PAUSED, VANISHED)


@pytest.fixture
async def office() -> Office:
    return Office()


@contextlib.contextmanager
def watching(office: Office) -> Iterator[None]:
    task = asyncio.get_running_loop().create_task(office.presence.run())
    try:
        yield
    finally:
        task.cancel()


async def test_who_is_not_heard_of_for_a_minute_has_vanished(office: Office) -> None:
    with watching(office):
        await office.clock.run(GRACE_S - 1)
        assert office.state() == HERE
        await office.clock.run(LOOK_EVERY_S + 1)
        assert office.state() == GONE
        assert sorted(office.told) == [(ANN, "Vanished"), (BOB, "Vanished")]
        await office.clock.run(3600)
        assert len(office.told) == 2, "it is said once"


@pytest.mark.parametrize("sign", ["socket", "api", "phone"])
async def test_any_one_sign_of_life_is_enough(office: Office, sign: str) -> None:
    with watching(office):
        for _ in range(20):
            if sign == "socket":
                office.apps = {ANN}
            elif sign == "api":
                office.presence.seen(ANN)
            else:
                office.phones = {DeviceId(f"dev_{ANN}")}
            await office.clock.run(GRACE_S - LOOK_EVERY_S - 1)
        assert (office.state(ANN), office.state(BOB)) == (HERE, GONE)


@pytest.mark.parametrize("sign", ["socket", "api", "phone"])
async def test_who_is_back_is_available_within_seconds(office: Office, sign: str) -> None:
    with watching(office):
        await office.clock.run(3 * GRACE_S)
        assert office.state() == GONE
        if sign == "socket":
            office.apps = {ANN}
        elif sign == "api":
            office.presence.seen(ANN)
        else:
            office.phones = {DeviceId(f"dev_{ANN}")}
        await office.clock.run(LOOK_EVERY_S)
        assert (office.state(ANN), office.state(BOB)) == (HERE, GONE)
        assert office.told.count((ANN, "Returned")) == 1


async def test_phones_are_looked_for_only_when_nothing_else_is_heard(office: Office) -> None:
    office.apps = {ANN}
    office.phones = {DeviceId(f"dev_{BOB}")}
    with watching(office):
        await office.clock.run(600)
    assert set(office.asked) == {DeviceId(f"dev_{BOB}")}
    assert len(office.asked) <= 600 / heartbeat.ASK_AFTER.total_seconds() + 1
    assert office.told == []


async def test_nobody_vanishes_while_asterisk_or_mongodb_is_away_and_a_minute_after(office: Office) -> None:
    with watching(office):
        await office.clock.run(GRACE_S - 10)
        office.in_sight = False
        await office.clock.run(600)
        assert office.told == []
        office.in_sight = True
        await office.clock.run(GRACE_S - 1)
        assert office.told == []
        await office.clock.run(2 * LOOK_EVERY_S)
        assert office.state() == GONE


async def test_nobody_vanishes_while_the_pbx_does_not_say_who_is_registered(office: Office) -> None:
    office.pbx_answers = False
    with watching(office):
        await office.clock.run(600)
        assert office.told == []
        office.pbx_answers = True
        await office.clock.run(GRACE_S - LOOK_EVERY_S)
        assert office.told == [], "a minute to be heard of"
        await office.clock.run(3 * LOOK_EVERY_S)
        assert office.state() == GONE


async def test_who_was_gone_is_not_back_because_we_see_again(office: Office) -> None:
    with watching(office):
        await office.clock.run(2 * GRACE_S)
        office.in_sight = False
        await office.clock.run(60)
        office.in_sight = True
        await office.clock.run(LOOK_EVERY_S * 2)
        assert office.state() == GONE


async def test_what_could_not_be_written_down_is_said_again(office: Office) -> None:
    office.can_write = False
    with watching(office):
        await office.clock.run(2 * GRACE_S)
        assert office.state() == HERE
        office.can_write = True
        await office.clock.run(LOOK_EVERY_S)
        assert office.state() == GONE


async def test_a_desk_that_never_answers_does_not_stop_the_watch_over_others(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(liveness, "TELL_S", 0.01)
    office.closing = {ANN}
    await office.presence.look()
    office.clock.advance(seconds=GRACE_S)
    async with asyncio.timeout(5):
        await office.presence.look()
    assert office.told == [(BOB, "Vanished")]


async def test_the_watch_goes_on_after_each_look(office: Office) -> None:
    with watching(office):
        await settle()
        assert office.clock.pending == 1


# --- the decision ---

AT = START + timedelta(hours=2)


def says(agent: Agent, seen_s: float | None, watching_s: float = 3600) -> str | None:
    """What the session is told when it was last heard of so many seconds ago."""
    seen_at = None if seen_s is None else AT - timedelta(seconds=seen_s)
    signal = heartbeat.verdict(agent.session, seen_at, AT - timedelta(seconds=watching_s), AT)
    return None if signal is None else type(signal).__name__


def offered() -> Agent:
    agent = available()
    agent.offered()
    return agent


@pytest.mark.parametrize("make", [available, offered, on_call, in_wrap_up])
def test_whoever_gets_calls_or_soon_will_can_vanish(make: object) -> None:
    assert says(make(), None) == "Vanished"  # type: ignore[operator]
    assert says(make(), 59) is None  # type: ignore[operator]
    assert says(make(), 61, watching_s=59) is None  # type: ignore[operator]


def test_whoever_gets_no_calls_anyway_is_left_alone() -> None:
    paused, leaving = available(), on_call()
    paused.wish_pause()
    leaving.wish_offline()
    for agent in (Agent(), paused, leaving):
        assert says(agent, None) is None
        assert not heartbeat.doubtful(agent.session, None, AT)


@pytest.mark.parametrize("make", [available, offered, on_call, in_wrap_up])
def test_whoever_was_taken_for_gone_is_told_only_that_it_is_back(make: object) -> None:
    agent: Agent = make()  # type: ignore[operator]
    agent.vanished()
    assert says(agent, None) is None
    assert says(agent, 1) == "Returned"


# --- phones that calls wait for ---


def _awaited(office: Office) -> None:
    until = office.clock.now() + timedelta(seconds=30)
    office.sessions[ANN] = advance(office.sessions[ANN], m.PhoneAwaited(at=office.clock.now(), until=until)).session


@contextlib.contextmanager
def watching_phones(office: Office) -> Iterator[None]:
    task = asyncio.get_running_loop().create_task(office.presence.watch_phones())
    try:
        yield
    finally:
        task.cancel()


async def test_a_phone_that_registers_while_calls_wait_for_it_is_seen_within_half_a_second(office: Office) -> None:
    _awaited(office)
    with watching_phones(office):
        await office.clock.run(10)
        assert not office.sessions[ANN].free
        office.phones.add(DeviceId("dev_usr_ann"))
        await office.clock.run(0.51)
    assert office.sessions[ANN].free
    assert set(office.asked) == {"dev_usr_ann"}, "nobody else is asked about"


async def test_a_phone_that_comes_too_late_ends_the_pause_that_its_absence_was(office: Office) -> None:
    _awaited(office)
    with watching_phones(office):
        await office.clock.run(30.6)
        assert office.state() == (AgentState.PAUSED, "unreachable")
        await office.clock.run(300)
        office.phones.add(DeviceId("dev_usr_ann"))
        await office.clock.run(0.51)
    assert office.state() == HERE


async def test_nobody_is_paused_for_a_missing_phone_while_asterisk_does_not_say(office: Office) -> None:
    _awaited(office)
    office.pbx_answers = False
    with watching_phones(office):
        await office.clock.run(120)
        assert office.state() == HERE


@pytest.mark.parametrize("hours", [1, -1])
async def test_nobody_vanishes_or_stays_because_the_clock_was_set(office: Office, hours: int) -> None:
    with watching(office):
        await office.clock.run(GRACE_S / 2)
        office.presence.seen(ANN)
        office.clock.set(hours=hours)
        office.presence.clock_set()
        await office.clock.run(GRACE_S - 1)
        assert office.told == []
        await office.clock.run(2 * LOOK_EVERY_S)
        assert (office.state(ANN), office.state(BOB)) == (GONE, GONE)


async def test_a_phone_is_waited_for_no_longer_because_the_clock_was_set_back(office: Office) -> None:
    _awaited(office)
    with watching_phones(office):
        await office.clock.run(5)
        assert office.state() == HERE
        office.clock.set(hours=-1)
        await office.clock.run(30)
        assert office.state() == (AgentState.PAUSED, "unreachable")
        office.phones.add(DeviceId("dev_usr_ann"))
        await office.clock.run(0.51)
    assert office.state() == HERE


class ByMobile:
    """Ann has her mobile number called; ``bare``: she is offered a call, and no phone of hers was there."""

    def __init__(self) -> None:
        self.bare = False
        self.told: list[UserId] = []

    def by_mobile(self, session: AgentSession) -> bool:
        return session.agent_id == ANN

    def lacks_phone(self, session: AgentSession) -> bool:
        return self.bare and session.agent_id == ANN

    def phone_registered(self, session: AgentSession) -> None:
        self.told.append(session.agent_id)


def with_mobile(office: Office) -> ByMobile:
    engine = office.presence._engine = ByMobile()
    return engine


async def test_who_is_called_on_a_mobile_number_is_there_while_the_page_sleeps(office: Office) -> None:
    with_mobile(office)
    with watching(office):
        await office.clock.run(20 * GRACE_S)
        assert (office.state(ANN), office.state(BOB)) == (HERE, GONE)


async def test_who_takes_no_call_there_either_is_gone_after_three(office: Office) -> None:
    with_mobile(office)
    office.sessions[ANN] = msgspec.structs.replace(office.sessions[ANN], missed=3)
    with watching(office):
        await office.clock.run(2 * GRACE_S)
        assert office.state(ANN) == GONE


async def test_who_is_silent_for_a_whole_shift_is_gone_and_a_talk_begins_it_anew(office: Office) -> None:
    with_mobile(office)
    here = office.sessions[ANN]
    for hours in (7, 7):
        for _ in range(hours):
            office.clock.advance(seconds=3600)
            await office.presence.look()
        assert office.state(ANN) == HERE
        office.sessions[ANN] = msgspec.structs.replace(here, state=AgentState.ON_CALL)
        await office.presence.look()
        office.sessions[ANN] = here
    for _ in range(8):
        office.clock.advance(seconds=3600)
        await office.presence.look()
    assert office.state(ANN) == GONE


async def test_a_phone_that_is_registered_and_cannot_be_rung_is_tried_once_for_an_offer(office: Office) -> None:
    engine = with_mobile(office)
    for number, told in ((1, 1), (2, 2)):
        offer = m.OfferMade(at=START, call_id=CallId("call_1"), offer_id=OfferId(f"off_{number}"))
        office.sessions[ANN] = advance(
            msgspec.structs.replace(office.sessions[ANN], state=AgentState.AVAILABLE, offer_id=None), offer
        ).session
        engine.bare, office.phones = True, {DeviceId(f"dev_{ANN}")}
        for _ in range(20):
            await office.presence.look_for_wanted_phones()
        assert engine.told == [ANN] * told
    office.phones.clear()
    await office.presence.look_for_wanted_phones()
    office.phones = {DeviceId(f"dev_{ANN}")}
    for _ in range(20):
        await office.presence.look_for_wanted_phones()
    assert engine.told == [ANN] * 3, "it was away, and is back"


async def test_a_phone_that_registers_during_an_offer_that_has_none_is_told_to_the_call(office: Office) -> None:
    engine = with_mobile(office)
    office.sessions[ANN] = offered = advance(
        office.sessions[ANN], m.OfferMade(at=START, call_id=CallId("call_1"), offer_id=OfferId("off_1"))
    ).session
    assert offered.state is AgentState.OFFERED
    engine.bare = True
    await office.presence.look_for_wanted_phones()
    assert engine.told == []
    office.phones = {DeviceId(f"dev_{ANN}")}
    await office.presence.look_for_wanted_phones()
    assert engine.told == [ANN]
    engine.bare = False
    await office.presence.look_for_wanted_phones()
    assert engine.told == [ANN]
