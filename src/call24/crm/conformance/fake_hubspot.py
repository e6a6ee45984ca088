"""A stand-in of HubSpot on this machine: its CRM API (v3) for contacts and calls.

What it takes and answers was written by hand from HubSpot's public documentation; what is not in there it refuses, and
notes as wrong. It was never compared with HubSpot.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from call24.crm.asking import iso
from call24.crm.conformance.stand_in import TOKEN, FakeRecord
from call24.crm.conformance.strict import Asked, Route, Row, StrictStandIn
from call24.crm.connectors.hubspot.members import KEY

PORTAL = "4711"
TEXTS = ("firstname", "lastname", "email", "phone", "mobilephone", "company", "city", "do_not_use", "customer_number")
"""Properties that can be written; the last two its administrator added."""
OWN = ("hs_object_id", "createdate", "lastmodifieddate")
NUMBERS = {
    "hs_searchable_calculated_phone_number": "phone",
    "hs_searchable_calculated_mobile_number": "mobilephone",
}
_CALL = (
    *("hs_timestamp", "hs_call_title", "hs_call_body", "hs_call_direction", "hs_call_duration", "hs_call_status"),
    "hs_call_external_id",
)
_STATUSES = {"BUSY", "CANCELED", "COMPLETED", "FAILED", "NO_ANSWER"}
_SEARCH = frozenset({"filterGroups", "sorts", "properties", "limit"})
_MADE_OF = {"given": "firstname", "family": "lastname", "email": "email", "phone": "phone", "do_not_use": "do_not_use"}
GROUPS_MAX, FILTERS_MAX, PAGE_MAX = 5, 6, 200


class FakeHubSpot(StrictStandIn):
    """`unique`: the property KEY is there, and no two have the same. `waits`: its search does not know what changes."""

    creating = "POST contacts"
    logging = "POST calls"
    tick = timedelta(milliseconds=1)
    tells_deletions = False
    at_path = "/crm/v3/objects"
    authorised = f"Bearer {TOKEN}"

    def __init__(self) -> None:
        super().__init__()
        self.unique = True
        self.waits = False
        self.contacts: dict[str, Row] = {}
        self.archived: dict[str, Row] = {}
        self.merged: dict[str, str] = {}
        self.engagements: dict[str, Row] = {}
        self._indexed: dict[str, Row] = {}
        self._n = 100
        self._last = datetime(1970, 1, 1, tzinfo=UTC)

    # --- its own users ---

    def contact(self, *, at: datetime | None = None, **values: str) -> Row:
        self._n += 1
        row: Row = {"hs_object_id": str(self._n), KEY: None, **dict.fromkeys(TEXTS), **values}
        self.contacts[str(self._n)] = row
        return self._touched(row, at)

    def _touched(self, row: Row, at: datetime | None = None) -> Row:
        now = self.clock()
        self._last = max(now.replace(microsecond=now.microsecond // 1000 * 1000), self._last + self.tick)
        row["lastmodifieddate"] = at or self._last
        row.setdefault("createdate", row["lastmodifieddate"])
        if not self.waits:
            self._indexed[row["hs_object_id"]] = dict(row)
        return row

    @property
    def records(self) -> Mapping[str, FakeRecord]:
        return {
            **{id: self._told(row, deleted=False) for id, row in self.contacts.items()},
            **{id: self._told(row, deleted=True) for id, row in self.archived.items()},
        }

    @property
    def calls(self) -> Mapping[str, Row]:
        return self.engagements

    def _told(self, row: Row, *, deleted: bool) -> FakeRecord:
        fields: Row = {name: row[own] for name, own in _MADE_OF.items() if row[own]}
        if fields.pop("do_not_use", "false") == "true":
            fields["do_not_use"] = True
        return FakeRecord(
            id=row["hs_object_id"],
            fields=fields,
            updated_at=row["lastmodifieddate"],
            key=row[KEY] or "",
            deleted=deleted,
        )

    def add(self, *, id: str = "", at: datetime | None = None, key: str = "", **fields: Any) -> FakeRecord:
        row = self.contact(
            at=at, **{_MADE_OF[name]: value for name, value in fields.items()}, **({KEY: key} if key else {})
        )
        return self.records[row["hs_object_id"]]

    def change(self, id: str, *, at: datetime | None = None, **fields: Any) -> FakeRecord:
        row = self.contacts[id]
        row.update({_MADE_OF.get(name, name): value for name, value in fields.items()})
        self._touched(row, at)
        return self.records[id]

    def delete(self, id: str) -> None:
        self.archived[id] = self.contacts.pop(id)
        self._indexed.pop(id, None)

    def retire(self, id: str) -> None:
        self.delete(id)

    def merge(self, into: str, gone: str) -> None:
        self.merged[gone] = into
        self.contacts.pop(gone)
        self._indexed.pop(gone, None)
        self._touched(self.contacts[into])

    def goes_on(self) -> None:
        self._indexed = {id: dict(row) for id, row in self.contacts.items()}

    def members(self, **fields: Any) -> dict[str, Any]:
        return {_MADE_OF[name]: value for name, value in fields.items()}

    def named(self, members: Mapping[str, Any]) -> dict[str, Any]:
        return {name: members[own] for name, own in _MADE_OF.items() if members.get(own)}

    def texts(self) -> list[str]:
        """Every text that it has of contacts and calls."""
        rows = (*self.contacts.values(), *self.archived.values(), *self.engagements.values())
        return [str(value) for row in rows for value in row.values() if value]

    # --- requests ---

    def routes(self) -> tuple[Route, ...]:
        show = frozenset({"properties", "archived", "idProperty"})
        made, written = frozenset({"properties"}), frozenset({"properties", "associations"})
        return (
            Route(method="POST", path=r"contacts/search", body=_SEARCH, does=self._search_contacts),
            Route(method="POST", path=r"contacts/gdpr-delete", body=frozenset({"objectId"}), does=self._forget),
            Route(method="GET", path=r"contacts/([^/]+)", query=show, does=self._show),
            Route(method="POST", path=r"contacts", body=made, does=self._create),
            Route(method="PATCH", path=r"contacts/(\d+)", body=made, does=self._update),
            Route(method="POST", path=r"calls/search", body=_SEARCH, does=self._search_calls),
            Route(method="POST", path=r"calls", body=written, does=self._call),
        )

    def _no(self, status: int, text: str, category: str = "VALIDATION_ERROR") -> tuple[int, Any]:
        return status, {"status": "error", "message": text, "category": category, "correlationId": "aeb5"}

    def _json(self, row: Row, names: Any, *, archived: bool = False) -> Row:
        told = {
            name: iso(value, "milliseconds") if isinstance(value, datetime) else value for name, value in row.items()
        }
        shown = {name: told.get(name) for name in {*names, *OWN}}
        return {"id": row["hs_object_id"], "properties": shown, "archived": archived}

    # --- contacts ---

    def _show(self, asked: Asked) -> tuple[int, Any]:
        names = asked.query.get("properties", "").split(",")
        if unknown := set(names) - {*TEXTS, *OWN, KEY, ""}:
            self.wrong.append(f"there is no property {sorted(unknown)}")
        if "idProperty" in asked.query:
            if not self.unique or asked.query["idProperty"] != KEY:
                return self._no(400, f"{asked.query['idProperty']} is no unique property")
            found = [row for row in self.contacts.values() if row[KEY] == asked.id]
        else:
            id = self.merged.get(asked.id, asked.id)
            archived = asked.query.get("archived") == "true"
            rows = self.archived if archived and self.remembers else {} if archived else self.contacts
            found = [rows[id]] if id in rows else []
        if not found:
            return self._no(404, "resource not found", "OBJECT_NOT_FOUND")
        return 200, self._json(found[0], names, archived=found[0]["hs_object_id"] in self.archived)

    def _values(self, asked: Asked) -> Row | None:
        values = asked.body["properties"]
        known = {*TEXTS, KEY} if self.unique else set(TEXTS)
        if any(not isinstance(one, str) for one in values.values()) or set(values) - {*TEXTS, KEY}:
            self.wrong.append(f"properties that are no texts, or not there: {values}")
            return None
        return values if not set(values) - known else None

    def _clash(self, values: Row, id: str) -> tuple[int, Any] | None:
        if values.get("firstname") == "refuse me":
            return self._no(400, "this name is not taken")
        for name in ("email", KEY):
            same = [row for row in self.contacts.values() if values.get(name) and row[name] == values[name]]
            if same and same[0]["hs_object_id"] != id:
                return self._no(409, f"Contact already exists. Existing ID: {same[0]['hs_object_id']}", "CONFLICT")
        return None

    def _create(self, asked: Asked) -> tuple[int, Any]:
        values = self._values(asked)
        if values is None:
            return self._no(400, "Property values were not valid: PROPERTY_DOESNT_EXIST")
        if (no := self._clash(values, "")) is not None:
            return no
        return 201, self._json(self.contact(**values), values)

    def _update(self, asked: Asked) -> tuple[int, Any]:
        values = self._values(asked)
        if values is None or KEY in values:
            return self._no(400, "Property values were not valid: PROPERTY_DOESNT_EXIST")
        row = self.contacts.get(asked.id)
        if row is None:
            return self._no(404, "resource not found", "OBJECT_NOT_FOUND")
        if (no := self._clash(values, asked.id)) is not None:
            return no
        row.update({name: value or None for name, value in values.items()})
        return 200, self._json(self._touched(row), values)

    def _forget(self, asked: Asked) -> tuple[int, Any]:
        id = asked.body["objectId"]
        if self.contacts.pop(id, None) is None and self.archived.pop(id, None) is None:
            return self._no(404, "resource not found", "OBJECT_NOT_FOUND")
        self._indexed.pop(id, None)
        self.engagements = {key: one for key, one in self.engagements.items() if one["of"] != id}
        return 204, None

    # --- search ---

    def _search_contacts(self, asked: Asked) -> tuple[int, Any]:
        rows = [row for id, row in self._indexed.items() if id in self.contacts]
        return self._search(asked, rows, {*TEXTS, *OWN, KEY}, self.contacts)

    def _search_calls(self, asked: Asked) -> tuple[int, Any]:
        rows = list(self.engagements.values())
        return self._search(asked, rows, {*_CALL, *OWN}, self.engagements)

    def _search(self, asked: Asked, rows: list[Row], names: set[str], now: Mapping[str, Row]) -> tuple[int, Any]:
        body = asked.body
        groups = [group["filters"] for group in body["filterGroups"]]
        searched = {one["propertyName"] for group in groups for one in group} - set(NUMBERS)
        if unknown := (searched | set(body["properties"])) - names:
            self.wrong.append(f"there is no property {sorted(unknown)}")
            return self._no(400, f"There was a problem with the request: {sorted(unknown)}")
        within = len(groups) <= GROUPS_MAX and all(len(one) <= FILTERS_MAX for one in groups)
        if not within or len(body["sorts"]) != 1 or not 1 <= body["limit"] <= PAGE_MAX:
            self.wrong.append(f"a search beyond what HubSpot takes: {body}")
            return self._no(400, "too many filters, sorts or results")
        found = [row for row in rows if any(all(_holds(row, one) for one in group) for group in groups)]
        sort = body["sorts"][0]
        found.sort(key=lambda row: int(row["hs_object_id"]), reverse=True)  # of one time in no order that is told
        found.sort(key=lambda row: _sortable(row[sort["propertyName"]]), reverse=sort["direction"] != "ASCENDING")
        if self.twice:
            found = [row for each in found for row in (each, each)]
        told = [self._json(now[row["hs_object_id"]], body["properties"]) for row in found[: body["limit"]]]
        return 200, {"total": len(found), "results": told}

    # --- calls ---

    def _call(self, asked: Asked) -> tuple[int, Any]:
        values, to = asked.body["properties"], asked.body["associations"]
        kind = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 194}
        if set(values) != set(_CALL) or len(to) != 1 or to[0]["types"] != [kind]:
            self.wrong.append(f"a call with {values} of {to}")
            return self._no(400, "a call")
        if values["hs_call_status"] not in _STATUSES or values["hs_call_direction"] not in ("INBOUND", "OUTBOUND"):
            return self._no(400, f"{values} was not one of the allowed options")
        if to[0]["to"]["id"] not in self.contacts:
            return self._no(404, "resource not found", "OBJECT_NOT_FOUND")
        self._n += 1
        row = {**values, "of": to[0]["to"]["id"], "hs_object_id": str(self._n), "createdate": None}
        self.engagements[str(self._n)] = {**row, "lastmodifieddate": self.clock()}
        return 201, self._json(self.engagements[str(self._n)], values)


def _sortable(value: Any) -> Any:
    return int(value) if isinstance(value, str) and value.isdigit() else value


def _holds(row: Row, asked: Mapping[str, str]) -> bool:
    name = asked["propertyName"]
    own: Any = re.sub(r"\D", "", row[NUMBERS[name]] or "")[-10:] if name in NUMBERS else row[name]
    value: Any = asked["value"]
    if isinstance(own, datetime):
        own, value = round(own.timestamp() * 1000), int(value)
    elif name == "hs_object_id":
        own, value = int(own), int(value)
    match asked["operator"]:
        case "EQ":
            return bool(own == value)
        case "GT":
            return bool(own > value)
        case "GTE":
            return bool(own >= value)
        case "CONTAINS_TOKEN":
            return re.fullmatch(value.replace("*", ".*"), str(own or "")) is not None
        case operator:
            raise ValueError(f"no such operator: {operator}")
