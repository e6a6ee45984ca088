"""Has papers typeset by a program of its own (typeset.py), one at a time, and keeps the newest PDFs in memory.

The same paper is typeset once, however many ask for it at the same time. It knows nothing of what a paper says.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict

import msgspec

from call24.kit.errors import Unavailable
from call24.kit.fair import Fair
from call24.kit.ids import TenantId
from call24.kit.pdf.paper import Paper
from call24.kit.python import MODULE

log = logging.getLogger(__name__)

KEPT, KEPT_EACH = 64, 8
"""PDFs in memory, of all organisations and of one."""
WAITING_MAX = 4
"""Different papers of one organisation that wait to be typeset."""
TIMEOUT_S = 30.0

_Key = tuple[TenantId, str]


class Typesetter:
    def __init__(self, timeout_s: float = TIMEOUT_S) -> None:
        self._timeout_s = timeout_s
        self._room = Fair(1, 1, WAITING_MAX)
        self._kept: OrderedDict[_Key, bytes] = OrderedDict()
        self._making: dict[_Key, asyncio.Future[bytes]] = {}

    async def pdf(self, whose: TenantId, paper: Paper) -> bytes:
        """Raises: TooMany, Unavailable (it could not be typeset in its time)."""
        key = (whose, paper.digest)
        while (kept := self._kept.get(key)) is None:
            making = self._making.get(key)
            if making is None:
                return await self._make(key, paper)
            await asyncio.wait([making])
            if not making.cancelled():  # else who had it made went away: another has it made now
                return making.result()
        self._kept.move_to_end(key)
        return kept

    def forget_organisation(self, tenant_id: TenantId) -> None:
        """What is being typeset is not kept either."""
        for found in (self._kept, self._making):
            for key in [key for key in found if key[0] == tenant_id]:
                del found[key]

    async def _make(self, key: _Key, paper: Paper) -> bytes:
        making = self._making[key] = asyncio.get_running_loop().create_future()
        try:
            async with self._room.turn(key[0], "Several PDFs are being made: try again in a moment"):
                made = await _typeset(paper, self._timeout_s)
        except Exception as trouble:
            making.set_exception(trouble)
            making.exception()  # seen: those who wait raise it, if there are any
            raise
        else:
            making.set_result(made)
            if self._making.get(key) is making:
                self._keep(key, made)
            return made
        finally:
            making.cancel()
            if self._making.get(key) is making:
                del self._making[key]

    def _keep(self, key: _Key, made: bytes) -> None:
        self._kept[key] = made
        of_one = [one for one in self._kept if one[0] == key[0]]
        if len(of_one) > KEPT_EACH:
            del self._kept[of_one[0]]
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)


async def _typeset(paper: Paper, timeout_s: float) -> bytes:
    process = await asyncio.create_subprocess_exec(
        *(*MODULE, "call24.kit.pdf.typeset"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    made = b""
    try:
        async with asyncio.timeout(timeout_s):
            made, _ = await process.communicate(msgspec.json.encode(paper))
    except (TimeoutError, ConnectionError):
        log.warning("a PDF was not made within %.0f s", timeout_s)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode or not made:
        log.warning("a PDF could not be made: the program ended with status %s", process.returncode)
        raise Unavailable("The PDF cannot be made now: try again, or use the page")
    return made
