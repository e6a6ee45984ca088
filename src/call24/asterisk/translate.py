"""ARI events and channel listings -> signals. Pure: no network, no clock, no state.

Source: Asterisk 22 ARI models (rest-api/api-docs/events.json, channels.json).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal, NamedTuple

import msgspec

from call24.asterisk.trunks import OF_CARRIERS
from call24.calls.signals import (
    DigitPressed,
    LegAnswered,
    LegArrived,
    LegEnded,
    LegRinging,
    LiveLeg,
    MessageEnded,
    Signal,
    SoundEnded,
)
from call24.kit.clock import whole_ms
from call24.kit.ids import CallId, LegId, RecordingId, TenantId
from call24.kit.sip_names import owner_of

# What Asterisk is asked to send. ChannelDestroyed, not StasisEnd, ends a leg: that comes with each dialplan hop too.
WANTED = (
    "StasisStart",
    "ChannelStateChange",
    "ChannelDestroyed",
    "ChannelDtmfReceived",
    "PlaybackFinished",
    "RecordingFinished",
    "RecordingFailed",
    "ChannelEnteredBridge",
    "ChannelLeftBridge",
)
BRIDGING = ("ChannelEnteredBridge", "ChannelLeftBridge")

# The first argument of Stasis(call24, ...): how a channel came in.
INBOUND, AGENT, OUTSIDE, SNOOP, RECORDED = "inbound", "agent", "outside", "snoop", "recorded"

MADE = "leg_"
"""Begins the ids of channels that we make and dial; those that come in have Asterisk's own."""

NORMAL_CLEARING, REDIRECTED, CHANNEL_UNAVAILABLE, INTERWORKING = 16, 23, 44, 127
SIP_NOT_ACCEPTABLE, SIP_TIMEOUT = 406, 408
LONGEST_NUMBER = 32
LONGEST_NAME = 80
_IDENTITY = re.compile(r"(?:sips?|tel):([+0-9*#.]+)", re.IGNORECASE)


class LegEntered(Signal, frozen=True, kw_only=True):
    """A leg is in the application: back from the dialplan hop that starts its recorder, or made and not dialled yet.
    Stays inside asterisk/."""

    leg: LegId


class BridgeSoundEnded(Signal, frozen=True, kw_only=True):
    """What a bridge was played is over. Stays inside asterisk/, which knows the leg it was played for."""

    playback_id: str


FromAsterisk = (
    LegArrived
    | LegRinging
    | LegAnswered
    | LegEnded
    | SoundEnded
    | MessageEnded
    | DigitPressed
    | LegEntered
    | BridgeSoundEnded
)


def signal_of(event: Mapping[str, Any]) -> FromAsterisk | None:
    """The signal in an event; None for what says nothing to a call. Raises: nothing, whatever the event holds."""
    try:
        return _signal(event)
    except (KeyError, TypeError, ValueError, AttributeError, msgspec.ValidationError):
        return None


def live_leg(channel: Mapping[str, Any], at: datetime) -> LiveLeg | None:
    """One row of ``GET /channels``; None for a channel that is not ours to act on (yet)."""
    stamps = channel.get("channelvars") or {}
    call, tenant = stamps.get("C24_CALL") or None, stamps.get("C24_TENANT") or None
    dialled = stamps.get("C24_DIALLED") or ""
    in_app = (channel.get("dialplan") or {}).get("app_name") == "Stasis"
    if call is None and not (in_app and dialled):
        return None
    return LiveLeg(
        leg=LegId(channel["id"]),
        call_id=CallId(call) if call else None,
        tenant_id=TenantId(tenant) if tenant else None,
        up=channel.get("state") == "Up",
        ringing=channel.get("state") == "Ringing",
        arrival=None if call else _arrival(channel, dialled, stamps.get("C24_SOURCE") or "", _asserted(stamps), at),
    )


