"""Spans that wait to be sent: bounded, with a share for each organisation, and none for long. It sends nothing."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Sequence
from typing import Literal

from call24.kit.ids import TenantId
from call24.tracing.model import Span

Dropped = Literal["full", "late", "refused", "not_allowed"]
"""Why a span is not sent: no room; the collector was not reached in time; it did not want it; its organisation's data
may not go there."""


class WaitingSpans:
    """`most`: spans in all, `each`: of one organisation, and of who is of none; `longest_s`: then they are dropped.

    `now`: seconds of a clock that never goes back; `dropped`: is told of each that goes without being sent.
    """

    def __init__(
        self,
        most: int,
        each: int,
        longest_s: float,
        now: Callable[[], float],
        dropped: Callable[[Dropped, int], None],
    ) -> None:
        self._most, self._each, self._longest_s = most, each, longest_s
        self._now = now
        self._dropped = dropped
        self._spans: deque[tuple[float, Span]] = deque()
        self._of = Counter[TenantId | None]()

    def __len__(self) -> int:
        return len(self._spans)

    def add(self, spans: Sequence[Span]) -> None:
        """All of them or none: a trace without its root is of no use."""
        for_whom = spans[0].tenant_id
        if len(self._spans) + len(spans) > self._most or self._of[for_whom] + len(spans) > self._each:
            self._dropped("full", len(spans))
            return
        at = self._now()
        self._spans.extend((at, span) for span in spans)
        self._of[for_whom] += len(spans)

    def take(self, most: int) -> list[tuple[float, Span]]:
        """The oldest, each with when it was added."""
        self.drop_late()
        taken = [self._spans.popleft() for _ in range(min(most, len(self._spans)))]
        self._of.subtract(span.tenant_id for _, span in taken)
        self._tidy()
        return taken

    def is_late(self, added: float) -> bool:
        return self._now() - added > self._longest_s

    def drop_late(self) -> None:
        late = 0
        while self._spans and self.is_late(self._spans[0][0]):
            self._of[self._spans.popleft()[1].tenant_id] -= 1
            late += 1
        if late:
            self._tidy()
            self._dropped("late", late)

    def forget(self, tenant_id: TenantId) -> None:
        self._spans = deque(one for one in self._spans if one[1].tenant_id != tenant_id)
        del self._of[tenant_id]

    def _tidy(self) -> None:
        self._of = +self._of  # none that has nothing there
