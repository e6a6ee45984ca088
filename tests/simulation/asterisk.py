"""A model of Asterisk 22 as Call24 sees it: channels, bridges, playbacks, recorders, and the events that tell of them.

It is held to the real one by the scripts of scripts.py, which tests/telephony/test_model_of_asterisk.py runs on both.
What people do with their telephones is here too; what ARI is asked is in rest.py. It carries no sound.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from tests.simulation.world import World

NORMAL, NO_ANSWER, REDIRECTED, FAILURE = 16, 19, 23, 41
SIGNALLING_S = 0.02
HOP_S = 0.004
KNOCK_S = 1.0
MOST_KNOCKS = 60
SOUND_S = 2.0
APP = "call24"
State = Literal["Down", "Ring", "Ringing", "Up"]
Place = Literal["stasis", "dialplan", "nowhere"]


@dataclass
class Playback:
    id: str
    target: str
    length_s: float | None
    on: Channel | None = None
    ends: Any = None


@dataclass
class Channel:
    id: str
    name: str
    state: State
    number: str = ""
    caller_name: str = ""
    variables: dict[str, str] = field(default_factory=dict)
    place: Place = "nowhere"
    dialplan_app: str = ""
    args: list[str] = field(default_factory=list)
    followed: bool = False
    bridge: str | None = None
    bound_for: str | None = None
    playbacks: list[Playback] = field(default_factory=list)
    message: str | None = None
    recorded: bool = False
    snoops: str | None = None
    rings: str = ""
    tries: int = 0
    gone: bool = False


@dataclass
class Bridge:
    id: str
    channels: list[str] = field(default_factory=list)


Hear = Callable[[dict[str, Any], str], None]


class Asterisk:
    """``hear``: who gets the application's events with the channel they are about; None: nobody is connected.

    ``phones``: told of each channel that rings one; ``refuses``: asked before, the cause of who is busy at once;
    ``registered``: which phones can be rung.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.hear: Hear | None = None
        self.phones: Callable[[Channel], None] = lambda channel: None
        self.refuses: Callable[[Channel], int | None] = lambda channel: None
        self.caller_heard: Callable[[str, str], None] = lambda channel_id, what: None
        self.registered: set[str] = set()
        self._to_register: set[str] = set()
        self.trunks: set[str] = set()
        self.up = True
        self.began_at = world.now()
        self.last_end = 0.0
        self._names = itertools.count(1)
        self._clear()

    def _clear(self) -> None:
        self.channels: dict[str, Channel] = {}
        self.bridges: dict[str, Bridge] = {}
        self.playbacks: list[Playback] = []
        self.recordings: set[str] = set()

    # --- its own life ---

    def crash(self) -> None:
        self.up, self.hear = False, None
        self._to_register, self.registered = self._to_register | self.registered, set()
        for channel in self.channels.values():
            channel.gone = True
        self._clear()

    def start(self) -> None:
        """Phones find it again one after the other, as browsers do: they try after 1, 3, 7, ... seconds."""
        self.up, self.began_at = True, self.world.now()
        phones, self._to_register = sorted(self._to_register), set()
        for number, phone in enumerate(phones):
            self.world.after(0.05 + 0.7 * number % 9, lambda phone=phone: self.register(phone))  # type: ignore[misc]

    def register(self, phone: str) -> None:
        if self.up:
            self.registered.add(phone)
        else:
            self._to_register.add(phone)

    def disconnect(self) -> None:
        """The application's client is gone: what it followed is followed no more."""
        self.hear = None
        for channel in self.channels.values():
            channel.followed = False

    # --- what people do ---

    def invite(self, dialled: str, caller: str, trunk: str) -> Channel:
        channel = self.add(f"sim-{caller}", f"PJSIP/{trunk}-{next(self._names):08x}", "Ring")
        channel.number, channel.place, channel.dialplan_app = caller, "dialplan", "Set"
        channel.variables |= {"C24_DIALLED": dialled, "C24_SOURCE": "192.0.2.1:5060"}
        channel.args = ["inbound", dialled, "192.0.2.1:5060"]
        self.enter(channel)
        return channel

    def pick_up(self, channel: Channel) -> None:
        """The far phone takes the call."""
        if channel.gone or channel.state == "Up":
            return
        channel.state = "Up"
        self.tell("ChannelStateChange", channel)

    def redirect(self, channel: Channel) -> None:
        """The far phone names another that is to be rung: nobody else is."""
        self.hang_up(channel, REDIRECTED)

    def answer(self, channel: Channel) -> None:
        """We take the call."""
        if channel.state != "Up":
            channel.state = "Up"
            self.tell("ChannelStateChange", channel)

    def hang_up(self, channel: Channel, cause: int = NORMAL) -> None:
        if channel.gone:
            return
        channel.gone, self.last_end = True, self.world.loop.passed
        self.stop_message(channel)
        for playback in list(channel.playbacks):
            self.end_playback(playback)
        self.leave_bridge(channel)
        for other in list(self.channels.values()):
            if other.snoops == channel.id:
                self.hang_up(other, 0)
        if channel.place == "stasis":
            self.tell("StasisEnd", channel)
            channel.place = "nowhere"
        del self.channels[channel.id]
        self.tell("ChannelDestroyed", channel, cause=cause)

    def press(self, channel: Channel, digit: str) -> None:
        if not channel.gone and channel.place == "stasis":
            self.tell("ChannelDtmfReceived", channel, digit=digit, duration_ms=100)

    # --- channels ---

    def add(self, channel_id: str, name: str, state: State) -> Channel:
        channel = self.channels[channel_id] = Channel(channel_id, name, state)
        return channel

    def ring(self, channel: Channel, ring_s: float) -> None:
        """An INVITE goes out; the far end says that it rings, and may answer until the time is up."""
        self.world.after(SIGNALLING_S, lambda: self._rings(channel))
        self.world.after(ring_s, lambda: None if channel.state == "Up" else self.hang_up(channel, NO_ANSWER))
        limit = channel.variables.pop("TIMEOUT(absolute)", None)
        if limit is not None:
            self.world.after(float(limit), lambda: self.hang_up(channel))

    def _rings(self, channel: Channel) -> None:
        if channel.gone:
            return
        if (cause := self.refuses(channel)) is not None:
            self.hang_up(channel, cause)
        else:
            channel.state = "Ringing"
            self.tell("ChannelStateChange", channel)
            self.phones(channel)

    def enter(self, channel: Channel) -> None:
        """Into the application, or, where nobody is connected, to music and a knock every second."""
        if channel.gone:
            return
        if self.hear is not None:
            channel.place, channel.dialplan_app, channel.tries = "stasis", "Stasis", 0
            self.tell("StasisStart", channel, args=list(channel.args))
            return
        if channel.args[0] not in ("inbound", "recorded"):
            self.hang_up(channel, 0)
            return
        channel.place, channel.dialplan_app = "dialplan", "Wait"
        channel.state = "Up"
        channel.tries += 1
        if channel.tries == 1:
            channel.variables["C24_ANSWERED"] = self.moment(self.world.now())
        if channel.tries > MOST_KNOCKS:
            self.hang_up(channel, FAILURE)
        else:
            self.world.after(KNOCK_S, lambda: self.enter(channel))

    def hop(self, channel: Channel, recording: str) -> None:
        """Through the dialplan to its recorder, and back."""
        self.leave_bridge(channel)
        self.tell("StasisEnd", channel)
        channel.place, channel.dialplan_app = "dialplan", "MixMonitor"
        channel.variables |= {"C24_RECORDING": recording, "C24_FILE": f"/rec/{recording}"}
        channel.recorded = True
        channel.args = ["recorded", recording]
        self.world.after(HOP_S, lambda: self.enter(channel))

    # --- bridges ---

    def join(self, channel: Channel, bridge_id: str) -> None:
        """At once, or when what plays for this channel alone is over."""
        if channel.playbacks:
            channel.bound_for = bridge_id
            return
        channel.bound_for = None
        bridge = self.bridges.get(bridge_id)
        if bridge is None or channel.bridge == bridge_id:
            return
        self.leave_bridge(channel)
        channel.bridge = bridge_id
        bridge.channels.append(channel.id)
        self.tell("ChannelEnteredBridge", channel, bridge={"id": bridge_id, "channels": list(bridge.channels)})

    def leave_bridge(self, channel: Channel) -> None:
        channel.bound_for = None
        bridge = self.bridges.get(channel.bridge or "")
        channel.bridge = None
        if bridge is not None:
            bridge.channels.remove(channel.id)
            self.tell("ChannelLeftBridge", channel, bridge={"id": bridge.id, "channels": list(bridge.channels)})

    def destroy(self, bridge: Bridge) -> None:
        for channel_id in list(bridge.channels):
            self.leave_bridge(self.channels[channel_id])
        for playback in [x for x in self.playbacks if x.target == f"bridge:{bridge.id}"]:
            self.end_playback(playback)
        del self.bridges[bridge.id]

    # --- sounds ---

    def play(self, playback: Playback) -> None:
        """One after another for each channel."""
        self.playbacks.append(playback)
        if playback.on is None:
            self._begin(playback)
            return
        playback.on.playbacks.append(playback)
        if len(playback.on.playbacks) == 1:
            self._begin(playback)

    def _begin(self, playback: Playback) -> None:
        if playback.length_s is not None:
            playback.ends = self.world.after(playback.length_s, lambda: self.end_playback(playback))

    def playback(self, playback_id: str) -> Playback | None:
        """The oldest of that name: there may be several."""
        return next((playback for playback in self.playbacks if playback.id == playback_id), None)

    def end_playback(self, playback: Playback) -> None:
        if not any(each is playback for each in self.playbacks):
            return
        self.playbacks = [each for each in self.playbacks if each is not playback]
        if playback.ends is not None:
            playback.ends.cancel()
        channel = playback.on
        about = {"id": playback.id, "target_uri": playback.target, "state": "done"}
        if channel is None:
            self._emit({"type": "PlaybackFinished", "playback": about}, playback.target)
            return
        channel.playbacks = [each for each in channel.playbacks if each is not playback]
        if self._heard(channel):
            self._emit({"type": "PlaybackFinished", "playback": about}, channel.id)
        self.caller_heard(channel.id, playback.id)
        if channel.playbacks:
            self._begin(channel.playbacks[0])
        elif channel.bound_for is not None and not channel.gone:
            self.join(channel, channel.bound_for)

    def stop_message(self, channel: Channel) -> None:
        if channel.message is not None:
            about = {"name": channel.message, "target_uri": f"channel:{channel.id}", "state": "done"}
            self.recordings.discard(channel.message)
            channel.message = None
            if self._heard(channel):
                self._emit({"type": "RecordingFinished", "recording": about}, channel.id)

    # --- events ---

    def _heard(self, channel: Channel) -> bool:
        return channel.followed or channel.place == "stasis"

    def tell(self, kind: str, channel: Channel, **more: Any) -> None:
        if self._heard(channel):
            self._emit({"type": kind, "channel": self.row(channel), **more}, channel.id)

    def _emit(self, event: dict[str, Any], about: str) -> None:
        if self.hear is not None:
            self.hear({**event, "timestamp": self.moment(self.world.now())}, about)

    @staticmethod
    def moment(at: Any) -> str:
        return str(at.strftime("%Y-%m-%dT%H:%M:%S.")) + f"{at.microsecond // 1000:03d}+0000"

    def row(self, channel: Channel) -> dict[str, Any]:
        stamps = ("C24_CALL", "C24_TENANT", "C24_DIALLED", "C24_SOURCE", "C24_RECORDING", "C24_ANSWERED")
        return {
            "id": channel.id,
            "name": channel.name,
            "state": channel.state,
            "caller": {"number": channel.number, "name": channel.caller_name},
            "dialplan": {"app_name": channel.dialplan_app},
            "channelvars": {name: channel.variables.get(name, "") for name in stamps},
        }