def is_recorded(channel: Mapping[str, Any]) -> bool:
    """Whether a recorder was started on a channel of a listing."""
    return bool((channel.get("channelvars") or {}).get("C24_RECORDING"))


def on_its_way_back(channel: Mapping[str, Any]) -> bool:
    """Whether a caller of ours is in the dialplan: in the hop to its recorder, or waiting for us to come back."""
    stamps = channel.get("channelvars") or {}
    in_app = (channel.get("dialplan") or {}).get("app_name") == "Stasis"
    return bool(stamps.get("C24_CALL") and stamps.get("C24_DIALLED")) and not in_app


def began_at(info: Any) -> datetime | None:
    """Since when Asterisk runs, from ``GET /asterisk/info``; None where it does not say."""
    try:
        return moment(info["status"]["startup_time"])
    except (KeyError, TypeError, ValueError):
        return None


def moment(text: str) -> datetime:
    """Asterisk's time (``2026-11-24T15:10:46.123+0100``) as aware UTC of whole milliseconds. Raises: ValueError."""
    return whole_ms(datetime.fromisoformat(text).astimezone(UTC))


def clean_number(text: str) -> str:
    return re.sub(r"[^0-9*#+]", "", text)[:LONGEST_NUMBER]


def clean_name(text: str) -> str:
    """A caller's name as the carrier sent it, without SIP's backslashes and control characters."""
    plain = re.sub(r"\\(.)", r"\1", text)
    return "".join(c for c in plain if c.isprintable()).strip()[:LONGEST_NAME]


def trunk_of(channel_name: str, source: str) -> str:
    """``PJSIP/ten_9c.trk_1f-0000002a`` -> ``ten_9c.trk_1f``; from the endpoint that trunks share, the sender's address:
    ``PJSIP/carriers-0000002a`` and ``192.0.2.1:5060`` -> ``192.0.2.1``."""
    endpoint = _endpoint(channel_name)
    return source.rpartition(":")[0].strip("[]") if endpoint in OF_CARRIERS else endpoint


def _endpoint(channel_name: str) -> str:
    return channel_name.partition("/")[2].rpartition("-")[0]


def is_foreign(event: Mapping[str, Any]) -> bool:
    """Whether a phone or a trunk of another organisation than its call's came in: by its name and by its stamp."""
    if event.get("type") != "StasisStart":
        return False
    channel = event.get("channel") or {}
    owner = owner_of(_endpoint(str(channel.get("name") or "")))
    stamped = (channel.get("channelvars") or {}).get("C24_TENANT")
    return bool(owner and stamped) and owner != stamped


def _signal(event: Mapping[str, Any]) -> FromAsterisk | None:
    at = moment(event["timestamp"])
    match event["type"]:
        case "StasisStart":
            return _started(event["channel"], event["args"], at)
        case "ChannelStateChange" if event["channel"]["state"] == "Ringing":
            return LegRinging(at=at, leg=LegId(event["channel"]["id"]))
        case "ChannelStateChange" if event["channel"]["state"] == "Up" and event["channel"]["id"].startswith(MADE):
            return LegAnswered(at=at, leg=LegId(event["channel"]["id"]))
        case "ChannelDestroyed":
            # A plain BYE leaves the cause at 0, which we keep for "nobody knows".
            cause, status = int(event["cause"]), event.get("tech_cause")
            if isinstance(status, int) and status // 100 == 3:
                cause = REDIRECTED
            why = _why_ended(cause, status, up=event["channel"].get("state") == "Up")
            return LegEnded(at=at, leg=LegId(event["channel"]["id"]), cause=cause or NORMAL_CLEARING, why=why)
        case "ChannelDtmfReceived":
            return DigitPressed(at=at, leg=LegId(event["channel"]["id"]), digit=str(event["digit"]))
        case "PlaybackFinished":
            playback = event["playback"]
            if leg := _target(playback):
                return SoundEnded(at=at, leg=leg, playback_id=playback["id"])
            if str(playback["target_uri"]).startswith("bridge:"):
                return BridgeSoundEnded(at=at, playback_id=playback["id"])
        case "RecordingFinished" | "RecordingFailed":
            recording = event["recording"]
            if leg := _target(recording):
                name = str(recording["name"]).rpartition("/")[2]
                return MessageEnded(at=at, leg=leg, recording_id=RecordingId(name))
    return None


