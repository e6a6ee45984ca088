"""What the connector for Roundup has to do beside what every connector has to."""

from __future__ import annotations

from datetime import timedelta

from call24.crm.conformance.checks import CHECKS, START, Check, call_note, holds, raises, trouble, whole_list
from call24.crm.conformance.fake_roundup import CALLER, LOGIN, STATUS, FakeRoundup
from call24.crm.conformance.stand_in import Fault
from call24.crm.connector import CrmClient, Deleted, Missing, Place, Rejected, VersionConflict

NUMBER = "+442079460101"


async def _staff(crm: FakeRoundup, client: CrmClient) -> None:
    staff = [crm.user(realname="Staff", phone=NUMBER, roles=roles, at=START) for roles in ("User", "Customer,User")]
    one = crm.add(at=START, given="Anna", phone=NUMBER)
    ids = [each.id for each in await whole_list(client, 1)]
    holds(ids == [one.id], f"staff is in no list; it was {ids}")
    page = await client.find_by_number(NUMBER, 5)
    found = [each.id for each in page.records] if page is not None else None
    holds(found == [one.id], f"nor is it found by number; it was {found}")
    for row in staff:
        async with raises(Missing, "a user who is staff: no trouble with the credentials"):
            await client.get(str(row["id"]))
        async with raises(Missing, "a change of who is staff"):
            await client.update(str(row["id"]), {"realname": "Other"}, "")
        async with raises(Rejected, "an erasure of who is staff"):
            await client.erase(str(row["id"]), "crl_staff")


async def _many(crm: FakeRoundup, client: CrmClient) -> None:
    made = [crm.add(at=START, given="Same").id for _ in range(230)]
    late = [crm.add(at=START + timedelta(seconds=n), given="Late").id for n in range(1, 130)]
    ids = [one.id for one in await whole_list(client, 100)]
    holds(ids == [*made, *late], f"more than one page, of one second and after; {len(ids)} of {len(made + late)}")


async def _one_second(crm: FakeRoundup, client: CrmClient) -> None:
    one = crm.add(at=START, given="Anna")
    seen = (await client.get(one.id)).version
    listed = (await client.changed_since(None, 10)).records[0].version
    holds(listed == seen, "a list tells the version that the record has")
    crm.change(one.id, at=START, given="Anya")
    page = await client.changed_since(Place(at=START), 10)
    versions = {each.version for each in page.records}
    holds(len(versions) == 1 and seen not in versions, "what changed again within its second is another version")
    holds("Anya" not in seen and "Anna" not in seen, "a version does not tell what the record has")


async def _while_written(crm: FakeRoundup, client: CrmClient) -> None:
    one = crm.add(given="Anna")
    seen = (await client.get(one.id)).version
    crm.before_put = lambda: crm.change(one.id, given="Hers")
    async with raises(VersionConflict, "a record that was changed between the look and the update"):
        await client.update(one.id, crm.members(given="Ours"), seen)
    holds(crm.records[one.id].fields["given"] == "Hers", "it is not overwritten")


async def _retired(crm: FakeRoundup, client: CrmClient) -> None:
    one = crm.add(given="Anna", phone=NUMBER)
    crm.retire(one.id)
    async with raises(Deleted, "a customer who is retired"):
        await client.get(one.id)
    async with raises(Deleted, "a call of a customer who is retired"):
        await client.log_call(call_note(one.id), "crj_late")
    page = await client.find_by_number(NUMBER, 5)
    ids = [each.id for each in page.records] if page is not None else None
    holds(ids == [one.id], f"they have their number still, and an erasure finds it; it was {ids}")


async def _nothing_left(crm: FakeRoundup, client: CrmClient) -> None:
    one = crm.add(given="Anna Erased", phone=NUMBER, email="erased@example.com")
    await client.log_call(call_note(one.id), "crj_erased")
    said = await client.erase(one.id, "crl_erase")
    holds("1 issue, 1 msg, 1 user" in said, f"the receipt says what was taken; it was {said}")
    holds(crm.texts() == [], f"nothing is left, nor of calls; it was {crm.texts()}")


async def _without_file(crm: FakeRoundup, client: CrmClient) -> None:
    one = crm.add(given="Anna", phone=NUMBER)
    crm.has_file = False
    async with raises(Rejected, "an erasure that would leave the history") as found:
        await client.erase(one.id, "crl_erase")
    holds("call24.py" in str(found[0]), f"what is missing is named; it was {found[0]}")
    holds(await client.find_by_number(NUMBER, 5) is None, "nobody is said to have no such number")


