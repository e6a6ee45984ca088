"""One call in a world that does what it likes: every signal at any time, in any order, with clocks that jump.

The world keeps what the network, the desk and the journal would have, so that tests can ask what became of it. It
sends only what an engine could: signals about legs of this call, and the desk's choices with fresh offer ids.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec
from hypothesis import strategies as st
from tests.fakes.plan import FLOW, FakePlan, one_queue
from tests.support.clock import START

from call24.agents.candidate import Candidate
from call24.calls import commands as c
from call24.calls import events as e
from call24.calls import signals as s
from call24.calls.evolution import begin
from call24.calls.machine import Step, advance
from call24.calls.model import Call, CallRules, CallState, Direction, Offer, OfferLeg
from call24.calls.step import ask_id, notice_id, place_id, prompt_id
from call24.calls.timers import mobile_timer, offer_timer
from call24.flows.model import Announce, Forward, HangUp, Menu, OfferCallback, Ring, Voicemail
from call24.journal.model import Entry, body_of
from call24.kit.ids import (
    CallId,
    ContactId,
    DeviceId,
    EventId,
    FlowId,
    LegId,
    NumberId,
    OfferId,
    QueueId,
    TenantId,
    TrunkId,
    UserId,
)

TENANT = TenantId("ten_a")
CALL = CallId("call_1")
QUEUE = QueueId("que_help")
CALLER_LEG = LegId("leg_caller")
AGENTS = (UserId("usr_ann"), UserId("usr_bob"), UserId("usr_cy"))
ANN, BOB, CY = AGENTS
CAUSES = (16, 17, 19, 20, 21, 0, 38)


CONTACT = ContactId("ctc_1")
ELSEWHERE = ContactId("ctc_2")
SUPERVISOR = UserId("usr_sue")
TRUNKS = (TrunkId("trk_1"), TrunkId("trk_2"))


RULES = CallRules(stop_key="9")


class CallWorld:
    def __init__(self, plan: FakePlan | None = None, beginning: e.Beginning | None = None, **settings: object) -> None:
        """``settings``: of the one queue, see ``one_queue``."""
        self.now = START
        self.plan = plan or one_queue(QUEUE, **settings)  # type: ignore[arg-type]
        self.plan.ways_out = self.plan.ways_out or TRUNKS
        first = beginning or arrival()
        self.call: Call = begin(TENANT, first, self.now)
        self.lines: list[tuple[datetime, e.AnyCallEvent]] = [(self.now, first)]
        self.steps: list[tuple[s.Signal, Step]] = []
        self.rung: dict[LegId, int] = {}
        self.hung_up: dict[LegId, int] = {}
        self.gone: set[LegId] = set()
        self.given: dict[OfferId, UserId] = {}
        self.released: list[tuple[OfferId, str]] = []
        self.taken: list[OfferId] = []
        self.wanted: list[UserId] = []
        self.in_queue = False
        self.timers: dict[str, float] = {}
        self._numbers = itertools.count(1)

    # --- what happens ---

    def send(self, signal: s.Signal) -> Step:
        step = advance(self.call, signal, self.plan)
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
            case c.RingAgent(leg=leg) | c.DialOutside(leg=leg):
                self.rung[leg] = len(self.steps)
            case c.ReserveAgent(agent_id=agent_id):
                self.wanted.append(agent_id)
            case c.HangUpLeg(leg=leg):
                self.hung_up[leg] = len(self.steps)
            case c.RequestAgent():
                self.in_queue = True
            case c.LeaveQueue():
                self.in_queue = False
            case c.ReleaseAgent(offer_id=offer_id, outcome=outcome):
                self.released.append((offer_id, outcome))
            case c.AgentTaken(offer_id=offer_id, agent_id=agent_id):
                self.given.setdefault(offer_id, agent_id)  # a supervisor who takes over was not offered anything
                if offer_id not in self.taken:
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
        return self.send(s.CallerArrived(at=self.now))

    def sound_ends(self, which: str | None = None) -> Step:
        """``which``: None for the one that plays now."""
        return self.send(s.SoundEnded(at=self.now, leg=self.caller, playback_id=which or prompt_id(self.call)))

    def press(self, digit: str) -> Step:
        return self.send(s.DigitPressed(at=self.now, leg=self.caller, digit=digit))

    @property
    def caller(self) -> LegId:
        return self.call.caller_leg or CALLER_LEG

    def choose(self, *agents: UserId, devices: int = 1, mobile: bool = False) -> Step:
        self.in_queue = False
        offers = tuple(self.chosen(agent_id, devices, mobile=mobile) for agent_id in agents or (ANN,))
        candidates = tuple(
            Candidate(agent_id=offer.agent_id, chosen=True, reason="idle_longest", idle_s=1.0) for offer in offers
        )
        return self.send(s.AgentChosen(at=self.now, offers=offers, candidates=candidates))

    def chosen(self, agent_id: UserId, devices: int = 1, *, given: bool = True, mobile: bool = False) -> s.Chosen:
        offer_id = OfferId(f"off_{next(self._numbers)}")
        if given:
            self.given[offer_id] = agent_id
        legs = tuple(
            OfferLeg(leg=LegId(f"leg_{offer_id}_{n}"), device_id=DeviceId(f"dev_{agent_id}_{n}"))
            for n in range(devices)
        )
        return s.Chosen(offer_id=offer_id, agent_id=agent_id, legs=legs, mobile=mobile)

    def reserve(self, agent_id: UserId = BOB, devices: int = 1) -> Step:
        return self.send(s.ColleagueReserved(at=self.now, chosen=self.chosen(agent_id, devices)))

    def ask(self, kind: type[s.AgentRequest], agent_id: UserId | None = None, **more: object) -> Step:
        """Of the agent who has the call."""
        who = agent_id or self.call.agent_id or ANN
        return self.send(kind(at=self.now, agent_id=who, **more))  # type: ignore[arg-type]

    def monitor(self, mode: str = "listen") -> Step:
        chosen = self.chosen(SUPERVISOR, given=False)
        return self.send(
            s.MonitorRequested(at=self.now, user_id=SUPERVISOR, mode=mode, reason="coaching", chosen=chosen)
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
        return self.ends(self.caller)

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
        while self.call.state is CallState.FLOW:
            self.after(3).sound_ends()
        return self

    def offer(self, *agents: UserId, devices: int = 1) -> CallWorld:
        if self.call.queued_at is None:
            self.wait()
        self.after(2).choose(*agents, devices=devices)
        return self

    def dial_mobile(self, devices: int = 1) -> CallWorld:
        """Ann's phones did not ring, so her mobile number is dialled."""
        self.wait().after(2).choose(ANN, devices=devices, mobile=True)
        self.after(6).timer_fires(mobile_timer(self.running.offer_id))
        return self

    def mobile_answers(self, devices: int = 1) -> CallWorld:
        self.dial_mobile(devices).after(5).answers(self.mobile)
        return self

    @property
    def mobile(self) -> LegId:
        """The leg to the agent's mobile number."""
        [leg] = [offer.mobile.leg for offer in self.call.offers if offer.mobile is not None]
        return leg

    def press_mobile(self, digit: str = "1", leg: LegId | None = None) -> Step:
        return self.send(s.DigitPressed(at=self.now, leg=leg or self.mobile, digit=digit))

    def talk(self, agent_id: UserId = ANN) -> CallWorld:
        self.offer(agent_id).after(4).answers(self.offer_legs[0])
        return self

    def hold(self) -> CallWorld:
        self.talk().after(5).ask(s.HoldRequested)
        return self

    def consult(self, agent_id: UserId = BOB, devices: int = 1) -> CallWorld:
        """Ann asks a colleague, whose phones ring."""
        self.talk().after(5).ask(s.ConsultRequested, to=s.TransferTarget(agent_id=agent_id))
        self.after(1).reserve(agent_id, devices)
        return self

    def together(self, agent_id: UserId = BOB) -> CallWorld:
        """Ann talks to the colleague, the customer has music."""
        self.consult(agent_id).after(2).answers(self.consult_party_legs[0])
        return self

    def conference(self) -> CallWorld:
        self.together().after(3).ask(s.ConferenceRequested)
        return self

    def outside(self) -> CallWorld:
        """A blind transfer to an outside number, which rings."""
        self.talk().after(5).ask(s.TransferRequested, to=s.TransferTarget(contact_id=ELSEWHERE))
        return self

    def forwarded(self) -> CallWorld:
        assert self.outside().call.dial is not None
        self.after(4).answers(self.call.dial.leg)  # type: ignore[union-attr]
        return self

    def close(self) -> CallWorld:
        """The last words: the caller prefers to be called back."""
        self.plan.queues[QUEUE] = msgspec.structs.replace(self.plan.queues[QUEUE], callback=True)
        self.wait().after(5).press("1")
        return self

    def voicemail(self) -> CallWorld:
        self.wait().after(1).nobody_there()
        return self

    @property
    def running(self) -> Offer:
        (offer,) = self.call.offers
        return offer

    @property
    def offer_legs(self) -> list[LegId]:
        return [each.leg for offer in self.call.offers for each in offer.legs]

    @property
    def consult_party_legs(self) -> list[LegId]:
        assert self.call.consult_party is not None and self.call.consult_party.offer is not None
        return [each.leg for each in self.call.consult_party.offer.legs]

    @property
    def offer_timer(self) -> str:
        return offer_timer(self.running.offer_id)

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


