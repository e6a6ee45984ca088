"""What is promised about data, held by the server as it is composed: from a call to the day on which it is gone.

Each promise is asked of what the product wires: a sweeper that is not run, an eraser that it is not given, a date that
does not follow the organisation's wish make these tests fail.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from tests.support.http.files import attached
from tests.support.photographs import photograph
from tests.support.product.composed import MADE_UP, Composed, composed, files_with, held, held_words, made_up
from tests.support.product.stack import RunningStack
from tests.support.product.system import Organisation
from tests.support.wait import wait_until

from call24.cli.__main__ import main
from call24.data_map import documents
from call24.kit.ids import TenantId, UserId

pytestmark = pytest.mark.shares_stack("emptied")

TASKS = "POST /v1/tasks"
CLOSED = {
    "AuditLog._closed",
    "CallNames._closed",
    "CallerHistory._closed",
    "Changes._closed",
    "CrmWorker._closed",
    "Debts._closed",
    "Engine._closed",
    "ErasureRegister._closed",
    "Feed._closed",
    "Journal._closed",
    "KnownCallers._closed",
    "KnownRefusals._closed",
    "Matches._closed",
    "OpenIndex._closed",
    "Restrictions._closed",
    "Projector._closed",
    "RecordingKeys._destroyed",
    "Recordings._erased",
    "UnsureCallers._closed",
}
"""What keeps an organisation's id when it is closed, so that nothing of it is written any more."""
BY_ID = {
    "CrmConnections._without",
    "Journal._kept_heads",
    "KnownDirectory._plans",
    "KnownDirectory._teams",
    "Levels._counted",
    "Projector._cursors",
    "SlidingWindow._counted",
    "StatisticsStore._changes",
    "StatisticsStore._forgotten",
    "StatisticsStore._nothing_kept",
    "StatisticsStore._turns",
}
"""Counts and marks under its id, of nobody, until the server starts again."""
SWEPT = ("call_records", "recordings", "contacts")
DAYS = 30
"""Not what an organisation has that says nothing: it is its wish that counts."""


@pytest.fixture
async def house(stack: RunningStack, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Composed]:
    monkeypatch.setattr("call24.call_records.outcomes.SHORT_S", 0.0)  # no test waits that long
    async with composed(stack) as house:
        yield house


async def talked_and_missed(house: Composed, acme: Organisation) -> datetime:
    """A call that was recorded, and one that nobody took; when the first arrived."""
    house.database["tenants"].update_one({"_id": acme.tenant_id}, {"$set": {"record_days": DAYS}})
    await house.app.rooms.tenants.refresh()
    [anna] = await acme.crew("Anna")
    talk = await acme.talk(anna)
    talk.call.hang_up()
    await anna.becomes("available")
    await anna.be("paused")
    missed = await acme.dial()
    await wait_until(acme.waiting, 15)
    missed.hang_up()
    [first, second] = await acme.ended(2)
    assert (first["recording"]["state"], second["outcome"]) == ("stored", "abandoned"), (first, second)
    return datetime.fromisoformat(first["at"])


def swept_so_far(house: Composed) -> dict[str, int]:
    """By all receipts that there are, of whomever."""
    deleted = dict.fromkeys(SWEPT, 0)
    for receipt in house.database["sweeps"].find():
        for name in SWEPT:
            deleted[name] += receipt["deleted"].get(name, 0)
    return deleted


async def counted(acme: Organisation, at: datetime) -> int:
    """Calls of that day, as a report has them."""
    day = at.date().isoformat()
    answer = await acme.http.get("/v1/reports", params={"by": "day", "from": day, "to": day})
    assert answer.status_code == 200, answer.text
    return int(answer.json()["total"]["offered"])