async def _call_cut_off(crm: FakeRoundup, client: CrmClient) -> None:
    one = crm.add(given="Anna")
    note = call_note(one.id)
    crm.faults = [Fault(after=True, only="POST data/msg")]
    await trouble(client.log_call(note, "crj_call"), {"no_answer", "malformed"}, "an answer that is lost")
    holds(await client.find_call("crj_call", one.id) is None, "a message without its issue is no call")
    id = await client.log_call(note, "crj_call")
    holds(len(crm.messages) == 1 and list(crm.calls) == [id], "cut off between the two, it has one message, one issue")


async def _issue(crm: FakeRoundup, client: CrmClient) -> None:
    one = crm.add(given="Anna")
    note = call_note(one.id)
    id = await client.log_call(note, "crj_call")
    kept = crm.calls[id]
    told = (kept["title"], kept["status"], kept[CALLER])
    holds(told == ("Inbound call, answered", STATUS, one.id), f"a closed issue of the customer; it was {told}")
    [message] = crm.messages.values()
    for text in ("Inbound", "answered", "2026-03-01 12:00 UTC", "61 s", note.disposition, note.notes, note.link):
        holds(text in message["content"], f"it says {text}; it was {message['content']}")
    holds(message["author"] == LOGIN, "of Call24's own user: a customer would be sent mails about it")
    async with raises(Missing, "a call of a customer who is not there"):
        await client.log_call(call_note("999999"), "crj_none")


async def _own_properties(crm: FakeRoundup, client: CrmClient) -> None:
    one = crm.add(given="Anna")
    record = await client.update(one.id, {"customer_number": "C-7", "organisation": ""}, "")
    holds(record.fields["customer_number"] == "C-7", "a property of the tracker's schema is a member")
    holds("roles" not in record.fields and "username" not in record.fields, "what is Roundup's own is none")
    for name in ("roles", "username", "password", "id"):
        async with raises(Rejected, f"a change of {name}"):
            await client.update(one.id, {name: "x"}, "")


async def _odd_ids(crm: FakeRoundup, client: CrmClient) -> None:
    for id in ("a b", "-1", "1.0", "0", "٣", "1/2", "9" * 30):
        async with raises(Missing, f"a record whose id is {id!r}, which Roundup has none of"):
            await client.get(id)
        await client.erase(id, "crl_odd")
    holds(crm.asked == [], "Roundup is not asked for them")


async def _no_answer(crm: FakeRoundup, client: CrmClient) -> None:
    for body in (
        b"<html>Sign in</html>",
        b"{}",
        b"[1]",
        b'{"data": []}',
        b'{"data": {"collection": {}}}',
        b'{"data": {"collection": [{"id": 1}]}}',
        b'{"data": {"collection": [{"id": "1", "roles": "Customer", "activity": "soon"}]}}',
        b'{"data": {"collection": [{"id": "1", "roles": "Customer"}]}}',
        b"[" * 100_000,
    ):
        crm.faults = [Fault(status=200, body=body)]
        await trouble(client.changed_since(None, 10), {"malformed"}, f"an answer that is {body[:60].decode()}")
    crm.faults = [Fault(status=404)]
    await trouble(client.changed_since(None, 10), {"not_found"}, "an address where no Roundup is")


ROUNDUP_CHECKS = (
    *CHECKS,
    Check(name="staff is left alone", run=_staff),
    Check(name="a list longer than a page is whole", run=_many),
    Check(name="two changes within one second are two versions", run=_one_second),
    Check(name="what is changed between look and update is not overwritten", run=_while_written),
    Check(name="a retired customer is deleted, and has their number still", run=_retired),
    Check(name="an erasure leaves nothing, nor of calls", run=_nothing_left),
    Check(name="without call24.py nothing is called erased", run=_without_file),
    Check(name="a call that was cut off is there once", run=_call_cut_off),
    Check(name="a call is a closed issue that says all that is known", run=_issue),
    Check(name="properties of the schema are members, Roundup's own are not", run=_own_properties),
    Check(name="ids are positive whole numbers", run=_odd_ids),
    Check(name="what is no answer of Roundup is trouble", run=_no_answer),
)
