"""The calls behind a figure of a report: as many as it says, whichever row and measure it is of."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pymongo
import pytest
from tests.support.calls import told as t
from tests.support.calls.told import Told
from tests.support.clock import StillClock
from tests.support.database.database import NAME, profiled
from tests.support.database.mongod import RunningMongod

from call24.call_records import scan
from call24.call_records.call_record import fold
from call24.call_records.history_row import filed
from call24.call_records.model import AgentPart, CallRecord, OfferRecord, QueueVisit, Transfer
from call24.kit.ids import CallId, DispositionId, NumberId, OfferId, UserId
from call24.kit.mongo import Mongo
from call24.statistics.counted_calls import CountedCalls, Figure
from call24.statistics.service import ReportQuery, Reports

ZONE, ON = ZoneInfo("Europe/London"), date(2026, 10, 25)
"""A day of 25 hours."""
MIDNIGHT = datetime(2026, 10, 24, 23, tzinfo=UTC)
NOW = MIDNIGHT + timedelta(days=3)
MEASURES = (
    "calls",
    "offered",
    "answered",
    "abandoned",
    "short_abandoned",
    "elsewhere",
    "handled",
    "transfers",
    "rung",
    "took",
    "ring_no_answer",
    "declined",
)
ROWS = {
    "queue": MEASURES,
    "agent": MEASURES[6:],
    "hour": MEASURES,
    "day": MEASURES,
    "disposition": ("handled",),
    "direction": MEASURES,
    "number": MEASURES[:6],
}
"""What a row of a report shows of the measures that can be listed."""


def calls(how_many: int) -> Iterator[CallRecord]:
    """No stay, part or offer twice in a call. From evening to the morning after; some go on, some are due."""
    dice, base = random.Random(193), fold(Told(t.CALL).arrives().joins(t.HELP).after(9).ends().entries)
    for n in range(how_many):
        at = MIDNIGHT - timedelta(hours=2) + timedelta(minutes=n * 29 * 60 // how_many)
        yield filed(_call(base, n, at, dice))


def _call(base: CallRecord, n: int, at: datetime, dice: random.Random) -> CallRecord:
    queues, agents = dice.sample((t.HELP, t.SALES), dice.randrange(2)), dice.sample(t.AGENTS, dice.randrange(2))
    left = dice.choice(("answered", "abandoned", "max_wait", "callback"))
    visits = tuple(QueueVisit(queue_id=q, joined_at=at, left=left, waited_s=dice.choice((2.0, 9.0))) for q in queues)
    rung = dice.choice(("answered", "declined", "ring_no_answer"))
    return msgspec.structs.replace(
        base,
        id=CallId(f"call_{n:04}"),
        direction=dice.choice(("inbound", "inbound", "outbound", "callback")),
        number_id=dice.choice((None, NumberId("num_1"))),
        queue_id=queues[0] if queues else dice.choice((None, t.SALES)),
        agent_id=agents[0] if agents else None,
        arrived_at=at,
        ended_at=None if dice.random() < 0.1 else at + timedelta(minutes=2),
        queues=visits,
        agents=tuple(
            AgentPart(
                agent_id=agent,
                came="offer",
                answered_at=at + timedelta(seconds=30),
                talk_s=dice.choice((0.0, 61.5)),
                hold_s=dice.choice((0.0, 7.0)),
                disposition_id=dice.choice((None, DispositionId("dsp_1"))),
            )
            for agent in agents
        ),
        offers=tuple(
            OfferRecord(
                offer_id=f"off_{n}", agent_id=a, at=at, outcome=rung, ring_s=5.0, candidates=(), purpose=purpose
            )  # type: ignore[arg-type]
            for a in agents
            for purpose in (dice.choice(("offer", "consult")),)
        ),
        transfers=tuple(
            Transfer(at=at + timedelta(seconds=90), by=a, kind="blind", to="queue", to_id=None)
            for a in agents
            if dice.random() < 0.4
        ),
        delete_at=NOW + timedelta(days=-1 if dice.random() < 0.1 else 900),
        found_in=(),
        row=None,
    )


async def listed(counted: CountedCalls, measure: str, wanted: dict[str, str], limit: int = 100) -> list[str]:
    figure = Figure(measure=measure, first=ON, last=ON, zone=ZONE, wanted=wanted)
    found, cursor = list[str](), None
    while True:
        page = await counted.page(t.TENANT, figure, cursor=cursor, limit=limit)
        found += [row.id for row in page.rows]
        if (cursor := page.next) is None:
            return found


@pytest.mark.parametrize("filters", [{}, {"queue": t.HELP}, {"agent": t.ANN}, {"direction": "inbound"}])
async def test_as_many_calls_are_listed_as_the_figure_says(mongo: Mongo, filters: dict[str, str]) -> None:
    clock = StillClock(NOW)
    records = list(calls(180))
    await mongo.tenant(t.TENANT).collection(CallRecord).insert_many(records)
    reports, counted = Reports(mongo, clock, lambda queue: 20, lambda tenant: t.AGENTS), CountedCalls(mongo, clock)
    seen = dict.fromkeys(MEASURES, 0)
    for by, measures in ROWS.items():
        question = ReportQuery(by=by, first=ON, last=ON, zone=ZONE, filters=filters)
        report = await reports.report(t.TENANT, question)
        for key, values in report.rows.items():
            cell = filters | ({} if by == "day" else {by: key})
            if cell.get(by, key) != key:
                continue  # the filter is of another row
            for measure in (one for one in measures if one in values):
                found = await listed(counted, measure, cell)
                assert len(found) == len(set(found)) == values[measure], (by, key, measure)
                seen[measure] += len(found)
    there = MEASURES[6:] if "agent" in filters else MEASURES
    assert all(seen[measure] for measure in there), "each of them is seen with calls"


async def test_a_call_that_counts_twice_is_listed_once(mongo: Mongo) -> None:
    clock = StillClock(NOW)
    at = MIDNIGHT + timedelta(hours=9)
    base = next(one for one in calls(20) if one.ended_at is not None)
    visits = tuple(
        QueueVisit(queue_id=queue, joined_at=at + timedelta(minutes=n), left="answered", waited_s=9.0)
        for n, queue in enumerate((t.HELP, t.SALES))
    )
    twice = msgspec.structs.replace(
        base,
        direction="inbound",
        arrived_at=at,
        ended_at=at + timedelta(minutes=9),
        queues=visits,
        delete_at=NOW + timedelta(days=9),
        found_in=(),
        row=None,
    )
    await mongo.tenant(t.TENANT).collection(CallRecord).insert(filed(twice))
    reports, counted = Reports(mongo, clock, lambda queue: 20, lambda tenant: t.AGENTS), CountedCalls(mongo, clock)
    report = await reports.report(t.TENANT, ReportQuery(by="queue", first=ON, last=ON, zone=ZONE))
    assert report.total["answered"] == 2
    assert await listed(counted, "answered", {}) == [twice.id]
    assert await listed(counted, "answered", {"queue": t.HELP}) == await listed(counted, "answered", {"queue": t.SALES})


@pytest.mark.parametrize(
    ("measure", "wanted"),
    [
        ("handled", {"agent": "usr_rare"}),
        ("handled", {"disposition": "dsp_rare"}),
        ("calls", {"direction": "internal"}),
        ("calls", {"number": "num_rare"}),
        ("declined", {"agent": "usr_rare"}),
    ],
)
async def test_a_figure_that_hardly_any_call_adds_to_is_looked_for_with_a_bound(
    mongo: Mongo, mongod: RunningMongod, monkeypatch: pytest.MonkeyPatch, measure: str, wanted: dict[str, str]
) -> None:
    """In MongoDB too; and the cursor goes on over what does not."""
    records = [one for one in calls(400) if one.ended_at is not None and one.delete_at > NOW]
    await mongo.tenant(t.TENANT).collection(CallRecord).insert_many(records)
    rare, at = UserId("usr_rare"), MIDNIGHT + timedelta(minutes=1)
    offer = OfferRecord(offer_id=OfferId("off_r"), agent_id=rare, at=at, outcome="declined", ring_s=5.0, candidates=())
    part = AgentPart(agent_id=rare, came="offer", answered_at=at, talk_s=5.0, disposition_id=DispositionId("dsp_rare"))
    one = msgspec.structs.replace(
        records[0],
        id=CallId("call_rare"),
        direction="internal",
        number_id=NumberId("num_rare"),
        arrived_at=at,
        offers=(offer,),
        agents=(part,),
        found_in=(),
        row=None,
    )
    await mongo.tenant(t.TENANT).collection(CallRecord).insert(filed(one))
    monkeypatch.setattr(scan, "AT_ONCE", 20)
    monkeypatch.setattr(scan, "MOST_LOOKED_AT", 40)
    counted, figure = (
        CountedCalls(mongo, StillClock(NOW)),
        Figure(measure=measure, first=ON, last=ON, zone=ZONE, wanted=wanted),
    )
    found, cursor, pages = list[str](), None, 0
    while True:
        with profiled(mongod), pymongo.MongoClient[dict[str, Any]](mongod.uri) as client:
            page = await counted.page(t.TENANT, figure, cursor=cursor, limit=5)
            seen = list(client[NAME]["system.profile"].find({"op": "query", "ns": f"{NAME}.call_records"}))
        assert seen and not any(one.get("hasSortStage") for one in seen)
        assert sum(one["docsExamined"] for one in seen) <= 130
        assert sum(one["keysExamined"] for one in seen) <= 400
        found += [row.id for row in page.rows]
        pages += 1
        if (cursor := page.next) is None:
            break
    assert found == ["call_rare"]
    assert pages > 3


async def test_pages_are_whole_though_each_looks_at_few_calls(mongo: Mongo, monkeypatch: pytest.MonkeyPatch) -> None:
    records = list(calls(120))
    await mongo.tenant(t.TENANT).collection(CallRecord).insert_many(records)
    counted = CountedCalls(mongo, StillClock(NOW))
    whole = await listed(counted, "handled", {"hour": "09"})
    assert whole
    monkeypatch.setattr(scan, "AT_ONCE", 7)
    monkeypatch.setattr(scan, "MOST_LOOKED_AT", 14)
    first = Figure(measure="handled", first=ON, last=ON, zone=ZONE, wanted={"hour": "09"})
    page = await counted.page(t.TENANT, first, cursor=None, limit=1)
    assert page.rows == () and page.next is not None, "the hours after it were looked at first"
    assert await listed(counted, "handled", {"hour": "09"}, limit=1) == whole
