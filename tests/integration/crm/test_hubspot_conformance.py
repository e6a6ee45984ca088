"""The conformance kit passes the connector for HubSpot, and fails each seeded fault of one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest

from call24.crm.conformance.fake_hubspot import FakeHubSpot
from call24.crm.conformance.kit import KITS, exchanging, hubspot, real, results
from call24.crm.conformance.stand_in import TOKEN, serving
from call24.crm.connector import (
    CrmTrouble,
    Deleted,
    LoggedCall,
    Missing,
    Place,
    RecordPage,
    Rejected,
    RemoteRecord,
)
from call24.crm.connectors import by_time
from call24.crm.connectors.hubspot import calls, client, members, records, requests
from call24.crm.connectors.hubspot.client import HubSpotClient


class TimeAlone(HubSpotClient):
    """Asks by time alone: of contacts of one instant, the page's end loses the rest."""

    async def changed_since(self, place: Place | None, limit: int) -> RecordPage:
        page = await super().changed_since(place, limit)
        if place is None or not place.id:
            return page
        return replace(page, records=tuple(one for one in page.records if one.changed_at > place.at))


class OwnClock(HubSpotClient):
    async def changed_since(self, place: Place | None, limit: int) -> RecordPage:
        return replace(await super().changed_since(place, limit), now=datetime.now(UTC))


class MissingIsDeleted(HubSpotClient):
    async def _absent(self, id: str) -> Missing | Deleted:
        return Deleted()


class DeletedIsMissing(HubSpotClient):
    async def _absent(self, id: str) -> Missing | Deleted:
        return Missing()


class WithoutKey(HubSpotClient):
    """Makes a contact whose key says nothing."""

    async def create(self, fields: Mapping[str, Any], key: str) -> RemoteRecord:
        return await super().create(fields, f"{key}-{datetime.now(UTC).timestamp()}")


class BySearch(HubSpotClient):
    """Looks for our key with the search, which is behind."""

    async def find_by_key(self, key: str) -> RemoteRecord | None:
        rows = await self._contacts([[(members.KEY, "EQ", key)]], client.ID, 2)
        return records.record(rows[0]) if rows else None


class ConflictIsTrouble(HubSpotClient):
    async def create(self, fields: Mapping[str, Any], key: str) -> RemoteRecord:
        try:
            return await super().create(fields, key)
        except Rejected as error:
            raise CrmTrouble("server_error", str(error)) from None


class AnyKey(HubSpotClient):
    async def find_by_key(self, key: str) -> RemoteRecord | None:
        page = await self.changed_since(None, 1)
        return page.records[0] if page.records else None


class AsItWasTyped(HubSpotClient):
    async def find_by_number(self, number: str, limit: int) -> RecordPage | None:
        page = await super().find_by_number(number, limit)
        assert page is not None
        return replace(page, records=tuple(one for one in page.records if one.fields["number"] == number))


class AllThatAreFound(HubSpotClient):
    """Cuts off who is beyond the limit, and does not say so."""

    async def find_by_number(self, number: str, limit: int) -> RecordPage | None:
        page = await super().find_by_number(number, limit)
        assert page is not None
        return replace(page, more=False)


class Overwrites(HubSpotClient):
    """Writes whatever the contact is by then."""

    async def update(self, id: str, fields: Mapping[str, Any], version: str) -> RemoteRecord:
        return await super().update(id, fields, "")


class MakesAgain(HubSpotClient):
    async def update(self, id: str, fields: Mapping[str, Any], version: str) -> RemoteRecord:
        try:
            return await super().update(id, fields, version)
        except Deleted:
            return await self.create(fields, "crl_again")


class FollowsMerges(HubSpotClient):
    """Takes the contact that another was merged into for that one."""

    async def _contact(self, id: str) -> Any:
        answer = await self._show(id, {"archived": "false"})
        if answer.status == 404:
            raise await self._absent(id)
        return records.row_of(json.loads(answer.body))


class Truth(HubSpotClient):
    """Writes an objection as no text."""

    async def _write(self, id: str, properties: Mapping[str, Any]) -> None:
        await super()._write(id, {name: True if one == "true" else one for name, one in properties.items()})  # type: ignore[misc]


class Archives(HubSpotClient):
    """Deletes a contact as its users do: it can be restored for 90 days."""

    async def erase(self, id: str, key: str) -> str:
        answer = await self._api.ask("DELETE", f"contacts/{id}")
        return f"{answer.status} archived"


class LooksNot(HubSpotClient):
    """Makes a call without looking whether it is there."""

    async def find_call(self, key: str, remote_id: str) -> str | None:
        return None


class Terse(HubSpotClient):
    async def log_call(self, call: LoggedCall, key: str) -> str:
        return await super().log_call(replace(call, notes="", link=""), key)


