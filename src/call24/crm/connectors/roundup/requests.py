"""Requests to Roundup's REST API.

Whatever changes something needs the header Origin with Roundup's own address, and X-Requested-With (protection from
requests of other sites). Source: Roundup's documentation, REST API for Roundup (2.6).
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from call24.crm.asking import Exchange, asked, date, expect, json_object, malformed, one_line, retry_after, said
from call24.crm.connector import CrmTrouble, Rejected
from call24.crm.connectors.roundup.records import Row, row_of
from call24.crm.versions import hash_key
from call24.kit.outbound_http import Answered

Query = Sequence[tuple[str, str]]
DENIED = "Permission to "
"""What Roundup says of one item that its user may not see or change."""


class NotPermitted(Rejected):
    """Its user may not do this to this item; it may go on with others."""


@dataclass
class RoundupApi:
    """`url`: of the tracker, without a slash at its end; `properties`: what is asked for of a customer; `at`: Roundup's
    clock as it was told last."""

    url: str
    login: str
    password: str
    properties: Sequence[str]
    exchange: Exchange
    now: Callable[[], datetime]
    at: datetime | None = field(default=None, init=False)

    @property
    def hash_key(self) -> bytes:
        """Of versions: what a customer is called is not guessed from one."""
        return hash_key(self.url, self.login, self.password)

    async def ask(
        self, method: str, path: str, query: Query = (), body: Mapping[str, Any] | None = None, match: str = ""
    ) -> Answered:
        """`match`: the ETag that an item must have still. Raises: NotPermitted, CrmTrouble."""
        asks = f"?{urlencode(query)}" if query else ""
        at = urlsplit(self.url)
        named = base64.b64encode(f"{self.login}:{self.password}".encode()).decode()
        headers = {
            "Authorization": f"Basic {named}",
            "Origin": f"{at.scheme}://{at.netloc}",
            "X-Requested-With": "call24-crm",
            **({"If-Match": match} if match else {}),
        }
        try:
            answer = await asked(self.exchange, method, f"{self.url}/rest/{path}{asks}", headers, body, self._wait)
        except CrmTrouble as error:
            if error.trouble == "unauthorised" and error.said.startswith("403") and DENIED in error.said:
                raise NotPermitted(error.said) from None
            raise
        self.at = date(answer) or self.at
        return answer

    async def rows(self, of: str, query: Query) -> list[Row]:
        """Items of a class. Raises: CrmTrouble."""
        answer = await self.ask("GET", f"data/{of}", query)
        if answer.status == 404:
            raise CrmTrouble("not_found", "there is no Roundup with a REST API at this address")
        if 400 <= answer.status < 500:
            raise CrmTrouble("malformed", f"Roundup does not list so: {words(answer)}")
        expect(answer, 200)
        found = data(answer).get("collection")
        return [row_of(one) for one in found] if isinstance(found, list) else malformed("`collection` is no list")

    async def customers(self, query: Query, limit: int, page: int = 1) -> list[Row]:
        """Of those whom Call24's user may see. Raises: CrmTrouble."""
        paged = [("@page_size", str(limit)), ("@page_index", str(page)), ("@verbose", "0")]
        found = await self.rows("user", [*query, ("@fields", ",".join(self.properties)), *paged])
        return found if len(found) <= limit else malformed(f"more than the {limit} users that were asked for")

    def _wait(self, answer: Answered) -> timedelta | None:
        return retry_after(answer, self.now())


def data(answer: Answered) -> Mapping[str, Any]:
    """Raises: CrmTrouble (malformed)."""
    found = json_object(answer).get("data")
    return found if isinstance(found, Mapping) else malformed("the answer has no `data`")


def refuse(answer: Answered) -> None:
    """Raises: Rejected with Roundup's words."""
    if 400 <= answer.status < 500:
        raise Rejected(f"{answer.status} {words(answer)}".strip())


def words(answer: Answered) -> str:
    try:
        error = json_object(answer).get("error")
    except CrmTrouble:
        error = None
    text = error.get("msg") if isinstance(error, Mapping) else None
    return one_line(text) if isinstance(text, str) else said(answer)
