"""How often a call has been forwarded from organisation to organisation of this installation, so that none goes round.

Two organisations that forward to each other would call each other until something runs out. Carriers pass on no header
that could count for us, but both ends are here: a call that comes in with the very numbers with which one was just sent
out is that call. Kept in memory and bounded; after a restart a chain counts from the beginning.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from datetime import datetime, timedelta

from call24.kit.ids import CallId

MOST_FORWARDS = 3
"""A call that was forwarded so often is forwarded no further."""
WITHIN = timedelta(seconds=60)
"""So long after it was sent out a call may come in again as the same one: a trunk may try its hosts in turn."""
KEPT = 10_000
SAME_DIGITS = 9
"""Of the end of a number: carriers write the beginning as they like."""

Key = tuple[str, str]


class ForwardChains:
    def __init__(self) -> None:
        self._sent: OrderedDict[Key, tuple[int, datetime]] = OrderedDict()
        self._forwards: OrderedDict[CallId, int] = OrderedDict()

    def arrived(self, call_id: CallId, dialled: str, caller: str, at: datetime) -> None:
        forwards, sent_at = self._sent.get(_key(dialled, caller), (0, at))
        if forwards and abs(at - sent_at) <= WITHIN:
            self._forwards[call_id] = forwards
            _bounded(self._forwards)

    def may_forward(self, call_id: CallId) -> bool:
        return self._forwards.get(call_id, 0) < MOST_FORWARDS

    def forwards(self, call_id: CallId, number: str, shown: str, at: datetime) -> None:
        """It is sent out to ``number``, which sees ``shown``."""
        key = _key(number, shown)
        self._sent.pop(key, None)
        self._sent[key] = self._forwards.get(call_id, 0) + 1, at
        _bounded(self._sent)


def _key(number: str, shown: str) -> Key:
    return re.sub(r"\D", "", number)[-SAME_DIGITS:], re.sub(r"\D", "", shown)[-SAME_DIGITS:]


def _bounded(kept: OrderedDict[CallId, int] | OrderedDict[Key, tuple[int, datetime]]) -> None:
    if len(kept) > KEPT:
        kept.popitem(last=False)
