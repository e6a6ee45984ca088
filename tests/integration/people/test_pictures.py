"""Pictures of people over HTTP: drawn anew, seen by who sees the person, undone, merged, gone with who is erased."""

from __future__ import annotations

import io
import json
from typing import Any
from zipfile import ZIP_STORED, ZipFile

import pytest
from PIL import Image
from tests.integration.identity.test_pictures import PLACE, photograph
from tests.integration.people.test_merging import merge, read, undo
from tests.integration.people.test_people import HOME, OWN, PEOPLE, added
from tests.support.for_each import for_each
from tests.support.http.api import Api, Organisation

from call24.kit.ids import UserId
from call24.people import pictures
from call24.people.history_model import HistoryEntry
from call24.people.picture_model import PersonPicture
from call24.people.pictures import PersonPictures
from call24.people.service import People
from call24.privacy import person_file
from call24.privacy.agreed_time import AgreedTime
from call24.privacy.persons import Persons
from call24.privacy.service import Sweeper


@pytest.fixture
async def acme(api: Api) -> Organisation:
    return await api.organisation()


async def put(of: Organisation, person: Any, data: bytes, role: str = "agent", status: int = 200) -> Any:
    files = {"file": ("them.jpg", data, "image/jpeg")}
    answer = await of.call(role, "PUT", f"{PEOPLE}/{person['id']}/picture", files=files)
    assert answer.status_code == status, answer.text
    return answer.json()


async def get(of: Organisation, person: Any, role: str = "agent", **headers: str) -> Any:
    return await of.call(role, "GET", f"{PEOPLE}/{person['id']}/picture", headers=headers)


