"""People imported over HTTP: seen before, mapped, imported once whatever happens, undone, gone with the erased."""

from __future__ import annotations

import asyncio
import csv
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from tests.integration.people.test_people import added, found, listed, shown_name
from tests.support.http.address_book import BYTES, IMPORTS, done, ended, exported, in_this_process, preview, sent
from tests.support.http.api import Api, Organisation
from tests.support.wait import wait_until

from call24.address_book_files import importing
from call24.address_book_files import rows as importing_rows
from call24.address_book_files.model import AddressBookImport, ImportBatch
from call24.address_book_files.service import AddressBookImports
from call24.changes.model import Change
from call24.contacts.model import Contact
from call24.kit.errors import Unavailable
from call24.kit.ids import UserId
from call24.people.duplicates import Duplicates
from call24.people.model import Person
from call24.privacy.caller_erasure import CallerErasures
from call24.privacy.holds import LegalHolds
from call24.privacy.person_erasure import PersonErasures
from call24.privacy.persons import Persons

HOME, OWN, WORK = "+442079460101", "+442079460102", "+442079460103"
FILE = (
    "First Name,Last Name,Mobile,Email,Shoe size\r\n"
    f"Anna,Petrova,{HOME},anna@example.com,38\r\n"
    f"Ben,Smith,020 7946 0102,,\r\n"
    "Cleo,Jones,not a number,cleo@example.com,\r\n"
    ",,,d@example.com,\r\n"
)


@pytest.fixture
async def acme(api: Api) -> Organisation:
    in_this_process(api)
    return await api.organisation()


def people_of(of: Organisation) -> Any:
    return of.api.mongo.tenant(of.tenant.id).collection(Person)


async def test_a_file_is_seen_before_it_is_imported_and_rows_that_cannot_be_say_why(acme: Organisation) -> None:
    wish = await sent(acme, FILE)
    assert (wish["state"], wish["format"], wish["rows"], wish["matching"]) == ("ready", "csv", 4, 0)
    assert await listed(acme) == [], "nothing is stored yet"
    seen = await preview(acme, wish)
    assert [(one["heading"], one["to"], one["label"]) for one in seen["columns"]] == [
        ("First Name", "given", ""),
        ("Last Name", "family", ""),
        ("Mobile", "number", "mobile"),
        ("Email", "email", ""),
        ("Shoe size", "field", "Shoe size"),
    ]
    assert seen["reading"] == {"encoding": "utf-8-sig", "delimiter": ",", "heading": True, "order": "given_first"}
    assert [(one["row"], one["name"], one["numbers"]) for one in seen["rows"]] == [
        (2, "Anna Petrova", [HOME]),
        (3, "Ben Smith", [OWN]),
        (4, "Cleo Jones", []),
        (5, "", []),
    ]
    assert [(one["row"], one["field"]) for one in seen["problems"]] == [(4, "number 1"), (5, "name")]

    over = await done(acme, wish, "start", known="skip")
    assert (over["state"], over["percent"]) == ("done", 100)
    assert {name: count for name, count in over["counts"].items() if count} == {
        "checked": 4,
        "created": 2,
        "refused": 2,
    }
    assert await listed(acme) == ["Anna Petrova", "Ben Smith"]
    assert await shown_name(acme, HOME) == "Anna Petrova"
    path = f"{IMPORTS}/{wish['id']}"
    first = (await acme.call("supervisor", "GET", f"{path}/problems?limit=1")).json()
    second = (await acme.call("supervisor", "GET", f"{path}/problems?limit=1&cursor={first['next']}")).json()
    assert [(one["row"], one["field"]) for page in (first, second) for one in page["items"]] == [
        (4, "number 1"),
        (5, "name"),
    ]
    assert second["next"] is None
    file = await acme.call("supervisor", "GET", f"{path}/problems/file")
    rows = list(csv.reader(file.content.decode("utf-8-sig").splitlines()))
    assert [row[:2] for row in rows] == [["row", "field"], ["4", "number 1"], ["5", "name"]]
    assert "not a number" not in file.text, "nothing of the row is in it"
    assert (await acme.call("supervisor", "GET", f"{path}/preview")).status_code == 404
    assert not list((acme.api.data / "address-book").glob("*/*")), "the file is not kept"


