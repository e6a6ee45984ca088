"""What the REST connector has to do beside what every connector has to."""

from __future__ import annotations

from datetime import datetime, timedelta

from call24.crm.conformance.checks import CHECKS, START, Check, call_note, holds, trouble
from call24.crm.conformance.fake import FakeCrm
from call24.crm.conformance.stand_in import Fault
from call24.crm.connector import CrmClient, Place


async def _zones(crm: FakeCrm, client: CrmClient) -> None:
    body = b'{"items": [{"id": 7, "updated_at": "2026-03-01T20:00:00+08:00", "version": 3}], "more": false}'
    crm.faults = [Fault(status=200, body=body)]
    page = await client.changed_since(None, 10)
    [one] = page.records
    holds(one.changed_at == START and one.changed_at.utcoffset() == timedelta(), "times are UTC")
    holds((one.id, one.version) == ("7", "3"), "ids and versions that are numbers are text")


async def _no_list(crm: FakeCrm, client: CrmClient) -> None:
    for body in (
        b"<html>Sign in</html>",
        b"[]",
        b'{"data": []}',
        b'{"items": {}, "more": false}',
        b"[" * 100_000,
        b'{"items": []}',
    ):
        crm.faults = [Fault(status=200, body=body)]
        await trouble(client.changed_since(None, 10), {"malformed"}, f"a list that is {body[:40].decode()}")


async def _wrong_records(crm: FakeCrm, client: CrmClient) -> None:
    for item in (
        '{"id": "r1", "updated_at": "0001-01-01T00:00:00+14:00"}',
        '{"id": "r\\ud800", "updated_at": "2026-03-01T12:00:00Z"}',
        '"r1"',
        '{"updated_at": "2026-03-01T12:00:00Z"}',
        '{"id": "r1"}',
        '{"id": "r1", "updated_at": "soon"}',
    ):
        crm.faults = [Fault(status=200, body=f'{{"items": [{item}], "more": false}}'.encode())]
        await trouble(client.changed_since(None, 10), {"malformed"}, f"a record that is {item}")


async def _stands_still(crm: FakeCrm, client: CrmClient) -> None:
    body = b'{"items": [{"id": "a", "updated_at": "2026-03-01T12:00:00Z", "version": 1}], "more": true}'
    crm.faults = [Fault(status=200, body=body)]
    await trouble(client.changed_since(Place(at=START, id="a"), 10), {"malformed"}, "a list that does not go on")


async def _odd_ids(crm: FakeCrm, client: CrmClient) -> None:
    for id in ("a b", "a/b", "ä?x=1#y", "50%"):
        crm.add(id=id, given="Odd")
        found = await client.get(id)
        holds(found.id == id, f"a record whose id is {id!r} is found")


async def _key_in_lists(crm: FakeCrm, client: CrmClient) -> None:
    crm.strict_keys = False
    made = await client.create({"given": "Key"}, "crl_key")
    found = await client.find_by_key("crl_key")
    holds(found is not None and found.id == made.id, "where keys of requests are not known again, the member finds it")


async def _call_told(crm: FakeCrm, client: CrmClient) -> None:
    one = crm.add(given="Anna")
    note = call_note(one.id)
    id = await client.log_call(note, "crj_call")
    kept = crm.calls[id]
    wanted = {
        "contact_id": one.id,
        "outcome": "answered",
        "duration_s": 61,
        "notes": note.notes,
        "link": note.link,
        "disposition": note.disposition,
    }
    holds(all(kept.get(name) == value for name, value in wanted.items()), f"with all that is known; it was {kept}")
    holds(datetime.fromisoformat(kept["started_at"]) == START, "with when it began")


REST_CHECKS = (
    *CHECKS,
    Check(name="times are UTC, ids and versions text", run=_zones),
    Check(name="what is no list is trouble", run=_no_list),
    Check(name="what is no record is trouble", run=_wrong_records),
    Check(name="a list that stands still is trouble", run=_stands_still),
    Check(name="ids of any characters", run=_odd_ids),
    Check(name="a key is found in lists", run=_key_in_lists),
    Check(name="a call is told with all that is known", run=_call_told),
)
