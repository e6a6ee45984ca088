"""Restricted data over HTTP: people of the address book, the register after a restart, and the caller's own page."""

from __future__ import annotations

from typing import Any

import pytest
from tests.support.http.api import Api, Organisation

from call24.changes.model import Change
from call24.contacts.model import Contact
from call24.kit.ids import ContactId, PersonId, UserId
from call24.people.duplicates import Duplicates
from call24.people.matches import Matches
from call24.people.service import People
from call24.privacy_requests import door_pages
from call24.restrictions.events import RESTRICTION_CHANGED
from call24.restrictions.service import Restrictions

DESK, PEOPLE = "/v1/privacy-requests", "/v1/people"
HOME, OWN, SHARED = "+442079460401", "+442079460402", "+442079460403"


@pytest.fixture
async def acme(api: Api) -> Organisation:
    return await api.organisation()


async def added(of: Organisation, given: str, *numbers: str) -> Any:
    body = {"given": given, "company": "Northern", "numbers": [{"number": one} for one in numbers]}
    answer = await of.call("agent", "POST", PEOPLE, json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def step(of: Organisation, request: Any, step: str, **more: Any) -> Any:
    body = {"step": step, "version": request["version"], "note": "They dispute it", **more}
    return await of.call("owner", "POST", f"{DESK}/{request['id']}/steps", json=body)


async def restricted(of: Organisation, number: str, **more: Any) -> Any:
    asked = {"kind": "restriction", "source": "letter", "number": number}
    request = (await of.call("owner", "POST", DESK, json=asked)).json()
    request = (await step(of, request, "confirm_identity", identity="document")).json()
    answer = await step(of, request, "restrict", ground="legal_claims", **more)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def lifted(of: Organisation, request: Any) -> Any:
    told = (await step(of, request, "tell_lifting")).json()
    return (await step(of, told, "lift")).json()


async def listed(of: Organisation) -> dict[str, Any]:
    return {one["id"]: one for one in (await of.call("agent", "GET", PEOPLE)).json()["items"]}


async def found(of: Organisation, q: str) -> list[Any]:
    return list((await of.call("agent", "POST", f"{PEOPLE}/search", json={"q": q})).json()["items"])


async def told(of: Organisation, people: People) -> None:
    """The newest change, as the feed gives it."""
    changes = of.api.mongo.tenant(of.tenant.id).collection(Change)
    await people.read(await changes.find({"type": RESTRICTION_CHANGED.name}, sort=[("seq", -1)], limit=1))


def says_nothing(shown: Any) -> bool:
    return not any(word in str(shown) for word in ("Nokomis", "Northern", HOME[1:], OWN[1:]))


async def test_an_entry_whose_numbers_are_restricted_is_a_row_that_says_so_and_no_more(acme: Organisation) -> None:
    nokomis, otto = await added(acme, "Nokomis", HOME), await added(acme, "Otto", SHARED)
    request = await restricted(acme, HOME)
    rows = await listed(acme)
    assert rows[nokomis["id"]]["restricted"] and says_nothing(rows[nokomis["id"]])
    assert not rows[otto["id"]]["restricted"] and rows[otto["id"]]["name"] == "Otto"
    for text in ("Nokomis", HOME):
        assert [one["restricted"] for one in await found(acme, text)] == [True], "who looks for them sees why"
    for method, body in (("GET", None), ("PATCH", {"given": "Anna"}), ("DELETE", None)):
        answer = await acme.call("owner", method, f"{PEOPLE}/{nokomis['id']}", json=body)
        assert (answer.status_code, answer.json()["code"]) == (403, "data_restricted"), method
        assert says_nothing(answer.text)
    assert (await lifted(acme, request))["state"] == "done"
    assert (await listed(acme))[nokomis["id"]]["name"] == "Nokomis"
    assert (await acme.call("owner", "PATCH", f"{PEOPLE}/{nokomis['id']}", json={"given": "Anna"})).status_code == 200


async def test_of_several_numbers_the_restricted_one_is_not_shown_and_no_change_loses_it(acme: Organisation) -> None:
    nokomis = await added(acme, "Nokomis", HOME, OWN)
    request = await restricted(acme, HOME)
    at = f"{PEOPLE}/{nokomis['id']}"
    shown = (await acme.call("agent", "GET", at)).json()
    assert [one["number"] for one in shown["numbers"]] == [OWN] and not shown["restricted"]
    changed = await acme.call("agent", "PATCH", at, json={"numbers": [{"number": SHARED}]})
    assert changed.status_code == 200, changed.text
    refused = await acme.call("agent", "DELETE", at)
    assert (refused.status_code, refused.json()["code"]) == (409, "legal_hold"), "it is kept"
    await lifted(acme, request)
    numbers = [one["number"] for one in (await acme.call("agent", "GET", at)).json()["numbers"]]
    assert sorted(numbers) == sorted([HOME, SHARED])


async def test_a_person_is_restricted_with_the_numbers_that_are_theirs_alone_and_others_keep_the_shared_one(
    acme: Organisation,
) -> None:
    nokomis, otto = await added(acme, "Nokomis", HOME, OWN, SHARED), await added(acme, "Otto", SHARED)
    people, matches = acme.api.services.there.get(People), acme.api.services.there.get(Matches)
    wrong = await acme.call("owner", "POST", DESK, json={"kind": "restriction", "source": "letter", "number": HOME})
    seen = (await step(acme, wrong.json(), "confirm_identity", identity="document")).json()
    refused = await step(acme, seen, "restrict", ground="objection", person_id=otto["id"])
    assert refused.json()["errors"][0]["field"] == "person_id", "the request is not theirs"
    request = await restricted(acme, HOME, person_id=nokomis["id"])
    [restriction] = (await acme.call("owner", "GET", "/v1/restrictions")).json()["items"]
    assert {one["number"] for one in restriction["numbers"]} == {HOME, OWN}
    assert restriction["person_id"] == nokomis["id"]
    rows = await listed(acme)
    assert rows[nokomis["id"]]["restricted"] and says_nothing(rows[nokomis["id"]])
    assert rows[otto["id"]]["numbers"][0]["number"] == SHARED
    await told(acme, people)
    shared = ContactId(rows[otto["id"]]["numbers"][0]["contact_id"])
    contact = await acme.api.mongo.tenant(acme.tenant.id).collection(Contact).get(shared)
    assert contact.called == ("Otto",), "nor do calls of the shared number name the person"
    await matches.look(acme.tenant.id, shared)
    agent = UserId(acme.users["agent"])
    assert [one.person_id for one in matches.of(acme.tenant.id, shared, agent)] == [PersonId(otto["id"])]
    await lifted(acme, request)
    await told(acme, people)
    contact = await acme.api.mongo.tenant(acme.tenant.id).collection(Contact).get(shared)
    assert contact.called == ("Nokomis", "Otto")
    await matches.look(acme.tenant.id, shared)
    assert [one.name for one in matches.of(acme.tenant.id, shared, agent)] == ["Nokomis", "Otto"]


async def test_restricted_people_are_not_suspected_and_what_was_done_with_them_is_not_shown_until_it_is_lifted(
    acme: Organisation,
) -> None:
    there = acme.api.services.there
    duplicates, people = there.get(Duplicates), there.get(People)

    async def suspected() -> int:
        while await duplicates.look():
            pass
        return len((await acme.call("owner", "GET", "/v1/people/duplicates")).json()["items"])

    one, other = await added(acme, "Nokomis Bat", HOME), await added(acme, "Nokomis Bat", HOME)
    gone = await added(acme, "Gone", HOME)
    assert await suspected() == 1
    assert (await acme.call("agent", "DELETE", f"/v1/people/{gone['id']}")).status_code == 204
    [entry] = (await acme.call("owner", "GET", "/v1/people/deleted")).json()["items"]
    request = await restricted(acme, HOME)
    await told(acme, people)
    assert await suspected() == 0
    assert (await acme.call("owner", "GET", "/v1/people/deleted")).json()["items"] == []
    for path, body in (
        (f"/v1/people/history/{entry['id']}/undo", None),
        (f"/v1/people/{one['id']}/merge", {"other_id": other["id"]}),
    ):
        refused = await acme.call("agent", "POST", path, json=body)
        assert (refused.status_code, refused.json()["code"]) == (403, "data_restricted"), refused.text
    await lifted(acme, request)
    await told(acme, people)
    assert await suspected() == 1
    assert (await acme.call("agent", "POST", f"/v1/people/history/{entry['id']}/undo")).status_code == 200


async def test_the_register_is_known_again_after_a_restart_and_until_it_is_read_nothing_is_shown(
    acme: Organisation,
) -> None:
    await added(acme, "Nokomis", HOME)
    other = acme.api.services.contacts.id_for(acme.tenant.id, SHARED)
    contact_id = acme.api.services.contacts.id_for(acme.tenant.id, HOME)
    await restricted(acme, HOME)
    again = Restrictions(acme.api.mongo, acme.api.clock, acme.api.changes)
    assert again.restricted(acme.tenant.id, other), "nobody knows yet who is"
    await again.load()
    assert again.restricted(acme.tenant.id, contact_id) and not again.restricted(acme.tenant.id, other)


async def test_the_callers_page_says_since_when_the_data_is_restricted(acme: Organisation) -> None:
    await added(acme, "Nokomis", HOME)
    request = await restricted(acme, HOME)
    restrictions = acme.api.services.there.get(Restrictions)
    contact_id = acme.api.services.contacts.id_for(acme.tenant.id, HOME)
    shown = door_pages.restricted_part(await restrictions.of_contact(acme.tenant.id, contact_id))
    assert "Your data is restricted" in shown and "Since 2026-" in shown
    await lifted(acme, request)
    shown = door_pages.restricted_part(await restrictions.of_contact(acme.tenant.id, contact_id))
    assert "Your data was restricted" in shown


async def test_processors_are_told_that_data_may_be_used_again_when_nothing_holds_it_any_more(
    acme: Organisation,
) -> None:
    crmly = {"name": "Crmly", "url": "https://crmly.example/told", "gets": ["caller"], "data": "numbers"}
    assert (await acme.call("owner", "POST", "/v1/processors", json=crmly)).status_code == 201
    nokomis = await added(acme, "Nokomis", HOME, OWN)
    first, second = await restricted(acme, HOME), await restricted(acme, OWN, person_id=nokomis["id"])

    async def kinds() -> list[str]:
        shown = (await acme.call("owner", "GET", "/v1/erasure-notices")).json()["items"]
        return [one["kind"] for one in shown if one["state"] == "waiting"]

    await lifted(acme, first)
    assert await kinds() == ["restriction", "restriction"], "the other request holds both numbers"
    await lifted(acme, second)
    assert await kinds() == ["restriction_lifted", "restriction_lifted"]