def arrival() -> e.CallArrived:
    return e.CallArrived(
        call_id=CALL, number_id=NumberId("num_1"), contact_id=CONTACT, leg=CALLER_LEG, flow=FLOW, rules=RULES
    )


def dialled_out(**settings: object) -> CallWorld:
    """Ann calls a customer; her own phone is up, the customer's rings."""
    plan = one_queue(QUEUE, **settings)  # type: ignore[arg-type]
    placed = e.CallPlaced(
        call_id=CALL,
        direction=Direction.OUTBOUND,
        agent_id=ANN,
        contact_id=CONTACT,
        queue=plan.queues[QUEUE],
        rules=RULES,
    )
    world = CallWorld(plan, placed)
    world.choose(ANN)
    world.answers(world.offer_legs[0])
    return world


def internal_call() -> CallWorld:
    """Ann calls Bob; her own phone is up, his is asked for."""
    placed = e.CallPlaced(call_id=CALL, direction=Direction.INTERNAL, agent_id=ANN, colleague_id=BOB, rules=RULES)
    world = CallWorld(None, placed)
    world.choose(ANN)
    world.answers(world.offer_legs[0])
    return world


def promised(**settings: object) -> CallWorld:
    """A customer who is to be called back, waiting its turn."""
    plan = one_queue(QUEUE, **settings)  # type: ignore[arg-type]
    event = e.CallbackPromised(
        call_id=CALL,
        origin_call_id=CallId("call_0"),
        number_id=NumberId("num_1"),
        contact_id=CONTACT,
        queue=plan.queues[QUEUE],
        since=START - timedelta(seconds=60),
        rules=RULES,
    )
    world = CallWorld(plan, event)
    world.arrive()
    return world


