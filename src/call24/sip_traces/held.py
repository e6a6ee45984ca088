"""Messages of dialogs whose call is not known yet: raw, for two seconds at most, and not many.

Only an INVITE that comes in is seen before its call is known, by milliseconds. What does not begin with one (a
registration, a scanner's OPTIONS) is never here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from call24.sip_traces.model import Address
from call24.sip_traces.sip_messages import SipMessage

HELD_S = 2.0
HELD_MAX, HELD_BYTES_MAX, HELD_EACH = 1000, 4 * 1024 * 1024, 40


class HeldMessage(NamedTuple):
    """`came`: by the loop's clock."""

    came: float
    at: float
    source: Address
    target: Address
    message: SipMessage


class Held:
    def __init__(self) -> None:
        self._by_call_id: dict[str, list[HeldMessage]] = {}
        self._count = self._bytes = 0

    def __len__(self) -> int:
        return self._count

    def put(self, one: HeldMessage) -> bool:
        """Whether it is held; the oldest dialog makes room, and what is too old goes before it."""
        self.drop_old(one.came)
        call_id, message = one.message.call_id, one.message
        known = self._by_call_id.get(call_id)
        if known is None and not (message.status is None and message.method == "INVITE" and not message.to_tag):
            return False
        if known is not None and len(known) >= HELD_EACH:
            return False
        self._by_call_id.setdefault(call_id, []).append(one)
        self._count += 1
        self._bytes += message.size
        while self._count > HELD_MAX or self._bytes > HELD_BYTES_MAX:
            self.take(next(iter(self._by_call_id)))
        return True

    def take(self, call_id: str) -> Sequence[HeldMessage]:
        found = self._by_call_id.pop(call_id, [])
        self._count -= len(found)
        self._bytes -= sum(one.message.size for one in found)
        return found

    def drop_old(self, now: float) -> None:
        """Those whose dialog began two seconds ago."""
        while self._by_call_id:
            oldest = next(iter(self._by_call_id))
            if self._by_call_id[oldest][0].came > now - HELD_S:
                return
            self.take(oldest)

    def clear(self) -> None:
        self._by_call_id.clear()
        self._count = self._bytes = 0
