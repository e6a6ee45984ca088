"""What goes on beside the calls of bench/soak.py: the agents' apps, a webhook, exports."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

from tests.support.wait import wait_until

from bench.capacity_realtime import arrivals, never
from bench.event_latency import heard_by, listeners
from bench.realtime_peers import Hooks, hooks_taken
from bench.rig import Rig

KINDS = ("call.started", "call.answered", "call.ended", "recording.ready")
"""Each of them once for each call."""


class Beside:
    def __init__(self, made: Rig, apps: asyncio.subprocess.Process, hooks: Hooks) -> None:
        self._made = made
        self._apps = apps
        self._hooks = hooks
        self._events = self._never = self._exports = self._rows = 0

    async def listen(self) -> None:
        """Takes what the apps have heard, and forgets it."""
        arrived = arrivals(await heard_by(self._apps))
        self._events += len(arrived)
        self._never += never(arrived, len(self._made.agents))

    async def export(self) -> None:
        """All calls of today, as CSV and as XLSX, one after the other."""
        today = datetime.now(UTC).date().isoformat()
        for form in ("csv", "xlsx"):
            wish = {"kind": "calls", "format": form, "from": today, "to": today}
            begun = await self._made.org.http.post("/v1/exports", json=wish)
            assert begun.status_code == 202, begun.text
            place = f"/v1/exports/{begun.json()['id']}"

            async def done(place: str = place) -> dict[str, Any] | None:
                told: dict[str, Any] = (await self._made.org.http.get(place)).json()
                return None if told["state"] == "running" else told

            told = await wait_until(done, 120)
            assert told is not None and told["state"] == "done", told
            self._exports += 1
            self._rows += told["rows"] or 0

    async def told(self, calls: int) -> dict[str, Any]:
        """All of it, once the last message of a webhook had time to come."""
        await self.listen()
        due = calls * len(KINDS)
        with contextlib.suppress(AssertionError):
            await wait_until(lambda: self._hooks.taken >= due, 60)
        return {
            "apps": len(self._made.agents),
            "events": self._events,
            "events_missing": self._never,
            "webhooks": self._hooks.taken,
            "webhooks_missing": max(0, due - self._hooks.taken),
            "exports": self._exports,
            "exported_rows": self._rows,
        }


@contextlib.asynccontextmanager
async def beside(made: Rig) -> AsyncIterator[Beside]:
    """The server of `made` takes webhooks to private addresses."""
    key = (await made.org.http.get("/v1/realtime")).json()["key"]
    bearers = [http.headers["Authorization"].split()[1] for http in made.agents]
    told = {"port": made.system.settings.http_port, "key": key, "bearers": bearers}
    with hooks_taken() as hooks:
        await made.org.post("/v1/webhooks", {"url": hooks.url, "kinds": list(KINDS)})
        async with listeners(told) as apps:
            yield Beside(made, apps, hooks)
