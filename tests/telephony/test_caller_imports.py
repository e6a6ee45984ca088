"""A caller's file is imported into another organisation, whose file of the caller is equal again but for ids."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import signal
from collections.abc import AsyncIterator, Iterator
from datetime import UTC
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
import pytest_asyncio
from tests.support.product.composed import Composed, composed
from tests.support.product.organisation import Organisation
from tests.support.product.stack import RunningStack
from tests.support.product.work_here import WorkHere, work_here
from tests.support.wait import wait_until
from tests.telephony.test_caller_files import COLLEAGUE, NAME, NUMBER, file_of, founds, recorded_call, seeded

from call24.tenants.service import TenantService

ZIP = {"content-type": "application/zip"}

pytestmark = [pytest.mark.shares_stack("server"), pytest.mark.asyncio(loop_scope="module")]


@pytest.fixture(scope="module")
def here() -> Iterator[WorkHere]:
    with work_here() as here:
        yield here


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(stack: RunningStack, here: WorkHere) -> AsyncIterator[Composed]:
    async with composed(stack) as house:
        yield house


@pytest.fixture(autouse=True)
def nobody_has_moved_the_clock(house: Composed) -> None:
    assert not house.clock.moved, "what the others have is past its days since a test before this one: put it last"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def left(house: Composed) -> AsyncIterator[tuple[Organisation, bytes]]:
    """An organisation that a caller leaves, and the caller's file."""
    async with house.organisation("Leaving", record="always") as old:
        await old.crew("Anna Agent")
        contact_id, _ = await recorded_call(old, house, NUMBER, NAME)
        yield old, packed(await file_of(old, contact_id))


async def sent(org: Organisation, content: bytes) -> dict[str, Any]:
    answer = await org.http.post("/v1/caller-imports", content=content, headers=ZIP)
    assert answer.status_code == 202, answer.text
    return await ended(org, answer.json()["id"])


async def ended(org: Organisation, import_id: str) -> dict[str, Any]:
    async def over() -> dict[str, Any] | None:
        seen: dict[str, Any] = (await org.http.get(f"/v1/caller-imports/{import_id}")).json()
        return seen if seen["state"] != "running" else None

    found: dict[str, Any] = await wait_until(over, 120)
    return found


def packed(archive: ZipFile) -> bytes:
    assert archive.filename is None
    file = archive.fp
    assert file is not None
    file.seek(0)
    return file.read()


def changed(content: bytes, name: str, becomes: bytes, *, relisted: bool = False) -> bytes:
    """The same file but for one in it; `relisted`: the manifest has the hash of what it is now."""
    made = io.BytesIO()
    with ZipFile(io.BytesIO(content)) as before, ZipFile(made, "w") as after:
        for one in before.namelist():
            text = becomes if one == name else before.read(one)
            if one == "manifest.json" and relisted:
                manifest = json.loads(text)
                for listed in manifest["files"]:
                    if listed["name"] == name:
                        listed |= {"sha256": hashlib.sha256(becomes).hexdigest(), "size": len(becomes)}
                text = json.dumps(manifest).encode()
            after.writestr(one, text)
    return made.getvalue()


def rows_of(archive: ZipFile, name: str, own: str) -> list[dict[str, Any]]:
    text = archive.read(name).decode().replace(own, "the caller")
    return sorted(json.loads(text), key=lambda row: json.dumps(row, sort_keys=True))


