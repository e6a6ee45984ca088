"""Signs and keeps results of self-audits, and says whether a new one is due. The checks are doctor/audit's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from call24.kit.clock import Clock
from call24.kit.errors import NotFound
from call24.kit.ids import new_id
from call24.kit.mongo import Mongo
from call24.kit.secrets import AppKey
from call24.kit.signed_json import signing_key
from call24.self_audit.model import CheckAnswer, SelfAudit
from call24.self_audit.result import signed
from call24.self_audit.store import SelfAuditStore

DUE_AFTER = timedelta(days=90)


class SelfAudits:
    def __init__(self, mongo: Mongo, clock: Clock, key: AppKey) -> None:
        self._store = SelfAuditStore(mongo)
        self._clock = clock
        self._key = signing_key(key)

    def sign(self, checks: Mapping[str, CheckAnswer], took_ms: int) -> SelfAudit:
        """The result, dated now. It passed only where there are checks and each of them did."""
        now = self._clock.now()
        unsigned = SelfAudit(
            id=new_id("sau"),
            at=now.replace(microsecond=now.microsecond // 1000 * 1000),  # as MongoDB gives it back
            took_ms=took_ms,
            passed=bool(checks) and all(one.answer == "pass" for one in checks.values()),
            checks=dict(checks),
        )
        return signed(unsigned, self._key)

    async def keep(self, result: SelfAudit) -> None:
        """Raises: Unavailable."""
        await self._store.add(result)

    async def newest(self, limit: int = 100) -> list[SelfAudit]:
        """The newest first. Raises: Unavailable."""
        return await self._store.newest(limit)

    async def get(self, id: str) -> SelfAudit:
        """Raises: NotFound, Unavailable."""
        found = await self._store.get(id)
        if found is None:
            raise NotFound
        return found

    async def due(self) -> bool:
        """Whether there is none, or the newest is too old. Raises: Unavailable."""
        newest = await self._store.newest(1)
        return not newest or self._clock.now() - newest[0].at > DUE_AFTER
