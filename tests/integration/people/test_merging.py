"""Who was written down twice over HTTP: found with reasons, merged only when somebody says so, and undone whole."""

from __future__ import annotations

from typing import Any

import pytest
from tests.integration.people.test_people import HOME, OWN, PEOPLE, WORK, added, found, listed, shown_name
from tests.support.http.api import Api, Organisation

from call24.kit.errors import NotFound
from call24.kit.ids import UserId
from call24.people.duplicate_model import Duplicate
from call24.people.duplicates import Duplicates
from call24.people.history import PersonHistory
from call24.people.history_model import HistoryEntry
from call24.people.service import People
from call24.privacy.persons import Persons

DUPLICATES = f"{PEOPLE}/duplicates"


@pytest.fixture
async def acme(api: Api) -> Organisation:
    return await api.organisation()


async def suspected(of: Organisation, role: str = "agent") -> list[Any]:
    """As the task behind finds them."""
    duplicates = of.api.services.there.get(Duplicates)
    while await duplicates.look():
        pass
    answer = await of.call(role, "GET", DUPLICATES)
    assert answer.status_code == 200, answer.text
    items: list[Any] = answer.json()["items"]
    return items


async def names(of: Organisation, role: str = "agent") -> list[list[str]]:
    return [[one["name"] for one in pair["people"]] for pair in await suspected(of, role)]


async def merge(of: Organisation, kept: Any, other: Any, **more: Any) -> Any:
    answer = await of.call("agent", "POST", f"{PEOPLE}/{kept['id']}/merge", json={"other_id": other["id"], **more})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def undo(of: Organisation, entry: Any, status: int = 200) -> Any:
    answer = await of.call("agent", "POST", f"{PEOPLE}/history/{entry['id']}/undo")
    assert answer.status_code == status, answer.text
    return answer.json()


async def read(of: Organisation, person: Any) -> Any:
    answer = await of.call("agent", "GET", f"{PEOPLE}/{person['id']}")
    return answer.json() if answer.status_code == 200 else None


def said(person: Any) -> Any:
    """What users wrote of the person."""
    return {name: value for name, value in person.items() if name not in ("version", "updated_at")}


async def twice(of: Organisation) -> tuple[Any, Any]:
    one = await added(
        of, "Хулан", HOME, family="Бат", company="Northern Lights", notes="Likes tea", tags=["vip"],
        emails=[{"address": "khulan@example.mn"}], fields=[{"name": "Size", "value": "L"}],
    )  # fmt: skip
    other = await added(
        of, "Khulan", OWN, family="Bat", phonetic="KHOO-lan", notes="Rings late", tags=["tea"],
        emails=[{"address": "Khulan@Example.mn", "label": "work"}, {"address": "k@example.mn"}],
        fields=[{"name": "size", "value": "M"}, {"name": "Customer number", "value": "77412"}],
    )  # fmt: skip
    return one, other


async def test_who_was_written_down_twice_is_listed_with_the_reasons_and_nobody_is_merged(acme: Organisation) -> None:
    one, other = await twice(acme)
    await added(acme, "Ben", WORK)
    [pair] = await suspected(acme)
    assert [person["id"] for person in pair["people"]] == [one["id"], other["id"]]
    assert pair["why"] == ["same_name", "same_email"]
    assert await listed(acme) == ["Ben", "Хулан Бат", "Khulan Bat"], "they stay two until a user says otherwise"


async def test_two_people_on_one_landline_stay_two(acme: Organisation) -> None:
    shared = {"addresses": [{"text": "1 Peace Avenue\nUlaanbaatar"}], "emails": [{"address": "family@example.mn"}]}
    for given in ("Анна", "Бэн", "Daniel", "Daniela"):
        await added(acme, given, HOME, family="Петров", **shared)
    assert await suspected(acme) == []


async def test_what_is_changed_is_looked_at_again(acme: Organisation) -> None:
    one, other = await twice(acme)
    assert len(await suspected(acme)) == 1
    await acme.call("agent", "PATCH", f"{PEOPLE}/{other['id']}", json={"given": "Bolor", "emails": []})
    assert await suspected(acme) == []
    await acme.call("agent", "PATCH", f"{PEOPLE}/{other['id']}", json={"given": "Hulan", "numbers": [{"number": HOME}]})
    assert await names(acme) == [["Хулан Бат", "Hulan Bat"]]
    await acme.call("agent", "DELETE", f"{PEOPLE}/{one['id']}")
    assert await suspected(acme) == []