async def test_what_is_imported_comes_out_as_it_went_in_and_goes_with_the_person(house: Composed) -> None:
    async with house.organisation("Leaving", record="always") as old, house.organisation("Arriving") as new:
        await old.crew("Anna Agent")
        contact_id, record = await recorded_call(old, house, NUMBER, NAME)
        planted = seeded(house, old.tenant_id, "Adas", contact_id, NUMBER, record["id"])
        house.database["tasks"].update_one(
            {"_id": "tasks_adas"}, {"$set": {"assignee": COLLEAGUE, "call_id": record["id"]}}
        )
        today = {"arrived_at": house.clock.now(), "ended_at": house.clock.now()}
        house.database["call_records"].update_one({"_id": "call_records_adas"}, {"$set": today})
        arrived = {"$set": {"arrived_at": house.clock.now()}}
        house.database["kept_calls"].update_one({"_id": "kept_calls_adas"}, arrived)
        before = await file_of(old, contact_id)
        calls_before = (await new.http.get("/v1/calls")).json()["items"]

        content = packed(before)
        done = await sent(new, content)
        assert (done["state"], done["problem"], done["expired"]) == ("done", None, 0), done
        assert (done["number"], done["name"]) == (NUMBER, NAME)
        assert done["organisation"] == "Leaving" and done["rows"] == done["rows_done"] > 0
        assert done["sha256"] == hashlib.sha256(content).hexdigest()
        again = await sent(new, content)
        assert again["id"] == done["id"], "the same file is imported once"

        # It comes out as it went in.
        theirs = done["contact_id"]
        after = await file_of(new, theirs)
        everything = "\n".join(after.read(name).decode() for name in after.namelist() if name.startswith("data/"))
        assert [where for where, canary in planted.items() if canary not in everything] == []
        told = {one.collection for one in founds() if not one.untold}
        for collection in sorted(told):
            name = f"data/{collection}.json"
            there, here = rows_of(before, name, contact_id), rows_of(after, name, theirs)
            if collection == "exports":  # the one that is under way is in each
                assert [row for row in there if row not in here] == []
                continue
            assert there == here and there, collection
        for name in before.namelist():
            if name.startswith(("vcon/", "recordings/", "schemas/")):
                assert before.read(name) == after.read(name), name
        assert {name for name in before.namelist() if not name.startswith("data/exports")} <= set(after.namelist())
        assert _cells(before) == _cells(after)
        [brought] = json.loads(after.read("manifest.json"))["imported"]
        assert (brought["organisation"], brought["sha256"]) == ("Leaving", done["sha256"])

        # It is marked, and nothing works with it.
        listed = (await new.http.get(f"/v1/contacts/{theirs}/imported", params={"limit": 500})).json()["items"]
        assert {one["part"] for one in listed} == told - {"contacts"} | {"calls.csv", "vcon"}
        assert {one["imported"]["organisation"] for one in listed} == {"Leaving"}
        assert (await new.http.get("/v1/calls")).json()["items"] == calls_before == []
        assert (await new.http.get("/v1/tasks")).json()["items"] == []
        [sound] = house.settings.recordings.glob(f"{new.tenant_id}/*")
        assert sound.suffix == ".c24", "sealed, with this organisation's key"

        # It goes with the person.
        plan = (await new.http.get(f"/v1/contacts/{theirs}/erasure-plan")).json()
        assert plan["would_delete"]["imported_documents"] == len(listed)
        erased = (await new.http.post(f"/v1/contacts/{theirs}/erase", json={"reason": "asked"})).json()
        assert erased["deleted"]["imported_documents"] == len(listed)
        for collection in ("imported_documents", "caller_imports", "recordings", "contacts"):
            assert house.database[collection].count_documents({"tenant_id": new.tenant_id}) == 0, collection
        assert not list(house.settings.recordings.glob(f"{new.tenant_id}/*"))
        await wait_until(lambda: not list((house.settings.data / "imports").glob("*/*")), 10)
        anew = await sent(new, content)
        assert anew["state"] == "done" and anew["contact_id"] != theirs, "a new id, as at a new call"


def _cells(archive: ZipFile) -> list[list[str]]:
    return sorted(csv.reader(io.StringIO(archive.read("calls.csv").decode("utf-8-sig"))))


