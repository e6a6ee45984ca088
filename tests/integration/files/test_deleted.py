"""Files that are renamed, and deleted ones: brought back within ten minutes, gone for good afterwards or at once."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest
from tests.integration.files.test_files import copied, documents, listed, on_disk
from tests.integration.people.test_people import OWN, added
from tests.support.http.api import Organisation
from tests.support.http.files import FILES, UPLOADS, StandInClamd, content_of, pdf, sent
from tests.support.http.front_office import FrontOffice

from call24.files.clamd import Clamd
from call24.files.events import FILE_DELETED, FILE_RENAMED, FILE_RESTORED
from call24.files.inspection import FileInspection
from call24.files.service import Files
from call24.kit.ids import UserId
from call24.privacy.holds import LegalHolds


async def status(of: Organisation, method: str, file: Any, what: str = "", role: str = "agent") -> int:
    return (await of.call(role, method, f"{FILES}/{file['id']}{what}")).status_code


async def usage(of: Organisation) -> tuple[int, int]:
    answer = (await of.call("agent", "GET", f"{FILES}/usage")).json()
    return answer["bytes"], answer["files"]


async def gone(of: Organisation) -> int:
    """How many the sweeper lets go of now."""
    return await of.api.services.there.get(Files).erase_due(of.api.clock.now())


async def test_a_deleted_file_is_not_there_and_can_be_brought_back_for_ten_minutes(office: FrontOffice) -> None:
    acme = office.org
    person = await added(acme, "Anna", OWN)
    file = await sent(acme, "a.pdf", pdf(500), person_id=person["id"])
    mine, log = f"person_id={person['id']}", f"/v1/people/{person['id']}/activity"
    assert await status(acme, "DELETE", file) == 204
    assert [await status(acme, "GET", file, what) for what in ("", "/content", "/thumbnail")] == [404, 404, 404]
    assert await status(acme, "DELETE", file) == 404 and await status(acme, "PATCH", file) in (404, 422)
    assert (await acme.call("agent", "GET", f"{UPLOADS}/{file['id']}")).status_code == 404
    assert "a.pdf" not in (await acme.call("owner", "GET", log)).text
    assert (await listed(acme, mine), await listed(acme, f"{mine}&deleted=true")) == ([], ["a.pdf"])
    assert await usage(acme) == (500, 1), "it takes its place until it is gone"

    acme.api.clock.advance(minutes=9, seconds=59)
    assert await gone(acme) == 0
    for _ in range(2):
        back = await acme.call("agent", "POST", f"{FILES}/{file['id']}/restore")
        assert back.status_code == 200, back.text
        assert (back.json()["name"], back.json()["deleted_at"], back.json()["delete_at"]) == ("a.pdf", None, None)
    assert (await content_of(acme, file)).content == pdf(500)
    assert (await listed(acme, mine), await listed(acme, f"{mine}&deleted=true")) == (["a.pdf"], [])
    assert "a.pdf" in (await acme.call("owner", "GET", log)).text
    acme.api.clock.advance(hours=1)
    assert await gone(acme) == 0

    assert await status(acme, "DELETE", file) == 204
    acme.api.clock.advance(minutes=10)
    assert await status(acme, "POST", file, "/restore") == 404
    assert await listed(acme, f"{mine}&deleted=true") == [] and await gone(acme) == 0
    acme.api.clock.advance(minutes=1)
    assert await gone(acme) == 1
    assert (await documents(acme).find(), on_disk(acme), await usage(acme)) == ([], [], (0, 0))
    told = [len(await office.changes(kind)) for kind in (FILE_DELETED, FILE_RESTORED)]
    assert told == [2, 1], "once for each deletion"


async def test_two_who_bring_a_file_back_at_once_both_have_it(office: FrontOffice) -> None:
    acme, files = office.org, office.org.api.services.there.get(Files)
    file = await sent(acme, "a.pdf", pdf(500), person_id=(await added(acme, "Anna", OWN))["id"])
    assert await status(acme, "DELETE", file) == 204
    seen = await files.get(acme.tenant.id, file["id"], deleted=True)  # both have read it while it was deleted
    back = await asyncio.gather(files.restore(seen), files.restore(seen))
    assert [(one.id, one.deleted_at, one.delete_at) for one in back] == [(file["id"], None, None)] * 2
    assert (await content_of(acme, file)).content == pdf(500)
    assert len(await office.changes(FILE_RESTORED)) == 1


async def test_for_good_is_at_once_and_so_is_what_the_scanner_held_back(
    acme: Organisation, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = await added(acme, "Anna", OWN)
    one, two = [await sent(acme, f"{name}.pdf", pdf(500), person_id=person["id"]) for name in "ab"]
    assert await status(acme, "DELETE", one, "?for_good=true") == 204
    assert await status(acme, "DELETE", two) == 204 and len(on_disk(acme)) == 1
    other = await acme.api.organisation("Other")
    for what in (("DELETE", "?for_good=true"), ("POST", "/restore")):
        assert await status(other, what[0], two, what[1], "owner") == 404
    assert await status(acme, "DELETE", two, "?for_good=true") == 204
    assert (on_disk(acme), await usage(acme)) == ([], (0, 0))
    assert await status(acme, "POST", two, "/restore") == 404

    inspection = acme.api.services.there.get(FileInspection)
    socket = str(tmp_path_factory.mktemp("c") / "clamd")
    monkeypatch.setattr(inspection, "_scanner", Clamd(f"unix:{socket}"))
    bad = await sent(acme, "bad.pdf", pdf(500)[:-4] + b"EVIL", person_id=person["id"])
    clean = await sent(acme, "clean.pdf", pdf(500), person_id=person["id"])
    assert await status(acme, "DELETE", clean) == 204
    async with StandInClamd(socket) as clamd:
        while await inspection.look():
            pass
        assert clamd.seen == [500], "what is deleted waits"
        assert await status(acme, "DELETE", bad) == 204 and len(on_disk(acme)) == 1
        assert await status(acme, "POST", clean, "/restore") == 200
        while await inspection.look():
            pass
    assert (await content_of(acme, clean)).status_code == 200
    acme.api.clock.advance(minutes=11)
    assert await gone(acme) == 0


async def test_what_was_deleted_is_listed_for_who_may_delete_alone(acme: Organisation) -> None:
    person = await added(acme, "Anna", OWN)
    file = await sent(acme, "a.pdf", pdf(500), person_id=person["id"])
    assert await status(acme, "DELETE", file) == 204
    role = {"name": "Reads", "permissions": ["people.read", "files.read"]}
    reads = (await acme.call("owner", "POST", "/v1/roles", json=role)).json()["id"]
    await acme.join(reads)
    path = f"{FILES}?person_id={person['id']}"
    assert (await acme.call(reads, "GET", path)).json()["items"] == []
    refused = await acme.call(reads, "GET", f"{path}&deleted=true")
    assert (refused.status_code, refused.json()["permission"]) == (403, "files.write"), refused.text


async def test_what_the_scanner_takes_while_it_is_deleted_goes_at_once_and_is_never_brought_back(
    office: FrontOffice, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    acme = office.org
    person = await added(acme, "Anna", OWN)
    inspection, files = [acme.api.services.there.get(one) for one in (FileInspection, Files)]
    socket = str(tmp_path_factory.mktemp("c") / "clamd")
    monkeypatch.setattr(inspection, "_scanner", Clamd(f"unix:{socket}"))
    file = await sent(acme, "bad.pdf", pdf(500)[:-4] + b"EVIL", person_id=person["id"])
    held = files._store.held

    async def meanwhile(*asked: Any) -> bool:
        while await inspection.look():
            pass
        return await held(*asked)

    async with StandInClamd(socket):
        with monkeypatch.context() as patch:
            patch.setattr(files._store, "held", meanwhile)
            assert await status(acme, "DELETE", file) == 204
        assert (await documents(acme).find(), on_disk(acme), await usage(acme)) == ([], [], (0, 0))
        assert len(await office.changes(FILE_DELETED)) == 1

        other = await sent(acme, "bad.pdf", pdf(500)[:-4] + b"EVIL", person_id=person["id"])
        while await inspection.look():
            pass
    [stored] = await documents(acme).find()
    assert stored.state == "quarantined"
    await documents(acme).update(stored.id, {"deleted_at": acme.api.clock.now()})
    assert await status(acme, "POST", other, "/restore") == 404
    [after] = await documents(acme).find()
    assert after.delete_at == stored.delete_at, "its thirty days end"


async def test_a_callers_copy_has_no_file_that_a_legal_hold_alone_keeps(office: FrontOffice) -> None:
    acme = office.org
    contact = await office.contact(OWN)
    told = office.call("one").arrives(contact).joins(office.help).after(60).ends()
    await office.read(told)
    past, late, there = [await sent(acme, f"{name}.pdf", pdf(500), "owner", call_id=told.id) for name in "abc"]
    assert await status(acme, "DELETE", past, role="owner") == 204
    by, later = UserId(acme.users["owner"]), acme.api.clock.now() + timedelta(days=30)
    holds = acme.api.services.there.get(LegalHolds)
    hold = await holds.set(acme.tenant.id, by, "contact", contact, None, "a lawsuit", later)
    acme.api.clock.advance(minutes=12)
    assert await gone(acme) == 0, "it is held"
    await holds.release(acme.tenant.id, hold.id, by, "over")
    assert await status(acme, "DELETE", late, role="owner") == 204
    packed = await copied(acme, contact)
    assert sorted(one["name"] for one in json.loads(packed.read("data/files.json"))) == ["b.pdf", "c.pdf"]
    inside = {name for name in packed.namelist() if name.startswith("files/")}
    assert inside == {f"files/{one['id']}.pdf" for one in (late, there)}


async def test_who_is_erased_or_comes_back_takes_no_deleted_file_along(office: FrontOffice) -> None:
    acme = office.org
    anna = await added(acme, "Anna", OWN)
    file = await sent(acme, "a.pdf", pdf(500), person_id=anna["id"])
    assert await status(acme, "DELETE", file) == 204
    left = await acme.call("agent", "DELETE", f"/v1/people/{anna['id']}")
    assert left.status_code in (200, 204), left.text
    await office.feed_is_read()
    assert await status(acme, "POST", file, "/restore") == 404, "its person is not there"
    [waits] = await documents(acme).find()
    assert waits.delete_at == waits.deleted_at + timedelta(minutes=11), "not the person's thirty days"
    [past] = (await acme.call("agent", "GET", "/v1/people/deleted")).json()["items"]
    undone = await acme.call("agent", "POST", f"/v1/people/history/{past['id']}/undo")
    assert undone.status_code == 200, undone.text
    await office.feed_is_read()
    [waits] = await documents(acme).find()
    assert waits.delete_at == waits.deleted_at + timedelta(minutes=11), "it is deleted still"

    contact = waits.contact_ids[0]
    erased = await acme.call("owner", "POST", f"/v1/contacts/{contact}/erase", json={"reason": "asked"})
    assert erased.status_code == 200, erased.text
    await office.feed_is_read()
    assert await documents(acme).find() == [] and on_disk(acme) == []


async def test_a_file_is_renamed_with_an_ending_of_its_type_and_nobody_overwrites_anothers_name(
    office: FrontOffice,
) -> None:
    acme = office.org
    person = await added(acme, "Anna", OWN)
    file = await sent(acme, "scan0001.pdf", pdf(500), person_id=person["id"])
    path = f"{FILES}/{file['id']}"
    seen = (await acme.call("agent", "GET", path)).headers["ETag"]
    renamed = await acme.call("agent", "PATCH", path, json={"name": "../Гэрээ.exe"}, headers={"If-Match": seen})
    assert (renamed.status_code, renamed.json()["name"]) == (200, "Гэрээ.exe.pdf")
    late = await acme.call("agent", "PATCH", path, json={"name": "b"}, headers={"If-Match": seen})
    assert (late.status_code, late.json()["code"]) == (412, "changed_meanwhile")
    for wish in ({"name": ""}, {"name": " . "}, {"name": "x" * 201}, {}, {"name": "\x00"}, {"name": 7}):
        assert (await acme.call("agent", "PATCH", path, json=wish)).status_code == 422, wish
    other = await acme.api.organisation("Other")
    assert (await other.call("owner", "PATCH", path, json={"name": "b"})).status_code == 404
    download = await content_of(acme, file)
    assert download.headers["Content-Disposition"].endswith("%D0%93%D1%8D%D1%80%D1%8D%D1%8D.exe.pdf")
    assert await listed(acme, f"person_id={person['id']}") == ["Гэрээ.exe.pdf"]
    [event] = await office.changes(FILE_RENAMED)
    assert event.file_id == file["id"]

    [stored] = await documents(acme).find()
    by, later = UserId(acme.users["owner"]), acme.api.clock.now() + timedelta(days=30)
    holds = acme.api.services.there.get(LegalHolds)
    await holds.set(acme.tenant.id, by, "contact", stored.contact_ids[0], None, "a lawsuit", later)
    held = await acme.call("agent", "PATCH", path, json={"name": "b"})
    assert (held.status_code, held.json()["code"]) == (409, "legal_hold")


async def test_a_name_given_while_the_scanner_waits_stays_and_a_hold_keeps_what_was_deleted(
    acme: Organisation, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = await added(acme, "Anna", OWN)
    inspection = acme.api.services.there.get(FileInspection)
    socket = str(tmp_path_factory.mktemp("c") / "clamd")
    scanner = Clamd(f"unix:{socket}")
    monkeypatch.setattr(inspection, "_scanner", scanner)
    file = await sent(acme, "a.pdf", pdf(500), person_id=person["id"])
    scan = scanner.scan

    async def meanwhile(pieces: Any) -> Any:
        assert (await acme.call("agent", "PATCH", f"{FILES}/{file['id']}", json={"name": "b"})).status_code == 200
        return await scan(pieces)

    monkeypatch.setattr(scanner, "scan", meanwhile)
    async with StandInClamd(socket):
        while await inspection.look():
            pass
    assert await listed(acme, f"person_id={person['id']}") == ["b.pdf"]

    assert await status(acme, "DELETE", file) == 204
    [stored] = await documents(acme).find()
    by, later = UserId(acme.users["owner"]), acme.api.clock.now() + timedelta(days=30)
    holds = acme.api.services.there.get(LegalHolds)
    hold = await holds.set(acme.tenant.id, by, "contact", stored.contact_ids[0], None, "a lawsuit", later)
    acme.api.clock.advance(minutes=12)
    assert await gone(acme) == 0 and await status(acme, "DELETE", file, "?for_good=true") == 409
    await holds.release(acme.tenant.id, hold.id, by, "over")
    assert await gone(acme) == 1
