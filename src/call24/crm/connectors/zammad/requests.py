"""Requests to Zammad's REST API, and its search.

Source: docs.zammad.org, API (introduction, user, organization).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from call24.crm.asking import (
    Exchange,
    asked,
    date,
    expect,
    json_object,
    json_value,
    malformed,
    one_line,
    retry_after,
    said,
)
from call24.crm.connector import CrmTrouble, Rejected
from call24.kit.outbound_http import Answered

EXPANDED = {"expand": "true"}
"""Names beside ids: of roles, of the organisation."""


@dataclass
class ZammadApi:
    """`url`: without a slash at its end; `at`: Zammad's clock as it was told last."""

    url: str
    token: str
    exchange: Exchange
    now: Callable[[], datetime]
    at: datetime | None = field(default=None, init=False)

    async def ask(
        self, method: str, path: str, query: Mapping[str, str] | None = None, body: Mapping[str, Any] | None = None
    ) -> Answered:
        """Raises: CrmTrouble for what says nothing of the record."""
        asks = f"?{urlencode(query)}" if query else ""
        headers = {"Authorization": f"Token token={self.token}"}
        answer = await asked(self.exchange, method, f"{self.url}/api/v1/{path}{asks}", headers, body, self._wait)
        self.at = date(answer) or self.at
        return answer

    async def rows(self, path: str, query: Mapping[str, str]) -> list[Mapping[str, Any]]:
        """A list of records, each with its id. Raises: CrmTrouble."""
        answer = await self.ask("GET", path, query)
        if answer.status == 404:
            raise CrmTrouble("not_found", "there is no Zammad at this address")
        expect(answer, 200)
        found = json_value(answer)
        if not isinstance(found, list):
            malformed(f"{path} answers no list")
        return [row_of(one) for one in found]

    async def users(self, query: str, limit: int, sort_by: str) -> list[Mapping[str, Any]]:
        """By Zammad's search, which needs Elasticsearch. Raises: CrmTrouble."""
        found = await self.rows(
            "users/search", {"query": query, "limit": str(limit), "sort_by": sort_by, "order_by": "asc", **EXPANDED}
        )
        if len(found) > limit:
            malformed(f"more than the {limit} users that were asked for")
        return found

    async def check_search(self) -> None:
        """Without Elasticsearch the search knows no fields, and finds nobody. Raises: CrmTrouble."""
        answer = await self.ask("GET", "users/me")
        expect(answer, 200)
        me = row_of(json_object(answer))["id"]
        if not await self.users(f"id:{me}", 1, "id"):
            raise CrmTrouble("malformed", "Zammad's search does not find by fields: it needs Elasticsearch")

    def _wait(self, answer: Answered) -> timedelta | None:
        return retry_after(answer, self.now())


def row_of(one: Any) -> Mapping[str, Any]:
    """Raises: CrmTrouble (malformed)."""
    if not isinstance(one, Mapping) or isinstance(one.get("id"), bool) or not isinstance(one.get("id"), int):
        malformed("what is told is no record with an id")
    return one


def refuse(answer: Answered) -> None:
    """Raises: Rejected with Zammad's words."""
    if 400 <= answer.status < 500:
        raise Rejected(f"{answer.status} {_words(answer)}".strip())


def _words(answer: Answered) -> str:
    try:
        told = json_object(answer)
    except CrmTrouble:
        return said(answer)
    text = told.get("error_human") or told.get("error")
    return one_line(text) if isinstance(text, str) else said(answer)
