"""A caller's file has all that is kept of them and nothing of others, and a call is a vCon."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zipfile import ZipFile

import pytest
import pytest_asyncio
from tests.support.privacy.canaries import canaries, document_with
from tests.support.privacy.vcon import checked, verified
from tests.support.product.composed import Composed, composed
from tests.support.product.stack import RunningStack
from tests.support.product.system import Organisation
from tests.support.product.work_here import work_here
from tests.support.wait import wait_until

from call24.caller_files.places import Found, found_of
from call24.data_map import Category, Subject, document_of
from call24.kit.holdings import Held
from call24.server.rooms import HOLDINGS
from call24.testphones.rtp import Tone

pytestmark = [pytest.mark.shares_stack("server"), pytest.mark.asyncio(loop_scope="module")]

NUMBER, NAME = "+442079468282", "Ada Canary"
OTHER, OTHER_NAME = "+442079468383", "Otto Canary"
COLLEAGUE = "usr_01m8hd0nbcade9gb432rtwavzp"
WHEN = datetime(2026, 1, 1, tzinfo=UTC)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(stack: RunningStack) -> AsyncIterator[Composed]:
    with work_here():
        async with composed(stack) as house:
            yield house


async def recorded_call(acme: Organisation, house: Composed, number: str, name: str) -> tuple[str, dict[str, Any]]:
    """The contact's id, and the record."""
    before = {one["id"] for one in await acme.records()}
    call = await acme.customer(number, name).dial(acme.number, Tone(1000))
    [agent] = acme.agents
    await (await agent.rings()).answer()
    said = call.stream.sent
    await wait_until(lambda: call.stream.sent - said > 75, 10)  # a second and a half
    await wait_until(lambda: house.database["contacts"].find_one({"number": number}), 10)
    call.hang_up()
    records = await acme.ended(len(before) + 1)
    await agent.becomes("available")
    [record] = [one for one in records if one["id"] not in before]
    return str(record["contact_id"]), record


async def file_of(acme: Organisation, contact_id: str) -> ZipFile:
    begun = await acme.http.post(f"/v1/contacts/{contact_id}/export")
    assert begun.status_code == 202, begun.text
    id = begun.json()["id"]

    async def ended() -> dict[str, Any] | None:
        seen: dict[str, Any] = (await acme.http.get(f"/v1/caller-files/{id}")).json()
        return seen if seen["state"] != "running" else None

    seen = await wait_until(ended, 120)
    assert seen["state"] == "done", seen
    assert seen["percent"] == 100 and seen["calls"] == seen["calls_done"]
    listed = (await acme.http.get("/v1/caller-files")).json()["items"]
    assert seen in listed and seen["number"] == begun.json()["number"]
    answer = await acme.http.get(f"/v1/caller-files/{id}/file")
    assert answer.status_code == 200 and answer.headers["content-type"] == "application/zip"
    return ZipFile(io.BytesIO(answer.content))


def founds() -> list[Found]:
    return found_of(Held(HOLDINGS))


def seeded(house: Composed, tenant_id: str, mark: str, contact_id: str, number: str, call_id: str) -> dict[str, str]:
    """A document of each kind that the file has, with a canary in each field of a caller; the canaries, by where."""
    planted: dict[str, str] = {}
    given = {
        "cards": {"name": f"{mark.lower()}.vcf", "uid": mark.lower()},  # of each book one
        "crm_jobs": {"number": b""},
        "crm_links": {"base": {}},  # by field
        "files": {"about": "task", "state": "ready", "type": "application/pdf", "tail": b""},
        "contact_corrections": {"person_id": None},  # of an entry it says nothing
        "erasure_notices": {"state": "answered", "number": b"", "email": b"", "value": b"", "own_value": b""},
        "listenings": {"recording_id": f"recordings_{mark.lower()}"},
        "people": {"compared": True},  # else its keys are made anew
        "refused_calls": {"caller": number},
        "tasks": {"offered_to": None},  # an agent has one offer at a time
        "restrictions": {"lifted_at": house.clock.now()},  # what is restricted is not erased
    }
    for found in founds():
        document = document_of(found.struct)
        if found.untold or document.collection in ("contacts", "exports"):
            continue  # the contact is there; the export is the one that is under way
        words = canaries(document, mark)
        values: dict[str, Any] = dict(words)
        for path, fact in document.facts.items():
            if fact.category is Category.ID and fact.subject is Subject.CALLER and path not in ("row", "body"):
                values[path] = contact_id
            elif fact.category is Category.ID and fact.subject is Subject.USER and path not in ("body", "_id"):
                values[path] = COLLEAGUE
            elif fact.subject is Subject.USER and path != "body":
                values[path] = f"Colleague {path}"
        if found.contact:
            values[found.contact] = contact_id
        if found.call:
            values[found.call] = call_id
        values["_id"] = call_id if found.call == "id" else f"{document.collection}_{mark.lower()}"
        values |= given.get(document.collection, {})
        made = document_with(document, tenant_id, house.clock.now() + timedelta(days=5), values)
        if document.collection == "journal":
            made["seq"] = -len(mark)
        house.database[document.collection].replace_one({"_id": made["_id"]}, made, upsert=True)
        kept_back = found.fields_untold()
        planted |= {f"{document.collection} {path}": text for path, text in words.items() if path not in kept_back}
    return planted


