"""`/metrics` of the server as it is composed: what it tells of calls, of whom it tells nothing, and MongoDB away."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from pymongo import MongoClient
from tests.support.product.canaries import digits, word
from tests.support.product.composed import MADE_UP, Composed, composed, made_up
from tests.support.product.people import AGENT_HZ
from tests.support.product.stack import RunningStack
from tests.support.product.system import Organisation
from tests.support.promtool import promtool, told_by
from tests.support.stopped_process import stopped
from tests.support.wait import wait_until

from call24.call_records.call_record import CallRecord
from call24.data_map import documents
from call24.kit.errors import Unavailable
from call24.kit.settings import DATABASE
from call24.metrics.families import FAMILIES
from call24.server import metric_sources

pytestmark = pytest.mark.shares_stack("emptied")

Series = dict[str, dict[tuple[tuple[str, str], ...], float]]


@pytest.fixture
async def house(stack: RunningStack, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Composed]:
    for name in ("OFTEN_S", "SELDOM_S", "RARELY_S"):
        monkeypatch.setattr(metric_sources, name, 0.0)  # only how often is changed
    async with composed(stack) as house:
        yield house
    with MongoClient[dict[str, Any]](stack.settings.mongodb_uri()) as client:
        for document in documents():  # what a test that failed has left would fail the next ones too
            client[DATABASE][document.collection].delete_many({"_id": MADE_UP})


async def scrape(house: Composed) -> str:
    token = (house.settings.secrets / "metrics").read_text().strip()
    async with httpx.AsyncClient(verify=False, timeout=20) as http:
        answer = await http.get(f"{house.base_url}/metrics", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200, answer.text
    return answer.text


async def scraped(house: Composed) -> Series:
    found: Series = {}
    for family in text_string_to_metric_families(await scrape(house)):
        for sample in family.samples:
            found.setdefault(sample.name, {})[tuple(sorted(sample.labels.items()))] = sample.value
    return found


class Scrape:
    """`value("calls", state="waiting", direction="inbound")`; 0 where there is no such series."""

    def __init__(self, series: Series) -> None:
        self.series = series

    def value(self, name: str, **labels: str) -> float:
        return self.series.get(f"call24_{name}", {}).get(tuple(sorted(labels.items())), 0.0)


async def look(house: Composed) -> Scrape:
    return Scrape(await scraped(house))


async def shows(house: Composed, value: float, name: str, **labels: str) -> Scrape:
    """The first scrape in which it is so."""
    seen: list[Scrape] = []

    async def so() -> bool:
        seen.append(await look(house))
        return seen[-1].value(name, **labels) == value

    with contextlib.suppress(AssertionError):
        await wait_until(so, 10)
    assert seen[-1].value(name, **labels) == value, (name, labels, seen[-1].series.get(f"call24_{name}"))
    return seen[-1]


async def test_it_tells_of_a_call_from_the_queue_to_its_end(house: Composed) -> None:
    async with house.organisation("Measured") as acme:
        [anna] = await acme.crew("Anna")
        await anna.be("paused")
        before = await shows(house, 1, "agents", state="paused")
        assert before.series["call24_collector_up"] != {} and set(before.series["call24_collector_up"].values()) == {1}
        assert before.value("asterisk_up") == before.value("mongodb_up") == before.value("recording_allowed") == 1
        call = await acme.dial()
        waits = await shows(house, 1, "calls", state="waiting", direction="inbound")
        assert waits.value("queue_waiting_calls") == waits.value("queues_with_callers") == 1
        assert waits.value("tenant_waiting_calls", tenant_id=acme.tenant_id) == 1
        assert waits.value("tenant_calls", tenant_id=acme.tenant_id) == waits.value("lines_used") == 1
        assert 0 < waits.value("queue_longest_wait_seconds") < 30
        started = {"direction": "inbound"}
        assert waits.value("calls_started_total", **started) - before.value("calls_started_total", **started) == 1

        await anna.be("available")
        await (await anna.rings()).answer(AGENT_HZ)
        talks = await shows(house, 1, "calls", state="connected", direction="inbound")
        assert talks.value("agents", state="on_call") == 1
        assert talks.value("queue_waiting_calls") == talks.value("queue_longest_wait_seconds") == 0
        call.hang_up()
        await acme.ended()
        over = await shows(house, 0, "calls", state="connected", direction="inbound")

        def more(name: str, **labels: str) -> float:
            return over.value(name, **labels) - before.value(name, **labels)

        assert more("calls_ended_total", ended_by="caller", cause="16") == 1
        assert more("offers_total") == more("offers_ended_total", outcome="answered") == 1
        assert more("queue_wait_seconds_count", left="answered") == 1
        assert 0 < more("queue_wait_seconds_sum", left="answered") < 30
        assert more("ari_request_seconds_count", result="ok") > 3
        assert more("mongodb_command_seconds_count", command="insert") > 0
        assert more("journal_events_total") > 5
        assert over.value("lines_used") == over.value("journal_lost_events_total") == 0


async def test_what_it_shows_is_declared_and_well_formed(house: Composed) -> None:
    async with house.organisation("Declared") as acme:
        [anna] = await acme.crew("Anna")
        await acme.talk(anna)
        text = await scrape(house)
        declared = {family.name: family for family in FAMILIES}
        shown = set()
        for family in text_string_to_metric_families(text):
            name = f"{family.name}_total" if family.type == "counter" else family.name
            shown.add(name)
            series = [one for one in family.samples if not one.name.endswith(("_bucket", "_sum"))]
            assert len(series) <= declared[name].most, name
            for one in series:
                assert set(one.labels) == set(declared[name].labels), name
        missing = {name for name in set(declared) - shown if not name.startswith("call24_pbx_")}  # of a host apart
        assert missing <= {"call24_record_reader_failing_tenants"}, "which has a series while one fails"
        if promtool() is not None:
            checked = told_by("check", "metrics", content=text.encode())
            assert checked.returncode == 0, checked.stdout + checked.stderr


async def test_the_heartbeat_is_seen_from_two_sides(house: Composed, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sweeper notes that it was done; what it left is counted by the watch, which does not ask the sweeper."""

    async def broken() -> None:
        raise Unavailable

    sweeper = house.app.readers.sweeper
    async with house.organisation("Overdue") as acme:
        await house.swept()
        assert (await look(house)).value("sweeper_last_sweep_timestamp_seconds") > time.time() - 5
        monkeypatch.setattr(sweeper, "sweep", broken)
        await asyncio.sleep(0.5)  # a run that was under way is over
        due = made_up(CallRecord, acme.tenant_id, house.clock.now() + timedelta(days=2))
        house.database["call_records"].insert_one(due)
        first = await look(house)
        house.clock.moved += timedelta(days=3, hours=1)
        late = await shows(house, 1, "retention_overdue_documents", collection="call_records")
        last = "sweeper_last_sweep_timestamp_seconds"
        assert late.value(last) == first.value(last), "it did nothing, and does not say that it did"
        assert first.value("retention_overdue_documents", collection="call_records") == 0
        monkeypatch.undo()
        house.sweeps.soon()
        await shows(house, 0, "retention_overdue_documents", collection="call_records")

        async def beats_again() -> bool:
            return (await look(house)).value(last) > late.value(last)

        await wait_until(beats_again, 10)