async def colour(of: Organisation, person: Any) -> str | None:
    """Of the middle of their picture."""
    answer = await get(of, person)
    if answer.status_code == 404:
        return None
    with Image.open(io.BytesIO(answer.content)) as shown:
        red, green, blue = shown.convert("RGB").getpixel((shown.width // 2, shown.height // 2))  # type: ignore[misc]
    return max((red, "red"), (green, "green"), (blue, "blue"))[1]


def plain(paint: str) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (64, 48), paint).save(made, "PNG")
    return made.getvalue()


async def kept(of: Organisation) -> list[PersonPicture]:
    return await of.api.mongo.tenant(of.tenant.id).collection(PersonPicture).find()


async def test_a_picture_is_drawn_anew_and_is_a_change_of_the_person(acme: Organisation) -> None:
    person = await added(acme, "Anna", HOME)
    assert (person["picture"], (await get(acme, person)).status_code) == (None, 404)
    after = await put(acme, person, photograph())
    assert after["version"] == 2 and after["picture"].startswith("pic_")
    shown = await get(acme, person)
    assert (shown.headers["content-type"], shown.headers["etag"]) == ("image/jpeg", f'"{after["picture"]}"')
    assert shown.headers["cache-control"] == "no-store"
    with Image.open(io.BytesIO(shown.content)) as picture:
        assert (picture.format, picture.size, dict(picture.getexif())) == ("JPEG", (320, 320), {})
        red, _, blue = picture.convert("RGB").getpixel((160, 20))  # type: ignore[misc]
        assert red > 200 and blue < 60, "it stands upright: red is above"
    assert PLACE.encode() not in shown.content and len(shown.content) < 64 << 10
    again = await get(acme, person, **{"If-None-Match": shown.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert (await put(acme, person, photograph()))["version"] == 2, "the same picture again changes nothing"
    assert (await acme.call("agent", "DELETE", f"{PEOPLE}/{person['id']}/picture")).status_code == 204
    assert (await read(acme, person))["picture"] is None
    assert (await acme.call("agent", "DELETE", f"{PEOPLE}/{person['id']}/picture")).status_code == 404


@for_each(
    ("data", "why"),
    [
        (b"%PDF-1.7 nothing to see" * 9, "It could not be read"),
        (photograph()[:400], "It could not be read"),
        (b"", "A picture of at most 5 MB"),
        (b"\xff\xd8" + bytes(5 << 20), "A picture of at most 5 MB"),
    ],
)
async def test_what_is_no_picture_is_refused_and_changes_nothing(acme: Organisation, data: bytes, why: str) -> None:
    person = await added(acme, "Anna", HOME)
    refused = await put(acme, person, data, status=422)
    assert refused["code"] == "unusable_picture" and why in refused["detail"], refused
    assert (await read(acme, person), await kept(acme)) == (person, [])


async def test_an_organisation_has_so_many_pictures_at_most(
    acme: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "PICTURES_MAX", 1)
    person = await added(acme, "Anna", HOME)
    await put(acme, person, plain("red"))
    assert (await put(acme, person, plain("blue"), status=409))["code"] == "too_many"
    assert await colour(acme, person) == "red"
    other = await added(acme, "Ben", OWN)
    await acme.call("agent", "DELETE", f"{PEOPLE}/{person['id']}/picture")
    await put(acme, other, plain("green"))
    assert [one.people for one in await kept(acme)] == [(other["id"],)], "what nobody has goes first"


async def test_one_users_private_entries_have_a_share_of_them(
    acme: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "OWN_MAX", 1)
    mine, also = [await added(acme, name, HOME, private=True) for name in ("Ann", "Ben")]
    await put(acme, mine, plain("red"))
    assert (await put(acme, also, plain("blue"), status=409))["code"] == "too_many"
    await put(acme, await added(acme, "Cleo", OWN), plain("green"))
    await acme.call("agent", "DELETE", f"{PEOPLE}/{mine['id']}/picture")
    await put(acme, also, plain("blue"))
    assert [await colour(acme, one) for one in (mine, also)] == [None, "blue"]
    assert len(await kept(acme)) == 2, "the red one went"


async def test_a_large_picture_of_one_organisation_stops_no_other(acme: Organisation, api: Api) -> None:
    looks = api.services.there.get(PersonPictures)
    async with looks._room.turn(acme.tenant.id):
        other = await api.organisation("Other")
        person = await added(other, "Anna", HOME)
        await put(other, person, plain("red"))
        assert await colour(other, person) == "red"


async def test_the_picture_of_a_private_entry_is_its_users_alone_and_goes_with_the_account(
    acme: Organisation, api: Api
) -> None:
    mine = await added(acme, "Ann", HOME, private=True)
    await put(acme, mine, plain("red"))
    assert (await get(acme, mine)).status_code == 200
    assert (await get(acme, mine, "owner")).status_code == 404
    await put(acme, mine, plain("red"), "owner", status=404)
    assert (await acme.call("owner", "DELETE", f"{PEOPLE}/{mine['id']}/picture")).status_code == 404
    other = await api.organisation("Other")
    theirs = await added(acme, "Ben", OWN)
    await put(acme, theirs, plain("blue"))
    assert (await get(other, theirs, "owner")).status_code == 404
    await api.services.there.get(Persons).erase(acme.tenant.id, UserId(acme.users["agent"]), "left")
    assert [one.people for one in await kept(acme)] == [(theirs["id"],)]


async def test_a_users_file_has_the_pictures_of_private_entries_as_they_are(
    acme: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(person_file, "_PICTURES_AT_ONCE", 2)
    monkeypatch.setattr(person_file, "_IN_MEMORY", 1)
    for n, paint in enumerate(("red", "green", "blue")):
        await put(acme, await added(acme, f"Ann {n}", HOME, private=True), plain(paint))
        acme.api.clock.advance(seconds=1)
    await put(acme, await added(acme, "Ben", OWN), plain("green"))
    answer = await acme.call("agent", "GET", "/v1/me/file")
    assert (answer.status_code, int(answer.headers["content-length"])) == (200, len(answer.content))
    with ZipFile(io.BytesIO(answer.content)) as archive:
        part = json.loads(archive.read("private_people_pictures.json"))
        assert len(part) == 3 and all(set(one) == {"id", "people", "made_at", "delete_at"} for one in part)
        for one in await kept(acme):
            if one.private_to is not None:
                name = f"private_people_pictures/{one.id}.jpg"
                assert (archive.read(name), archive.getinfo(name).compress_type) == (one.jpeg, ZIP_STORED)
        assert sum(name.endswith(".jpg") for name in archive.namelist()) == 3


async def test_a_picture_that_was_replaced_comes_back_by_undoing_and_goes_after_thirty_days(
    acme: Organisation, api: Api
) -> None:
    person = await added(acme, "Anna", HOME)
    first = await put(acme, person, plain("red"))
    await put(acme, person, plain("blue"))
    assert {one.id: one.delete_at is None for one in await kept(acme)}[first["picture"]] is False
    path = f"{PEOPLE}/{person['id']}/history"
    [change, _] = (await acme.call("agent", "GET", path)).json()["items"]
    assert change["fields"] == ["picture"]
    await undo(acme, change)
    assert (await read(acme, person))["picture"] == first["picture"] and await colour(acme, person) == "red"
    api.clock.advance(days=30, seconds=1)
    time = api.services.there.get(AgreedTime)
    await Sweeper(api.mongo, api.services.tenants, api.changes, time=time, erasers={}).sweep()
    assert [one.id for one in await kept(acme)] == [first["picture"]], "blue is gone, and red has come back"


async def test_who_is_deleted_comes_back_with_their_picture(acme: Organisation) -> None:
    person = await added(acme, "Anna", HOME)
    await put(acme, person, plain("red"))
    assert (await acme.call("agent", "DELETE", f"{PEOPLE}/{person['id']}")).status_code == 204
    assert (await get(acme, person)).status_code == 404
    [deletion] = (await acme.call("agent", "GET", f"{PEOPLE}/deleted")).json()["items"]
    await undo(acme, deletion)
    assert await colour(acme, person) == "red"
    assert [one.delete_at for one in await kept(acme)] == [None]


@pytest.mark.parametrize(("take", "won"), [({}, "red"), ({"picture": "other"}, "blue")])
async def test_a_merge_keeps_one_picture_and_undone_each_has_their_own(
    acme: Organisation, take: dict[str, str], won: str
) -> None:
    one, other = await added(acme, "Anna", HOME), await added(acme, "Ann", OWN)
    await put(acme, one, plain("red"))
    await put(acme, other, plain("blue"))
    entry = (await merge(acme, one, other, take=take))["entry"]
    assert await colour(acme, one) == won
    await undo(acme, entry)
    assert (await colour(acme, one), await colour(acme, other)) == ("red", "blue")
    assert [one.delete_at for one in await kept(acme)] == [None, None]


async def test_who_has_none_takes_that_of_who_goes_into_them(acme: Organisation) -> None:
    one, other = await added(acme, "Anna", HOME), await added(acme, "Ann", OWN)
    await put(acme, other, plain("blue"))
    entry = (await merge(acme, one, other))["entry"]
    assert await colour(acme, one) == "blue"
    later = await put(acme, one, plain("green"))
    await undo(acme, entry)
    assert (await colour(acme, one), await colour(acme, other)) == ("green", "blue"), "what was changed since stays"
    assert (await read(acme, one))["picture"] == later["picture"]


async def test_an_erased_caller_leaves_no_picture_neither_an_earlier_one(acme: Organisation, api: Api) -> None:
    person, ben = await added(acme, "Anna", HOME), await added(acme, "Ben", OWN, HOME)
    for paint in ("red", "blue"):
        await put(acme, person, plain(paint))
    await put(acme, ben, plain("green"))
    people = api.services.there.get(People)
    home = person["numbers"][0]["contact_id"]
    await people.erase_callers(acme.tenant.id, [home])
    [left] = await kept(acme)
    assert (left.people, left.contact_ids) == ((ben["id"],), (ben["numbers"][0]["contact_id"],))
    assert await colour(acme, ben) == "green", "he has another number, and stays"
    await acme.call("agent", "DELETE", f"{PEOPLE}/{ben['id']}")
    await people.erase(acme.tenant.id, ben["id"])
    assert await kept(acme) == [], "who was deleted before is erased with the picture that could come back"


@pytest.mark.parametrize("how", ["person", "caller"])
async def test_who_was_merged_into_an_erased_person_leaves_no_picture(acme: Organisation, api: Api, how: str) -> None:
    deep, went, stays = await added(acme, "Al"), await added(acme, "Ann"), await added(acme, "Anna", HOME)
    other = await added(acme, "Ben", OWN)
    for person, paint in ((deep, "blue"), (went, "red"), (went, "green"), (stays, "green"), (other, "red")):
        await put(acme, person, plain(paint))
    await merge(acme, went, deep)
    await merge(acme, stays, went)
    people = api.services.there.get(People)
    if how == "person":
        await people.erase(acme.tenant.id, stays["id"])
    else:
        await people.erase_callers(acme.tenant.id, [stays["numbers"][0]["contact_id"]])
    assert [one.people for one in await kept(acme)] == [(other["id"],)]
    if how == "person":
        entries = await api.mongo.tenant(acme.tenant.id).collection(HistoryEntry).find()
        assert {one.person_id for one in entries} == {other["id"]}


async def test_of_one_person_so_many_earlier_pictures_are_kept(
    acme: Organisation, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "EARLIER_MAX", 2)
    person = await added(acme, "Anna", HOME)
    people, looks = api.services.there.get(People), api.services.there.get(PersonPictures)
    by = UserId(acme.users["agent"])
    for n in range(5):
        now = await people.get(acme.tenant.id, person["id"], by)
        await people.set_picture(now, looks.made(acme.tenant.id, None, b"%d" % n), by)
    assert sorted(one.jpeg for one in await kept(acme)) == [b"2", b"3", b"4"]
    entries = (await acme.call("agent", "GET", f"{PEOPLE}/{person['id']}/history")).json()["items"]
    await undo(acme, entries[-2])
    assert (await read(acme, person))["picture"] is not None, "what was changed since stays"
