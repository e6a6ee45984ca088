"""A stand-in of Bitrix24 on this machine: its REST API for contacts and comments of their timeline.

What it takes and answers was written by hand from Bitrix24's public documentation; what is not in there it refuses, and
notes as wrong. It was never compared with Bitrix24.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web

from call24.crm.conformance.stand_in import TOKEN, FakeRecord
from call24.crm.conformance.strict import Asked, Route, Row, StrictStandIn

USER = "1"
TEXTS = ("name", "secondName", "lastName", "post", "comments", "ufCrm_1700000000001")
CUSTOMER = "ufCrm_1700000000001"
OBJECTION = "ufCrm_1700000000002"
_OWN = ("id", "createdTime", "updatedTime", "fm")
_ORIGIN = ("originatorId", "originId")
_MADE_OF = {"given": "name", "family": "lastName"}
_MULTIPLE = {"email": "EMAIL", "phone": "PHONE"}
_LIST = frozenset({"entityTypeId", "select", "filter", "order", "start"})
_COMMENTS = frozenset({"filter", "select", "order", "start"})
_PREFIX = re.compile(r"(>=|<=|>|<|=|)(\w+)")
PAGE = 50
FOUND_MAX = 20


class FakeBitrix24(StrictStandIn):
    """`bin`: contacts that were deleted, which it keeps for a while. `hidden`: those that its user may not see."""

    creating = "POST crm.item.add"
    logging = "POST crm.timeline.comment.add"
    tick = timedelta(seconds=1)
    tells_deletions = False
    tells_gone = False
    at_path = "/rest"

    def __init__(self) -> None:
        super().__init__()
        self.contacts: dict[int, Row] = {}
        self.bin: dict[int, Row] = {}
        self.hidden: set[int] = set()
        self.comments: dict[int, Row] = {}
        self._n = 100

    # --- its own users ---

    def contact(self, *, at: datetime | None = None, fm: Mapping[str, Any] | None = None, **values: Any) -> Row:
        self._n += 1
        row: Row = {**dict.fromkeys((*TEXTS, *_ORIGIN)), OBJECTION: "N", "id": self._n, "fm": []}
        self.contacts[self._n] = row
        return self.put(row, {**values, **({"fm": fm} if fm else {})}, at)

    def put(self, row: Row, values: Mapping[str, Any], at: datetime | None = None) -> Row:
        """What a text is emptied of is null. `fm`: by id, or new ones by a name."""
        row.update({name: value or None for name, value in values.items() if name != "fm"})
        for id, one in values.get("fm", {}).items():
            there = [each for each in row["fm"] if str(each["id"]) == id]
            row["fm"] = [each for each in row["fm"] if each not in there]
            if one["value"]:
                self._n += 0 if there else 1
                row["fm"].append({"id": there[0]["id"] if there else self._n, **one})
        row["fm"].sort(key=lambda each: each["id"])
        row["updatedTime"] = (at or self.clock()).replace(microsecond=0)
        row.setdefault("createdTime", row["updatedTime"])
        return row

    @property
    def records(self) -> Mapping[str, FakeRecord]:
        rows = [(row, False) for row in self.contacts.values()] + [(row, True) for row in self.bin.values()]
        return {
            str(row["id"]): FakeRecord(
                id=str(row["id"]),
                fields=self._fields(row),
                updated_at=row["updatedTime"],
                key=row["originId"] or "",
                deleted=deleted,
            )
            for row, deleted in rows
        }

    @staticmethod
    def _fields(row: Row) -> Row:
        told = {name: row[own] for name, own in _MADE_OF.items() if row[own] and row[own] != "-"}
        for name, kind in _MULTIPLE.items():
            if first := [one["value"] for one in row["fm"] if one["typeId"] == kind]:
                told[name] = first[0]
        return {**told, **({"do_not_use": True} if row[OBJECTION] == "Y" else {})}

    @property
    def calls(self) -> Mapping[str, Row]:
        return {str(id): one for id, one in self.comments.items()}

    def add(self, *, id: str = "", at: datetime | None = None, key: str = "", **fields: Any) -> FakeRecord:
        origin: Row = {"originatorId": "call24", "originId": key} if key else {}
        row = self.contact(at=at, **self._values(fields, {}), **origin)
        return self.records[str(row["id"])]

    def change(self, id: str, *, at: datetime | None = None, **fields: Any) -> FakeRecord:
        row = self.contacts[int(id)]
        self.put(row, self._values(fields, row), at)
        return self.records[id]

    def _values(self, fields: Mapping[str, Any], row: Row) -> Row:
        values = {_MADE_OF.get(name, name): value for name, value in fields.items() if name not in _MULTIPLE}
        fm = {}
        for name, kind in _MULTIPLE.items():
            if name in fields:
                ids = [str(one["id"]) for one in row.get("fm", []) if one["typeId"] == kind]
                fm[ids[0] if ids else name] = {"typeId": kind, "valueType": "WORK", "value": fields[name]}
        return {**values, **({"fm": fm} if fm else {})}

    def delete(self, id: str) -> None:
        self.bin[int(id)] = self.contacts.pop(int(id))
        self.comments = {one: row for one, row in self.comments.items() if row["ENTITY_ID"] != int(id)}

    def retire(self, id: str) -> None:
        self.delete(id)

    def members(self, **fields: Any) -> dict[str, Any]:
        return {_MADE_OF.get(name, name): value for name, value in fields.items()}

    def named(self, members: Mapping[str, Any]) -> dict[str, Any]:
        names = {**_MADE_OF, **{name: name for name in _MULTIPLE}}
        return {name: members[own] for name, own in names.items() if members.get(own)}

    def texts(self) -> list[str]:
        """Every text that it has of contacts and comments, of its recycle bin too."""
        rows = (*self.contacts.values(), *self.bin.values())
        told = [row[name] for row in rows for name in (*TEXTS, *_ORIGIN) if row[name] not in (None, "-")]
        return [*told, *(one["value"] for row in rows for one in row["fm"]), *map(str, self.comments.values())]

    # --- requests ---

    def path_of(self, request: web.Request) -> str:
        """Without the user and the secret before it."""
        return super().path_of(request).split("/", 2)[-1]

    def look(self, request: web.Request) -> None:
        """Its secret stands in the address: so it is with its webhooks."""

    def refused(self, request: web.Request) -> web.Response | None:
        if request.match_info["path"].split("/")[:2] == [USER, TOKEN]:
            return None
        return self.answer(401, {"error": "NO_AUTH_FOUND", "error_description": "Wrong authorization data"})

    def routes(self) -> tuple[Route, ...]:
        def route(method: str, body: set[str] | frozenset[str], does: Any) -> Route:
            return Route(method="POST", path=re.escape(method), body=frozenset(body), does=does)

        return (
            route("crm.item.list", _LIST, self._list),
            route("crm.item.get", {"entityTypeId", "id"}, self._get),
            route("crm.item.add", {"entityTypeId", "fields"}, self._add),
            route("crm.item.update", {"entityTypeId", "id", "fields"}, self._update),
            route("crm.item.delete", {"entityTypeId", "id"}, self._delete),
            route("crm.duplicate.findbycomm", {"entity_type", "type", "values"}, self._by_number),
            route("crm.timeline.comment.list", _COMMENTS, self._list_comments),
            route("crm.timeline.comment.add", {"fields"}, self._comment),
            route("crm.timeline.comment.delete", {"id"}, self._uncomment),
        )

    def _no(self, code: str, text: str, status: int = 400) -> tuple[int, Any]:
        return status, {"error": code, "error_description": text}

    def _yes(self, result: Any, **more: Any) -> tuple[int, Any]:
        return 200, {"result": result, **more, "time": {"start": 1.0, "finish": 1.1, "operating": 0}}

    def _json(self, row: Row) -> Row:
        return {name: one.isoformat() if isinstance(one, datetime) else one for name, one in row.items()}

    # --- contacts ---

    def _row(self, asked: Asked) -> Row | None:
        if asked.body["entityTypeId"] != 3:
            self.wrong.append("no contacts")
        return self.contacts.get(asked.body["id"])

    def _get(self, asked: Asked) -> tuple[int, Any]:
        row = self._row(asked)
        if asked.body["id"] in self.hidden:
            return self._no("ACCESS_DENIED", "Access denied")
        return self._no("NOT_FOUND", "Item was not found") if row is None else self._yes({"item": self._json(row)})

    def _fault_of(self, fields: Row, row: Row) -> tuple[int, Any] | None:
        if unknown := set(fields) - {*TEXTS, *_ORIGIN, OBJECTION, "fm"}:
            self.wrong.append(f"it passes over {sorted(unknown)}")
        for name, value in fields.items():
            if name == OBJECTION and value not in ("Y", "N"):
                self.wrong.append(f"{name} is neither Y nor N: {value}")
            elif name not in ("fm", OBJECTION) and not isinstance(value, str):
                self.wrong.append(f"{name} is no text: {value}")
        if not any(fields.get(name, row.get(name)) for name in ("name", "lastName")):
            return self._no("CRM_FIELD_ERROR_REQUIRED", "The field Name is required")
        if fields.get("name") == "refuse me":
            return self._no("CRM_FIELD_ERROR_VALUE_NOT_VALID", "this name is not taken")
        return None

    def _several(self, each: Any) -> bool:
        right = all(isinstance(one, Mapping) and one.get("typeId") in ("PHONE", "EMAIL") for one in each)
        if not right or not all(isinstance(one.get("value"), str) for one in each):
            self.wrong.append(f"no values of fm: {each}")
        return right

    def _add(self, asked: Asked) -> tuple[int, Any]:
        fields = dict(asked.body["fields"])
        if (no := self._fault_of(fields, {})) is not None:
            return no
        fm = fields.pop("fm", [])
        if not isinstance(fm, list) or not self._several(fm):
            return self._no("INVALID_ARG_VALUE", "fm")
        return self._yes({"item": self._json(self.contact(fm={f"n{n}": one for n, one in enumerate(fm)}, **fields))})

    def _update(self, asked: Asked) -> tuple[int, Any]:
        row, fields = self._row(asked), asked.body["fields"]
        if row is None:
            return self._no("NOT_FOUND", "Item was not found")
        if (no := self._fault_of(fields, row)) is not None:
            return no
        fm = fields.get("fm", {})
        ids = {str(one["id"]) for one in row["fm"]}
        if not isinstance(fm, Mapping) or not self._several(fm.values()):
            return self._no("INVALID_ARG_VALUE", "fm")
        if any(id not in ids and not re.fullmatch(r"n\d+", id) for id in fm):
            self.wrong.append(f"fm names what is not the contact's: {fm}")
        return self._yes({"item": self._json(self.put(row, fields))})

    def _delete(self, asked: Asked) -> tuple[int, Any]:
        if self._row(asked) is None:
            return self._no("NOT_FOUND", "Item was not found")
        self.delete(str(asked.body["id"]))
        return self._yes([])

    def _list(self, asked: Asked) -> tuple[int, Any]:
        body, known = asked.body, {*TEXTS, *_ORIGIN, OBJECTION, *_OWN} - {"fm"}
        if body["entityTypeId"] != 3 or body["select"] != ["*"] or body["start"] != -1:
            self.wrong.append(f"numbers are told with * alone, and rows need no count: {body}")
        conditions = [(*_split(name), value) for name, value in body["filter"].items()]
        for name in [*(name for _, name, _ in conditions), *body["order"]]:
            if name not in known:
                return self._no("INVALID_ARG_VALUE", f"Invalid filter: field '{name}' is not allowed in filter")
        rows = [row for row in self.contacts.values() if all(_holds(row[name], op, to) for op, name, to in conditions)]
        rows.sort(key=lambda row: [row[name] for name in body["order"]])
        if self.twice:
            rows = [row for each in rows for row in (each, each)]
        return self._yes({"items": [self._json(row) for row in rows[:PAGE]]}, total=0)

    def _by_number(self, asked: Asked) -> tuple[int, Any]:
        body = asked.body
        if (body["entity_type"], body["type"]) != ("CONTACT", "PHONE") or not 1 <= len(body["values"]) <= 20:
            self.wrong.append(f"no search for a number: {body}")
        wanted = {re.sub(r"\D", "", one) for one in body["values"]}
        found = [
            row["id"]
            for row in self.contacts.values()
            if any(one["typeId"] == "PHONE" and re.sub(r"\D", "", one["value"]) in wanted for one in row["fm"])
        ]
        return self._yes({"CONTACT": found[:FOUND_MAX]} if found else [])

    # --- comments ---

    def _comment(self, asked: Asked) -> tuple[int, Any]:
        fields = asked.body["fields"]
        if set(fields) != {"ENTITY_ID", "ENTITY_TYPE", "COMMENT"} or fields["ENTITY_TYPE"] != "contact":
            self.wrong.append(f"a comment that is {fields}")
        if fields["ENTITY_ID"] not in self.contacts:
            return self._no("ERROR_NOT_FOUND", "Contact was not found")
        self._n += 1
        self.comments[self._n] = {"ID": str(self._n), **fields}
        return self._yes(self._n)

    def _uncomment(self, asked: Asked) -> tuple[int, Any]:
        if self.comments.pop(asked.body["id"], None) is None:
            return self._no("ERROR_NOT_FOUND", "Comment was not found")
        return self._yes(True)

    def _list_comments(self, asked: Asked) -> tuple[int, Any]:
        body = asked.body
        of = body["filter"]
        if set(of) != {"ENTITY_ID", "ENTITY_TYPE"} or of["ENTITY_TYPE"] != "contact":
            self.wrong.append(f"comments of {of}")
        rows = [one for one in self.comments.values() if one["ENTITY_ID"] == of["ENTITY_ID"]]
        rows.sort(key=lambda one: int(one["ID"]), reverse=body["order"] == {"ID": "DESC"})
        start = body["start"]
        told = [{name: one[name] for name in body["select"]} for one in rows[start : start + PAGE]]
        following = {"next": start + PAGE} if len(rows) > start + PAGE else {}
        return self._yes(told, total=len(rows), **following)


def _split(name: str) -> tuple[str, str]:
    found = _PREFIX.fullmatch(name)
    return (found[1], found[2]) if found is not None else ("", name)


def _holds(own: Any, operator: str, value: Any) -> bool:
    if isinstance(own, datetime):
        value = datetime.fromisoformat(value).astimezone(UTC)
    match operator:
        case "=" | "":
            return bool(own == value)
        case ">":
            return bool(own > value)
        case ">=":
            return bool(own >= value)
        case "<":
            return bool(own < value)
        case _:
            raise ValueError(f"no such operator: {operator}")