async def test_columns_are_mapped_otherwise_and_vcards_need_none(acme: Organisation) -> None:
    wish = await sent(acme, f"x;y\r\nAnna Petrova;{HOME}\r\n".encode("utf-16"))
    seen = await preview(acme, wish)
    assert [one["to"] for one in seen["columns"]] == ["field", "field"]
    assert [one["field"] for one in seen["problems"]] == ["name"]
    columns = [{"to": "name"}, {"to": "number", "label": "work"}]
    again = await done(acme, wish, "reading", columns=columns, heading=True, order="family_first")
    assert (again["state"], again["rows"]) == ("ready", 1)
    [row] = (await preview(acme, wish))["rows"]
    assert (row["name"], row["numbers"], row["problems"]) == ("Anna Petrova", [HOME], [])
    await done(acme, wish, "start", known="create")
    [person] = await people_of(acme).find({})
    assert (person.family, person.given, person.order, person.numbers[0].label) == (
        "Anna",
        "Petrova",
        "family_first",
        "work",
    )
    card = (
        "BEGIN:VCARD\nVERSION:3.0\nFN:Дорж\nTEL;TYPE=CELL:" + OWN + "\nPHOTO;VALUE=uri:http://127.0.0.1/a\nEND:VCARD\n"
    )
    wish = await sent(acme, card)
    assert wish["format"] == "vcard"
    seen = await preview(acme, wish)
    assert (seen["columns"], seen["left_out"]) == ([], [{"what": "PHOTO", "rows": 1}])
    await done(acme, wish, "start", known="skip")
    assert await found(acme, "dorj") == ["Дорж"]


async def test_who_is_there_already_is_skipped_updated_or_written_twice_as_the_user_says(acme: Organisation) -> None:
    anna = await added(acme, "Anna", HOME, family="Petrova", notes="rings late")
    await added(acme, "Ben", HOME, family="Petrov")  # two people have one number, and stay two
    file = f"Given name,Family name,Phone,Company,Notes\r\nAnna,Petrova,{HOME},Acme,new\r\n"
    wish = await sent(acme, file)
    assert wish["matching"] == 1
    assert (await preview(acme, wish))["rows"][0]["known"] is True
    over = await done(acme, wish, "start", known="skip")
    assert (over["counts"]["skipped"], len(await listed(acme))) == (1, 2)

    over = await done(acme, await sent(acme, file), "start", known="update")
    assert (over["counts"]["updated"], len(await listed(acme))) == (1, 2)
    changed = (await acme.call("agent", "GET", f"/v1/people/{anna['id']}")).json()
    assert (changed["company"], changed["notes"], changed["version"]) == ("Acme", "rings late\n\nnew", 2)
    again = await done(acme, await sent(acme, file), "start", known="update")
    assert (again["counts"]["updated"], again["counts"]["skipped"]) == (0, 1), "nothing is new in it"

    undone = await done(acme, over, "undo")
    assert (undone["state"], undone["counts"]["undone"], undone["counts"]["kept"]) == ("undone", 1, 0)
    back = (await acme.call("agent", "GET", f"/v1/people/{anna['id']}")).json()
    assert (back["company"], back["notes"], back["version"]) == ("", "rings late", 3)

    over = await done(acme, await sent(acme, file), "start", known="create")
    assert (over["counts"]["created"], len(await listed(acme))) == (1, 3)
    assert await shown_name(acme, HOME) == "Anna Petrova / Ben Petrov / …"


async def test_a_person_of_several_rows_is_one(acme: Organisation) -> None:
    file = f"Name,Phone,Email\r\nAnna Petrova,{HOME},\r\nAnna Petrova,{HOME},anna@example.com\r\nBen Petrov,{HOME},\r\n"
    over = await done(acme, await sent(acme, file), "start", known="update")
    assert (over["counts"]["created"], over["counts"]["updated"]) == (2, 1)
    people = await people_of(acme).find({}, sort=[("sort_name", 1)])
    assert [(one.given, len(one.emails), one.version) for one in people] == [("Anna", 1, 1), ("Ben", 0, 1)]


async def test_a_person_of_rows_far_apart_is_one_and_is_undone_whole(
    acme: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing_rows, "BATCH", 200)
    between = "".join(f"Person {n},+4420794{n:05},\r\n" for n in range(300))
    file = f"Name,Phone,Email\r\nAnna Petrova,{HOME},\r\n{between}Anna Petrova,{HOME},anna@example.com\r\n"
    over = await done(acme, await sent(acme, file), "start", known="update")
    assert (over["counts"]["created"], over["counts"]["updated"]) == (301, 1)
    [anna] = await people_of(acme).find({"given": "Anna"})
    assert (len(anna.emails), anna.version) == (1, 2)
    undone = await done(acme, over, "undo")
    assert (await people_of(acme).count(), undone["counts"]["kept"]) == (0, 0)


