"""A stand-in of Roundup on this machine: its REST API for users, messages and issues, and what
ops/roundup/call24.py adds.

What it takes and answers is what Roundup 2.6 does (tests/integration/crm/test_real_roundup.py asks the real one the
same); what the connector does not need it refuses, and notes as wrong.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web

from call24.crm.conformance.stand_in import TOKEN, FakeRecord
from call24.crm.conformance.strict import Asked, Route, Row, StrictStandIn

LOGIN = "call24"
TEXTS = ("realname", "address", "phone", "organisation", "alternate_addresses", "customer_number")
ADDED = ("customer_number", "do_not_use")
"""Properties that the tracker's schema has beside Roundup's own."""
STATUS, CALLER = "resolved", "customer"
_MADE_OF = {
    "given": "realname",
    "family": "organisation",
    "email": "address",
    "phone": "phone",
    "do_not_use": "do_not_use",
}
_PAGED = frozenset({"@fields", "@verbose", "@page_size", "@page_index", "@sort"})


class FakeRoundup(StrictStandIn):
    """`has_file`: call24.py is among its detectors. `before_put`: is done once, after an item was read and before it is
    written."""

    creating = "POST data/user"
    logging = "POST data/issue"
    tick = timedelta(seconds=1)
    tells_deletions = False
    at_path = "/rest"
    authorised = "Basic " + base64.b64encode(f"{LOGIN}:{TOKEN}".encode()).decode()

    def __init__(self) -> None:
        super().__init__()
        self.has_file = True
        self.before_put: Callable[[], object] | None = None
        self.users: dict[int, Row] = {}
        self.messages: dict[int, Row] = {}
        self.issues: dict[int, Row] = {}
        self._match = ""
        self._changes = 0
        self.user(username="admin", roles="Admin", at=datetime(2020, 1, 1, tzinfo=UTC))
        self.user(username=LOGIN, roles="Call24", at=datetime(2020, 1, 1, tzinfo=UTC))

    # --- its own users ---

    def user(self, *, at: datetime | None = None, roles: str = "Customer", **values: Any) -> Row:
        id = len(self.users) + 1
        row: Row = {"id": id, "roles": roles, "retired": False, "do_not_use": None, **dict.fromkeys(TEXTS), **values}
        row["username"] = row.get("username") or f"user-{id}"
        self.users[id] = row
        return self._touched(row, at)

    def _touched(self, row: Row, at: datetime | None = None) -> Row:
        self._changes += 1
        row["etag"] = f'"{self._changes:032x}"'
        row["activity"] = (at or self.clock()).replace(microsecond=0)
        return row

    @property
    def records(self) -> Mapping[str, FakeRecord]:
        return {str(row["id"]): self._record(row) for row in self.users.values() if row["roles"] == "Customer"}

    @property
    def calls(self) -> Mapping[str, Row]:
        return {str(id): issue for id, issue in self.issues.items()}

    def _record(self, row: Row) -> FakeRecord:
        fields = {name: row[own] for name, own in _MADE_OF.items() if row[own]}
        key = row["username"] if row["username"].startswith("crl_") else ""
        return FakeRecord(id=str(row["id"]), fields=fields, updated_at=row["activity"], key=key, deleted=row["retired"])

    def add(self, *, id: str = "", at: datetime | None = None, key: str = "", **fields: Any) -> FakeRecord:
        row = self.user(at=at, username=key, **{_MADE_OF[name]: value for name, value in fields.items()})
        return self._record(row)

    def change(self, id: str, *, at: datetime | None = None, **fields: Any) -> FakeRecord:
        row = self.users[int(id)]
        row.update({_MADE_OF.get(name, name): value for name, value in fields.items()})
        return self._record(self._touched(row, at))

    def delete(self, id: str) -> None:
        """As an erasure does: an empty retired item stays."""
        row = self.users[int(id)]
        row.update(dict.fromkeys((*TEXTS, "do_not_use")), username=f"erased-{id}", retired=True)

    def retire(self, id: str) -> None:
        self.users[int(id)]["retired"] = True

    def members(self, **fields: Any) -> dict[str, Any]:
        return {_MADE_OF[name]: value for name, value in fields.items()}

    def named(self, members: Mapping[str, Any]) -> dict[str, Any]:
        return {name: members[own] for name, own in _MADE_OF.items() if members.get(own)}

    def texts(self) -> list[str]:
        """Every text that it has of customers and calls."""
        told = [row[name] for row in self.users.values() for name in TEXTS]
        told += [value for row in (*self.messages.values(), *self.issues.values()) for value in row.values()]
        return [str(text) for text in told if isinstance(text, str) and text]

    # --- requests ---

    def look(self, request: web.Request) -> None:
        super().look(request)
        self._match = request.headers.get("If-Match", "")
        if request.method != "GET":
            at = f"{request.scheme}://{request.host}"
            if request.headers.get("Origin") != at or not request.headers.get("X-Requested-With"):
                self.wrong.append("a change without Origin or X-Requested-With")

    def routes(self) -> tuple[Route, ...]:
        people = frozenset((*TEXTS, "do_not_use"))
        shown = frozenset({"@fields", "@verbose"})
        listed = _PAGED | {"activity", "id", "username:"}
        of_messages, of_issues = frozenset({"messageid:", "@fields"}), frozenset({"messages", CALLER})
        message = frozenset({"author", "content", "date", "messageid"})
        issue = frozenset({"title", "messages", "status", CALLER})
        made = people | {"username", "roles"}
        return (
            Route(method="GET", path=r"data/user", query=listed, does=self._list),
            Route(method="GET", path=r"data/user/(\d+)", query=shown, does=self._show),
            Route(method="POST", path=r"data/user", body=made, does=self._create),
            Route(method="PUT", path=r"data/user/(\d+)", body=people, does=self._update),
            Route(method="GET", path=r"data/msg", query=of_messages, does=self._find_message),
            Route(method="POST", path=r"data/msg", body=message, does=self._message),
            Route(method="GET", path=r"data/issue", query=of_issues, does=self._find_issue),
            Route(method="POST", path=r"data/issue", body=issue, does=self._issue),
            Route(method="GET", path=r"call24/numbers/(\d+)", does=self._numbers),
            Route(method="POST", path=r"call24/erasures/(\d+)", body=frozenset(), does=self._erase),
        )

    # --- users ---

    def _list(self, asked: Asked) -> tuple[int, Any]:
        query = asked.query
        rows = [row for row in self.users.values() if row["roles"] == "Customer" and not row["retired"]]
        if "id" in query:
            rows = [row for row in rows if str(row["id"]) == query["id"]]
        if "username:" in query:
            rows = [row for row in rows if row["username"] == query["username:"]]
        if "activity" in query:
            since, _, until = query["activity"].partition(";")
            rows = [
                row
                for row in rows
                if _time(since) <= row["activity"] and (not until or row["activity"] <= _time(until))
            ]
        for name in reversed(query.get("@sort", "id").split(",")):
            rows.sort(key=lambda row: row[name])
        if self.twice:
            rows = [row for each in rows for row in (each, each)]
        size, page = int(query.get("@page_size", "10000")), int(query.get("@page_index", "1"))
        names = query.get("@fields", "").split(",") if "@fields" in query else []
        shown = [self._told(row, names) for row in rows[(page - 1) * size : page * size]]
        return 200, {"data": {"collection": shown, "@total_size": len(rows)}}

    def _told(self, row: Row, names: list[str]) -> Row:
        own = {name: row[name] for name in names}
        if "activity" in own:
            own["activity"] = f"{row['activity']:%Y-%m-%d.%H:%M:%S}"
        return {**own, "id": str(row["id"]), "link": f"{self.url}/rest/data/user/{row['id']}"}

    def _item(self, id: str) -> Row | tuple[int, Any]:
        row = self.users.get(int(id))
        if row is None or (row["retired"] and not self.remembers):
            return _error(404, f"no such user {id}")
        return row if row["roles"] == "Customer" else _error(403, f"Permission to view user{id} denied")

    def _show(self, asked: Asked) -> tuple[int, Any]:
        row = self._item(asked.id)
        if isinstance(row, tuple):
            return row
        own = self._told(row, asked.query["@fields"].split(","))
        return 200, {"data": {"id": asked.id, "type": "user", "attributes": own, "@etag": row["etag"]}}

    def _create(self, asked: Asked) -> tuple[int, Any]:
        if asked.body.get("roles") != "Customer":
            return _error(405, "Call24 makes users with the role Customer alone")
        if any(row["username"] == asked.body["username"] and not row["retired"] for row in self.users.values()):
            return _error(409, f'node with key "{asked.body["username"]}" exists')
        if (no := self._no(asked.body, 0)) is not None:
            return no
        values: Row = {name: value or None for name, value in asked.body.items()}
        row = self.user(**values)
        return 201, {"data": {"id": str(row["id"]), "link": f"{self.url}/rest/data/user/{row['id']}"}}

    def _update(self, asked: Asked) -> tuple[int, Any]:
        row = self._item(asked.id)
        if isinstance(row, tuple):
            return row
        if self.before_put is not None:
            before, self.before_put = self.before_put, None
            before()
        if self._match != row["etag"]:
            return _error(412, "If-Match is missing or does not match. Retrieve asset and retry modification if valid.")
        if (no := self._no(asked.body, int(asked.id))) is not None:
            return no
        row.update({name: value or None for name, value in asked.body.items()})
        self._touched(row)
        return 200, {"data": {"id": asked.id, "type": "user", "attribute": asked.body}}

    def _no(self, body: Row, id: int) -> tuple[int, Any] | None:
        if body.get("realname") == "refuse me":
            return _error(409, "this name is not taken")
        own = body.get("address")
        if own and any(row["address"] == own and row["id"] != id for row in self.users.values()):
            return _error(409, f"Email address {own} already in use")
        return None

    # --- calls ---

    def _find_message(self, asked: Asked) -> tuple[int, Any]:
        found = [one for one in self.messages.values() if one["messageid"] == asked.query["messageid:"]]
        told = [{"id": str(one["id"]), "messageid": one["messageid"]} for one in found]
        return 200, {"data": {"collection": told, "@total_size": len(told)}}

    def _message(self, asked: Asked) -> tuple[int, Any]:
        if asked.body.get("author") != LOGIN:
            self.wrong.append("a message of another's: they would be sent mails about its issue")
        id = len(self.messages) + 1
        self.messages[id] = {**asked.body, "id": id}
        return 201, {"data": {"id": str(id), "link": f"{self.url}/rest/data/msg/{id}"}}

    def _find_issue(self, asked: Asked) -> tuple[int, Any]:
        found = [
            one
            for one in self.issues.values()
            if asked.query["messages"] in one["messages"] and one[CALLER] == asked.query[CALLER]
        ]
        return 200, {"data": {"collection": [{"id": str(one["id"])} for one in found], "@total_size": len(found)}}

    def _issue(self, asked: Asked) -> tuple[int, Any]:
        body = asked.body
        if body["status"] != STATUS:
            return _error(400, f"property status: {body['status']!r} is not a status.")
        if int(body[CALLER]) not in self.users or any(int(one) not in self.messages for one in body["messages"]):
            return _error(409, f"user has no node {body[CALLER]}")
        id = len(self.issues) + 1
        self.issues[id] = {**body, "id": id}
        return 201, {"data": {"id": str(id), "link": f"{self.url}/rest/data/issue/{id}"}}

    # --- ops/roundup/call24.py ---

    def _numbers(self, asked: Asked) -> tuple[int, Any]:
        if not self.has_file:
            return _error(404, "Nothing matches the given URI")
        found = [
            str(row["id"])
            for row in self.users.values()
            if row["roles"] == "Customer" and asked.id in "".join(one for one in row["phone"] or "" if one.isdigit())
        ]
        return 200, {"data": {"ids": found, "more": False}}

    def _erase(self, asked: Asked) -> tuple[int, Any]:
        if not self.has_file:
            return _error(404, "Nothing matches the given URI")
        row = self.users.get(int(asked.id))
        if row is None:
            return 200, {"data": {"erased": {}}}
        if row["roles"] != "Customer":
            return _error(400, f"user{asked.id} is no customer: staff is erased by hand")
        theirs = {id for id, one in self.issues.items() if one[CALLER] == asked.id}
        messages = {int(one) for id in theirs for one in self.issues[id]["messages"]}
        self.issues = {id: one for id, one in self.issues.items() if id not in theirs}
        self.messages = {id: one for id, one in self.messages.items() if id not in messages}
        self.delete(asked.id)
        counts = {"user": 1, "msg": len(messages), "issue": len(theirs)}
        return 200, {"data": {"erased": {name: count for name, count in counts.items() if count}}}


def _time(text: str) -> datetime:
    """Such as 2026-11-29.12:00:00+0000. Raises: ValueError."""
    return datetime.fromisoformat(text.replace(".", "T", 1)).replace(microsecond=0)


def _error(status: int, text: str) -> tuple[int, Any]:
    return status, {"error": {"status": status, "msg": text}}
