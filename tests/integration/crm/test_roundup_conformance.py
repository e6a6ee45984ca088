"""The conformance kit passes the connector for Roundup, and fails each seeded fault of one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

import pytest

from call24.crm.conformance.fake_roundup import LOGIN, FakeRoundup
from call24.crm.conformance.kit import KITS, exchanging, real, results, roundup
from call24.crm.conformance.stand_in import TOKEN, serving
from call24.crm.connector import Deleted, LoggedCall, Missing, Place, RecordPage, Rejected, RemoteRecord
from call24.crm.connectors.roundup import changes, records, requests
from call24.crm.connectors.roundup.client import RoundupClient
from call24.crm.connectors.roundup.records import Row


class TimeAlone(RoundupClient):
    """Asks by time alone: of customers of one second, the page's end loses the rest."""

    async def changed_since(self, place: Place | None, limit: int) -> RecordPage:
        page = await super().changed_since(place, limit)
        if place is None or not place.id:
            return page
        return replace(page, records=tuple(one for one in page.records if one.changed_at > place.at))


class OwnClock(RoundupClient):
    async def changed_since(self, place: Place | None, limit: int) -> RecordPage:
        return replace(await super().changed_since(place, limit), now=datetime.now(UTC))


class MissingIsDeleted(RoundupClient):
    async def _customer(self, id: str) -> tuple[Row, str]:
        try:
            return await super()._customer(id)
        except Missing:
            raise Deleted from None


class RetiredIsThere(RoundupClient):
    """Takes what Roundup shows for what is there."""

    async def _customer(self, id: str) -> tuple[Row, str]:
        return await self._item(id)


class WithoutKey(RoundupClient):
    async def create(self, fields: Mapping[str, Any], key: str) -> RemoteRecord:
        return await super().create(fields, f"{key}-{datetime.now(UTC).timestamp()}")


class RefusedForGood(RoundupClient):
    """Takes what is there already for what Roundup does not take."""

    async def find_by_key(self, key: str) -> RemoteRecord | None:
        return None


class AnyKey(RoundupClient):
    async def find_by_key(self, key: str) -> RemoteRecord | None:
        page = await self.changed_since(None, 1)
        return page.records[0] if page.records else None


class AsItWasTyped(RoundupClient):
    async def find_by_number(self, number: str, limit: int) -> RecordPage | None:
        page = await super().find_by_number(number, limit)
        assert page is not None
        return replace(page, records=tuple(one for one in page.records if one.fields["phone"] == number))


class NobodyHasIt(RoundupClient):
    """Takes a tracker that cannot be asked for one where nobody has the number."""

    async def find_by_number(self, number: str, limit: int) -> RecordPage | None:
        return await super().find_by_number(number, limit) or RecordPage(records=(), more=False)


class Overwrites(RoundupClient):
    """Writes whatever the customer is by then."""

    async def update(self, id: str, fields: Mapping[str, Any], version: str) -> RemoteRecord:
        return await super().update(id, fields, "")


class LooksAgain(RoundupClient):
    """Names the ETag of just now, not the one of what it compared."""

    async def _put(self, id: str, values: Mapping[str, Any], etag: str) -> None:
        meanwhile = await self._api.ask("PUT", f"data/user/{id}", body=values, match=etag)
        if meanwhile.status == 412:
            _, etag = await self._item(id)
        await super()._put(id, values, etag)


class MakesAgain(RoundupClient):
    async def update(self, id: str, fields: Mapping[str, Any], version: str) -> RemoteRecord:
        try:
            return await super().update(id, fields, version)
        except Deleted:
            return await self.create(fields, "crl_again")


class Forgets(RoundupClient):
    """Empties the customer, and leaves the calls."""

    async def erase(self, id: str, key: str) -> str:
        try:
            row, etag = await self._item(id)
        except Missing:
            return "gone"
        await self._put(id, {name: "" for name in ("realname", "phone", "address") if row.get(name)}, etag)
        return "1 issue, 1 msg, 1 user"


class HalfIsEnough(RoundupClient):
    async def erase(self, id: str, key: str) -> str:
        try:
            return await super().erase(id, key)
        except Rejected as error:
            return str(error)


class LooksNot(RoundupClient):
    """Makes a message and an issue without looking whether they are there."""

    async def _message(self, key: str) -> str | None:
        return None


class MessageIsCall(RoundupClient):
    """Takes a message for a call: cut off before the issue, the call is in no customer's list."""

    async def find_call(self, key: str, remote_id: str) -> str | None:
        return await self._message(key)


class Terse(RoundupClient):
    async def log_call(self, call: LoggedCall, key: str) -> str:
        return await super().log_call(replace(call, notes="", link=""), key)


