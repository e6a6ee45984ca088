"""A fake network that does all that a call commands, beside what the call believes: who hears whom, what rings.

``Follower`` replays the steps of a CallWorld one by one; ``differences`` says in words what does not fit.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from tests.fakes.telephony import FakeTelephony, Line
from tests.support.calls.world import CALLER_LEG, CallWorld
from tests.support.clock import START, VirtualClock

from call24.calls import commands as c
from call24.calls import signals as s
from call24.calls import timers
from call24.calls.machine import Step
from call24.calls.model import Call, CallState, Direction, Monitor, RecordingState
from call24.calls.monitoring import BARGE, snoop_leg
from call24.calls.queue_announcements import tells_place
from call24.calls.step import place_id, stop_id
from call24.calls.timers import dial_timer, menu_timer, mobile_timer, reattach_timer
from call24.engine.recovery import legs_of
from call24.kit.ids import LegId

S = CallState
ALONE = {S.FLOW, S.CLOSING, S.VOICEMAIL, S.WAITING, S.OFFERED, S.FORWARDING, S.HELD}
WITH_MUSIC = {S.FORWARDING, S.HELD, S.CONSULTING}
WAITING = {S.WAITING, S.OFFERED}


def followed(world: CallWorld) -> Follower:
    """The network after all steps of the world, each of which fitted."""
    follower = beginning_of(world)
    for signal, step in world.steps:
        follower.follow(signal, step)
        assert follower.differences(step.call) == [], type(signal).__name__
        assert step.call.ended or follower.lost_timers(step.call) == [], type(signal).__name__
    return follower


def beginning_of(world: CallWorld) -> Follower:
    follower = Follower()
    return follower.dialled_in() if world.call.direction is Direction.INBOUND else follower


class Follower:
    """``network``: None for one of its own; else one in which other calls may go on too."""

    def __init__(self, network: FakeTelephony | None = None) -> None:
        self.network = network or FakeTelephony(VirtualClock(START))
        if network is None:
            self.network.subscribe(lambda signal: None)
        self.armed: set[str] = set()
        self.fired: set[str] = set()
        self.asked_place = False
        self.given_up: set[LegId] = set()

    def dialled_in(self) -> Follower:
        """By the customer of a CallWorld that begins with one."""
        line = self.network.lines.pop(self.network.dial())
        line.leg = CALLER_LEG
        self.network.lines[CALLER_LEG] = line
        return self

    def follow(self, signal: s.Signal, step: Step, commands: int | None = None) -> None:
        """``commands``: how many of the step's are done; None: all."""
        self._before(signal)
        for command in step.commands[:commands]:
            match command:
                case c.StartTimer(name=name):
                    self.armed.add(name)
                    self.fired.discard(name)
                case c.StopTimer(name=name):
                    self.armed.discard(name)
                    self.fired.discard(name)
                case c.TellPlace():
                    self.asked_place = True
                case c.HangUpLeg(leg=leg):
                    self.given_up.add(leg)
                    self.network._do(command)
                case c.AskForKey(leg=leg, playback_id=playback):
                    self.network._do(
                        c.PlaySound(leg=leg, tenant_id=command.tenant_id, playback_id=playback, sounds=("asked",))
                    )
                case c.DialOutside():
                    self.network._do(msgspec.structs.replace(command, number="+441632960001", shown="+441514960024"))
                case _ if isinstance(command, c.TelephonyCommand):
                    self.network._do(command)
        if step.call.state is not S.WAITING:
            self.asked_place = False

    def _before(self, signal: s.Signal) -> None:
        lines = self.network.lines
        match signal:
            case s.LegAnswered(leg=leg) if leg in lines:
                lines[leg].up = True
            case s.LegEnded(leg=leg):
                self.network._end(leg, 16)
            case s.SoundEnded(leg=leg, playback_id=playback) if leg in lines and lines[leg].playing == playback:
                lines[leg].playing = None
            case s.RecorderTrouble(leg=leg) if leg in lines:
                lines[leg].paused = False  # it did not do what it was told
            case s.TimerFired(name=name):
                self.armed.discard(name)
                self.fired.add(name)
            case s.PlaceTold():
                self.asked_place = False

    def timers_lost(self) -> None:
        """Call24 was killed."""
        self.armed.clear()
        self.fired.clear()

    # --- looking ---

    def near(self, leg: LegId | None) -> set[LegId]:
        """Who is in a bridge with this leg."""
        return set().union(*(legs for legs in self.network.bridges.values() if leg in legs)) - {leg}

    def line(self, leg: LegId | None) -> Line:
        assert leg is not None
        return self.network.lines[leg]

    # --- what does not fit ---

    def differences(self, call: Call) -> list[str]:
        if call.ended:
            return [f"{leg} lives on" for leg in self.network.lines]
        return [*self._strangers(call), *self._customer(call), *self._agent(call), *self._others(call)]

    def lost_timers(self, call: Call) -> list[str]:
        needed, allowed = set(self._needed(call)), set(self._allowed(call))
        lost = [f"{name} is not armed" for name in needed - self.armed - self.fired]
        return lost + [f"{name} is armed in vain" for name in self.armed - allowed]

    def _line(self, leg: LegId | None) -> Line | None:
        return self.network.lines.get(leg) if leg is not None else None

    def _strangers(self, call: Call) -> Iterator[str]:
        ours = set(legs_of(call))
        for leg, line in self.network.lines.items():
            if line.call_id not in {call.id, None}:
                continue
            if leg not in ours:
                yield f"{leg} is nobody's"
            if not line.up and leg not in {*_ringing(call), call.caller_leg}:
                yield f"{leg} rings in no offer"
            if line.muted != (leg == call.agent_leg and call.muted):
                yield f"{leg}: muted is {line.muted}"
        for leg in _ringing(call):
            if leg not in self.network.lines and leg not in self.given_up:
                yield f"{leg} does not ring"

    def _customer(self, call: Call) -> Iterator[str]:
        line = self._line(call.caller_leg)
        if line is None:
            return
        told = line.playing == place_id(call) and call.state in WAITING
        told = told or (line.playing == stop_id(call) and call.state in WITH_MUSIC | WAITING)
        if not told and line.music != (call.state in WITH_MUSIC | WAITING):
            yield f"the customer's music is {line.music}"
        if call.state in ALONE | {S.CONSULTING, S.DIALLING} and self.near(call.caller_leg):
            yield f"the customer is with {self.near(call.caller_leg)}"
        recorded = call.recording_id if call.recording_stopped is None else None
        if line.recording != recorded or line.paused != (call.recording is RecordingState.PAUSED):
            yield f"the recording is {line.recording}, paused {line.paused}"

    def _agent(self, call: Call) -> Iterator[str]:
        if call.state not in {S.DIALLING, S.CONNECTED, S.HELD, S.CONSULTING, S.CONFERENCE}:
            return
        line = self._line(call.agent_leg)
        party = call.consult_party.leg if call.consult_party is not None else None
        rings = call.state is S.DIALLING or (call.state is S.CONSULTING and party is None)
        if line is not None and line.tone != rings:
            yield f"the agent's ringing tone is {line.tone}"
        barging = {x.leg for x in call.monitors if x.leg is not None and x.mode == BARGE}
        together = {
            S.CONNECTED: {call.caller_leg, call.agent_leg},
            S.CONFERENCE: {call.caller_leg, call.agent_leg, party},
            S.CONSULTING: {call.agent_leg, party} if party is not None else set(),
        }.get(call.state, set())
        lost = {None} | self.given_up - set(self.network.lines)
        wanted = {leg for leg in together | barging if leg not in lost}
        there = self.network.bridges.get(call.bridge_id, set())
        if call.state is S.HELD or rings:
            there = there - {call.agent_leg}
            wanted -= {call.agent_leg}
        if there != wanted:
            yield f"in the bridge are {there}, not {wanted}"
        if rings and line is not None and self.near(call.agent_leg):
            yield "the agent hears no ringing tone in a bridge"

    def _others(self, call: Call) -> Iterator[str]:
        party = self._line(call.consult_party.leg) if call.consult_party is not None else None
        if party is not None:
            aside = call.state in {S.CONNECTED, S.HELD}
            if party.music != aside:
                yield f"the consult party's music is {party.music}"
            if aside and self.near(party.leg):
                yield "the consult party is not aside"
        customer = self._line(call.caller_leg)
        if call.state is S.FORWARDED and party and customer and self.near(call.caller_leg) != {party.leg}:
            yield "the customer is not with the outside party"
        for monitor in call.monitors:
            yield from self._monitor(call, monitor)

    def _monitor(self, call: Call, monitor: Monitor) -> Iterator[str]:
        bridge = self.network.bridges.get(call.monitor_bridge(monitor), set())
        if monitor.leg is None or monitor.mode == BARGE or call.agent_leg is None:
            return
        snoop = snoop_leg(call, monitor)
        if bridge != {monitor.leg, snoop}:
            yield f"{monitor.user_id} hears {bridge}"
        snoops = [x.snoops for x in self.network.lines.values() if x.snoops is not None]
        if [x.whisper for x in snoops if x.snoop_leg == snoop] != [monitor.mode == "whisper"]:
            yield f"{monitor.user_id} does not {monitor.mode}"

    # --- timers ---

    def _needed(self, call: Call) -> Iterator[str]:
        if call.wait is not None and call.state is S.WAITING:
            yield "max_wait"
        if call.state is S.WAITING and call.direction is Direction.CALLBACK and call.caller_leg is None:
            yield "expiry"
        in_queue = call.wait is not None and not call.wait.agents and call.queue is not None
        line = self._line(call.caller_leg)
        told = self.asked_place or (line is not None and line.playing == place_id(call))
        if call.state is S.WAITING and in_queue and call.queue and tells_place(call.queue) and not told:
            yield "place"
        rules = call.queue
        resumes = rules is not None and rules.auto_resume_s > 0 and rules.record != "never"
        if call.recording is RecordingState.PAUSED and resumes and call.agent_id is not None:
            yield "auto_resume"
        yield from _dials(call)
        yield from _deadlines(call)
        yield from _mobiles(call)

    def _allowed(self, call: Call) -> Iterator[str]:
        if call.state in WAITING:
            yield from ("max_wait", "place", "expiry")
        if call.recording is RecordingState.PAUSED:
            yield "auto_resume"
        if call.state is S.FLOW:
            yield menu_timer(call)
        yield from _dials(call)
        yield from _deadlines(call)
        yield from _mobiles(call)
        yield from (name for name in self.armed if name.startswith("offer:"))  # a property of its own


