"""What Asterisk tells of is dated by our clock, whatever the machine's clock, which is Asterisk's, was set to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from tests.unit.asterisk.test_telephony import IN_DIALPLAN, LEG, ScriptedAri

from call24.asterisk.client import AriClient, AriReply
from call24.asterisk.telephony import AsteriskTelephony
from call24.calls.signals import LegArrived, LegEnded, NetworkSignal, PbxBack
from call24.kit.clock import SystemClock

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
JUMPS = [timedelta(0), timedelta(hours=1), timedelta(hours=-1), timedelta(days=4000)]


class Clock(SystemClock):
    def __init__(self, jump: timedelta) -> None:
        self.jump = jump

    def now(self) -> datetime:
        return NOW

    def wall(self) -> datetime:
        return NOW + self.jump


def rig(jump: timedelta) -> tuple[ScriptedAri, AsteriskTelephony, list[NetworkSignal]]:
    ari = ScriptedAri()
    telephony, signals = AsteriskTelephony(cast(AriClient, ari), clock=Clock(jump)), list[NetworkSignal]()
    telephony.subscribe(signals.append)
    return ari, telephony, signals


def said(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.000+0000")


def ended(at: datetime) -> dict[str, Any]:
    return {"type": "ChannelDestroyed", "timestamp": said(at), "channel": {"id": LEG}, "cause": 16}


@pytest.mark.parametrize("jump", JUMPS)
async def test_an_event_is_as_old_as_it_is_by_the_clock_of_asterisk(jump: timedelta) -> None:
    _, telephony, signals = rig(jump)
    telephony.heard(ended(NOW + jump - 2 * SECOND))
    [signal] = signals
    assert isinstance(signal, LegEnded)
    assert signal.at == NOW - 2 * SECOND


@pytest.mark.parametrize("jump", JUMPS)
@pytest.mark.parametrize("off", [SECOND, -timedelta(minutes=4)])
async def test_an_event_from_a_time_that_cannot_be_is_of_now(jump: timedelta, off: timedelta) -> None:
    _, telephony, signals = rig(jump)
    telephony.heard(ended(NOW + jump + off))
    [signal] = signals
    assert isinstance(signal, LegEnded)
    assert signal.at == NOW


@pytest.mark.parametrize("jump", JUMPS)
async def test_who_was_answered_while_we_were_away_waits_since_then(jump: timedelta) -> None:
    ari, telephony, signals = rig(jump)
    stamps = {"C24_DIALLED": "+1", "C24_ANSWERED": said(NOW + jump - 50 * SECOND)}
    ari.channels = [{**IN_DIALPLAN, "dialplan": {"app_name": "Stasis"}, "channelvars": stamps}]
    assert await telephony.connected()
    back = next(signal for signal in signals if isinstance(signal, PbxBack))
    [leg] = back.legs
    assert isinstance(leg.arrival, LegArrived)
    assert leg.arrival.at == NOW - 50 * SECOND


@pytest.mark.parametrize(
    ("jump", "began", "told"),
    [
        (timedelta(0), NOW - SECOND, NOW - SECOND),
        (timedelta(hours=1), NOW - 5 * SECOND, NOW - 5 * SECOND),  # before the clock was set
        (timedelta(hours=1), NOW + timedelta(hours=1) - SECOND, NOW - SECOND),  # since
        (timedelta(hours=-1), NOW + 5 * SECOND, None),
    ],
)
async def test_asterisk_never_began_in_the_future(jump: timedelta, began: datetime, told: datetime | None) -> None:
    ari, telephony, signals = rig(jump)
    ari.answers["GET /asterisk/info"] = lambda: AriReply(200, {"status": {"startup_time": said(began)}})
    assert await telephony.connected()
    back = next(signal for signal in signals if isinstance(signal, PbxBack))
    assert back.began_at == told
