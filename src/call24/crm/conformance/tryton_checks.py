"""What the connector for Tryton has to do beside what every connector has to."""

from __future__ import annotations

from datetime import timedelta

from call24.crm.conformance.checks import CHECKS, START, Check, call_note, holds, raises, trouble, whole_list
from call24.crm.conformance.fake_tryton import ADDRESS, MECHANISM, FakeTryton
from call24.crm.conformance.stand_in import Fault
from call24.crm.connector import CrmClient, Missing, Place, VersionConflict

NUMBER = "+442079460101"


async def _session_over(crm: FakeTryton, client: CrmClient) -> None:
    one = crm.add(given="Anna")
    await client.get(one.id)
    await client.get(one.id)
    holds(crm.logins == 1, f"a session is kept; there were {crm.logins} logins")
    crm.sessions.clear()
    await client.get(one.id)
    holds(crm.logins == 2, "one that is over is begun again")
    crm.sessions.clear()
    crm.password = "another"
    await trouble(client.get(one.id), {"unauthorised"}, "a password that is not right any more")
    holds(crm.logins == 3, f"it is tried once; there were {crm.logins} logins")


async def _parts_changed(crm: FakeTryton, client: CrmClient) -> None:
    first, second = (crm.add(at=START, given=name, phone=NUMBER, family="City") for name in ("Anna", "Bo"))
    phone, city = crm.of(MECHANISM, int(first.id))[0]["id"], crm.of(ADDRESS, int(second.id))[0]["id"]
    crm.write_row(ADDRESS, city, START + timedelta(seconds=1), city="Other")
    crm.write_row(MECHANISM, phone, START + timedelta(seconds=2), value="+442079460102")
    page = await client.changed_since(Place(at=START, id=second.id), 10)
    told = [(one.id, (one.changed_at - START).total_seconds()) for one in page.records]
    holds(told == [(second.id, 1.0), (first.id, 2.0)], f"by the time of what changed; it was {told}")
    holds(page.records[1].fields["number"] == "+442079460102", "with what it is now")


async def _pieces(crm: FakeTryton, client: CrmClient) -> None:
    made = [crm.add(at=START, given="Same", phone=NUMBER).id for _ in range(250)]
    late = made[:220]
    for n, id in enumerate(late):
        crm.change(id, at=START + timedelta(seconds=1 + n), given="Late")
    ids = [one.id for one in await whole_list(client, 100)]
    holds(ids == [*made[220:], *late], f"more than is read at once, each where it changed last; it was {ids}")


async def _part_conflict(crm: FakeTryton, client: CrmClient) -> None:
    one = crm.add(given="Anna", phone=NUMBER)
    seen = (await client.get(one.id)).version
    phone = crm.of(MECHANISM, int(one.id))[0]["id"]
    crm.meanwhile = lambda: crm.write_row(MECHANISM, phone, value="+442079460102")
    async with raises(VersionConflict, "a contact mechanism that was changed by itself meanwhile"):
        await client.update(one.id, {"number": "+442079460103"}, seen)
    holds(crm.records[one.id].fields["phone"] == "+442079460102", "it is not overwritten")


async def _first_number(crm: FakeTryton, client: CrmClient) -> None:
    one = crm.add(given="Anna", phone=NUMBER, email="a@example.com")
    record = await client.get(one.id)
    record = await client.update(one.id, {"number": "+442079460102", "email": ""}, record.version)
    holds((record.fields["number"], record.fields["email"]) == ("+442079460102", None), f"it was {record.fields}")
    kinds = [row["type"] for row in crm.of(MECHANISM, int(one.id))]
    holds(kinds == ["phone"], f"a number is written where it stood, what is empty goes; it was {kinds}")
    record = await client.update(one.id, {"email": "b@example.com", "address": {"city": "Hovd"}}, record.version)
    told = (record.fields["email"], record.fields["address"]["city"], record.fields["number"])
    holds(told == ("b@example.com", "Hovd", "+442079460102"), f"what was not there is made; it was {told}")


async def _archived(crm: FakeTryton, client: CrmClient) -> None:
    one = crm.add(given="Anna", phone=NUMBER)
    crm.retire(one.id)
    page = await client.find_by_number(NUMBER, 5)
    ids = [each.id for each in page.records] if page is not None else None
    holds(ids == [one.id], f"an archived party has its number still, and an erasure finds it; it was {ids}")


