"""From where Asterisk takes the sound of a call: from the address in its SDP alone, or after some packets from another.

The second is for trunks with `symmetric_rtp`, whose SDP names an address that is not theirs. It is one setting for all
of Asterisk (`probation` of rtp.conf), so another source is learnt only while there is such a trunk. Where sound is sent
to is each endpoint's own setting. An external Asterisk has its own rtp.conf.
Source: Asterisk 22, res_rtp_asterisk.c (STRICT_RTP_LEARN), rtp.conf.sample.
"""

from __future__ import annotations

import logging
from pathlib import Path

from call24.asterisk.client import AriClient

log = logging.getLogger(__name__)

FILE = "rtp_sources.conf"
NEVER = "probation=2000000000\n"
"""So many packets in a row from another address no call has."""
LEARNS = "probation=4\n"
MODULE = "/asterisk/modules/res_rtp_asterisk.so"


class SoundSources:
    """`folder`: of Asterisk's configuration; None: it is not ours."""

    def __init__(self, ari: AriClient, folder: Path | None) -> None:
        self._ari = ari
        self._file = folder / FILE if folder is not None else None

    async def learn(self, learns: bool) -> None:
        """Calls that go on keep the source that they have."""
        wanted = LEARNS if learns else NEVER
        if (
            self._file is None
            or not self._file.parent.is_dir()
            or (self._file.exists() and self._file.read_text() == wanted)
        ):
            return
        self._file.write_text(wanted)
        self._file.chmod(0o600)
        reply = await self._ari.request("PUT", MODULE)
        if not reply.ok:
            log.log(logging.INFO if reply.away else logging.ERROR, "rtp.conf could not be reloaded: %s", reply.body)
