"""What the server writes and asks, beside calls, on Asterisk's machine: this one, a PBX's own, or none of ours."""

from __future__ import annotations

import asyncio
from pathlib import Path, PurePath, PurePosixPath

from call24.asterisk.scanners import Scanners
from call24.kit.settings import FAR_PROMPTS, Settings
from call24.pbx.client import client_of
from call24.pbx.far_files import FarConsole, FarFolder, File, Folder
from call24.pbx.host_state import HostState
from call24.server.trunks import PushedTrunks


class PbxHost:
    """`is_ours`: whether anything is written there; not with an external Asterisk."""

    def __init__(self, settings: Settings) -> None:
        client = self._client = client_of(settings)
        self._settings = settings
        self._far = FarFolder(client) if client is not None else None
        self._console = FarConsole(client) if client is not None else None
        self.is_ours = settings.own_asterisk or client is not None

    @property
    def configuration(self) -> Folder | None:
        """Of Asterisk. None: it is not ours."""
        own = self._settings.asterisk_var / "etc" if self._settings.own_asterisk else None
        return own if self._far is None else self._far

    @property
    def console(self) -> Path | FarConsole:
        return self._console or self._settings.asterisk_control

    @property
    def banned(self) -> File:
        return self._settings.banned if self._far is None else self._far / "banned"

    @property
    def carriers(self) -> File:
        return self._settings.carriers if self._far is None else self._far / "carriers"

    @property
    def prompts(self) -> PurePath:
        return self._settings.prompts if self._far is None else PurePosixPath(FAR_PROMPTS)

    async def state(self) -> HostState | None:
        """None: there is no PBX on a host of its own. Raises: Unavailable, OSError."""
        return None if self._client is None else await asyncio.to_thread(self._client.state)

    async def connected(self, scanners: Scanners, trunks: PushedTrunks) -> None:
        """It may be another PBX than before, with nothing of what was written."""
        if self._far is not None:
            self._far.pbx_connected()
            scanners.pbx_connected()
            await trunks.tell_names()
