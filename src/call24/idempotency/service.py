"""Who begins a request with a key does it; whoever comes later with the same key has the same answer, for a day.

Kept in MongoDB, so a restart of the server does not forget it. It knows nothing of HTTP.
Source: draft-ietf-httpapi-idempotency-key-header, 2.6 and 2.7.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

import msgspec

from call24.idempotency.model import Attempt, StoredAnswer
from call24.kit.clock import Clock
from call24.kit.encryption import SecretBox
from call24.kit.errors import Conflict, Invalid, Refused, TooMany
from call24.kit.holdings import Person
from call24.kit.ids import TenantId, UserId, derived_id
from call24.kit.mongo import Index, Mongo
from call24.kit.secrets import AppKey

INDEXES = (
    Index(Attempt, ("delete_at",), across=True),
    Index(Attempt, ("created_at",)),
    Index(Attempt, ("user_id",)),
)

KEPT_FOR = timedelta(hours=24)
KEYS_MAX = 20_000
"""Of an organisation, in a day."""
KEYS_OF_USER = 5_000
"""Of one user of it, in a day: nobody uses up what the others need."""
ANSWER_MAX = 64 * 1024
"""Bytes of an answer that is kept; a longer one is not."""
_COUNTED_FOR = timedelta(minutes=1)
_PAGE = 200


class IdempotencyService:
    def __init__(self, mongo: Mongo, clock: Clock, key: AppKey) -> None:
        self._mongo = mongo
        self._clock = clock
        self._box = SecretBox(key, "repeated answers")
        self._run = secrets.token_hex(8)
        self._counts: dict[TenantId | UserId, tuple[datetime, int]] = {}

    async def begin(
        self, tenant_id: TenantId, user_id: UserId, operation: str, key: str, asked: str, may: Collection[str]
    ) -> tuple[str, StoredAnswer | None]:
        """Its id; and None where it is this one's to do (then `finish` or `forget` it), or else what was answered.

        Raises: Invalid (idempotency_key_reused), Conflict (idempotency_key_in_use, idempotency_outcome_unknown),
        Refused, TooMany, Unavailable.
        """
        now = self._clock.now()
        attempt = Attempt(
            id=derived_id("idk", tenant_id, user_id, operation, key),
            tenant_id=tenant_id,
            user_id=user_id,
            operation=operation,
            asked=asked,
            may=tuple(sorted(may)),
            run=self._run,
            created_at=now,
            delete_at=now + KEPT_FOR,
        )
        collection = self._mongo.tenant(tenant_id).collection(Attempt)
        known = await collection.find_one({"id": attempt.id})
        if known is not None and known.delete_at <= now:
            await collection.delete(attempt.id)
            known = None
        if known is None:
            await self._check_room(tenant_id, user_id, now)
            try:
                await collection.insert(attempt)
            except Conflict:  # another was a moment sooner
                raise self._in_use() from None
            return attempt.id, None
        return attempt.id, self._again(known, attempt)

    async def finish(self, tenant_id: TenantId, id: str, answer: StoredAnswer) -> None:
        """Raises: Unavailable."""
        if len(answer.body.encode()) > ANSWER_MAX:
            await self.forget(tenant_id, id)
            return
        sealed = self._box.seal(msgspec.json.encode(answer).decode(), id)
        await self._mongo.tenant(tenant_id).collection(Attempt).update(id, {"state": "done", "answer": sealed})

    async def forget(self, tenant_id: TenantId, id: str) -> None:
        """It came to nothing: the key may be used again. Raises: Unavailable."""
        await self._mongo.tenant(tenant_id).collection(Attempt).delete(id)

    async def forget_user(self, user: Person) -> None:
        """The account is being deleted: what was answered to it, and answers to others that name it.

        Raises: Unavailable.
        """
        words = (user.id, user.email)
        kept = self._mongo.tenant(user.tenant_id).collection(Attempt)
        await kept.delete_many({"user_id": user.id})
        last = ""
        while page := await kept.find({"id": {"$gt": last}}, sort=[("id", 1)], limit=_PAGE):
            for one in page:
                said = "" if one.answer is None else self._box.open(one.answer, one.id) or ""
                if any(word in said for word in words):
                    await kept.delete(one.id)
            last = page[-1].id

    def _again(self, known: Attempt, attempt: Attempt) -> StoredAnswer:
        if known.asked != attempt.asked:
            raise Invalid("This Idempotency-Key was used for another request", code="idempotency_key_reused")
        if known.state == "running" and known.run == self._run:
            raise self._in_use()
        if not set(known.may) <= set(attempt.may):
            raise Refused("This key was used with more permissions than you have now")
        opened = None if known.answer is None else self._box.open(known.answer, known.id)
        if opened is None:
            detail = "The server stopped during this request: check whether it was carried out, then use another key"
            raise Conflict(detail, code="idempotency_outcome_unknown")
        return msgspec.json.decode(opened, type=StoredAnswer)

    @staticmethod
    def _in_use() -> Conflict:
        return Conflict("A request with this Idempotency-Key is in progress", code="idempotency_key_in_use")

    async def _check_room(self, tenant_id: TenantId, user_id: UserId, now: datetime) -> None:
        """Raises: TooMany."""
        self._counts = {who: count for who, count in self._counts.items() if now - count[0] < _COUNTED_FOR}
        for who, most, whose in ((user_id, KEYS_OF_USER, "A user"), (tenant_id, KEYS_MAX, "An organisation")):
            if await self._counted(tenant_id, who, now) >= most:
                detail = f"{whose} can use {most} keys in a day"
                raise TooMany(detail, code="too_many_idempotency_keys", retry_after_s=3600)
        for who in (user_id, tenant_id):
            if (known := self._counts.get(who)) is not None:  # another request may have found it too old meanwhile
                self._counts[who] = known[0], known[1] + 1

    async def _counted(self, tenant_id: TenantId, who: TenantId | UserId, now: datetime) -> int:
        """All of it every minute, and what came since."""
        if who not in self._counts:
            theirs = {} if who == tenant_id else {"user_id": who}
            self._counts[who] = now, await self._mongo.tenant(tenant_id).collection(Attempt).count(theirs)
        return self._counts[who][1]
