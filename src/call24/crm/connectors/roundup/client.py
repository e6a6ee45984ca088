"""The connector for Roundup: users with the role Customer are kept in step, and a call becomes an issue that is closed.

Roundup has no keys for requests: a customer that is made carries ours as user name, which Roundup lets nobody have
twice, a call as the `messageid` of its message. Erasures, and who has a number, are asked of ops/roundup/call24.py,
which stands in the tracker: Roundup's own API does not take an item's history. What changed is in changes.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from call24.crm.asking import expect, id_number, malformed, one_line
from call24.crm.call_text import ENDING, call_text, call_title, is_of
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
from call24.crm.connectors.roundup import changes
from call24.crm.connectors.roundup.records import CUSTOMER, Row, is_customer, record, row_of, time_text
from call24.crm.connectors.roundup.records import changes as written
from call24.crm.connectors.roundup.requests import NotPermitted, RoundupApi, data, refuse, words
from call24.crm.model import RoundupShape

NO_ROUTE = "Nothing matches"
ABSENT = "call24.py is not among the tracker's detectors: Roundup would keep the history"


class RoundupClient:
    """A CrmClient."""

    seen_after = timedelta()

    def __init__(self, api: RoundupApi, shape: RoundupShape) -> None:
        self._api = api
        self._shape = shape

    # --- customers ---

    async def changed_since(self, place: Place | None, limit: int) -> RecordPage:
        return await by_time.changed_since(changes.by_time(self._api), place, limit)

    async def get(self, id: str) -> RemoteRecord:
        return self._record((await self._customer(id))[0])

    async def find_by_key(self, key: str) -> RemoteRecord | None:
        rows = await self._api.customers([("username:", key)], 2)
        found = [row for row in rows if row.get("username") == key and is_customer(row)]
        return self._record(found[0]) if found else None

    async def find_by_number(self, number: str, limit: int) -> RecordPage | None:
        """Retired customers too: they have the number still."""
        answer = await self._api.ask("GET", f"call24/numbers/{number[-ENDING:]}")
        if answer.status == 404:
            return None
        expect(answer, 200)
        told = data(answer)
        ids, more = told.get("ids"), told.get("more")
        if not isinstance(ids, list) or not isinstance(more, bool):
            malformed("the answer about a number has no `ids` and `more`")
        found = list[RemoteRecord]()
        for id in ids:
            row, _ = await self._item(str(id))
            if is_customer(row) and is_of(number, row.get("phone")):
                found.append(self._record(row))
        return RecordPage(records=tuple(found[:limit]), more=more or len(found) > limit, now=self._api.at)

    async def create(self, fields: Mapping[str, Any], key: str) -> RemoteRecord:
        body = {**written(fields), "username": key, "roles": CUSTOMER}
        answer = await self._api.ask("POST", "data/user", body=body)
        if answer.status == 409 and (there := await self.find_by_key(key)) is not None:
            return there
        refuse(answer)
        expect(answer, 201)
        return await self.get(row_of(data(answer))["id"])

    async def update(self, id: str, fields: Mapping[str, Any], version: str) -> RemoteRecord:
        values = written(fields)
        row, etag = await self._customer(id)
        if version and self._record(row).version != version:
            raise VersionConflict
        await self._put(id, values, etag)
        return await self.get(id)

    async def erase(self, id: str, key: str) -> str:
        try:
            number = id_number(id)
        except Missing:
            return f"Roundup has no user {id}"
        answer = await self._api.ask("POST", f"call24/erasures/{number}", body={})
        if answer.status == 404 and NO_ROUTE in words(answer):
            raise Rejected(ABSENT)
        refuse(answer)
        expect(answer, 200)
        taken = data(answer).get("erased")
        if not isinstance(taken, Mapping):
            malformed("the answer to an erasure does not say what was erased")
        if not taken:
            return f"Roundup has no user {id}"
        parts = ", ".join(f"{count} {name}" for name, count in sorted(taken.items()))
        return one_line(f"user {id} was erased in Roundup, with the history ({parts})")

    async def set_objection(self, id: str, objects: bool, key: str) -> str:
        name = self._shape.objection_property
        row, etag = await self._customer(id)
        if bool(row.get(name)) is not objects:
            await self._put(id, {name: objects}, etag)
        row, _ = await self._customer(id)
        if row.get(name) not in ((True, 1) if objects else (False, 0, None)):
            raise Rejected(f"Roundup's users have no yes or no property {name}")
        return f"{name} is {'yes' if objects else 'no'}"

    # --- calls: an issue each, with one message ---

    async def find_call(self, key: str, remote_id: str) -> str | None:
        message = await self._message(key)
        return None if message is None else await self._issue(message, remote_id)

    async def log_call(self, call: LoggedCall, key: str) -> str:
        await self.get(call.remote_id)
        message = await self._message(key)
        if message is None:
            message = await self._made("msg", self._text(call, key))
        elif (there := await self._issue(message, call.remote_id)) is not None:
            return there
        issue = {
            "title": call_title(call),
            "messages": [message],
            "status": self._shape.status,
            self._shape.caller_property: call.remote_id,
        }
        return await self._made("issue", issue)

    def _text(self, call: LoggedCall, key: str) -> dict[str, Any]:
        """By Call24's own user: an author would be put on the list of those who get mails about the issue."""
        return {
            "author": self._api.login,
            "content": call_text(call, key),
            "date": time_text(call.started_at),
            "messageid": key,
        }

    async def _message(self, key: str) -> str | None:
        rows = await self._api.rows("msg", [("messageid:", key), ("@fields", "messageid")])
        return next((row["id"] for row in rows if row.get("messageid") == key), None)

    async def _issue(self, message: str, customer: str) -> str | None:
        rows = await self._api.rows("issue", [("messages", message), (self._shape.caller_property, customer)])
        return rows[0]["id"] if rows else None

    async def _made(self, of: str, body: Mapping[str, Any]) -> str:
        """Raises: Rejected."""
        answer = await self._api.ask("POST", f"data/{of}", body=body)
        if answer.status == 404:
            raise Rejected(f"Roundup has no class {of}: {words(answer)}")
        refuse(answer)
        expect(answer, 201)
        return str(row_of(data(answer))["id"])

    def link(self, id: str) -> str | None:
        return f"{self._api.url}/user{id}"

    # --- requests ---

    async def _customer(self, id: str) -> tuple[Row, str]:
        """As they are, and the ETag of that. Raises: Missing, Deleted."""
        row, etag = await self._item(id)
        if not is_customer(row):
            raise Missing
        if not await self._api.rows("user", [("id", id)]):  # an item that is retired is shown, and in no list
            raise Deleted
        return row, etag

    async def _item(self, id: str) -> tuple[Row, str]:
        """Raises: Missing."""
        number = id_number(id)
        query = [("@fields", ",".join(self._api.properties)), ("@verbose", "0")]
        try:
            answer = await self._api.ask("GET", f"data/user/{number}", query)
        except NotPermitted:  # staff
            raise Missing from None
        if answer.status == 404:
            raise Missing
        if answer.status == 400:
            malformed(f"Roundup does not show a user so: {words(answer)}")
        expect(answer, 200)
        told = row_of(data(answer))
        etag, own = told.get("@etag"), told.get("attributes")
        if not isinstance(etag, str) or not isinstance(own, Mapping):
            malformed("a user has no `@etag` and `attributes`")
        return {**own, "id": told["id"]}, etag

    async def _put(self, id: str, values: Mapping[str, Any], etag: str) -> None:
        """Raises: VersionConflict, Missing, Rejected."""
        answer = await self._api.ask("PUT", f"data/user/{id_number(id)}", body=values, match=etag)
        if answer.status == 404:
            raise Missing
        if answer.status == 412:
            raise VersionConflict
        refuse(answer)
        expect(answer, 200)

    def _record(self, row: Row) -> RemoteRecord:
        return record(row, self._api.properties, self._api.hash_key)
