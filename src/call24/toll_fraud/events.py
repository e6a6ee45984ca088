"""What the toll-fraud protection writes down: ids and reasons alone, never a number."""

from __future__ import annotations

import msgspec

from call24.kit.ids import UserId
from call24.toll_fraud.model import FreezeReason


class TollFraudEvent(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag=True):
    """Base of the toll-fraud protection's events; `agent_id` None: the whole organisation."""

    agent_id: UserId | None


class OutboundFrozen(TollFraudEvent, frozen=True, kw_only=True):
    """The toll-fraud protection refuses outgoing calls from now on. ``agent_id`` None: of the whole organisation."""

    reason: FreezeReason


class OutboundUnfrozen(TollFraudEvent, frozen=True, kw_only=True):
    """Outgoing calls are possible again. ``by``: who allowed them."""

    by: UserId
