"""A customer arrives and goes through the flow: prompts, menus, messages, the way into a queue and out of it.

Functions of a StepBuilder and a signal; machine.py says which is called when, and none is called in any other state.
"""

from __future__ import annotations

from datetime import timedelta
from typing import assert_never

from call24.calls import commands as c
from call24.calls import events as e
from call24.calls import signals as s
from call24.calls import timers
from call24.calls.dialling import dial, failed
from call24.calls.ending import promise_callback
from call24.calls.model import Fallback, FlowRef, QueueRules, ToAgent, ToNode
from call24.calls.queue_announcements import announces, greets_meanwhile
from call24.calls.queueing import announce, leave_line, left_of_wait, stand_in, wait_for
from call24.calls.step import MOST_HOPS, StepBuilder, prompt_id
from call24.calls.timers import dial_timer, menu_timer
from call24.calls.voicemail import close, voicemail
from call24.calls.withdrawal import key, stop
from call24.flows.graph import ways
from call24.flows.model import (
    ActingNode,
    Announce,
    Forward,
    HangUp,
    LeaveTask,
    Menu,
    OfferCallback,
    Ring,
    ToQueueNode,
    Voicemail,
    WithdrawConsent,
)
from call24.flows.rules import FailedTry, after_failed_try, walk
from call24.kit.ids import ContactId, QueueId, UserId
from call24.queues.model import ToFlow, ToHangUp, ToQueue, ToVoicemail

RECALL_S = 30
OFFER_PROMPT_S = 5

# --- the flow ---


def arrive(m: StepBuilder, signal: s.CallerArrived) -> None:
    take_customer(m)
    ref = m.call.flow
    flow = m.plan.flow(ref) if ref is not None else None
    if flow is None:
        voicemail(m, "no_flow")
    else:
        enter(m, flow.start)
    m.desk_first()


def take_customer(m: StepBuilder) -> None:
    """Answered first: the caller waits for that. Whose leg it is stands in the journal, and then on the leg too."""
    m.issue(c.AnswerLeg(leg=m.caller), c.TakeLeg(leg=m.caller, call_id=m.call.id, tenant_id=m.call.tenant_id))


def enter(m: StepBuilder, node_id: str, greeting: str | None = None) -> None:
    """Go to a node, and do what it says. ``greeting``: what is to be heard in the queue that it is."""
    flow = m.plan.flow(m.call.flow) if m.call.flow is not None else None
    if flow is None or _hops_used_up(m):
        voicemail(m, "no_flow")
        return
    step = walk(flow, node_id, lambda hours_id: m.plan.is_open(hours_id, m.at))
    kind = str(type(step.node).__struct_config__.tag)
    m.emit(e.NodeEntered(node_id=step.node_id, kind=kind, priority=step.priority, skills=step.skills))
    _act(m, step.node_id, step.node, greeting)


def _act(m: StepBuilder, node_id: str, node: ActingNode, greeting: str | None = None) -> None:
    match node:
        case Announce(prompt=prompt, next=following) if greets_meanwhile(m, following):
            enter(m, following, prompt)
        case OfferCallback(queue_id=queue_id) if m.call.may_be_called_back and not m.may_promise(m.call, queue_id):
            _decline_callback(m, node, "full")
        case WithdrawConsent(prompt=prompt):
            stop(m, "flow")
            m.play(prompt)
        case LeaveTask(queue_id=queue_id, prompt=prompt):
            m.emit(e.TaskRequested(node_id=node_id, queue_id=queue_id))
            m.play(prompt)
        case Announce() | Menu() | OfferCallback():
            m.play(node.prompt)
        case ToQueueNode(queue_id=queue_id, exits=exits):
            join_queue(m, queue_id, {str(reason): to for reason, to in exits.items()}, greeting)
        case Ring(agents=agents, ring_s=ring_s, no_answer=no_answer):
            wait_for(m, agents, ring_s, ToNode(node_id=no_answer))
        case Voicemail(prompt=prompt):
            voicemail(m, "flow", prompt)
        case Forward(ring_s=ring_s, failed=failed):
            forward(m, ring_s, ToNode(node_id=failed), node_id=node_id)
        case HangUp(prompt=prompt):
            close(m, "flow", prompt)
        case _:
            assert_never(node)


def _hops_used_up(m: StepBuilder) -> bool:
    """A circle within one step (queues that are closed), or over several (nobody there, full, no sound to be heard)."""
    m.hops += 1
    return m.hops > MOST_HOPS or m.call.hasty > MOST_HOPS


