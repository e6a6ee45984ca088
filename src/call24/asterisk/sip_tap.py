"""Asterisk's own copy of each SIP message, sent to a port of this machine while somebody asked for it.

Two modules do it, and neither is loaded otherwise: what is off costs nothing and holds nothing. Whose messages they are
is not decided here: Asterisk sends those of every call.
Source: Asterisk 22, res_hep.c and res_hep_pjsip.c (hep.conf), ARI `/asterisk/modules`; `res_hep_pjsip` needs `res_hep`.
"""

from __future__ import annotations

import contextlib
import logging
import os
from pathlib import Path

from call24.asterisk.client import AriClient

log = logging.getLogger(__name__)

FILE = "hep.conf"
MODULES = ("res_hep", "res_hep_pjsip")
_LOADED_ALREADY = 409


class SipTap:
    """`folder`: of Asterisk's configuration; None: it is not ours, and has no tap."""

    def __init__(self, ari: AriClient, folder: Path | None) -> None:
        self._ari = ari
        self._file = folder / FILE if folder is not None else None

    @property
    def there(self) -> bool:
        return self._file is not None

    async def on(self, port: int, password: str) -> bool:
        """Whether Asterisk sends from now on. Doing it again, as after its restart, is harmless."""
        assert self._file is not None
        _write(
            self._file,
            f"[general]\nenabled=yes\ncapture_address=127.0.0.1:{port}\ncapture_password={password}\n"
            "capture_id=24\nuuid_type=call-id\n",
        )
        for module in MODULES:
            reply = await self._ari.request("POST", f"/asterisk/modules/{module}.so")
            if not reply.ok and not (reply.status == _LOADED_ALREADY and await self._is_loaded(module)):
                log.warning("Asterisk did not load %s: %s", module, reply.body)
                return False
        return True

    async def off(self) -> bool:
        """Whether Asterisk sends nothing any more, as far as it is there."""
        if self._file is None:
            return True
        for module in reversed(MODULES):
            reply = await self._ari.request("DELETE", f"/asterisk/modules/{module}.so")
            if not (reply.ok or reply.gone) and await self._is_loaded(module):
                log.warning("Asterisk did not unload %s: %s", module, reply.body)
                return False
        with contextlib.suppress(FileNotFoundError):
            self._file.unlink()
        return True

    async def off_if_found(self) -> bool:
        """After a connect: a server that was killed left it on. One question where it did not."""
        if self._file is None or not (self._file.exists() or await self._is_loaded(MODULES[0])):
            return True
        return await self.off()

    async def _is_loaded(self, module: str) -> bool:
        """Where Asterisk does not answer, it is not known: then it is taken to be."""
        reply = await self._ari.request("GET", f"/asterisk/modules/{module}.so")
        return reply.ok or reply.away


def _write(file: Path, text: str) -> None:
    """Never readable to others, not for a moment: it has the capture's password."""
    fresh = file.with_suffix(".fresh")
    with contextlib.suppress(FileNotFoundError):
        fresh.unlink()
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(text)
    fresh.replace(file)
