"""The server as it is composed: a wrong clock deletes nothing, and a sweeper that does nothing is noticed."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from pymongo import MongoClient
from tests.support.product.composed import MADE_UP, Composed, composed, made_up
from tests.support.product.stack import RunningStack
from tests.support.wait import wait_until

from call24.cli import retention
from call24.data_map import documents
from call24.doctor import retention_check
from call24.doctor.report import CheckResult, Failed
from call24.kit.errors import Unavailable
from call24.kit.mongo.codec import stored
from call24.kit.settings import DATABASE
from call24.privacy import retention_watch
from call24.privacy.model import Erasure
from call24.privacy.receipts import receipt_id

pytestmark = pytest.mark.shares_stack("emptied")

YEARS = timedelta(days=11 * 365)
STAY = {"tasks"}
"""Open ones are kept past their day."""


@pytest.fixture
async def house(stack: RunningStack, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Composed]:
    monkeypatch.setattr(retention_watch, "LOOK_EVERY_S", 0.1)
    async with composed(stack) as house:
        [before] = house.database["retention_time"].find()
        yield house
    with MongoClient[dict[str, Any]](stack.settings.mongodb_uri()) as client:
        client[DATABASE]["retention_time"].replace_one({}, before)  # the next server has the right time again
        for document in documents():  # what a test that failed has left would fail the next ones too
            client[DATABASE][document.collection].delete_many({"_id": MADE_UP})


def put_one_of_each(house: Composed, tenant_id: str) -> list[str]:
    """A document of everything that is deleted on its day, due in two days; the collections."""
    put = []
    for document in documents():
        name = document.collection
        if "delete_at" in document.facts and not name.startswith("test_") and name not in STAY:
            house.database[name].insert_one(made_up(document.struct, tenant_id, house.clock.now() + timedelta(days=2)))
            put.append(name)
    return put


async def ask(house: Composed, method: str, path: str = "", **body: Any) -> tuple[int, dict[str, Any]]:
    """As the operator of the installation."""
    secret = (house.settings.secrets / "operator").read_text().strip()
    async with httpx.AsyncClient(base_url=house.base_url, verify=False, timeout=20) as http:
        answer = await http.request(
            method, f"/v1/internal/retention{path}", json=body or None, headers={"X-Call24-Operator": secret}
        )
    return answer.status_code, answer.json()


async def test_a_server_whose_clock_is_eleven_years_ahead_deletes_nothing_and_says_so(
    house: Composed, caplog: pytest.LogCaptureFixture
) -> None:
    async with house.organisation("Kept") as acme:
        await house.swept()  # the organisation's days are known: what has others is given another day
        put = put_one_of_each(house, acme.tenant_id)
        assert len(put) > 8 and {"call_records", "journal", "recordings"} < set(put)
        put.remove("webhook_deliveries")  # given up by the wrong clock, it gets another day by it
        today = house.clock.now().date()

        def left() -> list[str]:
            return [name for name in put if house.database[name].find_one({"_id": MADE_UP}) is not None]

        house.clock.wrong = YEARS
        await wait_until(lambda: "nothing is deleted, since two sources of time disagree" in caplog.text, 10)
        assert await house.app.readers.sweeper.sweep() is None
        assert left() == put
        status, told = await ask(house, "GET")
        assert (status, told["disputed"], told["overdue"]) == (200, True, {})
        with pytest.raises(Failed, match="two sources of time disagree"):
            await retention_check.look(house.app.mongo, CheckResult("retention"))
        status, told = await ask(house, "POST", "/confirm-time", today=today.isoformat())
        assert (status, told["code"]) == (422, "invalid")
        assert told["detail"].startswith(f"the server's clock says {(today + YEARS).isoformat()}"), told
        cut_off = Erasure(
            id="usr_cut_off", tenant_id=acme.tenant_id, at=house.clock.now(), reason="left", deleted={"tokens": 1}
        )
        house.database["erasures"].insert_one(stored(cut_off))
        house.sweeps.soon()
        issued = {"_id": receipt_id("account_deletion", "usr_cut_off")}
        await wait_until(lambda: house.database["erasure_receipts"].find_one(issued) is not None, 10)
        assert left() == put, "and nothing but what the deletion of an account had left"

        house.clock.wrong = timedelta(0)
        house.clock.moved += timedelta(days=1, hours=23)
        await house.swept()
        assert left() == put, "an hour before their day all are there"
        house.clock.moved += timedelta(hours=2)
        with contextlib.suppress(AssertionError):
            await wait_until(lambda: not left(), 30)
        assert left() == []
        assert (await ask(house, "GET"))[1]["disputed"] is False


async def test_the_operator_confirms_the_date_and_what_is_due_is_deleted(
    house: Composed, capsys: pytest.CaptureFixture[str]
) -> None:
    async def command(*words: str) -> int:
        parser = argparse.ArgumentParser()
        retention.add_flags(parser)
        named = parser.parse_args(["--data", str(house.settings.data), *words])
        return await asyncio.to_thread(retention.run, named)

    async with house.organisation("Confirmed") as acme:
        put = put_one_of_each(house, acme.tenant_id)
        house.clock.wrong = timedelta(days=3)
        await wait_until(lambda: house.database["retention_time"].find_one({"disputed_at": {"$ne": None}}), 10)
        assert await house.app.readers.sweeper.sweep() is None
        assert house.database["call_records"].find_one({"_id": MADE_UP}) is not None
        assert await command() == 1
        said = capsys.readouterr().out
        assert "two sources of time disagree" in said and "./call24 retention --confirm-time TODAY" in said
        assert await command("--confirm-time", "2020-01-31") == 1
        assert "correct the machine's clock, and restart Call24" in capsys.readouterr().err
        assert await command("--confirm-time", house.clock.now().date().isoformat()) == 0
        assert capsys.readouterr().out == "Confirmed. What is due is deleted within a minute.\n"
        house.sweeps.soon()
        await wait_until(lambda: not any(house.database[name].find_one({"_id": MADE_UP}) for name in put), 15)
        assert await command() == 0
        assert capsys.readouterr().out.startswith("Nothing is overdue. Sources of time last agreed: 20")


async def test_a_sweeper_that_does_nothing_is_noticed_after_a_day(
    house: Composed, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken() -> None:
        raise Unavailable

    monkeypatch.setattr(house.app.readers.sweeper, "sweep", broken)
    async with house.organisation("Overdue") as acme:
        made = put_one_of_each(house, acme.tenant_id)
        assert "strays" in made
        house.clock.moved += timedelta(days=2, hours=23)
        assert (await ask(house, "GET"))[1]["alarms"] == []
        house.clock.moved += timedelta(hours=2)
        await wait_until(lambda: "retention is over since a day or longer, and not deleted" in caplog.text, 10)
        overdue = (await ask(house, "GET"))[1]["overdue"]
        made.remove("people")  # what nobody has any more waits for the release of a hold, not for its day
        assert overdue.keys() == set(made), "and nothing else"
        monkeypatch.undo()
        await house.app.readers.sweeper.sweep()
        assert (await ask(house, "GET"))[1]["alarms"] == []