async def test_a_recording_goes_on_its_own_day_and_its_record_stays_and_says_so(house: Composed) -> None:
    async with house.organisation("Sooner", record="always") as acme:
        arrived = await talked_and_missed(house, acme)
        files, spool = house.settings.recordings, house.settings.recording_spool
        stored = house.database["recordings"].find_one({"tenant_id": acme.tenant_id})
        assert stored is not None
        begun = stored["started_at"].replace(tzinfo=arrived.tzinfo)
        changed = await acme.http.patch(f"/v1/queues/{acme.queue_id}", json={"recording_days": 7})
        assert changed.json()["recording_days"] == 7, changed.text

        house.clock.go_to(begun + timedelta(days=7, minutes=-1))
        await house.swept()
        assert house.documents(acme.tenant_id)["recordings"] == 1
        assert len(list((files / acme.tenant_id).iterdir())) == 1

        house.clock.go_to(begun + timedelta(days=7, hours=1))
        await house.swept()
        left = house.documents(acme.tenant_id)
        assert (left.get("recordings", 0), left.get("listenings", 0), left["call_records"]) == (0, 0, 2), left
        assert not [*(files / acme.tenant_id).iterdir(), *(spool / acme.tenant_id).glob("*")]
        await house.sign_in_again(acme)
        answer = await acme.http.get(f"/v1/calls/{stored['call_id']}")
        assert answer.json()["recording"]["state"] == "deleted", answer.text


async def test_calls_that_are_kept_follow_a_shorter_time_after_a_day_and_a_longer_one_at_once(house: Composed) -> None:
    at = "/v1/organisation/record-days"
    async with house.organisation("Changing", record="always") as acme:
        arrived = await talked_and_missed(house, acme)
        await wait_until(lambda: house.documents(acme.tenant_id).get("tasks"))
        call_ids = house.database["call_records"].distinct("_id", {"tenant_id": acme.tenant_id})
        theirs = {"tenant_id": acme.tenant_id, "call_id": {"$in": call_ids}}

        def due_after() -> set[tuple[str, int]]:
            """Days from arrival to the day on which each thing of these calls goes."""
            found = set()
            for record in house.database["call_records"].find({"tenant_id": acme.tenant_id}):
                found.add(("call_records", (record["delete_at"] - record["arrived_at"]).days))
                for name in ("journal", "tasks", "recordings"):
                    rule = {"call_id": record["_id"], "type": {"$not": {"$regex": "^Agent"}}}
                    for one in house.database[name].find(rule):
                        found.add((name, round((one["delete_at"] - record["arrived_at"]).total_seconds() / 86400)))
            return found

        def all_at(days: int) -> set[tuple[str, int]]:
            return {(name, days) for name in ("call_records", "journal", "tasks", "recordings")}

        assert due_after() == all_at(DAYS)
        house.clock.go_to(arrived + timedelta(days=10))
        await house.sign_in_again(acme)
        longer = await acme.http.put(at, json={"record_days": 60})
        assert (longer.status_code, longer.json()["code"]) == (422, "retention_reason_required")
        longer = await acme.http.put(at, json={"record_days": 60, "reason": "The tax law asks for two months"})
        assert longer.json()["record_days"] == 60, longer.text
        await house.swept()
        assert due_after() == all_at(60)
        house.clock.go_to(arrived + timedelta(days=DAYS + 1))
        await house.swept()
        assert house.documents(acme.tenant_id)["call_records"] == 2, "they are kept longer now"

        await house.sign_in_again(acme)
        unconfirmed = await acme.http.put(at, json={"record_days": 7})
        assert (unconfirmed.status_code, unconfirmed.json()["code"]) == (409, "retention_plan_required")
        plan = (await acme.http.get(f"{at}/plan", params={"record_days": 7})).json()
        assert (plan["record_days_now"], plan["calls"], plan["recordings"]) == (60, 2, 1), plan
        shorter = await acme.http.put(at, json={"record_days": 7, "plan_id": plan["id"]})
        assert (shorter.json()["record_days"], shorter.json()["change"]["state"]) == (60, "waiting"), shorter.text
        asked = house.clock.now()
        house.clock.go_to(asked + timedelta(hours=23))
        await house.swept()
        assert due_after() == all_at(60), "nothing goes within a day"
        await house.sign_in_again(acme)
        assert (await acme.http.delete(f"{at}/change")).status_code == 204
        house.clock.go_to(asked + timedelta(hours=25))
        await house.swept()
        assert due_after() == all_at(60), "it was undone"

        await house.sign_in_again(acme)
        plan = (await acme.http.get(f"{at}/plan", params={"record_days": 7})).json()
        assert (await acme.http.put(at, json={"record_days": 7, "plan_id": plan["id"]})).status_code == 200
        house.clock.go_to(house.clock.now() + timedelta(hours=24, minutes=1))
        await house.swept()
        left = house.documents(acme.tenant_id)
        assert not {"call_records", "recordings"} & left.keys(), left
        assert house.database["journal"].count_documents(theirs) == 0
        assert list((house.settings.recordings / acme.tenant_id).iterdir()) == []
        await house.sign_in_again(acme)
        now = (await acme.http.get(at)).json()
        assert (now["record_days"], now["change"]["calls"]) == (7, 2), now
        history = (await acme.http.get(f"{at}/changes")).json()["items"]
        assert [one["state"] for one in history[:2]] == ["settling", "undone"]
        assert history[2]["reason"] == "The tax law asks for two months"