def _to(state: Callable[[CallWorld], object]) -> Callable[[], CallWorld]:
    def reached() -> CallWorld:
        world = CallWorld()
        state(world)
        return world

    return reached


BEGINNINGS: dict[CallState, Callable[[], CallWorld]] = {
    CallState.FLOW: CallWorld,
    CallState.WAITING: _to(CallWorld.wait),
    CallState.OFFERED: _to(lambda world: world.offer(devices=2)),
    CallState.DIALLING: dialled_out,
    CallState.CONNECTED: _to(CallWorld.talk),
    CallState.HELD: _to(CallWorld.hold),
    CallState.CONSULTING: _to(CallWorld.together),
    CallState.CONFERENCE: _to(CallWorld.conference),
    CallState.FORWARDING: _to(CallWorld.outside),
    CallState.FORWARDED: _to(CallWorld.forwarded),
    CallState.CLOSING: _to(CallWorld.close),
    CallState.VOICEMAIL: _to(CallWorld.voicemail),
    CallState.ENDED: _to(lambda world: world.talk().caller_leaves()),
}
"""A way into each state that a call can be in."""

Move = Callable[[CallWorld, int], object]


def _some_leg(world: CallWorld, pick: int) -> LegId:
    legs = sorted(world.rung) or [CALLER_LEG]
    return legs[pick % len(legs)]


