"""Requests to HubSpot's CRM API (v3), and its search.

Source: developers.hubspot.com, CRM: contacts, search, calls; usage guidelines; error handling.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from call24.crm.asking import Exchange, asked, date, expect, json_object, malformed, one_line, retry_after, said
from call24.crm.connector import CrmTrouble, Rejected
from call24.crm.connectors.hubspot.records import Row, row_of
from call24.kit.outbound_http import Answered

OBJECTS = "crm/v3/objects"
LATER = (423, 477)
"""Locked for a while; the account is being moved."""
PAUSES: Mapping[str, timedelta] = {"DAILY": timedelta(hours=1), "TEN_SECONDLY_ROLLING": timedelta(seconds=10)}
"""By the policy that a 429 names, where it has no Retry-After. The day's limit ends at midnight by the account's time
zone, which it does not tell."""

Filter = tuple[str, str, str]
"""Property, operator, value."""


@dataclass
class HubSpotApi:
    """`url`: without a slash at its end; `properties`: what is asked for of a contact; `at`: HubSpot's clock as it was
    told last."""

    url: str
    token: str
    properties: Sequence[str]
    exchange: Exchange
    now: Callable[[], datetime]
    at: datetime | None = field(default=None, init=False)

    async def ask(
        self, method: str, path: str, query: Mapping[str, str] | None = None, body: Mapping[str, Any] | None = None
    ) -> Answered:
        """Raises: CrmTrouble for what says nothing of the record."""
        asks = f"?{urlencode(query)}" if query else ""
        headers = {"Authorization": f"Bearer {self.token}"}
        answer = await asked(self.exchange, method, f"{self.url}/{OBJECTS}/{path}{asks}", headers, body, self._wait)
        self.at = date(answer) or self.at
        if answer.status in LATER:
            raise CrmTrouble("rate_limited", f"{answer.status} {words(answer)}", self._wait(answer))
        return answer

    async def search(
        self, path: str, groups: Sequence[Sequence[Filter]], sort_by: str, limit: int, properties: Sequence[str]
    ) -> list[Row]:
        """What is in one of the groups, each filter of which holds. Raises: CrmTrouble."""
        body = {
            "filterGroups": [
                {"filters": [{"propertyName": name, "operator": op, "value": value} for name, op, value in group]}
                for group in groups
            ],
            "sorts": [{"propertyName": sort_by, "direction": "ASCENDING"}],
            "properties": list(properties),
            "limit": limit,
        }
        answer = await self.ask("POST", f"{path}/search", None, body)
        if answer.status == 404:
            raise CrmTrouble("not_found", "there is no HubSpot at this address")
        if answer.status == 400:
            raise CrmTrouble("malformed", f"HubSpot does not search so: {words(answer)}")
        expect(answer, 200)
        results = json_object(answer).get("results")
        if not isinstance(results, list) or len(results) > limit:
            malformed(f"`results` is no list of at most {limit}")
        return [row_of(one) for one in results]

    def _wait(self, answer: Answered) -> timedelta | None:
        told = retry_after(answer, self.now())
        return told if told is not None else PAUSES.get(_policy(answer))


def _policy(answer: Answered) -> str:
    try:
        told = json.loads(answer.body)
    except (ValueError, RecursionError):
        return ""
    return str(told.get("policyName")) if isinstance(told, dict) else ""


def refuse(answer: Answered) -> None:
    """Raises: Rejected with HubSpot's words."""
    if 400 <= answer.status < 500:
        raise Rejected(f"{answer.status} {words(answer)}".strip())


def words(answer: Answered) -> str:
    try:
        text = json_object(answer).get("message")
    except CrmTrouble:
        text = None
    return one_line(text) if isinstance(text, str) else said(answer)
