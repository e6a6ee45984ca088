"""The conformance kit passes the connector for Zammad, and fails each seeded fault of one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

import aiohttp
import pytest

from call24.crm.conformance.fake_zammad import FakeZammad
from call24.crm.conformance.kit import KITS, exchanging, real, results, zammad
from call24.crm.conformance.query_strings import meant
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
    UnderWay,
)
from call24.crm.connectors import by_time
from call24.crm.connectors.zammad import changes, client, erasures, queries, requests
from call24.crm.connectors.zammad.client import ZammadClient


class TimeAlone(ZammadClient):
    """Asks by time alone: of customers of one instant, the page's end loses the rest."""

    async def changed_since(self, place: Place | None, limit: int) -> RecordPage:
        page = await super().changed_since(place, limit)
        if place is None or not place.id:
            return page
        return replace(page, records=tuple(one for one in page.records if one.changed_at > place.at))


class OwnClock(ZammadClient):
    async def changed_since(self, place: Place | None, limit: int) -> RecordPage:
        return replace(await super().changed_since(place, limit), now=datetime.now(UTC))


class LeavesInactiveOut(ZammadClient):
    async def changed_since(self, place: Place | None, limit: int) -> RecordPage:
        page = await super().changed_since(place, limit)
        return replace(page, records=tuple(one for one in page.records if not one.deleted))


class EmptyIsTrouble(ZammadClient):
    async def changed_since(self, place: Place | None, limit: int) -> RecordPage:
        page = await super().changed_since(place, limit)
        if not page.records:
            raise CrmTrouble("malformed", "nobody is there")
        return page


class MissingIsDeleted(ZammadClient):
    async def _customer(self, id: str) -> Mapping[str, Any]:
        try:
            return await super()._customer(id)
        except Missing:
            raise Deleted from None


class DeletedIsMissing(ZammadClient):
    async def _customer(self, id: str) -> Mapping[str, Any]:
        try:
            return await super()._customer(id)
        except Deleted:
            raise Missing from None


class WithoutKey(ZammadClient):
    """Makes a customer whose login says nothing."""

    async def create(self, fields: Mapping[str, Any], key: str) -> RemoteRecord:
        return await super().create(fields, f"{key}-{datetime.now(UTC).timestamp()}")


class AnyKey(ZammadClient):
    async def find_by_key(self, key: str) -> RemoteRecord | None:
        page = await self.changed_since(None, 1)
        return page.records[0] if page.records else None


class RefusedForGood(ZammadClient):
    """Takes what is there already for what Zammad does not take."""

    async def find_by_key(self, key: str) -> RemoteRecord | None:
        return None


class AsItWasTyped(ZammadClient):
    async def find_by_number(self, number: str, limit: int) -> RecordPage | None:
        page = await super().find_by_number(number, limit)
        assert page is not None
        return replace(page, records=tuple(one for one in page.records if one.fields["number"] == number))


class LiveOnesAlone(ZammadClient):
    async def find_by_number(self, number: str, limit: int) -> RecordPage | None:
        page = await super().find_by_number(number, limit)
        assert page is not None
        return replace(page, records=tuple(one for one in page.records if one.fields["active"]))


class Overwrites(ZammadClient):
    """Writes whatever the customer is by then."""

    async def update(self, id: str, fields: Mapping[str, Any], version: str) -> RemoteRecord:
        return await super().update(id, fields, "")


class MakesAgain(ZammadClient):
    async def update(self, id: str, fields: Mapping[str, Any], version: str) -> RemoteRecord:
        try:
            return await super().update(id, fields, version)
        except Deleted:
            return await self.create(fields, "crl_again")


class Silent(ZammadClient):
    """Takes an objection that Zammad passed over for one that is kept."""

    async def set_objection(self, id: str, objects: bool, key: str) -> str:
        await self._put(id, {self._shape.objection_field: objects})
        return "done"


class ReceiptAtOnce(ZammadClient):
    """Takes a task that was begun for one that is done."""

    async def erase(self, id: str, key: str) -> str:
        try:
            return await super().erase(id, key)
        except UnderWay as error:
            return str(error)