def _some_agent(pick: int) -> UserId:
    return AGENTS[pick % len(AGENTS)]


def _a_timer_fires(world: CallWorld, pick: int) -> None:
    timers = sorted(world.timers)
    if timers:
        world.timer_fires(timers[pick % len(timers)])


def _offer_expires(world: CallWorld, pick: int) -> None:
    offers = sorted(world.given) or [OfferId("off_none")]
    world.timer_fires(f"offer:{offers[pick % len(offers)]}")


def _mobile_due(world: CallWorld, pick: int) -> None:
    timers = sorted(name for name in world.timers if name.startswith("mobile:"))
    if timers:
        world.timer_fires(timers[pick % len(timers)])


def _mobile_legs(world: CallWorld) -> list[LegId]:
    return [offer.mobile.leg for offer in world.call.offers if offer.mobile is not None]


def _mobile_asked(world: CallWorld, pick: int) -> None:
    for mobile in [offer.mobile for offer in world.call.offers if offer.mobile is not None]:
        world.send(s.SoundEnded(at=world.now, leg=mobile.leg, playback_id=ask_id(mobile.leg, mobile.asked)))


def _mobile_key(world: CallWorld, pick: int) -> None:
    legs = _mobile_legs(world) or [_some_leg(world, pick)]
    world.press_mobile("1" if pick % 3 else "5", legs[pick % len(legs)])


def _phone_registers(world: CallWorld, pick: int) -> None:
    legs = world.chosen(_some_agent(pick), 1 + pick % 2, given=False).legs
    world.send(s.PhoneRegistered(at=world.now, agent_id=_some_agent(pick), legs=legs))


def _end_leg(world: CallWorld, pick: int) -> None:
    leg = _some_leg(world, pick)
    if leg not in {*world.gone, world.call.caller_leg, CALLER_LEG}:
        world.ends(leg, CAUSES[pick % len(CAUSES)])


def _answer_leg(world: CallWorld, pick: int) -> None:
    leg = _some_leg(world, pick)
    if leg not in {*world.gone, world.call.caller_leg, CALLER_LEG}:
        world.answers(leg)


def _newest_answers(world: CallWorld, pick: int) -> None:
    """Mostly it is the phone that was rung last that is answered."""
    there = [leg for leg in world.rung if leg not in world.gone and leg not in world.hung_up]
    if there and there[-1] != world.call.caller_leg:
        world.answers(there[-1])


def _caller_leaves(world: CallWorld, pick: int) -> None:
    # Rarely, or no call would ever get far.
    if pick % 7 == 0 and world.call.caller_leg is not None and world.call.caller_leg not in world.gone:
        world.ends(world.call.caller_leg, CAUSES[pick % len(CAUSES)], lost=pick % 2 == 0)


