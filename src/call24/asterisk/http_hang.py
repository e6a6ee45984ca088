"""An Asterisk that answers nothing over HTTP although it lives: ended when no call is up, so that its parent starts it.

Its parent leaves it alone, since its own command line answers and calls go on without HTTP. No unauthenticated client
brings that about: its HTTP server listens on this machine alone, phones come through sip_edge, and ARI has sessions of
its own. An answer of any kind, a refusal too, says that it does not hang. What calls are up is asked of Asterisk, not
of us.
"""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

from call24.asterisk.cli import told_by
from call24.asterisk.client import AriClient
from call24.kit.clock import Clock

log = logging.getLogger(__name__)

LOOK_EVERY_S = 15.0
ANSWER_S = 5.0
PATIENCE_S = 180.0
"""For how long nothing is answered before anything is done."""
AGAIN_S = 600.0
"""Until it is ended once more, or said again why it is not."""
AWAY_CONTEXT = "call24-away"
"""Of the dialplan: its callers hear music because Call24 is away, and are told to ring later after a minute."""


class HttpHang:
    """`control`: the socket of Asterisk's own command line."""

    def __init__(self, control: Path, ari: AriClient, clock: Clock) -> None:
        self._control = control
        self._ari = ari
        self._clock = clock
        self._silent_since: float | None = None
        self._next_at = 0.0
        self._said_at = -AGAIN_S

    async def run(self) -> None:
        """For ever."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            await self.look()

    async def look(self) -> None:
        """Once."""
        now = self._clock.now().timestamp()
        if (await self._ari.request("GET", "/asterisk/ping", timeout_s=ANSWER_S)).status:
            self._silent_since = None
            return
        if self._silent_since is None:
            self._silent_since = now
        if now - self._silent_since < PATIENCE_S or now < self._next_at:
            return
        try:
            up = calls_up(await told_by(self._control, "core show channels concise"))
        except OSError:  # it is dead, or hangs whole: that is its parent's business
            return
        silent_s = now - self._silent_since
        if up:
            if now >= self._said_at + AGAIN_S:
                self._said_at = now
                log.error("Asterisk has not answered over HTTP for %d s; it is restarted when there are no calls "
                          "(now: %d channels)", silent_s, up)  # fmt: skip
            return
        self._next_at = now + AGAIN_S
        log.error(
            "Asterisk has not answered over HTTP for %d s and there are no calls: it is stopped and started again",
            silent_s,
        )
        try:
            await told_by(self._control, "core stop now")
        except OSError:
            return


def calls_up(said: str) -> int:
    """Of `core show channels concise`: channels that are answered, without callers who only hear that we are away."""
    rows = (line.split("!") for line in said.splitlines())
    return sum(len(row) > 4 and row[1] != AWAY_CONTEXT and row[4] == "Up" for row in rows)
