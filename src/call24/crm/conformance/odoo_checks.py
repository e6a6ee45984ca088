"""What the connector for Odoo has to do beside what every connector has to."""

from __future__ import annotations

from datetime import timedelta

from call24.crm.conformance.checks import CHECKS, START, Check, call_note, holds, raises, trouble, whole_list
from call24.crm.conformance.fake_odoo import FakeOdoo
from call24.crm.conformance.stand_in import Fault
from call24.crm.connector import CrmClient, Deleted, Missing, Rejected, VersionConflict

NUMBER = "+442079460101"


async def _many(crm: FakeOdoo, client: CrmClient) -> None:
    made = [crm.add(at=START, given="Same").id for _ in range(230)]
    late = [crm.add(at=START + timedelta(seconds=n), given="Late").id for n in range(1, 130)]
    ids = [one.id for one in await whole_list(client, 100)]
    holds(ids == [*made, *late], f"more than one list tells, at one time and after; {len(ids)} of {len(made + late)}")


async def _one_second(crm: FakeOdoo, client: CrmClient) -> None:
    one = crm.add(at=START, given="Anna")
    seen = (await client.get(one.id)).version
    crm.change(one.id, at=START, given="Hers")
    async with raises(VersionConflict, "a second change within one second, which Odoo's times do not tell"):
        await client.update(one.id, crm.members(given="Ours"), seen)


async def _persons_alone(crm: FakeOdoo, client: CrmClient) -> None:
    anna = crm.add(given="Anna").id
    others = [
        crm.partner(name="Acme", is_company=True, phone=NUMBER)["id"],
        crm.partner(name="Colleague", partner_share=False, phone=NUMBER)["id"],
        crm.partner(name="Warehouse", type="delivery", phone=NUMBER)["id"],
    ]
    ids = [one.id for one in await whole_list(client, 10)]
    holds(ids == [anna], f"companies, who works in Odoo and further addresses are not listed; it was {ids}")
    page = await client.find_by_number(NUMBER, 10)
    holds(page is not None and page.records == (), "nor found by number")
    for id in others:
        async with raises(Missing, "a partner who is no contact of ours"):
            await client.get(str(id))
        async with raises(Rejected, "its erasure: it is there, so there is no receipt"):
            await client.erase(str(id), "crl_erase")
    holds(set(others) <= set(crm.partners), "nor erased")


async def _archived(crm: FakeOdoo, client: CrmClient) -> None:
    one = crm.add(given="Anna", phone=NUMBER, key="crl_1")
    crm.retire(one.id)
    async with raises(Deleted, "a contact that is archived"):
        await client.get(one.id)
    page = await client.find_by_number(NUMBER, 10)
    holds(page is not None and [each.id for each in page.records] == [one.id], "they have the number still")
    found = await client.find_by_key("crl_1")
    holds(found is not None and found.id == one.id, "and are not made again")
    await client.erase(one.id, "crl_erase")
    holds(crm.partners == {}, "an archived contact is erased too")


async def _no_key(crm: FakeOdoo, client: CrmClient) -> None:
    crm.has_key = False
    error = await trouble(client.create(crm.members(given="Anna"), "crl_1"), {"malformed"}, "no field for our key")
    holds("x_call24_key" in str(error), f"what is missing is named; it was {error}")
    holds(crm.live() == [], "nobody is made who could not be found again")


async def _no_name(crm: FakeOdoo, client: CrmClient) -> None:
    made = await client.create({"name": "", "phone": NUMBER}, "crl_1")
    holds(crm.partners[int(made.id)]["name"] == "-", "Odoo lets nobody be without a name")
    holds(made.fields["name"] == "", "and it is read as none")
    await client.create({"phone": NUMBER}, "crl_2")


async def _empty(crm: FakeOdoo, client: CrmClient) -> None:
    one = crm.add(given="Anna", phone=NUMBER)
    record = await client.update(one.id, {"phone": "", "x_customer_number": "C-7"}, "")
    holds(crm.partners[int(one.id)]["phone"] is False, "what is empty is false in Odoo")
    holds(record.fields["phone"] == "" and record.fields["x_customer_number"] == "C-7", "and is read as empty")
    for name in ("id", "write_date", "x_call24_key", "parent_id", "comment", "x_Colour", "a.b"):
        async with raises(Rejected, f"a change of {name}"):
            await client.update(one.id, {name: "x"}, "")