async def _nothing_left(crm: FakeTryton, client: CrmClient) -> None:
    for kept in (False, True):
        one = crm.add(given="Anna Erased", family="Hovd", phone=NUMBER, email="erased@example.com")
        await client.log_call(call_note(one.id), "crj_erased")
        if kept:
            crm.kept.add(int(one.id))
        said = await client.erase(one.id, "crl_erase")
        left = [text for text in crm.texts() if text not in ("other", "****", "Do not contact")]
        holds(left == [], f"nothing is left of it{', though invoices keep it' if kept else ''}; there was {left}")
        holds(kept == ("used on" in said), f"the receipt says whether the party stays; it was {said}")
        holds(kept == (one.id in crm.records), "a party that nothing keeps is gone")


async def _no_answer(crm: FakeTryton, client: CrmClient) -> None:
    for body in (
        b"<html>Sign in</html>",
        b"[]",
        b'{"id": 1}',
        b'{"id": 1, "result": {}}',
        b'{"id": 1, "result": null}',
        b'{"id": 1, "result": ["1"]}',
        b'{"id": 1, "result": [{"id": "1"}]}',
        b'{"id": 1, "result": [{"id": 1, "write_date": "soon"}]}',
        b'{"id": 1, "error": "?"}',
        b"[" * 100_000,
    ):
        crm.faults = [Fault(status=200, body=body)]
        await trouble(client.changed_since(None, 10), {"malformed"}, f"an answer that is {body[:40].decode()}")


async def _its_own_errors(crm: FakeTryton, client: CrmClient) -> None:
    one = crm.add(given="Anna")
    seen = (await client.get(one.id)).version
    body = b'{"id": 1, "error": ["database is locked", "Traceback: Anna"]}'
    crm.faults = [Fault(status=200, body=body)]
    error = await trouble(client.update(one.id, {"name": "Bo"}, seen), {"server_error"}, "an error of Tryton's own")
    holds("Anna" not in str(error), "no traceback is shown")
    crm.faults = [Fault(status=200, body=b'{"id": 1, "error": ["UserError", ["You may not read it.", "", null]]}')]
    await trouble(client.changed_since(None, 10), {"unauthorised"}, "a list that its user may not read")
    crm.faults = [Fault(status=404)]
    await trouble(client.changed_since(None, 10), {"not_found"}, "a database that is not there")


async def _odd_ids(crm: FakeTryton, client: CrmClient) -> None:
    for id in ("a b", "-1", "1.0", "0", "٣", "99999999999", "1,2"):
        async with raises(Missing, f"a record whose id is {id!r}, which Tryton has none of"):
            await client.get(id)
    holds(crm.asked == [], "Tryton is not asked for them")


async def _note(crm: FakeTryton, client: CrmClient) -> None:
    one = crm.add(given="Anna")
    note = call_note(one.id)
    id = await client.log_call(note, "crj_call")
    kept = crm.calls[id]
    holds(kept["resource"] == f"party.party,{one.id}", "a call is a note of its party")
    for text in ("Inbound", "answered", "2026-03-01 12:00 UTC", "61 s", note.disposition, note.notes, note.link):
        holds(text in kept["message"], f"a note says {text}; it was {kept['message']}")
    async with raises(Missing, "a call of a party that is not there"):
        await client.log_call(call_note("999999"), "crj_none")


TRYTON_CHECKS = (
    *CHECKS,
    Check(name="a session is kept, and begun again when it is over", run=_session_over),
    Check(name="a contact mechanism or address that changed is a change of its party", run=_parts_changed),
    Check(name="a list longer than what is read at once is whole", run=_pieces),
    Check(name="a contact mechanism that was changed meanwhile is not overwritten", run=_part_conflict),
    Check(name="the first number and e-mail are written", run=_first_number),
    Check(name="an archived party is found by its number", run=_archived),
    Check(name="an erasure leaves nothing, though invoices keep the party", run=_nothing_left),
    Check(name="what is no answer of Tryton is trouble", run=_no_answer),
    Check(name="an error of Tryton's own is trouble", run=_its_own_errors),
    Check(name="ids are positive whole numbers", run=_odd_ids),
    Check(name="a call is a note that says all that is known", run=_note),
)
