"""A telephone network in memory behind the telephony port: customers dial, phones ring, prompts end, lines fail.

Signals come as from Asterisk: in order, once for each end, none while the connection is away. It has no audio.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from call24.calls import commands as c
from call24.calls import signals as s
from call24.calls.telephony import SignalSink
from call24.kit.clock import Clock
from call24.kit.ids import CallId, DeviceId, LegId, RecordingId, TenantId, TrunkId, new_id

NORMAL, BUSY, NO_ANSWER, NOT_REGISTERED, NO_ROUTE, INVALID_NUMBER = 16, 17, 19, 20, 3, 28


def is_e164(number: str) -> bool:
    return re.fullmatch(r"\+[1-9][0-9]{6,14}", number) is not None


@dataclass
class Line:
    """One leg that lives in the network."""

    leg: LegId
    device_id: DeviceId | None = None
    up: bool = False
    arrival: s.LegArrived | None = None
    call_id: CallId | None = None
    tenant_id: TenantId | None = None
    music: bool = False
    music_class: str = ""
    tone: bool = False
    muted: bool = False
    playing: str | None = None
    heard: list[str] = field(default_factory=list)
    """Every sound that was begun for this leg, its bridge's included."""
    digits: str = ""
    """What was sent to its far end."""
    dialled: c.DialOutside | None = None
    snoops: c.SnoopLeg | None = None
    recording: RecordingId | None = None
    paused: bool = False
    """The recording is silent."""
    message: RecordingId | None = None
    ring: c.RingAgent | None = None


