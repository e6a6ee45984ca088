"""A caller who is erased is gone everywhere, and whoever calls from the number next is a stranger."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from socket import socket
from typing import Any

import msgspec
import pytest
from pymongo import MongoClient
from tests.support.product.composed import Composed, composed, files_with, held_words, made_up
from tests.support.product.stack import RunningStack
from tests.support.product.system import Organisation
from tests.support.product.work_here import work_here
from tests.support.telephony.missed import rings_and_hangs_up
from tests.support.wait import wait_until

from call24.call_records.call_record import CallRecord
from call24.contacts.model import ErasedCaller
from call24.kit.ids import ContactId, TenantId
from call24.kit.mongo.codec import stored
from call24.kit.settings import DATABASE
from call24.server.listener import Server
from call24.testphones.rtp import Tone

pytestmark = pytest.mark.shares_stack("emptied")

NUMBER, NAME = "+442079468181", "Canarina"
WISH = {"reason": "asked"}
GONE = (
    "contacts",
    "call_notes",
    "people",
    "consent_entries",
    "call_records",
    "recordings",
    "journal",
    "tasks",
    "exports",
    "refused_calls",
)


@pytest.fixture
async def house(stack: RunningStack, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Composed]:
    monkeypatch.setattr("call24.call_records.outcomes.SHORT_S", 0.0)  # no test waits that long
    with work_here():
        async with composed(stack) as house:
            yield house


async def missed(acme: Organisation) -> str:
    """The contact of a call that nobody took."""
    return str((await rings_and_hangs_up(acme, NUMBER, NAME))["contact_id"])


async def left_traces(house: Composed, acme: Organisation) -> str:
    """A recorded call, a missed one with its task, an export, a call that was refused; the contact's id."""
    [anna] = await acme.crew("Anna")
    call = await acme.customer(NUMBER, NAME).dial(acme.number, Tone(1000))
    await (await anna.rings()).answer()
    theirs = {"tenant_id": acme.tenant_id, "number": NUMBER}
    contact = await wait_until(lambda: house.database["contacts"].find_one(theirs), 10)
    busy = await acme.http.post(f"/v1/contacts/{contact['_id']}/erase", json=WISH)
    assert (busy.status_code, busy.json()["code"]) == (409, "caller_on_call")
    [live] = (await acme.http.get("/v1/live")).json()["calls"]
    note = await anna.http.put(f"/v1/calls/{live['id']}/note", json={"text": f"{NAME} asked for a refund"})
    assert note.status_code == 200, note.text
    call.hang_up()
    [record] = await acme.ended()
    assert record["recording"]["state"] == "stored"
    await anna.becomes("available")
    await anna.be("paused")
    assert await missed(acme) == contact["_id"]
    listed = await acme.http.post("/v1/people", json={"given": NAME, "numbers": [{"number": NUMBER}]})
    assert listed.status_code == 201, listed.text
    today = house.clock.now().date().isoformat()
    wish = {"kind": "calls", "format": "csv", "from": today, "to": today}
    export = (await acme.http.post("/v1/exports", json=wish)).json()
    folder = house.settings.data / "exports" / acme.tenant_id
    await wait_until(lambda: list(folder.glob(f"{export['id']}*.csv")), 30)
    refused: dict[str, Any] = {
        "tenant_id": acme.tenant_id,
        "caller": NUMBER,
        "at": house.clock.now(),
        "reason": "trouble",
    }
    house.database["refused_calls"].insert_one({"_id": "rfc_canary", **refused})
    await wait_until(lambda: house.database["tasks"].find_one({"contact_id": contact["_id"]}), 10)
    said = {"purpose": "recording", "act": "object"}
    assert (await acme.http.post(f"/v1/contacts/{contact['_id']}/consents", json=said)).status_code == 201
    return str(contact["_id"])


