"""What the connector for EspoCRM has to do beside what every connector has to."""

from __future__ import annotations

from datetime import timedelta

from call24.crm.conformance.checks import CHECKS, START, Check, call_note, holds, raises, trouble, whole_list
from call24.crm.conformance.fake_espocrm import ME, FakeEspoCrm
from call24.crm.conformance.stand_in import Fault
from call24.crm.connector import CrmClient, Missing, Rejected, VersionConflict

NUMBER = "+442079460101"


async def _many(crm: FakeEspoCrm, client: CrmClient) -> None:
    made = [crm.add(at=START, given="Same").id for _ in range(230)]
    late = [crm.add(at=START + timedelta(seconds=n), given="Late").id for n in range(1, 130)]
    ids = [one.id for one in await whole_list(client, 100)]
    holds(ids == [*made, *late], f"more than one list tells, at one time and after; {len(ids)} of {len(made + late)}")


async def _one_second(crm: FakeEspoCrm, client: CrmClient) -> None:
    one = crm.add(at=START, given="Anna")
    seen = (await client.get(one.id)).version
    crm.change(one.id, at=START, given="Hers")
    async with raises(VersionConflict, "a second change within one second, which EspoCRM's times do not tell"):
        await client.update(one.id, crm.members(given="Ours"), seen)


async def _counted(crm: FakeEspoCrm, client: CrmClient) -> None:
    crm.counts = True
    one = crm.add(given="Anna")
    record = await client.update(one.id, crm.members(given="Anya"), (await client.get(one.id)).version)
    holds(crm.records[one.id].fields["given"] == "Anya", "where EspoCRM counts versions, its number is sent")

    def between() -> None:  # after our look, before our write
        crm.meanwhile = lambda: crm.change(one.id, given="Hers")

    crm.meanwhile = between
    async with raises(VersionConflict, "a change between our look and our write, which EspoCRM notices"):
        await client.update(one.id, crm.members(given="Ours"), record.version)
    holds(crm.records[one.id].fields["given"] == "Hers", "it is not overwritten")


async def _no_key(crm: FakeEspoCrm, client: CrmClient) -> None:
    crm.has_key = False
    error = await trouble(client.create(crm.members(given="Anna"), "crl_1"), {"malformed"}, "no field for our key")
    holds("cCall24Key" in str(error), f"what is missing is named; it was {error}")
    holds(crm.live() == [], "nobody is made who could not be found again")


async def _no_last_name(crm: FakeEspoCrm, client: CrmClient) -> None:
    made = await client.create({"firstName": "Anna", "lastName": ""}, "crl_1")
    holds(crm.contacts[made.id]["lastName"] == "-", "EspoCRM lets nobody be without a last name")
    holds(made.fields["lastName"] == "", "and it is read as none")
    record = await client.update(made.id, {"lastName": "Petrova"}, made.version)
    record = await client.update(made.id, {"lastName": ""}, record.version)
    holds(crm.contacts[made.id]["lastName"] == "-" and record.fields["lastName"] == "", "nor lose it later")
    await client.create({"firstName": "Bo"}, "crl_2")


async def _unknown_field(crm: FakeEspoCrm, client: CrmClient) -> None:
    one = crm.add(given="Anna")
    for name in ("cColour", "id", "modifiedAt", "cCall24Key", "accountId", "accountName", "a.b"):
        async with raises(Rejected, f"a change of {name}"):
            await client.update(one.id, {name: "x"}, "")
    holds(all(not path.startswith("PUT") for path, _ in crm.asked), "what EspoCRM would pass over is not sent")


async def _numbers(crm: FakeEspoCrm, client: CrmClient) -> None:
    typed = ("+44 20 7946 0101", "020 794 601 01", "(0)20 79.46.01.01", "+442079460102", "0101")
    made = [crm.add(given="Name", phone=one).id for one in typed]
    several = crm.contact(lastName="Several", phoneNumber="+442079460109")
    several["phoneNumberData"].append({"phoneNumber": "020 7946 0101", "primary": False})
    page = await client.find_by_number(NUMBER, 10)
    ids = [one.id for one in page.records] if page is not None else None
    wanted = [*made[:3], several["id"]]
    holds(ids == wanted, f"however it is written, a further one too; it was {ids}, not {wanted}")


async def _first_number(crm: FakeEspoCrm, client: CrmClient) -> None:
    row = crm.contact(lastName="Anna", phoneNumber=NUMBER)
    row["phoneNumberData"].append({"phoneNumber": "+442079460102", "primary": False})
    record = await client.update(row["id"], {"phoneNumber": "+442079460103", "cCustomerNumber": "C-7"}, "")
    numbers = [one["phoneNumber"] for one in row["phoneNumberData"]]
    holds(numbers == ["+442079460103", "+442079460102"], f"the first number is written, others stay; it was {numbers}")
    holds(record.fields["cCustomerNumber"] == "C-7", "added fields are written and read")


