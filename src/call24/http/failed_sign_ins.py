"""Failed sign-ins to accounts that exist, or with an organisation's identity provider, get their line in the audit log,
behind the answer.

The line waits in memory and is written by a task: were it on disk first, the time of the answer would tell that there
is such an account. What is too much to keep is dropped and said in the log.
"""

from __future__ import annotations

import asyncio
import logging

from call24.audit.model import NOBODY, AuditEntry
from call24.audit.service import AuditLog
from call24.identity.events import FailedSignIn
from call24.kit.errors import Unavailable

log = logging.getLogger(__name__)

WAITING_MAX = 1000


class FailedSignIns:
    def __init__(self, audit: AuditLog) -> None:
        self._audit = audit
        self._waiting: asyncio.Queue[FailedSignIn] = asyncio.Queue(WAITING_MAX)

    def note(self, failed: FailedSignIn) -> None:
        try:
            self._waiting.put_nowait(failed)
        except asyncio.QueueFull:
            log.warning(
                "a failed sign-in of %s has no audit entry: too many are waiting to be written",
                failed.user_id or failed.tenant_id,
            )

    async def run(self) -> None:
        """For ever."""
        while True:
            await self._write(await self._waiting.get())

    async def settle(self) -> None:
        """What was noted has its line when this returns."""
        while not self._waiting.empty():
            await self._write(self._waiting.get_nowait())

    async def _write(self, failed: FailedSignIn) -> None:
        entry = AuditEntry(
            actor_id=failed.user_id or NOBODY,
            token_id=None,
            address=failed.address,
            action=failed.way,
            status=401,
            why=failed.why,
            code=failed.code,
        )
        try:
            await self._audit.note(failed.tenant_id, entry)
        except Unavailable:
            whose = failed.user_id or failed.tenant_id
            log.warning("a failed sign-in of %s has no audit entry: the audit log cannot be written", whose)
