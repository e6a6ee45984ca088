"""Pictures of vCards: drawn with the import, added where there is none, taken back with it, and in an export."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from tests.integration.people.test_people import HOME, OWN, PEOPLE, added
from tests.integration.people.test_pictures import colour, kept, plain, put
from tests.support.http.address_book import done, exported, in_this_process, preview, sent
from tests.support.http.api import Api, Organisation

from call24.address_book_files import drawing, reading


@pytest.fixture
async def acme(api: Api) -> Organisation:
    in_this_process(api)
    return await api.organisation()


def card(name: str, number: str, photo: bytes) -> str:
    text = base64.b64encode(photo).decode()
    return f"BEGIN:VCARD\nVERSION:3.0\nFN:{name}\nTEL:{number}\nPHOTO;ENCODING=b;TYPE=PNG:{text}\nEND:VCARD\n"


async def people(of: Organisation) -> dict[str, Any]:
    return {one["name"]: one for one in (await of.call("agent", "GET", PEOPLE)).json()["items"]}


@pytest.mark.long("test_an_export_has_the_pictures_where_that_is_asked")
async def test_pictures_are_drawn_added_where_there_is_none_and_taken_back(acme: Organisation) -> None:
    cleo = await added(acme, "Cleo", "+442079460109")
    await put(acme, cleo, plain("green"))
    damaged = plain("blue")[:90]
    dora = await added(acme, "Dora", "+442079460110")
    text = card("Anna", HOME, plain("red")) + card("Ben", OWN, damaged) + card("Cleo", "+442079460109", plain("blue"))
    text += card("Dora", "+442079460110", plain("blue"))
    wish = await sent(acme, text)
    assert (await preview(acme, wish))["left_out"] == []
    over = await done(acme, wish, "start", known="update")
    assert (over["counts"]["created"], over["counts"]["pictures"]) == (2, 2)
    found = await people(acme)
    names = ("Anna", "Ben", "Cleo", "Dora")
    assert [await colour(acme, found[name]) for name in names] == ["red", None, "green", "blue"]
    again = await done(acme, await sent(acme, text), "start", known="update")
    assert (again["counts"]["skipped"], again["counts"]["pictures"]) == (4, 0), "a picture is added, and replaces none"
    await done(acme, wish, "undo")
    assert await colour(acme, dora) is None, "she was there before, and has none again"
    assert [one.people for one in await kept(acme) if one.people] == [(cleo["id"],)]
    left = [one.were for one in await kept(acme) if not one.people]
    assert left == [(dora["id"],)], "it can come back with her change; nobody brings the others back"


async def test_one_file_has_so_many_pictures_and_so_much_time_for_them(
    acme: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "PICTURES_MAX", 1)
    text = card("Anna", HOME, plain("red")) + card("Ben", OWN, plain("blue"))
    wish = await sent(acme, text)
    assert (await preview(acme, wish))["left_out"] == [{"what": "PHOTO", "rows": 1}]
    monkeypatch.setattr(drawing, "DRAWING_S", 0.0)
    over = await done(acme, wish, "start", known="skip")
    assert (over["counts"]["created"], over["counts"]["pictures"], await kept(acme)) == (2, 0, [])


async def test_an_export_has_the_pictures_where_that_is_asked(acme: Organisation, api: Api) -> None:
    person = await added(acme, "Anna", HOME)
    await put(acme, person, plain("red"))
    assert b"PHOTO" not in await exported(acme, format="vcard3")
    content = await exported(acme, format="vcard4", pictures=True)
    other = await api.organisation("Other")
    await done(other, await sent(other, content), "start", known="create")
    assert await colour(other, (await people(other))["Anna"]) == "red"
