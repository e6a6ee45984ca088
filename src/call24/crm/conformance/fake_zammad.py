"""A stand-in of Zammad on this machine: its REST API for users, organisations, tickets and data privacy tasks.

What it takes and answers is what docs.zammad.org says; what is not in there it refuses, and notes as wrong. It was
never compared with a real Zammad.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from call24.crm.asking import iso
from call24.crm.conformance.query_strings import meant
from call24.crm.conformance.stand_in import TOKEN, FakeRecord
from call24.crm.conformance.strict import Asked, Route, Row, StrictStandIn

GROUP, STATE = "Support", "closed"
ME = 1
"""The agent whose token it is."""
TEXTS = (
    *("login", "firstname", "lastname", "email", "phone", "mobile", "fax", "web", "department", "street", "zip"),
    *("city", "country", "address", "note"),
)
ADDED = ("do_not_use", "customer_number")
"""Attributes that its administrator added."""
_MADE_OF = {"given": "firstname", "family": "lastname", "email": "email", "phone": "phone", "do_not_use": "do_not_use"}
_ARTICLE = {"subject", "body", "content_type", "type", "sender", "internal"}
_TICKET = {"title", "group", "customer_id", "state", "article"}
_SEARCH = {"query", "limit", "sort_by", "order_by", "expand"}


@dataclass
class Index:
    """What its search knows. `waits`: changes are not known to it, until it is false again."""

    waits: bool = False
    rows: dict[int, Row] = field(default_factory=dict)


class FakeZammad(StrictStandIn):
    """`elasticsearch`: without it the search looks for the query's text in names. `fails`: data privacy tasks do."""

    creating = "POST users"
    logging = "POST tickets"
    tick = timedelta(milliseconds=1)
    at_path = "/api/v1"
    authorised = f"Token token={TOKEN}"

    def __init__(self) -> None:
        super().__init__()
        self.elasticsearch = True
        self.fails = False
        self.users: dict[int, Row] = {}
        self.organizations: dict[int, Row] = {}
        self.tickets: dict[int, Row] = {}
        self.tasks: dict[int, Row] = {}
        self.index = Index()
        self._last = datetime(1970, 1, 1, tzinfo=UTC)
        self.user(firstname="Call24", roles=["Agent", "Admin"], at=datetime(2020, 1, 1, tzinfo=UTC))

    # --- its own users ---

    def user(self, *, at: datetime | None = None, roles: list[str] | None = None, **values: Any) -> Row:
        id = max((*self.users, *(task["deletable_id"] for task in self.tasks.values())), default=0) + 1
        row: Row = {
            "id": id,
            "active": True,
            "roles": roles or ["Customer"],
            "organization": "",
            "do_not_use": False,
            "customer_number": "",
            **dict.fromkeys(TEXTS, ""),
            **values,
        }
        row["login"] = row["login"] or row["email"] or f"auto-{id}"
        self.users[id] = row
        return self._touched(row, at)

    def _touched(self, row: Row, at: datetime | None = None) -> Row:
        self._last = max(self.clock().replace(microsecond=0), self._last + self.tick)
        row["updated_at"] = at or self._last
        if not self.index.waits:
            self.index.rows[row["id"]] = dict(row)
        return row

    @property
    def records(self) -> Mapping[str, FakeRecord]:
        return {str(row["id"]): self._told(row) for row in self.users.values() if row["roles"] == ["Customer"]}

    @property
    def calls(self) -> Mapping[str, Row]:
        return {str(id): ticket for id, ticket in self.tickets.items()}

    def _told(self, row: Row) -> FakeRecord:
        fields = {name: row[own] for name, own in _MADE_OF.items() if row[own]}
        key = row["login"] if row["login"].startswith("crl_") else ""
        return FakeRecord(
            id=str(row["id"]), fields=fields, updated_at=row["updated_at"], key=key, deleted=not row["active"]
        )

    def add(self, *, id: str = "", at: datetime | None = None, key: str = "", **fields: Any) -> FakeRecord:
        row = self.user(at=at, login=key, **{_MADE_OF[name]: value for name, value in fields.items()})
        return self.records[str(row["id"])]

    def change(self, id: str, *, at: datetime | None = None, **fields: Any) -> FakeRecord:
        row = self.users[int(id)]
        row.update({_MADE_OF.get(name, name): value for name, value in fields.items()})
        self._touched(row, at)
        return self.records[id]

    def delete(self, id: str) -> None:
        """By a data privacy task, as its administrator does."""
        self._gone(self.task(int(id)))

    def retire(self, id: str) -> None:
        self.change(id, active=False)

    def task(self, user: int) -> Row:
        task: Row = {
            "id": len(self.tasks) + 1,
            "deletable_type": "User",
            "deletable_id": user,
            "state": "in process",
            "preferences": {},
        }
        self.tasks[task["id"]] = task
        return task

    def goes_on(self) -> None:
        """Its scheduler works at data privacy tasks; the index is up to date."""
        for task in [one for one in self.tasks.values() if one["state"] == "in process"]:
            if self.fails:
                task.update(state="failed", preferences={"error": "ERROR: a ticket is locked"})
            else:
                self._gone(task)
        self.index = Index(rows={id: dict(row) for id, row in self.users.items()})

    def _gone(self, task: Row) -> None:
        user = task["deletable_id"]
        self.users.pop(user, None)
        self.index.rows.pop(user, None)
        self.tickets = {id: one for id, one in self.tickets.items() if one["customer_id"] != user}
        task["state"] = "completed"

    def members(self, **fields: Any) -> dict[str, Any]:
        return {_MADE_OF[name]: value for name, value in fields.items()}

    def named(self, members: Mapping[str, Any]) -> dict[str, Any]:
        return {name: members[own] for name, own in _MADE_OF.items() if members.get(own)}

    def texts(self) -> list[str]:
        """Every text that it has of customers and their tickets."""
        rows = [row for row in self.users.values() if row["id"] != ME]
        return [str(value) for row in (*rows, *self.tickets.values()) for value in row.values() if value]

    # --- requests ---

    def routes(self) -> tuple[Route, ...]:
        people = frozenset((*TEXTS, *ADDED, "organization", "organization_id"))
        expand, search, paged = frozenset({"expand"}), frozenset(_SEARCH), frozenset({"page", "per_page"})
        task = frozenset({"deletable_type", "deletable_id", "preferences"})
        return (
            Route(method="GET", path=r"users/me", does=lambda _: (200, self._json(self.users[ME]))),
            Route(method="GET", path=r"users/search", query=search, does=self._search),
            Route(method="GET", path=r"users/(\d+)", query=expand, does=self._show),
            Route(method="POST", path=r"users", query=expand, body=people, does=self._create),
            Route(method="PUT", path=r"users/(\d+)", query=expand, body=people - {"login"}, does=self._update),
            Route(method="GET", path=r"organizations/search", query=search, does=self._organizations),
            Route(method="POST", path=r"organizations", body=frozenset({"name"}), does=self._organize),
            Route(method="GET", path=r"tickets/search", query=search, does=self._tickets),
            Route(method="POST", path=r"tickets", body=frozenset(_TICKET), does=self._ticket),
            Route(method="GET", path=r"data_privacy_tasks", query=paged, does=self._tasks),
            Route(method="POST", path=r"data_privacy_tasks", body=task, does=self._begin),
            Route(method="PUT", path=r"data_privacy_tasks/(\d+)", body=frozenset({"state"}), does=self._again),
        )

    # --- users ---

    def _json(self, row: Row, expanded: bool = True) -> Row:
        told = {**row, "updated_at": iso(row["updated_at"], "milliseconds")}
        return told if expanded else {name: value for name, value in told.items() if name not in ("roles",)}

    def _search(self, asked: Asked) -> tuple[int, Any]:
        query = asked.query
        if "query" not in query or query.get("order_by", "asc") != "asc":
            self.wrong.append(f"a search of {dict(query)}")
            return 422, {"error": "query"}
        rows = list(self.index.rows.values())
        if not self.elasticsearch:
            found = [row for row in rows if query["query"].lower() in f"{row['firstname']} {row['lastname']}".lower()]
        else:
            found = self._meant(query["query"], rows)
        found.sort(key=lambda row: row["id"], reverse=True)  # of one time they come in no order that is told
        found.sort(key=lambda row: row[query.get("sort_by", "updated_at")])
        if self.twice:
            found = [row for each in found for row in (each, each)]
        shown = [self.users[row["id"]] for row in found[: int(query.get("limit", "10"))]]
        return 200, [self._json(row, query.get("expand") == "true") for row in shown]

    def _meant(self, query: str, rows: list[Row]) -> list[Row]:
        try:
            holds = meant(query)
            return [row for row in rows if holds(row)]
        except (ValueError, KeyError) as error:
            self.wrong.append(f"a query that Zammad does not know: {query} ({error})")
            return []

    def _show(self, asked: Asked) -> tuple[int, Any]:
        row = self.users.get(int(asked.id))
        if row is None:
            return 404, {"error": f"Couldn't find User with 'id'={asked.id}"}
        return 200, self._json(row, asked.query.get("expand") == "true")

    def _create(self, asked: Asked) -> tuple[int, Any]:
        if (no := self._no(asked.body, 0)) is not None:
            return 422, no
        row = self.user(**{name: value for name, value in asked.body.items() if name != "organization_id"})
        return 201, self._json(row, asked.query.get("expand") == "true")

    def _update(self, asked: Asked) -> tuple[int, Any]:
        row = self.users.get(int(asked.id))
        if row is None:
            return 404, {"error": f"Couldn't find User with 'id'={asked.id}"}
        if (no := self._no(asked.body, int(asked.id))) is not None:
            return 422, no
        values = {name: value for name, value in asked.body.items() if name != "organization_id"}
        if "organization_id" in asked.body:
            values["organization"] = ""
        row.update(values)
        self._touched(row)
        return 200, self._json(row, asked.query.get("expand") == "true")

    def _no(self, body: Row, id: int) -> Row | None:
        if body.get("firstname") == "refuse me":
            return {"error": "Validation failed", "error_human": "this name is not taken"}
        for name in ("login", "email"):
            own = body.get(name)
            if own and any(row[name] == own and row["id"] != id for row in self.users.values()):
                return {"error": f"{name} is already used for another user."}
        organization = body.get("organization")
        if organization and all(one["name"] != organization for one in self.organizations.values()):
            return {"error": f"No lookup value found for 'organization': {organization!r}"}
        return None

    # --- organisations ---

    def _organizations(self, asked: Asked) -> tuple[int, Any]:
        return 200, self._meant(asked.query["query"], list(self.organizations.values()))

    def _organize(self, asked: Asked) -> tuple[int, Any]:
        if any(one["name"] == asked.body["name"] for one in self.organizations.values()):
            return 422, {"error": "This object already exists."}
        made = {"id": len(self.organizations) + 1, "name": asked.body["name"]}
        self.organizations[made["id"]] = made
        return 201, made

    # --- tickets ---

    def _tickets(self, asked: Asked) -> tuple[int, Any]:
        found = self._meant(asked.query["query"], list(self.tickets.values()))
        told = {str(one["id"]): {name: one[name] for name in ("id", "title", "customer_id")} for one in found}
        return 200, {"tickets": [one["id"] for one in found], "tickets_count": len(found), "assets": {"Ticket": told}}

    def _ticket(self, asked: Asked) -> tuple[int, Any]:
        body = asked.body
        article = body.get("article", {})
        if set(body) != _TICKET or set(article) != _ARTICLE or article["type"] not in ("phone", "note"):
            self.wrong.append(f"a ticket with {sorted(body)} and {article}")
            return 422, {"error": "a ticket"}
        if body["group"] != GROUP or body["state"] != STATE or body["customer_id"] not in self.users:
            return 422, {"error": f"No lookup value found for {body['group']!r}, {body['state']!r}"}
        id = max(self.tickets, default=0) + 1
        self.tickets[id] = {**body, "id": id}
        return 201, {"id": id, "title": body["title"]}

    # --- data privacy tasks ---

    def _tasks(self, asked: Asked) -> tuple[int, Any]:
        page, size = int(asked.query["page"]), min(int(asked.query["per_page"]), 2)  # its own limit, whatever is asked
        rows = list(self.tasks.values()) if self.remembers else []
        return 200, rows[(page - 1) * size : page * size]

    def _begin(self, asked: Asked) -> tuple[int, Any]:
        user = asked.body["deletable_id"]
        if asked.body["deletable_type"] != "User" or user not in self.users:
            return 422, {"error": "Could not find the user."}
        if any(one["deletable_id"] == user and one["state"] == "in process" for one in self.tasks.values()):
            return 422, {"error": "There is already a task for it in process."}
        return 201, self.task(user)

    def _again(self, asked: Asked) -> tuple[int, Any]:
        if int(asked.id) not in self.tasks or asked.body["state"] != "in process":
            return 422, {"error": "no such task"}
        self.tasks[int(asked.id)].update(state="in process", preferences={})
        return 200, self.tasks[int(asked.id)]
