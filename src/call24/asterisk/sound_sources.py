"""From where Asterisk takes the sound of a call: from the address in its SDP alone, or after some packets from another.

The second is for trunks with `symmetric_rtp`, whose SDP names an address that is not theirs. It is one setting for all
of Asterisk (`probation` of rtp.conf), so another source is learnt only while there is such a trunk. Where sound is sent
to is each endpoint's own setting. An external Asterisk has its own rtp.conf.
Source: Asterisk 22, res_rtp_asterisk.c (STRICT_RTP_LEARN), rtp.conf.sample.
"""

from __future__ import annotations

import asyncio
import logging

from call24.asterisk.client import AriClient
from call24.kit.errors import Unavailable
from call24.pbx.far_files import File, Folder, put_text, text_of, there

log = logging.getLogger(__name__)

FILE = "rtp_sources.conf"
NEVER = "probation=2000000000\n"
"""So many packets in a row from another address no call has."""
LEARNS = "probation=4\n"
MODULE = "/asterisk/modules/res_rtp_asterisk.so"


class SoundSources:
    """`folder`: of Asterisk's configuration; None: it is not ours."""

    def __init__(self, ari: AriClient, folder: Folder | None) -> None:
        self._ari = ari
        self._file = folder / FILE if folder is not None else None
        self._to_read = False
        """Whether Asterisk was not told yet that the file is another one."""
        self._learns = False
        self._writing = asyncio.Lock()

    async def learn(self, learns: bool) -> None:
        """Calls that go on keep the source that they have."""
        self._learns = learns
        if self._file is None:
            return
        async with self._writing:
            await self._learn(self._file)

    async def _learn(self, file: File) -> None:
        """As is wanted when it is its turn."""
        wanted = LEARNS if self._learns else NEVER
        if not there(file):
            return
        try:
            if await text_of(file) != wanted:
                self._to_read = True  # whatever comes of it: the answer of a write may be lost
                await put_text(file, wanted)
        except (OSError, Unavailable) as trouble:  # again after the next connect
            log.error("rtp.conf could not be changed: %s", trouble)
            return
        if not self._to_read:
            return
        reply = await self._ari.request("PUT", MODULE)
        self._to_read = not reply.ok
        if not reply.ok:
            log.log(logging.INFO if reply.away else logging.ERROR, "rtp.conf could not be reloaded: %s", reply.body)
