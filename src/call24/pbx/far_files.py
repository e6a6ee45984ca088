"""Small files that Asterisk, or the packet filter, reads: on this machine, or on a PBX's own host by its keeper.

What they say is known by who writes them (asterisk/). What they may be there: host_files.py.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable
from pathlib import Path

from call24.pbx.client import HostClient
from call24.pbx.whole_files import replace


class FarFile:
    """On the PBX's host. What it holds is remembered until `forget`, since some are compared often."""

    def __init__(self, client: HostClient, name: str) -> None:
        self._client, self._path = client, f"/v1/files/{name}"
        self._known: str | None = None

    def __str__(self) -> str:
        return f"{self._path.rpartition('/')[2]} on the PBX's host"

    @property
    def ahead_s(self) -> int:
        """By how many seconds that host's clock is ahead of this one's, as last told."""
        return round(self._client.ahead_s)

    def forget(self) -> None:
        self._known = None

    async def read(self) -> str | None:
        """None: there is none. Raises: HostAway, OSError."""
        if self._known is None:
            with contextlib.suppress(FileNotFoundError):
                self._known = (await asyncio.to_thread(self._client.ask, "GET", self._path)).body.decode()
        return self._known

    async def write(self, text: str) -> None:
        """Raises: HostAway, OSError."""
        self._known = None
        await asyncio.to_thread(self._client.ask, "PUT", self._path, text.encode())
        self._known = text

    async def delete(self) -> None:
        """Raises: HostAway, OSError."""
        self._known = None
        await asyncio.to_thread(self._client.ask, "DELETE", self._path)


class FarFolder:
    """As the folder of Asterisk's configuration, and of the packet filter's lists, would be on this machine."""

    def __init__(self, client: HostClient) -> None:
        self._client = client
        self._files: dict[str, FarFile] = {}

    def __truediv__(self, name: str) -> FarFile:
        return self._files.setdefault(name, FarFile(self._client, name))

    def pbx_connected(self) -> None:
        """It may be another PBX than before."""
        for file in self._files.values():
            file.forget()


Folder = Path | FarFolder
File = Path | FarFile


class FarConsole:
    """What Asterisk's command line tells there: one question. `own`: the addresses of that machine, as last told."""

    def __init__(self, client: HostClient) -> None:
        self._client = client
        self.own: frozenset[str] = frozenset()

    async def unidentified(self) -> str:
        """Raises: HostAway, OSError where Asterisk does not answer."""
        told = (await asyncio.to_thread(self._client.ask, "GET", "/v1/asterisk/unidentified")).json()
        self.own = frozenset(told["own"])
        return str(told["said"])


async def text_of(file: File) -> str | None:
    """None: there is none. Raises: HostAway, OSError."""
    if isinstance(file, FarFile):
        return await file.read()
    try:
        return file.read_text()
    except FileNotFoundError:
        return None


async def put_text(file: File, text: str) -> None:
    """Whole or not at all, for this user alone. Raises: HostAway, OSError."""
    if isinstance(file, FarFile):
        await file.write(text)
        return
    await asyncio.to_thread(replace, file, text.encode())


async def put_lines(file: File, lines: Iterable[str]) -> None:
    """Raises: as put_text."""
    await put_text(file, "".join(f"{line}\n" for line in lines))


def ahead_of(file: File) -> int:
    """By how many seconds the clock is ahead of the machine that reads it."""
    return file.ahead_s if isinstance(file, FarFile) else 0


def there(file: File) -> bool:
    """Whether it could be: one of this machine needs its folder."""
    return isinstance(file, FarFile) or file.parent.is_dir()