async def test_a_call_is_kept_as_long_as_the_organisation_says_and_gone_within_a_minute_of_its_day(
    house: Composed,
) -> None:
    async with house.organisation("Promised", record="always") as acme:
        arrived = await talked_and_missed(house, acme)
        await wait_until(lambda: house.documents(acme.tenant_id).get("tasks"))
        before = house.documents(acme.tenant_id)
        assert before["call_records"] == 2 and before["recordings"] == 1 and before["tasks"] == 1, before
        files = house.settings.recordings / acme.tenant_id
        assert len(list(files.iterdir())) == 1
        calls = house.database["call_records"].distinct("_id", {"tenant_id": acme.tenant_id})
        stray = house.settings.recording_spool / acme.tenant_id / f"rec_{calls[0].removeprefix('call_')}_9-in.sln"
        stray.parent.mkdir(exist_ok=True)
        stray.write_bytes(b"sound that nobody asked for")

        there = {name: house.database[name].count_documents({}) for name in SWEPT}
        receipts = swept_so_far(house)
        house.clock.go_to(arrived + timedelta(days=DAYS, minutes=-1))
        await house.swept()
        kept = house.documents(acme.tenant_id)
        for what in ("call_records", "recordings", "contacts", "tasks"):
            assert kept[what] == before[what], what
        lines = {"tenant_id": acme.tenant_id, "call_id": {"$in": calls}}
        numbers = [customer.number for customer in acme.customers]
        house.database["contacts"].find_one({"number": numbers[0], "$where": "sleep(200) || true"})
        for contact in house.database["contacts"].find({"tenant_id": acme.tenant_id}):
            await house.app.rooms.callers.get(TenantId(acme.tenant_id), contact["_id"])
        await wait_until(lambda: held_words(house.app, *numbers) == {"KnownCallers._recent"}, 10)
        assert len(house.database["journal"].distinct("call_id", lines)) == 2
        await wait_until(lambda: house.documents(acme.tenant_id).get("statistics"), 10)
        await house.sign_in_again(acme)
        assert len((await acme.http.get("/v1/calls")).json()["items"]) == 2
        assert await counted(acme, arrived) == 2

        house.clock.go_to(arrived + timedelta(days=DAYS, hours=1))
        await house.swept()
        await house.sign_in_again(acme)
        assert (await acme.http.get("/v1/calls")).json()["items"] == []
        left = house.documents(acme.tenant_id)
        assert not {"call_records", "recordings", "listenings"} & left.keys(), left
        due = {"tenant_id": acme.tenant_id, "delete_at": {"$lte": house.clock.now()}}
        assert house.database["statistics"].count_documents(due) == 0
        assert await counted(acme, arrived) == 0
        assert house.database["journal"].count_documents(lines) == 0
        assert list(files.iterdir()) == [] and not stray.exists()
        assert files_with(house.settings.data, *numbers) == set(), "nor in the log of a slow query"
        remembered = vars(house.app.readers.regulars)
        assert not remembered["_talked"] and not remembered["_left"]
        assert left["journal_heads"] == 1, "its next number is known, though the lines that had it are gone"
        await acme.post("/v1/webhooks", {"url": "https://acme.example/hook", "kinds": ["contact.deleted"]})
        [task] = (await acme.http.get("/v1/tasks")).json()["items"]
        assert (task["kind"], task["state"], task["call_id"]) == ("missed_call", "open", None)
        assert left["contacts"] == 1 and task["number"] is not None
        done = await acme.http.patch(f"/v1/tasks/{task['id']}", json={"state": "done"})
        assert done.status_code == 200
        await house.swept()
        assert "contacts" not in house.documents(acme.tenant_id)
        assert held_words(house.app, *numbers) == set()
        await wait_until(lambda: house.database["webhook_deliveries"].distinct("kind") == ["contact.deleted"], 10)
        assert (await acme.http.get("/v1/tasks")).json()["items"][0]["contact_id"] is None
        of_others = {name: house.database[name].count_documents({}) for name in SWEPT}
        assert swept_so_far(house) == {name: receipts[name] + there[name] - of_others[name] for name in SWEPT}