async def test_a_file_has_what_the_data_map_has_of_the_caller_and_an_erasure_deletes_the_same(house: Composed) -> None:
    async with house.organisation("Copyist", record="always") as acme:
        await acme.crew("Anna Agent")
        contact_id, record = await recorded_call(acme, house, NUMBER, NAME)
        other_id, other = await recorded_call(acme, house, OTHER, OTHER_NAME)
        planted = seeded(house, acme.tenant_id, "Adas", contact_id, NUMBER, record["id"])
        seeded(house, acme.tenant_id, "Ottos", other_id, OTHER, other["id"])
        house.database["tasks"].update_one(
            {"_id": "tasks_adas"}, {"$set": {"assignee": COLLEAGUE, "call_id": record["id"]}}
        )
        house.database["call_records"].update_one({"_id": "call_records_adas"}, {"$set": {"ended_at": WHEN}})

        archive = await file_of(acme, contact_id)
        root = bytes.fromhex((await acme.http.get("/v1/erasure-receipts/key")).json()["public_key"])

        assert archive.testzip() is None
        manifest = json.loads(archive.read("manifest.json"))
        listed = {one["name"]: one for one in manifest["files"]}
        assert {*listed, "manifest.json"} == set(archive.namelist())
        for name, one in listed.items():
            content = archive.read(name)
            assert (hashlib.sha256(content).hexdigest(), len(content)) == (one["sha256"], one["size"]), name
        text = {name: archive.read(name).decode() for name in listed if name.startswith(("data/", "calls"))}
        vcons = [name for name in listed if name.startswith("vcon/")]
        text |= {name: json.dumps(verified(json.loads(archive.read(name)), root), ensure_ascii=False) for name in vcons}
        everything = "\n".join(text.values())

        # Complete: each canary comes back, each collection of the map is there or says why not.
        assert [where for where, canary in planted.items() if canary not in everything] == []
        assert {NUMBER, NAME} <= {word for word in (NUMBER, NAME) if word in text["data/contacts.json"]}
        told = {one.collection for one in founds() if not one.untold}
        assert {f"data/{name}.json" for name in told} == {name for name in listed if name.startswith("data/")}
        assert set(manifest["left_out"]) == {one.collection for one in founds() if one.untold}
        for name in told - {"exports"}:
            rows = json.loads(text[f"data/{name}.json"])
            assert len(rows) == listed[f"data/{name}.json"]["count"] > 0, name
            keys = set(json.loads(archive.read(f"schemas/{name}.schema.json"))["$defs"][_struct(name)]["properties"])
            assert all(set(row) == keys for row in rows), name
        [sound] = [name for name in listed if name.startswith("recordings/")]
        assert archive.read(sound)[:4] == b"RIFF" and listed[sound]["size"] > 44
        rows = list(csv.DictReader(io.StringIO(text["calls.csv"].removeprefix("\ufeff"))))
        assert {row["call"] for row in rows} == {record["id"], "call_records_adas"}
        assert {row["number"] for row in rows} == {NUMBER}

        # Clean: no other caller, no colleague.
        for word in ("Ottos", OTHER, OTHER_NAME, other_id, other["id"], COLLEAGUE, "Anna", "Colleague", "usr_", "@"):
            assert word not in everything, word

        # An erasure deletes what the file has, but for what says that it stays.
        erased = await acme.http.post(f"/v1/contacts/{contact_id}/erase", json={"reason": "asked"})
        assert (erased.status_code, erased.json()["held"]) == (200, 0), erased.text
        for found in founds():
            id = record["id"] if found.call == "id" else f"{found.collection}_adas"
            left = house.database[found.collection].find_one({"_id": id})
            if found.collection in EMPTIED:
                assert left is not None and "Adas" not in str(left), found.collection
            else:
                assert (left is not None) == bool(found.stays and not found.untold), found.collection
        assert not list((house.settings.data / "exports" / acme.tenant_id).iterdir()), "the file goes too"


EMPTIED = {
    "cards": "the address in the book alone stays, for 30 days, so that phones are told",
    "crm_links": "the record's id at the CRM alone stays, until the CRM has erased it",
}


def _struct(collection: str) -> str:
    [found] = [one for one in founds() if one.collection == collection]
    return found.struct.__name__


async def test_a_call_is_a_vcon_whose_audio_is_the_recording(house: Composed) -> None:
    async with house.organisation("Container", record="always") as acme:
        await acme.crew("Anna Agent")
        contact_id, record = await recorded_call(acme, house, NUMBER, NAME)
        recording = f"/v1/recordings/{record['recording']['id']}"
        inside = verified((await acme.http.get(f"{recording}/vcon")).json())
        assert len((await acme.http.get(f"{recording}/listenings")).json()["items"]) == 1, "it was listened to"
        sound = (await acme.http.get(f"{recording}/audio")).content

        told = verified((await acme.http.get(f"/v1/calls/{record['id']}/vcon")).json())
        checked(told)
        [dialog] = told["dialog"]
        assert told["parties"][0] == {
            "tel": NUMBER,
            "name": NAME,
            "validation": "none",
            "role": "customer",
            "type": "person",
        }
        assert [party["name"] for party in told["parties"][1:]] == ["Container", "Anna Agent"]
        assert dialog["parties"] == [0, 2], "the customer on the left, the agent on the right"
        assert dialog["content_hash"] == f"sha512-{_base64url(hashlib.sha512(sound).digest())}"
        assert dialog["url"].endswith(f"{recording}/audio")
        [basis] = told["attachments"]
        assert basis["body"]["lawful_basis"] == "legitimate_interests"

        checked(inside)
        body = inside["dialog"][0]["body"]
        assert base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)) == sound

        archive = await file_of(acme, contact_id)
        packed = verified(json.loads(archive.read(f"vcon/{record['id']}.vcon.json")))
        checked(packed)
        assert packed["uuid"] == told["uuid"] == inside["uuid"]
        assert packed["dialog"][0]["content_hash"] == dialog["content_hash"]
        assert archive.read(packed["dialog"][0]["url"].removeprefix("../")) == sound
        assert packed["parties"][2] == {"name": "anonymous", "role": "agent", "type": "person"}


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
