"""Files over HTTP: who may see which, what a download is, what they may take, and what is left of who is erased."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from typing import Any
from zipfile import ZipFile

import pytest
from tests.integration.people.test_people import OWN, WORK, added
from tests.support.http.api import Organisation
from tests.support.http.files import FILES, StandInClamd, begun, content_of, patched, pdf, sent
from tests.support.http.front_office import FrontOffice
from tests.support.wait import wait_until

from call24.files import store
from call24.files.clamd import Clamd
from call24.files.inspection import FileInspection
from call24.files.model import FileKey, FileUsage, StoredFile
from call24.files.service import Files
from call24.files.uploads import Uploads
from call24.kit.ids import UserId
from call24.people.service import People
from call24.privacy.holds import LegalHolds
from call24.privacy.person_erasure import PersonErasures


def documents(of: Organisation) -> Any:
    return of.api.mongo.tenant(of.tenant.id).collection(StoredFile)


def on_disk(of: Organisation) -> list[bytes]:
    folder = of.api.data / "files" / of.tenant.id
    return [path.read_bytes() for path in folder.glob("*")] if folder.exists() else []


async def listed(of: Organisation, query: str, role: str = "agent") -> list[str]:
    answer = await of.call(role, "GET", f"{FILES}?{query}")
    assert answer.status_code == 200, answer.text
    return [one["name"] for one in answer.json()["items"]]


async def copied(of: Organisation, contact_id: str) -> ZipFile:
    """A caller's file, once it is written."""
    wish = await of.call("owner", "POST", f"/v1/contacts/{contact_id}/export")
    assert wish.status_code == 202, wish.text
    copy = f"/v1/caller-files/{wish.json()['id']}"

    async def written() -> bool:
        return (await of.call("owner", "GET", copy)).json()["state"] == "done"

    await wait_until(written, 15)
    return ZipFile(io.BytesIO((await of.call("owner", "GET", f"{copy}/file")).content))


async def test_a_file_is_sealed_listed_and_downloaded_in_parts_as_an_attachment(acme: Organisation) -> None:
    person = await added(acme, "Anna", OWN)
    content = pdf(200_000)
    file = await sent(acme, "Гэрээ 1.pdf", content, person_id=person["id"])
    assert (file["about"], file["person_id"], file["type"], file["size"], file["state"]) == (
        "person",
        person["id"],
        "application/pdf",
        200_000,
        "ready",
    )
    [stored] = on_disk(acme)
    assert b"PDF" not in stored and content[100_000:100_016] not in stored

    whole = await content_of(acme, file)
    assert (whole.status_code, whole.content) == (200, content)
    assert whole.headers["Content-Type"] == "application/pdf"
    assert whole.headers["Content-Disposition"] == (
        "attachment; filename*=UTF-8''%D0%93%D1%8D%D1%80%D1%8D%D1%8D%201.pdf"
    )
    assert whole.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in whole.headers["Content-Security-Policy"]
    part = await content_of(acme, file, Range="bytes=65530-131080")
    assert (part.status_code, part.content) == (206, content[65530:131081])
    assert part.headers["Content-Range"] == "bytes 65530-131080/200000"
    assert (await content_of(acme, file, Range="bytes=200000-")).status_code == 416

    for number in range(3):
        await sent(acme, f"{number}.txt", b"hello", person_id=person["id"])
    first = (await acme.call("agent", "GET", f"{FILES}?person_id={person['id']}&limit=3")).json()
    rest = (await acme.call("agent", "GET", f"{FILES}?person_id={person['id']}&cursor={first['next']}")).json()
    names = [one["name"] for page in (first, rest) for one in page["items"]]
    assert (names, rest["next"]) == (["2.txt", "1.txt", "0.txt", "Гэрээ 1.pdf"], None)

    [path] = (acme.api.data / "files" / acme.tenant.id).glob(f"{file['id']}*")
    path.write_bytes(stored[:70_000] + bytes([stored[70_000] ^ 1]) + stored[70_001:])
    assert (await content_of(acme, file, Range="bytes=0-100")).status_code == 206
    damaged = await content_of(acme, file, Range="bytes=70000-70001")
    assert (damaged.status_code, damaged.json()["code"]) == (404, "file_damaged")


