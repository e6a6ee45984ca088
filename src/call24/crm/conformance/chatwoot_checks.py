"""What the connector for Chatwoot has to do beside what every connector has to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from call24.crm.conformance.checks import CHECKS, START, Check, call_note, holds, raises, trouble, whole_list
from call24.crm.conformance.fake_chatwoot import CUSTOMER, FakeChatwoot
from call24.crm.conformance.stand_in import Fault
from call24.crm.connector import CrmClient, Missing, Place, Rejected, VersionConflict

NUMBER = "+442079460101"


def _values(named: Mapping[str, Any]) -> dict[str, Any]:
    """By names that no parameter can have."""
    return dict(named)


async def _many(crm: FakeChatwoot, client: CrmClient) -> None:
    made = [crm.add(at=START, given="Same").id for _ in range(70)]
    late = [crm.add(at=START + timedelta(seconds=n), given="Late").id for n in range(1, 90)]
    for limit in (7, 100):
        ids = [one.id for one in await whole_list(client, limit)]
        holds(ids == [*made, *late], f"pages of 15, some within one second, {limit} at a time; {len(ids)} of 159")
    page = await client.changed_since(Place(at=START, id=made[40]), 1)
    holds([one.id for one in page.records] == [made[41]], "the order is by second and id, not Chatwoot's own")


async def _few_requests(crm: FakeChatwoot, client: CrmClient) -> None:
    for n in range(600):
        crm.add(at=START + timedelta(seconds=n), given="One")
    await client.changed_since(Place(at=START + timedelta(seconds=598)), 100)
    holds(len(crm.asked) == 1, f"whether anybody is new is asked once; it was {len(crm.asked)} times")
    crm.asked.clear()
    page = await client.changed_since(Place(at=START + timedelta(seconds=500), id="601"), 30)
    holds(len(page.records) == 30 and page.more, "a place in the middle is found")
    holds(len(crm.asked) <= 11, f"by halves, not from the beginning; it was asked {len(crm.asked)} times")


async def _changed_later(crm: FakeChatwoot, client: CrmClient) -> None:
    one, other = crm.add(at=START, given="Anna"), crm.add(at=START + timedelta(hours=1), given="Bo")
    before = (await whole_list(client, 10))[0].version
    crm.change(one.id, given="Anya")
    found = await whole_list(client, 10)
    holds([each.id for each in found] == [one.id, other.id], "a change moves nobody in the list")
    holds(found[0].version != before, "and is told apart by the version alone")


async def _hers_meanwhile(crm: FakeChatwoot, client: CrmClient) -> None:
    one = crm.add(given="Anna")
    crm.change(one.id, **_values({CUSTOMER: "C-7"}))
    seen = (await client.get(one.id)).version
    crm.change(one.id, **_values({CUSTOMER: "C-8"}))
    async with raises(VersionConflict, "a change of an attribute, which no time tells"):
        await client.update(one.id, crm.members(given="Ours"), seen)


async def _visitors(crm: FakeChatwoot, client: CrmClient) -> None:
    crm.contact(name="damp-river-12")
    anna = crm.add(given="Anna").id
    ids = [one.id for one in await whole_list(client, 10)]
    holds(ids == [anna], f"visitors of whom nothing is known are nobody; it was {ids}")


async def _empty(crm: FakeChatwoot, client: CrmClient) -> None:
    one = crm.add(given="Anna", phone=NUMBER, email="anna@example.com")
    crm.change(one.id, **_values({CUSTOMER: "C-7", "additional_attributes.city": "Bath"}))
    changes = {"phone_number": "", "email": None, "additional_attributes": {"company_name": "Acme"}}
    record = await client.update(one.id, changes, "")
    row = crm.contacts[int(one.id)]
    holds(row["phone_number"] is None and row["email"] is None, "what is taken away is null: each is there once")
    holds(row["additional_attributes"] == {"company_name": "Acme", "city": "Bath"}, "other members stay")
    holds(record.fields["custom_attributes"]["customer_number"] == "C-7", "and other objects")
    await client.update(one.id, {"name": None, "custom_attributes": {"customer_number": None}}, "")
    holds(row["name"] == "" and row["custom_attributes"]["customer_number"] == "", "a name is a text at any time")
    for fields in (
        {"id": "1"},
        {"identifier": "x"},
        {"blocked": "x"},
        {"custom_attributes": "x"},
        {"additional_attributes": {"social_profiles": "x"}},
        {"custom_attributes": {"a b": "x"}},
        {"custom_attributes.a": "x"},
    ):
        async with raises(Rejected, f"a change of {fields}"):
            await client.update(one.id, fields, "")


async def _taken(crm: FakeChatwoot, client: CrmClient) -> None:
    crm.add(given="Anna", phone=NUMBER)
    async with raises(Rejected, "a number that another contact has") as found:
        await client.create({"name": "Bo", "phone_number": NUMBER}, "crl_1")
    holds("Phone number has already been taken" in str(found[0]), f"Chatwoot's reason is told; it was {found[0]}")
    async with raises(Rejected, "a number that is none"):
        await client.create({"name": "Bo", "phone_number": "101"}, "crl_2")
    holds(len(crm.live()) == 1, "nobody is made")


async def _made_meanwhile(crm: FakeChatwoot, client: CrmClient) -> None:
    def theirs() -> None:
        crm.meanwhile = lambda: crm.add(given="Anna", key="crl_1")

    crm.meanwhile = theirs
    made = await client.create({"name": "Anna"}, "crl_1")
    holds([one.id for one in crm.live()] == [made.id], "what was made by the same key meanwhile is found, not doubled")
    crm.add(given="Other", key="crlx1")
    holds((await client.create({"name": "Bo"}, "crl_x")).id not in (made.id,), "another key is another contact")
    found = await client.find_by_key("crl_1")
    holds(found is not None and found.id == made.id, "an underscore is a character, not any")


async def _online(crm: FakeChatwoot, client: CrmClient) -> None:
    one = crm.add(given="Anna")
    crm.online.add(int(one.id))
    async with raises(Rejected, "a contact who is on the website now") as found:
        await client.erase(one.id, "crl_erase")
    holds("online" in str(found[0]) and len(crm.live()) == 1, "there is no receipt, and Chatwoot's reason is told")


async def _attribute(crm: FakeChatwoot, client: CrmClient) -> None:
    one = crm.add(given="Anna")
    crm.keeps = False
    async with raises(Rejected, "an objection that is not kept"):
        await client.set_objection(one.id, True, "crj_1")


async def _odd_ids(crm: FakeChatwoot, client: CrmClient) -> None:
    for id in ("a b", "-1", "1.0", "0", "٣", "1/2", "9" * 30):
        async with raises(Missing, f"a record whose id is {id!r}, which Chatwoot has none of"):
            await client.get(id)
        await client.erase(id, "crl_odd")
    holds(crm.asked == [], "Chatwoot is not asked for them")


async def _no_answer(crm: FakeChatwoot, client: CrmClient) -> None:
    for body in (
        b"<html>Sign in</html>",
        b"{}",
        b"[1]",
        b'{"meta": {"count": 1}, "payload": {}}',
        b'{"meta": {"count": "1"}, "payload": []}',
        b'{"meta": {"count": 1}, "payload": [{"id": "1"}]}',
        b'{"meta": {"count": 1}, "payload": [{"id": true, "created_at": 1}]}',
        b'{"meta": {"count": 1}, "payload": [{"id": 1}]}',
        b'{"meta": {"count": 1}, "payload": [{"id": 1, "created_at": "soon"}]}',
        b'{"meta": {"count": 1}, "payload": [{"id": 1, "created_at": 1e300}]}',
        b"[" * 100_000,
    ):
        crm.faults = [Fault(status=200, body=body)]
        await trouble(client.changed_since(None, 10), {"malformed"}, f"an answer that is {body[:60].decode()}")
    crm.faults = [Fault(status=404, body=b"<html>Not found</html>")]
    await trouble(client.get("101"), {"not_found"}, "an address where no Chatwoot is: nobody is missing")


async def _call(crm: FakeChatwoot, client: CrmClient) -> None:
    one, other = crm.add(given="Anna"), crm.add(given="Bo")
    note = call_note(one.id)
    id = await client.log_call(note, "crj_call")
    told = crm.notes[int(id)]
    wanted = ("Inbound call, answered", "2026-03-01 12:00 UTC, 61 s", note.disposition, note.notes, note.link)
    for text in (*wanted, "[crj_call]"):
        holds(text in told["content"], f"a note says {text}; it was {told}")
    holds(told["contact_id"] == int(one.id), "it is a note of the contact")
    async with raises(Missing, "a call of a contact who is not there"):
        await client.log_call(call_note("999999"), "crj_none")
    await client.log_call(call_note(other.id), "crj_other")
    await client.erase(one.id, "crl_erase")
    left = [row["contact_id"] for row in crm.notes.values()]
    holds(left == [int(other.id)], f"notes go with the contact, others' stay; it was {left}")


async def _long_notes(crm: FakeChatwoot, client: CrmClient) -> None:
    one = crm.add(given="Anna")
    crm.faults = [Fault(status=200, body=b'[{"id": 1, "content": "' + b"x" * (3 << 20) + b'"}]')]
    async with raises(Rejected, "more notes than can be read: it is told of this call, and holds up no other contact"):
        await client.log_call(call_note(one.id), "crj_call")


CHATWOOT_CHECKS = (
    *CHECKS,
    Check(name="a list of many pages is whole, by second and id", run=_many),
    Check(name="a place in a long list is found by few requests", run=_few_requests),
    Check(name="a change is told by the version alone", run=_changed_later),
    Check(name="a changed attribute is not overwritten", run=_hers_meanwhile),
    Check(name="visitors of whom nothing is known are nobody", run=_visitors),
    Check(name="what is empty is null, and what is not named stays", run=_empty),
    Check(name="a number that another has is refused in words", run=_taken),
    Check(name="a key makes one contact, whoever else makes it", run=_made_meanwhile),
    Check(name="who is on the website is erased later", run=_online),
    Check(name="an objection that is not kept is told", run=_attribute),
    Check(name="ids are positive whole numbers", run=_odd_ids),
    Check(name="what is no answer of Chatwoot is trouble", run=_no_answer),
    Check(name="a call says all that is known", run=_call),
    Check(name="the notes of one contact hold up no other", run=_long_notes),
)