async def test_not_the_same_is_remembered(acme: Organisation) -> None:
    one, other = await twice(acme)
    [pair] = await suspected(acme)
    assert (await acme.call("agent", "POST", f"{DUPLICATES}/{pair['id']}/dismiss")).status_code == 204
    assert await suspected(acme) == []
    await acme.call("agent", "PATCH", f"{PEOPLE}/{one['id']}", json={"numbers": [{"number": OWN}]})
    assert await suspected(acme) == []
    third = await added(acme, "Khulan", WORK, family="Bat", emails=[{"address": "khulan@example.mn"}])
    assert len(await suspected(acme)) == 2
    entry = (await merge(acme, third, other))["entry"]
    assert await suspected(acme) == [], "of who went into the other it is known too"
    await undo(acme, entry)
    assert len(await suspected(acme)) == 2


async def test_duplicates_are_read_page_by_page_the_likeliest_first(acme: Organisation) -> None:
    for number in (HOME, OWN, WORK):
        for _ in range(2):
            await added(acme, f"Name{number[-1]}", number, family="Bat")
    await added(acme, "Name1", HOME, family="Bat", emails=[{"address": "one@example.mn"}])
    every = await suspected(acme)
    assert len(every) == 5 and [one["score"] for one in every] == sorted((one["score"] for one in every), reverse=True)
    pages, query = list[Any](), "?limit=2"
    for _ in range(3):
        page = (await acme.call("agent", "GET", DUPLICATES + query)).json()
        pages += page["items"]
        query = f"?limit=2&cursor={page['next']}"
    assert (pages, page["next"]) == (every, None)
    assert (await acme.call("agent", "GET", f"{DUPLICATES}?cursor=bm9uZQ")).status_code == 422


async def test_a_merge_takes_what_was_chosen_and_all_lines_of_both(acme: Organisation) -> None:
    one, other = await twice(acme)
    body = {"version": 1, "other_version": 1, "take": {"given": "other", "family": "kept"}}
    person = (await merge(acme, one, other, **body))["person"]
    assert (person["id"], person["name"], person["version"]) == (one["id"], "Khulan Бат", 2)
    assert (person["phonetic"], person["company"]) == ("KHOO-lan", "Northern Lights")
    assert person["notes"] == "Likes tea\n\nRings late"
    assert [line["number"] for line in person["numbers"]] == [HOME, OWN]
    assert [line["address"] for line in person["emails"]] == ["khulan@example.mn", "k@example.mn"]
    assert (person["tags"], [line["value"] for line in person["fields"]]) == (["vip", "tea"], ["L", "77412"])
    assert (await listed(acme), await found(acme, "77412"), await suspected(acme)) == (["Khulan Бат"], [], [])
    assert await shown_name(acme, OWN) == "Khulan Бат", "calls of all numbers show who is there now"
    assert await read(acme, other) is None


async def test_a_merge_is_undone_with_nothing_lost(acme: Organisation) -> None:
    one, other = await twice(acme)
    entry = (await merge(acme, one, other, take={"given": "other", "notes": "other", "fields": "other"}))["entry"]
    assert (entry["kind"], entry["other_name"]) == ("merged", "Khulan Bat")
    people = (await undo(acme, entry))["people"]
    assert [said(person) for person in people] == [said(one), said(other)]
    assert [await read(acme, person) for person in (one, other)] == people
    assert (await shown_name(acme, HOME), await shown_name(acme, OWN)) == ("Хулан Бат", "Khulan Bat")
    assert (await undo(acme, entry, 409))["code"] == "already_undone"
    assert len(await suspected(acme)) == 1


