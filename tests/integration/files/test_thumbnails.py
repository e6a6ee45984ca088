"""Thumbnails over HTTP: what they show and what not, who sees them, what cannot be drawn, and what is left of them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from PIL import Image
from tests.integration.files.test_files import documents
from tests.integration.people.test_people import OWN, WORK, added
from tests.support.http.api import Organisation
from tests.support.http.files import FILES, StandInClamd, content_of, pdf, sent
from tests.support.http.front_office import FrontOffice
from tests.support.photographs import CAMERA, PLACE, heic, many_pixels, moving, photograph

from call24.files.clamd import Clamd
from call24.files.inspection import FileInspection
from call24.files.model import StoredFile
from call24.files.service import Files
from call24.files.thumbnails import Thumbnails
from call24.identity.avatars import program
from call24.kit.ids import FileId, TenantId
from call24.privacy.backstop_files import OverdueFiles
from call24.privacy.files import KeptFiles
from call24.server.rooms import HOLDINGS


def there(of: Organisation) -> Thumbnails:
    return of.api.services.there.get(Thumbnails)


def on_disk(of: Organisation) -> list[Path]:
    folder = of.api.data / "files" / of.tenant.id
    return sorted(folder.glob("*")) if folder.exists() else []


async def drawn(of: Organisation) -> None:
    while await there(of).look():
        pass


async def thumbnail_of(of: Organisation, id: str, role: str = "agent", **headers: str) -> httpx.Response:
    return await of.call(role, "GET", f"{FILES}/{id}/thumbnail", headers=headers)


async def state_of(of: Organisation, id: str) -> str:
    shown = (await of.call("owner", "GET", f"{FILES}/{id}")).json()["thumbnail"]
    assert isinstance(shown, str)
    return shown


async def test_a_picture_has_a_small_one_that_says_nothing_of_where_it_was_taken(acme: Organisation) -> None:
    person = await added(acme, "Anna", OWN)
    for format, upright in (("JPEG", True), ("PNG", True), ("WEBP", True), ("HEIC", True), ("GIF", False)):
        of = {"GIF": moving, "HEIC": heic}
        content = of[format]() if format in of else photograph(format, (1200, 800))
        file = await sent(acme, f"a.{format.lower()}", content, person_id=person["id"])
        assert file["thumbnail"] == "due"
        assert (await thumbnail_of(acme, file["id"])).status_code == 404, "it is not drawn yet"
        await drawn(acme)
        shown = await thumbnail_of(acme, file["id"])
        assert (shown.status_code, shown.headers["content-type"]) == (200, "image/webp"), shown.text
        with Image.open(io.BytesIO(shown.content)) as picture:
            assert (picture.format, picture.size) == ("WEBP", (213, 320) if upright else (320, 320))
            assert not picture.getexif() and "icc_profile" not in picture.info and "xmp" not in picture.info
            red, green, blue = picture.convert("RGB").getpixel((100, 20))  # type: ignore[misc]
            assert (red > 200 and blue < 60) if upright else (green > 100 and red < 60), (format, red, green, blue)
        for said in (PLACE, CAMERA, "Exif", "GPS"):
            assert said.encode() not in shown.content, (format, said)
        assert (await content_of(acme, file)).content == content, "the file itself is as it was sent"
    note = await sent(acme, "a.pdf", pdf(500), person_id=person["id"])
    assert note["thumbnail"] == "none" and (await thumbnail_of(acme, note["id"])).status_code == 404


async def test_it_is_sealed_known_by_its_tag_and_shown_to_whoever_may_see_the_file(office: FrontOffice) -> None:
    acme, other = office.org, await office.api.organisation("Other")
    task = (await office.ask("owner", "POST", "/v1/tasks", {"title": "Ring", "queue_id": office.sales})).json()
    file = await sent(acme, "a.jpg", photograph(), "owner", task_id=task["id"])
    await drawn(acme)
    shown = await thumbnail_of(acme, file["id"], "owner")
    assert (shown.status_code, shown.headers["cache-control"]) == (200, "private, no-cache")
    assert "sandbox" in shown.headers["content-security-policy"]
    tag = shown.headers["etag"]
    again = await thumbnail_of(acme, file["id"], "owner", **{"If-None-Match": tag})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert [path.name for path in on_disk(acme)] == [f"{file['id']}.c24", f"{file['id']}.thumbnail.c24"]
    assert all(b"WEBP" not in path.read_bytes() and b"JFIF" not in path.read_bytes() for path in on_disk(acme))
    for who, role in ((acme, "agent"), (other, "owner")):
        refused = await thumbnail_of(who, file["id"], role, **{"If-None-Match": tag})
        assert refused.status_code == 404, "a task of another queue, or of another organisation"

    [_, path] = on_disk(acme)
    sealed = path.read_bytes()
    path.write_bytes(sealed[:-1] + bytes([sealed[-1] ^ 1]))
    damaged = await thumbnail_of(acme, file["id"], "owner")
    assert (damaged.status_code, damaged.json()["code"]) == (404, "file_damaged")
    path.write_bytes(sealed)
    await office.api.services.there.get(Files).after_restart()
    assert (await thumbnail_of(acme, file["id"], "owner")).content == shown.content, "a restart takes nothing away"


async def test_what_cannot_be_drawn_has_none_and_holds_up_nobody(
    acme: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = await acme.api.organisation("Other")
    person, theirs = await added(acme, "Anna", OWN), await added(other, "Ben", OWN)
    bad = {
        "bomb.png": many_pixels(),
        "cut.jpg": photograph(size=(3000, 2000))[:9000],
        "rubbish.gif": b"GIF89a" + bytes(range(256)) * 40,
        "many.heic": heic("many"),
    }
    files = [await sent(acme, name, content, person_id=person["id"]) for name, content in bad.items()]
    good = await sent(other, "good.png", photograph("PNG"), person_id=theirs["id"])
    assert await there(acme).look()
    assert (await thumbnail_of(other, good["id"])).status_code == 200, "its turn comes with the first of the others"
    assert [await state_of(acme, file["id"]) for file in files] == ["none", "due", "due", "due"]
    await drawn(acme)
    for file in files:
        assert await state_of(acme, file["id"]) == "none"
        assert (await thumbnail_of(acme, file["id"])).status_code == 404
    assert not await there(acme).look(), "none is tried again"
    assert (await content_of(acme, files[0])).content == bad["bomb.png"]

    broken = await sent(acme, "broken.jpg", photograph(), person_id=person["id"])
    [path] = [one for one in on_disk(acme) if one.name.startswith(broken["id"])]
    path.write_bytes(bytes(path.stat().st_size))
    await drawn(acme)
    assert await state_of(acme, broken["id"]) == "none", "what cannot be opened is not tried for ever"

    monkeypatch.setattr(program, "TIMEOUT_S", 0.01)
    slow = await sent(acme, "slow.jpg", photograph(), person_id=person["id"])
    await drawn(acme)
    assert await state_of(acme, slow["id"]) == "none", "a program that takes too long is ended"


async def test_none_is_drawn_before_the_malware_scanner_has_looked(
    acme: Organisation, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = await added(acme, "Anna", OWN)
    inspection = acme.api.services.there.get(FileInspection)
    socket = str(tmp_path_factory.mktemp("c") / "clamd")
    monkeypatch.setattr(inspection, "_scanner", Clamd(f"unix:{socket}"))
    clean = await sent(acme, "clean.jpg", photograph(), person_id=person["id"])
    bad = await sent(acme, "bad.jpg", photograph() + b"EVIL", person_id=person["id"])
    assert not await there(acme).look() and len(on_disk(acme)) == 2
    async with StandInClamd(socket):
        while await inspection.look():
            pass
    await drawn(acme)
    assert [await state_of(acme, one["id"]) for one in (clean, bad)] == ["made", "none"]
    assert (await thumbnail_of(acme, clean["id"])).status_code == 200
    assert len(on_disk(acme)) == 3


async def test_it_goes_with_the_file(office: FrontOffice) -> None:
    acme = office.org
    files = acme.api.services.there.get(Files)
    person, other = await added(acme, "Anna", OWN), await added(acme, "Ben", WORK)

    async def with_thumbnail(**about: str) -> str:
        file = await sent(acme, "a.jpg", photograph(), "owner", **about)
        await drawn(acme)
        assert len(on_disk(acme)) == 2, "the file and its thumbnail"
        return str(file["id"])

    deleted = await with_thumbnail(person_id=person["id"])
    assert (await acme.call("agent", "DELETE", f"{FILES}/{deleted}?for_good=true")).status_code == 204
    assert on_disk(acme) == []
    assert (await thumbnail_of(acme, deleted)).status_code == 404

    await with_thumbnail(person_id=person["id"])
    [contact] = (await documents(acme).find())[0].contact_ids
    erased = await acme.call("owner", "POST", f"/v1/contacts/{contact}/erase", json={"reason": "asked"})
    assert erased.status_code == 200, erased.text
    await office.feed_is_read()
    assert on_disk(acme) == [] and await documents(acme).find() == []

    told = office.call("one").arrives(await office.contact(WORK)).joins(office.sales).after(60).ends()
    await office.read(told)
    await with_thumbnail(call_id=told.id)
    assert await files.erase_calls(acme.tenant.id, [told.id]) == 1 and on_disk(acme) == []

    await with_thumbnail(person_id=other["id"])
    assert (await acme.call("agent", "DELETE", f"/v1/people/{other['id']}")).status_code in (200, 204)
    await office.feed_is_read()
    assert await files.erase_due(acme.api.clock.now() + timedelta(days=29)) == 0 and len(on_disk(acme)) == 2
    assert await files.erase_due(acme.api.clock.now() + timedelta(days=31)) == 1 and on_disk(acme) == []

    overdue = await with_thumbnail(call_id=told.id)
    backstop = OverdueFiles(acme.api.data, HOLDINGS)
    assert backstop.delete("files", acme.tenant.id, {overdue}) == 2 and on_disk(acme) == []
    await files.erase_calls(acme.tenant.id, [told.id])

    again = await added(acme, "Cleo", "+447700900123")
    await with_thumbnail(person_id=again["id"])
    await files.erase_tenant(acme.tenant.id)
    await acme.api.services.there.get(KeptFiles).erase_organisation(acme.tenant.id)
    assert on_disk(acme) == [] and await documents(acme).find() == []


async def test_a_file_that_is_deleted_while_it_is_drawn_leaves_no_thumbnail(
    acme: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = await added(acme, "Anna", OWN)
    really = program.run
    kept = there(acme)._storage.keep_thumbnail

    async def deleted_first(id: str) -> None:
        assert (await acme.call("agent", "DELETE", f"{FILES}/{id}?for_good=true")).status_code == 204

    store = acme.api.services.there.get(Files)._store
    deletes = store.delete
    for moment in ("drawn", "kept", "while its document goes"):
        file = await sent(acme, "a.jpg", photograph(), person_id=person["id"])

        async def run(shape: str, data: bytes, id: str = file["id"]) -> tuple[int | None, bytes]:
            found = await really("thumbnail", data)
            await deleted_first(id)
            return found

        async def keep(of: StoredFile, webp: bytes) -> None:
            await kept(of, webp)
            await deleted_first(of.id)

        async def delete(tenant_id: TenantId, files: Sequence[StoredFile]) -> int:
            await kept(files[0], b"RIFF")
            return await deletes(tenant_id, files)

        with monkeypatch.context() as patched:
            if moment == "while its document goes":
                patched.setattr(store, "delete", delete)
                await deleted_first(file["id"])
            elif moment == "drawn":
                patched.setattr(program, "run", run)
            else:
                patched.setattr(there(acme)._storage, "keep_thumbnail", keep)
            await drawn(acme)
        assert on_disk(acme) == [], moment
        assert await documents(acme).find_one({"id": FileId(file["id"])}) is None


async def test_thumbnails_are_drawn_as_long_as_the_server_runs(acme: Organisation) -> None:
    assert "thumbnails" in [task.name for task in acme.api.building.tasks()]
