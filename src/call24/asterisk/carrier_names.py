"""Where Asterisk finds the carriers that it reaches by TLS: at the address that Call24 looked at, under their name.

A certificate is for a name, so Asterisk has to call such a carrier by its name; and it is to ask no name server, which
might answer otherwise than it did Call24. So the names stand in a file of hosts that Asterisk's resolver reads. An
external Asterisk has no such trunks. Where other trunks lead: server/trunks.py. Source: Asterisk 22,
res_resolver_unbound.c (read again only when its configuration has changed), RFC 5922 (whose certificate it must be).
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Mapping

from call24.asterisk.client import AriClient
from call24.kit.errors import Unavailable
from call24.pbx.far_files import Folder, put_text, text_of, there

log = logging.getLogger(__name__)

FILE = "carriers.hosts"
STAMP = "carrier_names.conf"
"""A part of the resolver's configuration that says nothing but that the file is another one."""
MODULE = "/asterisk/modules/res_resolver_unbound.so"


class CarrierNames:
    """`folder`: of Asterisk's configuration; None: it is not ours."""

    def __init__(self, ari: AriClient, folder: Folder | None) -> None:
        self._ari, self._folder = ari, folder
        self._to_read = False
        """Whether Asterisk was not told yet that the file is another one."""
        self._wanted: Mapping[str, str] = {}
        self._writing = asyncio.Lock()

    async def tell(self, named: Mapping[str, str]) -> None:
        """`named`: name -> address. Connections that are there stay."""
        self._wanted = named
        if self._folder is None:
            return
        async with self._writing:
            await self._tell(self._folder)

    async def _tell(self, folder: Folder) -> None:
        """What is wanted when it is its turn: the latest."""
        if not there(file := folder / FILE):
            return
        wanted = "".join(f"{address} {name}\n" for name, address in sorted(self._wanted.items()))
        try:
            if await text_of(file) != wanted:
                self._to_read = True  # whatever happens next: the stamp first, since the file itself says what is done
                await put_text(folder / STAMP, f"; {hashlib.sha256(wanted.encode()).hexdigest()}\n")
                await put_text(file, wanted)
        except (OSError, Unavailable) as trouble:  # again within a minute
            log.error("carriers' names could not be written: %s", trouble)
            return
        if not self._to_read:
            return
        reply = await self._ari.request("PUT", MODULE)
        self._to_read = not reply.ok
        if not reply.ok:  # Asterisk reads it when it starts
            log.log(logging.INFO if reply.away else logging.ERROR, "carriers' names were not read: %s", reply.body)
