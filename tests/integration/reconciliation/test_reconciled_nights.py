"""The nights in which call records are compared with Asterisk's log: when, how often, what is told."""

from __future__ import annotations

import asyncio
import logging
import os
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest
from tests.support.calls import told as t
from tests.support.calls.told import Told
from tests.support.clock import StillClock
from tests.support.privacy.due import delete_due

from call24.call_records.call_record import fold
from call24.call_records.model import CallLeg, CallRecord
from call24.kit.errors import Unavailable
from call24.kit.ids import CallId, LegId, TenantId
from call24.kit.mongo import Mongo
from call24.reconciliation import service
from call24.reconciliation.cel import ANSWER, END, LINKED_END, START
from call24.reconciliation.files import CelFiles
from call24.reconciliation.model import Finding, FindingKind, Reconciliation, Strays
from call24.reconciliation.service import Reconciler
from call24.server.reconcile import words

ACME, BETA = TenantId("ten_a"), TenantId("ten_b")
LENGTH = timedelta(seconds=30)
HOUR = 3
MINUTE = timedelta(minutes=1)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def in_zone(text: str, zone: ZoneInfo, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold).astimezone(UTC)


@dataclass
class Nights:
    """A machine with a log, organisations in their time zones, and who compares; ``at`` is now."""

    mongo: Mongo
    folder: Path
    zones: dict[TenantId, ZoneInfo]
    clock: StillClock = field(default_factory=lambda: StillClock(utc("2026-03-01 12:00")))
    calls: int = 0

    def __post_init__(self) -> None:
        self.files = CelFiles(self.folder)
        self.reconciler = Reconciler(self.mongo, self.clock, self.files, lambda: list(self.zones.items()), HOUR)

    def logs(self, at: datetime, leg: str, *events: str) -> None:
        lines = (f"{event},{(at + n * LENGTH).timestamp()},{leg},{leg}\n" for n, event in enumerate(events))
        with (self.folder / "channels.csv").open("a") as log:
            log.writelines(lines)

    async def call(self, at: datetime, of: TenantId = ACME, *, recorded_s: float = 0) -> CallId:
        """Answered at once, over after half a minute; ``recorded_s``: by how much the record has its end wrong."""
        self.calls += 1
        call_id, leg = CallId(f"call_{self.calls}"), LegId(f"call24-{self.calls}")
        self.logs(at, leg, START)
        self.logs(at, leg, ANSWER, END, LINKED_END)
        base = fold(Told(t.CALL).arrives().joins(t.HELP).after(9).ends().entries)
        ended = at + LENGTH
        mine = CallLeg(
            leg=leg,
            party="customer",
            direction="in",
            began_at=at,
            answered_at=at,
            ended_at=ended + timedelta(seconds=recorded_s),
        )
        made = msgspec.structs.replace(
            base,
            id=call_id,
            tenant_id=of,
            arrived_at=at,
            ended_at=ended,
            legs=(mine,),
            delete_at=at + timedelta(days=900),
        )
        await self.mongo.tenant(of).collection(CallRecord).insert(made)
        return call_id

    async def look_at(self, when: datetime) -> None:
        self.clock.advance(seconds=(when - self.clock.now()).total_seconds())
        await self.reconciler.look()

    async def done(self, of: TenantId = ACME) -> dict[str, int]:
        """How many calls were compared, by day."""
        return {one.day: one.calls for one in await self.kept(of)}

    async def kept(self, of: TenantId = ACME) -> list[Reconciliation]:
        return list(reversed(await self.reconciler.shown(of, 90)))


@pytest.fixture
def nights(mongo: Mongo, tmp_path: Path) -> Nights:
    return Nights(mongo, tmp_path, {ACME: ZoneInfo("UTC")})


async def test_a_day_is_compared_from_the_hour_on_and_not_twice(nights: Nights) -> None:
    await nights.call(utc("2026-03-01 12:00"))
    await nights.look_at(utc("2026-03-02 02:59"))
    assert await nights.done() == {}
    await nights.look_at(utc("2026-03-02 03:00"))
    assert await nights.done() == {"2026-03-01": 1}
    await nights.look_at(utc("2026-03-02 03:10"))
    await nights.look_at(utc("2026-03-02 23:59"))
    (only,) = await nights.kept()
    assert only.made_at == utc("2026-03-02 03:00")


async def test_each_organisation_has_its_own_night_and_its_whole_day(nights: Nights) -> None:
    """The night of one comes while the other's day goes on still: that day is compared when it is over, and whole."""
    nights.zones = {ACME: ZoneInfo("Asia/Tokyo"), BETA: ZoneInfo("America/New_York")}
    await nights.call(in_zone("2026-03-05 10:00", nights.zones[ACME]))
    late = in_zone("2026-03-05 23:00", nights.zones[BETA])
    await nights.look_at(in_zone("2026-03-06 03:00", nights.zones[ACME]))
    assert "2026-03-05" in await nights.done()
    assert "2026-03-05" not in await nights.done(BETA)
    await nights.call(late, BETA)
    await nights.look_at(in_zone("2026-03-06 02:59", nights.zones[BETA]))
    assert "2026-03-05" not in await nights.done(BETA)
    await nights.look_at(in_zone("2026-03-06 03:00", nights.zones[BETA]))
    assert (await nights.done(BETA))["2026-03-05"] == 1
    assert (await nights.done())["2026-03-05"] == 1


