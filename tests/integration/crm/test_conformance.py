"""The conformance kit passes the REST connector, and fails each of twenty-six seeded faults of one."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest

from call24.cli.crm import add_flags, run
from call24.crm.asking import Exchange
from call24.crm.conformance.fake import FakeCrm
from call24.crm.conformance.kit import KITS, Open, real, rest, results
from call24.crm.conformance.stand_in import TOKEN, serving
from call24.crm.connector import (
    CrmClient,
    CrmTrouble,
    Deleted,
    LoggedCall,
    Missing,
    Place,
    RecordPage,
    RemoteRecord,
)
from call24.crm.connectors.rest.client import RestClient
from call24.crm.model import RestShape
from call24.kit.outbound_http import Answered


class OffsetPages(RestClient):
    """Asks by time alone: of records of one instant, the page's end loses the rest."""

    async def changed_since(self, place: Place | None, limit: int) -> RecordPage:
        page = await super().changed_since(None if place is None else Place(at=place.at), limit)
        return replace(page, records=tuple(one for one in page.records if place is None or one.changed_at > place.at))


class OneSecond(RestClient):
    """Times lose what is less than a second."""

    async def changed_since(self, place: Place | None, limit: int) -> RecordPage:
        return await super().changed_since(
            None if place is None else Place(at=place.at.replace(microsecond=0), id=place.id), limit
        )

    def _record(self, item: Any) -> RemoteRecord:
        found = super()._record(item)
        return replace(found, changed_at=found.changed_at.replace(second=0))


class FirstPageAlone(RestClient):
    async def changed_since(self, place: Place | None, limit: int) -> RecordPage:
        return replace(await super().changed_since(place, limit), more=False)


class LocalTimes(RestClient):
    """Takes the clock on the CRM's wall for UTC."""

    def _record(self, item: Any) -> RemoteRecord:
        found = super()._record(item)
        wall = datetime.fromisoformat(item["updated_at"]).replace(tzinfo=UTC)
        return replace(found, changed_at=wall)


class OwnClock(RestClient):
    async def changed_since(self, place: Place | None, limit: int) -> RecordPage:
        return replace(await super().changed_since(place, limit), now=datetime.now(UTC))


class LeavesDeletedOut(RestClient):
    async def changed_since(self, place: Place | None, limit: int) -> RecordPage:
        page = await super().changed_since(place, limit)
        return replace(page, records=tuple(one for one in page.records if not one.deleted))


class TroubleIsEmpty(RestClient):
    """What cannot be read is an empty list: everybody was in step."""

    async def changed_since(self, place: Place | None, limit: int) -> RecordPage:
        try:
            return await super().changed_since(place, limit)
        except CrmTrouble as error:
            if error.trouble == "malformed":
                return RecordPage(records=(), more=False)
            raise


class LeavesBrokenRecordsOut(RestClient):
    async def changed_since(self, place: Place | None, limit: int) -> RecordPage:
        try:
            return await super().changed_since(place, limit)
        except CrmTrouble as error:
            if "list" not in error.said and "JSON" not in error.said and "more" not in error.said:
                return RecordPage(records=(), more=False)
            raise


class AnyOrder(RestClient):
    def _check_order(self, place: Place | None, records: tuple[RemoteRecord, ...], more: bool) -> None:
        return None


class Impatient(RestClient):
    """Asks again by itself, at once."""

    async def _ask(self, method: str, path: str, body: Any = None, more: Mapping[str, str] | None = None) -> Answered:
        try:
            return await super()._ask(method, path, body, more)
        except CrmTrouble as error:
            if error.trouble != "rate_limited":
                raise
            return await super()._ask(method, path, body, more)


class SecondsAlone(RestClient):
    """Knows Retry-After in seconds alone."""

    def _retry_after(self, answer: Answered) -> Any:
        return super()._retry_after(answer) if answer.headers.get("retry-after", "").isdigit() else None


