"""Pictures both ways over CardDAV: a phone's PHOTO is the person's picture, and theirs is a PHOTO on phones."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from tests.integration.carddav.test_carddav import ANNA, NEW, people
from tests.integration.people.test_merging import undo
from tests.integration.people.test_people import HOME, PEOPLE, added
from tests.integration.people.test_pictures import colour, kept, plain, put
from tests.support.http.api import Api, Organisation
from tests.support.http.phones import phone

from call24.address_book_files.vcards import cards
from call24.carddav import writing
from call24.carddav.model import Card
from call24.people import pictures

SAMPLE = "PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQSkZJRgABAQAAAQABAAD"


@pytest.fixture
async def acme(api: Api) -> Organisation:
    return await api.organisation()


def pictured(data: bytes, card: str = ANNA) -> str:
    return card.replace(SAMPLE, f"PHOTO;ENCODING=b;TYPE=PNG:{base64.b64encode(data).decode()}")


def photo(card: str) -> str | None:
    """The value of the PHOTO."""
    [one] = cards(card.splitlines(keepends=True))
    found = one.first("PHOTO")
    return found.value if found is not None else None


def jpeg(text: str | None) -> bool:
    return text is not None and base64.b64decode(text.partition("base64,")[2] or text).startswith(b"\xff\xd8\xff")


async def anna(of: Organisation) -> Any:
    [person] = await people(of)
    return person


async def test_a_photo_of_a_phone_is_the_picture_and_comes_back_as_it_was_sent(acme: Organisation) -> None:
    iphone = await phone(acme)
    sent = pictured(plain("red"))
    assert (await iphone.put("anna.vcf", sent, **NEW)).status_code == 201
    person = await anna(acme)
    assert await colour(acme, person) == "red"
    card = (await iphone.get("anna.vcf")).text
    assert photo(card) == photo(sent)
    again = await iphone.put("anna.vcf", card.replace("\r\n", "\n").replace("gold", "silver"))
    assert again.status_code == 204, again.text
    assert (await anna(acme))["picture"] == person["picture"], "what comes back unchanged changes no picture"
    assert len(await kept(acme)) == 1


async def test_another_photo_and_none_are_changes_that_can_be_undone(acme: Organisation) -> None:
    iphone = await phone(acme)
    await iphone.put("anna.vcf", pictured(plain("red")), **NEW)
    await iphone.put("anna.vcf", pictured(plain("blue")))
    person = await anna(acme)
    assert await colour(acme, person) == "blue"
    await iphone.put("anna.vcf", ANNA.replace(f"{SAMPLE}\n", ""))
    assert (await anna(acme))["picture"] is None and photo((await iphone.get("anna.vcf")).text) is None
    [removed, *_] = (await acme.call("agent", "GET", f"{PEOPLE}/{person['id']}/history")).json()["items"]
    assert removed["fields"] == ["picture"]
    begun = await iphone.sync()
    await undo(acme, removed)
    assert await colour(acme, person) == "blue"
    assert list((await iphone.sync(begun.token)).changed) == ["anna.vcf"]
    assert jpeg(photo((await iphone.get("anna.vcf")).text)), (
        "the card that the phone wrote last has none: it is given ours"
    )


async def test_a_picture_of_the_app_is_on_phones_in_both_versions_and_no_second_copy_is_kept(
    acme: Organisation,
) -> None:
    person = await added(acme, "Anna", HOME)
    after = await put(acme, person, plain("red"))
    iphone = await phone(acme)
    name = f"{person['id']}.vcf"
    card = await iphone.get(name)
    newer = (await iphone.get(name, Accept="text/vcard; version=4.0")).text
    assert jpeg(photo(card.text)) and (photo(newer) or "").startswith("data:image/jpeg;base64,") and jpeg(photo(newer))
    written = card.text.replace("\r\n", "\n").replace("FN:Anna", "NOTE:Likes tea\nFN:Anna")
    assert (await iphone.put(name, written, If_Match=card.headers["ETag"])).status_code == 204
    now = await anna(acme)
    assert (now["notes"], now["picture"]) == ("Likes tea", after["picture"])
    [stored] = await acme.api.mongo.tenant(acme.tenant.id).collection(Card).find()
    assert not any(line.startswith("PHOTO") for line in stored.lines)
    assert photo((await iphone.get(name)).text) == photo(card.text)
    assert (await acme.call("agent", "DELETE", f"{PEOPLE}/{person['id']}/picture")).status_code == 204
    assert photo((await iphone.get(name)).text) is None


@pytest.mark.parametrize(
    "line", [SAMPLE, "PHOTO;VALUE=uri:http://127.0.0.1:1/anna.jpg", "PHOTO;ENCODING=b;TYPE=JPEG:!!!"]
)
async def test_what_cannot_be_drawn_or_is_an_address_stays_in_the_card_alone(acme: Organisation, line: str) -> None:
    iphone = await phone(acme)
    await iphone.put("anna.vcf", pictured(plain("red")), **NEW)
    await iphone.put("anna.vcf", ANNA.replace(SAMPLE, line))
    person = await anna(acme)
    assert person["picture"] is None, "the phone has another one now"
    assert line in (await iphone.get("anna.vcf")).text
    await put(acme, person, plain("blue"))
    assert jpeg(photo((await iphone.get("anna.vcf")).text)), "one that was set in the app is given in its place"


async def test_where_there_are_too_many_a_photo_stays_in_the_card(
    acme: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "PICTURES_MAX", 0)
    iphone = await phone(acme)
    assert (await iphone.put("anna.vcf", pictured(plain("red")), **NEW)).status_code == 201
    assert (await anna(acme))["picture"] is None
    assert photo((await iphone.get("anna.vcf")).text) == photo(pictured(plain("red")))


async def test_where_there_are_too_many_a_person_keeps_what_they_had(
    acme: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    iphone = await phone(acme)
    await iphone.put("anna.vcf", pictured(plain("red")), **NEW)
    monkeypatch.setattr(pictures, "PICTURES_MAX", 1)
    assert (await iphone.put("anna.vcf", pictured(plain("blue")))).status_code == 204
    assert await colour(acme, await anna(acme)) == "red"
    assert photo((await iphone.get("anna.vcf")).text) == photo(pictured(plain("blue")))


async def test_where_cards_are_many_one_that_has_our_picture_is_saved(
    acme: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "BIG", 300)
    monkeypatch.setattr(writing, "BIG_MAX", 0)
    person = await added(acme, "Anna", HOME)
    await put(acme, person, plain("red"))
    iphone = await phone(acme)
    card = await iphone.get(f"{person['id']}.vcf")
    assert jpeg(photo(card.text)) and len(card.text) > 600
    written = card.text.replace("\r\n", "\n").replace("FN:Anna", "NOTE:Likes tea\nFN:Anna")
    assert (await iphone.put(f"{person['id']}.vcf", written, If_Match=card.headers["ETag"])).status_code == 204
    assert (await anna(acme))["notes"] == "Likes tea"
    larger = written.replace("Likes tea", "tea " * 99)
    assert (await iphone.put(f"{person['id']}.vcf", larger)).status_code == 507


async def test_of_who_is_erased_no_phone_has_the_picture(acme: Organisation) -> None:
    iphone = await phone(acme)
    both = pictured(plain("red")).replace("PRODID", f"TEL;type=HOME:{HOME}\nPRODID")
    await iphone.put("anna.vcf", both, **NEW)
    person = await anna(acme)
    for number in person["numbers"]:
        path = f"/v1/contacts/{number['contact_id']}/erase"
        assert (await acme.call("owner", "POST", path, json={"reason": "asked"})).status_code == 200
        shown = await iphone.get("anna.vcf")
        if shown.status_code == 200:
            assert jpeg(photo(shown.text)), "who stays keeps their picture, as their name"
    assert (shown.status_code, await kept(acme)) == (404, [])
    [card] = await acme.api.mongo.tenant(acme.tenant.id).collection(Card).find()
    assert (card.lines, card.picture) == ((), None)