async def _emptied(crm: FakeEspoCrm, client: CrmClient) -> None:
    one = crm.contact(lastName="Erased", phoneNumber=NUMBER, emailAddress="a@example.com", addressCity="Ulaanbaatar")
    one["phoneNumberData"].append({"phoneNumber": "+442079460109", "primary": False})
    one["cCall24Key"] = "crl_1"
    await client.log_call(call_note(one["id"]), "crj_call")
    said = await client.erase(one["id"], "crl_erase")
    holds("Data Privacy" in said and "1 calls" in said, f"the receipt says what was done; it was {said}")
    holds(set(crm.texts()) == {"[crj_erased]"}, f"nothing is left in the rows that EspoCRM keeps; it was {crm.texts()}")


async def _shared_number(crm: FakeEspoCrm, client: CrmClient) -> None:
    one = crm.contact(lastName="Erased", phoneNumber=NUMBER, emailAddress="a@example.com")
    other = crm.contact(lastName="Stays", phoneNumber=NUMBER)
    await client.erase(one["id"], "crl_erase")
    holds(other["phoneNumber"] == NUMBER, f"another contact keeps the number; it was {other['phoneNumber']}")
    holds(one["phoneNumber"] is None and one["lastName"] is None, "who is erased has it no more")


async def _others_calls(crm: FakeEspoCrm, client: CrmClient) -> None:
    one = crm.add(given="Anna")
    body = {"contactsIds": [one.id], "parentId": one.id, "description": "Entered by a colleague"}
    crm.call_rows["65f0aaaa00000001"] = {**dict.fromkeys(("name", "status", "assignedUserId")), **body}
    crm.call_rows["65f0aaaa00000001"]["id"] = "65f0aaaa00000001"
    await client.erase(one.id, "crl_erase")
    holds(list(crm.call_rows) == ["65f0aaaa00000001"], "calls that others entered stay")


async def _not_permitted(crm: FakeEspoCrm, client: CrmClient) -> None:
    crm.private = False
    one = crm.add(given="Anna")
    async with raises(Rejected, "an erasure without the permission") as found:
        await client.erase(one.id, "crl_erase")
    holds("Data Privacy" in str(found[0]), f"what is missing is named; it was {found[0]}")
    holds(len(crm.live()) == 1, "nobody is hidden who was not emptied")


async def _odd_ids(crm: FakeEspoCrm, client: CrmClient) -> None:
    for id in ("a b", "a/b", "..", "ä", "", "9" * 37):
        async with raises(Missing, f"a record whose id is {id!r}, which EspoCRM has none of"):
            await client.get(id)
        await client.erase(id, "crl_odd")
    holds(crm.asked == [], "EspoCRM is not asked for them")


async def _no_answer(crm: FakeEspoCrm, client: CrmClient) -> None:
    for body in (
        b"<html>Sign in</html>",
        b"[]",
        b"{}",
        b'{"list": {}}',
        b'{"list": [1]}',
        b'{"list": [{"id": 1}]}',
        b'{"list": [{"id": "a b"}]}',
        b'{"list": [{"id": "1"}]}',
        b'{"list": [{"id": "1", "modifiedAt": "soon"}]}',
        b"[" * 100_000,
    ):
        crm.faults = [Fault(status=200, body=body)]
        await trouble(client.changed_since(None, 10), {"malformed"}, f"an answer that is {body[:60].decode()}")
    crm.faults = [Fault(status=404)]
    await trouble(client.changed_since(None, 10), {"not_found"}, "an address where no EspoCRM is")


async def _call(crm: FakeEspoCrm, client: CrmClient) -> None:
    one = crm.add(given="Anna")
    note = call_note(one.id)
    kept = crm.calls[await client.log_call(note, "crj_call")]
    wanted = {
        "name": "Inbound call, answered",
        "status": "Held",
        "direction": "Inbound",
        "dateStart": "2026-03-01 12:00:00",
        "dateEnd": "2026-03-01 12:01:01",
        "parentId": one.id,
        "contactsIds": [one.id],
        "assignedUserId": ME,
    }
    told = {name: kept[name] for name in wanted}
    holds(told == wanted, f"a call of the contact, with its times; it was {told}")
    for text in ("answered", note.disposition, note.notes, note.link, "[crj_call]"):
        holds(text in kept["description"], f"a call says {text}; it was {kept['description']}")
    async with raises(Missing, "a call of a contact who is not there"):
        await client.log_call(call_note("999999"), "crj_none")


ESPOCRM_CHECKS = (
    *CHECKS,
    Check(name="a list longer than a page is whole", run=_many),
    Check(name="two changes of one second are told apart", run=_one_second),
    Check(name="versions that EspoCRM counts are sent", run=_counted),
    Check(name="without a field for our key nobody is made", run=_no_key),
    Check(name="a contact without a last name", run=_no_last_name),
    Check(name="a field that EspoCRM does not have is refused", run=_unknown_field),
    Check(name="a number in any form is found", run=_numbers),
    Check(name="the first number is written, others stay", run=_first_number),
    Check(name="an erasure empties what EspoCRM keeps", run=_emptied),
    Check(name="a number that another has too stays theirs", run=_shared_number),
    Check(name="calls that others entered stay", run=_others_calls),
    Check(name="an erasure that is not permitted is told", run=_not_permitted),
    Check(name="ids that EspoCRM does not make", run=_odd_ids),
    Check(name="what is no answer of EspoCRM is trouble", run=_no_answer),
    Check(name="a call says all that is known", run=_call),
)
