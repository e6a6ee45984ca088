"""The server as it is composed, and its sweeper unplugged: the backstop deletes what should have gone a day ago."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import httpx
import pytest
from tests.support.product.composed import Composed, composed, files_with
from tests.support.product.organisation import Organisation
from tests.support.product.stack import RunningStack
from tests.support.wait import wait_until
from tests.telephony.test_retention_alarms import MADE_UP, put_one_of_each

from call24.cli import retention
from call24.data_map import documents
from call24.installer import stack as installed
from call24.installer.stack import Stack
from call24.installer.supervise import Supervisor
from call24.installer.timing import Timing
from call24.kit.errors import Unavailable
from call24.privacy import retention_watch
from call24.privacy.backstop import CaughtUp
from call24.server.backstop_process import backstop_of

pytestmark = pytest.mark.shares_stack("emptied")

DAYS = 30


@pytest.fixture
async def house(stack: RunningStack, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Composed]:
    async def unplugged() -> None:
        raise Unavailable

    monkeypatch.setattr(retention_watch, "LOOK_EVERY_S", 0.2)
    async with composed(stack) as house:
        [before] = house.database["retention_time"].find()
        monkeypatch.setattr(house.app.readers.sweeper, "sweep", unplugged)
        yield house
        house.database["retention_time"].replace_one({}, before)  # the next server has the right time again
        house.database["sweeps"].delete_many({"by": "backstop"})
        for document in documents():
            house.database[document.collection].delete_many({"_id": MADE_UP})


async def run(house: Composed) -> CaughtUp:
    """By the server's own services and the test's clock; the process has the machine's."""
    return await backstop_of(house.app.there).run()


async def command(house: Composed, *words: str) -> int:
    parser = argparse.ArgumentParser()
    retention.add_flags(parser)
    named = parser.parse_args(["--data", str(house.settings.data), *words])
    return await asyncio.to_thread(retention.run, named)


async def alarms(house: Composed) -> list[str]:
    secret = (house.settings.secrets / "operator").read_text().strip()
    async with httpx.AsyncClient(base_url=house.base_url, verify=False, timeout=20) as http:
        answer = await http.get("/v1/internal/retention", headers={"X-Call24-Operator": secret})
    found: list[str] = answer.json()["alarms"]
    return found


async def two_calls(house: Composed, acme: Organisation) -> tuple[str, str, datetime]:
    """Both recorded; the older one's id, the newer one's, and when the newer one arrived."""
    house.database["tenants"].update_one({"_id": acme.tenant_id}, {"$set": {"record_days": DAYS}})
    await house.app.rooms.tenants.refresh()
    [anna] = await acme.crew("Anna")
    for count in (1, 2):
        (await acme.talk(anna)).call.hang_up()
        calls = await acme.ended(count)
        await anna.becomes("available")
    recordings = house.database["recordings"]
    await wait_until(lambda: recordings.count_documents({"tenant_id": acme.tenant_id, "state": "stored"}) == 2, 20)
    return calls[0]["id"], calls[1]["id"], max(datetime.fromisoformat(one["at"]) for one in calls)