OTHERWISE = {
    "tasks": "stay, without whom they were about (held above)",
}
"""Collections with a day of deletion whose documents do not go on it, and why."""


@pytest.mark.long(
    "telephony/test_retention_alarms.py::test_a_server_whose_clock_is_eleven_years_ahead_deletes_nothing_and_says_so"
)
async def test_whatever_has_a_day_of_deletion_is_there_until_it_and_gone_after_it_in_every_collection(
    house: Composed,
) -> None:
    async with house.organisation("Due") as acme:
        house.clock.moved += timedelta(hours=2)  # the fence looks once an hour
        await house.swept()  # the organisation's days are known: what has others is given another day
        put = []
        for document in documents():
            if "delete_at" in document.facts and not document.collection.startswith("test_"):
                one = made_up(document.struct, acme.tenant_id, house.clock.now() + timedelta(minutes=61))
                house.database[document.collection].insert_one(one)
                put.append(document.collection)
        assert len(put) > 8 and set(OTHERWISE) < set(put), put

        def left() -> list[str]:
            found = (name for name in put if house.database[name].find_one({"_id": MADE_UP}) is not None)
            return sorted(set(found) - set(OTHERWISE))

        house.clock.moved += timedelta(minutes=60)
        await house.swept()
        assert left() == sorted(set(put) - set(OTHERWISE)), "a minute before their day all are there"
        house.clock.moved += timedelta(minutes=61)
        with contextlib.suppress(AssertionError):
            await wait_until(lambda: not left(), 30)
        assert left() == []
        task = house.database["tasks"].find_one({"_id": MADE_UP})
        assert task is not None and task["delete_at"] is not None, "it is open"
        said = {"tenant_id": acme.tenant_id, "at": {"$lt": house.clock.now()}}
        assert house.database["audit"].count_documents(said) > 1
        house.clock.moved += timedelta(days=401)
        await house.swept()
        assert house.database["audit"].count_documents(said) == 0
        await house.sign_in_again(acme)  # an account that nobody used for a year stays
        assert (await acme.http.get("/v1/me")).status_code == 200


async def test_a_persons_account_goes_from_every_place_and_what_comes_late_goes_too(house: Composed) -> None:
    async with house.organisation("Leaving", record="always") as acme:
        [kim] = [await acme.agent("Kimberley", "supervisor")]
        owner = acme.http
        await kim.be("available")
        talk = await acme.talk(kim)
        body = {"reason": "left"}
        busy = await owner.post(f"/v1/users/{kim.user_id}/delete", json=body)
        assert (busy.status_code, busy.json()["code"]) == (409, "user_on_call")
        talk.call.hang_up()
        await acme.ended()
        await kim.becomes("available")
        today = house.clock.now().date().isoformat()
        wish = {"kind": "calls", "format": "csv", "from": today, "to": today}
        export = (await kim.http.post("/v1/exports", json=wish)).json()
        exported = house.settings.data / "exports"
        await wait_until(lambda: list(exported.rglob(f"*{export['id']}*.csv")), 30)
        key = {"Idempotency-Key": "ring-jo"}
        task = {"title": "Ring Jo", "assignee_id": kim.user_id}
        assert (await owner.post("/v1/tasks", json=task, headers=key)).status_code == 201
        skills = await owner.put(f"/v1/users/{kim.user_id}/skills", json={"skills": {"german": 5}})
        assert skills.status_code == 200, skills.text
        for _ in range(6):
            await kim.http.post("/v1/calls", json={"to": {"number": "+449098790001"}})
        frozen = [one["user_id"] for one in (await owner.get("/v1/fence")).json()["frozen"]]
        assert frozen == [kim.user_id]

        assert held_words(house.app, kim.email) >= {"IdentityService._users"}
        gone = await owner.post(f"/v1/users/{kim.user_id}/delete", json=body)
        assert gone.status_code == 200, gone.text
        parts = house.app
        assert (await kim.http.get("/v1/me")).status_code == 401
        assert not list(exported.rglob(f"*{export['id']}*"))
        assert (await owner.get("/v1/fence")).json()["frozen"] == []
        [kept] = (await owner.get("/v1/tasks", params={"kind": "manual"})).json()["items"]
        assert (kept["state"], kept["assignee_id"]) == ("open", None)
        assert (await owner.get(f"/v1/queues/{acme.queue_id}")).json()["members"] == []
        assert not parts.rooms.agents.known_skills(TenantId(acme.tenant_id), UserId(kim.user_id))
        attempts = {"SlidingWindow._counted"}  # to sign in, by address: of the last minutes
        assert held_words(house.app, kim.email, "Kimberley") <= attempts
        assert kim.user_id not in [session.agent_id for session in parts.readers.projector.sessions()]
        answers = house.database["repeatable"].count_documents({"tenant_id": acme.tenant_id, "operation": TASKS})
        assert answers == 0, "what was answered to others named who is gone"
        for name in house.database.list_collection_names():
            found = [one for one in house.database[name].find() if kim.email in str(one) or "Kimberley" in str(one)]
            assert not found, (name, found)

        assert files_with(house.settings.data, kim.email, "Kimberley") == set()
        late = {"tenant_id": acme.tenant_id, "webp": b"RIFF", "tag": "late", "changed_at": house.clock.now()}
        house.database["pictures"].insert_one({"_id": kim.user_id, **late})
        await house.swept()
        assert house.database["pictures"].find_one({"_id": kim.user_id}) is None
        acme.agents.clear()


