"""A call begins and goes through its flow."""

from __future__ import annotations

from datetime import datetime

import msgspec

from call24.calls.events.base import CallEvent
from call24.calls.model import CallRules, Direction, FlowRef, QueueRules
from call24.kit.ids import CallId, ContactId, LegId, NumberId, QueueId, UserId
from call24.tenants.skills import SkillNeed


class CallArrived(CallEvent, frozen=True, kw_only=True):
    """A customer rang ``number_id``. ``reachable``: that one may be called back, as far as the toll-fraud protection
    goes.

    A caller names itself: whoever sends a dear number, or one of ours, is not offered to be rung there.
    ``not_recorded``: why this call is not recorded whatever its queue says: its customer had said no to that before
    (withdrawn, objected), or it cannot be known (unknown).
    """

    call_id: CallId
    number_id: NumberId
    contact_id: ContactId | None
    reachable: bool = True
    leg: LegId
    flow: FlowRef
    rules: CallRules
    not_recorded: str | None = None


class CallPlaced(CallEvent, frozen=True, kw_only=True):
    """An agent calls a customer (``contact_id``; outbound) or a colleague (internal).

    ``number_id``: the number that the customer sees; ``queue``: whose rules hold for wrap-up and recording;
    ``not_recorded``: as CallArrived has it.
    """

    call_id: CallId
    direction: Direction
    agent_id: UserId
    contact_id: ContactId | None = None
    colleague_id: UserId | None = None
    number_id: NumberId | None = None
    queue: QueueRules | None = None
    rules: CallRules
    not_recorded: str | None = None


class CallbackPromised(CallEvent, frozen=True, kw_only=True):
    """A customer is to be called back, in the place that it had: ``since``. ``skills``: as its flow had set them;
    ``not_recorded``: as CallArrived has it."""

    call_id: CallId
    origin_call_id: CallId
    number_id: NumberId | None
    contact_id: ContactId
    queue: QueueRules
    since: datetime
    priority: int = 0
    skills: tuple[SkillNeed, ...] = ()
    rules: CallRules
    not_recorded: str | None = None


class FlowStarted(CallEvent, frozen=True, kw_only=True):
    """Another flow goes on with this call (a transfer, or a queue's way out)."""

    flow: FlowRef


class NodeEntered(CallEvent, frozen=True, kw_only=True):
    """The flow is at this node now. ``kind``: the node's type. ``priority`` and ``skills``: as set on the way here."""

    node_id: str
    kind: str
    priority: int | None = None
    skills: tuple[SkillNeed, ...] = ()


class MenuFailed(CallEvent, frozen=True, kw_only=True):
    """One try is over: ``why`` is timeout or invalid; the menu is said again."""

    node_id: str
    why: str


class MenuAnswered(CallEvent, frozen=True, kw_only=True):
    """The caller is through this menu. ``answer``: the digit, or timeout or invalid after the last try; full: no
    callback can be promised now."""

    node_id: str
    answer: str


class TaskRequested(CallEvent, frozen=True, kw_only=True):
    """The caller leaves a task: once the call has ended, it is in this queue."""

    node_id: str
    queue_id: QueueId


class RecordingAnnounced(CallEvent, frozen=True, kw_only=True):
    """The customer is told that the call is recorded. ``queue_id``: which queue it joins afterwards."""

    queue_id: QueueId | None = None
    exits: dict[str, str] = msgspec.field(default_factory=dict)


class CallClosing(CallEvent, frozen=True, kw_only=True):
    """One last prompt, then the end. ``reason``: flow, callback, or why the queue was left (max_wait, full ...)."""

    reason: str


class CallbackAccepted(CallEvent, frozen=True, kw_only=True):
    """The caller prefers to be called back."""

    queue_id: QueueId
