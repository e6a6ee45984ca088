"""Reports of days that the clock makes longer or shorter, against a fold over records that knows no quarter hours."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from statistics import fmean
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from tests.support.calls import told as t
from tests.support.calls.told import Told
from tests.support.clock import StillClock

from call24.call_records.call_record import fold
from call24.call_records.model import AgentPart, CallRecord, OfferRecord, Outcome, QueueVisit, Transfer
from call24.journal.model import Entry
from call24.kit.ids import CallId, DispositionId, EventId, NumberId
from call24.kit.mongo import Mongo
from call24.statistics.measures import Value
from call24.statistics.service import ReportQuery, Reports

LIMITS = {t.HELP: 20, t.SALES: 5}
DAYS = (
    ("Europe/London", "2026-03-29"),
    ("Europe/London", "2026-10-25"),
    ("America/New_York", "2026-11-01"),
    ("Asia/Kathmandu", "2026-03-29"),
    ("Pacific/Chatham", "2026-04-05"),
    ("Pacific/Chatham", "2026-09-27"),
    ("Australia/Lord_Howe", "2026-10-04"),
    ("America/Havana", "2026-03-08"),
)
"""Of 23, 25, 25, 24 (by 45 minutes), 25 and 23 (by 45 minutes too) and 23.5 hours, and one without a midnight."""
LENGTHS = dict(zip(DAYS, (23, 25, 25, 24, 25, 23, 23.5, 23), strict=True))
BYS = ("day", "hour", "queue", "agent", "disposition", "direction", "number")
STATES = {
    "AgentBecameAvailable": ("signed_in_s", "ready_s"),
    "AgentTookCall": ("signed_in_s", "ready_s", "handling_s"),
    "AgentWrapUpStarted": ("signed_in_s", "ready_s", "handling_s"),
    "AgentPaused": ("signed_in_s", "paused_s"),
    "AgentWentOffline": (),
}
MINUTE = timedelta(minutes=1)
ROUNDED = 0.00051
"""Measures are told to three places."""


def calls_around(on: date, zone: ZoneInfo, dice: random.Random) -> Iterator[CallRecord]:
    """From the evening before to the morning after, one every seven minutes or so, of every kind."""
    at = datetime.combine(on, datetime.min.time(), zone).astimezone(UTC) - timedelta(hours=5)
    base = fold(Told(t.CALL).arrives().joins(t.HELP).after(9).ends().entries)
    for n in range(320):
        at += timedelta(seconds=dice.randrange(1, 840))
        yield _call(base, n, at, dice)


def _call(base: CallRecord, n: int, at: datetime, dice: random.Random) -> CallRecord:
    """One in ten goes on still, one in ten is due for deletion; some last for hours, over midnight too."""
    queues = dice.sample((t.HELP, t.SALES), dice.choice((0, 1, 1, 2)))
    agents = dice.sample(t.AGENTS, dice.randrange(3))
    joined = [at + timedelta(seconds=60 * place) for place in range(len(queues))]
    visits = tuple(
        QueueVisit(
            queue_id=queue,
            joined_at=joined[place],
            left=dice.choice(("answered", "abandoned", "max_wait", "full", "closed")),
            waited_s=dice.choice((2.0, 4.999, 5.0, 20.0, 20.001, 44.25)),
        )
        for place, queue in enumerate(queues)
    )
    parts = tuple(
        AgentPart(
            agent_id=agent,
            came="offer",
            answered_at=at + timedelta(seconds=30 + 60 * place),
            talk_s=dice.choice((0.0, 61.5, 5400.0)),
            hold_s=dice.choice((0.0, 7.125)),
            wrap_up_s=dice.choice((0.0, 30.0)),
            disposition_id=dice.choice((None, DispositionId("dsp_1"))),
        )
        for place, agent in enumerate(agents)
    )
    offers = tuple(
        OfferRecord(
            offer_id=f"off_{n}_{place}",  # type: ignore[arg-type]
            agent_id=agent,
            at=at + timedelta(seconds=20 + 60 * place),
            outcome=dice.choice(("answered", "declined", "ring_no_answer")),
            ring_s=5.0,
            candidates=(),
        )
        for place, agent in enumerate(agents)
    )
    transfers = tuple(
        Transfer(at=at + timedelta(seconds=90), by=a, kind="blind", to="queue", to_id=None) for a in agents[1:]
    )
    return msgspec.structs.replace(
        base,
        id=CallId(f"call_{n:04}"),
        direction=dice.choice(("inbound", "inbound", "outbound", "callback")),
        number_id=dice.choice((None, NumberId("num_1"), NumberId("num_2"))),
        queue_id=queues[0] if queues else None,
        arrived_at=at,
        ended_at=None if dice.random() < 0.1 else at + timedelta(hours=dice.choice((0, 0, 3)), minutes=2),
        outcome=Outcome.ANSWERED,
        queues=visits,
        agents=parts,
        offers=offers,
        transfers=transfers,
        delete_at=at + timedelta(days=1 if dice.random() < 0.1 else 900),
    )


def lines_around(on: date, zone: ZoneInfo, dice: random.Random) -> Iterator[Entry]:
    """What agents became, at whole minutes, from the day before on; the last is still on a call at the end of all."""
    begin = datetime.combine(on, datetime.min.time(), zone).astimezone(UTC) - timedelta(hours=12)
    for agent in t.AGENTS:
        at = begin
        while at < begin + timedelta(hours=40):
            type = dice.choice(list(STATES))
            yield Entry(
                id=EventId(f"evt_{agent}_{at:%d%H%M}"),
                tenant_id=t.TENANT,
                seq=0,
                at=at,
                type=type,
                call_id=None,
                agent_id=agent,
                body={},
                delete_at=at + timedelta(days=900),
            )
            at += dice.randrange(1, 200) * MINUTE


# --- the naive fold ---


class Naive:
    """By every one of ``BYS``, each measure, as its definition says it, straight from the records."""

    def __init__(self, on: date, zone: ZoneInfo, now: datetime) -> None:
        self.on, self.zone, self.now = on, zone, now
        self.rows: dict[str, dict[str, dict[str, float]]] = {by: defaultdict(lambda: defaultdict(float)) for by in BYS}
        self.seen: dict[str, dict[str, dict[str, list[float]]]] = {
            by: defaultdict(lambda: defaultdict(list)) for by in BYS
        }
        """Each value by itself, of what does not add up."""

    def local(self, at: datetime) -> datetime:
        return at.astimezone(self.zone)

    def add(self, measure: str, value: float, at: datetime, **of: str) -> None:
        for by, key in self._keys(at, of).items():
            self.rows[by][key][measure] += value

    def see(self, what: str, value: float, at: datetime, **of: str) -> None:
        for by, key in self._keys(at, of).items():
            self.seen[by][key][what].append(value)

    def _keys(self, at: datetime, of: dict[str, str]) -> dict[str, str]:
        return {"day": self.on.isoformat(), "hour": f"{self.local(at).hour:02}", **of}

    def call(self, record: CallRecord) -> None:
        gone = record.ended_at is None or record.delete_at <= self.now
        if gone or self.local(record.arrived_at).date() != self.on:
            return
        whose = {"direction": record.direction, "number": record.number_id or ""}
        self.add("calls", 1, record.arrived_at, queue=record.queue_id or "", **whose)
        for visit in record.queues if record.direction != "callback" else ():
            where = {"queue": visit.queue_id, **whose}
            self.add("offered", 1, record.arrived_at, **where)
            short = "short_" if visit.waited_s < 5 else ""
            name = {"answered": "answered", "abandoned": f"{short}abandoned"}.get(str(visit.left), "elsewhere")
            self.add(name, 1, record.arrived_at, **where)
            self._stay(visit, record.arrived_at, where)
        del whose["number"]
        self._work(record, whose)

    def _stay(self, visit: QueueVisit, at: datetime, where: dict[str, str]) -> None:
        limit = LIMITS[visit.queue_id]
        self.see("stays", visit.waited_s, at, **where)
        if visit.left == "answered":
            self.see("answers", visit.waited_s, at, **where)
            self.see("in time", visit.waited_s <= limit, at, **where)
        elif visit.left in ("abandoned", "max_wait") and visit.waited_s > limit:
            self.see("in time", False, at, **where)

    def _work(self, record: CallRecord, whose: dict[str, str]) -> None:
        def where(agent: str, by_then: datetime) -> dict[str, Any]:
            joined = [visit.queue_id for visit in record.queues if visit.joined_at <= by_then]
            return {"agent": agent, "queue": [record.queue_id or "", *joined][-1], **whose}

        for part in record.agents:
            if part.talk_s + part.hold_s > 0:
                here = {"disposition": part.disposition_id or "", **where(part.agent_id, part.answered_at)}
                self.add("handled", 1, record.arrived_at, **here)
                self.see("handled", part.talk_s + part.hold_s + part.wrap_up_s, record.arrived_at, **here)
                for measure in ("talk_s", "hold_s", "wrap_up_s"):
                    self.add(measure, getattr(part, measure), record.arrived_at, **here)
        for offer in record.offers:
            here = {"disposition": "", **where(offer.agent_id, offer.at)}
            self.add("rung", 1, record.arrived_at, **here)
            self.add({"answered": "took"}.get(str(offer.outcome), str(offer.outcome)), 1, record.arrived_at, **here)
        for transfer in record.transfers:
            here = {"disposition": "", **where(transfer.by, transfer.at - timedelta(milliseconds=1))}
            self.add("transfers", 1, record.arrived_at, **here)

    def agent(self, agent: str, lines: list[Entry]) -> None:
        """Minute by minute."""
        mine = [line for line in lines if line.agent_id == agent]
        at = mine[0].at
        while at < self.now:
            if self.local(at).date() == self.on:
                became = max((line for line in mine if line.at <= at), key=lambda line: line.at)
                for measure in STATES[became.type]:
                    self.add(measure, 60, at, agent=agent)
            at += MINUTE

    @property
    def total(self) -> dict[str, float]:
        return self.rows["day"][self.on.isoformat()]

    def means(self, by: str, key: str) -> dict[str, float | None]:
        """Of a row, or of the only day: what does not add up."""
        row, seen = self.rows[by][key], self.seen[by][key]
        return {
            "average_speed_of_answer_s": _mean(seen["answers"]),
            "longest_wait_s": max(seen["stays"], default=0.0),
            "service_level": _mean(seen["in time"]),
            "handle_time_s": _mean(seen["handled"]),
            "occupancy": row["handling_s"] / row["ready_s"] if row["ready_s"] else None,
        }


def _mean(values: list[float]) -> float | None:
    return fmean(values) if values else None


@pytest.mark.parametrize("passed", [False, True], ids=["while it goes on", "when it is over"])
@pytest.mark.parametrize(
    ("name", "day"),
    [
        DAYS[0],
        DAYS[4],
        *(pytest.param(*one, marks=pytest.mark.long("test_a_report_is_what_the_records_say")) for one in DAYS[1:4]),
        *(pytest.param(*one, marks=pytest.mark.long("test_a_report_is_what_the_records_say")) for one in DAYS[5:7]),
        DAYS[7],
    ],
)
async def test_a_report_is_what_the_records_say(mongo: Mongo, name: str, day: str, passed: bool) -> None:
    zone, on, dice = ZoneInfo(name), date.fromisoformat(day), random.Random(f"{name} {day}")
    midnight = datetime.combine(on, datetime.min.time(), zone).astimezone(UTC)
    length = timedelta(hours=LENGTHS[name, day])
    assert (midnight + length).astimezone(zone).date() == on + timedelta(days=1)
    clock = StillClock(midnight + (timedelta(days=3) if passed else length - timedelta(hours=6, minutes=7)))
    world = World(mongo, clock, list(calls_around(on, zone, dice)), list(lines_around(on, zone, dice)))
    reports = Reports(mongo, clock, LIMITS.__getitem__, lambda tenant: t.AGENTS)
    late = dice.sample(world.records[:100], 5)  # told of long after they began
    for minutes in (0, 0) if passed else (0, 0, 50, 130, 1):
        clock.advance(minutes=minutes)
        await world.comes_to_pass(reports, [] if minutes == 0 else [late.pop()], late)
        naive = Naive(on, zone, clock.now())
        for record in world.there:
            naive.call(record)
        for agent in t.AGENTS:
            naive.agent(agent, world.lines)
        assert naive.total["calls"] > 50 and naive.total["handled"] > 20, "there is something to count"
        for by in BYS:
            await _compare(reports, ReportQuery(by=by, first=on, last=on, zone=zone), naive)


@dataclass
class World:
    """What is written down of these calls and agents as time passes."""

    mongo: Mongo
    clock: StillClock
    records: list[CallRecord]
    all_lines: list[Entry]
    there: list[CallRecord] = field(default_factory=list)
    lines: list[Entry] = field(default_factory=list)

    async def comes_to_pass(self, reports: Reports, too: list[CallRecord], not_yet: list[CallRecord]) -> None:
        now, scope = self.clock.now(), self.mongo.tenant(t.TENANT)
        records = [r for r in self.records if r.arrived_at <= now and r not in self.there and r not in not_yet]
        lines = [line for line in self.all_lines if line.at <= now and line not in self.lines]
        await scope.collection(CallRecord).insert_many(records)
        await scope.collection(Entry).insert_many(
            [msgspec.structs.replace(line, seq=len(self.lines) + n) for n, line in enumerate(lines)]
        )
        for record in records:
            await reports.written(record)
        assert all(record in records for record in too)
        self.there += records
        self.lines += lines


async def _compare(reports: Reports, question: ReportQuery, naive: Naive) -> None:
    found = await reports.report(t.TENANT, question)
    summed = {measure.key for measure in question.measures if measure.adds_up}
    wanted = naive.rows[question.by]
    for key, values in found.rows.items():
        shown = {measure: values[measure] for measure in summed}
        assert shown == {m: pytest.approx(wanted.get(key, {}).get(m, 0)) for m in summed}, (question.by, key)
        _same_means(values, naive.means(question.by, key), question, key)
    assert set(wanted) <= set(found.rows), question.by
    _same_means(found.total, naive.means("day", naive.on.isoformat()), question, "total")
    assert {m: found.total[m] for m in summed} == {m: pytest.approx(naive.total.get(m, 0)) for m in summed}


def _same_means(values: dict[str, Value], wanted: dict[str, float | None], question: ReportQuery, key: str) -> None:
    means = [measure.key for measure in question.measures if not measure.adds_up]
    near = {m: w if (w := wanted[m]) is None else pytest.approx(w, abs=ROUNDED) for m in means}
    assert {m: values[m] for m in means} == near, (question.by, key)


async def test_what_is_remembered_of_today_goes_when_a_limit_changes_or_a_record_in_it_falls_due(mongo: Mongo) -> None:
    at = datetime(2026, 6, 1, 8, tzinfo=UTC)
    clock, limits = StillClock(at + timedelta(hours=6)), {t.HELP: 20}
    base = fold(Told(t.CALL).arrives().joins(t.HELP).after(9).ends().entries)
    visit = QueueVisit(queue_id=t.HELP, joined_at=at, left="answered", waited_s=30.0)
    records = [
        msgspec.structs.replace(
            base,
            id=CallId(f"call_{n}"),
            arrived_at=at + timedelta(minutes=n),
            ended_at=at + timedelta(minutes=n + 1),
            queues=(visit,),
            delete_at=clock.now() + timedelta(hours=n + 1),
        )
        for n in range(3)
    ]
    await mongo.tenant(t.TENANT).collection(CallRecord).insert_many(records)
    reports = Reports(mongo, clock, lambda queue: limits[queue], lambda tenant: ())

    async def total() -> tuple[object, object]:
        question = ReportQuery(by="queue", first=at.date(), last=at.date(), zone=ZoneInfo("UTC"))
        found = (await reports.report(t.TENANT, question)).total
        return found["offered"], found["service_level"]

    assert [await total(), await total()] == [(3, 0), (3, 0)]
    limits[t.HELP] = 40
    assert await total() == (3, 1)
    clock.advance(hours=1)
    assert await total() == (2, 1)