async def test_who_does_not_see_the_person_task_or_call_does_not_see_its_files(office: FrontOffice) -> None:
    api = office.api
    acme, other = office.org, await api.organisation("Other")
    person = await added(acme, "Anna", OWN)
    private = await added(acme, "Own", WORK, private=True)
    refused = await begun(acme, "x.pdf", 9, person_id=private["id"])
    assert (refused.status_code, refused.json()["code"]) == (409, "file_of_private_person")
    task = (await office.ask("owner", "POST", "/v1/tasks", {"title": "Ring", "queue_id": office.sales})).json()
    ours = await sent(acme, "person.pdf", pdf(500), person_id=person["id"])
    theirs = await sent(acme, "task.pdf", pdf(500), "owner", task_id=task["id"])
    told = office.call("one").arrives(await office.contact(WORK)).joins(office.sales).after(60).ends()
    await office.read(told)
    of_call = await sent(acme, "call.pdf", pdf(500), "owner", call_id=told.id)
    assert (await content_of(acme, of_call)).status_code == 404, "a call of another queue"
    assert await listed(acme, f"call_id={told.id}", "owner") == ["call.pdf"]
    packed = await copied(acme, await office.contact(WORK))
    assert packed.read(f"files/{of_call['id']}.pdf") == pdf(500)
    assert [one["name"] for one in json.loads(packed.read("data/files.json"))] == ["call.pdf"], "and no others'"
    assert (await begun(acme, "x.pdf", 9, task_id=task["id"])).status_code == 404, "a task of another queue"
    assert (await content_of(acme, theirs)).status_code == 404
    assert (await content_of(acme, theirs, "owner")).status_code == 200
    for who, file in ((other, ours), (other, theirs)):
        assert (await content_of(who, file, "owner")).status_code == 404
        assert (await who.call("owner", "DELETE", f"{FILES}/{file['id']}")).status_code == 404
    assert await listed(acme, f"task_id={task['id']}", "owner") == ["task.pdf"]
    two = await acme.call("agent", "GET", f"{FILES}?person_id={person['id']}&task_id={task['id']}")
    assert two.status_code == 422
    assert (await begun(acme, "x.pdf", 9)).status_code == 422

    assert await api.services.there.get(Files).erase_calls(acme.tenant.id, [told.id]) == 1
    nobody = await added(acme, "Nobody")
    await sent(acme, "nobody.pdf", pdf(500), person_id=nobody["id"])
    there = api.services.there
    stored = await there.get(People).stored(acme.tenant.id, nobody["id"])
    await there.get(PersonErasures).erase(stored, [], "asked")
    await office.feed_is_read()
    assert sorted([one.name for one in await documents(acme).find()]) == ["person.pdf", "task.pdf"]


async def test_files_go_along_in_a_merge_come_back_with_who_comes_back_and_go_with_the_erased(
    office: FrontOffice,
) -> None:
    acme = office.org
    anna, anna2 = await added(acme, "Anna", OWN), await added(acme, "Anna", WORK)
    file = await sent(acme, "a.pdf", pdf(500), person_id=anna2["id"])
    merge = await acme.call("agent", "POST", f"/v1/people/{anna['id']}/merge", json={"other_id": anna2["id"]})
    assert merge.status_code == 200, merge.text
    await office.feed_is_read()
    assert await listed(acme, f"person_id={anna['id']}") == ["a.pdf"]
    undone = await acme.call("agent", "POST", f"/v1/people/history/{merge.json()['entry']['id']}/undo")
    assert undone.status_code == 200, undone.text
    await office.feed_is_read()
    assert await listed(acme, f"person_id={anna['id']}") == []
    assert await listed(acme, f"person_id={anna2['id']}") == ["a.pdf"]

    gone = await acme.call("agent", "DELETE", f"/v1/people/{anna2['id']}")
    assert gone.status_code in (200, 204), gone.text
    await office.feed_is_read()
    assert (await content_of(acme, file)).status_code == 404, "its person is not there"
    [waits] = await documents(acme).find()
    assert waits.delete_at is not None and on_disk(acme) != []

    contact = (await documents(acme).find())[0].contact_ids[0]
    erased = await acme.call("owner", "POST", f"/v1/contacts/{contact}/erase", json={"reason": "asked"})
    assert erased.status_code == 200 and erased.json()["deleted"]["files"] == 1, erased.text
    assert await documents(acme).find() == [] and on_disk(acme) == []
    usage = (await acme.call("agent", "GET", f"{FILES}/usage")).json()
    assert (usage["bytes"], usage["files"]) == (0, 0)


