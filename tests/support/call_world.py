"""One call in a world that does what it likes: every signal at any time, in any order, with clocks that jump.

The world keeps what the network, the desk and the journal would have, so that tests can ask what became of it. It
sends only what an engine could: signals about legs of this call, and the desk's choices with fresh offer ids.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import datetime, timedelta

from hypothesis import strategies as st
from tests.support.clock import START

from call24.calls import commands as c
from call24.calls import events as e
from call24.calls import signals as s
from call24.calls.kinds import offer_timer
from call24.calls.machine import Step, advance
from call24.calls.model import Call, CallRules, CallState, Offer
from call24.journal.model import Entry, body_of
from call24.kit.ids import CallId, ContactId, DeviceId, EventId, LegId, NumberId, OfferId, QueueId, TenantId, UserId

TENANT = TenantId("ten_a")
CALL = CallId("call_1")
QUEUE = QueueId("que_help")
CALLER_LEG = LegId("leg_caller")
AGENTS = (UserId("usr_ann"), UserId("usr_bob"), UserId("usr_cy"))
ANN, BOB, CY = AGENTS
CAUSES = (16, 17, 19, 20, 21, 0, 38)


class CallWorld:
    def __init__(self, rules: CallRules | None = None) -> None:
        self.now = START
        arrived = e.CallArrived(
            call_id=CALL,
            number_id=NumberId("num_1"),
            queue_id=QUEUE,
            contact_id=ContactId("ctc_1"),
            leg=CALLER_LEG,
            rules=rules or CallRules(),
        )
        self.call: Call = e.begin(TENANT, arrived, self.now)
        self.lines: list[tuple[datetime, e.AnyCallEvent]] = [(self.now, arrived)]
        self.steps: list[tuple[s.Signal, Step]] = []
        self.rung: dict[LegId, int] = {}
        self.hung_up: dict[LegId, int] = {}
        self.gone: set[LegId] = set()
        self.given: dict[OfferId, UserId] = {}
        self.released: list[tuple[OfferId, str]] = []
        self.taken: list[OfferId] = []
        self.in_queue = False
        self.timers: dict[str, float] = {}
        self._numbers = itertools.count(1)

    # --- what happens ---

    def send(self, signal: s.Signal) -> Step:
        step = advance(self.call, signal)
        at = max(signal.at, self.call.last_at)
        self.lines += [(at, event) for event in step.events]
        self.steps.append((signal, step))
        if isinstance(signal, s.LegEnded):
            self.gone.add(signal.leg)
        self.call = step.call
        for command in step.commands:
            self._do(command)
        return step

    def _do(self, command: c.AnyCommand) -> None:
        match command:
            case c.RingAgent(leg=leg):
                self.rung[leg] = len(self.steps)
            case c.HangUpLeg(leg=leg):
                self.hung_up[leg] = len(self.steps)
            case c.RequestAgent():
                self.in_queue = True
            case c.LeaveQueue():
                self.in_queue = False
            case c.ReleaseAgent(offer_id=offer_id, outcome=outcome):
                self.released.append((offer_id, outcome))
            case c.AgentTaken(offer_id=offer_id):
                self.taken.append(offer_id)
            case c.StartTimer(name=name, seconds=seconds):
                self.timers[name] = seconds
            case c.StopTimer(name=name):
                self.timers.pop(name, None)

    def after(self, seconds: float) -> CallWorld:
        self.now += timedelta(milliseconds=round(seconds * 1000))
        return self

    # --- the signals, by name ---

    def arrive(self) -> Step:
        return self.send(s.CallerArrived(at=self.now, leg=CALLER_LEG))

    def sound_ends(self, which: str) -> Step:
        return self.send(s.SoundEnded(at=self.now, leg=CALLER_LEG, playback_id=f"{CALL}-{which}"))

    def choose(self, agent_id: UserId = ANN, devices: int = 1) -> Step:
        offer_id = OfferId(f"off_{next(self._numbers)}")
        self.given[offer_id] = agent_id
        self.in_queue = False
        legs = tuple(
            s.OfferedLeg(leg=LegId(f"leg_{offer_id}_{n}"), device_id=DeviceId(f"dev_{agent_id}_{n}"))
            for n in range(devices)
        )
        chosen = s.Candidate(agent_id=agent_id, chosen=True, reason="idle_longest", idle_s=1.0)
        return self.send(
            s.AgentChosen(at=self.now, offer_id=offer_id, agent_id=agent_id, legs=legs, candidates=(chosen,))
        )

    def nobody_there(self) -> Step:
        return self.send(s.NobodyThere(at=self.now))

    def rings(self, leg: LegId) -> Step:
        return self.send(s.LegRinging(at=self.now, leg=leg))

    def answers(self, leg: LegId) -> Step:
        return self.send(s.LegAnswered(at=self.now, leg=leg))

    def ends(self, leg: LegId, cause: int = 16, *, lost: bool = False) -> Step:
        return self.send(s.LegEnded(at=self.now, leg=leg, cause=cause, lost=lost))

    def caller_leaves(self) -> Step:
        return self.ends(CALLER_LEG)

    def timer_fires(self, name: str) -> Step:
        self.timers.pop(name, None)
        return self.send(s.TimerFired(at=self.now, name=name))

    def reattach(self, agent_id: UserId = ANN) -> Step:
        leg = LegId(f"leg_again_{next(self._numbers)}")
        device = DeviceId(f"dev_{agent_id}_0")
        return self.send(s.ReattachRequested(at=self.now, agent_id=agent_id, device_id=device, leg=leg))

    def recover(self) -> Step:
        return self.send(s.Recovered(at=self.now))

    # --- short ways to a state ---

    def wait(self) -> CallWorld:
        self.arrive()
        if self.call.rules.greeting is not None:
            self.after(3).sound_ends("greeting")
        return self

    def offer(self, agent_id: UserId = ANN, devices: int = 1) -> CallWorld:
        if self.call.queued_at is None:
            self.wait()
        self.after(2).choose(agent_id, devices)
        return self

    def talk(self) -> CallWorld:
        self.offer().after(4).answers(self.offer_legs[0])
        return self

    def hold(self) -> CallWorld:
        self.talk().after(5).send(s.HoldRequested(at=self.now, agent_id=ANN))
        return self

    def voicemail(self) -> CallWorld:
        self.wait().after(1).nobody_there()
        return self

    @property
    def running(self) -> Offer:
        assert self.call.offer is not None
        return self.call.offer

    @property
    def offer_legs(self) -> list[LegId]:
        return [leg.leg for leg in self.running.legs]

    @property
    def offer_timer(self) -> str:
        return offer_timer(self.running)

    # --- what was written down ---

    def entries(self) -> list[Entry]:
        """The journal lines of the call."""
        return [
            Entry(
                id=EventId(f"evt_{seq}"),
                tenant_id=TENANT,
                seq=seq,
                at=at,
                type=type(event).__name__,
                call_id=CALL,
                agent_id=getattr(event, "agent_id", None),
                body=body_of(event),
                delete_at=START + timedelta(days=self.call.rules.keep_days),
            )
            for seq, (at, event) in enumerate(self.lines, start=1)
        ]

    def written(self, kind: type[e.CallEvent]) -> list[e.AnyCallEvent]:
        return [event for _, event in self.lines if isinstance(event, kind)]

    def commands(self, kind: type[c.Command]) -> list[c.AnyCommand]:
        return [command for _, step in self.steps for command in step.commands if isinstance(command, kind)]


BEGINNINGS: dict[CallState, Callable[[CallWorld], object]] = {
    CallState.GREETING: lambda world: None,
    CallState.WAITING: CallWorld.wait,
    CallState.OFFERED: lambda world: world.offer(devices=2),
    CallState.CONNECTED: CallWorld.talk,
    CallState.HELD: CallWorld.hold,
    CallState.VOICEMAIL: CallWorld.voicemail,
    CallState.ENDED: lambda world: world.talk().caller_leaves(),
}
"""A way into each state that a call can be in."""

Move = Callable[[CallWorld, int], object]


def _some_leg(world: CallWorld, pick: int) -> LegId:
    legs = sorted(world.rung) or [CALLER_LEG]
    return legs[pick % len(legs)]


def _some_agent(pick: int) -> UserId:
    return AGENTS[pick % len(AGENTS)]


def _offer_expires(world: CallWorld, pick: int) -> None:
    offers = sorted(world.given) or [OfferId("off_none")]
    world.timer_fires(f"offer:{offers[pick % len(offers)]}")


def _end_leg(world: CallWorld, pick: int) -> None:
    leg = _some_leg(world, pick)
    if leg not in world.gone and leg != CALLER_LEG:
        world.ends(leg, CAUSES[pick % len(CAUSES)])


def _answer_leg(world: CallWorld, pick: int) -> None:
    leg = _some_leg(world, pick)
    if leg not in world.gone and leg != CALLER_LEG:
        world.answers(leg)


def _caller_leaves(world: CallWorld, pick: int) -> None:
    # Rarely, or no call would ever get far.
    if pick % 7 == 0 and CALLER_LEG not in world.gone:
        world.ends(CALLER_LEG, CAUSES[pick % len(CAUSES)], lost=pick % 2 == 0)


MOVES: dict[str, Move] = {
    "arrive": lambda world, pick: world.arrive(),
    "sound": lambda world, pick: world.sound_ends(("greeting", "voicemail", "other")[pick % 3]),
    "greeting ends": lambda world, pick: world.sound_ends("greeting"),
    "message": lambda world, pick: world.send(
        s.MessageEnded(
            at=world.now,
            leg=CALLER_LEG,
            recording_id=(world.call.message_id or f"rec_{pick}"),  # type: ignore[arg-type]
        )
    ),
    "chosen": lambda world, pick: world.choose(_some_agent(pick), pick % 4),
    "chosen ann": lambda world, pick: world.choose(ANN, 1 + pick % 2),
    "nobody": lambda world, pick: world.nobody_there() if pick % 3 == 0 else None,
    "max wait": lambda world, pick: world.timer_fires("max_wait") if pick % 3 == 0 else None,
    "offer expires": _offer_expires,
    "rings": lambda world, pick: world.rings(_some_leg(world, pick)),
    "answers": _answer_leg,
    "answers again": _answer_leg,
    "leg ends": _end_leg,
    "caller leaves": _caller_leaves,
    "decline": lambda world, pick: world.send(s.DeclineRequested(at=world.now, agent_id=_some_agent(pick))),
    "hang up": lambda world, pick: (
        world.send(s.HangUpRequested(at=world.now, agent_id=_some_agent(pick))) if pick % 4 == 0 else None
    ),
    "hold": lambda world, pick: world.send(s.HoldRequested(at=world.now, agent_id=_some_agent(pick))),
    "resume": lambda world, pick: world.send(s.ResumeRequested(at=world.now, agent_id=_some_agent(pick))),
    "reattach": lambda world, pick: world.reattach(_some_agent(pick)),
    "recover": lambda world, pick: world.recover(),
    "digit": lambda world, pick: world.send(s.DigitPressed(at=world.now, leg=CALLER_LEG, digit="5")),
}


# The network's clock and ours differ, so time may also seem to go back.
GAPS_MS = (0, 1, 250, 1500, -2000, 21_000, 700_000)

Script = list[tuple[str, int, int]]


def play(world: CallWorld, script: Script) -> CallWorld:
    """Make the moves of ``script``: (name of the move, a number to pick with, milliseconds that pass before)."""
    for name, pick, ms in script:
        world.after(ms / 1000)
        MOVES[name](world, pick)
    return world


scripts = st.lists(
    st.tuples(st.sampled_from(sorted(MOVES)), st.integers(0, 60), st.sampled_from(GAPS_MS)),
    max_size=30,
)
rules = st.builds(
    CallRules,
    greeting=st.sampled_from(("greeting", None)),
    voicemail=st.booleans(),
    record=st.booleans(),
    max_wait_s=st.sampled_from((30, 600)),
)


@st.composite
def worlds(draw: st.DrawFn) -> CallWorld:
    """A call somewhere in its life, after any signals in any order."""
    world = CallWorld(draw(rules))
    BEGINNINGS[draw(st.sampled_from(list(BEGINNINGS)[:-1]))](world)
    return play(world, draw(scripts))