@pytest.mark.long(
    "integration/privacy/test_receipts.py::test_a_deletion_that_was_cut_off_is_finished_and_has_its_receipt"
)
async def test_a_deletion_of_an_account_that_was_killed_is_finished_and_leaves_a_signed_receipt(
    house: Composed, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What `kill -9` leaves: the deletion is noted, and the account is still there."""
    async with house.organisation("Cut off") as acme:
        [lee] = [await acme.agent("Lee", "agent")]
        noted = {"tenant_id": acme.tenant_id, "at": house.clock.now(), "reason": "left", "deleted": {}}
        house.database["erasures"].insert_one({"_id": lee.user_id, **noted})
        named = {"subject": "sha256:" + hashlib.sha256(lee.user_id.encode()).hexdigest()}
        receipts = house.database["erasure_receipts"]
        house.sweeps.soon()
        await wait_until(lambda: receipts.find_one(named), 10)
        assert house.database["users"].find_one({"_id": lee.user_id}) is None
        async with httpx.AsyncClient(base_url=house.base_url, verify=False) as anybody:
            [kept] = receipts.find(named)
            for name in (kept["_id"], "key"):
                answer = await anybody.get(f"/v1/erasure-receipts/{name}")
                assert answer.status_code == 200, answer.text
                (tmp_path / name).write_bytes(answer.content)
        words = ["privacy", "verify-receipt", str(tmp_path / kept["_id"])]
        assert main([*words, "--key", str(tmp_path / "key")]) == 0
        assert main([*words, "--data", str(house.settings.data)]) == 0, "of this installation: no key is needed"
        assert "interrupted" in capsys.readouterr().out
        acme.agents.clear()


@pytest.mark.long("test_an_organisation_that_its_owner_closes_is_gone_everywhere_after_its_days_and_not_before")
async def test_an_organisation_that_is_closed_in_a_call_leaves_nothing_in_the_database_on_disk_and_in_memory(
    house: Composed,
) -> None:
    async with house.organisation("Closing", record="always", callback=True) as acme:
        [anna] = await acme.crew("Anna")
        first = await acme.talk(anna)
        first.call.hang_up()
        await acme.ended()
        await anna.becomes("available")
        await acme.prompt("Welcome", 440, 0.5)
        today = house.clock.now().date().isoformat()
        wish = {"kind": "calls", "format": "csv", "from": today, "to": today}
        export = (await acme.http.post("/v1/exports", json=wish)).json()
        await wait_until(lambda: list(house.settings.data.glob(f"exports/{acme.tenant_id}/{export['id']}.csv")), 30)
        second = await acme.talk(anna)
        assert held(house.app, acme.tenant_id) > {"Board._sessions", "CallerHistory._talked", "Projector._sessions"}
        house.database["tenants"].update_one({"_id": acme.tenant_id}, {"$set": {"temporary": True}})
        secret = (house.settings.secrets / "doctor").read_text().strip()
        asked = {"headers": {"X-Call24-Doctor": secret}}
        closed = await acme.http.delete(f"/v1/internal/doctor/{acme.tenant_id}", **asked)
        assert closed.status_code == 204, closed.text
        assert not house.documents(acme.tenant_id)
        await second.call.ended(5)
        house.app.rooms.callers.note(TenantId(acme.tenant_id), "+447700900999", "Too late")
        async with house.organisation("Next", record="always") as after:
            [bert] = await after.crew("Bert")
            (await after.talk(bert)).call.hang_up()
            await after.ended()
            await house.swept()
        assert not house.documents(acme.tenant_id), "nothing comes back with what happens later"
        data, numbers = house.settings.data, [customer.number for customer in acme.customers]
        assert numbers and not list(data.rglob(f"*{acme.tenant_id}*"))
        assert files_with(data, acme.tenant_id, acme.number, "Closing", *numbers) == set()
        with contextlib.suppress(AssertionError):  # some of it goes a little later on a busy machine
            await wait_until(lambda: not held(house.app, acme.tenant_id) - CLOSED - BY_ID, 10)
        assert sorted(held(house.app, acme.tenant_id) - CLOSED - BY_ID) == []
        acme.agents.clear()


async def test_an_organisation_that_its_owner_closes_is_gone_everywhere_after_its_days_and_not_before(
    house: Composed, tmp_path: Path
) -> None:
    async with house.organisation("Canary") as canary, house.organisation("Ending", record="always") as acme:
        [anna] = await acme.crew("Anna")
        (await acme.talk(anna)).call.hang_up()
        await acme.ended()
        task = await acme.post("/v1/tasks", {"title": "Ring Jo"})
        photo = await attached(acme.http, "a.jpg", photograph(), task_id=task["id"])
        thumbnail = f"/v1/files/{photo['id']}/thumbnail"

        async def drawn() -> bool:
            return (await acme.http.get(thumbnail)).status_code == 200

        await wait_until(drawn, 20)
        plan = (await acme.http.get("/v1/organisation/closing/plan")).json()
        assert (plan["deleted"]["recordings"], plan["deleted"]["files"]) == (1, 3), "a file and its thumbnail too"
        asked = await acme.http.post("/v1/organisation/closing", json={"name": plan["name"]})
        assert asked.status_code == 201, asked.text
        closing, others = asked.json(), house.documents(canary.tenant_id)
        ends = datetime.fromisoformat(closing["ends_at"])

        house.clock.go_to(ends - timedelta(days=3) + timedelta(seconds=1))
        await house.swept()
        house.clock.go_to(ends - timedelta(minutes=1))
        await house.swept()
        kept = house.documents(acme.tenant_id)
        assert all(kept[kind] == plan["deleted"][kind] for kind in ("users", "recordings", "tasks", "trunks"))
        assert list((house.settings.recordings / acme.tenant_id).iterdir())

        house.clock.go_to(ends + timedelta(seconds=1))
        receipts = house.database["erasure_receipts"]
        await wait_until(lambda: receipts.find_one({"_id": closing["receipt_id"]}), 15)
        await house.swept()
        assert not house.documents(acme.tenant_id)
        assert house.database["tenants"].find_one({"_id": acme.tenant_id}) is None
        assert house.database["closings"].count_documents({}) == 0
        data, numbers = house.settings.data, [customer.number for customer in acme.customers]
        assert numbers and not list(data.rglob(f"*{acme.tenant_id}*"))
        assert sorted(held(house.app, acme.tenant_id) - CLOSED - BY_ID) == []
        assert files_with(data, acme.number, *numbers) == set()
        assert acme.tenant_id not in str(await house.pbx.listed("endpoints"))
        after = house.documents(canary.tenant_id)
        lost = {kind for kind in ("users", "queues", "trunks", "numbers") if after.get(kind) != others.get(kind)}
        assert not lost, "another organisation keeps everything"
        for name in (closing["receipt_id"], "key"):
            (tmp_path / name).write_bytes((await canary.http.get(f"/v1/erasure-receipts/{name}")).content)
        words = ["privacy", "verify-receipt", str(tmp_path / closing["receipt_id"])]
        assert main([*words, "--key", str(tmp_path / "key")]) == 0
        acme.agents.clear()
