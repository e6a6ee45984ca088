"""What a connector's client has to do, check by check, against the faulty stand-in. A check raises Failed, or passes.

`READING` alone can be run against a real CRM too: it changes nothing there.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

from call24.crm.conformance.fake import FakeCrm, Fault
from call24.crm.connector import (
    CallNote,
    CrmClient,
    CrmTrouble,
    Deleted,
    Missing,
    Place,
    Rejected,
    RemoteRecord,
    VersionConflict,
)
from call24.crm.model import Trouble

ENOUGH_S = 10.0
"""Of any request of a client, with its time-out: in the kit that is 1 s."""
START = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Failed(Exception):
    """What the client did, and what it has to do."""


@dataclass(frozen=True, kw_only=True)
class Check:
    name: str
    run: Callable[[FakeCrm, CrmClient], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class Result:
    """`why` empty: it passed."""

    name: str
    why: str = ""


def _is(holds: bool, why: str) -> None:
    if not holds:
        raise Failed(why)


@asynccontextmanager
async def _raises(kind: type[Exception], what: str) -> AsyncIterator[list[Any]]:
    """The one error that is right; what it was is in the list afterwards."""
    found = list[Any]()
    try:
        yield found
    except kind as error:
        found.append(error)
        return
    except Exception as error:
        raise Failed(f"{what}: {kind.__name__} is due, and it was {type(error).__name__} ({error})") from error
    raise Failed(f"{what}: {kind.__name__} is due, and nothing was raised")


async def _all(client: CrmClient, limit: int) -> list[RemoteRecord]:
    place, found = None, list[RemoteRecord]()
    for _ in range(100):
        page = await client.changed_since(place, limit)
        found += page.records
        if not page.more:
            return found
        place = Place(at=page.records[-1].changed_at, id=page.records[-1].id)
    raise Failed("the list does not end")


# --- lists ---


async def _lists_all(crm: FakeCrm, client: CrmClient) -> None:
    for n in range(25):
        crm.add(at=START + timedelta(seconds=n), given=f"Name {n}")
    ids = [one.id for one in await _all(client, 10)]
    _is(ids == [f"r{n + 1}" for n in range(25)], f"each record once, in order; it was {ids}")


async def _equal_times(crm: FakeCrm, client: CrmClient) -> None:
    for n in range(7):
        crm.add(id=f"e{n}", at=START, given="Same")
    ids = [one.id for one in await _all(client, 2)]
    _is(ids == [f"e{n}" for n in range(7)], f"seven records of one instant, two at a time; it was {ids}")


async def _begins_after(crm: FakeCrm, client: CrmClient) -> None:
    at = START + timedelta(microseconds=500_001)
    crm.add(id="a", at=at)
    crm.add(id="b", at=at)
    crm.add(id="c", at=at + timedelta(microseconds=1))
    page = await client.changed_since(Place(at=at, id="a"), 10)
    ids = [one.id for one in page.records]
    _is(ids == ["b", "c"], f"what comes after (time, id) alone, to the microsecond; it was {ids}")


async def _zones(crm: FakeCrm, client: CrmClient) -> None:
    body = b'{"items": [{"id": 7, "updated_at": "2026-03-01T20:00:00+08:00", "version": 3}], "more": false}'
    crm.faults = [Fault(status=200, body=body)]
    page = await client.changed_since(None, 10)
    [one] = page.records
    _is(one.changed_at == START and one.changed_at.utcoffset() == timedelta(), "times are UTC")
    _is((one.id, one.version) == ("7", "3"), "ids and versions that are numbers are text")


async def _clock(crm: FakeCrm, client: CrmClient) -> None:
    crm.skew = timedelta(hours=3)
    crm.add(given="Late")
    page = await client.changed_since(None, 10)
    _is(page.now is not None, "the CRM's clock is told (Date)")
    assert page.now is not None
    _is(abs(page.now - crm.clock()) < timedelta(seconds=5), "the CRM's clock is what it tells, not ours")


async def _deleted_in_lists(crm: FakeCrm, client: CrmClient) -> None:
    crm.add(id="gone", at=START, given="Gone")
    crm.delete("gone")
    [one] = (await client.changed_since(None, 10)).records
    _is(one.deleted and not one.fields, "a deleted record is told as deleted")


async def _twice(crm: FakeCrm, client: CrmClient) -> None:
    for n in range(4):
        crm.add(id=f"t{n}", at=START + timedelta(seconds=n))
    crm.twice = True
    ids = {one.id for one in await _all(client, 4)}
    _is(ids == {"t0", "t1", "t2", "t3"}, f"a list that has each record twice is read to its end; it was {sorted(ids)}")


async def _cut(crm: FakeCrm, client: CrmClient) -> None:
    for n in range(5):
        crm.add(given=f"Name {n}")
    crm.faults = [Fault(cut=True)]
    await _trouble(client.changed_since(None, 10), {"malformed", "no_answer"}, "a page that ends in its middle")


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
        await _trouble(client.changed_since(None, 10), {"malformed"}, f"a list that is {body[:40].decode()}")


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
        await _trouble(client.changed_since(None, 10), {"malformed"}, f"a record that is {item}")


async def _stands_still(crm: FakeCrm, client: CrmClient) -> None:
    body = b'{"items": [{"id": "a", "updated_at": "2026-03-01T12:00:00Z", "version": 1}], "more": true}'
    crm.faults = [Fault(status=200, body=body)]
    await _trouble(client.changed_since(Place(at=START, id="a"), 10), {"malformed"}, "a list that does not go on")


async def _long(crm: FakeCrm, client: CrmClient) -> None:
    crm.faults = [Fault(status=200, body=b'{"items": [], "more": false, "x": "' + b"x" * (8 << 20) + b'"}')]
    await _trouble(client.changed_since(None, 10), {"malformed"}, "an answer of 8 MB")


# --- trouble ---


async def _trouble(asked: Awaitable[object], right: set[Trouble], what: str) -> CrmTrouble:
    async with _raises(CrmTrouble, what) as found, asyncio.timeout(ENOUGH_S):
        await asked
    error: CrmTrouble = found[0]
    _is(error.trouble in right, f"{what}: {' or '.join(sorted(right))} is due, and it was {error.trouble}")
    return error


async def _rate_limited(crm: FakeCrm, client: CrmClient) -> None:
    crm.faults = [Fault(status=429, headers={"Retry-After": "37"})]
    error = await _trouble(client.changed_since(None, 10), {"rate_limited"}, "429")
    _is(error.retry_after == timedelta(seconds=37), f"Retry-After in seconds; it was {error.retry_after}")
    _is(len(crm.asked) == 1, "a client asks once: the engine waits and asks again")


async def _retry_date(crm: FakeCrm, client: CrmClient) -> None:
    at = (datetime.now(UTC) + timedelta(seconds=90)).replace(microsecond=0)
    for status in (429, 503):
        crm.faults = [Fault(status=status, headers={"Retry-After": format_datetime(at, usegmt=True)})]
        error = await _trouble(client.get("r1"), {"rate_limited", "server_error"}, str(status))
        left = error.retry_after or timedelta()
        _is(timedelta(seconds=60) < left < timedelta(seconds=120), f"Retry-After as a date; it was {left}")


async def _server_errors(crm: FakeCrm, client: CrmClient) -> None:
    one = crm.add(given="Anna")
    for status in (500, 502, 503, 504):
        for ask in (
            lambda: client.changed_since(None, 10),
            lambda: client.get(one.id),
            lambda: client.update(one.id, {"given": "Bo"}, "1"),
            lambda: client.create({"given": "Cy"}, "crl_1"),
            lambda: client.erase(one.id, "crl_1"),
        ):
            crm.faults = [Fault(status=status)]
            await _trouble(ask(), {"server_error"}, str(status))


async def _slow(crm: FakeCrm, client: CrmClient) -> None:
    crm.faults = [Fault(wait_s=ENOUGH_S * 2)]
    await _trouble(client.changed_since(None, 10), {"too_slow"}, "a CRM that does not answer")


async def _credentials(crm: FakeCrm, client: CrmClient) -> None:
    for status in (401, 403):
        crm.faults = [Fault(status=status)]
        await _trouble(client.changed_since(None, 10), {"unauthorised"}, str(status))
        crm.faults = [Fault(status=status)]
        await _trouble(client.get("r1"), {"unauthorised"}, str(status))


async def _redirects(crm: FakeCrm, client: CrmClient) -> None:
    crm.faults = [Fault(status=302, headers={"Location": f"{crm.url}/contacts?elsewhere=1"})]
    await _trouble(client.changed_since(None, 10), {"redirected", "malformed"}, "a redirect")
    _is(len(crm.asked) == 1, "a redirect is not followed: the credentials would go there")


# --- single records ---


async def _gone(crm: FakeCrm, client: CrmClient) -> None:
    crm.add(id="gone", given="Gone")
    crm.delete("gone")
    async with _raises(Missing, "a record that was never there"):
        await client.get("never")
    async with _raises(Deleted, "a record that the CRM says was deleted (410)"):
        await client.get("gone")
    crm.remembers = False
    async with _raises(Missing, "a record that is not found (404) is not called deleted"):
        await client.get("gone")


async def _odd_ids(crm: FakeCrm, client: CrmClient) -> None:
    for id in ("a b", "a/b", "ä?x=1#y", "50%"):
        crm.add(id=id, given="Odd")
        found = await client.get(id)
        _is(found.id == id, f"a record whose id is {id!r} is found")


async def _text(crm: FakeCrm, client: CrmClient) -> None:
    name = "Батын Дорж \"D\" <b> 'ö' 𝄞"
    made = await client.create({"given": name}, "crl_text")
    _is(crm.records[made.id].fields["given"] == name, "every character arrives as it was sent")
    _is((await client.get(made.id)).fields["given"] == name, "and comes back")


async def _create_once(crm: FakeCrm, client: CrmClient) -> None:
    crm.faults = [Fault(after=True)]
    await _trouble(client.create({"given": "Once"}, "crl_once"), {"no_answer", "malformed"}, "an answer that is lost")
    again = await client.create({"given": "Once"}, "crl_once")
    _is(len(crm.live()) == 1, f"created again with the same key it is there once; it was {len(crm.live())} times")
    _is(again.id in crm.records, "the second answer is the record's")
    await client.create({"given": "Other"}, "crl_other")
    _is(len(crm.live()) == 2, "another key makes another record")


async def _found_by_key(crm: FakeCrm, client: CrmClient) -> None:
    crm.strict_keys = False
    made = await client.create({"given": "Key"}, "crl_key")
    found = await client.find_by_key("crl_key")
    _is(found is not None and found.id == made.id, "a record is found by the key that it was made with")
    _is(await client.find_by_key("crl_none") is None, "a key that made nothing finds nothing")


async def _found_by_number(crm: FakeCrm, client: CrmClient) -> None:
    for n, typed in enumerate(("020 7946 0101", "+442079460101", "+442079460102", "", "(020) 7946-0101")):
        crm.add(id=f"n{n}", given="Name", phone=typed)
    crm.delete("n4")
    page = await client.find_by_number("+442079460101", 5)
    ids = [one.id for one in page.records] if page is not None else None
    _is(ids == ["n0", "n1"], f"the two who have the number; it was {ids}")
    cut = await client.find_by_number("+442079460101", 1)
    _is(cut is not None and len(cut.records) == 1 and cut.more, "that there are more than the limit is told")


async def _refused(crm: FakeCrm, client: CrmClient) -> None:
    async with _raises(Rejected, "422") as found:
        await client.create({"given": "refuse me"}, "crl_refused")
    _is("not taken" in str(found[0]), f"what the CRM said is told; it was {found[0]}")


async def _update(crm: FakeCrm, client: CrmClient) -> None:
    one = crm.add(given="Anna", family="Petrova", email="a@example.com")
    after = await client.update(one.id, {"given": "Anya"}, str(one.version))
    kept = crm.records[one.id].fields
    _is(kept == {"given": "Anya", "family": "Petrova", "email": "a@example.com"}, f"other fields stay; it was {kept}")
    _is(after.version == str(one.version) and after.fields["given"] == "Anya", "the answer is the record as it is now")


async def _conflict(crm: FakeCrm, client: CrmClient) -> None:
    one = crm.add(given="Anna")
    seen = str(one.version)
    crm.meanwhile = lambda: crm.change(one.id, given="Hers")
    async with _raises(VersionConflict, "a record that was changed meanwhile"):
        await client.update(one.id, {"given": "Ours"}, seen)
    _is(crm.records[one.id].fields["given"] == "Hers", "what was changed meanwhile is not overwritten")


async def _update_gone(crm: FakeCrm, client: CrmClient) -> None:
    one = crm.add(given="Anna")
    seen = str(one.version)
    crm.meanwhile = lambda: crm.delete(one.id)
    async with _raises(Deleted, "an update of what was deleted meanwhile"):
        await client.update(one.id, {"given": "Ours"}, seen)
    _is(not crm.live(), "what was deleted is not made again")


async def _erase(crm: FakeCrm, client: CrmClient) -> None:
    one = crm.add(given="Anna")
    said = await client.erase(one.id, "crl_erase")
    _is(bool(said.strip()), "the CRM's answer is the receipt: it is told")
    _is(not crm.live(), "the record is erased")
    await client.erase(one.id, "crl_erase")
    await client.erase("never", "crl_erase")


async def _objection(crm: FakeCrm, client: CrmClient) -> None:
    one = crm.add(given="Anna")
    await client.set_objection(one.id, True, "crj_1")
    _is(crm.records[one.id].fields == {"given": "Anna", "do_not_use": True}, "the objection is set, nothing else")
    await client.set_objection(one.id, False, "crj_2")
    _is(crm.records[one.id].fields["do_not_use"] is False, "and is lifted")


async def _call_once(crm: FakeCrm, client: CrmClient) -> None:
    one = crm.add(given="Anna")
    note = CallNote(
        remote_id=one.id,
        call_id="call_1",
        direction="inbound",
        outcome="answered",
        started_at=START,
        duration_s=61,
        disposition="Invoice sent",
        notes="asks for an invoice",
        link="https://call24.example/history?call=call_1",
    )
    crm.faults = [Fault(after=True)]
    await _trouble(client.log_call(note, "crj_call"), {"no_answer", "malformed"}, "an answer that is lost")
    id = await client.log_call(note, "crj_call")
    _is(len(crm.calls) == 1 and id in crm.calls, f"a call is logged once; it was {len(crm.calls)} times")
    kept = crm.calls[id]
    wanted = {
        "contact_id": one.id,
        "outcome": "answered",
        "duration_s": 61,
        "notes": note.notes,
        "link": note.link,
        "disposition": note.disposition,
    }
    _is(all(kept.get(name) == value for name, value in wanted.items()), f"with all that is known; it was {kept}")
    _is(datetime.fromisoformat(kept["started_at"]) == START, "with when it began")
    _is(await client.find_call("crj_call", one.id) == id, "it is found by its key")
    _is(await client.find_call("crj_none", one.id) is None, "a key that logged nothing finds nothing")


CHECKS = (
    Check(name="a list is read to its end, each record once", run=_lists_all),
    Check(name="records of one instant are all read, page by page", run=_equal_times),
    Check(name="a list begins after (time, id)", run=_begins_after),
    Check(name="times are UTC, ids and versions text", run=_zones),
    Check(name="the CRM's clock is told", run=_clock),
    Check(name="a deleted record is told as deleted", run=_deleted_in_lists),
    Check(name="a list may tell a record twice", run=_twice),
    Check(name="a page that is cut off is no page", run=_cut),
    Check(name="what is no list is trouble", run=_no_list),
    Check(name="what is no record is trouble", run=_wrong_records),
    Check(name="a list that stands still is trouble", run=_stands_still),
    Check(name="an answer that does not end is trouble", run=_long),
    Check(name="429 with seconds is waited for by the engine", run=_rate_limited),
    Check(name="Retry-After as a date", run=_retry_date),
    Check(name="5xx is trouble, of every request", run=_server_errors),
    Check(name="a slow CRM is given up in time", run=_slow),
    Check(name="refused credentials are named", run=_credentials),
    Check(name="redirects are not followed", run=_redirects),
    Check(name="missing is not deleted", run=_gone),
    Check(name="ids of any characters", run=_odd_ids),
    Check(name="text of any characters", run=_text),
    Check(name="a creation whose answer was lost is there once", run=_create_once),
    Check(name="a record is found by our key", run=_found_by_key),
    Check(name="who has a number is found, however it is written", run=_found_by_number),
    Check(name="what the CRM refuses is told", run=_refused),
    Check(name="an update changes what it names", run=_update),
    Check(name="what was changed meanwhile is not overwritten", run=_conflict),
    Check(name="what was deleted meanwhile stays deleted", run=_update_gone),
    Check(name="an erasure has a receipt, and can be asked again", run=_erase),
    Check(name="an objection is told", run=_objection),
    Check(name="a call is logged once", run=_call_once),
)
