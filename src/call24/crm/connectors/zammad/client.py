"""The connector for Zammad: customers are kept in step, and a call becomes a ticket that is closed.

Zammad has no keys for requests: a customer that is made carries ours as login, which Zammad lets nobody have twice, a
ticket in its title, by which it is looked for first. What changed is in changes.py, erasures in erasures.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from call24.crm.asking import expect, id_number, json_object, malformed
from call24.crm.call_text import call_text, call_title, is_of
from call24.crm.connector import (
    Deleted,
    LoggedCall,
    Missing,
    Place,
    RecordPage,
    Rejected,
    RemoteRecord,
    VersionConflict,
)
from call24.crm.connectors import by_time
from call24.crm.connectors.zammad import changes, erasures, queries
from call24.crm.connectors.zammad.members import ORGANIZATION
from call24.crm.connectors.zammad.records import changes as written
from call24.crm.connectors.zammad.records import is_customer, record
from call24.crm.connectors.zammad.requests import EXPANDED, ZammadApi, refuse, row_of
from call24.crm.model import ZammadShape
from call24.kit.outbound_http import Answered

ROWS_MAX = 200
"""Of whom may have a number."""


class ZammadClient:
    """A CrmClient."""

    seen_after = timedelta(minutes=10)

    def __init__(self, api: ZammadApi, shape: ZammadShape) -> None:
        self._api = api
        self._shape = shape

    # --- customers ---

    async def changed_since(self, place: Place | None, limit: int) -> RecordPage:
        return await by_time.changed_since(changes.by_time(self._api), place, limit)

    async def get(self, id: str) -> RemoteRecord:
        found = record(await self._customer(id))
        if found.deleted:
            raise Deleted
        return found

    async def find_by_key(self, key: str) -> RemoteRecord | None:
        rows = await self._api.users(queries.having("login", key), 2, "id")
        found = [record(row) for row in rows if row.get("login") == key]
        return next((one for one in found if not one.deleted), None)

    async def find_by_number(self, number: str, limit: int) -> RecordPage | None:
        """Who is not active too: they have the number still."""
        rows = await self._api.users(queries.of_number(number), ROWS_MAX, "id")
        theirs = {row["id"]: row for row in rows if is_of(number, row.get("phone"), row.get("mobile"))}
        found = [record(row, inactive_too=True) for _, row in sorted(theirs.items()) if is_customer(row)]
        more = len(found) > limit or len(rows) == ROWS_MAX
        return RecordPage(records=tuple(found[:limit]), more=more, now=self._api.at)

    async def create(self, fields: Mapping[str, Any], key: str) -> RemoteRecord:
        body = {**await self._values(fields, {}), "login": key}
        answer = await self._api.ask("POST", "users", EXPANDED, body)
        if answer.status == 422 and (there := await self.find_by_key(key)) is not None:
            return there
        refuse(answer)
        expect(answer, 200, 201)
        return self._told(answer)

    async def update(self, id: str, fields: Mapping[str, Any], version: str) -> RemoteRecord:
        """Zammad takes no versions: it is looked at just before."""
        row = await self._customer(id)
        seen = record(row)
        if seen.deleted:
            raise Deleted
        if version and seen.version != version:
            raise VersionConflict
        return self._told(await self._put(id, await self._values(fields, row)))

    async def erase(self, id: str, key: str) -> str:
        try:
            number = id_number(id)
        except Missing:
            return f"Zammad has no user {id}"
        there = await self._user(id)
        if there is not None and not is_customer(there):
            raise Rejected("it is no customer in Zammad: staff is erased by hand")
        return await erasures.erase(self._api, number, there is not None)

    async def set_objection(self, id: str, objects: bool, key: str) -> str:
        await self.get(id)
        name = self._shape.objection_field
        told = json_object(await self._put(id, {name: objects}))
        if told.get(name) is not objects:  # Zammad passes over what it does not know
            raise Rejected(f"Zammad has no yes or no attribute {name} of users")
        return f"{name} is {'yes' if objects else 'no'}"

    # --- calls: tickets ---

    async def find_call(self, key: str, remote_id: str) -> str | None:
        query = f"customer_id:{id_number(remote_id)} AND {queries.having('title', key)}"
        answer = await self._api.ask("GET", "tickets/search", {"query": query, "limit": "10"})
        expect(answer, 200)
        assets = json_object(answer).get("assets")
        tickets = assets.get("Ticket", {}) if isinstance(assets, Mapping) else malformed("`assets` is no object")
        found = [row_of(one) for one in tickets.values()] if isinstance(tickets, Mapping) else malformed("no tickets")
        return next((str(one["id"]) for one in found if f"[{key}]" in str(one.get("title"))), None)

    async def log_call(self, call: LoggedCall, key: str) -> str:
        await self.get(call.remote_id)
        there = await self.find_call(key, call.remote_id)
        if there is not None:
            return there
        article = {
            "subject": call_title(call),
            "body": call_text(call, key),
            "content_type": "text/plain",
            "type": "phone",
            "sender": "Customer" if call.direction == "inbound" else "Agent",
            "internal": True,
        }
        ticket = {
            "title": f"{call_title(call)} [{key}]",
            "group": self._shape.group,
            "customer_id": id_number(call.remote_id),
            "state": self._shape.ticket_state,
            "article": article,
        }
        answer = await self._api.ask("POST", "tickets", None, ticket)
        refuse(answer)
        expect(answer, 200, 201)
        return str(row_of(json_object(answer))["id"])

    def link(self, id: str) -> str | None:
        return f"{self._api.url}/#user/profile/{id}"

    # --- requests ---

    async def _user(self, id: str) -> Mapping[str, Any] | None:
        answer = await self._api.ask("GET", f"users/{id_number(id)}", EXPANDED)
        if answer.status == 404:
            return None
        expect(answer, 200)
        return row_of(json_object(answer))

    async def _customer(self, id: str) -> Mapping[str, Any]:
        """Raises: Missing, Deleted."""
        row = await self._user(id)
        if row is None:
            raise await erasures.absent(self._api, id_number(id))
        if not is_customer(row):
            raise Missing
        return row

    async def _put(self, id: str, values: Mapping[str, Any]) -> Answered:
        """Raises: Missing, Deleted, Rejected."""
        answer = await self._api.ask("PUT", f"users/{id_number(id)}", EXPANDED, values)
        if answer.status == 404:
            raise await erasures.absent(self._api, id_number(id))
        refuse(answer)
        expect(answer, 200)
        return answer

    async def _values(self, fields: Mapping[str, Any], row: Mapping[str, Any]) -> dict[str, Any]:
        values = written(fields, row)
        if ORGANIZATION in values:
            await self._organisation(values[ORGANIZATION])
        return values

    async def _organisation(self, name: str) -> None:
        """Zammad lets customers be in an organisation that it has. Raises: Rejected."""
        query = {"query": queries.having("name", name), "limit": "50"}
        found = await self._api.rows("organizations/search", query)
        if any(one.get("name") == name for one in found):
            return
        answer = await self._api.ask("POST", "organizations", None, {"name": name})
        if answer.status != 422:  # else it is there, and the search does not know it yet
            refuse(answer)
            expect(answer, 200, 201)

    def _told(self, answer: Answered) -> RemoteRecord:
        return record(row_of(json_object(answer)), inactive_too=True)
