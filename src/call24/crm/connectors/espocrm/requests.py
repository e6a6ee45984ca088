"""Requests to EspoCRM's REST API, and its lists.

Source: docs.espocrm.com, Development, API: overview, CRUD operations, search parameters; the server's own source
(github.com/espocrm/espocrm, 10) for errors: their words stand in the header X-Status-Reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from call24.crm.asking import Exchange, asked, date, expect, json_object, malformed, one_line, retry_after, said
from call24.crm.connector import CrmTrouble, Rejected
from call24.crm.connectors.espocrm.members import ASKED
from call24.crm.connectors.espocrm.records import Row, row_of
from call24.crm.versions import hash_key
from call24.kit.outbound_http import Answered

REASON = "x-status-reason"

Where = Sequence[Mapping[str, str]]
"""Conditions that all hold, each with `type`, `attribute` and `value`."""


@dataclass
class EspoApi:
    """`url`: without a slash at its end; `fields`: what counts of a contact; `at`: EspoCRM's clock as it was told
    last."""

    url: str
    key: str
    fields: Sequence[str]
    exchange: Exchange
    now: Callable[[], datetime]
    at: datetime | None = field(default=None, init=False)

    @property
    def hash_key(self) -> bytes:
        return hash_key(self.url, self.key)

    async def ask(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answered:
        """Raises: CrmTrouble for what says nothing of the record."""
        asks = f"?{urlencode(query)}" if query else ""
        named = {"X-Api-Key": self.key, **(headers or {})}
        answer = await asked(self.exchange, method, f"{self.url}/api/v1/{path}{asks}", named, body, self._wait)
        self.at = date(answer) or self.at
        return answer

    async def rows(self, of: str, where: Where, sort_by: str, limit: int, fields: Sequence[str]) -> list[Row]:
        """At most `limit` records, by one field and then by id. Raises: CrmTrouble."""
        query = {
            **dict(_flat(where)),
            "orderBy": sort_by,
            "order": "asc",
            "maxSize": str(limit),
            "offset": "0",
            "attributeSelect": ",".join(fields),
        }
        answer = await self.ask("GET", of, query, headers={"X-No-Total": "true"})
        if answer.status == 404:
            raise CrmTrouble("not_found", "there is no EspoCRM at this address")
        if answer.status == 400:
            raise CrmTrouble("malformed", f"EspoCRM does not list so: {words(answer)}")
        expect(answer, 200)
        found = json_object(answer).get("list")
        if not isinstance(found, list) or len(found) > limit:
            malformed(f"`list` is no list of at most {limit}")
        return [row_of(one) for one in found]

    async def contacts(self, where: Where, sort_by: str, limit: int) -> list[Row]:
        """Raises: CrmTrouble."""
        return await self.rows("Contact", where, sort_by, limit, ("id", *ASKED, *self.fields))

    def _wait(self, answer: Answered) -> timedelta | None:
        return retry_after(answer, self.now())


def _flat(where: Where) -> Iterator[tuple[str, str]]:
    for n, one in enumerate(where):
        for name, value in one.items():
            yield f"where[{n}][{name}]", value


def condition(type: str, attribute: str, value: str) -> dict[str, str]:
    return {"type": type, "attribute": attribute, "value": value}


def refuse(answer: Answered) -> None:
    """Raises: Rejected with EspoCRM's words."""
    if 400 <= answer.status < 500:
        raise Rejected(f"{answer.status} {words(answer)}".strip())


def words(answer: Answered) -> str:
    """The reason, and where a value is refused, which."""
    reason = answer.headers.get(REASON, "")
    return one_line(f"{reason} {said(answer)}")
