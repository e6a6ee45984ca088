"""ARI events, as Asterisk 22.10.1 sent them, become signals; anything else becomes nothing and does no harm."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from call24.asterisk.translate import (
    BridgeSoundEnded,
    LegEntered,
    clean_name,
    clean_number,
    is_foreign,
    live_leg,
    moment,
    signal_of,
    trunk_of,
)
from call24.calls.signals import (
    DigitPressed,
    LegAnswered,
    LegArrived,
    LegEnded,
    LegRinging,
    MessageEnded,
    SoundEnded,
)

AT = datetime(2026, 11, 24, 15, 23, 28, 825000, tzinfo=UTC)
STAMP = "2026-11-24T16:23:28.825+0100"


SOURCE = "192.0.2.1:5060"


def channel(**more: Any) -> dict[str, Any]:
    return {
        "id": "call24-1795533808.7",
        "name": "PJSIP/carriers-00000007",
        "state": "Ring",
        "caller": {"name": 'Ann \\"X\\" Lee', "number": "+447700900123"},
        "dialplan": {"context": "call24-trunk", "app_name": "Stasis"},
        "channelvars": {"C24_CALL": "", "C24_TENANT": "", "C24_DIALLED": "+441632960123", "C24_SOURCE": SOURCE},
        **more,
    }


def event(type: str, **more: Any) -> dict[str, Any]:
    return {"type": type, "timestamp": STAMP, "application": "call24", **more}


ARRIVAL = LegArrived(
    at=AT,
    leg="call24-1795533808.7",
    dialled="+441632960123",
    caller="+447700900123",
    caller_name='Ann "X" Lee',
    trunk="192.0.2.1",
)


def test_a_channel_from_a_trunk_arrives_with_asterisks_own_time_in_utc() -> None:
    assert signal_of(event("StasisStart", args=["inbound", "+441632960123", SOURCE], channel=channel())) == ARRIVAL


def test_who_was_answered_by_the_dialplan_while_nobody_was_here_has_been_here_since_then() -> None:
    waited = answered_at("20261124T152321.500+0000")
    for told in (signal_of(event("StasisStart", args=["inbound", "112", SOURCE], channel=waited)), _listed(waited)):
        assert isinstance(told, LegArrived)
        assert told.at == datetime(2026, 11, 24, 15, 23, 21, 500000, tzinfo=UTC)


@pytest.mark.parametrize("stamp", ["", "yesterday", "20261124T152329.000+0000"])
def test_who_was_not_or_nobody_knows_when_or_in_the_future_arrives_now(stamp: str) -> None:
    told = _listed(answered_at(stamp))
    assert told is not None
    assert told.at == AT


def answered_at(stamp: str) -> dict[str, Any]:
    made = channel(state="Up")
    return {**made, "channelvars": {**made["channelvars"], "C24_ANSWERED": stamp}}


def _listed(told: dict[str, Any]) -> LegArrived | None:
    leg = live_leg(told, AT)
    return None if leg is None else leg.arrival


def test_a_withheld_number_and_name_are_empty() -> None:
    bare = channel(caller={"name": "", "number": ""})
    signal = signal_of(event("StasisStart", args=["inbound", "112", SOURCE], channel=bare))
    assert isinstance(signal, LegArrived)
    assert (signal.caller, signal.caller_name, signal.dialled) == ("", "", "112")


@pytest.mark.parametrize(
    ("told", "signal"),
    [
        (event("StasisStart", args=["agent"], channel=channel(id="leg_1")), LegEntered(at=AT, leg="leg_1")),
        (event("ChannelStateChange", channel=channel(id="leg_1", state="Up")), LegAnswered(at=AT, leg="leg_1")),
        (
            event("StasisStart", args=["recorded", "rec_1"], channel=channel(id="leg_1")),
            LegEntered(at=AT, leg="leg_1"),
        ),
        (event("ChannelStateChange", channel=channel(id="leg_1", state="Ringing")), LegRinging(at=AT, leg="leg_1")),
        (event("ChannelDestroyed", cause=17, channel=channel(id="leg_1")), LegEnded(at=AT, leg="leg_1", cause=17)),
        (event("ChannelDestroyed", cause=0, channel=channel(id="leg_1")), LegEnded(at=AT, leg="leg_1", cause=16)),
        (
            event("ChannelDestroyed", cause=16, tech_cause=301, channel=channel(id="leg_1")),
            LegEnded(at=AT, leg="leg_1", cause=23),
        ),
        (
            event("ChannelDtmfReceived", digit="#", channel=channel(id="leg_1")),
            DigitPressed(at=AT, leg="leg_1", digit="#"),
        ),
        (
            event("PlaybackFinished", playback={"id": "pb_1", "target_uri": "channel:leg_1", "state": "done"}),
            SoundEnded(at=AT, leg="leg_1", playback_id="pb_1"),
        ),
        (
            event("RecordingFinished", recording={"name": "ten_1/rec_1m", "target_uri": "channel:leg_1"}),
            MessageEnded(at=AT, leg="leg_1", recording_id="rec_1m"),
        ),
        (
            event("RecordingFailed", recording={"name": "ten_1/rec_1m", "target_uri": "channel:leg_1"}),
            MessageEnded(at=AT, leg="leg_1", recording_id="rec_1m"),
        ),
    ],
)
def test_each_event_that_matters_is_one_signal(told: dict[str, Any], signal: object) -> None:
    assert signal_of(told) == signal


@pytest.mark.parametrize(
    "told",
    [
        event("StasisEnd", channel=channel()),
        event("ChannelStateChange", channel=channel(state="Up")),
        event("StasisStart", args=["somebody else"], channel=channel()),
        event("StasisStart", args=[], channel=channel()),
        event("StasisStart", args=["snoop"], channel=channel()),
        event("StasisStart"),
        {"type": "ChannelDestroyed"},
        {"timestamp": STAMP},
        {"type": "ChannelDestroyed", "timestamp": "yesterday", "channel": channel()},
        {},
    ],
)
def test_what_says_nothing_to_a_call_is_nothing(told: dict[str, Any]) -> None:
    assert signal_of(told) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)
)


@given(JSON, JSON, st.sampled_from(["StasisStart", "ChannelDestroyed", "PlaybackFinished", "RecordingFinished", "x"]))
def test_no_event_whatever_it_holds_raises(inner: Any, other: Any, type: str) -> None:
    signal_of(event(type, channel=inner, playback=inner, recording=inner, args=other, cause=other))


def test_a_stamped_channel_in_a_listing_tells_whose_it_is() -> None:
    stamped = channel(state="Up", channelvars={"C24_CALL": "call_1", "C24_TENANT": "ten_1", "C24_DIALLED": "+1"})
    leg = live_leg(stamped, AT)
    assert leg is not None
    assert (leg.call_id, leg.tenant_id, leg.up, leg.ringing, leg.arrival) == ("call_1", "ten_1", True, False, None)


def test_a_channel_that_nobody_took_yet_is_listed_as_an_arrival() -> None:
    leg = live_leg(channel(), AT)
    assert leg is not None
    assert (leg.call_id, leg.up, leg.arrival) == (None, False, ARRIVAL)


def test_a_channel_that_is_still_in_the_dialplan_is_not_listed() -> None:
    assert live_leg(channel(dialplan={"app_name": "Wait"}), AT) is None
    assert live_leg(channel(channelvars={}), AT) is None


@given(st.text())
def test_numbers_keep_only_what_can_be_dialled(text: str) -> None:
    assert set(clean_number(text)) <= set("0123456789*#+")
    assert len(clean_number(text)) <= 32


@given(st.text())
def test_names_keep_no_control_characters(text: str) -> None:
    name = clean_name(text)
    assert name.isprintable()
    assert len(name) <= 80


@pytest.mark.parametrize(
    ("name", "stamped", "expected"),
    [
        ("PJSIP/ten_1.dev_1-0000002a", "ten_1", False),
        ("PJSIP/ten_2.dev_1-0000002a", "ten_1", True),
        ("PJSIP/ten_2.trk_1-0000002a", "ten_1", True),
        ("PJSIP/ten_2.trk_1-0000002a", "", False),  # a caller who has just come
        ("PJSIP/carriers-0000002a", "ten_1", False),
        ("Snoop/leg_1-0000002a", "ten_1", False),
    ],
)
def test_a_phone_of_another_organisation_than_its_call_is_noticed(name: str, stamped: str, expected: bool) -> None:
    came = channel(name=name, channelvars={"C24_CALL": "call_1", "C24_TENANT": stamped})
    assert is_foreign(event("StasisStart", args=["agent"], channel=came)) is expected
    assert not is_foreign(event("ChannelDestroyed", cause=16, channel=came))


def test_the_trunk_is_the_endpoint_in_the_channels_name() -> None:
    assert trunk_of("PJSIP/ten_a.trk_b-0000002a", "192.0.2.1:5060") == "ten_a.trk_b"
    assert trunk_of("garbage", "192.0.2.1:5060") == ""


@pytest.mark.parametrize(
    ("source", "address"), [("192.0.2.1:5060", "192.0.2.1"), ("[2001:db8::1]:5060", "2001:db8::1"), ("", "")]
)
def test_of_the_endpoint_that_trunks_share_the_senders_address_counts(source: str, address: str) -> None:
    assert trunk_of("PJSIP/carriers-0000002a", source) == address


def test_times_are_utc_of_whole_milliseconds() -> None:
    assert moment(STAMP) == AT
    assert moment("2026-11-24T15:23:28.825+0000") == AT


def test_what_a_bridge_was_played_is_told_to_the_room_alone() -> None:
    told = event("PlaybackFinished", playback={"id": "pb_1", "target_uri": "bridge:br_1"})
    assert signal_of(told) == BridgeSoundEnded(at=AT, playback_id="pb_1")


def test_an_outside_party_answers_like_an_agent() -> None:
    up = event("ChannelStateChange", channel=channel(id="leg_2", state="Up"))
    assert signal_of(event("StasisStart", args=["outside"], channel=channel(id="leg_2"))) == LegEntered(
        at=AT, leg="leg_2"
    )
    assert signal_of(up) == LegAnswered(at=AT, leg="leg_2")
