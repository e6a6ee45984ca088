"""What the connector for Zammad has to do beside what every connector has to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from call24.crm.conformance.checks import CHECKS, START, Check, Failed, call_note, holds, raises, trouble, whole_list
from call24.crm.conformance.fake_zammad import GROUP, STATE, FakeZammad
from call24.crm.conformance.stand_in import Fault
from call24.crm.connector import CrmClient, Deleted, Missing, Place, Rejected, UnderWay

NUMBER = "+442079460101"


async def _staff(crm: FakeZammad, client: CrmClient) -> None:
    staff = [crm.user(firstname="Staff", phone=NUMBER, roles=roles, at=START) for roles in (["Agent"], ["Admin"])]
    both = crm.user(firstname="Both", phone=NUMBER, roles=["Agent", "Customer"], at=START)
    one = crm.add(at=START, given="Anna", phone=NUMBER)
    ids = [each.id for each in await whole_list(client, 1)]
    holds(ids == [one.id], f"agents and administrators are in no list; it was {ids}")
    page = await client.find_by_number(NUMBER, 5)
    found = [each.id for each in page.records] if page is not None else None
    holds(found == [one.id], f"nor are they found by number; it was {found}")
    for row in (*staff, both):
        async with raises(Missing, "a user who is staff"):
            await client.get(str(row["id"]))
        async with raises(Missing, "a change of who is staff"):
            await client.update(str(row["id"]), {"firstname": "Other"}, "")
        async with raises(Rejected, "an erasure of who is staff"):
            await client.erase(str(row["id"]), "crl_staff")
    holds(crm.tasks == {}, "staff is not erased")


async def _many(crm: FakeZammad, client: CrmClient) -> None:
    for n in range(130):
        crm.user(firstname=f"Agent {n}", roles=["Agent"], at=START)
    made = [crm.add(at=START, given="Same").id for _ in range(230)]
    late = [crm.add(at=START + timedelta(seconds=n), given="Late").id for n in range(1, 130)]
    ids = [one.id for one in await whole_list(client, 100)]
    holds(ids == [*made, *late], f"more than one search tells, at one time and after; {len(ids)} of {len(made + late)}")


async def _index_behind(crm: FakeZammad, client: CrmClient) -> None:
    at = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
    made = [crm.add(at=at + timedelta(seconds=n), given=f"Name {n}").id for n in range(90)]
    made += [crm.add(at=at + timedelta(seconds=90), given="Same").id for n in range(30)]
    crm.index.waits = True
    crm.change(made[5], given="Just now")
    found = await whole_list(client, 100)
    left = set(made) - {made[5]} - {one.id for one in found}
    holds(not left, f"who changed just now stands in their former place, and hides nobody; {len(left)} are not told")
    crm.goes_on()
    page = await client.changed_since(Place(at=found[-1].changed_at, id=found[-1].id), 10)
    ids = [one.id for one in page.records]
    holds(ids == [made[5]], f"they come once the index has them; it was {ids}")


async def _no_elasticsearch(crm: FakeZammad, client: CrmClient) -> None:
    crm.add(given="Anna")
    crm.elasticsearch = False
    error = await trouble(client.changed_since(None, 10), {"malformed"}, "a search that knows no fields")
    holds("Elasticsearch" in str(error), f"what it needs is told; it was {error}")


async def _empty(crm: FakeZammad, client: CrmClient) -> None:
    page = await client.changed_since(None, 10)
    holds(page.records == () and not page.more, "a Zammad without customers is an empty list, and no trouble")


async def _creation_not_indexed(crm: FakeZammad, client: CrmClient) -> None:
    crm.index.waits = True
    crm.faults = [Fault(after=True, only=crm.creating)]
    once = crm.members(given="Once")
    await trouble(client.create(once, "crl_once"), {"no_answer", "malformed"}, "an answer that is lost")
    async with raises(Rejected, "created again before the search knows it"):
        await client.create(once, "crl_once")
    holds(len(crm.live()) == 1, f"it is there once; it was {len(crm.live())} times")
    crm.goes_on()
    again = await client.create(once, "crl_once")
    holds(len(crm.live()) == 1 and again.id in crm.records, "once the search knows it, it is found")


async def _numbers(crm: FakeZammad, client: CrmClient) -> None:
    typed = ("+44 20 7946 0101", "020 794 601 01", "(0)20 79 46 01 01", "02079460101 ext. 7", "+442079460102", "0101")
    made = [crm.add(given="Name", phone=one).id for one in typed]
    mobile = crm.user(firstname="Mobile", phone="+442079460109", mobile="020 7946 0101")["id"]
    crm.retire(made[0])
    page = await client.find_by_number(NUMBER, 10)
    ids = [one.id for one in page.records] if page is not None else None
    wanted = [*made[:4], str(mobile)]
    holds(ids == wanted, f"in words of any length, in mobile, and of who is not active; it was {ids}, not {wanted}")


async def _first_number(crm: FakeZammad, client: CrmClient) -> None:
    one = crm.user(firstname="Anna", mobile=NUMBER)
    record = await client.get(str(one["id"]))
    holds(record.fields["number"] == NUMBER, "the first number is the mobile where there is no phone")
    await client.update(record.id, {"number": "+442079460102"}, record.version)
    kept = (crm.users[one["id"]]["phone"], crm.users[one["id"]]["mobile"])
    holds(kept == ("", "+442079460102"), f"a number is written where it stood; it was {kept}")


async def _organisation(crm: FakeZammad, client: CrmClient) -> None:
    one = crm.add(given="Anna")
    for name in ('Acme "Ltd"', 'Acme "Ltd"', "Other"):
        record = await client.update(one.id, {"organization": name}, "")
        holds(record.fields["organization"] == name, f"the organisation's name; it was {record.fields['organization']}")
    record = await client.update(one.id, {"organization": ""}, "")
    holds(not record.fields["organization"], "a customer leaves an organisation")
    names = [each["name"] for each in crm.organizations.values()]
    holds(names == ['Acme "Ltd"', "Other"], f"one that Zammad does not have is made, once; it was {names}")


async def _own_attributes(crm: FakeZammad, client: CrmClient) -> None:
    one = crm.add(given="Anna")
    record = await client.update(one.id, {"customer_number": "C-7"}, "")
    holds(record.fields["customer_number"] == "C-7", "an attribute that was added is a member")
    holds("roles" not in record.fields and "login" not in record.fields, "what is Zammad's own is none")
    for name in ("roles", "login", "active", "password"):
        async with raises(Rejected, f"a change of {name}"):
            await client.update(one.id, {name: "x"}, "")


async def _no_objection(crm: FakeZammad, client: CrmClient) -> None:
    one = crm.add(given="Anna")
    told = b'{"id": 2, "roles": ["Customer"], "active": true}'
    crm.faults = [Fault(status=200, body=told, only=f"PUT users/{one.id}")]
    async with raises(Rejected, "an objection that Zammad passes over"):
        await client.set_objection(one.id, True, "crj_1")


async def _task(crm: FakeZammad, client: CrmClient) -> None:
    one = crm.add(given="Anna Erased", phone=NUMBER)
    for n in range(5):
        crm.delete(crm.add(given=f"Other {n}").id)
    await client.log_call(call_note(one.id), "crj_call")
    for _ in range(2):
        async with raises(UnderWay, "a data privacy task that is in process"):
            await client.erase(one.id, "crl_erase")
    holds(len(crm.tasks) == 6, f"one task is begun, however often it is asked; it was {len(crm.tasks) - 5}")
    crm.fails = True
    crm.goes_on()
    async with raises(Rejected, "a task that failed") as found:
        await client.erase(one.id, "crl_erase")
    holds("a ticket is locked" in str(found[0]), f"Zammad's reason is told; it was {found[0]}")
    crm.fails = False
    crm.goes_on()
    said = await client.erase(one.id, "crl_erase")
    holds("task 6 is completed" in said, f"the receipt names the task; it was {said}")
    holds(crm.texts() == [], f"nothing is left, nor of tickets; it was {crm.texts()}")
    async with raises(Deleted, "who was erased"):
        await client.get(one.id)


async def _odd_ids(crm: FakeZammad, client: CrmClient) -> None:
    for id in ("a b", "-1", "1.0", "0", "٣", "1/2", "9" * 30):
        async with raises(Missing, f"a record whose id is {id!r}, which Zammad has none of"):
            await client.get(id)
        await client.erase(id, "crl_odd")
    holds(crm.asked == [], "Zammad is not asked for them")


async def _no_answer(crm: FakeZammad, client: CrmClient) -> None:
    for body in (
        b"<html>Sign in</html>",
        b"{}",
        b"[1]",
        b'[{"id": "1"}]',
        b'[{"id": 1}]',
        b'[{"id": 1, "updated_at": "2026-03-01T12:00:00.000Z", "active": true}]',
        b'[{"id": 1, "updated_at": "soon", "active": true, "roles": ["Customer"]}]',
        b'[{"id": 1, "updated_at": "2026-03-01T12:00:00.000Z", "roles": ["Customer"]}]',
        b"[" * 100_000,
    ):
        crm.faults = [Fault(status=200, body=body)]
        await trouble(client.changed_since(None, 10), {"malformed"}, f"an answer that is {body[:60].decode()}")
    crm.faults = [Fault(status=404)]
    await trouble(client.changed_since(None, 10), {"not_found"}, "an address where no Zammad is")


async def _ticket(crm: FakeZammad, client: CrmClient) -> None:
    one = crm.add(given="Anna")
    note = call_note(one.id)
    id = await client.log_call(note, "crj_call")
    kept = crm.calls[id]
    told = (kept["title"], kept["group"], kept["state"], str(kept["customer_id"]))
    wanted = ("Inbound call, answered [crj_call]", GROUP, STATE, one.id)
    holds(told == wanted, f"a ticket of the customer; it was {told}")
    article = kept["article"]
    for text in ("Inbound", "answered", "2026-03-01 12:00 UTC", "61 s", note.disposition, note.notes, note.link):
        holds(text in article["body"], f"a ticket says {text}; it was {article['body']}")
    holds((article["type"], article["sender"], article["internal"]) == ("phone", "Customer", True), "a note of staff")
    async with raises(Missing, "a call of a customer who is not there"):
        await client.log_call(call_note("999999"), "crj_none")
    crm.retire(one.id)
    async with raises(Deleted, "a call of a customer who is not active"):
        await client.log_call(note, "crj_later")
    if client.seen_after < timedelta(minutes=5):
        raise Failed("a ticket that the search does not know yet is not made again within minutes")


ZAMMAD_CHECKS = (
    *CHECKS,
    Check(name="staff is left alone", run=_staff),
    Check(name="a list longer than a search is whole", run=_many),
    Check(name="an index that is behind loses nobody", run=_index_behind),
    Check(name="a search without Elasticsearch is trouble", run=_no_elasticsearch),
    Check(name="an empty Zammad is no trouble", run=_empty),
    Check(name="a creation that the search does not know is there once", run=_creation_not_indexed),
    Check(name="a number in any words is found", run=_numbers),
    Check(name="a number is written where it stood", run=_first_number),
    Check(name="organisations are made where they are missing", run=_organisation),
    Check(name="attributes that were added are members, Zammad's own are not", run=_own_attributes),
    Check(name="an objection that is not kept is told", run=_no_objection),
    Check(name="an erasure is a data privacy task, with a receipt when it is done", run=_task),
    Check(name="ids are positive whole numbers", run=_odd_ids),
    Check(name="what is no answer of Zammad is trouble", run=_no_answer),
    Check(name="a call is a closed ticket that says all that is known", run=_ticket),
)
