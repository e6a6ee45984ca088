"""A stand-in of Tryton on this machine: its JSON-RPC, with parties, contact mechanisms, addresses, identifiers,
categories, notes, the log of deletions and the wizard that erases a party.

What it does is what trytond 8.2 does where it was looked at; tests/campaigns/test_crm_tryton.py holds the connector to
the real one.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web

from call24.crm.conformance.domains import matches, part
from call24.crm.conformance.stand_in import TOKEN, FakeRecord, StandIn
from call24.crm.connectors.tryton.rpc import told_at

LOGIN = "call24"
CATEGORY = "Do not contact"
DATABASE = "company"
PARTY, MECHANISM, ADDRESS = "party.party", "party.contact_mechanism", "party.address"
IDENTIFIER, CATEGORIES, NOTE, LOG = "party.identifier", "party.category", "ir.note", "ir.model.log"
_OF_PARTY = {"contact_mechanisms": MECHANISM, "addresses": ADDRESS, "identifiers": IDENTIFIER}
_WIZARD = "party.erase"

Row = dict[str, Any]
TOLD = web.RequestKey("told", dict[str, Any])


class UserError(Exception):
    """What Tryton shows to a user."""


class Concurrency(Exception):
    pass


class NotAllowed(Exception):
    """The method is not among those that can be called."""


class FakeTryton(StandIn):
    """`password`: of LOGIN. `kept`: parties that stand in invoices: they cannot be deleted. `compact`: it can read
    numbers, and keeps their compact form too."""

    creating = f"model.{PARTY}.create"
    logging = f"model.{NOTE}.create"

    def __init__(self) -> None:
        super().__init__()
        self.rows: dict[str, dict[int, Row]] = {
            model: {} for model in (PARTY, MECHANISM, ADDRESS, IDENTIFIER, CATEGORIES, NOTE, LOG)
        }
        self.password = TOKEN
        self.sessions: set[str] = set()
        self.logins = 0
        self.kept: set[int] = set()
        self._wizards: set[int] = set()
        self._last = datetime(1970, 1, 1, tzinfo=UTC)
        self._insert(CATEGORIES, {"name": CATEGORY})

    # --- its own users ---

    @property
    def calls(self) -> Mapping[str, Row]:
        return {str(id): note for id, note in self.rows[NOTE].items()}

    @property
    def records(self) -> Mapping[str, FakeRecord]:
        return {str(id): self._told(party) for id, party in self.rows[PARTY].items()}

    def add(self, *, id: str = "", at: datetime | None = None, key: str = "", **fields: Any) -> FakeRecord:
        values = self._values(fields)
        if key:
            values["identifiers"] = [["create", [{"type": None, "code": key}]]]
        made = self._create(PARTY, values, at or self._tick())
        return self.records[str(made)]

    def change(self, id: str, *, at: datetime | None = None, **fields: Any) -> FakeRecord:
        """As its users do, in a party's form."""
        party = int(id)
        values: Row = {"name": fields["given"]} if "given" in fields else {}
        for name, type in (("phone", "phone"), ("email", "email")):
            if name in fields:
                there = [one["id"] for one in self.of(MECHANISM, party) if one["type"] == type]
                step = (
                    ["write", there[:1], {"value": fields[name]}]
                    if there
                    else ["create", [{"type": type, "value": fields[name]}]]
                )
                values.setdefault("contact_mechanisms", []).append(step)
        self._write(PARTY, [party], values, at or self._tick())
        return self.records[id]

    def delete(self, id: str) -> None:
        self._delete(PARTY, [int(id)], self._tick())

    def retire(self, id: str) -> None:
        self._write(PARTY, [int(id)], {"active": False}, self._tick())

    def of(self, model: str, party: int) -> list[Row]:
        return [row for row in self.rows[model].values() if row["party"] == party]

    def write_row(self, model: str, id: int, at: datetime | None = None, **values: Any) -> None:
        """A contact mechanism or address by itself, not in its party's form."""
        self._write(model, [id], values, at or self._tick())

    def members(self, **fields: Any) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, value in fields.items():
            if name == "family":
                found["address"] = {"city": value}
            else:
                found["name" if name == "given" else name] = value
        return found

    def named(self, members: Mapping[str, Any]) -> dict[str, Any]:
        address = members.get("address") or {}
        found = {"given": members.get("name"), "family": address.get("city")}
        found.update({name: members.get(name) for name in ("email", "phone")})
        return {name: value for name, value in found.items() if value}

    def _values(self, fields: Mapping[str, Any]) -> Row:
        values: Row = {"name": fields.get("given")}
        if fields.get("family"):
            values["addresses"] = [["create", [{"city": fields["family"]}]]]
        mechanisms = [{"type": one, "value": fields[one]} for one in ("phone", "email") if fields.get(one)]
        if mechanisms:
            values["contact_mechanisms"] = [["create", mechanisms]]
        return values

    def _told(self, party: Row) -> FakeRecord:
        id, codes = party["id"], [one["code"] for one in self.of(IDENTIFIER, party["id"])]
        fields: dict[str, Any] = {"given": party["name"]}
        for row in self.of(MECHANISM, id):
            fields.setdefault(row["type"], row["value"])
        for row in self.of(ADDRESS, id):
            fields.setdefault("family", row.get("city"))
        fields["do_not_use"] = bool(party["categories"]) or None
        told = {name: value for name, value in fields.items() if value}
        at = max(row["write_date"] for row in (party, *self.of(MECHANISM, id), *self.of(ADDRESS, id)))
        return FakeRecord(
            id=str(id), fields=told, updated_at=at, key=codes[0] if codes else "", deleted=not party["active"]
        )

    # --- what is stored: one transaction has one time, and no two have the same ---

    def _tick(self) -> datetime:
        self._last = max(self.clock(), self._last + timedelta(microseconds=1))
        return self._last

    def _insert(self, model: str, values: Row, at: datetime | None = None) -> int:
        at = at or self._tick()
        id = max(self.rows[model], default=0) + 1 + len([one for one in self.rows[LOG].values() if one["of"] == model])
        self.rows[model][id] = {**values, "id": id, "create_date": at, "write_date": at}
        return id

    def _create(self, model: str, values: Row, at: datetime) -> int:
        if model == PARTY:
            if values.get("name") == "refuse me":
                raise UserError("this name is not taken")
            own = {name: value for name, value in values.items() if name not in (*_OF_PARTY, "categories")}
            id = self._insert(PARTY, {"name": None, "code": None, "active": True, "categories": set(), **own}, at)
            self._write(PARTY, [id], {name: values[name] for name in _OF_PARTY if name in values}, at)
            return id
        if model == MECHANISM:
            values = {"active": True, **values, "value_compact": values["value"]}
        if model == ADDRESS:
            values = {"active": True, "street": None, "postal_code": None, "city": None, **values}
        if model == NOTE and self._party_of(str(values.get("resource"))) is None:
            raise UserError('A value is required for field "Resource" in "Note".')
        return self._insert(model, values, at)

    def _party_of(self, resource: str) -> Row | None:
        model, _, id = resource.partition(",")
        return self.rows[PARTY].get(int(id)) if model == PARTY and id.isdigit() else None

    def _write(self, model: str, ids: Sequence[int], values: Row, at: datetime) -> None:
        missing = [id for id in ids if id not in self.rows[model]]
        if missing:
            raise UserError(f'You are trying to write to records "{missing[0]}" of "{model}" that don\'t exist.')
        for id in ids:
            row = self.rows[model][id]
            for name, value in values.items():
                if name in _OF_PARTY:
                    self._steps(_OF_PARTY[name], id, value, at)
                elif name == "categories":
                    for step, them in value:
                        row["categories"] = (
                            row["categories"] | set(them) if step == "add" else row["categories"] - set(them)
                        )
                else:
                    row[name] = value
                    if model == MECHANISM and name == "value":
                        row["value_compact"] = value
            row["write_date"] = at

    def _steps(self, model: str, party: int, steps: Any, at: datetime) -> None:
        for step, *rest in steps:
            match step:
                case "create":
                    for values in rest[0]:
                        self._create(model, {**values, "party": party}, at)
                case "write":
                    self._stamped(model, rest[0])
                    self._write(model, rest[0], rest[1], at)
                case "delete":
                    self._stamped(model, rest[0])
                    self._delete(model, rest[0], at)
                case _:
                    self.wrong.append(f"a step {step}")

    def _delete(self, model: str, ids: Sequence[int], at: datetime) -> None:
        if model == PARTY and self.kept & set(ids):
            raise UserError("The records could not be deleted because they are used on field Party of Invoice.")
        for id in ids:
            if self.rows[model].pop(id, None) is None:
                continue
            self._insert(LOG, {"resource": f"{model},{id}", "event": "delete", "of": model}, at)
            self._drop(NOTE, "resource", f"{model},{id}")
            for own in _OF_PARTY.values() if model == PARTY else ():
                self._drop(own, "party", id)

    def _drop(self, model: str, name: str, value: Any) -> None:
        for id in [id for id, row in self.rows[model].items() if row[name] == value]:
            del self.rows[model][id]

    # --- requests ---

    def application(self) -> web.Application:
        app = web.Application(client_max_size=1 << 20)
        app.router.add_post(f"/{DATABASE}/rpc/", self._asked)
        return app

    def kind_of(self, request: web.Request) -> str:
        return str(request[TOLD].get("method"))

    async def _asked(self, request: web.Request) -> web.StreamResponse:
        request[TOLD] = told = await request.json()
        if set(told) != {"id", "method", "params"} or request.content_type != "application/json":
            self.wrong.append("a request that is no JSON-RPC of Tryton")
        if told["method"] == "common.db.login":
            return self._login(told)
        return await self.guarded(request, self._step)

    def _login(self, told: Mapping[str, Any]) -> web.Response:
        self.logins += 1
        login, parameters, *_ = told["params"]
        if (login, parameters.get("password")) != (LOGIN, self.password):
            return self.answer(401, {})
        session = f"session{self.logins}"
        self.sessions.add(f"{LOGIN}:1:{session}")
        return self.answer(200, {"id": told["id"], "result": [1, session, None]})

    def refused(self, request: web.Request) -> web.Response | None:
        kind, _, text = request.headers.get("Authorization", "").partition(" ")
        known = kind == "Session" and base64.b64decode(text).decode() in self.sessions
        return None if known else self.answer(401, {})

    async def _step(self, request: web.Request) -> web.Response:
        told = request[TOLD]
        *params, context = told["params"]
        self._stamps = dict(context.get("_timestamp", {}))
        try:
            result: Any = self._called(told["method"], params, context)
        except UserError as error:
            return self.answer(200, {"id": told["id"], "error": ["UserError", [str(error), "", None]]})
        except Concurrency:
            text = "Records were modified in the meanwhile"
            return self.answer(200, {"id": told["id"], "error": ["ConcurrencyException", text]})
        except NotAllowed:
            self.wrong.append(f"there is no {told['method']}")
            return self.answer(403, {})
        return self.answer(200, {"id": told["id"], "result": result})

    def _called(self, method: str, params: list[Any], context: Mapping[str, Any]) -> Any:
        kind, _, rest = method.partition(".")
        model, _, step = rest.rpartition(".")
        if kind == "wizard" and model == _WIZARD:
            return self._wizard(step, params)
        match step:
            case _ if kind != "model" or model not in self.rows:
                raise NotAllowed
            case "search_read":
                return self._search(model, params, context)
            case "create":
                at = self._tick()
                return [self._create(model, values, at) for values in params[0]]
            case "write":
                self._stamped(model, params[0])
                self._write(model, params[0], params[1], self._tick())
            case "delete":
                self._delete(model, params[0], self._tick())
            case _:
                raise NotAllowed
        return None

    def _stamped(self, model: str, ids: Sequence[int]) -> None:
        for id in ids:
            row, stamp = self.rows[model].get(id), self._stamps.pop(f"{model},{id}", None)
            if row is not None and stamp is not None and stamp != _stamp(row):
                raise Concurrency

    def _wizard(self, step: str, params: list[Any]) -> Any:
        if step == "create":
            self._wizards.add(len(self._wizards) + 1)
            return [len(self._wizards), "ask", "end"]
        if params[0] not in self._wizards:
            raise NotAllowed
        if step == "execute":
            self._erase(params[1]["ask"]["party"])
        return {} if step == "execute" else None

    def _erase(self, id: int) -> None:
        """It leaves the compact forms, as Tryton does."""
        party = self.rows[PARTY][id]
        if party["active"]:
            raise UserError("an active party cannot be erased")
        party["name"] = None
        for row in self.of(MECHANISM, id):
            row.update(type="other", value="****", active=False)
        for row in self.of(ADDRESS, id):
            row.update(street=None, postal_code=None, city=None, active=False)
        for row in self.of(IDENTIFIER, id):
            row.update(type=None, code="****")
        self._drop(NOTE, "resource", f"{PARTY},{id}")

    # --- lists ---

    def _search(self, model: str, params: list[Any], context: Mapping[str, Any]) -> list[Any]:
        domain, offset, limit, order, names = params
        if model == LOG and not self.remembers:
            return []
        if model in (NOTE, LOG) and not any(leaf[0] == "resource" for leaf in domain):
            raise UserError("a search of resources names the resource")
        rows = [row for row in self.rows[model].values() if matches(row, domain, self._many)]
        if context.get("active_test", True):
            rows = [row for row in rows if row.get("active", True)]
        for name, direction in reversed(order):
            rows.sort(key=lambda row: part(row, name, self._many)[0], reverse=direction != "ASC")
        if self.twice:
            rows = [row for each in rows for row in (each, each)]
        return [self._read(row, names) for row in rows[offset : offset + limit]]

    def _many(self, row: Row, name: str) -> list[Row] | None:
        if name in _OF_PARTY:
            return sorted(self.of(_OF_PARTY[name], row["id"]), key=lambda one: one["id"])
        return None

    def _read(self, row: Row, names: Sequence[str]) -> Row:
        told: Row = {"id": row["id"]}
        for name in names:
            outer, dot, inner = name.partition(".")
            if not dot:
                told[name] = _stamp(row) if name == "_timestamp" else _json(row.get(name))
                continue
            rows = self._many(row, outer) or []
            there = told.setdefault(f"{outer}.", [{"id": one["id"]} for one in rows])
            for one, each in zip(there, rows, strict=True):
                one[inner] = _stamp(each) if inner == "_timestamp" else _json(each.get(inner))
        return told

    def texts(self) -> Iterator[str]:
        """Every text that it has of anybody."""
        for model in (PARTY, MECHANISM, ADDRESS, IDENTIFIER, NOTE):
            for row in self.rows[model].values():
                yield from (value for value in row.values() if isinstance(value, str))


def _stamp(row: Row) -> str:
    return f"{row['write_date'].timestamp():.6f}"


def _json(value: Any) -> Any:
    return told_at(value) if isinstance(value, datetime) else value
