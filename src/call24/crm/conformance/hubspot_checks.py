"""What the connector for HubSpot has to do beside what every connector has to."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from call24.crm.conformance.checks import CHECKS, START, Check, Failed, call_note, holds, raises, trouble, whole_list
from call24.crm.conformance.fake_hubspot import FakeHubSpot
from call24.crm.conformance.stand_in import Fault
from call24.crm.connector import CrmClient, Missing, Place, Rejected

NUMBER = "+442079460101"


async def _many(crm: FakeHubSpot, client: CrmClient) -> None:
    made = [crm.add(at=START, given="Same").id for _ in range(230)]
    late = [crm.add(at=START + timedelta(seconds=n), given="Late").id for n in range(1, 130)]
    ids = [one.id for one in await whole_list(client, 100)]
    holds(ids == [*made, *late], f"more than one search tells, at one time and after; {len(ids)} of {len(made + late)}")


async def _index_behind(crm: FakeHubSpot, client: CrmClient) -> None:
    at = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
    made = [crm.add(at=at + timedelta(seconds=n), given=f"Name {n}").id for n in range(90)]
    made += [crm.add(at=at + timedelta(seconds=90), given="Same").id for _ in range(30)]
    crm.waits = True
    crm.change(made[5], given="Just now")
    found = await whole_list(client, 100)
    left = set(made) - {made[5]} - {one.id for one in found}
    holds(not left, f"who changed just now stands in their former place, and hides nobody; {len(left)} are not told")
    crm.goes_on()
    page = await client.changed_since(Place(at=found[-1].changed_at, id=found[-1].id), 10)
    ids = [one.id for one in page.records]
    holds(ids == [made[5]], f"they come once the search has them; it was {ids}")


async def _creation_not_searchable(crm: FakeHubSpot, client: CrmClient) -> None:
    crm.waits = True
    crm.faults = [Fault(after=True, only=crm.creating)]
    once = crm.members(given="Once")
    await trouble(client.create(once, "crl_once"), {"no_answer", "malformed"}, "an answer that is lost")
    again = await client.create(once, "crl_once")
    holds(len(crm.live()) == 1 and again.id in crm.records, "it is there once, though the search does not know it")
    found = await client.find_by_key("crl_once")
    holds(found is not None and found.id == again.id, "and is found by its key")


async def _same_email(crm: FakeHubSpot, client: CrmClient) -> None:
    crm.add(given="Anna", email="anna@example.com")
    async with raises(Rejected, "a second contact with an e-mail address") as found:
        await client.create(crm.members(given="Other", email="anna@example.com"), "crl_other")
    holds("Existing ID" in str(found[0]), f"HubSpot's reason is told; it was {found[0]}")
    one = crm.add(given="Bo")
    async with raises(Rejected, "an e-mail address that another has"):
        await client.update(one.id, crm.members(email="anna@example.com"), "")


async def _no_key(crm: FakeHubSpot, client: CrmClient) -> None:
    crm.unique = False
    error = await trouble(client.create(crm.members(given="Anna"), "crl_1"), {"malformed"}, "no property for our key")
    holds("call24_key" in str(error), f"what is missing is named; it was {error}")
    holds(crm.live() == [], "nobody is made who could not be found again")


async def _limits(crm: FakeHubSpot, client: CrmClient) -> None:
    for policy, seconds in (("DAILY", 3600), ("TEN_SECONDLY_ROLLING", 10)):
        body = json.dumps({"status": "error", "errorType": "RATE_LIMIT", "policyName": policy}).encode()
        crm.faults = [Fault(status=429, body=body)]
        error = await trouble(client.changed_since(None, 10), {"rate_limited"}, policy)
        holds(error.retry_after == timedelta(seconds=seconds), f"{policy}: it was {error.retry_after}")
        crm.faults = [Fault(status=429, body=body, headers={"Retry-After": "7"})]
        error = await trouble(client.changed_since(None, 10), {"rate_limited"}, policy)
        holds(error.retry_after == timedelta(seconds=7), "what HubSpot says itself counts first")
    for status in (423, 477):
        crm.faults = [Fault(status=status, headers={"Retry-After": "3600"})]
        error = await trouble(client.get("101"), {"rate_limited"}, f"{status}: it works for a while")
        holds(error.retry_after == timedelta(hours=1), f"{status}: it was {error.retry_after}")


async def _numbers(crm: FakeHubSpot, client: CrmClient) -> None:
    typed = ("+44 20 7946 0101", "020 794 601 01", "(0)20 79.46.01.01", "+442079460102", "0101")
    made = [crm.add(given="Name", phone=one).id for one in typed]
    mobile = crm.contact(firstname="Mobile", phone="+442079460109", mobilephone="020 7946 0101")["hs_object_id"]
    page = await client.find_by_number(NUMBER, 10)
    ids = [one.id for one in page.records] if page is not None else None
    wanted = [*made[:3], mobile]
    holds(ids == wanted, f"however it is written, in mobilephone too; it was {ids}, not {wanted}")


async def _first_number(crm: FakeHubSpot, client: CrmClient) -> None:
    one = crm.contact(firstname="Anna", mobilephone=NUMBER)
    record = await client.get(one["hs_object_id"])
    holds(record.fields["number"] == NUMBER, "the first number is the mobile where there is no phone")
    await client.update(record.id, {"number": "+442079460102"}, record.version)
    holds((one["phone"], one["mobilephone"]) == (None, "+442079460102"), "a number is written where it stood")
    record = await client.update(record.id, {"number": "", "customer_number": "C-7"}, "")
    holds(one["mobilephone"] is None and one["customer_number"] == "C-7", "what is empty goes; added properties stay")
    for name in ("hs_object_id", "lastmodifieddate", "call24_key", "hs_lead_status"):
        async with raises(Rejected, f"a change of {name}"):
            await client.update(record.id, {name: "x"}, "")


async def _merged(crm: FakeHubSpot, client: CrmClient) -> None:
    one, other = crm.add(given="Anna"), crm.add(given="Anna twice")
    crm.merge(one.id, other.id)
    async with raises(Missing, "a contact that was merged into another: it deletes nobody"):
        await client.get(other.id)
    async with raises(Missing, "a change of a contact that was merged"):
        await client.update(other.id, {"firstname": "Other"}, "")
    holds(crm.records[one.id].fields == {"given": "Anna"}, "the other one is left alone")


async def _forgotten(crm: FakeHubSpot, client: CrmClient) -> None:
    one = crm.add(given="Anna Erased", phone=NUMBER)
    await client.log_call(call_note(one.id), "crj_call")
    said = await client.erase(one.id, "crl_erase")
    holds("gdpr-delete" in said, f"HubSpot's deletion for good, no archived contact; it was {said}")
    holds(crm.texts() == [], f"nothing is left, nor of calls; it was {crm.texts()}")
    archived = crm.add(given="Archived Erased")
    crm.delete(archived.id)
    await client.erase(archived.id, "crl_other")
    holds(crm.texts() == [], "nor of a contact that was deleted before")


async def _odd_ids(crm: FakeHubSpot, client: CrmClient) -> None:
    for id in ("a b", "-1", "1.0", "0", "٣", "1/2", "9" * 30):
        async with raises(Missing, f"a record whose id is {id!r}, which HubSpot has none of"):
            await client.get(id)
        await client.erase(id, "crl_odd")
    holds(crm.asked == [], "HubSpot is not asked for them")


async def _no_answer(crm: FakeHubSpot, client: CrmClient) -> None:
    for body in (
        b"<html>Sign in</html>",
        b"[]",
        b"{}",
        b'{"results": {}}',
        b'{"results": [1]}',
        b'{"results": [{"id": 1, "properties": {}}]}',
        b'{"results": [{"id": "1"}]}',
        b'{"results": [{"id": "1", "properties": {}}]}',
        b'{"results": [{"id": "1", "properties": {"lastmodifieddate": "soon"}}]}',
        b"[" * 100_000,
    ):
        crm.faults = [Fault(status=200, body=body)]
        await trouble(client.changed_since(None, 10), {"malformed"}, f"an answer that is {body[:60].decode()}")
    crm.faults = [Fault(status=404)]
    await trouble(client.changed_since(None, 10), {"not_found"}, "an address where no HubSpot is")


async def _call(crm: FakeHubSpot, client: CrmClient) -> None:
    one = crm.add(given="Anna")
    note = call_note(one.id)
    id = await client.log_call(note, "crj_call")
    kept = crm.calls[id]
    wanted = {
        "of": one.id,
        "hs_timestamp": "2026-03-01T12:00:00.000Z",
        "hs_call_direction": "INBOUND",
        "hs_call_duration": "61000",
        "hs_call_status": "COMPLETED",
        "hs_call_external_id": "crj_call",
    }
    told = {name: kept[name] for name in wanted}
    holds(told == wanted, f"a call of the contact, with its times; it was {told}")
    for text in ("Inbound", "answered", note.disposition, note.notes, note.link.replace("&", "&amp;")):
        holds(text in kept["hs_call_body"], f"a call says {text}; it was {kept['hs_call_body']}")
    async with raises(Missing, "a call of a contact who is not there"):
        await client.log_call(call_note("999999"), "crj_none")
    if client.seen_after < timedelta(minutes=5):
        raise Failed("a call that the search does not know yet is not made again within minutes")


HUBSPOT_CHECKS = (
    *CHECKS,
    Check(name="a list longer than a search is whole", run=_many),
    Check(name="a search that is behind loses nobody", run=_index_behind),
    Check(name="a creation that the search does not know is there once", run=_creation_not_searchable),
    Check(name="an e-mail address that another has is told", run=_same_email),
    Check(name="without a property for our key nobody is made", run=_no_key),
    Check(name="limits are waited for as HubSpot says", run=_limits),
    Check(name="a number in any form is found", run=_numbers),
    Check(name="a number is written where it stood", run=_first_number),
    Check(name="a merged contact is missing", run=_merged),
    Check(name="an erasure is for good", run=_forgotten),
    Check(name="ids are positive whole numbers", run=_odd_ids),
    Check(name="what is no answer of HubSpot is trouble", run=_no_answer),
    Check(name="a call is an engagement that says all that is known", run=_call),
)