async def _numbers(crm: FakeOdoo, client: CrmClient) -> None:
    typed = ("+44 20 7946 0101", "020 794 601 01", "(0)20 79.46.01.01", "+442079460102", "0101")
    made = [crm.add(given="Name", phone=one).id for one in typed]
    page = await client.find_by_number(NUMBER, 10)
    ids = [one.id for one in page.records] if page is not None else None
    holds(ids == made[:3], f"however it is written; it was {ids}, not {made[:3]}")


async def _documents(crm: FakeOdoo, client: CrmClient) -> None:
    one = crm.add(given="Anna")
    crm.documents.add(int(one.id))
    async with raises(Rejected, "a contact whom documents name") as found:
        await client.erase(one.id, "crl_erase")
    told = str(found[0])
    holds("using the record" in told and "Traceback" not in told, f"Odoo's reason is told; it was {told}")
    holds(len(crm.live()) == 1, "there is no receipt, and the contact is as it was")


async def _notes_go(crm: FakeOdoo, client: CrmClient) -> None:
    one, other = crm.add(given="Anna"), crm.add(given="Bo")
    await client.log_call(call_note(one.id), "crj_call")
    await client.log_call(call_note(other.id), "crj_other")
    await client.erase(one.id, "crl_erase")
    left = [row["res_id"] for row in crm.messages.values()]
    holds(left == [int(other.id)], f"the notes go with the contact, others' stay; it was {left}")


async def _odd_ids(crm: FakeOdoo, client: CrmClient) -> None:
    for id in ("a b", "-1", "1.0", "0", "٣", "1/2", "9" * 30):
        async with raises(Missing, f"a record whose id is {id!r}, which Odoo has none of"):
            await client.get(id)
        await client.erase(id, "crl_odd")
    holds(crm.asked == [], "Odoo is not asked for them")


async def _no_answer(crm: FakeOdoo, client: CrmClient) -> None:
    for body in (
        b"<html>Sign in</html>",
        b"{}",
        b"[1]",
        b'[{"id": "1"}]',
        b'[{"id": true}]',
        b'[{"id": 1}]',
        b'[{"id": 1, "write_date": "soon", "active": true}]',
        b'[{"id": 1, "write_date": "2026-03-01 12:00:00"}]',
        b'{"jsonrpc": "2.0", "error": {"message": "Odoo Server Error"}}',
        b"[" * 100_000,
    ):
        crm.faults = [Fault(status=200, body=body)]
        await trouble(client.changed_since(None, 10), {"malformed"}, f"an answer that is {body[:60].decode()}")
    crm.faults = [Fault(status=404, body=b"<html>Not found</html>")]
    await trouble(client.changed_since(None, 10), {"not_found"}, "an address where no Odoo 19 is")
    crm.faults = [Fault(status=404, body=b'{"name": "werkzeug.exceptions.NotFound", "message": "no model"}')]
    await trouble(client.get("101"), {"not_found"}, "an Odoo without the model: nobody is missing")


async def _call(crm: FakeOdoo, client: CrmClient) -> None:
    one = crm.add(given="Anna")
    note = call_note(one.id)
    id = await client.log_call(note, "crj_call")
    told = crm.note_text(id)
    wanted = ("Inbound call, answered", "2026-03-01 12:00 UTC, 61 s", note.disposition, note.notes, note.link)
    for text in (*wanted, "[crj_call]"):
        holds(text in told, f"a note says {text}; it was {told}")
    holds(crm.messages[int(id)]["res_id"] == int(one.id), "it is a note of the contact")
    async with raises(Missing, "a call of a contact who is not there"):
        await client.log_call(call_note("999999"), "crj_none")


ODOO_CHECKS = (
    *CHECKS,
    Check(name="a list longer than a page is whole", run=_many),
    Check(name="two changes of one second are told apart", run=_one_second),
    Check(name="persons alone are kept in step", run=_persons_alone),
    Check(name="an archived contact is told as deleted", run=_archived),
    Check(name="without a field for our key nobody is made", run=_no_key),
    Check(name="a contact without a name", run=_no_name),
    Check(name="what is empty is false", run=_empty),
    Check(name="a number in any form is found", run=_numbers),
    Check(name="an erasure that documents stand against is told", run=_documents),
    Check(name="notes go with the contact", run=_notes_go),
    Check(name="ids are positive whole numbers", run=_odd_ids),
    Check(name="what is no answer of Odoo is trouble", run=_no_answer),
    Check(name="a call says all that is known", run=_call),
)
