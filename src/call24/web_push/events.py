"""What is written down in the journal of a pushed offer: why a browser showed it, or did not. By ids alone.

They stand among the lines of the call, change nothing of it, and are deleted with it.
"""

from __future__ import annotations

import msgspec

from call24.kit.ids import OfferId, UserId
from call24.web_push.model import Outcome


class PushEvent(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag=True):
    """Base of this room's events. `agent_id`: who is rung with this offer."""

    agent_id: UserId
    offer_id: OfferId


class OfferPushed(PushEvent, frozen=True, kw_only=True):
    """A notification of the offer is sent to so many `browsers` of the agent."""

    browsers: int


class OfferPushEnded(PushEvent, frozen=True, kw_only=True):
    """What became of that notification at the push service of one of the browsers, and after how many milliseconds."""

    outcome: Outcome
    after_ms: int


AnyPushEvent = OfferPushed | OfferPushEnded