@dataclass
class FakeTelephony:
    clock: Clock
    here: bool = True
    sound_s: float = 3.0
    message_s: float = 8.0
    lines: dict[LegId, Line] = field(default_factory=dict)
    bridges: dict[str, set[LegId]] = field(default_factory=dict)
    done: list[c.TelephonyCommand] = field(default_factory=list)
    unregistered: set[DeviceId] = field(default_factory=set)
    at_once: set[DeviceId] = field(default_factory=set)
    """Devices whose answer comes before the request to ring has returned."""
    slow: dict[type[c.Command], asyncio.Event] = field(default_factory=dict)
    """Commands that return only after the event; what they do is done at once."""
    broken: set[type[c.Command]] = field(default_factory=set)
    """Commands that raise, as a bug in an implementation would."""
    refusals: dict[str, int] = field(default_factory=dict)
    """A trunk's id or an outside number -> the cause with which it refuses at once."""

    trunks: set[TrunkId] | None = None
    """The trunks that lead out; None: all do."""

    dead: bool = False
    """The process that gives commands was killed."""

    async def registered(self, devices: Mapping[DeviceId, TenantId]) -> frozenset[DeviceId]:
        return frozenset(devices.keys() - self.unregistered)

    def __post_init__(self) -> None:
        self._sink: SignalSink | None = None
        self._told: set[LegId] = set()
        self._sounds: dict[str, LegId] = {}
        self._began_at = self.clock.now() - timedelta(hours=1)

    def subscribe(self, sink: SignalSink) -> None:
        self._sink = sink

    async def perform(self, command: c.TelephonyCommand) -> None:
        if not self.here or self.dead:
            return
        self.done.append(command)
        if type(command) in self.broken:
            raise RuntimeError(f"{type(command).__name__} is broken")
        self._do(command)
        if (gate := self.slow.get(type(command))) is not None:
            await gate.wait()
        else:
            await asyncio.sleep(0)

    # --- what people do ---

    def dial(self, dialled: str = "+441514960024", caller: str = "+447700900123", *, name: str = "") -> LegId:
        leg = LegId(new_id("leg"))
        arrival = s.LegArrived(
            at=self.clock.now(), leg=leg, dialled=dialled, caller=caller, caller_name=name, trunk="trk_1"
        )
        self.lines[leg] = Line(leg, arrival=arrival)
        self._tell(arrival)
        return leg

    def answer(self, leg: LegId) -> None:
        self.lines[leg].up = True
        self._tell(s.LegAnswered(at=self.clock.now(), leg=leg))

    def hang_up(self, leg: LegId, cause: int = NORMAL) -> None:
        """The far end ends it, or never answers, or refuses with BUSY."""
        self._end(leg, cause)

    def crash(self) -> None:
        """Asterisk dies: every line is gone, and nobody says so."""
        self.go_away()
        self._began_at = self.clock.now()
        self.lines.clear()
        self.bridges.clear()

    def go_away(self) -> None:
        if self.here:
            self.here = False
            self._sink_(s.PbxAway(at=self.clock.now()))

    def come_back(self) -> None:
        self.here = True
        legs = tuple(self._listed(line) for line in self.lines.values())
        now, bridges = self.clock.now(), tuple(self.bridges)
        self._sink_(s.PbxBack(at=now, legs=legs, bridges=bridges, began_at=self._began_at))

    def ringing(self, device_id: DeviceId) -> LegId | None:
        """The leg that rings this device now."""
        found = [line.leg for line in self.lines.values() if line.device_id == device_id and not line.up]
        assert len(found) < 2, "one phone rings for two calls"
        return found[0] if found else None

    def ringing_outside(self, number: str) -> LegId | None:
        """The leg that rings this outside number now."""
        found = [line.leg for line in self.lines.values() if line.dialled and line.dialled.number == number]
        ringing = [leg for leg in found if not self.lines[leg].up]
        assert len(ringing) < 2, "one number is rung twice"
        return ringing[0] if ringing else None

    def press(self, leg: LegId, digit: str) -> None:
        self._tell(s.DigitPressed(at=self.clock.now(), leg=leg, digit=digit))

    def finish_sound(self, leg: LegId) -> None:
        """What plays for this leg is over now."""
        playing = self.lines[leg].playing
        assert playing is not None, "nothing plays"
        self._sound_over(leg, playing)

    def talking(self, leg: LegId) -> set[LegId]:
        """Whom this leg hears: who stands in its bridges, and what a listening channel there brings and takes."""
        near = set().union(*(legs - {leg} for legs in self.bridges.values() if leg in legs))
        heard = set(near)
        for snoop in self._snoops(near):
            heard |= {snoop.leg} | self._others(snoop.leg)
        for line in self.lines.values():
            if line.snoops is not None and line.snoops.whisper and line.snoops.leg == leg:
                heard |= self._others(line.leg)
        return {other for other in heard if other in self.lines and not self._is_silent(other)} - {leg}

    def _others(self, leg: LegId) -> set[LegId]:
        return set().union(*(legs - {leg} for legs in self.bridges.values() if leg in legs))

    def _snoops(self, legs: set[LegId]) -> list[c.SnoopLeg]:
        return [line.snoops for leg in legs if (line := self.lines.get(leg)) and line.snoops]

    def _is_silent(self, leg: LegId) -> bool:
        return self.lines[leg].muted or self.lines[leg].snoops is not None

    # --- commands ---

    def _do(self, command: c.TelephonyCommand) -> None:  # noqa: C901 - one flat list of commands
        match command:
            case c.RingAgent():
                self._ring(command)
            case c.DialOutside():
                self._dial_outside(command)
            case c.ConnectLegs(bridge_id=bridge_id, legs=legs):
                for leg in legs:
                    if (line := self._line(leg)) is not None:
                        self._hush(line)
                        self._leave_bridges(leg)
                        self.bridges.setdefault(bridge_id, set()).add(leg)
            case c.PartLeg(leg=leg):
                self._leave_bridges(leg)
            case c.DropBridge(bridge_id=bridge_id):
                self.bridges.pop(bridge_id, None)
            case c.SnoopLeg():
                self._snoop(command)
            case c.HangUpLeg(leg=leg, cause=cause):
                self._end(leg, cause)
            case c.StopSound(playback_id=playback):
                if playback in self._sounds:
                    self._sound_over(self._sounds[playback], playback)
            case c.PlayInBridge():
                self._play_in_bridge(command)
            case _:
                if (line := self._line(command.leg)) is not None:
                    self._change(line, command)
                elif isinstance(command, c.PlaySound):
                    self._tell_sound_over(command.leg, command.playback_id)
                elif isinstance(command, c.RecordMessage):
                    self._message_over(command)

    def _change(self, line: Line, command: c.TelephonyCommand) -> None:  # noqa: C901 - one flat list of commands
        match command:
            case c.TakeLeg():
                line.call_id, line.tenant_id = command.call_id, command.tenant_id
            case c.AnswerLeg():
                line.up = True
            case c.StartMusic(music=music):
                line.music, line.music_class = True, music
            case c.StopMusic():
                line.music = False
            case c.StartTone() | c.StopTone():
                line.tone = isinstance(command, c.StartTone)
            case c.MuteLeg() | c.UnmuteLeg():
                line.muted = isinstance(command, c.MuteLeg)
            case c.SendDigits(digits=digits) if re.fullmatch(r"[0-9*#A-D]{1,64}", digits):
                line.digits += digits
            case c.RecordLeg():
                self._hush(line)
                self._leave_bridges(line.leg)
                line.recording = command.recording_id
            case c.PauseRecording() | c.ResumeRecording():
                line.paused = isinstance(command, c.PauseRecording)
            case c.StopRecording():
                line.recording, line.paused = None, False
            case c.PlaySound():
                self._play(line, command.playback_id, command.sounds)
            case c.RecordMessage():
                if line.message is None:
                    line.message = command.recording_id
                    self.clock.call_later(self.message_s, lambda: self._message_over(command))

    def _play(self, line: Line, playback_id: str, sounds: tuple[str, ...]) -> None:
        line.playing = playback_id
        line.heard.extend(sounds)
        self._sounds[playback_id] = line.leg
        self.clock.call_later(self.sound_s * len(sounds), lambda: self._sound_over(line.leg, playback_id))

    def _play_in_bridge(self, command: c.PlayInBridge) -> None:
        members = self.bridges.get(command.bridge_id)
        line = self.lines.get(command.leg)
        if not members or line is None:
            self._tell_sound_over(command.leg, command.playback_id)
            return
        for member in members - {command.leg}:
            self.lines[member].heard.extend(command.sounds)
        self._play(line, command.playback_id, command.sounds)

    def _snoop(self, command: c.SnoopLeg) -> None:
        if command.snoop_leg in self.lines:
            return
        if self._line(command.leg) is None:
            self._end(command.snoop_leg, 3)
            return
        line = Line(command.snoop_leg, up=True, call_id=command.call_id, tenant_id=command.tenant_id, snoops=command)
        self.lines[command.snoop_leg] = line
        self.bridges.setdefault(command.bridge_id, set()).add(command.snoop_leg)

    def _dial_outside(self, command: c.DialOutside) -> None:
        if command.leg in self.lines:
            return
        line = Line(command.leg, call_id=command.call_id, tenant_id=command.tenant_id, dialled=command)
        self.lines[command.leg] = line
        refusal = self.refusals.get(command.trunk_id) or self.refusals.get(command.number)
        if not is_e164(command.number):
            refusal = INVALID_NUMBER
        elif self.trunks is not None and command.trunk_id not in self.trunks:
            refusal = NO_ROUTE
        if refusal is not None:
            self._end(command.leg, refusal)
            return
        self._tell(s.LegRinging(at=self.clock.now(), leg=command.leg))
        self.clock.call_later(command.ring_s, lambda: self._give_up(command.leg))
        if command.limit_s is not None:
            self.clock.call_later(command.limit_s, lambda: self._cut(command.leg))

    def _cut(self, leg: LegId) -> None:
        if leg in self.lines:
            self._end(leg, NORMAL)

    def _ring(self, command: c.RingAgent) -> None:
        if command.leg in self.lines:
            return
        self._told.discard(command.leg)  # rung anew after a restart, it ends anew
        line = Line(command.leg, command.device_id, call_id=command.call_id, tenant_id=command.tenant_id, ring=command)
        self.lines[command.leg] = line
        if command.device_id in self.unregistered:
            self._end(command.leg, NOT_REGISTERED)
            return
        self._tell(s.LegRinging(at=self.clock.now(), leg=command.leg))
        if command.auto_answer or command.device_id in self.at_once:
            self.answer(command.leg)
        self.clock.call_later(command.ring_s, lambda: self._give_up(command.leg))

    def _give_up(self, leg: LegId) -> None:
        line = self.lines.get(leg)
        if line is not None and not line.up:
            self._end(leg, NO_ANSWER)

    def _hush(self, line: Line) -> None:
        """Joining others cuts what is played for one alone."""
        line.tone = False
        if line.playing is not None:
            self._sound_over(line.leg, line.playing)

    def _sound_over(self, leg: LegId, playback_id: str) -> None:
        """Once for each sound."""
        if self._sounds.pop(playback_id, None) is None:
            return
        line = self.lines.get(leg)
        if line is not None and line.playing == playback_id:
            line.playing = None
        self._tell_sound_over(leg, playback_id)

    def _tell_sound_over(self, leg: LegId, playback_id: str) -> None:
        self._tell(s.SoundEnded(at=self.clock.now(), leg=leg, playback_id=playback_id))

    def _message_over(self, command: c.RecordMessage) -> None:
        ended = s.MessageEnded(at=self.clock.now(), leg=command.leg, recording_id=command.recording_id)
        self._tell(ended)

    # --- lines ---

    def _line(self, leg: LegId) -> Line | None:
        """None, and its end is told, for one that is gone."""
        if leg not in self.lines:
            self._end(leg, 0)
            return None
        return self.lines[leg]

    def _end(self, leg: LegId, cause: int) -> None:
        self.lines.pop(leg, None)
        self._leave_bridges(leg)
        for snoop in [line.leg for line in self.lines.values() if line.snoops and line.snoops.leg == leg]:
            self._end(snoop, NORMAL)
        if leg not in self._told and self.here:
            self._told.add(leg)
            self._tell(s.LegEnded(at=self.clock.now(), leg=leg, cause=cause))

    def _leave_bridges(self, leg: LegId) -> None:
        for legs in self.bridges.values():
            legs.discard(leg)

    def _listed(self, line: Line) -> s.LiveLeg:
        arrival = line.arrival if line.call_id is None else None
        return s.LiveLeg(
            leg=line.leg,
            call_id=line.call_id,
            tenant_id=line.tenant_id,
            up=line.up,
            ringing=not line.up,
            arrival=arrival,
        )

    def _tell(self, signal: s.NetworkSignal) -> None:
        if self.here:
            self._sink_(signal)

    def _sink_(self, signal: s.NetworkSignal) -> None:
        assert self._sink is not None, "nobody listens"
        self._sink(signal)