@pytest.mark.parametrize(
    "each",
    [False, pytest.param(True, marks=pytest.mark.long("test_a_file_that_was_changed_is_refused_whole_and_says_why"))],
)
async def test_a_file_that_was_changed_is_refused_whole_and_says_why(
    house: Composed, left: tuple[Organisation, bytes], each: bool
) -> None:
    """`each`: for each of the reasons, not only for a wrong hash, a wrong signature and its own organisation's."""
    old, content = left
    async with house.organisation("Taker") as new:
        records = ZipFile(io.BytesIO(content)).read("data/call_records.json")
        other = records.replace(b'"menu_s":0.0', b'"menu_s":1.0')
        assert other != records
        wrong = {
            "caller_file_changed": changed(content, "data/call_records.json", other),
            "caller_file_own": content,
        }
        if each:
            schema = records.replace(b'"menu_s":0.0', b'"menu_s":"x"')
            wrong["caller_file_schema"] = changed(content, "data/call_records.json", schema, relisted=True)
            wrong["caller_file_unreadable"] = b"PK no ZIP"
        for problem, bad in wrong.items():
            org = old if problem == "caller_file_own" else new
            failed = await sent(org, bad)
            assert (failed["state"], failed["problem"]) == ("failed", problem), failed
            assert failed["trouble"]
        [name] = [one for one in ZipFile(io.BytesIO(content)).namelist() if one.startswith("vcon/")]
        vcon = ZipFile(io.BytesIO(content)).read(name)
        turned = vcon.replace(b'"payload":"eyJ', b'"payload":"eyK')
        assert turned != vcon
        failed = await sent(new, changed(content, name, turned, relisted=True))
        assert failed["problem"] == "caller_file_changed" and name in failed["trouble"], failed
        if each:
            somebody = records.replace(b'"agent 1"', f'"{COLLEAGUE}"'.encode())
            failed = await sent(new, changed(content, "data/call_records.json", somebody, relisted=True))
            assert failed["problem"] == "caller_file_schema" and "not the caller" in failed["trouble"]
        for collection in ("imported_documents", "recordings", "contacts"):
            assert house.database[collection].count_documents({"tenant_id": new.tenant_id}) == 0, collection
        await wait_until(lambda: not list((house.settings.data / "imports").glob("*/*")), 10)
        assert (await new.http.post("/v1/caller-imports", content=b"", headers=ZIP)).status_code == 422
        assert (await new.http.post("/v1/caller-imports", json={})).status_code == 415


async def test_an_import_goes_on_after_kill_9(
    house: Composed, left: tuple[Organisation, bytes], here: WorkHere
) -> None:
    _, content = left
    with here.apart():
        async with house.organisation("To") as new:
            begun = (await new.http.post("/v1/caller-imports", content=content, headers=ZIP)).json()
            process = await wait_until(lambda: _process_of(begun["id"]), 20)
            os.kill(process, signal.SIGKILL)
            second = await wait_until(lambda: (pid := _process_of(begun["id"])) != process and pid, 20)
            assert second is not None
            done = await ended(new, begun["id"])
            assert done["state"] == "done", done
            after = await file_of(new, done["contact_id"])
            assert json.loads(after.read("manifest.json"))["calls"] == 1
            assert len(json.loads(after.read("data/call_records.json"))) == 1


async def test_what_is_imported_follows_the_days_of_the_organisation_that_has_it_now(
    house: Composed, left: tuple[Organisation, bytes]
) -> None:
    """The last of this file: it moves the clock beyond what the other organisations keep."""
    _, content = left
    async with house.organisation("Now") as new:
        done = await sent(new, content)
        documents = house.database["imported_documents"]
        assert documents.count_documents({"tenant_id": new.tenant_id}) == done["rows"] - 2, "sound, and the contact"

        house.database["tenants"].update_one({"_id": new.tenant_id}, {"$set": {"record_days": 30}})
        await house.app.there.get(TenantService).refresh()
        house.sweeps.soon()
        await wait_until(lambda: documents.count_documents({"tenant_id": new.tenant_id, "days": {"$ne": 30}}) == 0, 10)
        assert documents.count_documents({"tenant_id": new.tenant_id}) == done["rows"] - 2
        last = max(one["delete_at"] for one in documents.find({"tenant_id": new.tenant_id}))
        house.clock.go_to(last.replace(tzinfo=UTC))
        await wait_until(lambda: documents.count_documents({"tenant_id": new.tenant_id}) == 0, 10)
        assert house.database["recordings"].count_documents({"tenant_id": new.tenant_id}) == 0


def _process_of(import_id: str) -> int | None:
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().split(b"\0")
        except OSError:
            continue
        if b"--import" in words and import_id.encode() in words:
            return int(path.parent.name)
    return None
