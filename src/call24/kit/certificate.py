"""Takes a new certificate into use while the server runs: whoever connects from then on is shown it, nobody is cut."""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Awaitable, Callable
from pathlib import Path

log = logging.getLogger(__name__)

LOOK_EVERY_S = 2.0
RENEW_EVERY = 43_200
"""Looks; a day."""


class CertificateWatch:
    """`context` is the one that connections are made with; `told`: called when it has another certificate;
    `renew`: makes a new one where the old one is about to expire."""

    def __init__(
        self,
        files: tuple[Path, Path],
        context: ssl.SSLContext,
        told: Callable[[], Awaitable[object]] | None = None,
        renew: Callable[[], object] | None = None,
    ) -> None:
        self._files, self._context, self._told, self._renew = files, context, told, renew
        self._seen = self._stamp()

    async def run(self) -> None:
        while True:
            for _ in range(RENEW_EVERY):
                await asyncio.sleep(LOOK_EVERY_S)
                await self.look()
            if self._renew is not None:
                await asyncio.to_thread(self._renew)

    async def look(self) -> bool:
        """Whether there was a new one. A certificate and a key that do not fit are being replaced: looked at later."""
        now = self._stamp()
        if now is None or now == self._seen:
            return False
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(*self._files)
            self._context.load_cert_chain(*self._files)
        except (OSError, ssl.SSLError) as error:
            log.warning("the new certificate cannot be used, the old one stays in use: %s", error)
            return False
        self._seen = now
        log.info("a new certificate is in use")
        if self._told is not None:
            await self._told()
        return True

    def _stamp(self) -> tuple[tuple[int, int], ...] | None:
        try:
            return tuple((file.stat().st_mtime_ns, file.stat().st_ino) for file in self._files)
        except OSError:
            return None