async def test_what_was_changed_since_a_merge_stays_when_it_is_undone(acme: Organisation) -> None:
    one, other = await twice(acme)
    merged = await merge(acme, one, other)
    numbers = [{"number": OWN, "label": "mobile"}, {"number": WORK}]  # without the first, which is removed
    late = {"company": "Southern Lights", "numbers": numbers, "tags": ["vip", "tea", "new"]}
    await acme.call("agent", "PATCH", f"{PEOPLE}/{one['id']}", json=late)
    kept, back = (await undo(acme, merged["entry"]))["people"]
    assert said(back) == said(other), "who comes back is exactly as before"
    assert (kept["company"], kept["tags"]) == ("Southern Lights", ["vip", "new"])
    assert [line["number"] for line in kept["numbers"]] == [OWN, WORK], "what was removed, changed and added since"
    assert {name: kept[name] for name in ("given", "notes", "phonetic", "fields", "emails")} == {
        name: one[name] for name in ("given", "notes", "phonetic", "fields", "emails")
    }


async def test_merges_of_merges_are_undone_in_any_order(acme: Organisation) -> None:
    one, other = await twice(acme)
    third = await added(acme, "Hulan", WORK, family="Bat", notes="Third")
    first, second = (await merge(acme, one, other))["entry"], (await merge(acme, one, third))["entry"]
    for entry in (first, second):
        await undo(acme, entry)
    assert [said(await read(acme, person)) for person in (one, other, third)] == [said(one), said(other), said(third)]


async def test_a_merge_is_undone_once_who_stayed_is_there(acme: Organisation) -> None:
    one, other = await twice(acme)
    entry = (await merge(acme, one, other))["entry"]
    await acme.call("agent", "DELETE", f"{PEOPLE}/{one['id']}")
    assert (await undo(acme, entry, 409))["code"] == "person_deleted"
    [deleted] = (await acme.call("agent", "GET", f"{PEOPLE}/deleted")).json()["items"]
    await undo(acme, deleted)
    await undo(acme, entry)
    assert [said(await read(acme, person)) for person in (one, other)] == [said(one), said(other)]


async def test_a_change_and_a_deletion_are_undone(acme: Organisation) -> None:
    person = await added(acme, "Anna", HOME, notes="Likes tea")
    path = f"{PEOPLE}/{person['id']}"
    await acme.call("agent", "PATCH", path, json={"notes": "", "given": "Hanna"})
    await acme.call("agent", "PATCH", path, json={"company": "Acme"})
    page = (await acme.call("agent", "GET", f"{path}/history?limit=1")).json()
    assert page["items"][0]["fields"] == ["company"] and page["next"]
    older = (await acme.call("agent", "GET", f"{path}/history?limit=1&cursor={page['next']}")).json()
    [entry] = older["items"]
    assert (entry["fields"], entry["name"], older["next"]) == (["given", "notes"], "Anna", None)
    await undo(acme, entry)
    assert (await read(acme, person)) | {"version": 0, "updated_at": ""} == {
        **person, "company": "Acme", "version": 0, "updated_at": "",
    }  # fmt: skip

    await acme.call("agent", "DELETE", path)
    assert (await read(acme, person), await found(acme, "0101"), await shown_name(acme, HOME)) == (None, [], None)
    [deleted] = (await acme.call("supervisor", "GET", f"{PEOPLE}/deleted")).json()["items"]
    assert (deleted["name"], deleted["by"], deleted["kind"]) == ("Anna", acme.users["agent"], "deleted")
    await undo(acme, deleted)
    assert said(await read(acme, person)) == {**said(person), "company": "Acme"}
    assert (await acme.call("agent", "GET", f"{PEOPLE}/deleted")).json()["items"] == []
    assert await shown_name(acme, HOME) == "Anna"


async def test_nothing_is_undone_after_thirty_days(api: Api, acme: Organisation) -> None:
    await acme.call("agent", "DELETE", f"{PEOPLE}/{(await added(acme, 'Anna'))['id']}")
    [deleted] = (await acme.call("agent", "GET", f"{PEOPLE}/deleted")).json()["items"]
    past, of, by = api.services.there.get(PersonHistory), acme.tenant.id, UserId(acme.users["agent"])
    api.clock.advance(days=30, seconds=-1)
    assert (await past.get(of, deleted["id"], by)).kind == "deleted"
    api.clock.advance(seconds=1)
    assert (await past.deleted(of, by, limit=5, cursor=None)).entries == ()
    with pytest.raises(NotFound):
        await past.get(of, deleted["id"], by)