class BusyIsRefused(RestClient):
    """Takes a 5xx for what the CRM has to say of the record."""

    async def create(self, fields: Mapping[str, Any], key: str) -> RemoteRecord:
        try:
            return await super().create(fields, key)
        except CrmTrouble as error:
            if error.trouble == "server_error":
                return RemoteRecord(id="?", changed_at=datetime.now(UTC), fields={})
            raise


class MissingIsDeleted(RestClient):
    def _there(self, answer: Answered) -> None:
        if answer.status in (404, 410):
            raise Deleted


class DeletedIsMissing(RestClient):
    def _there(self, answer: Answered) -> None:
        if answer.status in (404, 410):
            raise Missing


class PlainPaths(RestClient):
    def _path(self, id: str) -> str:
        return f"/contacts/{id}"


class NewKeyEachTime(RestClient):
    async def create(self, fields: Mapping[str, Any], key: str) -> RemoteRecord:
        self.tries = getattr(self, "tries", 0) + 1
        return await super().create(fields, f"{key}{self.tries}")


class FirstOfTheList(RestClient):
    """Looks for a key, and takes what comes first."""

    async def find_by_key(self, key: str) -> RemoteRecord | None:
        page = await self.changed_since(None, 10)
        return page.records[0] if page.records else None


class FirstWithTheNumber(RestClient):
    """Who shares a number is not found."""

    async def find_by_number(self, number: str, limit: int) -> RecordPage | None:
        page = await super().find_by_number(number, limit)
        return None if page is None else replace(page, records=page.records[:1], more=False)


class WholeRecords(RestClient):
    """Writes every field, also those that nobody changed."""

    async def update(self, id: str, fields: Mapping[str, Any], version: str) -> RemoteRecord:
        return await super().update(id, {"given": "", "family": "", "email": "", **fields}, version)


class Overwrites(RestClient):
    """Reads the version anew before it writes: what was changed meanwhile is lost."""

    async def update(self, id: str, fields: Mapping[str, Any], version: str) -> RemoteRecord:
        await super().get(id)
        return await super().update(id, fields, (await super().get(id)).version)


class MakesAgain(RestClient):
    """What was deleted meanwhile is made again."""

    async def update(self, id: str, fields: Mapping[str, Any], version: str) -> RemoteRecord:
        try:
            return await super().update(id, fields, version)
        except Deleted:
            return await self.create(fields, "crl_again")


class CallsAgain(RestClient):
    async def log_call(self, call: LoggedCall, key: str) -> str:
        self.tries = getattr(self, "tries", 0) + 1
        return await super().log_call(call, f"{key}{self.tries}")


class WithoutReceipt(RestClient):
    async def erase(self, id: str, key: str) -> str:
        await super().erase(id, key)
        return ""


class TokenInAddress(RestClient):
    async def _ask(self, method: str, path: str, body: Any = None, more: Mapping[str, str] | None = None) -> Answered:
        joint = "&" if "?" in path else "?"
        return await super()._ask(method, f"{path}{joint}{urlencode({'token': TOKEN})}", body, more)


def following_redirects(url: str, token: str, exchange: Exchange) -> CrmClient:
    async def following(method: str, url: str, headers: Mapping[str, str], body: bytes | None, most: int) -> Answered:
        async with (
            aiohttp.ClientSession() as session,
            session.request(method, url, data=body, headers=headers) as found,
        ):
            return Answered(status=found.status, headers={}, body=await found.read())

    return rest()(url, token, following)


def patient(url: str, token: str, exchange: Exchange) -> CrmClient:
    """Waits for ever."""

    async def waiting(method: str, url: str, headers: Mapping[str, str], body: bytes | None, most: int) -> Answered:
        async with aiohttp.ClientSession() as session, session.request(method, url, headers=headers) as found:
            return Answered(status=found.status, headers={}, body=await found.read())

    return rest()(url, token, waiting)


