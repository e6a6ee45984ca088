"""An organisation is told a week before calls of it are deleted for the first time, once, and nothing is put off."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.support.http.mail import MailServer, mail_server, text_of
from tests.support.product.composed import Composed, composed
from tests.support.product.stack import RunningStack
from tests.support.wait import wait_until

pytestmark = pytest.mark.shares_stack("emptied")

SUBJECT = "Calls of your organisation will be deleted"


@pytest.fixture
async def post() -> AsyncIterator[MailServer]:
    async with mail_server() as post:
        yield post


@pytest.fixture
async def house(stack: RunningStack, post: MailServer, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Composed]:
    monkeypatch.setattr("call24.call_records.outcomes.SHORT_S", 0.0)  # no test waits that long
    async with composed(stack, replace(stack.settings, smtp=f"smtp://127.0.0.1:{post.port}")) as house:
        yield house


async def test_owners_are_told_a_week_before_the_first_deletion_and_what_it_will_be(
    house: Composed, post: MailServer
) -> None:
    def told() -> list[str]:
        return [text_of(letter) for letter in post.letters if letter["Subject"] == SUBJECT]

    async def all_is_sent() -> None:
        await wait_until(lambda: house.database["letters"].count_documents({}) == 0, 15)

    async with house.organisation("Young", record="always") as acme:
        [anna] = await acme.crew("Anna")
        talk = await acme.talk(anna)
        talk.call.hang_up()
        [call] = await acme.ended()
        record = house.database["call_records"].find_one({"_id": call["id"]})
        assert record is not None
        due = record["delete_at"].replace(tzinfo=house.clock.now().tzinfo)

        house.clock.go_to(due - timedelta(days=7, hours=1))
        await house.swept()
        await all_is_sent()
        await house.sign_in_again(acme)
        retention = (await acme.http.get("/v1/organisation/retention")).json()
        assert (told(), retention["announced"]) == ([], None)

        house.clock.go_to(due - timedelta(days=6, hours=23))
        await wait_until(told, 15)
        assert f"From {due:%d %B %Y} on" in told()[0] and "calls 1, recordings 1." in told()[0], told()[0]
        assert "call records 90 days after the call" in told()[0] and "/#/retention" in told()[0], told()[0]
        announced = (await acme.http.get("/v1/organisation/retention")).json()["announced"]
        assert (announced["calls"], announced["recordings"], announced["record_days"]) == (1, 1, 90)
        assert announced["begins_at"][:16] == f"{due:%Y-%m-%dT%H:%M}"
        assert house.documents(acme.tenant_id)["call_records"] == 1

        house.clock.go_to(due + timedelta(minutes=1))
        await house.swept()
        assert "call_records" not in house.documents(acme.tenant_id), "it goes on its day"
        await acme.dial()
        house.clock.go_to(due + timedelta(days=90))
        await house.swept()
        await all_is_sent()
        assert len(told()) == 1, "one owner, once"


async def test_who_was_off_for_the_week_is_told_with_the_sweep_that_deletes(house: Composed, post: MailServer) -> None:
    async with house.organisation("Late") as acme:
        [anna] = await acme.crew("Anna")
        talk = await acme.talk(anna)
        talk.call.hang_up()
        await acme.ended()
        house.clock.moved += timedelta(days=100)
        await house.swept()
        assert "call_records" not in house.documents(acme.tenant_id)
        await wait_until(lambda: [letter for letter in post.letters if letter["Subject"] == SUBJECT], 15)
        notice = house.database["deletion_notices"].find_one({"tenant_id": acme.tenant_id})
        assert notice is not None and notice["calls"] == 1
