"""A stand-in of EspoCRM on this machine: its REST API for contacts, calls, data privacy and its own user.

What it takes and answers was written by hand from EspoCRM's documentation, and compared with its published source (10);
what it does not know it refuses, and notes as wrong. It was never compared with a running EspoCRM.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web

from call24.crm.conformance.stand_in import TOKEN, FakeRecord
from call24.crm.conformance.strict import Asked, Route, Row, StrictStandIn

ME = "65f0c0ffee0000001"
TEXTS = ("firstName", "lastName", "emailAddress", "phoneNumber", "description", "addressCity", "cCustomerNumber")
BOOLS = ("doNotCall", "cDoNotUse")
KEY = "cCall24Key"
MANY = {"phoneNumber": "phoneNumberData", "emailAddress": "emailAddressData"}
_OWN = ("id", "createdAt", "modifiedAt")
_CALL = {"name", "status", "direction", "dateStart", "dateEnd", "description", "parentType", "parentId"} | {
    *("contactsIds", "assignedUserId"),
}
_LIST = frozenset({"where", "orderBy", "order", "maxSize", "offset", "attributeSelect"})
_MADE_OF = {"given": "firstName", "family": "lastName", "email": "emailAddress", "phone": "phoneNumber"}
_ADDED = {"do_not_use": "cDoNotUse"}
_WHERE = re.compile(r"where\[(\d+)\]\[(type|attribute|value)\]")
_TIME = "%Y-%m-%d %H:%M:%S"
SIZE_MAX = 200


class FakeEspoCrm(StrictStandIn):
    """`has_key`: the field for our key is there. `private`: its role has the permission Data Privacy. `counts`: it
    counts versions of contacts, and compares them."""

    creating = "POST Contact"
    logging = "POST Call"
    tick = timedelta(seconds=1)
    tells_deletions = False
    tells_gone = False
    at_path = "/api/v1"
    credential = "X-Api-Key"
    authorised = TOKEN

    def __init__(self) -> None:
        super().__init__()
        self.has_key = True
        self.private = True
        self.counts = False
        self.contacts: dict[str, Row] = {}
        self.deleted: dict[str, Row] = {}
        self.call_rows: dict[str, Row] = {}
        self.deleted_calls: dict[str, Row] = {}
        self._n = 100

    # --- its own users ---

    def contact(self, *, at: datetime | None = None, **values: Any) -> Row:
        row: Row = {**dict.fromkeys(TEXTS), **dict.fromkeys(BOOLS, False), KEY: None, "id": self._id()}
        row.update({many: [] for many in MANY.values()}, versionNumber=0)
        self.contacts[row["id"]] = row
        return self._set(row, values, at)

    def _id(self) -> str:
        self._n += 1
        return f"65f0{self._n:013x}"

    def _set(self, row: Row, values: Mapping[str, Any], at: datetime | None = None) -> Row:
        """A first number or address that is set stands in place of the one that was."""
        for name, value in values.items():
            row[name] = value
        for one, many in MANY.items():
            if one in values and many not in values:
                rest = [each for each in row[many] if not each["primary"]]
                row[many] = [*([{one: values[one], "primary": True}] if values[one] else []), *rest]
            first = next((each[one] for each in row[many] if each["primary"]), None)
            row[one] = first
        row["modifiedAt"] = (at or self.clock()).replace(microsecond=0)
        row.setdefault("createdAt", row["modifiedAt"])
        row["versionNumber"] += 1
        return row

    @property
    def records(self) -> Mapping[str, FakeRecord]:
        return {
            **{id: self._told(row, deleted=False) for id, row in self.contacts.items()},
            **{id: self._told(row, deleted=True) for id, row in self.deleted.items()},
        }

    @property
    def calls(self) -> Mapping[str, Row]:
        return self.call_rows

    def _told(self, row: Row, *, deleted: bool) -> FakeRecord:
        fields = self.named({name: None if value == "-" else value for name, value in row.items()})
        return FakeRecord(
            id=row["id"], fields=fields, updated_at=row["modifiedAt"], key=row[KEY] or "", deleted=deleted
        )

    def add(self, *, id: str = "", at: datetime | None = None, key: str = "", **fields: Any) -> FakeRecord:
        values = {**self.members(**fields), **({KEY: key} if key else {})}
        row = self.contact(at=at, **{"lastName": "-", **values})
        return self.records[row["id"]]

    def change(self, id: str, *, at: datetime | None = None, **fields: Any) -> FakeRecord:
        named = {**_MADE_OF, **_ADDED}
        self._set(self.contacts[id], {named.get(name, name): value for name, value in fields.items()}, at)
        return self.records[id]

    def delete(self, id: str) -> None:
        self.deleted[id] = self.contacts.pop(id)

    def retire(self, id: str) -> None:
        self.delete(id)

    def members(self, **fields: Any) -> dict[str, Any]:
        return {{**_MADE_OF, **_ADDED}[name]: value for name, value in fields.items()}

    def named(self, members: Mapping[str, Any]) -> dict[str, Any]:
        return {name: members[own] for name, own in {**_MADE_OF, **_ADDED}.items() if members.get(own)}

    def texts(self) -> list[str]:
        """Every text that it has of contacts and calls, of deleted ones too."""
        rows = (*self.contacts.values(), *self.deleted.values())
        calls = (*self.call_rows.values(), *self.deleted_calls.values())
        told = [row[name] for row in rows for name in (*TEXTS, KEY, *MANY.values())]
        return [str(one) for one in (*told, *(call["description"] for call in calls)) if one]

    # --- requests ---

    def routes(self) -> tuple[Route, ...]:
        written = frozenset({*TEXTS, *BOOLS, KEY, *MANY.values()})
        erased = frozenset({"entityType", "id", "fieldList"})
        id = r"([0-9A-Za-z-]+)"
        return (
            Route(method="GET", path=r"App/user", does=lambda _: (200, {"user": {"id": ME, "type": "api"}})),
            Route(method="GET", path=r"Contact", query=_LIST, does=self._list_contacts),
            Route(method="POST", path=r"Contact", body=written, does=self._create),
            Route(method="GET", path=rf"Contact/{id}", does=self._show),
            Route(method="PUT", path=rf"Contact/{id}", body=written, does=self._update),
            Route(method="DELETE", path=rf"Contact/{id}", does=self._delete),
            Route(method="POST", path=r"DataPrivacy/action/erase", body=erased, does=self._erase),
            Route(method="GET", path=r"Call", query=_LIST, does=self._list_calls),
            Route(method="POST", path=r"Call", body=frozenset(_CALL), does=self._call),
            Route(method="PUT", path=rf"Call/{id}", body=frozenset({"description"}), does=self._change_call),
            Route(method="DELETE", path=rf"Call/{id}", does=self._delete_call),
        )

    def parameters(self, query: Mapping[str, str]) -> set[str]:
        return {"where" if _WHERE.fullmatch(name) else name for name in query}

    def answer(self, status: int, body: Any) -> web.Response:
        """Of what it refuses the words stand in a header, and there is no body."""
        if status < 400 or not isinstance(body, str):
            return super().answer(status, body)
        told = super().answer(status, None)
        return web.Response(status=status, headers={"Date": told.headers["Date"], "X-Status-Reason": body})

    def refused(self, request: web.Request) -> web.Response | None:
        return None if super().refused(request) is None else web.Response(status=401)

    # --- contacts ---

    def _show(self, asked: Asked) -> tuple[int, Any]:
        row = self.contacts.get(asked.id)
        return (404, f"Record {asked.id} does not exist.") if row is None else (200, self._json(row))

    def _json(self, row: Row) -> Row:
        told = {name: one.strftime(_TIME) if isinstance(one, datetime) else one for name, one in row.items()}
        return {
            name: one
            for name, one in told.items()
            if (name != KEY or self.has_key) and (name != "versionNumber" or self.counts)
        }

    def _wrong_value(self, values: Row) -> str:
        for name, value in values.items():
            kind = bool if name in BOOLS else list if name in MANY.values() else str
            if not isinstance(value, kind):
                self.wrong.append(f"{name} is no {kind.__name__}: {value}")
                return "validationFailure"
        if values.get("lastName") == "":
            return "Field validation failure; entityType: Contact, field: lastName, type: required."
        return "this name is not taken" if values.get("firstName") == "refuse me" else ""

    def _create(self, asked: Asked) -> tuple[int, Any]:
        values = dict(asked.body)
        if "lastName" not in values:
            return 400, "Field validation failure; entityType: Contact, field: lastName, type: required."
        if why := self._wrong_value(values):
            return 400, why
        if asked.headers.get("X-Skip-Duplicate-Check") != "true":
            return 409, "duplicate"
        if not self.has_key:
            values.pop(KEY, None)  # it passes over what it does not know
        return 200, self._json(self.contact(**values))

    def _update(self, asked: Asked) -> tuple[int, Any]:
        row = self.contacts.get(asked.id)
        if row is None:
            return 404, f"Record {asked.id} not found."
        if KEY in asked.body:
            self.wrong.append("our key is never changed")
        if why := self._wrong_value(asked.body):
            return 400, why
        count = asked.headers.get("X-Version-Number")
        if self.counts and count != str(row["versionNumber"]):
            return 409, "modified"
        return 200, self._json(self._set(row, asked.body))

    def _delete(self, asked: Asked) -> tuple[int, Any]:
        if asked.id not in self.contacts:
            return 404, f"Record {asked.id} not found."
        self.delete(asked.id)
        return 200, True

    def _erase(self, asked: Asked) -> tuple[int, Any]:
        if not self.private:
            return 403, ""
        body = asked.body
        row = self.contacts.get(body["id"])
        if body["entityType"] != "Contact" or row is None:
            return 404, ""
        known = {*TEXTS, KEY, "name", "address"}
        if unknown := set(body["fieldList"]) - known:
            self.wrong.append(f"there is no field {sorted(unknown)}")
        gone = set(body["fieldList"]) & {*TEXTS, KEY}
        gone |= {"firstName", "lastName"} if "name" in body["fieldList"] else set()
        gone |= {"addressCity"} if "address" in body["fieldList"] else set()
        for one in gone & set(MANY):
            values = {each[one] for each in row[MANY[one]]}
            for other in self.contacts.values():  # a number is one row, whoever has it
                for each in other[MANY[one]]:
                    if each[one] in values:
                        each[one] = f"ERASED:{row['id']}"
                self._set(other, {}, other["modifiedAt"])
            row[MANY[one]] = []
        self._set(row, dict.fromkeys(gone))
        return 200, True

    # --- lists ---

    def _list_contacts(self, asked: Asked) -> tuple[int, Any]:
        known = {*TEXTS, *_OWN} | ({KEY} if self.has_key else set())
        return self._list(asked, list(self.contacts.values()), known, self._value)

    def _list_calls(self, asked: Asked) -> tuple[int, Any]:
        def value(row: Row, name: str) -> Any:
            return row["contactsIds"] if name == "contacts" else row[name]

        return self._list(asked, list(self.call_rows.values()), {*_CALL, "id"}, value)

    def _value(self, row: Row, name: str) -> Any:
        if name == "phoneNumberNumeric":
            return [re.sub(r"\D", "", one["phoneNumber"]) for one in row["phoneNumberData"]]
        if name in MANY:
            return [one[name] for one in row[MANY[name]]]
        value = row[name]
        return value.strftime(_TIME) if isinstance(value, datetime) else value

    def _list(
        self, asked: Asked, rows: Sequence[Row], known: set[str], value: Callable[[Row, str], Any]
    ) -> tuple[int, Any]:
        query, conditions = asked.query, _conditions(asked.query)
        named = {one.get("attribute", "") for one in conditions} - {"phoneNumberNumeric", "contacts"}
        if unknown := named - known:
            return 400, f"Not existing attribute '{sorted(unknown)[0]}' in where."
        if query.get("orderBy") not in known or query.get("order") != "asc":
            self.wrong.append(f"no order: {query.get('orderBy')} {query.get('order')}")
            return 400, "Order by non-existing field."
        size = int(query["maxSize"])
        if size > SIZE_MAX:
            self.wrong.append(f"{size} at once")
            return 403, f"Max size should not exceed {SIZE_MAX}. Use offset and limit."
        if asked.headers.get("X-No-Total") != "true":
            self.wrong.append("a list that has all rows counted")
        found = [row for row in rows if all(_holds(value(row, one["attribute"]), one) for one in conditions)]
        found.sort(key=lambda row: (row[query["orderBy"]], row["id"]))
        if self.twice:
            found = [row for each in found for row in (each, each)]
        names = {"id", *query["attributeSelect"].split(",")}  # it passes over those that are not there
        told = [self._json(row) for row in found[:size]]
        return 200, {"total": -1 if len(found) > size else -2, "list": [_only(one, names) for one in told]}

    # --- calls ---

    def _call(self, asked: Asked) -> tuple[int, Any]:
        body = asked.body
        if set(body) != _CALL or body["parentType"] != "Contact" or body["contactsIds"] != [body["parentId"]]:
            self.wrong.append(f"a call that is {body}")
            return 400, "Bad call."
        if body["status"] not in ("Held", "Not Held") or body["direction"] not in ("Inbound", "Outbound"):
            return 400, "Field validation failure; entityType: Call, field: status, type: valid."
        begin, end = (datetime.strptime(body[name], _TIME).replace(tzinfo=UTC) for name in ("dateStart", "dateEnd"))
        if end < begin or body["assignedUserId"] != ME:
            return 400, "Field validation failure; entityType: Call, field: dateEnd, type: afterOrEqual."
        if body["parentId"] not in self.contacts:
            return 403, ""
        id = self._id()
        self.call_rows[id] = {**body, "id": id}
        return 200, self.call_rows[id]

    def _change_call(self, asked: Asked) -> tuple[int, Any]:
        row = self.call_rows.get(asked.id)
        if row is None:
            return 404, f"Record {asked.id} not found."
        row.update(asked.body)
        return 200, row

    def _delete_call(self, asked: Asked) -> tuple[int, Any]:
        row = self.call_rows.pop(asked.id, None)
        if row is None:
            return 404, f"Record {asked.id} not found."
        self.deleted_calls[asked.id] = row
        return 200, True


def _only(row: Row, names: set[str]) -> Row:
    return {name: one for name, one in row.items() if name in names}


def _conditions(query: Mapping[str, str]) -> list[dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for name, value in query.items():
        if at := _WHERE.fullmatch(name):
            found.setdefault(at[1], {})[at[2]] = value
    return list(found.values())


def _holds(own: Any, asked: Mapping[str, str]) -> bool:
    value, each = asked["value"], own if isinstance(own, list) else [own]
    match asked["type"]:
        case "equals":
            return value in each
        case "notEquals":
            return value not in each
        case "linkedWith":
            return value in each
        case "greaterThan":
            return bool(own > value)
        case "greaterThanOrEquals":
            return bool(own >= value)
        case "contains":
            return any(value in str(one or "") for one in each)
        case kind:
            raise ValueError(f"no such type: {kind}")
