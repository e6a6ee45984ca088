"""How often an organisation has something sent by hand, within a minute. In memory: a restart forgets it."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta

from call24.kit.errors import TooMany
from call24.kit.ids import TenantId

WINDOW = timedelta(minutes=1)


class Rate:
    def __init__(self, most: int) -> None:
        self._most = most
        self._times: dict[TenantId, deque[datetime]] = {}

    def take(self, tenant_id: TenantId, now: datetime) -> None:
        """Raises: TooMany (code too_many_requests), with the seconds until it is possible again."""
        self._times = {who: times for who, times in self._times.items() if now - times[-1] < WINDOW}
        times = self._times.get(tenant_id, deque())
        while times and now - times[0] >= WINDOW:
            times.popleft()
        if len(times) >= self._most:
            wait = int((WINDOW - (now - times[0])).total_seconds()) + 1
            raise TooMany(f"At most {self._most} in a minute", code="too_many_requests", retry_after_s=wait)
        times.append(now)
        self._times[tenant_id] = times