def node_of(m: StepBuilder) -> ActingNode | None:
    """The acting node where the call is now."""
    flow = m.plan.flow(m.call.flow) if m.call.flow is not None else None
    node = flow.nodes.get(m.call.node_id or "") if flow is not None else None
    return node if isinstance(node, ActingNode) else None


def said(m: StepBuilder, signal: s.SoundEnded) -> None:
    if m.call.joining is not None:
        join_queue(m, m.call.joining.queue_id, m.call.joining.exits)
        return
    match node_of(m):
        case Announce(next=following) | WithdrawConsent(next=following) | LeaveTask(next=following):
            enter(m, following)
        case Menu(timeout_s=timeout_s):
            m.issue(c.StartTimer(name=menu_timer(m.call), seconds=timeout_s))
        case OfferCallback():
            m.issue(c.StartTimer(name=menu_timer(m.call), seconds=OFFER_PROMPT_S))
        case _:
            voicemail(m, "no_flow")


def digit(m: StepBuilder, signal: s.DigitPressed) -> None:
    """A caller who knows the menu need not hear it to its end. A menu's own keys come before the one that stops the
    recording: the caller was told of them last."""
    node = node_of(m) if m.call.joining is None else None
    asked = isinstance(node, Menu) and signal.digit in node.choices
    asked = asked or (isinstance(node, OfferCallback) and signal.digit == node.digit)
    if not asked and key(m, signal):
        return
    match node:
        case Menu() as menu:
            _quiet(m)
            if (chosen := menu.choices.get(signal.digit)) is not None:
                m.emit(e.MenuAnswered(node_id=_here(m), answer=signal.digit))
                enter(m, chosen)
            else:
                _failed_try(m, menu, "invalid")
        case OfferCallback() as offer:
            _quiet(m)
            if signal.digit == offer.digit and _can_be_promised(m, offer.queue_id):
                accept_callback(m, offer.queue_id)
            elif signal.digit == offer.digit:
                _decline_callback(m, offer, "invalid")
            else:
                _decline_callback(m, offer, signal.digit)


def menu_timed_out(m: StepBuilder, signal: s.TimerFired) -> None:
    match node_of(m):
        case Menu() as menu:
            _failed_try(m, menu, "timeout")
        case OfferCallback() as offer:
            _decline_callback(m, offer, "timeout")
        case _:
            voicemail(m, "no_flow")


def _quiet(m: StepBuilder) -> None:
    m.issue(
        c.StopSound(leg=m.caller, playback_id=prompt_id(m.call)),
        c.StopTimer(name=menu_timer(m.call)),
    )


def _here(m: StepBuilder) -> str:
    return m.call.node_id or ""


def _failed_try(m: StepBuilder, menu: Menu, why: FailedTry) -> None:
    if (way := after_failed_try(menu, why, m.call.tries)) is not None:
        m.emit(e.MenuAnswered(node_id=_here(m), answer=why))
        enter(m, ways(menu)[way])
        return
    m.emit(e.MenuFailed(node_id=_here(m), why=why))
    before = (menu.invalid_prompt,) if why == "invalid" and menu.invalid_prompt else ()
    m.play(*before, menu.prompt)


def _decline_callback(m: StepBuilder, offer: OfferCallback, answer: str) -> None:
    m.emit(e.MenuAnswered(node_id=_here(m), answer=answer))
    enter(m, offer.declined)


# --- into a queue, or to certain agents ---


def join_queue(
    m: StepBuilder, queue_id: QueueId, exits: dict[str, str] | None = None, greeting: str | None = None
) -> None:
    """Announce the recording first where the queue wants it; not join at all while it is closed."""
    exits = exits or {}
    rules = m.plan.queue(queue_id)
    if rules is None or _hops_used_up(m):
        voicemail(m, "no_queue")
    elif rules.hours_id is not None and not m.plan.is_open(rules.hours_id, m.at):
        leave_by(m, rules, exits, "closed")
    elif announces(m, rules):
        announce(m, queue_id, exits)
    else:
        stand_in(m, rules, exits, greeting)


# --- while it waits ---


def digit_while_waiting(m: StepBuilder, signal: s.DigitPressed) -> None:
    if key(m, signal):
        return
    wait = m.call.wait
    queue_id = m.call.queue_id
    if queue_id is None or wait is None or wait.agents or signal.digit != "1":
        return
    if m.rules.callback and _can_be_promised(m, queue_id):
        leave_line(m)
        m.emit(e.QueueLeft(queue_id=queue_id, reason="callback"))
        accept_callback(m, queue_id)


