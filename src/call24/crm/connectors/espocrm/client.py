"""The connector for EspoCRM: contacts are kept in step, and a call becomes a call of its contact.

EspoCRM has no keys for requests: a contact that is made carries ours in a field, a call in its description, and both
are looked for first. Its lists are those of its database, so what was made is in them at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from call24.crm.asking import expect, json_object, malformed
from call24.crm.call_text import ENDING, is_of
from call24.crm.connector import (
    CrmTrouble,
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
from call24.crm.connectors.espocrm import erasures
from call24.crm.connectors.espocrm.calls import call_record
from call24.crm.connectors.espocrm.members import KEY
from call24.crm.connectors.espocrm.records import Row, changed_at, changes, id_text, made, record, row_of
from call24.crm.connectors.espocrm.records import time_text as text_of
from call24.crm.connectors.espocrm.requests import REASON, EspoApi, condition, refuse
from call24.crm.connectors.shown import check_shown
from call24.crm.model import EspoShape

TIME = "modifiedAt"
ROWS_MAX = 50
"""Of whom may have a number: each is looked at."""
UNCHECKED = {"X-Skip-Duplicate-Check": "true"}
"""Two people with one name are two: who is who was decided here."""


class EspoClient:
    """A CrmClient."""

    seen_after = timedelta()

    def __init__(self, api: EspoApi, shape: EspoShape) -> None:
        self._api = api
        self._shape = shape
        self._user = ""

    # --- contacts ---

    async def changed_since(self, place: Place | None, limit: int) -> RecordPage:
        """EspoCRM's lists have none that were deleted."""
        return await by_time.changed_since(self._by_time(), place, limit)

    def _by_time(self) -> by_time.ByTime:
        async def at_instant(at: datetime, above: str) -> Sequence[Row]:
            where = [condition("equals", TIME, text_of(at)), condition("greaterThan", "id", above)]
            return await self._api.contacts(where if above else where[:1], "id", by_time.PIECE)

        async def after(at: datetime, then_too: bool) -> Sequence[Row]:
            kind = "greaterThanOrEquals" if then_too else "greaterThan"
            return await self._api.contacts([condition(kind, TIME, text_of(at))], TIME, by_time.PIECE)

        return by_time.ByTime(
            at_instant=at_instant,
            after=after,
            key=lambda row: (changed_at(row), row["id"]),
            record=self._record,
            now=lambda: self._api.at,
            read_id=id_text,
            no_id="",
        )

    async def get(self, id: str) -> RemoteRecord:
        return self._record(await self._contact(id))

    async def find_by_key(self, key: str) -> RemoteRecord | None:
        rows = await self._api.contacts([condition("equals", KEY, key)], "id", 2)
        return next((self._record(row) for row in rows if row.get(KEY) == key), None)

    async def find_by_number(self, number: str, limit: int) -> RecordPage | None:
        """Any of a contact's numbers."""
        asked = [condition("contains", "phoneNumberNumeric", number[-ENDING:])]
        rows = await self._api.contacts(asked, "id", ROWS_MAX)
        found = list[RemoteRecord]()
        for row in rows:
            one = await self._contact(row["id"])
            if is_of(number, *_numbers(one)):
                found.append(self._record(one))
        more = len(found) > limit or len(rows) == ROWS_MAX
        return RecordPage(records=tuple(found[:limit]), more=more, now=self._api.at)

    async def create(self, fields: Mapping[str, Any], key: str) -> RemoteRecord:
        values = made(fields, key)
        if (there := await self.find_by_key(key)) is not None:
            return there
        answer = await self._api.ask("POST", "Contact", None, values, UNCHECKED)
        refuse(answer)
        expect(answer, 200, 201)
        row = await self._contact(row_of(json_object(answer))["id"])
        check_shown(row, values, "EspoCRM")
        return self._record(row)

    async def update(self, id: str, fields: Mapping[str, Any], version: str) -> RemoteRecord:
        """Looked at just before; where EspoCRM counts versions, it compares them itself too."""
        values, row = changes(fields), await self._contact(id)
        if version and self._record(row).version != version:
            raise VersionConflict
        await self._put(row, values)
        return await self.get(id)

    async def erase(self, id: str, key: str) -> str:
        try:
            row = await self._contact(id)
        except (Missing, Deleted):
            return f"EspoCRM has no contact {id}"
        return await erasures.erase(self._api, row)

    async def set_objection(self, id: str, objects: bool, key: str) -> str:
        name, row = self._shape.objection_field, await self._contact(id)
        if row.get(name) is not objects:
            await self._put(row, {name: objects})
            row = await self._contact(id)
        if row.get(name) is not objects:
            raise Rejected(f"EspoCRM's contacts have no yes or no field {name}")
        return f"{name} is {'yes' if objects else 'no'}"

    # --- calls ---

    async def find_call(self, key: str, remote_id: str) -> str | None:
        where = [condition("contains", "description", f"[{key}]")]
        rows = await self._api.rows("Call", where, "id", 10, ("id", "description"))
        return next((row["id"] for row in rows if str(row.get("description")).endswith(f"[{key}]")), None)

    async def log_call(self, call: LoggedCall, key: str) -> str:
        await self.get(call.remote_id)
        there = await self.find_call(key, call.remote_id)
        if there is not None:
            return there
        answer = await self._api.ask("POST", "Call", None, call_record(call, key, await self._own_user()), UNCHECKED)
        refuse(answer)
        expect(answer, 200, 201)
        return str(row_of(json_object(answer))["id"])

    def link(self, id: str) -> str | None:
        return f"{self._api.url}/#Contact/view/{id}"

    # --- requests ---

    async def _contact(self, id: str) -> Row:
        """With all its fields, numbers and addresses. Raises: Missing, Deleted."""
        answer = await self._api.ask("GET", f"Contact/{id_text(id)}")
        if answer.status == 404:
            raise Missing
        expect(answer, 200)
        row = row_of(json_object(answer))
        if row.get("deleted") is True:
            raise Deleted
        return row

    async def _put(self, row: Row, values: Mapping[str, Any]) -> None:
        """Raises: VersionConflict, Missing, Rejected."""
        check_shown(row, values, "EspoCRM")
        count = row.get("versionNumber")
        headers = {"X-Version-Number": str(count)} if isinstance(count, int) else {}
        answer = await self._api.ask("PUT", f"Contact/{row['id']}", None, values, headers)
        if answer.status == 404:
            raise Missing
        if answer.status == 409 and answer.headers.get(REASON) == "modified":
            raise VersionConflict
        refuse(answer)
        expect(answer, 200)

    async def _own_user(self) -> str:
        """Call24's user in EspoCRM: a call has to be somebody's."""
        if not self._user:
            answer = await self._api.ask("GET", "App/user")
            if answer.status == 404:
                raise CrmTrouble("not_found", "there is no EspoCRM at this address")
            expect(answer, 200)
            self._user = row_of(json_object(answer).get("user"))["id"]
        return self._user

    def _record(self, row: Row) -> RemoteRecord:
        return record(row, self._api.fields, self._api.hash_key)


def _numbers(row: Row) -> list[Any]:
    told = row.get("phoneNumberData")
    found = told if isinstance(told, list) else malformed("a contact has no list `phoneNumberData`")
    return [one.get("phoneNumber") for one in found if isinstance(one, Mapping)]