def _why_ended(cause: int, status: Any, *, up: bool) -> Literal["unanswered", "no_media", "silent"] | None:
    """Where the far side did not hang up. ``status``: SIP's; 408 without an answer to our 200 or to a refresh of the
    session, 406 is Asterisk's own for a 200 without SDP; of `rtp_timeout` only the cause is told (22.10.1).

    Who was put into a bridge before Asterisk saw the missing SDP has a normal cause beside that 406."""
    if status == SIP_TIMEOUT:
        return "unanswered"
    if status == SIP_NOT_ACCEPTABLE and (up or cause == INTERWORKING):
        return "no_media"
    return "silent" if cause == CHANNEL_UNAVAILABLE and status is None else None


def _started(channel: Mapping[str, Any], args: list[str], at: datetime) -> FromAsterisk | None:
    match args:
        case ["inbound", dialled, source, *more]:
            arrived = _arrival(channel, dialled, source, Asserted(*more[1:3]), at)
            return msgspec.structs.replace(arrived, speaks=more[:1] != ["deaf"], **_sealed("".join(more[3:4])))
        case ["agent" | "outside" | "recorded", *_]:
            return LegEntered(at=at, leg=LegId(channel["id"]))
    return None


def _sealed(wire: str) -> dict[str, bool]:
    """What the dialplan tells of how a call came: `plain`, `tls`, `tls-srtp`."""
    words = wire.split("-")
    return {"tls": "tls" in words, "srtp": "srtp" in words}


class Asserted(NamedTuple):
    """As the dialplan tells it: P-Asserted-Identity without all but letters, digits and ``+:<@>.*#``, and Privacy."""

    identity: str = ""
    privacy: str = ""

    @property
    def number(self) -> str:
        """The user of the last address in it: a name before it may hold anything."""
        found = _IDENTITY.findall(self.identity)
        return clean_number(found[-1]) if found else ""

    @property
    def is_private(self) -> bool:
        """Source: RFC 3323 4.2, RFC 3325 9.3."""
        return bool({"id", "user", "full"} & set(self.privacy.lower().split(";")))


def _asserted(stamps: Mapping[str, Any]) -> Asserted:
    return Asserted(stamps.get("C24_ASSERTED") or "", stamps.get("C24_PRIVACY") or "")


def _arrival(channel: Mapping[str, Any], dialled: str, source: str, asserted: Asserted, at: datetime) -> LegArrived:
    caller = channel.get("caller") or {}
    return LegArrived(
        at=_began(channel, at),
        leg=LegId(channel["id"]),
        dialled=clean_number(dialled),
        caller=clean_number(caller.get("number") or ""),
        caller_name=clean_name(caller.get("name") or ""),
        trunk=trunk_of(channel.get("name") or "", source),
        asserted=asserted.number,
        withheld=asserted.is_private,
        **_sealed((channel.get("channelvars") or {}).get("C24_WIRE") or ""),
    )


def _began(channel: Mapping[str, Any], at: datetime) -> datetime:
    """Since when a new caller is here. Who came while we were away was answered by the dialplan (``call24-away``),
    which wrote down when: wait and answer count from then on."""
    answered = (channel.get("channelvars") or {}).get("C24_ANSWERED")
    try:
        return min(at, moment(answered)) if answered else at
    except (TypeError, ValueError):
        return at


def _target(media: Mapping[str, Any]) -> LegId | None:
    kind, _, name = str(media["target_uri"]).partition(":")
    return LegId(name) if kind == "channel" else None
