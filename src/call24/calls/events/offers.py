"""A customer waits, agents and outside numbers are rung."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from call24.agents.candidate import Candidate
from call24.calls.events.base import CallEvent
from call24.calls.model import Fallback, OfferLeg, OfferOutcome, QueueRules, Wait
from call24.kit.ids import ContactId, DeviceId, LegId, OfferId, QueueId, TrunkId, UserId
from call24.queues.model import ToVoicemail
from call24.tenants.skills import SkillNeed


class CallQueued(CallEvent, frozen=True, kw_only=True):
    """The caller waits: in a queue, or (``queue_id`` None) for one of ``wait.agents``.

    ``kept_place``: it had hung up before and has its old place again.
    """

    queue_id: QueueId | None
    queue: QueueRules | None
    wait: Wait
    priority: int = 0
    skills: tuple[SkillNeed, ...] = ()
    sticky: UserId | None = None
    kept_place: bool = False


class QueueLeft(CallEvent, frozen=True, kw_only=True):
    """The customer stops waiting without having talked; ``reason``: max_wait, nobody, full, closed, callback."""

    queue_id: QueueId | None
    reason: str


class CallOffered(CallEvent, frozen=True, kw_only=True):
    """One agent is rung. Of several who are rung at once, the first names all candidates; of a large team those who
    matter, and in ``others`` how many of the others were looked at with which code. ``mobile``: if no phone rings in
    time, the agent's mobile number is dialled."""

    offer_id: OfferId
    agent_id: UserId
    legs: tuple[OfferLeg, ...]
    candidates: tuple[Candidate, ...] = ()
    others: Mapping[str, int] = {}
    mobile: bool = False


class OfferRinging(CallEvent, frozen=True, kw_only=True):
    """The first device of the offered agent says that it rings."""

    offer_id: OfferId
    leg: LegId


class OfferLegLost(CallEvent, frozen=True, kw_only=True):
    """One of several ringing devices is out (not registered, network gone); the others ring on. ``cause``: Q.850; None:
    not kept."""

    offer_id: OfferId
    leg: LegId
    cause: int | None = None


class OfferRungAgain(CallEvent, frozen=True, kw_only=True):
    """A phone of the agent has registered while the offer had none."""

    offer_id: OfferId
    legs: tuple[OfferLeg, ...]


class OfferMobileDialled(CallEvent, frozen=True, kw_only=True):
    """No phone rang in time: the agent's mobile number is rung over a trunk."""

    offer_id: OfferId
    agent_id: UserId
    leg: LegId
    trunk_id: TrunkId
    left: tuple[TrunkId, ...] = ()


class OfferMobileAnswered(CallEvent, frozen=True, kw_only=True):
    """Somebody, or a mailbox, answered and is asked to press the key. ``again``: it had answered before the server was
    restarted."""

    offer_id: OfferId
    agent_id: UserId
    leg: LegId
    again: bool = False


class OfferMobileAccepted(CallEvent, frozen=True, kw_only=True):
    """The key was pressed: the agent has the call."""

    offer_id: OfferId
    agent_id: UserId
    leg: LegId


class OfferMobileDeclined(CallEvent, frozen=True, kw_only=True):
    """The mobile number does not take this call. ``leg`` None: nothing was dialled. ``reason``: no_trunk, max_wait
    (the caller's time in the line was nearly over), no_answer,
    busy, declined, no_such_number, not_allowed, no_line_free, redirected, failed; of one that had answered: no_key,
    other_key, hung_up; or the code of the toll-fraud limit that refused it."""

    offer_id: OfferId
    agent_id: UserId
    leg: LegId | None
    reason: str


class OfferEnded(CallEvent, frozen=True, kw_only=True):
    """An agent who was rung did not get the call. ``outcome``: why; ``by``: the supervisor who ended it."""

    offer_id: OfferId
    agent_id: UserId
    outcome: OfferOutcome
    by: UserId | None = None


class AgentReady(CallEvent, frozen=True, kw_only=True):
    """In a call that an agent began, or a callback: the agent's own phone is up, and now the other end is rung."""

    offer_id: OfferId
    agent_id: UserId
    leg: LegId
    device_id: DeviceId


class OutsideDialled(CallEvent, frozen=True, kw_only=True):
    """An outside number is rung over a trunk. ``purpose``: customer, forward, third (the consult party).

    ``user_id``: for which agent.
    """

    purpose: str
    leg: LegId
    trunk_id: TrunkId
    left: tuple[TrunkId, ...] = ()
    contact_id: ContactId | None = None
    node_id: str | None = None
    user_id: UserId | None = None
    ring_s: int = 30
    if_not: Fallback = ToVoicemail()


class OutsideRinging(CallEvent, frozen=True, kw_only=True):
    """The outside number, or the agent's mobile, rings."""

    leg: LegId


class OutsideFailed(CallEvent, frozen=True, kw_only=True):
    """This trunk did not reach the outside number; the next one may. ``cause``: Q.850."""

    leg: LegId
    cause: int


class CustomerAnswered(CallEvent, frozen=True, kw_only=True):
    """The customer whom an agent rang has answered. CallConnected follows, after the recording announcement where there
    is one."""

    leg: LegId


class CallForwarded(CallEvent, frozen=True, kw_only=True):
    """The outside number took the call; no agent of ours is in it."""

    leg: LegId


class CallbackTried(CallEvent, frozen=True, kw_only=True):
    """An attempt of a callback is over: the customer was not reached, or the agent left before; again at
    ``not_before``."""

    agent_id: UserId
    reached: bool
    not_before: datetime
