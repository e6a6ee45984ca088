"""One request that carried an Idempotency-Key, and what was answered."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from call24.kit.datamap import ID, REFERENCE, STATE, TENANT, TIME, Fact, document
from call24.kit.ids import TenantId, UserId

_A_DAY = "24 hours"
_WHO = Fact("user", "identifier", "whose request it was", _A_DAY)
_ANSWER = Fact("user", "message", "answering a repeated request as the first; sealed", _A_DAY)


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What is said again: `headers` are those that matter; `path` and `places`: the route that was chosen, for
    the audit log. Never stored as such: sealed."""

    status: int
    headers: list[tuple[str, str]]
    body: str
    path: str
    places: dict[str, str]


@document("repeatable", tenant=True)
class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """Its id follows from user, operation and key; the key itself is not kept.

    `asked`: SHA-256 of the whole request; `may`: what the asker was allowed, so that a narrower token is not told what
    it could not have asked for; `run`: the server's life in which it was begun.
    """

    id: Annotated[str, ID]
    tenant_id: Annotated[TenantId, TENANT]
    user_id: Annotated[UserId, _WHO]
    operation: Annotated[str, STATE]
    asked: Annotated[str, STATE]
    may: Annotated[tuple[str, ...], STATE]
    state: Annotated[Literal["running", "done"], STATE] = "running"
    run: Annotated[str, REFERENCE]
    answer: Annotated[bytes | None, _ANSWER] = None
    created_at: Annotated[datetime, TIME]
    delete_at: Annotated[datetime, TIME]
