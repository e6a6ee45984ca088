"""One request that carried an Idempotency-Key, and what was answered."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from call24.data_map import ID, REFERENCE, STATE, TENANT, TIME, Category, OnItsDay, document, of_user
from call24.kit.ids import TenantId, UserId

_WHO = of_user(Category.ID, "whose request it was")
_ANSWER = of_user(Category.MESSAGE, "answering a repeated request as the first; sealed")


class StoredAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What is said again: `headers` are those that matter; `path` and `places`: the route that was chosen, for
    the audit log. Never stored as such: sealed."""

    status: int
    headers: list[tuple[str, str]]
    body: str
    path: str
    places: dict[str, str]


@document("repeatable", tenant=True, kept=OnItsDay(period="24 hours"))
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
