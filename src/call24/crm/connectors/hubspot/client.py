"""The connector for HubSpot: contacts are kept in step, and a call becomes a call engagement of its contact.

A contact that is made carries our key in a property that no two contacts can have; a call in its external id, by which
it is looked for first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from call24.crm.asking import expect, id_number, json_object
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
from call24.crm.connectors.hubspot.calls import EXTERNAL_ID, engagement
from call24.crm.connectors.hubspot.members import KEY
from call24.crm.connectors.hubspot.records import Row, changed_at, changes, record, row_of
from call24.crm.connectors.hubspot.requests import HubSpotApi, refuse, words
from call24.crm.model import HubSpotShape

TIME = "lastmodifieddate"
ID = "hs_object_id"
NUMBERS = ("hs_searchable_calculated_phone_number", "hs_searchable_calculated_mobile_number")
"""HubSpot's own: area and number, in digits alone."""
ROWS_MAX = 100


class HubSpotClient:
    """A CrmClient."""

    seen_after = timedelta(minutes=10)

    def __init__(self, api: HubSpotApi, shape: HubSpotShape) -> None:
        self._api = api
        self._shape = shape

    # --- contacts ---

    async def changed_since(self, place: Place | None, limit: int) -> RecordPage:
        """HubSpot's search has none that were deleted."""
        return await by_time.changed_since(self._by_time(), place, limit)

    def _by_time(self) -> by_time.ByTime:
        async def at_instant(at: datetime, above: int) -> Sequence[Row]:
            filters = [(TIME, "EQ", _ms(at)), (ID, "GT", str(above))]
            return await self._contacts([filters], ID, by_time.PIECE)

        async def after(at: datetime, then_too: bool) -> Sequence[Row]:
            return await self._contacts([[(TIME, "GTE" if then_too else "GT", _ms(at))]], TIME, by_time.PIECE)

        return by_time.ByTime(
            at_instant=at_instant,
            after=after,
            key=lambda row: (changed_at(row), int(row["id"])),
            record=record,
            now=lambda: self._api.at,
        )

    async def get(self, id: str) -> RemoteRecord:
        found = record(await self._contact(id))
        if found.deleted:
            raise Deleted
        return found

    async def find_by_key(self, key: str) -> RemoteRecord | None:
        """Not by the search: it is behind."""
        answer = await self._show(quote(key, safe=""), {"idProperty": KEY})
        if answer.status == 404:
            return None
        if answer.status == 400:
            raise CrmTrouble("malformed", f"HubSpot needs the property {KEY}, with unique values: {words(answer)}")
        expect(answer, 200)
        found = record(row_of(json_object(answer)))
        return found if found.key == key and not found.deleted else None

    async def find_by_number(self, number: str, limit: int) -> RecordPage | None:
        token = f"*{number[-ENDING:]}*"
        rows = await self._contacts([[(name, "CONTAINS_TOKEN", token)] for name in NUMBERS], ID, ROWS_MAX)
        own = {row["id"]: row for row in rows if is_of(number, *map(row["properties"].get, ("phone", "mobilephone")))}
        found = [record(row) for row in own.values()]
        more = len(found) > limit or len(rows) == ROWS_MAX
        return RecordPage(records=tuple(found[:limit]), more=more, now=self._api.at)

    async def create(self, fields: Mapping[str, Any], key: str) -> RemoteRecord:
        body = {"properties": {**changes(fields, {}), KEY: key}}
        answer = await self._api.ask("POST", "contacts", None, body)
        if answer.status in (400, 409) and (there := await self.find_by_key(key)) is not None:
            return there
        refuse(answer)
        expect(answer, 200, 201)
        return await self.get(row_of(json_object(answer))["id"])

    async def update(self, id: str, fields: Mapping[str, Any], version: str) -> RemoteRecord:
        """HubSpot takes no versions: it is looked at just before."""
        row = await self._contact(id)
        seen = record(row)
        if seen.deleted:
            raise Deleted
        if version and seen.version != version:
            raise VersionConflict
        await self._write(id, changes(fields, row["properties"]))
        return await self.get(id)

    async def erase(self, id: str, key: str) -> str:
        """For good, with what is associated to the contact alone: HubSpot's deletion by the GDPR."""
        try:
            answer = await self._api.ask("POST", "contacts/gdpr-delete", None, {"objectId": str(id_number(id))})
        except Missing:
            return f"HubSpot has no contact {id}"
        if answer.status == 404:
            return f"HubSpot has no contact {id}"
        refuse(answer)
        expect(answer, 204)
        return f"HubSpot deletes contact {id} for good (gdpr-delete)"

    async def set_objection(self, id: str, objects: bool, key: str) -> str:
        await self.get(id)
        name = self._shape.objection_property
        await self._write(id, {name: "true" if objects else "false"})
        return f"{name} is {'yes' if objects else 'no'}"

    # --- calls ---

    async def find_call(self, key: str, remote_id: str) -> str | None:
        rows = await self._api.search("calls", [[(EXTERNAL_ID, "EQ", key)]], ID, 2, [EXTERNAL_ID])
        return next((str(row["id"]) for row in rows if row["properties"].get(EXTERNAL_ID) == key), None)

    async def log_call(self, call: LoggedCall, key: str) -> str:
        await self.get(call.remote_id)
        there = await self.find_call(key, call.remote_id)
        if there is not None:
            return there
        answer = await self._api.ask("POST", "calls", None, engagement(call, key))
        refuse(answer)
        expect(answer, 200, 201)
        return str(row_of(json_object(answer))["id"])

    def link(self, id: str) -> str | None:
        portal = self._shape.portal_id
        return f"https://app.hubspot.com/contacts/{portal}/record/0-1/{id}" if portal else None

    # --- requests ---

    async def _contacts(self, groups: Sequence[Sequence[tuple[str, str, str]]], sort_by: str, limit: int) -> list[Row]:
        return await self._api.search("contacts", groups, sort_by, limit, self._api.properties)

    async def _show(self, path: str, more: Mapping[str, str]) -> Any:
        return await self._api.ask("GET", f"contacts/{path}", {"properties": ",".join(self._api.properties), **more})

    async def _contact(self, id: str) -> Row:
        """Raises: Missing, Deleted."""
        number = str(id_number(id))
        answer = await self._show(number, {"archived": "false"})
        if answer.status == 404:
            raise await self._absent(number)
        expect(answer, 200)
        row = row_of(json_object(answer))
        if row["id"] != number:  # it was merged into another, which has a link of its own
            raise Missing
        return row

    async def _absent(self, id: str) -> Missing | Deleted:
        """HubSpot keeps those that were deleted for 90 days."""
        answer = await self._show(id, {"archived": "true"})
        if answer.status == 404:
            return Missing()
        expect(answer, 200)
        return Deleted() if row_of(json_object(answer)).get("archived") is True else Missing()

    async def _write(self, id: str, properties: Mapping[str, str]) -> None:
        """Raises: Missing, Deleted, Rejected."""
        answer = await self._api.ask("PATCH", f"contacts/{id_number(id)}", None, {"properties": properties})
        if answer.status == 404:
            raise await self._absent(id)
        if answer.status == 409:
            raise Rejected(f"409 {words(answer)}")
        refuse(answer)
        expect(answer, 200)


def _ms(at: datetime) -> str:
    return str(round(at.astimezone(UTC).timestamp() * 1000))