async def test_an_import_is_undone_but_for_whom_somebody_changed_since(acme: Organisation) -> None:
    kept = await added(acme, "Zoe", HOME)
    over = await done(
        acme, await sent(acme, f"Name,Phone\r\nAnna,{HOME}\r\nBen,{OWN}\r\nCleo,{WORK}\r\n"), "start", known="skip"
    )
    assert await shown_name(acme, HOME) == "Zoe / Anna"
    [ben] = await people_of(acme).find({"given": "Ben"})
    await acme.call("agent", "PATCH", f"/v1/people/{ben.id}", json={"notes": "a friend"})
    [cleo] = await people_of(acme).find({"given": "Cleo"})
    await acme.call("agent", "DELETE", f"/v1/people/{cleo.id}")
    undone = await done(acme, over, "undo")
    assert (undone["state"], undone["counts"]["undone"], undone["counts"]["kept"]) == ("undone", 1, 2)
    assert await listed(acme) == ["Ben", "Zoe"]
    assert (await shown_name(acme, HOME), kept["name"]) == ("Zoe", "Zoe")
    again = await acme.call("supervisor", "POST", f"{IMPORTS}/{over['id']}/undo")
    assert (again.status_code, again.json()["code"]) == (409, "import_not_done")


async def test_what_a_batch_writes_is_what_one_by_one_is_written(api: Api, acme: Organisation) -> None:
    other = await api.organisation("Other")
    people = [("Anna", HOME), ("Ben", HOME), ("Cleo", HOME), ("Dora", HOME), ("Eve", OWN)]
    text = "Name,Phone\r\n" + "".join(f"{name},{number}\r\n" for name, number in people)
    await done(acme, await sent(acme, text), "start", known="create")
    for name, number in people:
        await added(other, name, number)

    async def said(of: Organisation) -> Any:
        contacts = await api.mongo.tenant(of.tenant.id).collection(Contact).find({}, sort=[("number", 1)])
        stored = await people_of(of).find({}, sort=[("sort_name", 1)])
        events = await api.mongo.tenant(of.tenant.id).collection(Change).find({"type": {"$regex": "^(person|contact)"}})
        return (
            [(one.number, one.called, one.people, one.region, one.found_by, one.seen_at) for one in contacts],
            [(one.given, one.sort_name, one.found_by, one.version, one.compared, len(one.numbers)) for one in stored],
            sorted(one.type for one in events if one.type != "contact.updated"),
        )

    assert await said(acme) == await said(other)
    assert (await said(acme))[0][0][1:3] == (("Anna", "Ben", "Cleo"), 4)