class Deactivates(ZammadClient):
    """Takes who is not active for erased."""

    async def erase(self, id: str, key: str) -> str:
        try:
            await self._put(id, {"note": ""})
        except (Missing, Deleted):
            return "gone"
        return "not active any more"


class FailedIsUnderWay(ZammadClient):
    async def erase(self, id: str, key: str) -> str:
        try:
            return await super().erase(id, key)
        except Rejected as error:
            raise UnderWay(str(error)) from None


class LooksNot(ZammadClient):
    """Makes a ticket without looking whether it is there."""

    async def find_call(self, key: str, remote_id: str) -> str | None:
        return None


class Terse(ZammadClient):
    async def log_call(self, call: LoggedCall, key: str) -> str:
        return await super().log_call(replace(call, notes="", link=""), key)


class SeenAtOnce(ZammadClient):
    seen_after = timedelta()


@contextmanager
def broken(place: Any, name: str, value: Any) -> Iterator[None]:
    with patch.object(place, name, value):
        yield


SEEDED: list[tuple[str, type[ZammadClient]]] = [
    ("records of one instant are all read, page by page", TimeAlone),
    ("a list begins after (time, id)", TimeAlone),
    ("a list longer than a search is whole", TimeAlone),
    ("the CRM's clock is told", OwnClock),
    ("a deleted record is told as deleted", LeavesInactiveOut),
    ("an empty Zammad is no trouble", EmptyIsTrouble),
    ("missing is not deleted", MissingIsDeleted),
    ("missing is not deleted", DeletedIsMissing),
    ("a creation whose answer was lost is there once", WithoutKey),
    ("a creation that the search does not know is there once", WithoutKey),
    ("a creation that the search does not know is there once", RefusedForGood),
    ("a record is found by our key", AnyKey),
    ("who has a number is found, however it is written", AsItWasTyped),
    ("a number in any words is found", LiveOnesAlone),
    ("what was changed meanwhile is not overwritten", Overwrites),
    ("what was deleted meanwhile stays deleted", MakesAgain),
    ("an objection that is not kept is told", Silent),
    ("an erasure has a receipt, and can be asked again", ReceiptAtOnce),
    ("an erasure is a data privacy task, with a receipt when it is done", ReceiptAtOnce),
    ("an erasure has a receipt, and can be asked again", Deactivates),
    ("an erasure is a data privacy task, with a receipt when it is done", FailedIsUnderWay),
    ("a call is logged once", LooksNot),
    ("a call is a closed ticket that says all that is known", Terse),
    ("a call is a closed ticket that says all that is known", SeenAtOnce),
]


async def _nobody(*_: Any, **__: Any) -> None:
    return None


PARTS: list[tuple[str, Any, str, Any]] = [
    ("staff is left alone", client, "is_customer", lambda row: True),
    ("staff is left alone", changes, "is_customer", lambda row: True),
    ("a list longer than a search is whole", by_time, "PIECES_MAX", 1),
    ("a list longer than a search is whole", changes, "changed_at", lambda at, above: queries.changed_after(at)),
    ("an index that is behind loses nobody", by_time, "INDEXED_AFTER", timedelta(days=-1)),
    ("a search without Elasticsearch is trouble", requests.ZammadApi, "check_search", _nobody),
    ("a number in any words is found", queries, "_words", lambda digits: [f"*{digits}"]),
    ("an erasure is a data privacy task, with a receipt when it is done", erasures, "_task_of", _nobody),
    ("organisations are made where they are missing", client, "ORGANIZATION", "no such member"),
]


async def test_the_connector_for_zammad_passes_every_check() -> None:
    found = await results(KITS["zammad"])
    assert [one for one in found if one.why] == []
    assert len(found) == 41


@pytest.mark.long("integration/crm/test_conformance.py::test_a_seeded_fault_of_a_connector_is_found")
@pytest.mark.parametrize(("name", "faulty"), SEEDED, ids=lambda value: value if isinstance(value, str) else "")
async def test_a_seeded_fault_of_the_connector_is_found(name: str, faulty: type[ZammadClient]) -> None:
    await is_found(name, zammad(kind=faulty))