async def test_an_erased_caller_is_gone_everywhere_and_rings_again_as_a_stranger(house: Composed) -> None:
    async with house.organisation("Forgetful", record="always") as acme:
        id = await left_traces(house, acme)
        plan = (await acme.http.get(f"/v1/contacts/{id}/erasure-plan")).json()
        counts = {"contacts": 1, "call_records": 2, "recordings": 1, "tasks": 1, "refused_calls": 1, "exports": 1}
        counts |= {"consents": 1, "people": 1, "call_notes": 1}
        assert plan == {
            "contact_id": id,
            "would_delete": {**counts, "imported_documents": 0, "contact_corrections": 0, "kept_calls": 0},
            "held": 0,
            "on_call": False,
            "passed_on": [],
        }

        erased = await acme.http.post(f"/v1/contacts/{id}/erase", json=WISH)
        assert erased.status_code == 200, erased.text
        receipt = erased.json()["receipt"]
        assert (receipt["rule"], receipt["interrupted"]) == ("caller_erasure", False)
        assert receipt["subject"] == "sha256:" + hashlib.sha256(id.encode()).hexdigest()
        assert counts.items() <= receipt["erased"].items()
        assert set(house.documents(acme.tenant_id)) & set(GONE) <= {"journal"}, "the agent's own lines stay"
        assert house.database["journal"].count_documents({"tenant_id": acme.tenant_id, "call_id": {"$ne": None}}) == 0
        for name in house.database.list_collection_names():
            found = [one for one in house.database[name].find() if NUMBER in str(one) or NAME in str(one)]
            assert not found, (name, found)
        assert files_with(house.settings.data, NUMBER, NAME) == set()
        assert held_words(house.app, NUMBER, NAME) == set()
        assert not list((house.settings.recordings / acme.tenant_id).iterdir())
        again = await acme.http.post(f"/v1/contacts/{id}/erase", json=WISH)
        assert again.status_code == 404

        stranger = await missed(acme)
        assert stranger != id and len(await acme.records()) == 1
        second = await acme.http.post(f"/v1/contacts/{stranger}/erase", json=WISH)
        assert second.status_code == 200
        assert await missed(acme) not in (id, stranger)


async def test_who_was_erased_and_came_back_with_an_old_copy_of_the_database_is_gone_before_the_first_call(
    stack: RunningStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file beside MongoDB has what the old copy lacks. One whose erasure was cut off by `kill -9` goes as well."""
    tenant_id, at = "ten_01m8hd0nbcade9gb432rtwavzp", datetime.now(UTC)
    restored, cut_off = "ctc_00000000000000000000000001", "ctc_00000000000000000000000002"
    lines = [
        ErasedCaller(id=ContactId(id), tenant_id=TenantId(tenant_id), generation=1, at=at, reason="asked", erasing=True)
        for id in (restored, cut_off)
    ]
    register = stack.settings.erasure_register
    register.parent.mkdir(exist_ok=True)
    register.write_bytes(b"".join(msgspec.json.encode(line) + b"\n" for line in lines) + b'{"id": "half a line')
    with MongoClient[dict[str, Any]](stack.settings.mongodb_uri()) as client:
        database = client[DATABASE]
        database["erased_callers"].insert_one(stored(lines[1]))
        for id in (restored, cut_off):
            person = {"tenant_id": tenant_id, "number": NUMBER, "created_at": at, "seen_at": at}
            database["contacts"].insert_one({"_id": id, **person})
            database["call_records"].insert_one(
                made_up(CallRecord, tenant_id, at + timedelta(days=30)) | {"_id": f"call_{id}", "contact_id": id}
            )
        opened: list[object] = []
        startup = Server.startup

        async def looked(server: Server, sockets: list[socket] | None = None) -> None:
            opened.append(database["contacts"].find_one({"_id": restored}))
            await startup(server, sockets)

        monkeypatch.setattr(Server, "startup", looked)
        async with composed(stack):
            assert opened == [None], "the port was opened before"
            assert database["contacts"].find_one({"_id": restored}) is None
            assert database["call_records"].find_one({"contact_id": restored}) is None
            assert database["erased_callers"].find_one({"_id": restored, "generation": 1, "erasing": False})
            for id in (restored, cut_off):
                named = {"subject": "sha256:" + hashlib.sha256(id.encode()).hexdigest()}
                receipt = await wait_until(lambda named=named: database["erasure_receipts"].find_one(named), 10)
                assert (receipt["rule"], receipt["interrupted"]) == ("caller_erasure", True)
            assert database["call_records"].find_one({"tenant_id": tenant_id}) is None
        database["erased_callers"].delete_many({"tenant_id": tenant_id})
    register.unlink()
