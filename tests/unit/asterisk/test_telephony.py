"""The telephony object against a scripted ARI: the cases that a real Asterisk shows too seldom to test."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, cast

import pytest
from tests.support.wait import wait_until

from call24.asterisk import bridging, dialling
from call24.asterisk import telephony as telephony_room
from call24.asterisk.client import AWAY, AriClient, AriReply
from call24.asterisk.telephony import AsteriskTelephony
from call24.calls.commands import (
    AnswerLeg,
    ConnectLegs,
    DialOutside,
    HangUpLeg,
    RecordLeg,
    RecordMessage,
    StartMusic,
    StopMusic,
    TakeLeg,
)
from call24.calls.signals import LegAnswered, LegEnded, MessageEnded, NetworkSignal, PbxAway, PbxBack, RecorderTrouble
from call24.kit.ids import CallId, LegId, RecordingId, TenantId, TrunkId, new_id
from call24.kit.sip_targets import SipTarget

LEG = LegId("call24-1.1")
MESSAGE = RecordMessage(
    leg=LEG, recording_id=RecordingId("rec_1m"), tenant_id=TenantId("ten_1"), max_s=180, silence_s=6
)
AT = "2026-11-24T15:23:28.825+0000"
IN_DIALPLAN = {
    "id": LEG,
    "state": "Up",
    "dialplan": {"app_name": "Wait"},
    "channelvars": {"C24_CALL": "call_1", "C24_TENANT": "ten_1", "C24_DIALLED": "+1"},
}


class ScriptedAri:
    def __init__(self) -> None:
        self.channels: list[dict[str, Any]] = []
        self.asked: list[str] = []
        self.added: list[str] = []
        self.answers: dict[str, Callable[[], AriReply]] = {}
        self.slow: dict[str, asyncio.Event] = {}

    async def request(self, method: str, path: str, params: dict[str, str] | None = None, **_: object) -> AriReply:
        self.asked.append(f"{method} {path}")
        if path.endswith("/addChannel"):
            self.added.append((params or {})["channel"])
        if (slow := self.slow.get(f"{method} {path}")) is not None:
            await slow.wait()
        if path == "/channels" and method == "GET":
            return AriReply(200, self.channels)
        usual = AriReply(200, {"state": "online"}) if path.startswith("/endpoints/") else AriReply(204, None)
        return self.answers.get(f"{method} {path}", lambda: usual)()


def rig() -> tuple[ScriptedAri, AsteriskTelephony, list[NetworkSignal]]:
    ari = ScriptedAri()
    telephony = AsteriskTelephony(cast(AriClient, ari))
    signals: list[NetworkSignal] = []
    telephony.subscribe(signals.append)
    return ari, telephony, signals


def made(telephony: AsteriskTelephony, leg: LegId) -> AriReply:
    """Its channel is in the application before the request has returned."""
    telephony.heard({**returned(leg), "args": ["outside"]})
    return AriReply(200, {})


def up(leg: LegId) -> dict[str, Any]:
    return {"type": "ChannelStateChange", "timestamp": AT, "channel": {"id": leg, "state": "Up"}}


def returned(leg: LegId) -> dict[str, Any]:
    return {"type": "StasisStart", "timestamp": AT, "args": ["recorded", "rec_1"], "channel": {"id": leg}}


async def test_commands_wait_for_a_caller_that_is_on_its_way_back_from_the_dialplan() -> None:
    ari, telephony, _ = rig()
    ari.channels = [IN_DIALPLAN]
    await telephony.connected()
    connecting = asyncio.create_task(telephony.perform(ConnectLegs(bridge_id="b", legs=(LEG,))))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert "POST /bridges/b" not in ari.asked
    telephony.heard(returned(LEG))
    await asyncio.wait_for(connecting, 0.5)
    assert "POST /bridges/b/addChannel" in ari.asked


async def test_nobody_waits_until_a_caller_is_answered_but_what_the_same_caller_is_asked_next() -> None:
    ari, telephony, _ = rig()
    await telephony.connected()
    answered = ari.slow[f"POST /channels/{LEG}/answer"] = asyncio.Event()
    await asyncio.wait_for(telephony.perform(AnswerLeg(leg=LEG)), 0.5)
    await asyncio.wait_for(telephony.perform(TakeLeg(leg=LEG, call_id=CallId("c"), tenant_id=TenantId("t"))), 0.5)
    await asyncio.wait_for(telephony.perform(StartMusic(leg=LEG, music="default")), 0.5)
    await asyncio.wait_for(telephony.perform(HangUpLeg(leg=LegId("another"))), 0.5)
    stopping = asyncio.create_task(telephony.perform(StopMusic(leg=LEG)))
    await asyncio.sleep(0.01)
    assert set(ari.asked[-2:]) == {f"POST /channels/{LEG}/answer", "DELETE /channels/another"}
    answered.set()
    await asyncio.wait_for(stopping, 0.5)
    assert ari.asked[-3:] == [
        f"POST /channels/{LEG}/variable",
        f"POST /channels/{LEG}/moh",
        f"DELETE /channels/{LEG}/moh",
    ]


async def test_who_is_in_a_bridge_stays_when_a_third_comes_and_both_are_put_in_when_the_other_of_two_does() -> None:
    """Beside a third, put in anew: the mixer's frames are late ones. One of two who stays: the other's frames are."""
    ari, telephony, _ = rig()
    other, third = LegId("leg_other"), LegId("leg_third")
    ari.channels = [{**IN_DIALPLAN, "id": leg, "dialplan": {"app_name": "Stasis"}} for leg in (LEG, other, third)]
    await telephony.connected()
    await telephony.perform(ConnectLegs(bridge_id="b", legs=(LEG, other)))
    ari.answers["POST /bridges/b"] = lambda: AriReply(409, None)

    async def connect(inside: list[LegId], legs: tuple[LegId, ...]) -> list[str]:
        ari.added.clear()
        ari.answers["GET /bridges/b"] = lambda: AriReply(200, {"id": "b", "channels": inside})
        await telephony.perform(ConnectLegs(bridge_id="b", legs=legs))
        return list(ari.added)

    assert await connect([other, third], (LEG, other)) == [LEG]
    assert await connect([other, third], (LEG,)) == [LEG]
    assert await connect([LEG, other], (LEG, other)) == []
    assert await connect([other], (LEG, other)) == [f"{LEG},{other}"]


async def test_a_leg_that_could_not_be_put_into_its_bridge_is_put_there_a_moment_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Else it would stay outside for ever, with nobody to hear."""
    monkeypatch.setattr(bridging, "JOIN_AGAIN_S", 0.001)
    ari, telephony, signals = rig()
    ari.channels = [{**IN_DIALPLAN, "dialplan": {"app_name": "Stasis"}}]
    await telephony.connected()
    busy = iter([AriReply(409, None), AriReply(409, None), AriReply(422, None)])
    ari.answers["POST /bridges/b/addChannel"] = lambda: next(busy, AriReply(204, None))
    await telephony.perform(ConnectLegs(bridge_id="b", legs=(LEG,)))
    assert ari.asked.count("POST /bridges/b/addChannel") == 4
    ari.answers["POST /bridges/b/addChannel"] = lambda: AriReply(404, None)
    ari.answers[f"GET /channels/{LEG}"] = lambda: AriReply(404, None)
    await telephony.perform(ConnectLegs(bridge_id="b", legs=(LEG,)))
    assert ari.asked.count("POST /bridges/b/addChannel") == 6, "one that is gone is not asked for again"
    assert not any(isinstance(signal, LegEnded) for signal in signals), "its own event may still tell why"
    await wait_until(lambda: isinstance(signals[-1], LegEnded), 2)