async def test_a_day_after_their_day_calls_recordings_and_callers_are_gone_though_the_sweeper_is_dead(
    house: Composed,
) -> None:
    async with house.organisation("Caught up", record="always") as acme:
        held, gone, arrived = await two_calls(house, acme)
        review = (house.clock.now() + timedelta(days=200)).date().isoformat()
        wish = {"kind": "call", "subject_id": held, "reason": "Case 12", "review_on": review}
        assert (await acme.http.post("/v1/legal-holds", json=wish)).status_code == 201
        sound, spool = house.settings.recordings / acme.tenant_id, house.settings.recording_spool / acme.tenant_id
        spool.mkdir(exist_ok=True)
        left_over = spool / f"rec_{gone.removeprefix('call_')}-in.sln"
        left_over.write_bytes(b"sound that nobody took in")
        [other] = house.database["recordings"].find({"call_id": gone})
        house.database["listenings"].insert_one(
            {"_id": MADE_UP, "tenant_id": acme.tenant_id, "recording_id": other["_id"], "call_id": gone}
        )
        assert len(list(sound.iterdir())) == 2

        house.clock.go_to(arrived + timedelta(days=DAYS, hours=23))
        await run(house)
        there = house.documents(acme.tenant_id)
        assert (there["call_records"], there["recordings"]) == (2, 2), "the sweeper still has an hour"
        house.database["sweeps"].delete_many({"by": "backstop"})  # of files of Asterisk's own

        house.clock.go_to(arrived + timedelta(days=DAYS + 1, hours=1))
        dry = await backstop_of(house.app.there).overdue()
        assert (dry.deleted["call_records"], dry.deleted["recordings"]) == (1, 1)
        assert house.documents(acme.tenant_id)["call_records"] == 2, "it only counts"
        caught = await run(house)
        assert (caught.failed, caught.cut_off) == (set(), False)
        theirs = {"tenant_id": acme.tenant_id}
        assert [one["_id"] for one in house.database["call_records"].find(theirs)] == [held]
        assert house.database["journal"].count_documents({"call_id": gone}) == 0
        assert house.database["journal"].count_documents({"call_id": held}) > 5
        assert [one["call_id"] for one in house.database["recordings"].find(theirs)] == [held]
        assert house.database["listenings"].count_documents(theirs) == 0
        assert [path.name.partition(".")[0] for path in sound.iterdir()] == [f"rec_{held.removeprefix('call_')}"]
        assert not left_over.exists()
        await wait_until(lambda: not files_with(house.settings.data, gone), 10)
        kept = [one["contact_id"] for one in house.database["call_records"].find(theirs)]
        assert house.database["contacts"].distinct("_id", theirs) == kept, "the other's caller is gone"
        assert house.database["totalled"].count_documents(theirs) == 1, "what is counted was counted first"
        assert house.database["deletion_notices"].count_documents(theirs) == 1

        [receipt] = house.database["sweeps"].find({"by": "backstop"})
        assert (receipt["deleted"]["call_records"], receipt["deleted"]["recordings"]) == (1, 1), receipt
        [alarm] = await alarms(house)
        assert alarm.startswith("the sweeper does not delete what is due; the backstop did"), alarm
        caught = await run(house)
        assert dict(+caught.deleted) == {}, "nothing is left of it, and what is held stays"
        assert house.database["sweeps"].count_documents({"by": "backstop"}) == 1


async def test_all_that_the_data_map_has_deleted_on_its_day_is_deleted_by_the_backstop(house: Composed) -> None:
    async with house.organisation("Everything") as acme:
        put = put_one_of_each(house, acme.tenant_id)
        put.remove("people")  # what nobody has any more waits for the release of a hold, not for its day

        def left() -> list[str]:
            return [name for name in put if house.database[name].find_one({"_id": MADE_UP}) is not None]

        house.clock.moved += timedelta(days=2, hours=23)
        await run(house)
        assert left() == put
        house.clock.wrong = timedelta(days=11 * 365)
        caught = await run(house)
        assert (caught.now, left()) == (None, put), "a wrong clock deletes nothing"
        house.clock.wrong = timedelta(0)
        house.clock.moved += timedelta(hours=2)
        await run(house)
        assert left() == []


async def test_the_operator_counts_and_deletes_by_a_command_with_a_process_of_its_own(
    house: Composed, capfd: pytest.CaptureFixture[str]
) -> None:
    async with house.organisation("By hand") as acme:
        put_one_of_each(house, acme.tenant_id)
        records = house.database["call_records"]
        ago = house.clock.now() - timedelta(days=2)
        records.update_one({"_id": MADE_UP}, {"$set": {"delete_at": ago, "arrived_at": ago - timedelta(days=90)}})
        assert await command(house, "catch-up", "--dry-run") == 0
        assert "1 call_records would be deleted\n" in capfd.readouterr().out
        assert records.find_one({"_id": MADE_UP}) is not None
        assert await command(house, "catch-up") == 0
        assert "1 call_records deleted\n" in capfd.readouterr().out
        assert records.find_one({"_id": MADE_UP}) is None
        assert house.database["journal"].find_one({"_id": MADE_UP}) is not None, "its day has not come"
        assert await command(house) == 1
        assert "the backstop did" in capfd.readouterr().out


async def test_the_parent_process_starts_the_backstop_again_and_again(
    house: Composed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installed, "BACKSTOP_FIRST_S", 0.1)
    monkeypatch.setattr(installed, "BACKSTOP_EVERY_S", 0.1)
    monkeypatch.setattr(installed, "BACKSTOP_PATIENCE_S", 1.0)
    said: list[str] = []
    supervisor = Supervisor(said.append)
    supervisor.periodic.append(Stack(house.settings, Timing()).backstop())
    records = house.database["call_records"]
    async with house.organisation("By itself") as acme:
        put_one_of_each(house, acme.tenant_id)
        [made] = records.find({"_id": MADE_UP})
        try:
            for _ in range(2):
                ago = house.clock.now() - timedelta(days=2)
                records.replace_one({"_id": MADE_UP}, {**made, "delete_at": ago, "arrived_at": ago}, upsert=True)
                gone = await asyncio.to_thread(supervisor.wait, 60, lambda: not records.find_one({"_id": MADE_UP}))
                assert gone and not said, said
        finally:
            supervisor.stop()
