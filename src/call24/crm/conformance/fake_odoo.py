"""A stand-in of Odoo on this machine: its JSON-2 API for contacts and their notes.

What it takes and answers was written by hand from Odoo's documentation (19), and compared with its published source;
what it does not know it refuses, and notes as wrong. It was never compared with a running Odoo.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

from aiohttp import web

from call24.crm.conformance.stand_in import TOKEN, FakeRecord
from call24.crm.conformance.strict import Asked, Route, Row, StrictStandIn

DATABASE = "acme"
KEY = "x_call24_key"
TEXTS = ("name", "email", "phone", "city", "ref", "x_family", "x_customer_number")
BOOLS = ("active", "is_company", "partner_share", "x_do_not_use")
_OTHER = ("id", "write_date", "type", KEY)
_MADE_OF = {
    "given": "name",
    "family": "x_family",
    "email": "email",
    "phone": "phone",
    "do_not_use": "x_do_not_use",
}
_SEARCH = frozenset({"domain", "fields", "limit", "order", "context"})
_NOTE = frozenset({"ids", "body", "body_is_html", "message_type", "subtype_xmlid"})
_TIME = "%Y-%m-%d %H:%M:%S"


class FakeOdoo(StrictStandIn):
    """`has_key`: the field for our key is there. `named`: contacts that documents name, which it does not delete."""

    creating = "POST res.partner/create"
    logging = "POST res.partner/message_post"
    tick = timedelta(seconds=1)
    tells_gone = False
    at_path = "/json/2"
    authorised = f"bearer {TOKEN}"

    def __init__(self) -> None:
        super().__init__()
        self.has_key = True
        self.documents: set[int] = set()
        self.partners: dict[int, Row] = {}
        self.messages: dict[int, Row] = {}
        self._n = 100
        self._micro = 0

    # --- its own users ---

    def partner(self, *, at: datetime | None = None, **values: Any) -> Row:
        self._n += 1
        row: Row = {**dict.fromkeys(TEXTS, False), KEY: False, "id": self._n, "type": "contact", "is_company": False}
        row.update(active=True, partner_share=True, x_do_not_use=False, name="-")
        self.partners[self._n] = row
        return self._set(row, values, at)

    def _set(self, row: Row, values: Mapping[str, Any], at: datetime | None = None) -> Row:
        """It knows times by the microsecond, and tells them by the second."""
        row.update(values)
        self._micro = (self._micro + 7919) % 1_000_000
        row["write_date"] = (at or self.clock()).replace(microsecond=self._micro)
        return row

    @property
    def records(self) -> Mapping[str, FakeRecord]:
        return {
            str(id): FakeRecord(
                id=str(id),
                fields=self.named({name: None if value == "-" else value for name, value in row.items()}),
                updated_at=row["write_date"].replace(microsecond=0),
                key=row[KEY] or "",
                deleted=not row["active"],
            )
            for id, row in self.partners.items()
            if row["partner_share"] and not row["is_company"]
        }

    @property
    def calls(self) -> Mapping[str, Row]:
        return {str(id): row for id, row in self.messages.items()}

    def add(self, *, id: str = "", at: datetime | None = None, key: str = "", **fields: Any) -> FakeRecord:
        row = self.partner(at=at, **self.members(**fields), **({KEY: key} if key else {}))
        return self.records[str(row["id"])]

    def change(self, id: str, *, at: datetime | None = None, **fields: Any) -> FakeRecord:
        self._set(self.partners[int(id)], {_MADE_OF.get(name, name): value for name, value in fields.items()}, at)
        return self.records[id]

    def delete(self, id: str) -> None:
        self.partners.pop(int(id))
        self.messages = {one: row for one, row in self.messages.items() if row["res_id"] != int(id)}

    def retire(self, id: str) -> None:
        self._set(self.partners[int(id)], {"active": False}, self.partners[int(id)]["write_date"])

    def members(self, **fields: Any) -> dict[str, Any]:
        return {_MADE_OF[name]: value for name, value in fields.items()}

    def named(self, members: Mapping[str, Any]) -> dict[str, Any]:
        return {name: members[own] for name, own in _MADE_OF.items() if members.get(own)}

    # --- requests ---

    def routes(self) -> tuple[Route, ...]:
        def route(path: str, body: frozenset[str], does: Any) -> Route:
            return Route(method="POST", path=re.escape(path), body=body, does=does)

        return (
            route("res.partner/search_read", _SEARCH, self._search_partners),
            route("res.partner/read", frozenset({"ids", "fields"}), self._read),
            route("res.partner/create", frozenset({"vals_list"}), self._create),
            route("res.partner/write", frozenset({"ids", "vals"}), self._write),
            route("res.partner/unlink", frozenset({"ids"}), self._unlink),
            route("res.partner/message_post", _NOTE, self._post),
            route("mail.message/search_read", _SEARCH, self._search_messages),
        )

    def look(self, request: web.Request) -> None:
        super().look(request)
        if request.headers.get("X-Odoo-Database") != DATABASE:
            self.wrong.append("no such database")

    def refused(self, request: web.Request) -> web.Response | None:
        if super().refused(request) is None:
            return None
        return self.answer(*self._no(401, "werkzeug.exceptions.Unauthorized", "Invalid apikey"))

    def _no(self, status: int, name: str, text: str) -> tuple[int, Any]:
        body = {"name": name, "message": text, "arguments": [text], "context": {}, "debug": "Traceback (most recent"}
        return status, body

    def _lacks(self, name: str, model: str = "res.partner") -> tuple[int, Any]:
        return self._no(500, "builtins.ValueError", f"Invalid field {name!r} on {model!r}")

    # --- contacts ---

    def _unknown(self, names: Any) -> str:
        known = {*TEXTS, *BOOLS, *_OTHER} - (set() if self.has_key else {KEY})
        return next((name for name in names if name not in known), "")

    def _wrong_value(self, values: Row) -> tuple[int, Any] | None:
        if name := self._unknown(values):
            return self._lacks(name)
        for name, value in values.items():
            if not (isinstance(value, bool) if name in BOOLS else value is False or (value and isinstance(value, str))):
                self.wrong.append(f"{name} cannot be {value!r}")
        if values.get("name", "x") is False:
            return self._no(422, "odoo.exceptions.ValidationError", "Contacts require a name")
        if values.get("name") == "refuse me":
            return self._no(422, "odoo.exceptions.ValidationError", "this name is not taken")
        return None

    def _create(self, asked: Asked) -> tuple[int, Any]:
        [values] = asked.body["vals_list"]
        if (no := self._wrong_value({"name": False, **values})) is not None:
            return no
        return 200, [self.partner(**values)["id"]]

    def _there(self, asked: Asked) -> Row | None:
        [id] = asked.body["ids"]
        return self.partners.get(id)

    def _read(self, asked: Asked) -> tuple[int, Any]:
        row = self._there(asked)
        return 200, [] if row is None else [self._json(row, asked.body["fields"])]

    def _missing(self) -> tuple[int, Any]:
        return self._no(404, "odoo.exceptions.MissingError", "Record does not exist or has been deleted.")

    def _write(self, asked: Asked) -> tuple[int, Any]:
        row = self._there(asked)
        if (no := self._wrong_value(asked.body["vals"])) is not None:
            return no
        if row is None:
            return self._missing()
        if KEY in asked.body["vals"]:
            self.wrong.append("our key is never changed")
        self._set(row, asked.body["vals"])
        return 200, True

    def _unlink(self, asked: Asked) -> tuple[int, Any]:
        row = self._there(asked)
        if row is None:
            return self._missing()
        if row["id"] in self.documents:
            text = "another model is using the record you are trying to delete"
            return self._no(422, "odoo.exceptions.ValidationError", f"The operation cannot be completed: {text}")
        self.delete(str(row["id"]))
        return 200, True

    # --- notes ---

    def _post(self, asked: Asked) -> tuple[int, Any]:
        row, body = self._there(asked), asked.body
        if row is None:
            return self._missing()
        if (body["message_type"], body["subtype_xmlid"], body["body_is_html"]) != ("comment", "mail.mt_note", True):
            self.wrong.append(f"no internal note: {body}")
        self._n += 1
        of = {"model": "res.partner", "res_id": row["id"]}
        self.messages[self._n] = {"id": self._n, "body": body["body"], **of}
        return 200, [self._n]

    def note_text(self, id: str) -> str:
        """As a user reads it."""
        return unescape(re.sub(r"<br>|</?p>", "\n", self.messages[int(id)]["body"])).strip()

    # --- lists ---

    def _search_partners(self, asked: Asked) -> tuple[int, Any]:
        if (no := self._unbounded(asked)) is not None:
            return no
        names = [*(one[0] for one in asked.body["domain"]), *asked.body["fields"]]
        if name := self._unknown(names):
            return self._lacks(name)
        rows = list(self.partners.values())
        return self._search(asked, [row for row in rows if row["active"] or self._archived_too(asked)])

    def _search_messages(self, asked: Asked) -> tuple[int, Any]:
        return self._unbounded(asked) or self._search(asked, list(self.messages.values()))

    def _unbounded(self, asked: Asked) -> tuple[int, Any] | None:
        body = asked.body
        if set(body) == _SEARCH and isinstance(body["limit"], int) and body["limit"] > 0:
            return None
        self.wrong.append(f"a search without an end, an order, or its fields: {body}")
        return self._no(422, "werkzeug.exceptions.UnprocessableEntity", "a search without an end")

    @staticmethod
    def _archived_too(asked: Asked) -> bool:
        return asked.body["context"].get("active_test", True) is False

    def _search(self, asked: Asked, rows: list[Row]) -> tuple[int, Any]:
        body = asked.body
        found = [row for row in rows if all(_holds(row, *one) for one in body["domain"])]
        names = [one.strip() for one in body["order"].split(",")]
        found.sort(key=lambda row: [row[name] for name in names])
        if self.twice:
            found = [row for each in found for row in (each, each)]
        return 200, [self._json(row, body["fields"]) for row in found[: body["limit"]]]

    @staticmethod
    def _json(row: Row, names: list[str]) -> Row:
        told = {name: row[name] for name in dict.fromkeys(["id", *names])}
        return {name: one.strftime(_TIME) if isinstance(one, datetime) else one for name, one in told.items()}


def _holds(row: Row, name: str, operator: str, value: Any) -> bool:
    own = row[name]
    if isinstance(own, datetime):
        value = datetime.strptime(value, _TIME).replace(tzinfo=UTC)
    match operator:
        case "=":
            return bool(own == value)
        case ">":
            return bool(own > value)
        case ">=":
            return bool(own >= value)
        case "<":
            return bool(own < value)
        case "like":
            return str(value) in str(own)
        case "=like":
            pattern = "".join(".*" if one == "%" else re.escape(one) for one in value)
            return re.fullmatch(pattern, str(own or ""), re.DOTALL) is not None
        case _:
            raise ValueError(f"no such operator: {operator}")
