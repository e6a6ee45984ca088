"""What the connector for Bitrix24 has to do beside what every connector has to."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from call24.crm.conformance.checks import CHECKS, START, Check, call_note, holds, raises, trouble, whole_list
from call24.crm.conformance.fake_bitrix24 import CUSTOMER, FakeBitrix24
from call24.crm.conformance.stand_in import Fault
from call24.crm.connector import CrmClient, Missing, Rejected, VersionConflict

NUMBER = "+442079460101"


async def _many(crm: FakeBitrix24, client: CrmClient) -> None:
    made = [crm.add(at=START, given="Same").id for _ in range(130)]
    late = [crm.add(at=START + timedelta(seconds=n), given="Late").id for n in range(1, 80)]
    ids = [one.id for one in await whole_list(client, 100)]
    holds(ids == [*made, *late], f"more than one list tells, at one time and after; {len(ids)} of {len(made + late)}")


async def _one_second(crm: FakeBitrix24, client: CrmClient) -> None:
    one = crm.add(at=START, given="Anna")
    seen = (await client.get(one.id)).version
    crm.change(one.id, at=START, given="Hers")
    async with raises(VersionConflict, "a second change within one second, which Bitrix24's times do not tell"):
        await client.update(one.id, crm.members(given="Ours"), seen)


async def _limits(crm: FakeBitrix24, client: CrmClient) -> None:
    body = json.dumps({"error": "QUERY_LIMIT_EXCEEDED", "error_description": "Too many requests"}).encode()
    crm.faults = [Fault(status=503, body=body)]
    error = await trouble(client.changed_since(None, 10), {"rate_limited"}, "503 of too many requests: no outage")
    holds(error.retry_after == timedelta(seconds=10), f"it is waited for seconds; it was {error.retry_after}")
    body = json.dumps({"error": "OPERATION_TIME_LIMIT", "error_description": "Method is blocked"}).encode()
    crm.faults = [Fault(status=429, body=body)]
    error = await trouble(client.changed_since(None, 10), {"rate_limited"}, "the time that a method may take")
    holds(error.retry_after == timedelta(minutes=1), f"it is counted by the minute; it was {error.retry_after}")


async def _others_origin(crm: FakeBitrix24, client: CrmClient) -> None:
    crm.contact(name="Imported", originatorId="erp", originId="crl_1")
    holds(await client.find_by_key("crl_1") is None, "who came from elsewhere was not made by us")
    found = (await client.changed_since(None, 10)).records
    holds([one.key for one in found] == [""], "nor is it told as our key")


async def _hidden(crm: FakeBitrix24, client: CrmClient) -> None:
    one = crm.add(given="Anna")
    crm.hidden.add(int(one.id))
    async with raises(Missing, "a contact that is hidden from the webhook's user"):
        await client.get(one.id)
    async with raises(Rejected, "its erasure: it is there, so there is no receipt"):
        await client.erase(one.id, "crl_erase")
    holds(len(crm.live()) == 1, "it is as it was")
    crm.faults = [Fault(status=400, body=b'{"error": "ERROR_CORE", "error_description": "Something"}')]
    await trouble(client.get(one.id), {"malformed"}, "another refusal to show a contact deletes nobody")


async def _no_name(crm: FakeBitrix24, client: CrmClient) -> None:
    made = await client.create({"name": "", "lastName": "", "phone": NUMBER}, "crl_1")
    holds(crm.contacts[int(made.id)]["name"] == "-", "Bitrix24 lets nobody be without any name")
    holds(made.fields["name"] == "", "and it is read as none")
    other = await client.create({"lastName": "Petrova"}, "crl_2")
    holds(crm.contacts[int(other.id)]["name"] is None, "a last name alone is one")
    await client.update(other.id, {"lastName": ""}, "")
    holds(crm.contacts[int(other.id)]["name"] == "-", "nor lose the last one later")


async def _several(crm: FakeBitrix24, client: CrmClient) -> None:
    row = crm.contact(name="Anna", fm={"a": {"typeId": "PHONE", "valueType": "HOME", "value": NUMBER}})
    crm.put(row, {"fm": {"b": {"typeId": "PHONE", "valueType": "WORK", "value": "+442079460102"}}})
    record = await client.update(str(row["id"]), {"phone": "+442079460103", "email": "a@b.mn", CUSTOMER: "C-7"}, "")
    told = [(one["typeId"], one["valueType"], one["value"]) for one in row["fm"]]
    wanted = [
        *(("PHONE", "HOME", "+442079460103"), ("PHONE", "WORK", "+442079460102")),
        ("EMAIL", "WORK", "a@b.mn"),
    ]
    holds(told == wanted, f"the first number is written where it stood, others stay; it was {told}")
    holds(record.fields[CUSTOMER] == "C-7", "added fields are written and read")
    record = await client.update(record.id, {"phone": "", "email": ""}, "")
    holds([one["value"] for one in row["fm"]] == ["+442079460102"], "what is empty goes")
    holds(record.fields["phone"] == "+442079460102", "then the next one is the first")


async def _unknown_field(crm: FakeBitrix24, client: CrmClient) -> None:
    one = crm.add(given="Anna")
    for name in ("ufCrm_1", "id", "updatedTime", "originId", "companyId", "a.b"):
        async with raises(Rejected, f"a change of {name}"):
            await client.update(one.id, {name: "x"}, "")
    holds(all("update" not in path for path, _ in crm.asked), "what Bitrix24 would pass over is not sent")


async def _numbers(crm: FakeBitrix24, client: CrmClient) -> None:
    typed = ("+44 20 7946 0101", "020 794 601 01", "(0)20 79.46.01.01", "+442079460102", "0101")
    made = [crm.add(given="Name", phone=one).id for one in typed]
    several = crm.contact(name="Several", fm={"a": {"typeId": "PHONE", "value": "+442079460109"}})
    crm.put(several, {"fm": {"b": {"typeId": "PHONE", "value": "020 7946 0101"}}})
    page = await client.find_by_number(NUMBER, 10)
    ids = [one.id for one in page.records] if page is not None else None
    wanted = [*made[:3], str(several["id"])]
    holds(ids == wanted, f"however it is written, a further one too; it was {ids}, not {wanted}")
    for _ in range(20):
        crm.add(given="Name", phone=NUMBER)
    page = await client.find_by_number(NUMBER, 50)
    holds(page is not None and page.more, "Bitrix24 tells 20 at most: that there may be more is told")


async def _emptied(crm: FakeBitrix24, client: CrmClient) -> None:
    added: dict[str, Any] = {CUSTOMER: "C-7", "originatorId": "call24", "originId": "crl_1"}
    row = crm.contact(
        name="Anna",
        secondName="B.",
        lastName="Erased",
        post="Director",
        comments="VIP",
        **added,
        fm={
            "a": {"typeId": "PHONE", "value": NUMBER},
            "b": {"typeId": "PHONE", "value": "+442079460109"},
            "c": {"typeId": "EMAIL", "value": "a@example.com"},
        },
    )
    await client.log_call(call_note(str(row["id"])), "crj_call")
    said = await client.erase(str(row["id"]), "crl_erase")
    holds("emptied" in said and "1 comments" in said, f"the receipt says what was done; it was {said}")
    holds(crm.texts() == [], f"nothing is left in the recycle bin; it was {crm.texts()}")


async def _comments(crm: FakeBitrix24, client: CrmClient) -> None:
    one = crm.add(given="Anna")
    id = await client.log_call(call_note(one.id), "crj_first")
    for n in range(120):
        crm.comments[10_000 + n] = {
            "ID": str(10_000 + n),
            "ENTITY_ID": int(one.id),
            "ENTITY_TYPE": "contact",
            "COMMENT": "A colleague's",
        }
    holds(await client.find_call("crj_first", one.id) == id, "a call is found behind many comments")


async def _odd_ids(crm: FakeBitrix24, client: CrmClient) -> None:
    for id in ("a b", "-1", "1.0", "0", "٣", "1/2", "9" * 30):
        async with raises(Missing, f"a record whose id is {id!r}, which Bitrix24 has none of"):
            await client.get(id)
        await client.erase(id, "crl_odd")
    holds(crm.asked == [], "Bitrix24 is not asked for them")


async def _no_answer(crm: FakeBitrix24, client: CrmClient) -> None:
    for body in (
        b"<html>Sign in</html>",
        b"[]",
        b"{}",
        b'{"result": []}',
        b'{"result": {"items": {}}}',
        b'{"result": {"items": [1]}}',
        b'{"result": {"items": [{"id": "1"}]}}',
        b'{"result": {"items": [{"id": 1}]}}',
        b'{"result": {"items": [{"id": 1, "updatedTime": "soon"}]}}',
        b'{"result": {"items": [{"id": 1, "updatedTime": "2026-03-01T12:00:00+00:00", "fm": 1}]}}',
        b"[" * 100_000,
    ):
        crm.faults = [Fault(status=200, body=body)]
        await trouble(client.changed_since(None, 10), {"malformed"}, f"an answer that is {body[:70].decode()}")
    crm.faults = [Fault(status=404)]
    await trouble(client.changed_since(None, 10), {"not_found"}, "an address where no Bitrix24 is")


async def _call(crm: FakeBitrix24, client: CrmClient) -> None:
    one = crm.add(given="Anna")
    note = call_note(one.id)
    told = crm.comments[int(await client.log_call(note, "crj_call"))]["COMMENT"]
    wanted = ("Inbound call, answered", "2026-03-01 12:00 UTC, 61 s", note.disposition, note.notes, note.link)
    for text in (*wanted, "[crj_call]"):
        holds(text in told, f"a comment says {text}; it was {told}")
    async with raises(Missing, "a call of a contact who is not there"):
        await client.log_call(call_note("999999"), "crj_none")


BITRIX24_CHECKS = (
    *CHECKS,
    Check(name="a list longer than a page is whole", run=_many),
    Check(name="two changes of one second are told apart", run=_one_second),
    Check(name="limits are waited for as Bitrix24 says", run=_limits),
    Check(name="who came from elsewhere was not made by us", run=_others_origin),
    Check(name="a contact that is hidden is missing", run=_hidden),
    Check(name="a contact without a name", run=_no_name),
    Check(name="the first number is written, others stay", run=_several),
    Check(name="a field that Bitrix24 does not have is refused", run=_unknown_field),
    Check(name="a number in any form is found", run=_numbers),
    Check(name="an erasure empties what the recycle bin keeps", run=_emptied),
    Check(name="a call is found behind many comments", run=_comments),
    Check(name="ids are positive whole numbers", run=_odd_ids),
    Check(name="what is no answer of Bitrix24 is trouble", run=_no_answer),
    Check(name="a call says all that is known", run=_call),
)
