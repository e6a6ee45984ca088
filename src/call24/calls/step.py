"""Builds one step of a call: an emitted event changes the call at once, issued commands are collected.

The cells of the table (flow.py, offers.py, conversation.py ...) are functions of a ``StepBuilder`` and a signal. A
builder lives for one advance() only; it changes nothing but itself.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import msgspec

from call24.calls import commands as c
from call24.calls import events as e
from call24.calls.configuration import Plan
from call24.calls.evolution import evolve
from call24.calls.model import NO_QUEUE, Call, Offer, OfferOutcome, QueueRules
from call24.calls.timers import mobile_timer, offer_timer
from call24.kit.ids import LegId, OfferId, QueueId, UserId

# Q.850
NORMAL, BUSY, NO_ANSWER, ELSEWHERE = 16, 17, 19, 26

MOST_HOPS = 12
"""How often in a row a caller may be passed on at once, before it is a circle of queues and goes to voicemail."""


MayPromise = Callable[[Call, QueueId], bool]
"""Whether one more callback may be promised in this queue, and to this customer: there are so many at most."""


def always(call: Call, queue_id: QueueId) -> bool:
    return True


class StepBuilder:
    def __init__(self, call: Call, at: datetime, plan: Plan, may_promise: MayPromise = always) -> None:
        self.call = call
        self.at = at
        self.plan = plan
        self.may_promise = may_promise
        self.events: list[e.AnyCallEvent] = []
        self.commands: list[c.AnyCommand] = []
        self.hops = 0
        """Within this step: what leads round without any event has no trace in the call."""

    def emit(self, event: e.AnyCallEvent) -> None:
        self.events.append(event)
        self.call = evolve(self.call, event, self.at)

    def issue(self, *commands: c.AnyCommand) -> None:
        self.commands += commands

    def desk_first(self) -> None:
        """It looks for an agent while the network is still asked for the rest. For a step that leaves no line."""
        self.commands.sort(key=lambda command: not isinstance(command, c.RequestAgent))

    # --- what is done in many places ---

    @property
    def caller(self) -> LegId:
        assert self.call.caller_leg is not None, "the table calls this only with a customer on the line"
        return self.call.caller_leg

    @property
    def agent(self) -> UserId:
        assert self.call.agent_id is not None, "the table calls this only with an agent on the call"
        return self.call.agent_id

    @property
    def rules(self) -> QueueRules:
        """Of the queue that the call came by; those of no queue at all otherwise. A customer's no to the recording
        stands above them."""
        rules = self.call.queue or NO_QUEUE
        return rules if self.call.not_recorded is None else msgspec.structs.replace(rules, record="never")

    def ask_to_record(self) -> None:
        """Before anything is recorded: what the call began with holds, and a no that came since."""
        if self.call.recording_stopped is not None:
            return
        if self.rules.record != "never" and (why := self.plan.not_recorded(self.call.contact_ids)) is not None:
            self.emit(e.RecordingDeclined(reason=why))

    def play(self, *sounds: str) -> None:
        """To the customer; its end comes with the step's own id, so that a late end of an earlier prompt is a stray."""
        self.issue(
            c.PlaySound(
                leg=self.caller, tenant_id=self.call.tenant_id, playback_id=prompt_id(self.call), sounds=tuple(sounds)
            )
        )

    def music(self) -> None:
        self.issue(c.StartMusic(leg=self.caller, music=self.rules.music))

    def together(self, *legs: LegId | None) -> None:
        there = tuple(leg for leg in legs if leg is not None)
        self.issue(c.ConnectLegs(bridge_id=self.call.bridge_id, legs=there))

    def part(self, leg: LegId) -> None:
        self.issue(c.PartLeg(bridge_id=self.call.bridge_id, leg=leg))

    def release(self, agent_id: UserId, offer_id: OfferId | None, outcome: OfferOutcome) -> None:
        """Give an agent back. Who talked to the customer has the queue's wrap-up and disposition."""
        if offer_id is None:
            return
        talked = (
            outcome is OfferOutcome.TALKED and agent_id == self.call.agent_id and self.call.connected_at is not None
        )
        self.issue(
            c.ReleaseAgent(
                agent_id=agent_id,
                offer_id=offer_id,
                outcome=outcome,
                wrap_up_s=self.rules.wrap_up_s if talked else 0,
                disposition=self.rules.disposition if talked else "off",
                pause_after=self.rules.auto_pause_after,
            )
        )

    def release_agent(self) -> None:
        """The agent of the conversation is out of it."""
        if self.call.agent_id is not None:
            self.release(self.call.agent_id, self.call.offer_id, OfferOutcome.TALKED)

    def stop_offer(self, offer: Offer, cause: int, taken: LegId | None = None) -> None:
        """Nothing of it rings, and nothing of it is waited for. ``taken``: the leg that is gone, or has the call."""
        self.stop_ringing(tuple(leg for leg in offer.rung if leg != taken), cause)
        self.issue(c.StopTimer(name=offer_timer(offer.offer_id)))
        if offer.dials_mobile or offer.mobile is not None:
            self.issue(c.StopTimer(name=mobile_timer(offer.offer_id)))

    def stop_ringing(self, legs: tuple[LegId, ...], cause: int) -> None:
        self.issue(*(c.HangUpLeg(leg=leg, cause=cause) for leg in legs))


def prompt_id(call: Call) -> str:
    return f"{call.id}-p{call.steps}"


def place_id(call: Call) -> str:
    """Of what a waiting caller is told about its place; one at a time, so the id may come again."""
    return f"{call.id}-a{call.steps}"


def stop_id(call: Call) -> str:
    """Of what the customer is told when it has stopped the recording: once in a call."""
    return f"{call.id}-stop"


def ask_id(leg: LegId, asked: int = 1) -> str:
    """Of what is said to who answered an agent's mobile number; ``asked``: the how manieth time."""
    return f"{leg}-ask" if asked <= 1 else f"{leg}-ask{asked}"


def notice_id(call: Call) -> str:
    """Of what both sides are told in the bridge."""
    return f"{call.id}-n{call.steps}"