@pytest.mark.long("unit/metrics/test_exposition.py::test_a_source_that_is_late_or_fails_is_left_out_and_said_to_be")
async def test_with_mongodb_away_a_scrape_answers_in_time_and_says_what_is_not_known(
    house: Composed, stack: RunningStack
) -> None:
    asks_mongodb = {"messages", "retention", "self-audit", "record readers"}
    with stopped(stack.pid("mongod")):
        for _ in range(3):
            began = time.monotonic()
            series = await scraped(house)
            assert time.monotonic() - began < 3.0
        down = {dict(labels)["collector"] for labels, up in series["call24_collector_up"].items() if not up}
        assert down == asks_mongodb
        for name in ("mail_waiting", "webhook_messages_waiting", "retention_overdue_documents"):
            assert f"call24_{name}" not in series, "nothing that was true once"
        away = await shows(house, 0, "mongodb_up")
        assert away.value("asterisk_up") == 1
    await shows(house, 1, "mongodb_up")
    await shows(house, 1, "collector_up", collector="retention")


async def test_nobody_and_nothing_that_names_somebody_is_in_a_scrape(house: Composed) -> None:
    number, name, colleague = digits(), word("Caller"), word("Colleague")
    firm, queue = word("Firm"), word("Queue")
    async with house.organisation(firm) as acme:
        [anna] = await acme.crew(colleague)
        await acme.queue(queue, [anna])
        texts = [await scrape(house)]
        call = await acme.customer(number, name).dial(acme.number)
        offer = await anna.rings()
        texts.append(await scrape(house))
        await offer.answer(AGENT_HZ)
        texts.append(await scrape(house))
        call.hang_up()
        [record] = await acme.ended()
        texts.append(await scrape(house))
        words = [number, number.removeprefix("+"), name, colleague, firm, queue, acme.number, "127.0.0.1"]
        words += _ids(house, acme, record)
        for text in texts:
            assert [one for one in words if one.lower() in text.lower()] == []
        assert acme.tenant_id in texts[1], "organisations are told apart by id"


def _ids(house: Composed, acme: Organisation, record: dict[str, Any]) -> list[str]:
    """Of everybody and everything of the organisation but itself."""
    mine = {"tenant_id": acme.tenant_id}
    found = [str(record["id"]), str(record["contact_id"])]
    for name in ("users", "devices", "contacts", "queues", "numbers", "trunks", "recordings", "tokens"):
        found += [str(one["_id"]) for one in house.database[name].find(mine)]
    assert len(found) > 6
    return [one for one in found if "_" in one and one != acme.tenant_id]  # a token's is a small number


def _counted(series: Series) -> dict[str, int]:
    """How many series each metric has. Commands to MongoDB are the server's own, and more kinds of them may come."""
    return {name: len(found) for name, found in series.items() if not name.startswith("call24_mongodb_")}


@pytest.mark.long("unit/server/test_metric_sources.py::test_ten_thousand_queues_make_no_series")
async def test_an_organisation_with_ten_thousand_queues_makes_no_series(house: Composed) -> None:
    async with house.organisation("Many") as acme:
        before = await scraped(house)
        [one] = house.database["queues"].find({"tenant_id": acme.tenant_id})
        many = [
            {**one, "_id": f"que_many{n}", "name": f"Q{n}", "name_key": f"q{n}", "members": []} for n in range(10_000)
        ]
        house.database["queues"].insert_many(many, ordered=False)
        await house.app.building.refresh()
        began = time.monotonic()
        after = await scraped(house)
        assert time.monotonic() - began < 3.0
        assert after["call24_queues"][()] - before["call24_queues"][()] == 10_000
        assert _counted(after) == _counted(before)
        house.database["queues"].delete_many({"tenant_id": acme.tenant_id, "_id": {"$regex": "^que_many"}})