@pytest.mark.parametrize(
    ("day", "next_day"), [("2026-03-29", "2026-03-30"), ("2026-10-25", "2026-10-26"), ("2026-06-01", "2026-06-02")]
)
async def test_a_day_that_the_clock_makes_longer_or_shorter_is_whole(nights: Nights, day: str, next_day: str) -> None:
    """Every half hour of 23, 25, or 24 hours is in it, and nothing of the days beside it."""
    zone = nights.zones[ACME] = ZoneInfo("Europe/London")
    hours = {"2026-03-29": 23, "2026-10-25": 25, "2026-06-01": 24}[day]
    first, last = in_zone(f"{day} 00:00", zone), in_zone(f"{next_day} 00:00", zone)
    assert last - first == timedelta(hours=hours)
    nights.clock = nights.reconciler._clock = StillClock(first)
    for number in range(-2, 2 * hours + 4):
        await nights.call(first + number * timedelta(minutes=30))
    await nights.look_at(in_zone(f"{next_day} 02:59", zone))
    assert day not in await nights.done()
    await nights.look_at(in_zone(f"{next_day} 03:00", zone))
    assert (await nights.done())[day] == 2 * hours


async def test_an_hour_that_comes_twice_is_one_night(nights: Nights) -> None:
    """In London the 25th has 1:30 twice: the first is late enough for the 24th, the second compares nothing again."""
    zone = nights.zones[ACME] = ZoneInfo("Europe/London")
    nights.clock = nights.reconciler._clock = StillClock(in_zone("2026-10-24 12:00", zone))
    nights.reconciler._hour = 1
    await nights.call(nights.clock.now())
    for fold_ in (0, 1):
        await nights.look_at(in_zone("2026-10-25 01:30", zone, fold=fold_))
    (only,) = await nights.kept()
    assert (only.day, only.made_at) == ("2026-10-24", in_zone("2026-10-25 01:30", zone))


async def test_days_that_were_missed_because_the_server_was_off_are_done_later(nights: Nights) -> None:
    for day in (1, 2, 3, 4):
        await nights.call(utc(f"2026-03-0{day} 12:00"))
    await nights.call(utc("2026-03-03 13:00"), recorded_s=9)
    await nights.look_at(utc("2026-03-05 01:00"))  # it starts before the hour: the 4th has its night still before it
    assert await nights.done() == {"2026-03-01": 1, "2026-03-02": 1, "2026-03-03": 2}
    await nights.look_at(utc("2026-03-05 03:00"))
    assert await nights.done() == {"2026-03-01": 1, "2026-03-02": 1, "2026-03-03": 2, "2026-03-04": 1}
    assert {one.day: one.found for one in await nights.kept() if one.found} == {"2026-03-03": 1}


async def test_a_day_that_somebody_compared_while_it_went_on_is_compared_when_it_is_over(nights: Nights) -> None:
    await nights.call(utc("2026-03-01 11:00"))
    await nights.reconciler.night(date(2026, 3, 1))
    assert await nights.done() == {"2026-03-01": 1}
    await nights.call(utc("2026-03-01 18:00"))
    await nights.look_at(utc("2026-03-02 03:00"))
    assert await nights.done() == {"2026-03-01": 2}


