"""The connector for Bitrix24: contacts are kept in step, and a call becomes a comment in its contact's timeline.

Bitrix24 has no keys for requests: a contact that is made carries ours as its origin, a comment in its text, and both
are looked for first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from call24.crm.asking import id_number, iso, malformed
from call24.crm.call_text import is_of
from call24.crm.connector import (
    CrmTrouble,
    LoggedCall,
    Missing,
    Place,
    RecordPage,
    Rejected,
    RemoteRecord,
    VersionConflict,
)
from call24.crm.connectors import by_time
from call24.crm.connectors.bitrix24 import comments
from call24.crm.connectors.bitrix24.members import MULTIPLE, PHONE
from call24.crm.connectors.bitrix24.records import OURS, Row, changed_at, changes, emptied, multiple, record
from call24.crm.connectors.bitrix24.requests import CONTACT, PAGE, Bitrix24Api, Denied
from call24.crm.connectors.shown import check_shown
from call24.crm.model import Bitrix24Shape

TIME = "updatedTime"
FOUND_MAX = 20
"""Contacts that Bitrix24 tells of a number."""
COUNTRY_DIGITS = 3
"""Of a number, at most: a national number is what is left."""


class Bitrix24Client:
    """A CrmClient."""

    seen_after = timedelta()

    def __init__(self, api: Bitrix24Api, shape: Bitrix24Shape) -> None:
        self._api = api
        self._shape = shape

    # --- contacts ---

    async def changed_since(self, place: Place | None, limit: int) -> RecordPage:
        """Bitrix24's lists have none that were deleted."""
        of = by_time.by_seconds(self._between, _key, self._record, lambda: self._api.at, PAGE)
        return await by_time.changed_since(of, place, limit)

    async def _between(self, since: datetime, before: datetime | None, above: Any) -> Sequence[Row]:
        asked = {f">={TIME}": iso(since, "seconds")}
        if before is None:
            return await self._api.items(asked, [TIME, "id"])
        return await self._api.items({**asked, f"<{TIME}": iso(before, "seconds"), ">id": above}, ["id"])

    async def get(self, id: str) -> RemoteRecord:
        return self._record(await self._contact(id))

    async def find_by_key(self, key: str) -> RemoteRecord | None:
        rows = await self._api.items({"=originatorId": OURS, "=originId": key}, ["id"])
        return next((one for one in map(self._record, rows) if one.key == key), None)

    async def find_by_number(self, number: str, limit: int) -> RecordPage | None:
        """By its own search for duplicates, which knows a number by its digits: in national form too."""
        body = {"entity_type": "CONTACT", "type": "PHONE", "values": _forms(number)}
        result = (await self._api.call("crm.duplicate.findbycomm", body))["result"]
        ids = result.get("CONTACT", []) if isinstance(result, Mapping) else result
        if not isinstance(ids, list):
            malformed("what is told of a number is no list")
        found = list[RemoteRecord]()
        for id in sorted(int(str(one)) if str(one).isdigit() else malformed("an id is no number") for one in ids):
            try:
                row = await self._contact(str(id))
            except Missing:
                continue
            if is_of(number, *(one["value"] for one in multiple(row, MULTIPLE[PHONE]))):
                found.append(self._record(row))
        more = len(found) > limit or len(ids) >= FOUND_MAX
        return RecordPage(records=tuple(found[:limit]), more=more, now=self._api.at)

    async def create(self, fields: Mapping[str, Any], key: str) -> RemoteRecord:
        values = {**changes(fields, {}), "originatorId": OURS, "originId": key}
        if isinstance(values.get("fm"), Mapping):
            values["fm"] = list(values["fm"].values())
        if (there := await self.find_by_key(key)) is not None:
            return there
        made = await self._api.item("add", {"fields": values})
        row = await self._contact(str(made["id"]))
        check_shown(row, set(values) - {"fm"}, "Bitrix24")
        return self._record(row)

    async def update(self, id: str, fields: Mapping[str, Any], version: str) -> RemoteRecord:
        """Bitrix24 takes no versions: it is looked at just before."""
        row = await self._contact(id)
        values = changes(fields, row)
        if version and self._record(row).version != version:
            raise VersionConflict
        await self._write(row, values)
        return await self.get(id)

    async def erase(self, id: str, key: str) -> str:
        """Bitrix24 keeps deleted contacts in its recycle bin: so it is emptied first, then deleted. One that is hidden
        is refused: it is there."""
        try:
            row = await self._shown(id)
            texts = [one for one in self._api.fields if one != self._shape.objection_field]
            count = await comments.remove(self._api, row["id"])
            shown = {name: value for name, value in emptied(row, texts).items() if name in row}
            await self._write(row, shown)
            await self._api.call("crm.item.delete", {"entityTypeId": CONTACT, "id": row["id"]})
        except Missing:
            return f"Bitrix24 has no contact {id}"
        return f"Bitrix24's contact {id} was emptied and deleted, with {count} comments of Call24's"

    async def set_objection(self, id: str, objects: bool, key: str) -> str:
        name, wanted = self._shape.objection_field, "Y" if objects else "N"
        row = await self._contact(id)
        await self._write(row, {name: wanted})
        if (await self._contact(id)).get(name) != wanted:
            raise Rejected(f"Bitrix24's contacts have no yes or no field {name}")
        return f"{name} is {'yes' if objects else 'no'}"

    # --- calls ---

    async def find_call(self, key: str, remote_id: str) -> str | None:
        return await comments.find(self._api, id_number(remote_id), key)

    async def log_call(self, call: LoggedCall, key: str) -> str:
        contact = int((await self.get(call.remote_id)).id)
        there = await self.find_call(key, call.remote_id)
        return there if there is not None else await comments.add(self._api, contact, call, key)

    def link(self, id: str) -> str | None:
        return f"{self._api.url}/crm/contact/details/{id}/"

    # --- requests ---

    async def _contact(self, id: str) -> Row:
        """One that is hidden from its user is missing. Raises: Missing."""
        try:
            return await self._shown(id)
        except Denied:
            raise Missing from None
        except Rejected as error:
            raise CrmTrouble("malformed", f"Bitrix24 does not show a contact so: {error}") from None

    async def _shown(self, id: str) -> Row:
        """Raises: Missing, Rejected."""
        return await self._api.item("get", {"id": id_number(id)})

    async def _write(self, row: Row, values: Mapping[str, Any]) -> None:
        """Raises: Missing, Rejected."""
        check_shown(row, set(values) - {"fm"}, "Bitrix24")
        await self._api.item("update", {"id": row["id"], "fields": dict(values)})

    def _record(self, row: Row) -> RemoteRecord:
        return record(row, self._api.fields, self._api.hash_key)


def _key(row: Row) -> by_time.Key:
    return changed_at(row), row["id"]


def _forms(number: str) -> list[str]:
    """How a number (E.164) may be written: with its country, and without it for each length that a country's code
    has."""
    digits = number.removeprefix("+")
    national = [digits[n:] for n in range(1, COUNTRY_DIGITS + 1)]
    return [number, digits, *(f"{zero}{one}" for one in national for zero in ("0", ""))]
