"""Asterisk's own copy of each SIP message, sent to a port of its machine while somebody asked for it.

Two modules do it, and neither is loaded otherwise: what is off costs nothing and holds nothing. Whose messages they are
is not decided here: Asterisk sends those of every call.
Source: Asterisk 22, res_hep.c and res_hep_pjsip.c (hep.conf), ARI `/asterisk/modules`; `res_hep_pjsip` needs `res_hep`.
"""

from __future__ import annotations

import contextlib
import logging
import os
from pathlib import Path

from call24.asterisk.client import AriClient, AriReply
from call24.kit.errors import Unavailable
from call24.pbx.far_files import FarFile, Folder

log = logging.getLogger(__name__)

FILE = "hep.conf"
MODULES = ("res_hep", "res_hep_pjsip")
_LOADED_ALREADY = 409


class SipTap:
    """`folder`: of Asterisk's configuration, here or on a PBX's own host; None: it is not ours, and has no tap."""

    def __init__(self, ari: AriClient, folder: Folder | None) -> None:
        self._ari = ari
        self._file = folder / FILE if folder is not None else None
        self._trouble = ""
        self.away = False
        """Whether `on` or `off` did not succeed because Asterisk does not answer."""

    @property
    def there(self) -> bool:
        return self._file is not None

    async def on(self, port: int, password: str) -> bool:
        """Whether Asterisk sends from now on. Doing it again, as after its restart, is harmless. Raises: nothing."""
        assert self._file is not None
        text = (
            f"[general]\nenabled=yes\ncapture_address=127.0.0.1:{port}\ncapture_password={password}\n"
            "capture_id=24\nuuid_type=call-id\n"
        )
        try:
            if isinstance(self._file, FarFile):
                await self._file.write(text)
            else:
                _write(self._file, text)
        except (OSError, Unavailable) as trouble:
            return self._failed(f"{self._file} cannot be written: {trouble}", isinstance(trouble, Unavailable))
        for module in MODULES:
            reply = await self._ask("POST", module)
            if not reply.ok and not (reply.status == _LOADED_ALREADY and await self._is_loaded(module)):
                return self._failed(f"Asterisk did not load {module}: {reply.body}", reply.away)
        return self._succeeded()

    async def off(self) -> bool:
        """Whether Asterisk sends nothing any more, and nothing is left of it. Raises: nothing."""
        if self._file is None:
            return True
        for module in reversed(MODULES):
            reply = await self._ask("DELETE", module)
            if reply.away or (not (reply.ok or reply.gone) and await self._is_loaded(module)):
                return self._failed(f"Asterisk did not unload {module}: {reply.body}", reply.away)
        try:
            if isinstance(self._file, FarFile):
                await self._file.delete()
            else:
                self._file.unlink(missing_ok=True)
        except (OSError, Unavailable) as trouble:
            return self._failed(f"{self._file} cannot be deleted: {trouble}", isinstance(trouble, Unavailable))
        return self._succeeded()

    async def off_if_found(self) -> bool:
        """After a connect: a server that was killed left it on. One question where it did not. Raises: nothing."""
        if self._file is None or not (await self._is_written() or await self._is_loaded(MODULES[0])):
            return True
        return await self.off()

    async def _is_written(self) -> bool:
        """Where the PBX's host does not answer, it is not known: then it is taken to be."""
        if not isinstance(self._file, FarFile):
            return self._file is not None and _is_there(self._file)
        try:
            return await self._file.read() is not None
        except (OSError, Unavailable):
            return True

    async def _is_loaded(self, module: str) -> bool:
        """Where Asterisk does not answer, it is not known: then it is taken to be."""
        reply = await self._ask("GET", module)
        return reply.ok or reply.away

    async def _ask(self, method: str, module: str) -> AriReply:
        return await self._ari.request(method, f"/asterisk/modules/{module}.so")

    def _failed(self, trouble: str, away: bool) -> bool:
        """Said once, however often it is tried; that Asterisk is away, others say."""
        self.away = away
        if not self.away and trouble != self._trouble:
            log.warning("SIP trace: %s", trouble)
            self._trouble = trouble
        return False

    def _succeeded(self) -> bool:
        self._trouble, self.away = "", False
        return True


def _is_there(file: Path) -> bool:
    """Whatever it is."""
    return os.path.lexists(file)


def _write(file: Path, text: str) -> None:
    """Never readable to others, not for a moment: it has the capture's password."""
    fresh = file.with_suffix(".fresh")
    fresh.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(text)
        fresh.replace(file)
    except OSError:
        with contextlib.suppress(OSError):
            fresh.unlink()
        raise