def _dials(call: Call) -> Iterator[str]:
    dials = [call.dial, call.consult_party.dial if call.consult_party is not None else None]
    yield from (dial_timer(dial.leg) for dial in dials if dial is not None)


def _mobiles(call: Call) -> Iterator[str]:
    waits = (offer for offer in call.offers if offer.dials_mobile or offer.mobile is not None)
    yield from (mobile_timer(offer.offer_id) for offer in waits)


def _deadlines(call: Call) -> Iterator[str]:
    """For what may be lost on its way, so that nobody would ever tell of it."""
    if call.reattach is not None:
        yield reattach_timer(call.reattach.leg)
    if call.message_id is not None and not call.ended:
        yield timers.MESSAGE


def _ringing(call: Call) -> set[LegId]:
    """The legs that are rung now."""
    legs = {leg for offer in call.offers for leg in offer.rung}
    dials = [call.dial, call.consult_party.dial if call.consult_party is not None else None]
    legs |= {dial.leg for dial in dials if dial is not None}
    if call.consult_party is not None and call.consult_party.offer is not None:
        legs |= {each.leg for each in call.consult_party.offer.legs}
    legs |= {call.reattach.leg} if call.reattach is not None else set()
    return legs | {each.leg for monitor in call.monitors for each in monitor.legs}
