"""Requests to Bitrix24's REST API by an inbound webhook: one method each, whose secret stands in the address.

Source: apidocs.bitrix24.com and github.com/bitrix-tools/b24-rest-docs: how to call, limits, system errors, crm.item.*,
crm.duplicate.findbycomm, crm.timeline.comment.*.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from call24.crm.asking import Exchange, asked, date, expect, json_object, malformed, one_line, retry_after, said
from call24.crm.connector import CrmTrouble, Missing, Rejected
from call24.crm.connectors.bitrix24.records import Row, row_of
from call24.crm.versions import hash_key
from call24.kit.outbound_http import Answered

CONTACT = 3
"""Bitrix24's number of the type."""
PAGE = 50
"""Always: it takes no other."""
UNCOUNTED = -1
"""Beginning of a list whose records are not counted."""
TOO_MANY = "QUERY_LIMIT_EXCEEDED"
PAUSES: Mapping[str, timedelta] = {TOO_MANY: timedelta(seconds=10), "OPERATION_TIME_LIMIT": timedelta(minutes=1)}
"""By the error, where there is no Retry-After: two requests a second are taken for good, and 50 at once; the time that
a method may take is counted by the minute."""
GONE = ("NOT_FOUND", "ERROR_NOT_FOUND")
DENIED = "ACCESS_DENIED"


class Denied(Rejected):
    """Its user may not do this to this record; it may go on with others."""


@dataclass
class Bitrix24Api:
    """`url`: of the account, without a slash at its end; `user`, `secret`: of the webhook; `fields`: what counts of a
    contact; `at`: Bitrix24's clock as it was told last."""

    url: str
    user: str
    secret: str
    fields: Sequence[str]
    exchange: Exchange
    now: Callable[[], datetime]
    at: datetime | None = field(default=None, init=False)

    @property
    def hash_key(self) -> bytes:
        return hash_key(self.url, self.user, self.secret)

    async def call(self, method: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """The whole answer: `result`, and `next` of a list. Raises: Missing, Rejected, CrmTrouble."""
        path = f"{self.url}/rest/{self.user}/{quote(self.secret, safe='')}/{method}"
        try:
            answer = await asked(self.exchange, "POST", path, {}, body, self._wait)
        except CrmTrouble as error:
            if error.trouble == "server_error" and TOO_MANY in error.said:
                raise CrmTrouble("rate_limited", error.said, error.retry_after) from None
            raise
        self.at = date(answer) or self.at
        if answer.status == 404:
            raise CrmTrouble("not_found", "there is no Bitrix24 at this address")
        if 400 <= answer.status < 500:
            if _code(answer) in GONE:
                raise Missing
            refusal = Denied if _code(answer) == DENIED else Rejected
            raise refusal(f"{answer.status} {words(answer)}".strip())
        expect(answer, 200)
        told = json_object(answer)
        return told if "result" in told else malformed("the answer has no `result`")

    async def item(self, method: str, body: Mapping[str, Any]) -> Row:
        """The contact that the method answers. Raises: Missing, Rejected, CrmTrouble."""
        result = (await self.call(f"crm.item.{method}", {"entityTypeId": CONTACT, **body}))["result"]
        return row_of(result.get("item") if isinstance(result, Mapping) else None)

    async def items(self, filter: Mapping[str, Any], order: Sequence[str]) -> list[Row]:
        """At most PAGE contacts, with all their fields. Raises: CrmTrouble."""
        body = {
            "entityTypeId": CONTACT,
            "select": ["*"],
            "filter": dict(filter),
            "order": dict.fromkeys(order, "ASC"),
            "start": UNCOUNTED,
        }
        try:
            result = (await self.call("crm.item.list", body))["result"]
        except (Missing, Rejected) as error:
            raise CrmTrouble("malformed", f"Bitrix24 does not list so: {error}") from None
        found = result.get("items") if isinstance(result, Mapping) else None
        if not isinstance(found, list) or len(found) > PAGE:
            malformed(f"`items` is no list of at most {PAGE}")
        return [row_of(one) for one in found]

    def _wait(self, answer: Answered) -> timedelta | None:
        told = retry_after(answer, self.now())
        return told if told is not None else PAUSES.get(_code(answer))


def _told(answer: Answered, name: str) -> str:
    try:
        told = json.loads(answer.body)
    except (ValueError, RecursionError):
        return ""
    text = told.get(name) if isinstance(told, dict) else None
    return text if isinstance(text, str) else ""


def _code(answer: Answered) -> str:
    return _told(answer, "error")


def words(answer: Answered) -> str:
    return one_line(_told(answer, "error_description")) or said(answer)
