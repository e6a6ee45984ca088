"""What can happen to an agent session. Only the tenant's desk (engine/) puts signals to one."""

from __future__ import annotations

from datetime import datetime

import msgspec

from call24.agents.model import AgentState, DispositionMode
from call24.kit.ids import CallId, DispositionId, OfferId, QueueId, UserId


class AgentSignal(msgspec.Struct, frozen=True, kw_only=True):
    at: datetime


class AvailableWished(AgentSignal, frozen=True, kw_only=True):
    pass


class PauseWished(AgentSignal, frozen=True, kw_only=True):
    """``reason``: a PauseReasonId or a built-in code. ``limit_s``: how long the pause may last; None: for ever."""

    reason: str
    limit_s: int | None = None


class OfflineWished(AgentSignal, frozen=True, kw_only=True):
    pass


class OfferMade(AgentSignal, frozen=True, kw_only=True):
    """``direct``: by a colleague, who may ring also whom a pause keeps from queues' calls."""

    call_id: CallId
    offer_id: OfferId
    direct: bool = False


class CallTaken(AgentSignal, frozen=True, kw_only=True):
    """The agent answered an offer; after a restart also: was found on this call."""

    call_id: CallId
    offer_id: OfferId


class OwnCallStarted(AgentSignal, frozen=True, kw_only=True):
    """The agent itself goes on a call that was not offered: dials out, rings a colleague, takes a call over.

    It ends with ``OfferOver`` for the same ``offer_id``, whatever its outcome.
    """

    call_id: CallId
    offer_id: OfferId


class OfferOver(AgentSignal, frozen=True, kw_only=True):
    """``outcome``: how the offer or the conversation ended (calls.OfferOutcome).

    ``wrap_up_s``, ``disposition`` (what the queue asks for) and ``queue_id`` (which queue that is) count only after
    talking; ``pause_after``: this many unanswered offers in a row pause the agent, 0: never.
    """

    offer_id: OfferId
    outcome: str
    wrap_up_s: float = 0
    disposition: DispositionMode = "off"
    pause_after: int = 0
    queue_id: QueueId | None = None


class WrapUpTimeUp(AgentSignal, frozen=True, kw_only=True):
    """``until``: which wrap-up; a call that came back to the agent has two."""

    call_id: CallId
    until: datetime | None = None


class DispositionGiven(AgentSignal, frozen=True, kw_only=True):
    """What the call in hand came to. Given again, it corrects the earlier one."""

    call_id: CallId
    disposition_id: DispositionId


class PauseLimitReached(AgentSignal, frozen=True, kw_only=True):
    """``limit_at``: which pause, if the agent has had several for the same reason."""

    reason: str
    limit_at: datetime | None = None


class Vanished(AgentSignal, frozen=True, kw_only=True):
    """Neither an app nor a phone of the agent has been heard of for a while."""


class Returned(AgentSignal, frozen=True, kw_only=True):
    """One of them is back."""


class PhoneAwaited(AgentSignal, frozen=True, kw_only=True):
    """Asterisk has just started and knows no phone yet: calls wait for the agent's until then."""

    until: datetime


class PhoneReady(AgentSignal, frozen=True, kw_only=True):
    """A phone of the agent is registered."""


class PhoneMissing(AgentSignal, frozen=True, kw_only=True):
    """No phone of the agent has registered in the time that calls wait for one."""


class Corrected(AgentSignal, frozen=True, kw_only=True):
    """A supervisor says what the agent is: offline, available or paused. ``reason``: why, a code."""

    by: UserId
    state: AgentState
    reason: str
