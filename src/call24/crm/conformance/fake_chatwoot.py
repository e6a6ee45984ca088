"""A stand-in of Chatwoot on this machine: its application API for contacts and their notes.

What it takes and answers was written by hand from Chatwoot's public documentation and source; what is not in there it
refuses, and notes as wrong. It was never compared with Chatwoot.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web

from call24.crm.conformance.stand_in import TOKEN, FakeRecord
from call24.crm.conformance.strict import Asked, Route, Row, StrictStandIn

ACCOUNT = "7"
OBJECTION, CUSTOMER = "custom_attributes.do_not_use", "custom_attributes.customer_number"
FIELDS = (
    *("name", "email", "phone_number", "additional_attributes.company_name"),
    *("custom_attributes.family_name", CUSTOMER, OBJECTION),
)
_MADE_OF = {"given": "name", "email": "email", "phone": "phone_number"}
_FAMILY = "family_name"
_TEXTS = ("name", "email", "phone_number", "identifier")
_OBJECTS = ("additional_attributes", "custom_attributes")
_ADDITIONAL = {"company_name", "city", "country", "country_code", "description"}
_PAGES = frozenset({"page", "sort", "include_contact_inboxes"})
_CONTACT = frozenset({*_TEXTS, *_OBJECTS})
_E164 = re.compile(r"\+[1-9]\d{1,14}")
PAGE = 15


class FakeChatwoot(StrictStandIn):
    """`online`: contacts who are on the website just now, whom it does not delete. `keeps`: it keeps custom
    attributes. `changed`: how often each contact was. `administrator`: its user is; others delete nobody."""

    creating = "POST contacts"
    logging = "POST contacts/N/notes"
    tick = timedelta(seconds=1)
    tells_deletions = False
    tells_gone = False
    at_path = f"/api/v1/accounts/{ACCOUNT}"
    credential = "api_access_token"
    authorised = TOKEN

    def __init__(self) -> None:
        super().__init__()
        self.contacts: dict[int, Row] = {}
        self.notes: dict[int, Row] = {}
        self.online: set[int] = set()
        self.changed: dict[int, int] = {}
        self.keeps = True
        self.administrator = True
        self._n = 100
        self._micro = 999_999

    # --- its own users ---

    def contact(self, *, at: datetime | None = None, **values: Any) -> Row:
        """The later one of a second is sorted before: its clock is another than its counter of ids."""
        self._n += 1
        self._micro = (self._micro - 1) % 1_000_000
        made = (at or self.clock()).replace(microsecond=self._micro)
        row: Row = {"id": self._n, "name": "", **dict.fromkeys(_TEXTS[1:]), "created_at": made}
        row.update({name: {} for name in _OBJECTS})
        self.contacts[self._n] = row
        return self.put(row, values)

    def put(self, row: Row, values: Mapping[str, Any]) -> Row:
        """Members of its objects that are not named stay; an address of e-mail is in small letters."""
        for name, value in values.items():
            row[name] = {**row[name], **value} if name in _OBJECTS else value
        row["email"] = row["email"].lower() if row["email"] else row["email"]
        self.changed[row["id"]] = self.changed.get(row["id"], 0) + 1
        return row

    @property
    def records(self) -> Mapping[str, FakeRecord]:
        return {str(row["id"]): self._record(row) for row in self.contacts.values()}

    def _record(self, row: Row) -> FakeRecord:
        key = row["identifier"] or ""
        return FakeRecord(id=str(row["id"]), fields=self._fields(row), updated_at=row["created_at"], key=key)

    @staticmethod
    def _fields(row: Row) -> Row:
        told = {name: row[own] for name, own in _MADE_OF.items() if row[own]}
        if row["custom_attributes"].get(_FAMILY):
            told["family"] = row["custom_attributes"][_FAMILY]
        return {**told, **({"do_not_use": True} if row["custom_attributes"].get("do_not_use") else {})}

    @property
    def calls(self) -> Mapping[str, Row]:
        return {str(id): one for id, one in self.notes.items()}

    def add(self, *, id: str = "", at: datetime | None = None, key: str = "", **fields: Any) -> FakeRecord:
        """Without a key its website identified them: otherwise who has no number and no address is in no list."""
        row = self.contact(at=at, **self.members(**fields))
        row["identifier"] = key or f"shop-{row['id']}"
        return self._record(row)

    def change(self, id: str, *, at: datetime | None = None, **fields: Any) -> FakeRecord:
        self.put(self.contacts[int(id)], self.members(**fields))
        return self._record(self.contacts[int(id)])

    def delete(self, id: str) -> None:
        del self.contacts[int(id)]
        self.notes = {one: row for one, row in self.notes.items() if row["contact_id"] != int(id)}

    def retire(self, id: str) -> None:
        self.delete(id)

    def members(self, **fields: Any) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for name, value in fields.items():
            if name == "family":
                made.setdefault("custom_attributes", {})[_FAMILY] = value
            elif "." in name:
                outer, _, inner = name.partition(".")
                made.setdefault(outer, {})[inner] = value
            else:
                made[_MADE_OF.get(name, name)] = value
        return made

    def named(self, members: Mapping[str, Any]) -> dict[str, Any]:
        told = {name: members[own] for name, own in _MADE_OF.items() if members.get(own)}
        family = members.get("custom_attributes", {}).get(_FAMILY)
        return {**told, **({"family": family} if family else {})}

    # --- requests ---

    def kind_of(self, request: web.Request) -> str:
        return re.sub(r"/\d+", "/N", super().kind_of(request))

    def refused(self, request: web.Request) -> web.Response | None:
        if super().refused(request) is not None:
            return self.answer(401, {"error": "Invalid Access Token"})
        return None

    def routes(self) -> tuple[Route, ...]:
        bare = frozenset({"include_contact_inboxes"})
        return (
            Route(method="GET", path="contacts", query=_PAGES, does=self._list),
            Route(method="GET", path="contacts/search", query=_PAGES | {"q"}, does=self._search),
            Route(method="POST", path="contacts", body=_CONTACT, does=self._create),
            Route(method="GET", path=r"contacts/(\d+)", query=bare, does=self._show),
            Route(method="PUT", path=r"contacts/(\d+)", body=_CONTACT - {"identifier"}, does=self._update),
            Route(method="DELETE", path=r"contacts/(\d+)", does=self._delete),
            Route(method="GET", path=r"contacts/(\d+)/notes", does=self._list_notes),
            Route(method="POST", path=r"contacts/(\d+)/notes", body=frozenset({"content"}), does=self._note),
        )

    @staticmethod
    def _missing() -> tuple[int, Any]:
        return 404, {"error": "Resource could not be found"}

    @staticmethod
    def _json(row: Row) -> Row:
        """It does not tell when a contact was changed."""
        return {**row, "created_at": int(row["created_at"].timestamp()), "thumbnail": "", "blocked": False}

    def _row(self, asked: Asked) -> Row | None:
        return self.contacts.get(int(asked.id))

    # --- contacts ---

    def _page(self, asked: Asked, rows: list[Row]) -> tuple[int, Any]:
        query = asked.query
        if query.get("sort") not in ("created_at", "-created_at") or not re.fullmatch(
            r"[1-9]\d*", query.get("page", "")
        ):
            self.wrong.append(f"no page in the order of making: {dict(query)}")
            return 422, {"error": "sort"}
        if query.get("include_contact_inboxes") != "false":
            self.wrong.append("inboxes are asked for")
        rows.sort(key=lambda row: row["created_at"], reverse=query["sort"].startswith("-"))
        if self.twice:
            rows = [row for each in rows for row in (each, each)]
        start = (int(query["page"]) - 1) * PAGE
        told = [self._json(row) for row in rows[start : start + PAGE]]
        return 200, {"meta": {"count": len(rows), "current_page": query["page"]}, "payload": told}

    def _list(self, asked: Asked) -> tuple[int, Any]:
        """Those of whom it knows anything: not each visitor of a website."""
        known = [row for row in self.contacts.values() if any(row[name] for name in _TEXTS[1:])]
        return self._page(asked, known)

    def _search(self, asked: Asked) -> tuple[int, Any]:
        """By SQL's LIKE, in which % and _ are any text and any character."""
        wanted = asked.query.get("q", "").strip()
        if not wanted:
            return 422, {"error": "Specify search string with parameter q"}
        parts = {"%": ".*", "_": "."}
        pattern = re.compile(".*" + "".join(parts.get(one, re.escape(one)) for one in wanted) + ".*", re.I | re.S)
        rows = [row for row in self.contacts.values() if any(pattern.fullmatch(row[one] or "") for one in _TEXTS)]
        return self._page(asked, rows)

    def _show(self, asked: Asked) -> tuple[int, Any]:
        if asked.query.get("include_contact_inboxes") != "false":
            self.wrong.append("inboxes are asked for")
        row = self._row(asked)
        return self._missing() if row is None else (200, {"payload": self._json(row)})

    def _invalid(self, values: Row, row: Row) -> tuple[int, Any] | None:
        for name in _OBJECTS:
            if not isinstance(values.get(name, {}), dict):
                self.wrong.append(f"{name} is no object")
                return 422, {"error": name}
        if unknown := set(values.get("additional_attributes", {})) - _ADDITIONAL:
            self.wrong.append(f"its pages do not show {sorted(unknown)}")
        if not isinstance(values.get("name", ""), str):
            self.wrong.append("a name that is no text")
        for name in _TEXTS[1:]:
            value, others = values.get(name), [one for one in self.contacts.values() if one is not row]
            if value == "":
                self.wrong.append(f"{name} is empty, and not null")
            if value and any((one[name] or "").lower() == value.lower() for one in others):
                text = f"{name.replace('_', ' ').capitalize()} has already been taken"
                return 422, {"message": text, "attributes": [name]}
        number = values.get("phone_number")
        if number and not _E164.fullmatch(number):
            return 422, {"message": "Phone number should be in e164 format", "attributes": ["phone_number"]}
        if values.get("name") == "refuse me":
            return 422, {"message": "this name is not taken", "attributes": ["name"]}
        return None

    def _create(self, asked: Asked) -> tuple[int, Any]:
        if (no := self._invalid(asked.body, {})) is not None:
            return no
        row = self.contact(**asked.body)
        return 200, {"payload": {"contact": self._json(row), "contact_inbox": {"inbox": None, "source_id": None}}}

    def _update(self, asked: Asked) -> tuple[int, Any]:
        row = self._row(asked)
        if row is None:
            return self._missing()
        if (no := self._invalid(asked.body, row)) is not None:
            return no
        given = dict(asked.body)
        if not self.keeps:
            given.pop("custom_attributes", None)
        return 200, {"payload": self._json(self.put(row, given))}

    def _delete(self, asked: Asked) -> tuple[int, Any]:
        if not self.administrator:
            return 401, {"error": "You are not authorized to do this action"}
        row = self._row(asked)
        if row is None:
            return self._missing()
        if row["id"] in self.online:
            return 422, {"message": f"Contact {row['name']} is online. Please try again later."}
        self.delete(asked.id)
        return 200, {}

    # --- notes ---

    def _list_notes(self, asked: Asked) -> tuple[int, Any]:
        """All of them, the newest first."""
        if self._row(asked) is None:
            return self._missing()
        rows = [one for one in self.notes.values() if one["contact_id"] == int(asked.id)]
        return 200, rows[::-1]

    def _note(self, asked: Asked) -> tuple[int, Any]:
        if self._row(asked) is None:
            return self._missing()
        content = asked.body["content"]
        if not isinstance(content, str) or not content:
            self.wrong.append("a note without a text")
        self._n += 1
        now = int(self.clock().replace(tzinfo=UTC).timestamp())
        self.notes[self._n] = {"id": self._n, "content": content, "contact_id": int(asked.id), "created_at": now}
        return 200, self.notes[self._n]