async def test_the_log_is_put_aside_once_it_was_compared_and_not_before(
    nights: Nights, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the database did not take stays to be compared."""
    await nights.call(utc("2026-03-01 12:00"))

    async def away(day: date, of: object = None) -> service.Night:
        raise Unavailable

    monkeypatch.setattr(nights.reconciler, "night", away)
    with pytest.raises(Unavailable):
        await nights.look_at(utc("2026-03-02 03:00"))
    assert [path.name for path in nights.folder.iterdir()] == ["channels.csv"]
    monkeypatch.undo()
    await nights.look_at(utc("2026-03-02 03:10"))
    assert [path.name for path in nights.folder.iterdir()] == ["channels-20260302.csv"]
    assert await nights.done() == {"2026-03-01": 1}
    await nights.call(utc("2026-03-02 12:00"))
    await nights.look_at(utc("2026-03-03 02:00"))
    assert (nights.folder / "channels.csv").exists()
    await nights.look_at(utc("2026-03-03 03:00"))
    assert sorted(path.name for path in nights.folder.iterdir()) == ["channels-20260302.csv", "channels-20260303.csv"]
    assert await nights.done() == {"2026-03-01": 1, "2026-03-02": 1}


async def test_a_log_that_is_too_old_goes_only_after_its_days_were_compared(nights: Nights) -> None:
    """The machine was off for a week."""
    await nights.call(utc("2026-03-01 12:00"))
    old = utc("2026-03-01 12:01").timestamp()
    os.utime(nights.folder / "channels.csv", (old, old))
    late = utc("2026-03-09 09:00")
    assert await nights.reconciler.erase_due(late) == 0
    await nights.look_at(late)
    assert await nights.reconciler.erase_due(late) == 1
    assert list(nights.folder.iterdir()) == []
    done = await nights.done()
    assert (done["2026-03-01"], len(done)) == (1, 8)


async def test_what_is_found_is_told_in_the_log_and_kept_also_of_calls_that_no_record_has(
    nights: Nights, caplog: pytest.LogCaptureFixture
) -> None:
    wrong = await nights.call(utc("2026-03-01 12:00"), recorded_s=9)
    at = utc("2026-03-01 15:00")
    nights.logs(at, "call24-stray", START, ANSWER, END)
    with caplog.at_level(logging.INFO):
        await nights.look_at(utc("2026-03-02 03:00"))
        await nights.look_at(utc("2026-03-03 03:00"))
    (bad, good) = [record for record in caplog.records if "reconciliation" in record.message]
    assert (bad.levelno, good.levelno) == (logging.WARNING, logging.INFO)
    assert bad.message.endswith("2026-03-01: 1 calls compared: 1 call_without_record, 1 ended_at_differs")
    assert good.message.endswith("2026-03-02: 0 calls compared: no difference")
    (finding,) = (await nights.kept())[0].findings
    assert (finding.kind, finding.call_id) == (FindingKind.ENDED_AT_DIFFERS, wrong)
    kept = nights.mongo.platform(Strays, why="of the platform")
    (strays,) = await kept.find()
    assert (strays.id, strays.found, [one.leg for one in strays.findings]) == ("2026-03-01", 1, ["call24-stray"])
    await delete_due(nights.mongo, strays.delete_at)
    assert await kept.find() == [] and len(await nights.kept()) == 1


async def test_each_finding_says_whose_it_is_and_what_to_do_and_each_call_that_was_missed_is_named(
    nights: Nights,
) -> None:
    nights.zones = {ACME: ZoneInfo("UTC"), BETA: ZoneInfo("UTC")}
    at = utc("2026-03-01 12:00")
    wrong = await nights.call(at, recorded_s=9)
    early = await nights.call(at - timedelta(hours=1), BETA)
    nights.logs(at + MINUTE, "call24-stray", START, ANSWER, END)
    log = nights.folder / "channels.csv"  # it begins between both
    log.write_text("".join(line for line in log.read_text().splitlines(True) if "call24-2" not in line))
    nights.clock.advance(days=1)
    said = words(await nights.reconciler.night(date(2026, 3, 1)), {ACME: "Acme", BETA: "Beta"}).splitlines()
    assert said[1] == "Acme (ten_a):"
    assert said[2].startswith(f"  ended_at_differs: {wrong} call24-1: record ")
    assert said[3] == "    for its supervisors: count the talk to Asterisk's time"
    assert said[4:6] == ["Beta (ten_b):", f"  not compared: {early}: it began before Asterisk's log"]
    assert said[6] == "of no organisation that is known:"
    assert said[7].startswith("  call_without_record: call24-stray: record None")
    assert said[8] == "    for you: look in the server's log for what it lost at that time, and report it"
    assert [one.missed for one in await nights.kept(BETA)] == [(early,)]


@pytest.mark.parametrize("kind", FindingKind)
def test_no_kind_of_finding_is_nobodys(kind: FindingKind) -> None:
    assert Finding(kind=kind).owner in ("organisation", "operator")


async def test_a_call_of_an_organisation_whose_night_it_is_not_yet_is_no_call_without_a_record(nights: Nights) -> None:
    nights.zones = {ACME: ZoneInfo("Asia/Tokyo"), BETA: ZoneInfo("America/New_York")}
    at = in_zone("2026-03-05 12:00", nights.zones[ACME])
    await nights.call(at)
    await nights.call(at + MINUTE, BETA)
    await nights.look_at(in_zone("2026-03-06 03:00", nights.zones[ACME]))
    assert await nights.mongo.platform(Strays, why="of the platform").find() == []


async def test_without_a_log_a_day_is_said_to_be_impossible_and_is_not_asked_for_again(nights: Nights) -> None:
    await nights.look_at(utc("2026-03-02 01:00"))
    assert await nights.kept() == []
    for hour in ("03", "04"):
        await nights.look_at(utc(f"2026-03-02 {hour}:00"))
    (only,) = await nights.kept()
    assert (only.day, only.state, only.made_at) == ("2026-03-01", "no_log", utc("2026-03-02 03:00"))


async def test_the_nights_go_on_after_one_in_which_the_database_was_away(
    nights: Nights, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = 0
    third = asyncio.Event()

    async def look() -> None:
        nonlocal looks
        looks += 1
        if looks == 1:
            raise Unavailable
        if looks == 3:
            third.set()

    monkeypatch.setattr(nights.reconciler, "look", look)
    monkeypatch.setattr(service, "LOOK_S", 0.0)
    running = asyncio.create_task(nights.reconciler.run())
    async with asyncio.timeout(5):
        await third.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
