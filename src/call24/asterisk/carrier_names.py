"""Where Asterisk finds the carriers that it reaches by TLS: at the address that Call24 looked at, under their name.

A certificate is for a name, so Asterisk has to call such a carrier by its name; and it is to ask no name server, which
might answer otherwise than it did Call24. So the names stand in a file of hosts that Asterisk's resolver reads. An
external Asterisk has no such trunks. Where other trunks lead: server/trunks.py. Source: Asterisk 22,
res_resolver_unbound.c (read anew only when its configuration has changed), RFC 5922 (whose certificate it must be).
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping
from pathlib import Path

from call24.asterisk.client import AriClient

log = logging.getLogger(__name__)

FILE = "carriers.hosts"
STAMP = "carrier_names.conf"
"""A part of the resolver's configuration that says nothing but that the file is another one."""
MODULE = "/asterisk/modules/res_resolver_unbound.so"


class CarrierNames:
    """`folder`: of Asterisk's configuration; None: it is not ours."""

    def __init__(self, ari: AriClient, folder: Path | None) -> None:
        self._ari, self._folder = ari, folder

    async def tell(self, named: Mapping[str, str]) -> None:
        """`named`: name -> address. Connections that are there stay."""
        if self._folder is None or not self._folder.is_dir():
            return
        wanted = "".join(f"{address} {name}\n" for name, address in sorted(named.items()))
        file = self._folder / FILE
        if file.exists() and file.read_text() == wanted:
            return
        _write(file, wanted)
        _write(self._folder / STAMP, f"; {hashlib.sha256(wanted.encode()).hexdigest()}\n")
        reply = await self._ari.request("PUT", MODULE)
        if not reply.ok:  # Asterisk reads it when it starts
            log.log(logging.INFO if reply.away else logging.ERROR, "carriers' names were not read: %s", reply.body)


def _write(file: Path, text: str) -> None:
    part = file.with_suffix(".part")
    part.write_text(text)
    part.chmod(0o600)
    part.replace(file)