def _target(pick: int) -> s.TransferTarget:
    return (
        s.TransferTarget(agent_id=_some_agent(pick)),
        s.TransferTarget(queue_id=QUEUE),
        s.TransferTarget(flow_id=FlowId(FLOW.flow_id if pick % 2 else "flw_none")),
        s.TransferTarget(contact_id=ELSEWHERE),
    )[pick // 3 % 4]


def _asks(kind: type[s.AgentRequest], **more: object) -> Move:
    """Mostly of the agent who may."""

    def asked(world: CallWorld, pick: int) -> object:
        return world.ask(kind, None if pick % 4 else _some_agent(pick // 4), **more)

    return asked


def _answers_for_colleague(world: CallWorld, pick: int) -> None:
    """The desk answers each request for a colleague once."""
    if world.wanted:
        agent_id = world.wanted.pop()
        if pick % 3:
            world.reserve(agent_id, pick % 3)
        else:
            world.send(s.ColleagueBusy(at=world.now, agent_id=agent_id, reason="on_call"))


def _take_over(world: CallWorld, pick: int) -> None:
    world.send(s.TakeOverRequested(at=world.now, user_id=SUPERVISOR, reason="complaint"))


MOVES: dict[str, Move] = {
    "arrive": lambda world, pick: world.arrive() if not world.steps else None,
    "sound": lambda world, pick: world.sound_ends((None, place_id(world.call), "other")[pick % 3]),
    "prompt ends": lambda world, pick: world.sound_ends(),
    "notice ends": lambda world, pick: world.sound_ends(notice_id(world.call)),
    "message": lambda world, pick: world.send(
        s.MessageEnded(
            at=world.now,
            leg=world.caller,
            recording_id=(world.call.message_id or f"rec_{pick}"),  # type: ignore[arg-type]
        )
    ),
    "chosen": lambda world, pick: world.in_queue and world.choose(_some_agent(pick), devices=pick % 4),
    "chosen by mobile": lambda world, pick: (
        world.in_queue and world.choose(*AGENTS[: 1 + pick // 3 % 3], devices=pick % 3, mobile=True)
    ),
    "mobile due": _mobile_due,
    "mobile due too": _mobile_due,
    "mobile asked": _mobile_asked,
    "key on mobile": _mobile_key,
    "phone registers": _phone_registers,
    "chosen late": lambda world, pick: pick % 5 == 0 and world.choose(_some_agent(pick), devices=1),
    "chosen ann": lambda world, pick: world.in_queue and world.choose(ANN, devices=1 + pick % 2),
    "chosen all": lambda world, pick: world.in_queue and world.choose(*AGENTS[: 1 + pick % 3]),
    "nobody": lambda world, pick: world.nobody_there() if pick % 3 == 0 else None,
    "full": lambda world, pick: world.send(s.QueueFull(at=world.now)) if pick % 5 == 0 else None,
    "place": lambda world, pick: world.send(s.PlaceTold(at=world.now, position=1 + pick, low_s=60.0, high_s=130.0)),
    "max wait": lambda world, pick: world.timer_fires("max_wait") if pick % 3 == 0 else None,
    "offer expires": _offer_expires,
    "a timer": _a_timer_fires,
    "rings": lambda world, pick: world.rings(_some_leg(world, pick)),
    "answers": _answer_leg,
    "answers again": _answer_leg,
    "newest answers": _newest_answers,
    "newest answers too": _newest_answers,
    "leg ends": _end_leg,
    "caller leaves": _caller_leaves,
    "decline": lambda world, pick: world.send(s.DeclineRequested(at=world.now, agent_id=_some_agent(pick))),
    "hang up": lambda world, pick: (
        world.send(s.HangUpRequested(at=world.now, agent_id=_some_agent(pick))) if pick % 4 == 0 else None
    ),
    "hold": _asks(s.HoldRequested),
    "resume": _asks(s.ResumeRequested),
    "mute": lambda world, pick: world.ask(s.MuteRequested, on=pick % 2 == 0),
    "digits": _asks(s.DigitsRequested, digits="12#"),
    "transfer": lambda world, pick: world.ask(s.TransferRequested, to=_target(pick)) if pick % 2 else None,
    "consult": lambda world, pick: world.ask(s.ConsultRequested, to=_target(pick)),
    "colleague": _answers_for_colleague,
    "colleague again": _answers_for_colleague,
    "swap": _asks(s.SwapRequested),
    "complete": lambda world, pick: world.ask(s.CompleteRequested) if pick % 3 == 0 else None,
    "cancel": _asks(s.CancelRequested),
    "conference": _asks(s.ConferenceRequested),
    "drop": _asks(s.DropRequested),
    "record": _asks(s.RecordRequested),
    "pause": _asks(s.PauseRecordingRequested),
    "go on recording": _asks(s.ResumeRecordingRequested),
    "recorder fails": lambda world, pick: (
        pick % 3 == 0
        and world.send(s.RecorderTrouble(at=world.now, leg=world.caller, what=("start", "pause")[pick % 2]))
    ),
    "monitor": lambda world, pick: world.monitor(("listen", "whisper", "barge")[pick % 3]),
    "monitor ends": lambda world, pick: world.send(s.MonitorEndRequested(at=world.now, user_id=SUPERVISOR)),
    "consent withdrawn": lambda world, pick: world.send(s.ConsentWithdrawn(at=world.now)) if pick % 7 == 0 else None,
    "take over": _take_over,
    "end": lambda world, pick: (
        world.send(s.EndRequested(at=world.now, user_id=SUPERVISOR, reason="stuck")) if pick % 11 == 0 else None
    ),
    "reattach": lambda world, pick: world.reattach(world.call.agent_id or _some_agent(pick)),
    "recover": lambda world, pick: world.recover(),
    "digit": lambda world, pick: world.press("12#9"[pick % 4]),
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
    max_size=40,
)
settings = st.fixed_dictionaries(
    {
        "greeting": st.sampled_from(("greeting", None)),
        "voicemail": st.booleans(),
        "record": st.sampled_from(("always", "on_demand", "never")),
        "record_announcement": st.booleans(),
        "max_wait_s": st.sampled_from((30, 600)),
        "announce_position": st.booleans(),
        "ring_during_greeting": st.booleans(),
        "callback": st.booleans(),
        "disposition": st.sampled_from(("off", "required")),
    }
)


def long_flow(plan: FakePlan) -> FakePlan:
    """A flow with a node of each kind on top of the plan's queue."""
    flow = plan.flows[FLOW]
    nodes = {
        **flow.nodes,
        "menu": Menu(
            prompt="greeting",
            choices={"1": flow.start, "2": "ring", "#": "forward"},
            on_timeout="callback",
            on_invalid="message",
        ),
        "ring": Ring(agents=AGENTS, ring_s=10, no_answer="forward"),
        "forward": Forward(number="+441632960000", failed="menu"),
        "callback": OfferCallback(queue_id=QUEUE, declined="hello"),
        "hello": Announce(prompt="greeting", next="bye"),
        "message": Voicemail(),
        "bye": HangUp(prompt="goodbye"),
    }
    plan.flows[FLOW] = msgspec.structs.replace(flow, start="menu", nodes=nodes)
    return plan


@st.composite
def worlds(draw: st.DrawFn) -> CallWorld:
    """A call somewhere in its life, after any signals in any order."""
    how = draw(settings)
    kind = draw(st.sampled_from(("inbound", "inbound", "flow", "outbound", "callback", "internal", "state")))
    if kind == "state":
        world = draw(st.sampled_from([way for state, way in BEGINNINGS.items() if state is not CallState.ENDED]))()
    elif kind == "outbound":
        world = dialled_out(**how)
    elif kind == "callback":
        world = promised(**how)
    elif kind == "internal":
        world = internal_call()
    elif kind == "flow":
        world = CallWorld(long_flow(one_queue(QUEUE, **how)))
        world.arrive()
    else:
        world = CallWorld(**how)
        draw(st.sampled_from((CallWorld.arrive, CallWorld.wait, CallWorld.offer, CallWorld.talk)))(world)
    return play(world, draw(scripts))