@pytest.mark.parametrize("answers", [True, False])
async def test_an_outside_number_that_answers_before_asterisk_has_said_that_it_rings_it_is_not_given_up(
    answers: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its trunk's host had not answered lately: then silence for some seconds is enough to try the next."""
    monkeypatch.setattr(dialling, "SILENCE_S", 0.01)
    ari, telephony, signals = rig()
    await telephony.connected()
    leg, trunk = LegId("leg_1"), TrunkId(new_id("trk"))

    def rung() -> AriReply:
        if answers:
            telephony.heard(up(leg))
        return AriReply(204, None)

    ari.answers[f"GET /endpoints/PJSIP/ten_1.{trunk}"] = lambda: AriReply(200, {"state": "offline"})
    ari.answers["POST /channels/create"] = lambda: made(telephony, leg)
    ari.answers[f"POST /channels/{leg}/dial"] = rung
    await telephony.perform(outside(leg, trunk))
    for _ in range(5):
        await asyncio.sleep(0.01)
    assert (f"DELETE /channels/{leg}" in ari.asked) is not answers
    assert any(isinstance(signal, LegEnded) for signal in signals) is not answers


async def test_a_phone_of_another_organisation_is_hung_up_and_its_answer_told_to_nobody(
    caplog: pytest.LogCaptureFixture,
) -> None:
    ari, telephony, signals = rig()
    await telephony.connected()
    leg, stamps = LegId("leg_1"), {"C24_CALL": "call_1", "C24_TENANT": "ten_1"}
    for owner in ("ten_2", "ten_1"):
        came = {"id": leg, "name": f"PJSIP/{owner}.dev_1-0000002a", "channelvars": stamps}
        telephony.heard({"type": "StasisStart", "timestamp": AT, "args": ["agent"], "channel": came})
        if owner == "ten_1":
            telephony.heard(up(leg))
        await asyncio.sleep(0.01)
        assert ari.asked.count(f"DELETE /channels/{leg}") == 1
        assert [type(signal) for signal in signals if not isinstance(signal, PbxBack)] == (
            [] if owner == "ten_2" else [LegAnswered]
        )
    assert caplog.text.count("belongs to another organisation") == 1


async def test_a_leg_is_missed_only_after_two_listings_without_it() -> None:
    ari, telephony, signals = rig()
    ari.channels = [{**IN_DIALPLAN, "dialplan": {"app_name": "Stasis"}}]
    await telephony.connected()
    ari.channels = []
    assert await telephony.probe()
    assert not any(isinstance(signal, LegEnded) for signal in signals)
    assert await telephony.probe()
    assert await telephony.probe()
    [ended] = [signal for signal in signals if isinstance(signal, LegEnded)]
    assert (ended.leg, ended.cause) == (LEG, 0)


async def test_a_caller_of_whom_only_a_listing_told_is_followed_and_missed_when_it_is_gone() -> None:
    ari, telephony, signals = rig()
    await telephony.connected()
    ari.channels = [{**IN_DIALPLAN, "dialplan": {"app_name": "Stasis"}, "channelvars": {"C24_DIALLED": "+1"}}]
    for _ in range(2):
        assert await telephony.probe()
    await asyncio.sleep(0)
    assert ari.asked.count("POST /applications/call24/subscription") == 1
    ari.channels = []
    for _ in range(3):
        assert await telephony.probe()
    assert [signal.leg for signal in signals if isinstance(signal, LegEnded)] == [LEG]


async def test_a_listing_that_comes_after_the_end_of_a_leg_does_not_bring_it_back() -> None:
    ari, telephony, signals = rig()
    ari.channels = [{**IN_DIALPLAN, "dialplan": {"app_name": "Stasis"}}]
    await telephony.connected()
    telephony.heard({"type": "ChannelDestroyed", "timestamp": AT, "cause": 16, "channel": {"id": LEG}})
    await asyncio.sleep(0)
    ari.asked.clear()
    assert await telephony.probe()
    await asyncio.sleep(0)
    assert "POST /applications/call24/subscription" not in ari.asked
    assert [signal.leg for signal in signals if isinstance(signal, LegEnded)] == [LEG]


async def test_an_arrival_that_the_listing_told_of_is_not_told_again() -> None:
    ari, telephony, signals = rig()
    new = {**IN_DIALPLAN, "dialplan": {"app_name": "Stasis"}, "channelvars": {"C24_DIALLED": "+1"}}
    ari.channels = [new]
    await telephony.connected()
    telephony.heard(
        {"type": "StasisStart", "timestamp": AT, "args": ["inbound", "+1", "192.0.2.1:5060"], "channel": new}
    )
    [back] = signals
    assert isinstance(back, PbxBack)
    assert back.legs[0].arrival is not None


async def test_a_recorder_that_does_not_come_back_is_not_waited_for_for_ever() -> None:
    ari, telephony, signals = rig()
    await telephony.connected()
    ari.answers[f"GET /channels/{LEG}"] = lambda: AriReply(404, None)
    record = RecordLeg(leg=LEG, recording_id=RecordingId("rec_1"), tenant_id=TenantId("ten_1"))
    await asyncio.wait_for(telephony.perform(record), 2)
    await wait_until(lambda: [signal.leg for signal in signals if isinstance(signal, LegEnded)] == [LEG])


async def test_while_asterisk_is_away_commands_are_dropped_and_its_absence_is_told_once() -> None:
    ari, telephony, signals = rig()
    telephony.disconnected()
    telephony.disconnected()
    await telephony.perform(AnswerLeg(leg=LEG))
    assert ari.asked == []
    assert await telephony.connected()
    telephony.disconnected()
    assert [type(signal) for signal in signals] == [PbxAway, PbxBack, PbxAway]


async def test_a_request_that_gets_no_answer_does_not_end_the_leg() -> None:
    ari, telephony, signals = rig()
    await telephony.connected()
    ari.answers[f"DELETE /channels/{LEG}"] = lambda: AWAY
    await telephony.perform(HangUpLeg(leg=LEG))
    assert not any(isinstance(signal, LegEnded) for signal in signals)


async def test_after_a_connect_the_bridges_that_we_made_are_told() -> None:
    ari, telephony, signals = rig()
    ari.answers["GET /bridges"] = lambda: AriReply(200, [{"id": "brg-call_1"}, {"id": "somebody-else-s"}])
    await telephony.connected()
    [back] = signals
    assert isinstance(back, PbxBack)
    assert back.bridges == ("brg-call_1",)


async def test_a_recorder_that_is_not_begun_for_want_of_room_is_told_to_the_call() -> None:
    telephony = AsteriskTelephony(cast(AriClient, ScriptedAri()), may_record=lambda _: False)
    signals: list[NetworkSignal] = []
    telephony.subscribe(signals.append)
    await telephony.connected()
    await telephony.perform(RecordLeg(leg=LEG, recording_id=RecordingId("rec_1"), tenant_id=TenantId("ten_1")))
    assert [(x.leg, x.what) for x in signals if isinstance(x, RecorderTrouble)] == [(LEG, "start")]


async def test_a_bridge_that_is_being_dropped_is_made_again_when_its_id_is_free(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bridging, "MAKE_AGAIN_S", 0.001)
    ari, telephony, _ = rig()
    ari.channels = [{**IN_DIALPLAN, "dialplan": {"app_name": "Stasis"}}]
    await telephony.connected()
    made = iter([AriReply(409, {"message": "Bridge with id 'b' already exists"})] * 3)
    found = iter([AriReply(200, {"channels": []})])
    dropped = iter(
        [AriReply(409, {"message": "Bridge not in Stasis application"})]
        + [AriReply(404, {"message": "Bridge not found"})] * 2
    )
    ari.answers["POST /bridges/b"] = lambda: next(made, AriReply(200, {}))
    ari.answers["GET /bridges/b"] = lambda: next(found, AriReply(404, {"message": "Bridge not found"}))
    ari.answers["POST /bridges/b/addChannel"] = lambda: next(dropped, AriReply(204, None))
    await telephony.perform(ConnectLegs(bridge_id="b", legs=(LEG,)))
    assert [line for line in ari.asked if line.startswith("POST /bridges/b")][-2:] == [
        "POST /bridges/b",
        "POST /bridges/b/addChannel",
    ]
    assert ari.asked.count("POST /bridges/b") == 4


async def test_why_a_leg_ended_is_told_also_where_a_request_was_told_first_that_it_is_gone() -> None:
    """An answer without sound: Asterisk hangs up in a millisecond, while the leg is being connected already."""
    ari, telephony, signals = rig()
    await telephony.connected()
    leg = LegId("leg_1")
    ari.answers[f"DELETE /channels/{leg}/moh"] = lambda: AriReply(404, None)
    await telephony.perform(StopMusic(leg=leg))
    channel = {"id": leg, "state": "Up"}
    telephony.heard({"type": "ChannelDestroyed", "timestamp": AT, "cause": 127, "tech_cause": 406, "channel": channel})
    await asyncio.sleep(0.4)
    assert [(x.cause, x.why) for x in signals if isinstance(x, LegEnded)] == [(127, "no_media")]


def outside(leg: LegId, trunk: TrunkId) -> DialOutside:
    return DialOutside(
        leg=leg, call_id=CallId("call_1"), tenant_id=TenantId("ten_1"), trunk_id=trunk, contact_id=None,
        shown_id=None, user_id=None, ring_s=20, number="+442079460123", shown="+12025550100", limit_s=None,
    )  # fmt: skip


async def test_a_channel_is_dialled_when_it_is_in_the_application_and_not_before() -> None:
    ari, telephony, _ = rig()
    await telephony.connected()
    leg, dialled = LegId("leg_1"), f"POST /channels/{LegId('leg_1')}/dial"
    ringing = asyncio.create_task(telephony.perform(outside(leg, TrunkId(new_id("trk")))))
    await wait_until(lambda: "POST /channels/create" in ari.asked)
    await asyncio.sleep(0.01)
    assert dialled not in ari.asked
    made(telephony, leg)
    await asyncio.wait_for(ringing, 0.5)
    assert ari.asked.count(dialled) == 1


async def test_a_channel_that_ended_before_it_was_dialled_is_not_dialled() -> None:
    ari, telephony, signals = rig()
    await telephony.connected()
    leg = LegId("leg_1")
    ringing = asyncio.create_task(telephony.perform(outside(leg, TrunkId(new_id("trk")))))
    await wait_until(lambda: "POST /channels/create" in ari.asked)
    telephony.heard({"type": "ChannelDestroyed", "timestamp": AT, "cause": 16, "channel": {"id": leg, "state": "Down"}})
    await asyncio.wait_for(ringing, 0.5)
    assert f"POST /channels/{leg}/dial" not in ari.asked
    assert [signal.leg for signal in signals if isinstance(signal, LegEnded)] == [leg]


async def test_a_phone_of_another_organisation_is_not_dialled() -> None:
    ari, telephony, _ = rig()
    await telephony.connected()
    leg, stamps = LegId("leg_1"), {"C24_CALL": "call_1", "C24_TENANT": "ten_1"}
    ringing = asyncio.create_task(telephony.perform(outside(leg, TrunkId(new_id("trk")))))
    await wait_until(lambda: "POST /channels/create" in ari.asked)
    came = {"id": leg, "name": "PJSIP/ten_2.dev_1-0000002a", "channelvars": stamps}
    telephony.heard({"type": "StasisStart", "timestamp": AT, "args": ["agent"], "channel": came})
    await asyncio.wait_for(ringing, 0.5)
    await wait_until(lambda: f"DELETE /channels/{leg}" in ari.asked)
    assert f"POST /channels/{leg}/dial" not in ari.asked


async def test_a_channel_that_cannot_be_dialled_is_hung_up_and_its_leg_has_ended() -> None:
    ari, telephony, signals = rig()
    await telephony.connected()
    leg = LegId("leg_1")
    ari.answers["POST /channels/create"] = lambda: made(telephony, leg)
    ari.answers[f"POST /channels/{leg}/dial"] = lambda: AriReply(409, None)
    await telephony.perform(outside(leg, TrunkId(new_id("trk"))))
    assert f"DELETE /channels/{leg}" in ari.asked
    assert [signal.cause for signal in signals if isinstance(signal, LegEnded)] == [3]


@pytest.mark.parametrize(
    "again", [AriReply(201, None), AriReply(409, {"message": "Recording with the same name is in progress"})]
)
async def test_a_message_whose_request_got_no_answer_is_asked_for_again(
    again: AriReply, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the caller would speak to nobody: it waits for a beep that never comes."""
    monkeypatch.setattr(telephony_room, "RECORD_AGAIN_S", 0.001)
    ari, telephony, signals = rig()
    ari.channels = [{**IN_DIALPLAN, "dialplan": {"app_name": "Stasis"}}]
    await telephony.connected()
    answers = iter([AWAY, AWAY, again])
    record = f"POST /channels/{LEG}/record"
    ari.answers[record] = lambda: next(answers)
    await telephony.perform(MESSAGE)
    await wait_until(lambda: ari.asked.count(record) == 3)
    await asyncio.sleep(0.02)
    assert ari.asked.count(record) == 3
    assert not any(isinstance(signal, MessageEnded) for signal in signals)


async def test_a_message_that_asterisk_never_says_to_record_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telephony_room, "RECORD_AGAIN_S", 0.001)
    ari, telephony, signals = rig()
    ari.channels = [{**IN_DIALPLAN, "dialplan": {"app_name": "Stasis"}}]
    await telephony.connected()
    ari.answers[f"POST /channels/{LEG}/record"] = lambda: AWAY
    await telephony.perform(MESSAGE)
    await wait_until(lambda: any(isinstance(signal, MessageEnded) for signal in signals))
    assert ari.asked.count(f"POST /channels/{LEG}/record") == 4


async def test_a_message_is_not_asked_for_again_of_who_is_gone_or_while_the_connection_is_lost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(telephony_room, "RECORD_AGAIN_S", 0.001)
    record = f"POST /channels/{LEG}/record"
    for happens in ("gone", "lost"):
        ari, telephony, signals = rig()
        ari.channels = [{**IN_DIALPLAN, "dialplan": {"app_name": "Stasis"}}]
        await telephony.connected()
        ari.answers[record] = lambda: AWAY
        await telephony.perform(MESSAGE)
        if happens == "lost":
            telephony.disconnected()
        else:
            telephony.heard({"type": "ChannelDestroyed", "timestamp": AT, "cause": 16, "channel": {"id": LEG}})
        await asyncio.sleep(0.02)
        assert ari.asked.count(record) == 1
        assert not any(isinstance(signal, MessageEnded) for signal in signals)


@pytest.mark.parametrize(
    ("goes_to", "asked", "hung_up"),
    [
        ("8.8.8.8:4000", ["POST answer", "GET variable"], False),
        ("192.168.7.30:4000", ["POST answer", "GET variable", "GET "], False),
        ("10.0.0.1:4000", ["POST answer", "GET variable", "GET ", "DELETE "], True),
    ],
)
async def test_by_which_trunk_a_caller_came_is_asked_only_where_that_decides(
    goes_to: str, asked: list[str], hung_up: bool
) -> None:
    """Each request costs a tenth of a millisecond, and as much in Asterisk: of what each call asks none is in vain."""

    def may_hear(way: str, place: SipTarget) -> bool:
        return place.address == "8.8.8.8" or (way == "198.51.100.1" and place.address == "192.168.7.30")

    ari = ScriptedAri()
    telephony = AsteriskTelephony(cast(AriClient, ari), may_hear=may_hear)
    telephony.subscribe(lambda signal: None)
    await telephony.connected()
    place = f"/channels/{LEG}"
    ari.answers[f"GET {place}/variable"] = lambda: AriReply(200, {"value": goes_to})
    came = {"name": "PJSIP/carriers-00000001", "channelvars": {"C24_SOURCE": "198.51.100.1:5060"}}
    ari.answers[f"GET {place}"] = lambda: AriReply(200, came)
    ari.asked.clear()
    await telephony.perform(AnswerLeg(leg=LEG))
    await telephony.perform(TakeLeg(leg=LegId("another"), call_id=CallId("c"), tenant_id=TenantId("t")))
    await telephony.perform(StopMusic(leg=LEG))  # waits for the answer, and what follows from it
    about = [one.replace(place, "").replace("/", "") for one in ari.asked if place in one and not one.endswith("/moh")]
    assert about == asked
    assert (f"DELETE {place}" in ari.asked) is hung_up
