"""Who is rung for a call is sent a notification, and what became of it takes its place: by the journal alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
from tests.support.calls import told as t
from tests.support.calls.told import Told
from tests.support.clock import StillClock
from tests.support.wait import wait_until

from call24.agents import events as a
from call24.calls import events as e
from call24.calls.model import OfferOutcome
from call24.journal.model import Entry, Fresh
from call24.kit.errors import Unavailable
from call24.kit.ids import OfferId, TenantId, UserId
from call24.kit.language import Language
from call24.live.board import Board
from call24.notifications.kinds import NotificationKind
from call24.realtime.ringing import Ringing
from call24.web_push.events import OfferPushed, OfferPushEnded
from call24.web_push.model import PushMessage, Said


class Pushes:
    """Notes what is sent. `without`: who has no browser; `languages`: of browsers, else English."""

    def __init__(self) -> None:
        self.sent: list[tuple[UserId, PushMessage, str, timedelta]] = []
        self.without: set[UserId] = set()
        self.languages: dict[UserId, Language] = {}
        self.heard: list[Any] = []
        self.discreet: list[PushMessage] = []

    def reaches(self, user_id: UserId) -> bool:
        return user_id not in self.without

    def tenants(self) -> set[TenantId]:
        return {t.TENANT}

    def send(self, tenant_id: TenantId, user_id: UserId, message: Said, **more: Any) -> int:
        if user_id in self.without:
            return 0
        language = self.languages.get(user_id, "en")
        self.sent.append((user_id, message(language), more["topic"], more["ttl"]))
        if more["discreet"] is not None:
            self.discreet.append(more["discreet"](language))
        if more["told"] is not None:
            self.heard.append(more["told"])
        return 1

    def said(self, user_id: UserId) -> list[str]:
        return [message.title for whose, message, _, _ in self.sent if whose == user_id]


class Notifications:
    """`without`: who wants no calls by push; None: MongoDB is away."""

    def __init__(self) -> None:
        self.without: set[UserId] | None = set()

    async def wants_push(self, tenant_id: TenantId, user_id: UserId, kind: NotificationKind) -> bool:
        assert (tenant_id, kind) == (t.TENANT, "incoming_call")
        if self.without is None:
            raise Unavailable
        return user_id not in self.without


class Views:
    def name(self, user_id: UserId | None) -> str:
        return str(user_id).removeprefix("usr_").title()

    async def live_call(self, live: Any, user_id: UserId) -> dict[str, Any]:
        card = {"name": "Bat", "number": "+97699112233"}
        return {"card": card, "queue": {"name": "Help"}, "purpose": "offer", "direction": "inbound"}


class World:
    def __init__(self, lines: list[Entry] | None = None) -> None:
        self.board, self.pushes, self.clock = Board(), Pushes(), StillClock()
        self.notifications = Notifications()
        self.written: list[Fresh] = []
        self.before = lines or []
        journal = SimpleNamespace(append=self._append, last_seq=lambda _: len(self.before), read_after=self._read)
        self.ringing = Ringing(
            self.board,
            cast(Any, Views()),
            cast(Any, self.pushes),
            cast(Any, self.notifications),
            cast(Any, journal),
            self.clock,
        )

    async def _append(self, tenant_id: TenantId, lines: list[Fresh]) -> None:
        self.written += lines

    async def _read(self, tenant_id: TenantId, seq: int) -> list[Entry]:
        return self.before[seq:]

    async def hears(self, told: Told) -> None:
        """The lines that the story has more than before; what follows of them is done when this returns."""
        for entry in told.entries:
            self.board.apply(entry)
            self.ringing.follow(entry)
        told.entries.clear()
        await wait_until(lambda: not self.ringing._changed)
        await asyncio.sleep(0)


@pytest.fixture
async def world() -> AsyncIterator[World]:
    made = World()
    tasks = [asyncio.create_task(made.ringing.run()), asyncio.create_task(made.ringing.write())]
    yield made
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def offered(told: Told, agent_id: UserId) -> Told:
    told.offered_to(agent_id)
    offer_id = told.told.offers[-1].offer_id
    return told.agent_says(a.AgentOffered(agent_id=agent_id, call_id=told.id, offer_id=offer_id))


def queued() -> Told:
    return Told().arrives().after(1).joins()


async def test_a_call_rings_and_who_answered_it_takes_its_place(world: World) -> None:
    told = queued()
    offered(told, t.ANN)
    offered(told, t.BOB)
    await world.hears(told)
    assert world.pushes.said(t.ANN) == world.pushes.said(t.BOB) == ["Call from Bat"]
    [(_, ring, topic, ttl), _] = world.pushes.sent
    assert (ring.ringing, ring.call_id, ring.body, topic, ttl.total_seconds()) == (True, t.CALL, "Help", t.CALL, 45)
    told.after(3).answered_by(t.ANN).agent_says(a.AgentBecameAvailable(agent_id=t.BOB, keeps_idle=True))
    await world.hears(told)
    assert world.pushes.said(t.ANN)[1:] == ["Call answered"]
    assert world.pushes.said(t.BOB)[1:] == ["Answered by Ann"]
    assert {message.tag for _, message, _, _ in world.pushes.sent} == {f"call {t.CALL}"}
    assert [message.silent for _, message, _, _ in world.pushes.sent] == [False, False, True, True]


async def test_each_browser_shows_it_in_its_language_and_without_the_caller_where_that_is_chosen(world: World) -> None:
    world.pushes.languages = {t.ANN: "mn"}
    told = offered(offered(queued(), t.ANN), t.BOB)
    await world.hears(told)
    rings = {user_id: (ring.title, ring.answer, ring.decline, ring.missed) for user_id, ring, _, _ in world.pushes.sent}
    assert rings == {
        t.ANN: ("Дуудлага: Bat", "Хариулах", "Татгалзах", "Аваагүй дуудлага"),
        t.BOB: ("Call from Bat", "Answer", "Decline", "Missed call"),
    }
    assert {ring.title for ring in world.pushes.discreet} == {"Ирсэн дуудлага", "Incoming call"}
    told.after(3).answered_by(t.BOB).agent_says(a.AgentBecameAvailable(agent_id=t.ANN, keeps_idle=True))
    await world.hears(told)
    assert world.pushes.said(t.ANN)[1:] == ["Bob хариулсан"]


async def test_a_caller_who_hangs_up_was_missed(world: World) -> None:
    told = offered(queued(), t.ANN)
    await world.hears(told)
    told.after(5).ends()
    await world.hears(told)
    assert world.pushes.said(t.ANN) == ["Call from Bat", "Missed call"]


async def test_a_phone_that_is_not_connected_is_waited_for_under_the_same_notification(world: World) -> None:
    told = offered(queued(), t.ANN)
    await world.hears(told)
    offer_id = told.told.offers[0].offer_id
    told.after(0.1).say(e.OfferEnded(offer_id=offer_id, agent_id=t.ANN, outcome=OfferOutcome.UNREACHABLE))
    await world.hears(told)
    assert world.pushes.said(t.ANN) == ["Call from Bat"], "the desk has not said yet what follows"
    until = told.now + timedelta(seconds=30)
    told.agent_says(
        a.AgentBecameAvailable(agent_id=t.ANN, keeps_idle=True), a.AgentPhoneAwaited(agent_id=t.ANN, until=until)
    )
    await world.hears(told)
    assert world.pushes.said(t.ANN) == ["Call from Bat"], "it is what wakes the phone"
    told.after(4).agent_says(a.AgentPhoneReady(agent_id=t.ANN))
    offered(told, t.ANN)
    await world.hears(told)
    assert world.pushes.said(t.ANN) == ["Call from Bat", "Call from Bat"]
    told.after(2).answered_by(t.ANN)
    await world.hears(told)
    assert world.pushes.said(t.ANN)[2:] == ["Call answered"]


async def test_a_phone_that_does_not_come_is_told_that_the_call_goes_to_others(world: World) -> None:
    told = offered(queued(), t.ANN)
    offer_id = told.told.offers[0].offer_id
    told.after(0.1).say(e.OfferEnded(offer_id=offer_id, agent_id=t.ANN, outcome=OfferOutcome.UNREACHABLE))
    until = told.now + timedelta(seconds=30)
    told.agent_says(a.AgentBecameAvailable(agent_id=t.ANN), a.AgentPhoneAwaited(agent_id=t.ANN, until=until))
    await world.hears(told)
    told.after(30).agent_says(a.AgentPaused(agent_id=t.ANN, reason="unreachable"))
    await world.hears(told)
    assert world.pushes.said(t.ANN)[-1] == "The call rings no more"
    assert world.ringing._told == {} and world.ringing._waking == {}


async def test_a_call_that_is_taken_meanwhile_is_taken_back_from_who_is_waited_for(world: World) -> None:
    told = offered(queued(), t.ANN)
    offer_id = told.told.offers[0].offer_id
    told.say(e.OfferEnded(offer_id=offer_id, agent_id=t.ANN, outcome=OfferOutcome.UNREACHABLE))
    until = told.now + timedelta(seconds=30)
    told.agent_says(a.AgentBecameAvailable(agent_id=t.ANN), a.AgentPhoneAwaited(agent_id=t.ANN, until=until))
    offered(told, t.BOB)
    await world.hears(told)
    told.after(2).answered_by(t.BOB)
    await world.hears(told)
    assert world.pushes.said(t.ANN)[-1] == "Answered by Bob"


async def test_nobodys_own_phone_is_told_of_the_call_that_they_place(world: World) -> None:
    told = Told().placed(t.ANN)
    told.offered_to(t.ANN)
    await world.hears(told)
    assert world.pushes.sent == []


async def test_who_has_no_browser_is_sent_nothing_and_nothing_is_written(world: World) -> None:
    world.pushes.without = {t.ANN}
    await world.hears(offered(queued(), t.ANN))
    assert (world.pushes.sent, world.written) == ([], [])


async def test_who_wants_no_calls_by_push_is_sent_neither_the_call_nor_what_became_of_it(world: World) -> None:
    world.notifications.without = {t.ANN}
    told = offered(offered(queued(), t.ANN), t.BOB)
    await world.hears(told)
    told.after(3).answered_by(t.BOB).agent_says(a.AgentBecameAvailable(agent_id=t.ANN, keeps_idle=True))
    await world.hears(told)
    assert (world.pushes.said(t.ANN), world.pushes.said(t.BOB)) == ([], ["Call from Bat", "Call answered"])
    assert world.ringing._told == world.ringing._shown == {}


async def test_a_call_rings_though_nobody_can_be_asked_whether_it_is_wanted(world: World) -> None:
    world.notifications.without = None
    await world.hears(offered(queued(), t.ANN))
    assert world.pushes.said(t.ANN) == ["Call from Bat"]


async def test_the_journal_has_what_became_of_it_with_its_time(world: World) -> None:
    told = offered(queued(), t.ANN)
    await world.hears(told)
    world.clock.advance(seconds=0.25)
    world.pushes.heard[0]("accepted")
    await wait_until(lambda: len(world.written) == 2)
    offer_id = OfferId("off_1")
    assert [line.event for line in world.written] == [
        OfferPushed(agent_id=t.ANN, offer_id=offer_id, browsers=1),
        OfferPushEnded(agent_id=t.ANN, offer_id=offer_id, outcome="accepted", after_ms=250),
    ]
    assert {(line.call_id, line.agent_id) for line in world.written} == {(t.CALL, t.ANN)}
    assert {line.delete_at for line in world.written} == {told.told.arrived_at + timedelta(days=90)}


async def test_after_a_restart_who_is_rung_is_told_again_and_what_rang_is_taken_back() -> None:
    rings, rang = offered(queued(), t.ANN), offered(Told(t.CallId("call_2"), 0).arrives().after(1).joins(), t.BOB)
    rang.after(1).ends()
    unwanted = offered(Told(t.CallId("call_3"), 0).arrives().after(1).joins(), t.CY)
    unwanted.after(1).ends()
    world = World([*rings.entries, *rang.entries, *unwanted.entries])
    world.notifications.without = {t.CY}
    world.clock.advance(seconds=(rang.now - world.clock.now()).total_seconds() + 5)
    world.board.restore_call(rings.told, rings.entries)
    running = asyncio.create_task(world.ringing.run())
    try:
        await wait_until(lambda: len(world.pushes.sent) == 2)
        assert world.pushes.said(t.ANN) == ["Call from Bat"]
        assert world.pushes.said(t.BOB) == ["Missed call"]
        assert world.pushes.said(t.CY) == []
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
