"""Pages of history over MongoDB: they follow the index, whatever they are filtered by, and none of them sorts."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from tests.support.http.api import Api
from tests.support.http.front_office import FrontOffice, front_office

from call24.call_records.model import CallRecord
from call24.kit.mongo import Index


@pytest.fixture
async def office(api: Api) -> AsyncIterator[FrontOffice]:
    async with front_office(api) as office:
        yield office


async def ids(office: FrontOffice, query: str) -> list[str]:
    answer = await office.ask("supervisor", "GET", f"/v1/calls{query}")
    assert answer.status_code == 200, answer.text
    return [row["id"] for row in answer.json()["items"]]


async def test_pages_are_of_one_queue_or_of_one_agent(office: FrontOffice) -> None:
    agent = office.user("agent")
    talked = office.call("1").arrives().joins(office.help).offered_to(agent).answered_by(agent).after(5).ends()
    await office.read(talked)
    await office.read(office.call("2").arrives().joins(office.sales).after(9).ends())
    assert await ids(office, f"?queue_id={office.sales}") == ["call_2"]
    assert await ids(office, f"?agent_id={agent}") == ["call_1"]
    assert await ids(office, "?queue_id=que_of_nobody") == []


async def test_calls_of_one_instant_are_each_on_one_page(office: FrontOffice) -> None:
    for name in "12345":
        await office.read(office.call(name).arrives().ends())
    found: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        query = f"?limit=2&cursor={cursor}" if cursor else "?limit=2"
        body = (await office.ask("supervisor", "GET", f"/v1/calls{query}")).json()
        found += [row["id"] for row in body["items"]]
        cursor = body["next"]
    assert found == [f"call_{name}" for name in "54321"]


async def test_a_whole_number_finds_its_caller_without_looking_through_the_others(office: FrontOffice) -> None:
    contact = await office.contact("+442079460123")
    await office.contact("+4420794601234", "Al")
    await office.read(office.call("1").arrives(contact).ends())
    found = await office.ask("supervisor", "POST", "/v1/calls/search", {"q": "+44 2079 460 123"})
    assert [row["id"] for row in found.json()["items"]] == ["call_1"]
    part = await office.ask("supervisor", "POST", "/v1/calls/search", {"q": "+44207946012"})
    assert [row["id"] for row in part.json()["items"]] == ["call_1"], "a part of it is looked for"


def test_an_index_by_id_is_by_the_stored_name() -> None:
    keys = Index(CallRecord, ("-arrived_at", "-id")).model().document["key"]
    assert list(keys.items()) == [("tenant_id", 1), ("arrived_at", -1), ("_id", -1)]