async def test_the_newest_changes_of_a_person_can_be_undone(acme: Organisation) -> None:
    person = await added(acme, "Anna")
    for n in range(23):
        await acme.call("agent", "PATCH", f"{PEOPLE}/{person['id']}", json={"notes": f"{n}"})
    page = (await acme.call("agent", "GET", f"{PEOPLE}/{person['id']}/history?limit=100")).json()
    assert (len(page["items"]), page["next"]) == (20, None)


async def test_an_erased_caller_is_in_nothing_that_can_be_undone(api: Api, acme: Organisation) -> None:
    one, other = await twice(acme)
    third = await added(acme, "Cleo", WORK, OWN)
    entry = (await merge(acme, one, other))["entry"]
    await acme.call("agent", "DELETE", f"{PEOPLE}/{third['id']}")
    await acme.call("agent", "PATCH", f"{PEOPLE}/{one['id']}", json={"numbers": [{"number": HOME}]})
    kept = api.mongo.tenant(acme.tenant.id).collection(HistoryEntry)
    assert await kept.count() == 3
    gone = other["numbers"][0]["contact_id"]
    await api.services.there.get(People).erase_callers(acme.tenant.id, [gone])
    assert await kept.find() == [], "each of them had the number"
    await undo(acme, entry, 404)


async def test_who_is_erased_takes_what_went_into_them_along(api: Api, acme: Organisation) -> None:
    one, other = await added(acme, "Anna", notes="One"), await added(acme, "Hanna", notes="Two")
    entry = (await merge(acme, one, other))["entry"]
    plan = await acme.call("owner", "POST", f"{PEOPLE}/{one['id']}/erase", json={"reason": "asked", "contact_ids": []})
    assert plan.status_code == 200, plan.text
    assert await api.mongo.tenant(acme.tenant.id).collection(HistoryEntry).find() == []
    await undo(acme, entry, 404)
    assert await listed(acme) == []


async def test_private_entries_are_merged_and_undone_by_their_user_alone(api: Api, acme: Organisation) -> None:
    mine, again = [await added(acme, "Doctor", HOME, family="Bat", private=True) for _ in range(2)]
    ours = await added(acme, "Doctor", HOME, family="Bat")
    [pair] = await suspected(acme)
    assert [one["id"] for one in pair["people"]] == [mine["id"], again["id"]], "never one's own with everybody's"
    assert await suspected(acme, "owner") == []
    path = f"{DUPLICATES}/{pair['id']}/dismiss"
    assert (await acme.call("owner", "POST", path)).status_code == 404
    refused = await acme.call("agent", "POST", f"{PEOPLE}/{mine['id']}/merge", json={"other_id": ours["id"]})
    assert (refused.status_code, refused.json()["code"]) == (409, "not_mergeable")
    entry = (await merge(acme, mine, again))["entry"]
    assert (await acme.call("owner", "POST", f"{PEOPLE}/history/{entry['id']}/undo")).status_code == 404
    assert (await acme.call("owner", "GET", f"{PEOPLE}/{mine['id']}/history")).status_code == 404
    await undo(acme, entry)

    await suspected(acme)
    await api.services.there.get(Persons).erase(acme.tenant.id, UserId(acme.users["agent"]), "left")
    scope = api.mongo.tenant(acme.tenant.id)
    assert await scope.collection(HistoryEntry).find() == await scope.collection(Duplicate).find() == []


async def test_a_merge_that_is_too_much_or_outdated_is_refused_and_changes_nothing(acme: Organisation) -> None:
    one = await added(acme, "Anna", *(f"+4420794601{n:02}" for n in range(10, 20)))
    other = await added(acme, "Anna", HOME)
    refused = await acme.call("agent", "POST", f"{PEOPLE}/{one['id']}/merge", json={"other_id": other["id"]})
    assert refused.status_code == 422 and "at most 10 together" in refused.text
    for body in ({"version": 2}, {"other_version": 3}):
        path = f"{PEOPLE}/{one['id']}/merge"
        refused = await acme.call("agent", "POST", path, json={"other_id": other["id"], **body})
        assert (refused.status_code, refused.json()["code"]) == (409, "person_changed")
    itself = await acme.call("agent", "POST", f"{PEOPLE}/{one['id']}/merge", json={"other_id": one["id"]})
    assert (itself.status_code, itself.json()["code"]) == (409, "not_mergeable")
    assert [await read(acme, person) for person in (one, other)] == [one, other]
