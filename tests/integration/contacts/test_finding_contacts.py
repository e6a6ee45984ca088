"""Callers found by a part of their name or number: all that have it, by an index, however many callers there are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.clock import StillClock
from tests.support.database.database import looked_at
from tests.support.database.mongod import RunningMongod
from tests.support.for_each import for_each

from call24.changes.service import Changes, Writing
from call24.contacts.model import Contact
from call24.contacts.rules import found_by, number_part, words_of
from call24.contacts.service import ContactService
from call24.kit.ids import TenantId
from call24.kit.mongo import Mongo
from call24.kit.secrets import AppKey

TENANT = TenantId("ten_a")
PEOPLE = (
    ("+442079460123", "Grace Holloway"),
    ("+442079460124", "Anna KOVÁCS-Ólafsdóttir"),
    ("+12025550143", "Seán O'Brien"),
    ("+442079460777", None),
)


@pytest.fixture
def contacts(mongo: Mongo, tmp_path: Path) -> ContactService:
    return ContactService(mongo, StillClock(), AppKey.load(tmp_path), Changes(mongo, StillClock()))


@for_each(
    ("text", "found"),
    [
        ("Holloway", [0]),
        ("hollo", [0]),
        ("oway", [0]),
        ("Grace Holl", [0]),
        ("holloway grace", [0]),
        ("grace kovács", []),
        ("kovács", [1]),
        ("s-ólaf", [1]),
        ("O'BRIEN", [2]),
        ("a", [0, 1, 2]),
        ("kovacs", [1]),
        ("sean", [2]),
        ("+442079460123", [0]),
        ("020 7946 0", []),
        ("20 7946-0", [0, 1, 3]),
        ("0143", [2]),
        ("77", [3]),
        (".*", []),
        ("^g", []),
        ("\0", []),
        ("grace\0", []),
    ],
)
async def test_a_part_of_a_name_or_number_finds_who_has_it(
    contacts: ContactService, text: str, found: list[int]
) -> None:
    for number, name in PEOPLE:
        await contacts.remember(TENANT, number, name)
        await contacts.remember(TenantId("ten_b"), number, name)
    wanted = {PEOPLE[n][0] for n in found}
    assert {contact.number for contact in await contacts.search(TENANT, text, 200)} == wanted


@given(st.text(min_size=1, max_size=30), st.data())
def test_every_part_of_a_word_begins_something_that_it_is_found_by(name: str, data: st.DataObject) -> None:
    for word in words_of(name):
        begin = data.draw(st.integers(0, len(word) - 1))
        part = word[begin : data.draw(st.integers(begin + 1, len(word)))]
        assert any(one.startswith(part) for one in found_by("+4420", name))
    assert number_part("44") is None and number_part("(0)44-1") == "0441" and number_part("a441") is None


async def test_who_calls_again_under_another_name_is_found_by_that(contacts: ContactService) -> None:
    await contacts.remember(TENANT, "+4420", "Acme")
    await contacts.remember(TENANT, "+4420", "Beta")
    assert [len(await contacts.search(TENANT, text, 5)) for text in ("acme", "beta", "4420")] == [0, 1, 1]
    await contacts.keep_again([contacts.seen(TENANT, "+4420", "Gamma")])
    assert [len(await contacts.search(TENANT, text, 5)) for text in ("beta", "gamma", "4420")] == [0, 1, 1]
    await contacts.remember(TENANT, "+4420")
    assert len(await contacts.search(TENANT, "gamma", 5)) == 1


async def test_who_was_kept_before_is_found_after_a_rebuild(contacts: ContactService, mongo: Mongo) -> None:
    contact = await contacts.remember(TENANT, "+442079460123", "Grace")
    await mongo.tenant(TENANT).collection(Contact).update(contact.id, {"found_by": []})
    assert await contacts.search(TENANT, "grace", 5) == []
    assert [await contacts.make_findable(TENANT), await contacts.make_findable(TENANT)] == [1, 0]
    assert await contacts.search(TENANT, "grace", 5) == [contact]


async def test_who_is_in_the_address_book_alone_is_found_once_they_called(
    contacts: ContactService, mongo: Mongo
) -> None:
    for n, name in enumerate((None, "Grace")):
        number = f"+44207946012{n}"

        async def written(writing: Writing, number: str = number) -> None:
            await contacts.call_people(writing, contacts.id_for(TENANT, number), number, ["Holloway"], 1)

        await Changes(mongo, StillClock()).commit(TENANT, written)
        assert await contacts.make_findable(TENANT) == 0, "there are no calls of theirs"
        await contacts.remember(TENANT, number, name)
        assert [one.number for one in await contacts.search(TENANT, number[4:], 5)] == [number]
    assert len(await contacts.search(TENANT, "grace", 5)) == 1


async def test_what_few_have_and_what_many_have_is_found_without_looking_at_all(
    contacts: ContactService, mongo: Mongo, mongod: RunningMongod
) -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    many = [
        Contact(
            id=contacts.id_for(TENANT, f"+44{n:08}"),
            tenant_id=TENANT,
            number=f"+44{n:08}",
            display_name=f"Caller {n:07}",
            found_by=found_by(f"+44{n:08}", f"Caller {n:07}"),
            created_at=at,
            seen_at=at + timedelta(seconds=n),
        )
        for n in range(4000)
    ]
    await mongo.tenant(TENANT).collection(Contact).insert_many(many)
    with looked_at(mongod) as last:
        for text, found in (("aller 0002999", 1), ("caller", 20), ("0002998", 1), ("0002997 caller", 1)):
            assert len(await contacts.search(TENANT, text, 20)) == found
            assert last() < 1000, text
