"""Requests to Odoo's JSON-2 API: one method of one model each.

Source: www.odoo.com/documentation/19.0, Developer, External JSON-2 API; the server's source (github.com/odoo/odoo, 19)
for the statuses of errors: 422 of what is refused, 404 of a record that is not there, 500 of a field that is none.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from call24.crm.asking import Exchange, asked, date, expect, json_object, json_value, malformed, one_line, retry_after
from call24.crm.asking import said as body_of
from call24.crm.connector import CrmTrouble, Missing, Rejected
from call24.crm.connectors.odoo.members import ASKED
from call24.crm.connectors.odoo.records import Row, row_of
from call24.crm.versions import hash_key
from call24.kit.outbound_http import Answered

PARTNER, MESSAGE = "res.partner", "mail.message"
NO_FIELD = "Invalid field"
"""How Odoo begins, of a field that it does not have: with the status of an error of its own."""
CONTACTS: tuple[tuple[str, str, Any], ...] = (
    ("is_company", "=", False),
    ("type", "=", "contact"),
    ("partner_share", "=", True),
)
"""Persons: no companies, no further addresses, nobody who works in Odoo."""

Domain = Sequence[Sequence[Any]]


@dataclass
class OdooApi:
    """`url`: without a slash at its end; `database`: empty where there is one alone; `fields`: what counts of a
    contact; `at`: Odoo's clock as it was told last."""

    url: str
    key: str
    database: str
    fields: Sequence[str]
    exchange: Exchange
    now: Callable[[], datetime]
    at: datetime | None = field(default=None, init=False)

    @property
    def hash_key(self) -> bytes:
        return hash_key(self.url, self.database, self.key)

    async def call(self, model: str, method: str, **named: Any) -> Any:
        """What the method answers. Raises: Missing, Rejected, CrmTrouble."""
        headers = {
            "Authorization": f"bearer {self.key}",
            **({"X-Odoo-Database": self.database} if self.database else {}),
        }
        path = f"{self.url}/json/2/{model}/{method}"
        try:
            answer = await asked(self.exchange, "POST", path, headers, named, self._wait)
        except CrmTrouble as error:
            if error.trouble == "server_error" and NO_FIELD in error.said:
                raise CrmTrouble("malformed", f"Odoo lacks a field: {error.said}") from None
            raise
        self.at = date(answer) or self.at
        if answer.status == 404:
            if not _exception(answer).startswith("odoo."):
                raise CrmTrouble("not_found", "there is no Odoo with the JSON-2 API (19 or later) at this address")
            raise Missing
        if 400 <= answer.status < 500:
            raise Rejected(f"{answer.status} {words(answer)}".strip())
        expect(answer, 200)
        return json_value(answer)

    async def rows(self, model: str, domain: Domain, order: str, limit: int, fields: Sequence[str]) -> list[Row]:
        """At most `limit` records, archived ones too. Raises: CrmTrouble."""
        try:
            found = await self.call(
                model,
                "search_read",
                domain=[list(one) for one in domain],
                fields=list(fields),
                limit=limit,
                order=order,
                context={"active_test": False},
            )
        except (Missing, Rejected) as error:
            raise CrmTrouble("malformed", f"Odoo does not list so: {error}") from None
        if not isinstance(found, list) or len(found) > limit:
            malformed(f"the answer is no list of at most {limit}")
        return [row_of(one) for one in found]

    async def contacts(self, domain: Domain, order: str, limit: int) -> list[Row]:
        """Raises: CrmTrouble."""
        fields = dict.fromkeys((*ASKED, *self.fields))
        return await self.rows(PARTNER, [*CONTACTS, *domain], order, limit, tuple(fields))

    async def made(self, model: str, method: str, **named: Any) -> int:
        """The id of the one record that the method answers. Raises: Missing, Rejected, CrmTrouble."""
        told = await self.call(model, method, **named)
        if not isinstance(told, list) or len(told) != 1:
            malformed(f"{method} does not answer one id")
        return int(row_of({"id": told[0]})["id"])

    def _wait(self, answer: Answered) -> timedelta | None:
        return retry_after(answer, self.now())


def _exception(answer: Answered) -> str:
    """Its name in Odoo; empty: Odoo did not answer this."""
    try:
        name = json_object(answer).get("name")
    except CrmTrouble:
        return ""
    return name if isinstance(name, str) else ""


def words(answer: Answered) -> str:
    """Its message alone: the rest of what Odoo tells of an error is for its developers."""
    try:
        text = json_object(answer).get("message")
    except CrmTrouble:
        text = None
    return one_line(text) if isinstance(text, str) else body_of(answer)