class Minutes(HubSpotClient):
    """Takes HubSpot's milliseconds for seconds."""

    async def log_call(self, call: LoggedCall, key: str) -> str:
        return await super().log_call(replace(call, duration_s=call.duration_s // 60), key)


class SeenAtOnce(HubSpotClient):
    seen_after = timedelta()


SEEDED: list[tuple[str, type[HubSpotClient]]] = [
    ("records of one instant are all read, page by page", TimeAlone),
    ("a list begins after (time, id)", TimeAlone),
    ("a list longer than a search is whole", TimeAlone),
    ("the CRM's clock is told", OwnClock),
    ("missing is not deleted", MissingIsDeleted),
    ("missing is not deleted", DeletedIsMissing),
    ("a creation whose answer was lost is there once", WithoutKey),
    ("a record is found by our key", WithoutKey),
    ("a creation that the search does not know is there once", BySearch),
    ("an e-mail address that another has is told", ConflictIsTrouble),
    ("what the CRM refuses is told", ConflictIsTrouble),
    ("a record is found by our key", AnyKey),
    ("who has a number is found, however it is written", AsItWasTyped),
    ("who has a number is found, however it is written", AllThatAreFound),
    ("what was changed meanwhile is not overwritten", Overwrites),
    ("what was deleted meanwhile stays deleted", MakesAgain),
    ("a merged contact is missing", FollowsMerges),
    ("an objection is told", Truth),
    ("an erasure is for good", Archives),
    ("a call is logged once", LooksNot),
    ("a call is an engagement that says all that is known", Terse),
    ("a call is an engagement that says all that is known", Minutes),
    ("a call is an engagement that says all that is known", SeenAtOnce),
]
PARTS: list[tuple[str, Any, str, Any]] = [
    ("a list longer than a search is whole", by_time, "PIECE", 10_000),
    ("a search that is behind loses nobody", by_time, "INDEXED_AFTER", timedelta(days=-1)),
    ("limits are waited for as HubSpot says", requests, "PAUSES", {}),
    ("limits are waited for as HubSpot says", requests, "LATER", ()),
    ("a number in any form is found", client, "NUMBERS", client.NUMBERS[:1]),
    ("a number is written where it stood", records, "PHONES", ("phone",)),
    ("a call is an engagement that says all that is known", calls, "CALL_TO_CONTACT", 193),
    ("a call is an engagement that says all that is known", calls, "STATUSES", {}),
]


async def test_the_connector_for_hubspot_passes_every_check() -> None:
    found = await results(KITS["hubspot"])
    assert [one for one in found if one.why] == []
    assert len(found) == 39


@pytest.mark.long("integration/crm/test_conformance.py::test_a_seeded_fault_of_a_connector_is_found")
@pytest.mark.parametrize(("name", "faulty"), SEEDED, ids=lambda value: value if isinstance(value, str) else "")
async def test_a_seeded_fault_of_the_connector_is_found(name: str, faulty: type[HubSpotClient]) -> None:
    await is_found(name, hubspot(kind=faulty))


@pytest.mark.long("integration/crm/test_conformance.py::test_a_seeded_fault_of_a_connector_is_found")
@pytest.mark.parametrize(("name", "place", "part", "value"), PARTS)
async def test_a_seeded_fault_of_a_part_of_it_is_found(name: str, place: Any, part: str, value: Any) -> None:
    with patch.object(place, part, value):
        await is_found(name, hubspot())


async def is_found(name: str, open_client: Any) -> None:
    kit = KITS["hubspot"]
    [check] = [one for one in kit.checks if one.name == name]
    [found] = await results(kit, open_client=open_client, checks=[check])
    assert found.why, f"{name} passed a connector with a fault"


async def test_a_hubspot_is_checked_by_reading_alone() -> None:
    crm = FakeHubSpot()
    for n in range(5):
        crm.add(given=f"Name {n}")
    async with serving(crm):
        assert [one.why for one in await real(crm.url, TOKEN, hubspot())] == ["", "", ""]
        assert {kind for kind, _ in crm.asked} == {"POST contacts/search"}


SEARCH = {"filterGroups": [], "sorts": [{"propertyName": "lastmodifieddate", "direction": "ASCENDING"}]}


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "companies", None),
        ("DELETE", "contacts/101", None),
        ("GET", "contacts/101?limit=1", None),
        ("GET", "contacts/101?properties=colour", None),
        ("PATCH", "contacts/101", {"firstname": "Anna"}),
        ("PATCH", "contacts/101", {"properties": {"colour": "red"}}),
        ("PATCH", "contacts/101", {"properties": {"do_not_use": True}}),
        ("POST", "contacts/search", {**SEARCH, "properties": [], "limit": 201}),
        ("POST", "contacts/search", {**SEARCH, "properties": [], "limit": 10, "sorts": []}),
        ("POST", "contacts/search", {**SEARCH, "properties": ["colour"], "limit": 10}),
        ("POST", "calls", {"properties": {"hs_call_title": "Call"}, "associations": []}),
    ],
)
async def test_the_stand_in_refuses_and_notes_what_is_in_no_documentation(method: str, path: str, body: Any) -> None:
    crm = FakeHubSpot()
    crm.add(given="Anna")
    sent = None if body is None else json.dumps(body).encode()
    named = {"Authorization": f"Bearer {TOKEN}", **({"Content-Type": "application/json"} if sent else {})}
    async with serving(crm), exchanging() as exchange:
        answer = await exchange(method, f"{crm.url}/crm/v3/objects/{path}", named, sent, 10_000)
        other = await exchange("GET", f"{crm.url}/crm/v3/objects/contacts/101", {"Authorization": TOKEN}, None, 10_000)
    assert crm.wrong and (answer.status >= 400 or "properties=colour" in path)
    assert other.status == 401
    assert [row["firstname"] for row in crm.contacts.values()] == ["Anna"]
