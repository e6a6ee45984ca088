"""What this room holds of persons: what is on its way between two processes, for minutes."""

from __future__ import annotations

from call24.data_map import KeptById, Trace
from call24.kit.holdings import Holdings
from call24.realtime.cluster.model import Message

HOLDS = Holdings(
    room="realtime",
    traces=(Trace(struct=Message, erase=KeptById("two minutes"), untold="on its way between two processes"),),
)