def _can_be_promised(m: StepBuilder, queue_id: QueueId) -> bool:
    """A queue that was deleted since the flow was published calls nobody back, and one with many to call no more."""
    may = m.call.may_be_called_back and m.may_promise(m.call, queue_id)
    return may and m.plan.queue(queue_id) is not None


def accept_callback(m: StepBuilder, queue_id: QueueId) -> None:
    m.emit(e.CallbackAccepted(queue_id=queue_id))
    promise_callback(m)
    close(m, "callback", "callback-promised")


# --- out of it without an answer ---


def max_wait_reached(m: StepBuilder, signal: s.TimerFired) -> None:
    """Unless it is the timer of the line before this one, told late."""
    left = left_of_wait(m)
    if left > timedelta():
        m.issue(c.StartTimer(name=timers.MAX_WAIT, seconds=left.total_seconds()))
    else:
        give_up(m, "max_wait")


def nobody_there(m: StepBuilder, signal: s.NobodyThere) -> None:
    give_up(m, "nobody")


def queue_full(m: StepBuilder, signal: s.QueueFull) -> None:
    give_up(m, "full")


def give_up(m: StepBuilder, reason: str) -> None:
    """Out of the line, and on as the flow or the queue says for this reason.

    A callback has nobody on the line who could: it waits until it expires.
    """
    wait = m.call.wait
    if m.call.caller_leg is None:
        return
    direct = wait is not None and bool(wait.agents)
    leave_line(m)
    m.emit(e.QueueLeft(queue_id=None if direct else m.call.queue_id, reason=reason))
    if wait is None or direct:
        go(m, wait.if_not if wait is not None else ToVoicemail(), reason)
    else:
        leave_by(m, m.rules, wait.exits, reason)


def leave_by(m: StepBuilder, rules: QueueRules, exits: dict[str, str], reason: str) -> None:
    if (node_id := exits.get(reason)) is not None:
        go(m, ToNode(node_id=node_id), reason)
    else:
        go(m, getattr(rules.exits, reason), reason)


def go(m: StepBuilder, way: Fallback, reason: str) -> None:
    match way:
        case ToVoicemail(prompt=prompt):
            voicemail(m, reason, prompt)
        case ToHangUp(prompt=prompt):
            close(m, reason, prompt)
        case ToQueue(queue_id=queue_id):
            join_queue(m, queue_id)
        case ToFlow(flow_id=flow_id):
            start_flow(m, m.plan.published(flow_id))
        case ToNode(node_id=node_id):
            enter(m, node_id)
        case ToAgent(agent_id=agent_id, queue_id=queue_id):
            after = ToQueue(queue_id=queue_id) if queue_id is not None else ToVoicemail()
            wait_for(m, (agent_id,), RECALL_S, after)
        case _:
            assert_never(way)


def start_flow(m: StepBuilder, ref: FlowRef | None) -> None:
    flow = m.plan.flow(ref) if ref is not None else None
    if ref is None or flow is None:
        voicemail(m, "no_flow")
        return
    m.emit(e.FlowStarted(flow=ref))
    enter(m, flow.start)


# --- to an outside number, with no agent of ours ---


def forward(
    m: StepBuilder,
    ring_s: int,
    if_not: Fallback,
    *,
    node_id: str | None = None,
    contact_id: ContactId | None = None,
    user_id: UserId | None = None,
) -> None:
    if not dial(m, "forward", ring_s, if_not, node_id=node_id, contact_id=contact_id, user_id=user_id):
        go(m, if_not, "no_trunk")
        return
    m.music()


def forwarded(m: StepBuilder, signal: s.LegAnswered) -> None:
    m.emit(e.CallForwarded(leg=signal.leg))
    m.issue(c.StopTimer(name=dial_timer(signal.leg)), c.StopMusic(leg=m.caller))
    m.together(m.caller, signal.leg)


def forward_failed(m: StepBuilder, signal: s.LegEnded) -> None:
    assert m.call.dial is not None, "the kind exists only while a number is rung"
    tried = m.call.dial
    failed(m, "forward", tried, signal.cause, lambda m, cause: _forwarded_in_vain(m, tried.if_not))


def _forwarded_in_vain(m: StepBuilder, way: Fallback) -> None:
    m.issue(c.StopMusic(leg=m.caller))
    go(m, way, "not_reached")