async def test_a_legal_hold_keeps_files_and_the_closing_of_an_organisation_leaves_none(acme: Organisation) -> None:
    there = acme.api.services.there
    person = await added(acme, "Anna", OWN)
    file = await sent(acme, "a.pdf", pdf(500), person_id=person["id"])
    [stored] = await documents(acme).find()
    by, later = UserId(acme.users["owner"]), acme.api.clock.now() + timedelta(days=30)
    holds = there.get(LegalHolds)
    hold = await holds.set(acme.tenant.id, by, "contact", stored.contact_ids[0], None, "a lawsuit", later)
    path = f"{FILES}/{file['id']}"
    kept = await acme.call("agent", "DELETE", path)
    assert (kept.status_code, kept.json()["code"]) == (409, "legal_hold")
    await holds.release(acme.tenant.id, hold.id, by, "over")
    assert (await acme.call("agent", "DELETE", f"{path}?for_good=true")).status_code == 204
    assert await documents(acme).find() == [] and on_disk(acme) == []

    await sent(acme, "b.pdf", pdf(500), person_id=person["id"])
    await there.get(Files).erase_tenant(acme.tenant.id)
    for struct in (StoredFile, FileKey, FileUsage):
        assert await acme.api.mongo.tenant(acme.tenant.id).collection(struct).find() == [], struct


async def test_what_is_taken_is_bounded_by_content_size_quota_and_number(
    acme: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = await acme.api.organisation("Other")
    person, theirs = await added(acme, "Anna", OWN), await added(other, "Ben", OWN)
    uploads = acme.api.services.there.get(Uploads)
    monkeypatch.setattr(uploads, "largest", 300_000)
    monkeypatch.setattr(uploads, "quota", 400_000)
    monkeypatch.setattr(store, "UPLOADS_MAX", 2)
    too_large = await begun(acme, "a.pdf", 300_001, person_id=person["id"])
    assert (too_large.status_code, "Upload-Length" in too_large.text) == (422, True)
    program = await begun(acme, "holiday.pdf", 100_000, person_id=person["id"])
    refused = await patched(acme, program.headers["Location"], 0, b"MZ" + bytes(70_000))
    assert (refused.status_code, refused.json()["code"]) == (422, "file_type_refused"), "before it is whole"
    assert await documents(acme).find() == [] and on_disk(acme) == []

    first = await begun(acme, "a.pdf", 300_000, person_id=person["id"])
    over = await begun(acme, "b.pdf", 100_001, person_id=person["id"])
    assert (first.status_code, over.status_code, over.json()["code"]) == (201, 409, "file_quota")
    assert (await begun(acme, "b.pdf", 50_000, person_id=person["id"])).status_code == 201
    many = await begun(acme, "c.pdf", 10, person_id=person["id"])
    assert (many.status_code, many.json()["code"]) == (429, "too_many_uploads")
    assert (await begun(other, "a.pdf", 300_000, person_id=theirs["id"])).status_code == 201, "each has its own"

    acme.api.clock.advance(hours=23)
    assert await acme.api.services.there.get(Files).erase_due(acme.api.clock.now()) == 0
    acme.api.clock.advance(hours=2)
    assert await acme.api.services.there.get(Files).erase_due(acme.api.clock.now()) == 3
    usage = await acme.api.mongo.tenant(acme.tenant.id).collection(FileUsage).get(acme.tenant.id)
    assert (usage.bytes, usage.files) == (0, 0)


async def test_what_the_malware_scanner_has_not_let_through_cannot_be_downloaded(
    acme: Organisation, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = await added(acme, "Anna", OWN)
    inspection = acme.api.services.there.get(FileInspection)
    socket = str(tmp_path_factory.mktemp("c") / "clamd")
    monkeypatch.setattr(inspection, "_scanner", Clamd(f"unix:{socket}"))
    clean = await sent(acme, "clean.pdf", pdf(150_000), person_id=person["id"])
    bad = await sent(acme, "bad.pdf", pdf(150_000)[:-4] + b"EVIL", person_id=person["id"])
    assert (clean["state"], bad["state"]) == ("scanning", "scanning")
    waiting = await content_of(acme, clean)
    assert (waiting.status_code, waiting.json()["code"]) == (409, "file_not_ready")
    assert not await inspection.look(), "clamd is not there, so they wait"
    assert (await content_of(acme, clean)).status_code == 409

    async with StandInClamd(socket) as clamd:
        while await inspection.look():
            pass
        assert clamd.seen == [150_000, 150_000]
    assert (await content_of(acme, clean)).status_code == 200
    held = await content_of(acme, bad)
    assert (held.status_code, held.json()["code"]) == (409, "file_quarantined")
    seen = (await acme.call("agent", "GET", f"{FILES}/{bad['id']}")).json()
    assert (seen["state"], seen["found"]) == ("quarantined", "Test.Evil")

    large = await sent(acme, "large.pdf", pdf(150_000), person_id=person["id"])
    async with StandInClamd(socket, most=100_000):
        await inspection.look()
    assert (await content_of(acme, large)).json()["code"] == "file_quarantined"
    acme.api.clock.advance(days=31)
    assert await acme.api.services.there.get(Files).erase_due(acme.api.clock.now()) == 2
    assert [one.name for one in await documents(acme).find()] == ["clean.pdf"]