@pytest.mark.long("integration/crm/test_conformance.py::test_a_seeded_fault_of_a_connector_is_found")
@pytest.mark.parametrize(("name", "place", "part", "value"), PARTS)
async def test_a_seeded_fault_of_a_part_of_it_is_found(name: str, place: Any, part: str, value: Any) -> None:
    with broken(place, part, value):
        await is_found(name, zammad())


async def is_found(name: str, open_client: Any) -> None:
    kit = KITS["zammad"]
    [check] = [one for one in kit.checks if one.name == name]
    [found] = await results(kit, open_client=open_client, checks=[check])
    assert found.why, f"{name} passed a connector with a fault"


async def test_a_zammad_is_checked_by_reading_alone() -> None:
    crm = FakeZammad()
    for n in range(5):
        crm.add(given=f"Name {n}")
    async with serving(crm):
        assert [one.why for one in await real(crm.url, TOKEN, zammad())] == ["", "", ""]
        assert {kind for kind, _ in crm.asked} == {"GET users/search"}


@pytest.mark.parametrize(
    ("method", "path", "body", "headers"),
    [
        ("GET", "contacts", None, {}),
        ("DELETE", "users/2", None, {}),
        ("GET", "users/2?page=1", None, {}),
        ("PUT", "users/2", {"login": "other"}, {}),
        ("PUT", "users/2", {"colour": "red"}, {}),
        ("POST", "users", None, {}),
        ("PUT", "users/2", {"firstname": "Anna"}, {"Content-Type": "text/plain"}),
        ("GET", "users/search?query=updated_at:soon+TO", None, {}),
        ("POST", "tickets", {"title": "Call", "group": "Support"}, {}),
    ],
)
async def test_the_stand_in_refuses_and_notes_what_is_in_no_documentation(
    method: str, path: str, body: Any, headers: dict[str, str]
) -> None:
    crm = FakeZammad()
    crm.add(given="Anna")
    sent = None if body is None else repr(body).replace("'", '"').encode()
    named = {
        "Authorization": f"Token token={TOKEN}",
        **({"Content-Type": "application/json"} if sent else {}),
        **headers,
    }
    async with serving(crm), exchanging() as exchange:
        answer = await exchange(method, f"{crm.url}/api/v1/{path}", named, sent, 10_000)
    assert crm.wrong and (answer.status >= 400 or "search" in path)
    assert [row["firstname"] for row in crm.users.values()] == ["Call24", "Anna"]


async def test_the_stand_in_lets_nobody_in_without_the_token() -> None:
    crm = FakeZammad()
    async with serving(crm), aiohttp.ClientSession() as session:
        for headers in ({}, {"Authorization": f"Bearer {TOKEN}"}, {"Authorization": "Token token=other"}):
            async with session.get(f"{crm.url}/api/v1/users/me", headers=headers) as answer:
                assert answer.status == 401


@pytest.mark.parametrize(
    ("query", "right"),
    [
        ('login:"crl_1"', True),
        ('login:"crl"', False),
        ("id:7", True),
        ("id:{7 TO *}", False),
        ("id:[7 TO *}", True),
        ('updated_at:{"2026-03-01T12:00:00.500Z" TO *}', True),
        ('updated_at:{"2026-03-01T12:00:00.501Z" TO *}', False),
        ("phone:(*0101 OR (*010 AND 1))", True),
        ("phone:(*0102 OR (*010 AND 1)) AND id:7", False),
        ('name:"acme \\"ltd\\""', True),
        ('name:"ltd acme"', False),
    ],
)
def test_a_query_string_means_what_elasticsearch_takes_it_for(query: str, right: bool) -> None:
    at = datetime(2026, 3, 1, 12, 0, 0, 501_000, tzinfo=UTC)
    row = {"id": 7, "login": "crl_1", "updated_at": at, "phone": "020 7946 0101", "name": 'ACME "Ltd" & Co.'}
    assert meant(query)(row) is right


@pytest.mark.parametrize("query", ["id:", "id:(7", "7", "id:7 OR", "id:[7]", "id:7 id:8"])
def test_what_is_no_query_string_is_refused(query: str) -> None:
    with pytest.raises(ValueError, match=r"no query|no range"):
        meant(query)({"id": 7})