async def test_an_import_goes_on_where_it_was_cut_off_and_nothing_is_there_twice(
    api: Api, acme: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    imports = in_this_process(api)
    monkeypatch.setattr(importing_rows, "BATCH", 250)
    rows = "".join(f"Person {n},+4420794{n:05}\r\n" for n in range(600))
    wish = await sent(acme, "Name,Phone\r\n" + rows)
    put, count = importing.Importing._put, 0

    async def killed(self: Any, *words: Any) -> Any:
        nonlocal count
        count += 1
        after = await put(self, *words)
        if count == 2:
            raise Unavailable("killed after the second batch was stored")
        return after

    monkeypatch.setattr(importing.Importing, "_put", killed)
    monkeypatch.setattr(imports._jobs, "_again_s", 0.0)
    over = await done(acme, wish, "start", known="create")
    assert (over["state"], over["counts"]["created"], over["counts"]["checked"]) == ("done", 600, 600)
    assert await people_of(acme).count() == 600
    assert imports is api.services.there.get(AddressBookImports)
    undone = await done(acme, over, "undo")
    assert (undone["counts"]["undone"], await people_of(acme).count()) == (600, 0)
    left = await api.mongo.tenant(acme.tenant.id).collection(Contact).count({"people": {"$gt": 0}})
    assert left == 0


async def test_who_is_changed_by_a_user_while_a_batch_is_written_is_looked_up_again(
    acme: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna = await added(acme, "Anna", HOME, family="Petrova")
    wish = await sent(acme, f"Name,Phone,Email\r\nAnna Petrova,{HOME},anna@example.com\r\n")
    put, changed = importing.Importing._put, list[int]()

    async def after_a_change(self: Any, *words: Any) -> Any:
        if not changed:
            answer = await acme.call("agent", "PATCH", f"/v1/people/{anna['id']}", json={"notes": "Rings late"})
            changed.append(answer.status_code)
        return await put(self, *words)

    monkeypatch.setattr(importing.Importing, "_put", after_a_change)
    over = await done(acme, wish, "start", known="update")
    assert (changed, over["counts"]["updated"]) == ([200], 1)
    [now] = await people_of(acme).find({})
    assert (now.notes, [one.address for one in now.emails], now.version) == ("Rings late", ["anna@example.com"], 3)


async def test_a_stopped_import_can_be_undone(api: Api, acme: Organisation) -> None:
    imports = in_this_process(api)
    wish = await sent(acme, f"Name,Phone\r\nAnna,{HOME}\r\n")
    begun, stands = asyncio.Event(), imports._runner

    async def waits(wish: AddressBookImport, file: Any, preview: Any) -> None:
        await stands(wish, file, preview)
        running = api.mongo.tenant(acme.tenant.id).collection(AddressBookImport)
        await running.update(wish.id, {"state": "running"})
        begun.set()
        await asyncio.Event().wait()

    imports._runner = waits
    answer = await acme.call("supervisor", "POST", f"{IMPORTS}/{wish['id']}/start", json={"known": "skip"})
    assert answer.status_code == 202
    await begun.wait()
    refused = await acme.call("supervisor", "POST", IMPORTS, content=b"Name\r\nBen\r\n", headers=BYTES)
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_address_book_imports")
    refused = await acme.call("supervisor", "DELETE", f"{IMPORTS}/{wish['id']}")
    assert (refused.status_code, refused.json()["code"]) == (409, "import_active")
    stopped = (await acme.call("supervisor", "POST", f"{IMPORTS}/{wish['id']}/stop")).json()
    assert (stopped["state"], await listed(acme)) == ("stopped", ["Anna"])
    imports._runner = stands
    assert (await done(acme, wish, "undo"))["state"] == "undone"
    assert await listed(acme) == []


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"\r\n\r\n", "address_book_file_unreadable"),
        (b'Name,Phone\r\n"Anna,1\r\n' + b"Ben,2\r\n" * 20_000, "address_book_file_unreadable"),
        (b"BEGIN:VCARD\n", ""),
    ],
)
async def test_a_file_that_cannot_be_read_says_so(acme: Organisation, content: bytes, problem: str) -> None:
    if not content.strip():
        refused = await acme.call("supervisor", "POST", IMPORTS, content=content, headers=BYTES)
        assert refused.status_code == 422
        return
    wish = await sent(acme, content)
    assert (wish["state"], wish["problem"]) == ("failed" if problem else "ready", problem)
    assert bool(wish["trouble"]) == bool(problem)


