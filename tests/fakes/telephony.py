"""A telephone network in memory behind the telephony port: customers dial, phones ring, prompts end, lines fail.

Signals come as from Asterisk: in order, once for each end, none while the connection is away. It has no audio.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

from call24.calls import commands as c
from call24.calls import signals as s
from call24.calls.telephony import SignalSink
from call24.kit.clock import Clock
from call24.kit.ids import CallId, DeviceId, LegId, RecordingId, TenantId, new_id

NORMAL, BUSY, NO_ANSWER, NOT_REGISTERED = 16, 17, 19, 20


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
    playing: str | None = None
    recording: RecordingId | None = None
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

    dead: bool = False
    """The process that gives commands was killed."""

    def __post_init__(self) -> None:
        self._sink: SignalSink | None = None
        self._told: set[LegId] = set()
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
        self._sink_(s.PbxBack(at=self.clock.now(), legs=legs, began_at=self._began_at))

    def ringing(self, device_id: DeviceId) -> LegId | None:
        """The leg that rings this device now."""
        found = [line.leg for line in self.lines.values() if line.device_id == device_id and not line.up]
        assert len(found) < 2, "one phone rings for two calls"
        return found[0] if found else None

    def talking(self, leg: LegId) -> set[LegId]:
        """Whom this leg hears."""
        return set().union(*(legs - {leg} for legs in self.bridges.values() if leg in legs))

    # --- commands ---

    def _do(self, command: c.TelephonyCommand) -> None:
        match command:
            case c.RingAgent():
                self._ring(command)
            case c.ConnectLegs(bridge_id=bridge_id, legs=legs):
                for leg in legs:
                    if self._line(leg) is not None:
                        self._leave_bridges(leg)
                        self.bridges.setdefault(bridge_id, set()).add(leg)
            case c.PartLeg(leg=leg):
                self._leave_bridges(leg)
            case c.DropBridge(bridge_id=bridge_id):
                self.bridges.pop(bridge_id, None)
            case c.HangUpLeg(leg=leg, cause=cause):
                self._end(leg, cause)
            case _:
                if (line := self._line(command.leg)) is not None:
                    self._change(line, command)
                elif isinstance(command, c.PlaySound):
                    self._sound_over(command)
                elif isinstance(command, c.RecordMessage):
                    self._message_over(command)

    def _change(self, line: Line, command: c.TelephonyCommand) -> None:
        match command:
            case c.TakeLeg():
                line.call_id, line.tenant_id = command.call_id, command.tenant_id
            case c.AnswerLeg():
                line.up = True
            case c.StartMusic():
                line.music = True
            case c.StopMusic():
                line.music = False
            case c.RecordLeg():
                self._leave_bridges(line.leg)
                line.recording = command.recording_id
            case c.PlaySound():
                line.playing = command.playback_id
                self.clock.call_later(self.sound_s, lambda: self._sound_over(command))
            case c.RecordMessage():
                if line.message is None:
                    line.message = command.recording_id
                    self.clock.call_later(self.message_s, lambda: self._message_over(command))

    def _ring(self, command: c.RingAgent) -> None:
        if command.leg in self.lines:
            return
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

    def _sound_over(self, command: c.PlaySound) -> None:
        line = self.lines.get(command.leg)
        if line is not None and line.playing == command.playback_id:
            line.playing = None
        self._tell(s.SoundEnded(at=self.clock.now(), leg=command.leg, playback_id=command.playback_id))

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