SEEDED: list[tuple[str, type[RoundupClient]]] = [
    ("records of one instant are all read, page by page", TimeAlone),
    ("a list begins after (time, id)", TimeAlone),
    ("a list longer than a page is whole", TimeAlone),
    ("the CRM's clock is told", OwnClock),
    ("missing is not deleted", MissingIsDeleted),
    ("missing is not deleted", RetiredIsThere),
    ("a retired customer is deleted, and has their number still", RetiredIsThere),
    ("a creation whose answer was lost is there once", WithoutKey),
    ("a creation whose answer was lost is there once", RefusedForGood),
    ("a record is found by our key", AnyKey),
    ("who has a number is found, however it is written", AsItWasTyped),
    ("without call24.py nothing is called erased", NobodyHasIt),
    ("without call24.py nothing is called erased", HalfIsEnough),
    ("what was changed meanwhile is not overwritten", Overwrites),
    ("what is changed between look and update is not overwritten", LooksAgain),
    ("what was deleted meanwhile stays deleted", MakesAgain),
    ("an erasure has a receipt, and can be asked again", Forgets),
    ("an erasure leaves nothing, nor of calls", Forgets),
    ("a call is logged once", LooksNot),
    ("a call that was cut off is there once", MessageIsCall),
    ("a call is a closed issue that says all that is known", Terse),
]
PARTS: list[tuple[str, Any, str, Any]] = [
    ("staff is left alone", requests, "DENIED", "no such words"),
    ("a list longer than a page is whole", changes, "PAGES_MAX", 1),
    ("two changes within one second are two versions", records, "hashed_version", lambda at, told, key: f"{at}"),
    ("properties of the schema are members, Roundup's own are not", records, "is_member", lambda name: True),
]


async def test_the_connector_for_roundup_passes_every_check() -> None:
    found = await results(KITS["roundup"])
    assert [one for one in found if one.why] == []
    assert len(found) == 38


@pytest.mark.long("integration/crm/test_conformance.py::test_a_seeded_fault_of_a_connector_is_found")
@pytest.mark.parametrize(("name", "faulty"), SEEDED, ids=lambda value: value if isinstance(value, str) else "")
async def test_a_seeded_fault_of_the_connector_is_found(name: str, faulty: type[RoundupClient]) -> None:
    await is_found(name, roundup(kind=faulty))


@pytest.mark.long("integration/crm/test_conformance.py::test_a_seeded_fault_of_a_connector_is_found")
@pytest.mark.parametrize(("name", "place", "part", "value"), PARTS)
async def test_a_seeded_fault_of_a_part_of_it_is_found(name: str, place: Any, part: str, value: Any) -> None:
    with patch.object(place, part, value):
        await is_found(name, roundup())


async def is_found(name: str, open_client: Any) -> None:
    kit = KITS["roundup"]
    [check] = [one for one in kit.checks if one.name == name]
    [found] = await results(kit, open_client=open_client, checks=[check])
    assert found.why, f"{name} passed a connector with a fault"


async def test_a_roundup_is_checked_by_reading_alone() -> None:
    crm = FakeRoundup()
    for n in range(5):
        crm.add(given=f"Name {n}")
    async with serving(crm):
        assert [one.why for one in await real(crm.url, TOKEN, roundup())] == ["", "", ""]
        assert {kind for kind, _ in crm.asked} == {"GET data/user"}


@pytest.mark.parametrize(
    ("method", "path", "body", "more"),
    [
        ("GET", "data/status", None, {}),
        ("DELETE", "data/user/3", None, {}),
        ("PUT", "data/user/3", {"roles": "Admin"}, {}),
        ("PUT", "data/user/3", {"realname": "Bo"}, {"Origin": "https://elsewhere.example"}),
        ("POST", "data/msg", {"author": "3", "messageid": "crj_1", "content": "", "date": ""}, {}),
    ],
)
async def test_the_stand_in_notes_what_the_connector_must_not_ask(
    method: str, path: str, body: Any, more: dict[str, str]
) -> None:
    crm = FakeRoundup()
    crm.add(given="Anna")
    sent = None if body is None else repr(body).replace("'", '"').encode()
    async with serving(crm), exchanging() as exchange:
        named = {
            "Authorization": crm.authorised,
            "Origin": crm.url,
            "X-Requested-With": "test",
            "If-Match": crm.users[3]["etag"],
            **({"Content-Type": "application/json"} if sent else {}),
            **more,
        }
        await exchange(method, f"{crm.url}/rest/{path}", named, sent, 10_000)
    assert crm.wrong and LOGIN in crm.users[2]["username"]
