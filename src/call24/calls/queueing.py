"""A caller joins a line, stands in it and leaves it: a queue's, or one for certain agents.

Where the caller goes then is flow.py's.
"""

from __future__ import annotations

from datetime import timedelta

from call24.calls import commands as c
from call24.calls import events as e
from call24.calls import timers
from call24.calls.model import Fallback, QueueRules, Wait
from call24.calls.queue_announcements import greet, stop_waiting_sounds, tells_place
from call24.calls.step import StepBuilder
from call24.kit.ids import QueueId, UserId
from call24.queues.waiting_call import WaitingCall

FIRST_PLACE_S = 2.0


def announce(m: StepBuilder, queue_id: QueueId | None = None, exits: dict[str, str] | None = None) -> None:
    """Tell the customer that the call is recorded, before anything is: then it joins that queue, or is put through."""
    m.emit(e.RecordingAnnounced(queue_id=queue_id, exits=exits or {}))
    m.play("recorded")


def stand_in(m: StepBuilder, rules: QueueRules, exits: dict[str, str], greeting: str | None) -> None:
    contact_id, queue_id = m.call.contact_id, rules.queue_id
    kept = m.plan.kept_place(contact_id, queue_id, m.at) if contact_id is not None else None
    sticky = m.plan.regular(contact_id, queue_id, m.at) if contact_id is not None else None
    m.emit(
        e.CallQueued(
            queue_id=queue_id,
            queue=rules,
            wait=Wait(since=kept or m.at, ring_s=rules.offer_s, exits=exits),
            priority=max(m.call.priority, rules.priority),
            skills=(*m.call.skills, *rules.skills),
            sticky=sticky,
            kept_place=kept is not None,
        )
    )
    # The desk is told first: it looks for an agent while the music is started.
    m.issue(request(m, sticky=sticky, first=True), c.StartTimer(name=timers.MAX_WAIT, seconds=rules.max_wait_s))
    if greeting is not None:
        greet(m, greeting)  # the place is told after it
        return
    if tells_place(rules):
        m.issue(c.StartTimer(name=timers.PLACE, seconds=FIRST_PLACE_S))
    m.music()


def wait_for(m: StepBuilder, agents: tuple[UserId, ...], ring_s: int, if_not: Fallback) -> None:
    """Ring certain agents, all at once, whoever of them is free."""
    wait = Wait(since=m.at, agents=agents, ring_s=ring_s, if_not=if_not)
    m.emit(e.CallQueued(queue_id=None, queue=None, wait=wait, priority=m.call.priority, skills=m.call.skills))
    m.issue(request(m, first=True), c.StartTimer(name=timers.MAX_WAIT, seconds=ring_s))
    m.music()


def request(m: StepBuilder, *, sticky: UserId | None = None, first: bool = False) -> c.RequestAgent:
    """Stand in line as the call is now."""
    call, wait = m.call, m.call.wait
    direct = wait is not None and bool(wait.agents)
    until = m.at + timedelta(seconds=m.rules.sticky_wait_s) if sticky is not None else None
    waiting = WaitingCall(
        call_id=call.id,
        queue_id=None if direct else call.queue_id,
        agents=wait.agents if wait is not None else (),
        ring_all=direct,
        since=call.queued_at or call.arrived_at,
        priority=call.priority,
        skills=() if direct else call.needs,
        sticky=sticky,
        sticky_until=until,
        not_before=call.not_before,
        tried=call.tried,
        patient=call.callback_waits,
    )
    return c.RequestAgent(call=waiting, first=first)


def left_of_wait(m: StepBuilder) -> timedelta:
    """Of the time that the caller may be in this line."""
    wait = m.call.wait
    if wait is None:
        return timedelta()
    limit = wait.ring_s if wait.agents else m.rules.max_wait_s
    return (m.call.joined_at or wait.since) + timedelta(seconds=limit) - m.at


def leave_line(m: StepBuilder) -> None:
    m.issue(c.StopTimer(name=timers.MAX_WAIT), c.LeaveQueue())
    stop_waiting_sounds(m)
