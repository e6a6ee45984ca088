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

from call24.crm.conformance.stand_in import Fault, StandIn
from call24.crm.connector import (
    CrmClient,
    CrmTrouble,
    Deleted,
    LoggedCall,
    Missing,
    Place,
    Rejected,
    RemoteRecord,
    UnderWay,
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
    run: Callable[[Any, CrmClient], Awaitable[None]]
    """With a stand-in, and a client of it."""


@dataclass(frozen=True, kw_only=True)
class Result:
    """`why` empty: it passed."""

    name: str
    why: str = ""


def call_note(remote_id: str) -> LoggedCall:
    return LoggedCall(
        remote_id=remote_id,
        call_id="call_1",
        direction="inbound",
        outcome="answered",
        started_at=START,
        duration_s=61,
        disposition="Invoice sent",
        notes="asks for an invoice",
        link="https://call24.example/history?call=call_1",
    )


def holds(true: bool, why: str) -> None:
    if not true:
        raise Failed(why)


@asynccontextmanager
async def raises(kind: type[Exception], what: str) -> AsyncIterator[list[Any]]:
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


async def whole_list(client: CrmClient, limit: int) -> list[RemoteRecord]:
    place, found = None, list[RemoteRecord]()
    for _ in range(100):
        page = await client.changed_since(place, limit)
        found += page.records
        if not page.more:
            return found
        place = page.end
    raise Failed("the list does not end")


# --- lists ---


async def _lists_all(crm: StandIn, client: CrmClient) -> None:
    made = [crm.add(at=START + timedelta(seconds=n), given=f"Name {n}").id for n in range(25)]
    ids = [one.id for one in await whole_list(client, 10)]
    holds(ids == made, f"each record once, in order; it was {ids}")


async def _equal_times(crm: StandIn, client: CrmClient) -> None:
    made = [crm.add(at=START, given="Same").id for _ in range(7)]
    ids = [one.id for one in await whole_list(client, 2)]
    holds(ids == made, f"seven records of one instant, two at a time; it was {ids}")


async def _begins_after(crm: StandIn, client: CrmClient) -> None:
    at = START + 501 * crm.tick
    first, second = crm.add(at=at).id, crm.add(at=at).id
    later = crm.add(at=at + crm.tick).id
    page = await client.changed_since(Place(at=at, id=first), 10)
    ids = [one.id for one in page.records]
    holds(ids == [second, later], f"what comes after (time, id) alone, however little lies between; it was {ids}")


async def _clock(crm: StandIn, client: CrmClient) -> None:
    crm.skew = timedelta(hours=3)
    crm.add(given="Late")
    page = await client.changed_since(None, 10)
    holds(page.now is not None, "the CRM's clock is told (Date)")
    assert page.now is not None
    holds(abs(page.now - crm.clock()) < timedelta(seconds=5), "the CRM's clock is what it tells, not ours")


async def _deleted_in_lists(crm: StandIn, client: CrmClient) -> None:
    crm.retire(crm.add(at=START, given="Gone").id)
    found = (await client.changed_since(None, 10)).records
    holds(all(one.deleted and not one.fields for one in found), "a deleted record is told as deleted, if at all")
    holds(len(found) == int(crm.tells_deletions), f"what the CRM tells of deletions is told; it was {len(found)}")


async def _twice(crm: StandIn, client: CrmClient) -> None:
    made = {crm.add(at=START + timedelta(seconds=n)).id for n in range(4)}
    crm.twice = True
    ids = {one.id for one in await whole_list(client, 4)}
    holds(ids == made, f"a list that has each record twice is read to its end; it was {sorted(ids)}")


async def _cut(crm: StandIn, client: CrmClient) -> None:
    for n in range(5):
        crm.add(given=f"Name {n}")
    crm.faults = [Fault(cut=True)]
    await trouble(client.changed_since(None, 10), {"malformed", "no_answer"}, "a page that ends in its middle")


async def _long(crm: StandIn, client: CrmClient) -> None:
    crm.faults = [Fault(status=200, body=b'{"items": [], "more": false, "x": "' + b"x" * (8 << 20) + b'"}')]
    await trouble(client.changed_since(None, 10), {"malformed"}, "an answer of 8 MB")


# --- trouble ---


async def trouble(asked: Awaitable[object], right: set[Trouble], what: str) -> CrmTrouble:
    async with raises(CrmTrouble, what) as found, asyncio.timeout(ENOUGH_S):
        await asked
    error: CrmTrouble = found[0]
    holds(error.trouble in right, f"{what}: {' or '.join(sorted(right))} is due, and it was {error.trouble}")
    return error


async def _rate_limited(crm: StandIn, client: CrmClient) -> None:
    crm.faults = [Fault(status=429, headers={"Retry-After": "37"})]
    error = await trouble(client.changed_since(None, 10), {"rate_limited"}, "429")
    holds(error.retry_after == timedelta(seconds=37), f"Retry-After in seconds; it was {error.retry_after}")
    holds(len(crm.asked) == 1, "a client asks once: the engine waits and asks again")


async def _retry_date(crm: StandIn, client: CrmClient) -> None:
    at = (datetime.now(UTC) + timedelta(seconds=90)).replace(microsecond=0)
    for status in (429, 503):
        crm.faults = [Fault(status=status, headers={"Retry-After": format_datetime(at, usegmt=True)})]
        error = await trouble(client.get("1"), {"rate_limited", "server_error"}, str(status))
        left = error.retry_after or timedelta()
        holds(timedelta(seconds=60) < left < timedelta(seconds=120), f"Retry-After as a date; it was {left}")


async def _server_errors(crm: StandIn, client: CrmClient) -> None:
    one = crm.add(given="Anna")
    version = (await client.get(one.id)).version
    for status in (500, 502, 503, 504):
        for ask in (
            lambda: client.changed_since(None, 10),
            lambda: client.get(one.id),
            lambda: client.update(one.id, crm.members(given="Bo"), version),
            lambda: client.create(crm.members(given="Cy"), "crl_1"),
            lambda: client.erase(one.id, "crl_1"),
        ):
            crm.faults = [Fault(status=status)]
            await trouble(ask(), {"server_error"}, str(status))


async def _slow(crm: StandIn, client: CrmClient) -> None:
    crm.faults = [Fault(wait_s=ENOUGH_S * 2)]
    await trouble(client.changed_since(None, 10), {"too_slow"}, "a CRM that does not answer")


async def _credentials(crm: StandIn, client: CrmClient) -> None:
    for status in (401, 403):
        for ask in (lambda: client.changed_since(None, 10), lambda: client.get("1")):
            crm.faults = [Fault(status=status), Fault(status=status)]  # a session that is over may be begun again, once
            await trouble(ask(), {"unauthorised"}, str(status))
            crm.faults = []


async def _redirects(crm: StandIn, client: CrmClient) -> None:
    crm.faults = [Fault(status=302, headers={"Location": f"{crm.url}/elsewhere"})]
    await trouble(client.changed_since(None, 10), {"redirected", "malformed"}, "a redirect")
    holds(len(crm.asked) == 1, "a redirect is not followed: the credentials would go there")


# --- single records ---


async def _gone(crm: StandIn, client: CrmClient) -> None:
    gone = crm.add(given="Gone").id
    crm.delete(gone)
    async with raises(Missing, "a record that was never there"):
        await client.get("999999")
    async with raises(Deleted if crm.tells_gone else Missing, "a record that the CRM says was deleted (410)"):
        await client.get(gone)
    crm.remembers = False
    async with raises(Missing, "a record that is not found (404) is not called deleted"):
        await client.get(gone)


async def _text(crm: StandIn, client: CrmClient) -> None:
    name = "Батын Дорж \"D\" <b> 'ö' 𝄞"
    made = await client.create(crm.members(given=name), "crl_text")
    holds(crm.records[made.id].fields["given"] == name, "every character arrives as it was sent")
    holds(crm.named((await client.get(made.id)).fields)["given"] == name, "and comes back")


async def _create_once(crm: StandIn, client: CrmClient) -> None:
    once = crm.members(given="Once")
    crm.faults = [Fault(after=True, only=crm.creating)]
    await trouble(client.create(once, "crl_once"), {"no_answer", "malformed"}, "an answer that is lost")
    holds(len(crm.live()) == 1, "the record was made")
    again = await client.create(once, "crl_once")
    holds(len(crm.live()) == 1, f"created again with the same key it is there once; it was {len(crm.live())} times")
    holds(again.id in crm.records, "the second answer is the record's")
    await client.create(crm.members(given="Other"), "crl_other")
    holds(len(crm.live()) == 2, "another key makes another record")


async def _found_by_key(crm: StandIn, client: CrmClient) -> None:
    made = await client.create(crm.members(given="Key"), "crl_key")
    found = await client.find_by_key("crl_key")
    holds(found is not None and found.id == made.id, "a record is found by the key that it was made with")
    holds(await client.find_by_key("crl_none") is None, "a key that made nothing finds nothing")


async def _found_by_number(crm: StandIn, client: CrmClient) -> None:
    typed = ("020 7946 0101", "+442079460101", "+442079460102", "", "(020) 7946-0101")
    made = [crm.add(given="Name", phone=one).id for one in typed]
    crm.delete(made[4])
    page = await client.find_by_number("+442079460101", 5)
    ids = [one.id for one in page.records] if page is not None else None
    holds(ids == made[:2], f"the two who have the number; it was {ids}")
    cut = await client.find_by_number("+442079460101", 1)
    holds(cut is not None and len(cut.records) == 1 and cut.more, "that there are more than the limit is told")


async def _refused(crm: StandIn, client: CrmClient) -> None:
    async with raises(Rejected, "422") as found:
        await client.create(crm.members(given="refuse me"), "crl_refused")
    holds("not taken" in str(found[0]), f"what the CRM said is told; it was {found[0]}")


async def _update(crm: StandIn, client: CrmClient) -> None:
    one = crm.add(given="Anna", family="Petrova", email="a@example.com")
    seen = (await client.get(one.id)).version
    after = await client.update(one.id, crm.members(given="Anya"), seen)
    kept = crm.records[one.id].fields
    holds(kept == {"given": "Anya", "family": "Petrova", "email": "a@example.com"}, f"other fields stay; it was {kept}")
    now = await client.get(one.id)
    holds(after.version == now.version != seen, "the answer has the version that the record has now")
    holds(crm.named(after.fields)["given"] == "Anya", "the answer is the record as it is now")


async def _conflict(crm: StandIn, client: CrmClient) -> None:
    one = crm.add(given="Anna")
    seen = (await client.get(one.id)).version
    crm.meanwhile = lambda: crm.change(one.id, given="Hers")
    async with raises(VersionConflict, "a record that was changed meanwhile"):
        await client.update(one.id, crm.members(given="Ours"), seen)
    holds(crm.records[one.id].fields["given"] == "Hers", "what was changed meanwhile is not overwritten")


async def _update_gone(crm: StandIn, client: CrmClient) -> None:
    one = crm.add(given="Anna")
    seen = (await client.get(one.id)).version
    crm.meanwhile = lambda: crm.delete(one.id)
    async with raises(Deleted if crm.tells_gone else Missing, "an update of what was deleted meanwhile"):
        await client.update(one.id, crm.members(given="Ours"), seen)
    holds(not crm.live(), "what was deleted is not made again")


async def erased(crm: StandIn, client: CrmClient, id: str) -> str:
    """The receipt, once it is done; until then there is none."""
    for _ in range(3):
        try:
            return await client.erase(id, "crl_erase")
        except UnderWay:
            holds(any(one.id == id for one in crm.records.values()), "what is gone is not under way any more")
            crm.goes_on()
    raise Failed("an erasure that is under way is done at last")


async def _erase(crm: StandIn, client: CrmClient) -> None:
    one = crm.add(given="Anna")
    said = await erased(crm, client, one.id)
    holds(bool(said.strip()), "the CRM's answer is the receipt: it is told")
    holds(not crm.live(), "there is a receipt once the record is erased, not before")
    await client.erase(one.id, "crl_erase")
    await client.erase("999999", "crl_erase")


async def _objection(crm: StandIn, client: CrmClient) -> None:
    one = crm.add(given="Anna")
    await client.set_objection(one.id, True, "crj_1")
    holds(crm.records[one.id].fields == {"given": "Anna", "do_not_use": True}, "the objection is set, nothing else")
    await client.set_objection(one.id, False, "crj_2")
    holds(not crm.records[one.id].fields.get("do_not_use"), "and is lifted")


async def _call_once(crm: StandIn, client: CrmClient) -> None:
    one = crm.add(given="Anna")
    note = call_note(one.id)
    crm.faults = [Fault(after=True, only=crm.logging)]
    await trouble(client.log_call(note, "crj_call"), {"no_answer", "malformed"}, "an answer that is lost")
    id = await client.log_call(note, "crj_call")
    holds(len(crm.calls) == 1 and id in crm.calls, f"a call is logged once; it was {len(crm.calls)} times")
    holds(await client.find_call("crj_call", one.id) == id, "it is found by its key")
    holds(await client.find_call("crj_none", one.id) is None, "a key that logged nothing finds nothing")
    again = await client.log_call(note, "crj_other")
    holds(again != id and len(crm.calls) == 2, "another key logs another call")


CHECKS = (
    Check(name="a list is read to its end, each record once", run=_lists_all),
    Check(name="records of one instant are all read, page by page", run=_equal_times),
    Check(name="a list begins after (time, id)", run=_begins_after),
    Check(name="the CRM's clock is told", run=_clock),
    Check(name="a deleted record is told as deleted", run=_deleted_in_lists),
    Check(name="a list may tell a record twice", run=_twice),
    Check(name="a page that is cut off is no page", run=_cut),
    Check(name="an answer that does not end is trouble", run=_long),
    Check(name="429 with seconds is waited for by the engine", run=_rate_limited),
    Check(name="Retry-After as a date", run=_retry_date),
    Check(name="5xx is trouble, of every request", run=_server_errors),
    Check(name="a slow CRM is given up in time", run=_slow),
    Check(name="refused credentials are named", run=_credentials),
    Check(name="redirects are not followed", run=_redirects),
    Check(name="missing is not deleted", run=_gone),
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