def client(kind: type[RestClient]) -> Open:
    return rest(kind=kind)


SEEDED: list[tuple[str, Open]] = [
    ("records of one instant are all read, page by page", client(OffsetPages)),
    ("a list begins after (time, id)", client(OneSecond)),
    ("a list is read to its end, each record once", client(FirstPageAlone)),
    ("times are UTC, ids and versions text", client(LocalTimes)),
    ("the CRM's clock is told", client(OwnClock)),
    ("a deleted record is told as deleted", client(LeavesDeletedOut)),
    ("a page that is cut off is no page", client(TroubleIsEmpty)),
    ("what is no record is trouble", client(LeavesBrokenRecordsOut)),
    ("a list that stands still is trouble", client(AnyOrder)),
    ("429 with seconds is waited for by the engine", client(Impatient)),
    ("Retry-After as a date", client(SecondsAlone)),
    ("5xx is trouble, of every request", client(BusyIsRefused)),
    ("missing is not deleted", client(MissingIsDeleted)),
    ("missing is not deleted", client(DeletedIsMissing)),
    ("ids of any characters", client(PlainPaths)),
    ("a creation whose answer was lost is there once", client(NewKeyEachTime)),
    ("a record is found by our key", client(FirstOfTheList)),
    ("who has a number is found, however it is written", client(FirstWithTheNumber)),
    ("an update changes what it names", client(WholeRecords)),
    ("what was changed meanwhile is not overwritten", client(Overwrites)),
    ("what was deleted meanwhile stays deleted", client(MakesAgain)),
    ("a call is logged once", client(CallsAgain)),
    ("an erasure has a receipt, and can be asked again", client(WithoutReceipt)),
    ("text of any characters", client(TokenInAddress)),
    ("redirects are not followed", following_redirects),
]
SLOW = ("a slow CRM is given up in time", patient)
"""It takes as long as is waited for a CRM."""


async def test_the_rest_connector_passes_every_check() -> None:
    found = await results(KITS["rest"])
    assert [one for one in found if one.why] == []
    assert len(found) == 33


@pytest.mark.parametrize(
    ("name", "faulty"),
    [*SEEDED, pytest.param(*SLOW, marks=pytest.mark.long("test_a_seeded_fault_of_a_connector_is_found"))],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_a_seeded_fault_of_a_connector_is_found(name: str, faulty: Open) -> None:
    kit = KITS["rest"]
    [check] = [one for one in kit.checks if one.name == name]
    [found] = await results(kit, open_client=faulty, checks=[check])
    assert found.why, f"{name} passed a connector with a fault"


def test_there_are_at_least_twenty_seeded_faults() -> None:
    assert len(SEEDED) >= 20


async def test_a_real_crm_is_checked_by_reading_alone_and_named_where_it_is_not_what_it_must_be() -> None:
    crm = FakeCrm()
    for n in range(5):
        crm.add(given=f"Name {n}")
    async with serving(crm):
        assert [one.why for one in await real(crm.url, TOKEN, rest())] == ["", "", ""]
        assert {method for method, _ in crm.asked} == {"GET"}
        crm.remembers = True
        found = await real(crm.url, TOKEN, rest(RestShape(items="people")))
        assert "`people` is no list" in found[0].why


async def test_the_command_line_says_what_passed_and_ends_with_1_where_something_failed(
    capsys: pytest.CaptureFixture[str], tmp_path: Any
) -> None:
    import argparse

    parser = argparse.ArgumentParser()
    add_flags(parser)
    token = tmp_path / "token"
    token.write_text("another token\n")
    crm = FakeCrm()
    async with serving(crm):
        words = ["conformance", "--url", crm.url, "--token-file", str(token)]
        assert await asyncio.to_thread(run, parser.parse_args(words)) == 1
    said = capsys.readouterr().out
    assert "failed  the list is read in pages of two, in order: CrmTrouble: unauthorised" in said
    assert "passed  a wrong token is refused" in said
