"""The address book over HTTP: who sees what, what calls show of it, and what is left of somebody who is erased."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests.support.for_each import for_each
from tests.support.http.api import Api, Organisation
from tests.support.http.front_office import front_office

from call24.contacts.model import Contact
from call24.kit.ids import UserId
from call24.people.events import PERSON_CREATED, PERSON_DELETED, PERSON_UPDATED
from call24.people.model import Person
from call24.people.service import People
from call24.privacy.agreed_time import AgreedTime
from call24.privacy.caller_erasure import CallerErasures
from call24.privacy.holds import LegalHolds
from call24.privacy.persons import Persons
from call24.privacy.service import Sweeper

PEOPLE = "/v1/people"
HOME, OWN, WORK = "+442079460101", "+442079460102", "+442079460103"


@pytest.fixture
async def acme(api: Api) -> Organisation:
    return await api.organisation()


async def added(of: Organisation, given: str, *numbers: str, role: str = "agent", **more: Any) -> Any:
    body = {"given": given, "numbers": [{"number": one} for one in numbers], **more}
    answer = await of.call(role, "POST", PEOPLE, json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def listed(of: Organisation, role: str = "agent", query: str = "") -> list[str]:
    answer = await of.call(role, "GET", PEOPLE + query)
    assert answer.status_code == 200, answer.text
    return [one["name"] for one in answer.json()["items"]]


async def found(of: Organisation, q: str, role: str = "agent") -> list[str]:
    answer = await of.call(role, "POST", f"{PEOPLE}/search", json={"q": q})
    assert answer.status_code == 200, answer.text
    return [one["name"] for one in answer.json()["items"]]


async def stored(of: Organisation, number: str) -> Contact | None:
    contacts = of.api.mongo.tenant(of.tenant.id).collection(Contact)
    return await contacts.find_one({"number": number})


async def shown_name(of: Organisation, number: str) -> str | None:
    contact = await stored(of, number)
    return contact.shown_name if contact is not None else None


async def test_a_person_is_written_down_read_changed_and_deleted(acme: Organisation) -> None:
    made = await added(
        acme,
        "Дорж",
        "020 7946 0101",
        patronymic="Батын",
        order="patronymic_first",
        emails=[{"address": "dorj@example.mn", "label": "work"}],
        addresses=[{"text": "1 Peace Avenue\nUlaanbaatar"}],
        tags=["vip", "vip"],
        fields=[{"name": "Size", "value": "L"}],
    )
    assert (made["name"], made["version"], made["private"]) == ("Батын Дорж", 1, False)
    assert [(one["number"], one["typed"]) for one in made["numbers"]] == [(HOME, "020 7946 0101")]
    assert (made["tags"], made["created_by"]) == (["vip"], acme.users["agent"])
    path = f"{PEOPLE}/{made['id']}"
    read = await acme.call("supervisor", "GET", path)
    assert read.json() == made

    late = {"If-Match": read.headers["ETag"]}
    changed = await acme.call("supervisor", "PATCH", path, json={"notes": "rings late", "version": 1})
    assert (changed.status_code, changed.json()["version"], changed.json()["notes"]) == (200, 2, "rings late")
    assert changed.json()["numbers"] == made["numbers"], "what is left out stays"
    refused = await acme.call("agent", "PATCH", path, json={"notes": "", "version": 1})
    assert (refused.status_code, refused.json()["code"]) == (409, "person_changed")
    refused = await acme.call("agent", "PATCH", path, json={"notes": ""}, headers=late)
    assert (refused.status_code, refused.json()["code"]) == (412, "changed_meanwhile")
    nameless = await acme.call("agent", "PATCH", path, json={"given": "", "patronymic": ""})
    assert nameless.status_code == 422 and "name" in nameless.text

    assert (await acme.call("agent", "DELETE", path)).status_code == 204
    assert (await acme.call("agent", "GET", path)).status_code == 404


async def test_the_address_book_is_read_page_by_page_by_name(acme: Organisation) -> None:
    for given in ("Cleo", "анна", "Ben", "Žofie", "Dorj"):
        await added(acme, given)
    names, query = list[str](), "?limit=2"
    for _ in range(3):
        page = (await acme.call("agent", "GET", PEOPLE + query)).json()
        names += [one["name"] for one in page["items"]]
        query = f"?limit=2&cursor={page['next']}"
    assert (names, page["next"]) == (["анна", "Ben", "Cleo", "Dorj", "Žofie"], None)
    assert (await acme.call("agent", "GET", f"{PEOPLE}?cursor=bm9uZQ")).status_code == 422


async def test_people_are_found_by_parts_in_either_script(acme: Organisation) -> None:
    await added(acme, "Хулан", HOME, family="Бат-Эрдэнэ", company="Northern Lights")
    for q in ("hula", "khulan", "улан", "erdene bat", "thern khul", "7946 0101", "02079460101", "+44 20 7946"):
        assert await found(acme, q) == ["Хулан Бат-Эрдэнэ"], q
    for q in ("khulan smith", "99", "!!", "$where", "0102"):
        assert await found(acme, q) == [], q


async def test_a_mistyped_name_is_found_where_nobody_has_it_and_nobody_else_is(api: Api, acme: Organisation) -> None:
    await added(acme, "Хулан", HOME, family="Энхбаяр")
    await added(acme, "Petra", family="Smith")
    for q in ("hulen", "хулн", "enhbayr", "энхбаяр хулна", "smiht", "petra smitt", "pertra"):
        assert len(await found(acme, q)) == 1, q
    for q in ("hul smith", "jones", "petra jones", "ptr"):
        assert await found(acme, q) == [], q
    await added(acme, "Smitt")
    assert await found(acme, "smitt") == ["Smitt"], "who is called so comes alone"
    people = api.mongo.tenant(acme.tenant.id).collection(Person)
    await added(acme, "Sarnai", company="Northern Harbour Lights Company")
    assert len(await found(acme, "sarnia northen harbor lights")) == 1
    assert await found(acme, "sarai northern harbour lights company") == [], "of many words the longest four"
    earlier = ("hulan", "ulan", "hlan", "huan", "huln", "hula")
    assert await people.update_where({"family": "Энхбаяр"}, {"found_near": earlier}) == 1
    assert len(await found(acme, "hulen")) == 1, "as an earlier version kept it"
    assert await people.update_where({"family": "Энхбаяр"}, {"found_near": ()}) == 1
    assert await found(acme, "hulen") == []


async def test_a_private_entry_is_its_users_alone(api: Api, acme: Organisation) -> None:
    made = await added(acme, "Doctor", HOME, private=True)
    path = f"{PEOPLE}/{made['id']}"
    assert (await listed(acme), await listed(acme, "owner")) == (["Doctor"], [])
    assert (await found(acme, "doctor"), await found(acme, "doctor", "supervisor")) == (["Doctor"], [])
    query = f"?contact_id={made['numbers'][0]['contact_id']}"
    assert (await listed(acme, "agent", query), await listed(acme, "owner", query)) == (["Doctor"], [])
    for method, body in (("GET", None), ("PATCH", {"notes": "x"}), ("DELETE", None)):
        assert (await acme.call("owner", method, path, json=body)).status_code == 404, method
    assert await shown_name(acme, HOME) is None, "others would see it in their calls"
    other = await api.organisation("Other")
    assert (await other.call("owner", "GET", path)).status_code == 404

    people = api.mongo.tenant(acme.tenant.id).collection(Person)
    await added(acme, "Everybody's", OWN)
    await api.services.there.get(Persons).erase(acme.tenant.id, UserId(acme.users["agent"]), "left")
    assert [one.given for one in await people.find()] == ["Everybody's"]
    left = await stored(acme, HOME)
    assert left is not None and left.people == 0, "the sweeper deletes it, as nothing has it"


async def test_calls_show_the_name_that_was_written_down_whatever_the_network_says(api: Api) -> None:
    async with front_office(api) as office:
        contact_id = await office.contact(HOME, "Wireless Caller")
        await office.read(office.call("ann").arrives(contact_id).joins(office.help).after(3).ends())

        async def row(q: str = "") -> Any:
            asked = ("POST", "/v1/calls/search", {"q": q}) if q else ("GET", "/v1/calls", None)
            items = (await office.ask("owner", *asked)).json()["items"]
            return items[0]["name"] if items else None

        assert await row() == "Wireless Caller"
        made = await added(office.org, "Анна", HOME, family="Петрова")
        assert made["numbers"][0]["contact_id"] == contact_id
        assert await row() == "Анна Петрова"
        await api.services.contacts.remember(office.org.tenant.id, HOME, "Spoofed Bank")
        assert (await row(), await row("petrova anna"), await row("spoofed")) == ("Анна Петрова",) * 3
        assert await row("nobody") is None

        path = f"{PEOPLE}/{made['id']}"
        await office.ask("agent", "PATCH", path, {"numbers": [{"number": OWN}]})
        assert await row() == "Spoofed Bank", "the number is not the person's any more"
        await office.ask("agent", "DELETE", path)
        told = [await office.changes(kind) for kind in (PERSON_CREATED, PERSON_UPDATED, PERSON_DELETED)]
        assert [[one.person_id for one in kind] for kind in told] == [[made["id"]]] * 3


async def test_people_who_share_a_number_stay_apart_and_calls_name_them_all(acme: Organisation) -> None:
    ann, ben = await added(acme, "Anna", HOME), await added(acme, "Ben", HOME, OWN)
    assert ann["numbers"][0]["contact_id"] == ben["numbers"][0]["contact_id"] and ann["id"] != ben["id"]
    assert await listed(acme, query=f"?contact_id={ann['numbers'][0]['contact_id']}") == ["Anna", "Ben"]
    assert (await shown_name(acme, HOME), await shown_name(acme, OWN)) == ("Anna / Ben", "Ben")
    await added(acme, "Cleo", HOME)
    assert await shown_name(acme, HOME) == "Anna / Ben / …"
    await acme.call("agent", "DELETE", f"{PEOPLE}/{ann['id']}")
    assert await shown_name(acme, HOME) == "Ben / Cleo"


async def test_an_erased_number_goes_from_its_people_and_its_next_entry_is_another_contact(acme: Organisation) -> None:
    ann, ben = await added(acme, "Anna", HOME, OWN, notes="likes tea"), await added(acme, "Ben", HOME)
    [gone, own] = [one["contact_id"] for one in ann["numbers"]]
    plan = (await acme.call("owner", "GET", f"/v1/contacts/{gone}/erasure-plan")).json()
    assert plan["would_delete"]["people"] == 2
    erased = await acme.call("owner", "POST", f"/v1/contacts/{gone}/erase", json={"reason": "asked"})
    assert erased.status_code == 200 and erased.json()["deleted"]["people"] == 2, erased.text

    left = (await acme.call("agent", "GET", f"{PEOPLE}/{ann['id']}")).json()
    assert [one["number"] for one in left["numbers"]] == [OWN]
    assert (await acme.call("agent", "GET", f"{PEOPLE}/{ben['id']}")).status_code == 404, "it was the last number"
    assert await stored(acme, HOME) is None and await found(acme, "0101") == []

    again = await added(acme, "Ben", HOME)
    fresh = again["numbers"][0]["contact_id"]
    assert fresh != gone and fresh == acme.api.services.contacts.id_for(acme.tenant.id, HOME)
    assert await acme.api.services.there.get(CallerErasures).carry_on(acme.api.clock.now()) == 0
    assert await listed(acme) == ["Anna", "Ben"], "who is written down anew stays"
    assert own == left["numbers"][0]["contact_id"]


async def test_a_legal_hold_keeps_numbers_and_their_people(api: Api, acme: Organisation) -> None:
    mine, ours = await added(acme, "Mine", HOME, private=True), await added(acme, "Ours", OWN)
    held = [one["numbers"][0]["contact_id"] for one in (mine, ours)]
    holds, later = api.services.there.get(LegalHolds), api.clock.now() + timedelta(days=30)
    by = UserId(acme.users["owner"])
    set_ = [await holds.set(acme.tenant.id, by, "contact", id, None, "a lawsuit", later) for id in held]
    path = f"{PEOPLE}/{ours['id']}"
    for method, body in (("DELETE", None), ("PATCH", {"numbers": []})):
        refused = await acme.call("agent", method, path, json=body)
        assert (refused.status_code, refused.json()["code"]) == (409, "legal_hold"), refused.text
    assert (await acme.call("agent", "PATCH", path, json={"notes": "held"})).status_code == 200

    await api.services.there.get(Persons).erase(acme.tenant.id, by_agent(acme), "left")
    people, kept = api.services.there.get(People), api.mongo.tenant(acme.tenant.id).collection(Person)
    assert await people.erase_due(api.clock.now()) == 0
    assert sorted(one.given for one in await kept.find()) == ["Mine", "Ours"]
    assert await listed(acme, "owner") == ["Ours"], "nobody sees the other"
    await holds.release(acme.tenant.id, set_[0].id, by, "over")
    assert await people.erase_due(api.clock.now()) == 1
    assert [one.given for one in await kept.find()] == ["Ours"]


def by_agent(of: Organisation) -> UserId:
    return UserId(of.users["agent"])


async def test_a_contact_that_the_address_book_alone_has_goes_with_its_last_person(acme: Organisation) -> None:
    api = acme.api
    sweeper = Sweeper(api.mongo, api.services.tenants, api.changes, time=api.services.there.get(AgreedTime), erasers={})
    people = [await added(acme, "Anna", HOME), await added(acme, "Mine", HOME, private=True)]
    contact = await stored(acme, HOME)
    assert contact is not None and (contact.people, contact.called) == (2, ("Anna",))
    assert contact.id == people[0]["numbers"][0]["contact_id"], "the one that its calls will have"
    for person in people:
        await sweeper.sweep()
        assert await stored(acme, HOME) is not None, "it never called, and the address book has it"
        assert (await acme.call("agent", "DELETE", f"{PEOPLE}/{person['id']}")).status_code == 204
    await sweeper.sweep()
    assert await stored(acme, HOME) is None


@for_each(
    "body",
    [
        {},
        {"given": "A", "numbers": [{"number": "not a number"}]},
        {"given": "A", "numbers": [{"number": f"+4420794601{n:02}"} for n in range(11)]},
        {"given": "A", "emails": [{"address": "a@b@c"}]},
        {"given": "A\u202eB"},
        {"given": "A", "order": "any"},
        {"given": "A", "fields": [{"name": "", "value": "x"}]},
        {"given": "A", "picture": "x"},
    ],
)
async def test_bad_input_is_refused(acme: Organisation, body: dict[str, Any]) -> None:
    answer = await acme.call("agent", "POST", PEOPLE, json=body)
    assert answer.status_code == 422, answer.text
