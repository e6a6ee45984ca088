"""What a waiting caller is told: a greeting; from time to time its place, how long it may take, and that it may be
called back."""

from __future__ import annotations

from call24.calls import commands as c
from call24.calls import signals as s
from call24.calls import timers
from call24.calls.model import Call, QueueRules
from call24.calls.position_prompts import place_sounds
from call24.calls.step import StepBuilder, place_id
from call24.flows.model import ToQueueNode
from call24.flows.rules import walk


def tells_place(rules: QueueRules) -> bool:
    wanted = rules.announce_position or rules.announce_wait or rules.callback
    return wanted and rules.announce_every_s > 0


def hears_place(call: Call) -> bool:
    """Whether this caller stands in a line whose places are told."""
    wait = call.wait
    in_queue = call.caller_leg is not None and wait is not None and not wait.agents
    return in_queue and call.queue is not None and tells_place(call.queue)


def place_due(m: StepBuilder, signal: s.TimerFired) -> None:
    """Asked again later in any case: the answer may come while an agent is rung, or not at all."""
    m.issue(c.TellPlace(), c.StartTimer(name=timers.PLACE, seconds=m.rules.announce_every_s))


def place_later(m: StepBuilder, signal: s.Signal | None = None) -> None:
    """Not now."""
    if hears_place(m.call):
        m.issue(c.StartTimer(name=timers.PLACE, seconds=m.rules.announce_every_s))


def place_told(m: StepBuilder, signal: s.PlaceTold) -> None:
    rules = m.rules
    if not hears_place(m.call):
        return
    low, high = (signal.low_s, signal.high_s) if rules.announce_wait else (None, None)
    sounds = place_sounds(signal.position if rules.announce_position else None, low, high)
    if rules.callback and m.call.may_be_called_back and m.may_promise(m.call, rules.queue_id):
        sounds = (*sounds, "callback-offer")
    if not sounds:
        place_later(m)
        return
    leg, tenant_id = m.caller, m.call.tenant_id
    say = c.PlaySound(leg=leg, tenant_id=tenant_id, playback_id=place_id(m.call), sounds=sounds)
    m.issue(c.StopMusic(leg=leg), say)


def place_said(m: StepBuilder, signal: s.SoundEnded) -> None:
    if m.call.caller_leg is None:
        return
    m.music()
    place_later(m)


def greets_meanwhile(m: StepBuilder, following: str) -> bool:
    """Whether an announcement leads into a queue that may be joined at once, and wants its agents rung meanwhile."""
    flow = m.plan.flow(m.call.flow) if m.call.flow is not None else None
    if flow is None:
        return False
    node = walk(flow, following, lambda hours_id: m.plan.is_open(hours_id, m.at)).node
    rules = m.plan.queue(node.queue_id) if isinstance(node, ToQueueNode) else None
    if rules is None or not rules.ring_during_greeting or announces(m, rules):
        return False
    return rules.hours_id is None or m.plan.is_open(rules.hours_id, m.at)


def announces(m: StepBuilder, rules: QueueRules) -> bool:
    """Whether the caller is still to hear that the call is recorded."""
    recorded = rules.record == "always" and m.call.recording_stopped is None and m.call.not_recorded is None
    return recorded and rules.record_announcement and not m.call.announced


def greet(m: StepBuilder, greeting: str) -> None:
    """While an agent is looked for and rung; the music begins afterwards. The answer cuts it."""
    leg, tenant_id = m.caller, m.call.tenant_id
    m.issue(c.PlaySound(leg=leg, tenant_id=tenant_id, playback_id=place_id(m.call), sounds=(greeting,)))


def stop_waiting_sounds(m: StepBuilder) -> None:
    if tells_place(m.rules) or m.rules.ring_during_greeting:
        m.issue(c.StopTimer(name=timers.PLACE), c.StopSound(leg=m.caller, playback_id=place_id(m.call)))
    m.issue(c.StopMusic(leg=m.caller))
