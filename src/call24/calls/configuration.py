"""What a call's decisions need to know of the organisation's settings: answered from memory, without waiting.

The port that advance() is given; server/ fills it from the rooms that keep the settings, tests with plain values.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from call24.calls.model import FlowRef, QueueRules
from call24.flows.model import FlowVersion
from call24.kit.ids import ContactId, FlowId, HoursId, QueueId, TrunkId, UserId


class Plan(Protocol):
    """One organisation's."""

    def flow(self, ref: FlowRef) -> FlowVersion | None:
        """The version that a call began with, whatever was published since."""
        ...

    def published(self, flow_id: FlowId) -> FlowRef | None: ...

    def queue(self, queue_id: QueueId) -> QueueRules | None: ...

    def is_open(self, hours_id: HoursId, at: datetime) -> bool: ...

    def next_open(self, hours_id: HoursId, at: datetime) -> datetime | None:
        """``at`` itself while it is open; None: never again."""
        ...

    def not_recorded(self, contact_ids: Collection[ContactId]) -> str | None:
        """Why calls with these are not recorded, as one of them said: withdrawn, objected, unknown; None: they are."""
        ...

    def objects_to_monitoring(self, agent_id: UserId) -> bool: ...

    def trunks(self) -> tuple[TrunkId, ...]:
        """Those that can dial out, in the order in which they are tried."""
        ...

    def regular(self, contact_id: ContactId, queue_id: QueueId, at: datetime) -> UserId | None:
        """The agent whom this caller talked to last, where the queue wants it to get the same one again."""
        ...

    def kept_place(self, contact_id: ContactId, queue_id: QueueId, at: datetime) -> datetime | None:
        """Since when a caller had waited who hung up and is here again in time."""
        ...