async def test_a_file_of_too_many_people_is_refused(acme: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("call24.address_book_files.checking.ROWS_MAX", 3)
    wish = await sent(acme, "Name\r\nA\r\nB\r\nC\r\nD\r\n")
    assert (wish["state"], wish["problem"]) == ("failed", "address_book_file_too_long")


async def test_when_a_caller_is_erased_files_that_may_have_them_go_and_so_does_what_was_imported(
    api: Api, acme: Organisation
) -> None:
    over = await done(acme, await sent(acme, f"Name,Phone\r\nAnna,{HOME}\r\nBen,{OWN}\r\n"), "start", known="skip")
    waiting = await sent(acme, f"Name,Phone\r\nAnna,{HOME}\r\n")
    [anna] = await people_of(acme).find({"given": "Anna"})
    await api.services.there.get(CallerErasures).erase(acme.tenant.id, anna.contact_ids[0], "asked")
    assert await listed(acme) == ["Ben"]
    assert not list((api.data / "address-book").glob("*/*"))
    gone = (await acme.call("supervisor", "GET", f"{IMPORTS}/{waiting['id']}")).json()
    assert (gone["state"], gone["problem"]) == ("failed", "caller_erased")
    undone = await done(acme, over, "undo")
    assert (undone["counts"]["undone"], undone["counts"]["kept"]) == (1, 1)
    raw = str(
        [msgspec.to_builtins(one) for one in await api.mongo.tenant(acme.tenant.id).collection(ImportBatch).find()]
    )
    assert HOME not in raw and "Anna" not in raw
    await done(acme, await sent(acme, f"Name,Phone\r\nAnna,{HOME}\r\n"), "start", known="skip")
    [again] = await people_of(acme).find({})
    assert again.contact_ids != anna.contact_ids, "the number has another contact now"


async def test_who_has_no_number_is_erased_from_files_too(api: Api, acme: Organisation) -> None:
    made = await added(acme, "Anna", emails=[{"address": "anna@example.com"}])
    await exported(acme)
    wish = await sent(acme, "Name,Email\r\nAnna,anna@example.com\r\n")
    [anna] = await people_of(acme).find({})
    _, left, _ = await api.services.there.get(PersonErasures).erase(anna, [], "asked")
    assert (left, await listed(acme), made["id"]) == (0, [], anna.id)
    assert not [path for path in api.data.glob("*/*/*") if path.parent.parent.name in ("address-book", "exports")]
    gone = (await acme.call("supervisor", "GET", f"{IMPORTS}/{wish['id']}")).json()
    assert gone["problem"] == "caller_erased"


async def test_what_a_legal_hold_keeps_is_not_undone(api: Api, acme: Organisation) -> None:
    over = await done(acme, await sent(acme, f"Name,Phone\r\nAnna,{HOME}\r\nBen,{OWN}\r\n"), "start", known="skip")
    [anna] = await people_of(acme).find({"given": "Anna"})
    later, by = api.clock.now() + timedelta(days=30), UserId(acme.users["owner"])
    holds = api.services.there.get(LegalHolds)
    await holds.set(acme.tenant.id, by, "contact", anna.contact_ids[0], None, "a lawsuit", later)
    undone = await done(acme, over, "undo")
    assert (undone["counts"]["undone"], undone["counts"]["kept"], await listed(acme)) == (1, 1, ["Anna"])


async def test_imports_go_on_their_day_and_files_with_the_account_that_sent_them(api: Api, acme: Organisation) -> None:
    imports = api.services.there.get(AddressBookImports)
    over = await done(acme, await sent(acme, f"Name,Phone\r\nAnna,{HOME}\r\n"), "start", known="skip")
    waiting = await sent(acme, f"Name,Phone\r\nBen,{OWN}\r\n")
    now = api.clock.now()
    assert await imports.erase_due(now + timedelta(hours=23)) == 0
    assert await imports.erase_due(now + timedelta(hours=25)) == 1, "nobody started it"
    assert (await acme.call("supervisor", "GET", f"{IMPORTS}/{waiting['id']}")).status_code == 404
    assert not list((api.data / "address-book").glob("*/*"))
    assert await imports.erase_due(now + timedelta(days=29)) == 0
    assert await imports.erase_due(now + timedelta(days=31)) == 1
    assert await api.mongo.tenant(acme.tenant.id).collection(ImportBatch).count() == 0
    assert (await acme.call("supervisor", "GET", f"{IMPORTS}/{over['id']}")).status_code == 404
    assert await listed(acme) == ["Anna"]

    await sent(acme, f"Name,Phone\r\nBen,{OWN}\r\n")
    await api.services.there.get(Persons).erase(acme.tenant.id, UserId(acme.users["supervisor"]), "left")
    assert not list((api.data / "address-book").glob("*/*"))
    assert await imports.all(acme.tenant.id) == []


async def test_after_a_restart_what_had_not_ended_goes_on(api: Api, acme: Organisation) -> None:
    imports = api.services.there.get(AddressBookImports)
    wish = await sent(acme, f"Name,Phone\r\nAnna,{HOME}\r\n")
    kept = api.mongo.tenant(acme.tenant.id).collection(AddressBookImport)
    await kept.update_where({"id": wish["id"]}, {"state": "running", "counts": {"checked": 0}})
    stray = api.data / "address-book" / acme.tenant.id / "abi_stray.file"
    stray.write_text("left")
    await imports.after_restart()
    over = await ended(acme, f"{IMPORTS}/{wish['id']}")
    assert (over["state"], await listed(acme), stray.exists()) == ("done", ["Anna"], False)


async def test_other_organisations_see_and_lose_nothing(api: Api, acme: Organisation) -> None:
    other = await api.organisation("Other")
    wish = await sent(acme, f"Name,Phone\r\nAnna,{HOME}\r\n")
    for method, path in (
        ("GET", ""),
        ("GET", "/preview"),
        ("POST", "/undo"),
        ("POST", "/stop"),
        ("DELETE", ""),
        ("GET", "/problems"),
    ):
        assert (await other.call("supervisor", method, f"{IMPORTS}/{wish['id']}{path}")).status_code == 404, path
    assert (await acme.call("agent", "GET", f"{IMPORTS}/{wish['id']}")).status_code == 403
    assert (await other.call("supervisor", "GET", IMPORTS)).json()["items"] == []
    theirs = await sent(other, f"Name,Phone\r\nAnna,{HOME}\r\n")
    await done(other, theirs, "start", known="update")
    assert (await listed(other), await listed(acme)) == (["Anna"], [])


@pytest.mark.parametrize(
    "format",
    ["csv", pytest.param("vcard3", marks=pytest.mark.long("test_what_is_exported_comes_back_the_same")), "vcard4"],
)
async def test_what_is_exported_comes_back_the_same(api: Api, acme: Organisation, format: str) -> None:
    await added(
        acme,
        "=HYPERLINK(1)",
        HOME,
        family="Бат-Эрдэнэ",
        patronymic="@Dorj",
        order="patronymic_first",
        company="-Acme; =1+1",
        emails=[{"address": "a@example.com", "label": "work"}],
        addresses=[{"text": "1 Peace Avenue\n=2", "label": "=home"}],
        tags=["vip", "a;b", "=c"],
        notes="first\n+1\tx",
        fields=[{"name": "=Size", "value": "+L"}, {"name": "Title", "value": "Boss, or so"}],
    )
    await added(acme, "Ben", OWN, WORK)
    await added(acme, "Private", private=True)
    before = await shapes(acme)
    content = await exported(acme, format=format)
    other = await api.organisation("Other")
    wish = await sent(other, content)
    assert (wish["rows"], wish["counts"]["refused"]) == (2, 0)
    assert (await preview(other, wish))["left_out"] == []
    await done(other, wish, "start", known="create")
    assert await shapes(other) == before
    again = await done(acme, await sent(acme, content), "start", known="update")
    assert (again["counts"]["skipped"], again["counts"]["updated"], again["counts"]["created"]) == (2, 0, 0)


async def shapes(of: Organisation) -> Any:
    """Of the organisation's people, all that users write."""
    found = await people_of(of).find({"private_to": None}, sort=[("sort_name", 1)])
    return [
        (
            one.given,
            one.family,
            one.patronymic,
            one.order,
            one.company,
            [(number.number, number.label) for number in one.numbers],
            one.emails,
            one.addresses,
            one.tags,
            one.notes,
            one.fields,
        )
        for one in found
    ]


async def test_who_is_being_imported_is_looked_for_twice_once_all_are_there_and_others_meanwhile(
    acme: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = acme.api.services.there
    imports, duplicates = there.get(AddressBookImports), there.get(Duplicates)
    other = await acme.api.organisation("Other")
    await added(other, "Anna", HOME)
    run, looked = imports._runner, list[int]()

    async def seen(wish: AddressBookImport, *files: Any) -> None:
        await run(wish, *files)
        if wish.state == "running":  # its people are written, and it has not ended
            looked.extend([await duplicates.look(), await duplicates.look()])

    monkeypatch.setattr(imports, "_runner", seen)
    assert (await done(acme, await sent(acme, FILE), "start", known="skip"))["counts"]["created"] == 2
    await wait_until(lambda: looked)
    assert looked == [1, 0], "who is of the other organisation, and nobody else"
    assert [await duplicates.look(), await duplicates.look()] == [2, 0]


async def test_an_export_has_those_who_were_searched_for_or_have_a_tag(acme: Organisation) -> None:
    await added(acme, "Anna", HOME, tags=["vip"])
    await added(acme, "Ben", OWN)
    await added(acme, "Annabel", WORK)
    for wish, names in (
        ({"q": "anna"}, ["Anna", "Annabel"]),
        ({"tag": "vip"}, ["Anna"]),
        ({}, ["Anna", "Annabel", "Ben"]),
    ):
        content = (await exported(acme, **wish)).decode("utf-8-sig")
        assert [row["given"] for row in csv.DictReader(content.splitlines())] == names
    assert (await acme.call("supervisor", "GET", "/v1/exports")).json()["items"] == [], "they have a list of their own"
