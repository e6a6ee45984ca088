"""Requests to Chatwoot's application API: contacts and their notes, of one account.

Source: developers.chatwoot.com, Application API; the server's source (github.com/chatwoot/chatwoot) for notes, for
what lists are sorted by, and for the statuses of errors.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from call24.crm.asking import Exchange, asked, date, expect, json_object, json_value, malformed, one_line, retry_after
from call24.crm.asking import said as body_of
from call24.crm.connector import CrmTrouble, Missing, Rejected
from call24.crm.connectors.chatwoot.records import Row, row_of
from call24.crm.versions import hash_key
from call24.kit.outbound_http import Answered

PAGE = 15
"""Contacts of a page: it takes no other."""
OLDEST, NEWEST = "created_at", "-created_at"
"""What comes first: the second in which a contact was made is told, and it knows it better."""
_BARE = {"include_contact_inboxes": "false"}


@dataclass(frozen=True, kw_only=True)
class Page:
    """`count`: contacts of all pages; of a search it may be those of the page."""

    rows: Sequence[Row]
    count: int


@dataclass
class ChatwootApi:
    """`url`: without a slash at its end; `account`: its number; `fields`: what counts of a contact; `at`: Chatwoot's
    clock as it was told last."""

    url: str
    account: str
    token: str
    fields: Sequence[str]
    exchange: Exchange
    now: Callable[[], datetime]
    at: datetime | None = field(default=None, init=False)

    @property
    def hash_key(self) -> bytes:
        return hash_key(self.url, self.account, self.token)

    async def call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Answered:
        """Raises: Missing, Rejected, CrmTrouble."""
        at = f"{self.url}/api/v1/accounts/{self.account}/{path}"
        answer = await asked(self.exchange, method, at, {"api_access_token": self.token}, body, self._wait)
        self.at = date(answer) or self.at
        if answer.status == 404:
            if not _told(answer, "error"):
                raise CrmTrouble("not_found", "there is no Chatwoot at this address")
            raise Missing
        if 400 <= answer.status < 500:
            raise Rejected(f"{answer.status} {words(answer)}".strip())
        expect(answer, 200, 201, 204)
        return answer

    async def page(self, number: int, sort: str, search: str = "") -> Page:
        """`search`: in names, numbers, addresses of e-mail and identifiers; % is any text. Raises: CrmTrouble."""
        query = {**({"q": search} if search else {}), "page": str(number), "sort": sort, **_BARE}
        try:
            answer = await self.call("GET", f"contacts{'/search' if search else ''}?{urlencode(query)}")
        except (Missing, Rejected) as error:
            raise CrmTrouble("malformed", f"Chatwoot does not list so: {error}") from None
        told = json_object(answer)
        rows, meta = told.get("payload"), told.get("meta")
        if not isinstance(rows, list) or not isinstance(meta, Mapping):
            malformed("the answer is no page of contacts")
        count = meta.get("count")
        if isinstance(count, bool) or not isinstance(count, int) or count < 0:
            malformed("`count` is no number")
        return Page(rows=[row_of(one) for one in rows], count=count)

    async def contact(self, id: int) -> Row:
        """Raises: Missing, Rejected, CrmTrouble."""
        answer = await self.call("GET", f"contacts/{id}?{urlencode(_BARE)}")
        return row_of(json_object(answer).get("payload"))

    async def made(self, values: Mapping[str, Any]) -> Row:
        """Raises: Rejected, CrmTrouble."""
        told = json_object(await self.call("POST", "contacts", values)).get("payload")
        return row_of(told.get("contact") if isinstance(told, Mapping) else None)

    async def notes(self, id: int) -> list[Row]:
        """All that the contact has: Chatwoot tells them at once. Raises: Missing, Rejected, CrmTrouble."""
        try:
            found = json_value(await self.call("GET", f"contacts/{id}/notes"))
        except CrmTrouble as error:
            if error.trouble == "malformed":  # one contact's notes hold up no other
                raise Rejected(f"the notes of contact {id} cannot be read: {error.said}") from None
            raise
        if not isinstance(found, list):
            malformed("notes are no list")
        return [row_of(one) for one in found]

    async def noted(self, id: int, text: str) -> str:
        """The note's id. Raises: Missing, Rejected, CrmTrouble."""
        answer = await self.call("POST", f"contacts/{id}/notes", {"content": text})
        return str(row_of(json_object(answer))["id"])

    def _wait(self, answer: Answered) -> timedelta | None:
        return retry_after(answer, self.now())


def _told(answer: Answered, name: str) -> str:
    try:
        told = json.loads(answer.body)
    except (ValueError, RecursionError):
        return ""
    text = told.get(name) if isinstance(told, dict) else None
    return text if isinstance(text, str) else ""


def words(answer: Answered) -> str:
    """What Chatwoot said: of a value in `message`, of all else in `error`."""
    return one_line(_told(answer, "message") or _told(answer, "error")) or body_of(answer)
