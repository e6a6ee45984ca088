"""What is shown of a call that goes on, to whom, and which events tell of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import pytest
from tests.support.calls import told as t
from tests.support.clock import START, settle

from call24.call_records.call_record import fold
from call24.calls import events as e
from call24.calls.model import EndedBy
from call24.changes.model import Change
from call24.contacts.model import Contact
from call24.identity.channel_auth import user_channel
from call24.journal.model import Entry, body_of
from call24.kit.ids import CallId, ContactId, EventId, QueueId, TaskId, TenantId, UserId
from call24.live.board import Board, LiveCall
from call24.live.live_calls import LiveCalls
from call24.realtime.fanout import Fanout
from call24.tasks.events import changed
from call24.tasks.model import Task
from call24.toll_fraud.events import OutboundFrozen

NAMES = {t.ANN: "Ann", t.BOB: "Bob", t.CY: "Cy", t.SUE: "Sue"}
NUMBER = "+442079460123"


class FakeCards:
    """One contact per id, without a database."""

    def restricted(self, tenant_id: TenantId, contact_id: ContactId | None) -> bool:
        return False

    async def contact(self, tenant_id: TenantId, contact_id: ContactId | None) -> Contact | None:
        if contact_id is None:
            return None
        return Contact(
            id=contact_id, tenant_id=tenant_id, number=NUMBER, name=f"N {contact_id}", created_at=START, seen_at=START
        )

    async def of_call(self, live: LiveCall) -> dict[str, Any]:
        return {"contact_id": live.call.contact_id, "name": "Jo", "number": NUMBER}


def name(user_id: UserId | None) -> str:
    return NAMES.get(user_id or t.ANN, "somebody")


def shown(visible: bool = True) -> LiveCalls:
    return LiveCalls(FakeCards(), name, lambda queue_id: f"Q {queue_id}", lambda tenant_id: visible)  # type: ignore[arg-type]


def live_of(told: t.Told) -> LiveCall:
    board = Board()
    for entry in told.entries:
        board.apply(entry)
    live = board.call(t.TENANT, told.id)
    assert live is not None
    return live


def own_call() -> t.Told:
    return t.Told().placed().offered_to()


def consulting() -> t.Told:
    return t.Told().talks().consults()


@pytest.mark.parametrize(
    ("story", "viewer", "purpose", "part"),
    [
        (lambda: t.Told().arrives().joins().offered_to(), t.ANN, "offer", "agent"),
        (lambda: t.Told().arrives().waits_for(t.ANN).offered_to(), t.ANN, "direct", "agent"),
        (lambda: t.Told().talks().passed_to(t.BOB).offered_to(t.BOB), t.BOB, "transfer", "agent"),
        (own_call, t.ANN, "own_call", "agent"),
        (lambda: t.Told().promised().offered_to(), t.ANN, "callback", "agent"),
        (consulting, t.BOB, "consult", "third"),
        (lambda: t.Told().talks().monitored_by(), t.SUE, "monitor", "monitor"),
        (
            lambda: t.Told().talks().say(e.ReattachStarted(leg=t.LegId("leg_2"), device_id=t.DeviceId("dev_2"))),
            t.ANN,
            "reattach",
            "agent",
        ),
    ],
)
async def test_each_of_its_people_sees_why_their_phone_rings(
    story: Callable[[], t.Told], viewer: UserId, purpose: str, part: str
) -> None:
    view = await shown().for_user(live_of(story()), viewer)
    assert (view["purpose"], view["part"]) == (purpose, part)
    assert view["offer_id"] is not None


async def test_each_of_its_people_is_told_on_which_of_their_devices_the_call_is() -> None:
    """From this an app that was loaded anew knows whether it is the one that has to join it again."""
    rings, talks = t.Told().arrives().joins().offered_to(), t.Told().talks()
    mine = live_of(talks).call.device_id
    assert (await shown().for_user(live_of(rings), t.ANN))["device_id"] is None
    assert (await shown().for_user(live_of(talks), t.ANN))["device_id"] == mine is not None
    moves = t.Told().talks().say(e.ReattachStarted(leg=t.LegId("leg_2"), device_id=t.DeviceId("dev_2")))
    moves = moves.say(e.AgentReattached(leg=t.LegId("leg_2"), device_id=t.DeviceId("dev_2")))
    assert (await shown().for_user(live_of(moves), t.ANN))["device_id"] == "dev_2"
    asked = live_of(consulting().colleague_answers())
    assert asked.call.consult_party is not None
    assert (await shown().for_user(asked, t.BOB))["device_id"] == asked.call.consult_party.device_id is not None
    assert (await shown().for_user(live_of(t.Told().talks().monitored_by()), t.SUE))["device_id"] is None


async def test_the_agent_who_consults_sees_who_is_asked_and_the_colleague_who_asks() -> None:
    told = consulting()
    agent = await shown().for_user(live_of(told), t.ANN)
    assert agent["third"] == {
        "agent": {"id": t.BOB, "name": "Bob"},
        "name": None,
        "number": None,
        "state": "ringing",
    }
    asked = await shown().for_user(live_of(told), t.BOB)
    assert asked["from"] == {"id": t.ANN, "name": "Ann"} and asked["card"]["name"] == "Jo"
    told.colleague_answers()
    assert (await shown().for_user(live_of(told), t.ANN))["third"]["state"] == "talking"
    told.say(e.ConsultSwapped(agent_id=t.ANN, to="customer"))
    assert (await shown().for_user(live_of(told), t.ANN))["third"]["state"] == "held"


async def test_an_outside_consult_party_has_name_and_number() -> None:
    told = t.Told().talks().say(e.ConsultStarted(agent_id=t.ANN, contact_id=t.OTHER_PARTY))
    party = (await shown().for_user(live_of(told.dials("third", t.OTHER_PARTY)), t.ANN))["third"]
    assert (party["agent"], party["name"], party["number"]) == (
        None,
        f"N {t.OTHER_PARTY}",
        NUMBER,
    )


async def test_who_took_a_transfer_sees_whom_it_came_from() -> None:
    told = t.Told().talks().passed_to(t.BOB).offered_to(t.BOB).answered_by(t.BOB)
    assert (await shown().for_user(live_of(told), t.BOB))["from"] == {"id": t.ANN, "name": "Ann"}


async def test_an_internal_call_shows_the_other_agent_as_caller() -> None:
    told = t.Told().placed_inside().offered_to().own_phone_up().consults(t.BOB)
    assert (await shown().for_user(live_of(told), t.ANN))["card"]["name"] == "Bob"
    assert (await shown().for_user(live_of(told), t.BOB))["card"]["name"] == "Ann"


async def test_muted_and_the_recording_are_shown_as_they_are() -> None:
    told = t.Told().arrives().joins(record="on_demand", auto_resume_s=90).offered_to().answered_by()
    told.say(e.AgentMuted(agent_id=t.ANN))
    view = await shown().for_user(live_of(told), t.ANN)
    assert view["muted"] is True
    assert view["recording"] == {
        "state": "off", "policy": "on_demand", "id": None, "on_demand": True, "resumes_at": None,
        "trouble": None, "stopped": False,
    }  # fmt: skip
    told.say(e.RecordingStarted(recording_id=t.RECORDING, agent_id=t.ANN), e.RecordingPaused(agent_id=t.ANN))
    recording = (await shown().for_user(live_of(told), t.ANN))["recording"]
    assert (recording["state"], recording["id"]) == ("paused", t.RECORDING)
    assert recording["resumes_at"] == "2026-11-24T09:01:30.000Z"
    told.say(e.RecordingFailed(what="pause"))
    recording = (await shown().for_user(live_of(told), t.ANN))["recording"]
    assert (recording["state"], recording["resumes_at"], recording["trouble"]) == ("on", None, "pause")


@pytest.mark.parametrize("visible", [True, False])
async def test_the_agent_sees_who_listens_only_where_the_organisation_wants_it(visible: bool) -> None:
    live = live_of(t.Told().talks().monitored_by(mode="whisper"))
    listeners = [{"user": {"id": t.SUE, "name": "Sue"}, "mode": "whisper", "joined": True}]
    assert (await shown(visible).for_user(live, t.ANN))["monitors"] == (listeners if visible else [])
    assert (await shown(visible).for_user(live, t.SUE))["monitors"] == listeners
    assert (await shown(visible).row(live))["monitors"] == listeners


async def test_the_supervisors_list_has_who_is_rung_and_who_calls() -> None:
    told = t.Told().arrives().after(3).joins().after(2).offered_to(t.ANN).offered_to(t.BOB)
    row = await shown().row(live_of(told))
    assert [(offer["agent"]["name"], offer["ringing"]) for offer in row["offers"]] == [("Ann", False), ("Bob", False)]
    assert (row["agent"], row["name"], row["number"], row["state"]) == (None, f"N {t.CONTACT}", NUMBER, "offered")
    assert row["queue"] == {"id": t.HELP, "name": f"Q {t.HELP}"}
    assert row["since"] == "2026-11-24T09:00:05.000Z"
    told.answered_by(t.BOB)
    assert (await shown().row(live_of(told)))["agent"] == {"id": t.BOB, "name": "Bob"}


@pytest.mark.parametrize(
    ("reason", "why"),
    [
        ("idle_longest", "You, because you are free"),
        ("sticky", "You, because you talked to this caller last"),
        ("second_try", "You, because nobody else is free"),
        ("of_a_later_version", None),
    ],
)
async def test_the_ringing_screen_says_why_this_agent(reason: str, why: str | None) -> None:
    told = t.Told().arrives().joins().offered_to(reason=reason)
    assert (await shown().for_user(live_of(told), t.ANN))["why"] == why


# --- the events ---


class Heard:
    """A hub that keeps what was published."""

    def __init__(self) -> None:
        self.events: list[tuple[str, str, dict[str, Any]]] = []
        self.deserted: set[str] = set()

    def publish(self, channel: str, event: str, payload: dict[str, Any]) -> int:
        self.events.append((channel, event, payload))
        return 1

    def on(self, channel: str, event: str) -> list[dict[str, Any]]:
        return [payload for where, what, payload in self.events if (where, what) == (channel, event)]

    def clear(self) -> None:
        self.events.clear()

    @property
    def anybody(self) -> bool:
        return True

    def wanted(self, channel: str) -> bool:
        return channel not in self.deserted


class FakeViews:
    """Real live calls; everything else is only named."""

    def __init__(self) -> None:
        self.live_calls = shown()
        self.live_call = self.live_calls.for_user
        self.call_row = self.live_calls.row

    async def session(self, tenant_id: TenantId, agent_id: UserId) -> dict[str, Any]:
        return {"agent_id": agent_id}

    def agent(self, tenant_id: TenantId, agent_id: UserId) -> dict[str, Any]:
        return {"id": agent_id, "with": None}

    async def agent_with_caller(self, tenant_id: TenantId, agent_id: UserId) -> dict[str, Any]:
        return {"id": agent_id, "with": NUMBER}

    def queues_of_agents(self, tenant_id: TenantId, agents: list[UserId]) -> list[QueueId]:
        return [t.HELP] if set(agents) & set(t.AGENTS) else []

    def queue(self, tenant_id: TenantId, queue_id: QueueId) -> dict[str, Any]:
        return {"id": queue_id}

    def watchers(self, tenant_id: TenantId) -> list[UserId]:
        return [t.SUE]


@asynccontextmanager
async def fanned() -> AsyncIterator[tuple[Fanout, Heard]]:
    heard = Heard()
    fanout = Fanout(Board(), FakeViews(), heard, lambda: [t.TENANT])  # type: ignore[arg-type]
    running = asyncio.create_task(fanout.run())
    try:
        yield fanout, heard
    finally:
        running.cancel()
        await asyncio.wait({running})


async def follow(fanout: Fanout, told: t.Told, since: int = 0) -> int:
    for entry in told.entries[since:]:
        fanout.follow(entry)
    await settle()
    return len(told.entries)


def user(user_id: UserId) -> str:
    return f"private-tenant.{t.TENANT}.user.{user_id}"


TEAM = f"private-tenant.{t.TENANT}"


async def test_each_of_its_people_hears_of_a_call_as_they_see_it() -> None:
    async with fanned() as (fanout, heard):
        told = t.Told().talks().monitored_by().consults()
        await follow(fanout, told)
        for person, part in ((t.ANN, "agent"), (t.BOB, "third"), (t.SUE, "monitor")):
            assert heard.on(user(person), "call")[-1]["part"] == part
        assert heard.on(user(t.CY), "call") == []


async def test_with_nobody_there_nothing_waits_to_be_sent_and_the_board_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    heard, board, told = Heard(), Board(), t.Told().talks()
    fanout = Fanout(board, FakeViews(), heard, lambda: [t.TENANT])  # type: ignore[arg-type]
    monkeypatch.setattr(Heard, "anybody", False)
    for entry in told.entries:
        fanout.follow(entry)
    assert fanout._queue.empty()
    assert board.seq(t.TENANT) == told.entries[-1].seq and len(board.calls(t.TENANT)) == 1
    monkeypatch.setattr(Heard, "anybody", True)
    fanout.follow(told.consults().entries[-1])
    assert fanout._queue.qsize() == 1


async def test_what_nobody_has_subscribed_to_is_not_even_made() -> None:
    async with fanned() as (fanout, heard):
        heard.deserted = {user(t.ANN), user(t.SUE), TEAM}
        await follow(fanout, t.Told().talks().consults())
        assert {where for where, _, _ in heard.events} == {user(t.BOB)}


async def test_who_is_out_of_a_call_hears_that_it_is_over_for_them_and_the_others_go_on() -> None:
    async with fanned() as (fanout, heard):
        told = t.Told().talks().consults().colleague_answers()
        read = await follow(fanout, told)
        heard.clear()
        read = await follow(fanout, told.completes(), read)
        assert heard.on(user(t.ANN), "call") == [{"id": told.id, "state": "ended", "seq": read}]
        assert [x["part"] for x in heard.on(user(t.BOB), "call")] == ["agent"]
        heard.clear()
        read = await follow(fanout, told.ends(), read)
        assert heard.on(user(t.BOB), "call") == [{"id": told.id, "state": "ended", "seq": read}]


async def test_the_list_of_all_calls_goes_only_to_those_who_may_see_it() -> None:
    async with fanned() as (fanout, heard):
        told = t.Told().arrives().joins()
        read = await follow(fanout, told)
        assert heard.on(user(t.SUE), "live_call")[-1]["number"] == NUMBER
        read = await follow(fanout, told.ends(), read)
        assert heard.on(user(t.SUE), "live_call")[-1] == {"id": told.id, "state": "ended", "seq": read}
        for channel, event, payload in heard.events:
            if channel != user(t.SUE):
                assert event != "live_call" and NUMBER not in str(payload)


async def test_whom_an_agent_talks_to_is_told_only_to_those_who_may_see_all_calls() -> None:
    async with fanned() as (fanout, heard):
        await follow(fanout, t.Told().talks())
        assert heard.on(TEAM, "agent")[-1]["with"] is None
        assert heard.on(user(t.SUE), "agent")[-1]["with"] == NUMBER
        assert {channel for channel, event, _ in heard.events if event == "agent"} == {TEAM, user(t.SUE)}


async def test_a_listener_is_in_nobodys_list_of_agents() -> None:
    async with fanned() as (fanout, heard):
        await follow(fanout, t.Told().talks().monitored_by())
        assert {row["id"] for row in heard.on(TEAM, "agent")} == {t.ANN}


async def test_a_call_that_changes_its_queue_is_told_to_both_queues() -> None:
    async with fanned() as (fanout, heard):
        told = t.Told().talks()
        read = await follow(fanout, told)
        heard.clear()
        told.say(e.CallTransferred(agent_id=t.ANN, queue_id=t.SALES)).joins(t.SALES)
        await follow(fanout, told, read)
        assert [row["id"] for row in heard.on(TEAM, "queue")][-2:] == [t.HELP, t.SALES]


async def test_tasks_and_records_are_told_by_ids_alone() -> None:
    async with fanned() as (fanout, heard):
        told = t.Told(CallId("call_7")).talks().ends(EndedBy.AGENT)
        await fanout.record_written(fold(told.entries))
        task = Task(
            id=TaskId("tsk_1"),
            tenant_id=t.TENANT,
            kind="manual",
            title="Ring Mrs Smith",
            queue_id=t.HELP,
            created_at=START,
            delete_at=START,
        )
        change = Change(
            id=EventId("evt_1"),
            tenant_id=t.TENANT,
            seq=1,
            at=START,
            type="task.changed",
            version=1,
            subject=task.id,
            body=msgspec.to_builtins(changed(task)),
        )
        await fanout.read([change])
        await settle()
        assert heard.on(TEAM, "record") == [{"id": "call_7", "outcome": "answered", "seq": 0}]
        assert heard.on(TEAM, "task") == [
            {"id": "tsk_1", "kind": "manual", "state": "open", "queue_id": t.HELP, "seq": 0}
        ]


async def test_a_freeze_of_calls_to_the_outside_is_told_to_whom_it_concerns_and_nobody_else() -> None:
    async with fanned() as (fanout, heard):
        entry = Entry(
            id=EventId("evt_1"),
            tenant_id=t.TENANT,
            seq=7,
            at=START,
            type="OutboundFrozen",
            call_id=None,
            agent_id=t.ANN,
            body=body_of(OutboundFrozen(agent_id=t.ANN, reason="denials")),
            delete_at=START,
        )
        fanout.follow(entry)
        await settle()
        told = {"kind": "outbound_frozen", "user_id": t.ANN, "reason": "denials", "seq": 7}
        assert heard.on(user_channel(t.ANN, t.TENANT), "alert") == [told]
        assert heard.on(user_channel(t.SUE, t.TENANT), "alert") == [told]
        assert heard.on(user_channel(t.BOB, t.TENANT), "alert") == heard.on(TEAM, "alert") == []
