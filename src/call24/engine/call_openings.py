"""How calls begin: a customer rings, an agent calls somebody, a callback is promised. Makes events; does nothing."""

from __future__ import annotations

from datetime import datetime

from call24.calls import events as e
from call24.calls import signals as s
from call24.calls.model import Call, CallRules, Direction, QueueRules
from call24.engine.ports import Route
from call24.kit.ids import CallId, ContactId, NumberId, UserId, new_id


def arrived(
    route: Route,
    signal: s.LegArrived,
    contact_id: ContactId | None,
    *,
    reachable: bool = True,
    not_recorded: str | None = None,
) -> e.CallArrived:
    return e.CallArrived(
        call_id=CallId(new_id("call")),
        number_id=route.number_id,
        contact_id=contact_id,
        reachable=reachable,
        leg=signal.leg,
        flow=route.flow,
        rules=route.rules,
        not_recorded=not_recorded,
    )


def placed(
    call_id: CallId,
    agent_id: UserId,
    rules: CallRules,
    *,
    contact_id: ContactId | None = None,
    colleague_id: UserId | None = None,
    number_id: NumberId | None = None,
    queue: QueueRules | None = None,
    not_recorded: str | None = None,
) -> e.CallPlaced:
    return e.CallPlaced(
        call_id=call_id,
        direction=Direction.OUTBOUND if colleague_id is None else Direction.INTERNAL,
        agent_id=agent_id,
        contact_id=contact_id,
        colleague_id=colleague_id,
        number_id=number_id,
        queue=queue,
        rules=rules,
        not_recorded=not_recorded,
    )


def promised(
    call: Call, contact_id: ContactId, queue: QueueRules, since: datetime, not_recorded: str | None = None
) -> e.CallbackPromised:
    """The callback of a caller who is on the line, or has just been."""
    return e.CallbackPromised(
        call_id=CallId(new_id("call")),
        origin_call_id=call.id,
        number_id=call.number_id,
        contact_id=contact_id,
        queue=queue,
        since=since,
        priority=max(call.priority, queue.priority),
        skills=call.skills,
        rules=call.rules,
        not_recorded=not_recorded,
    )
