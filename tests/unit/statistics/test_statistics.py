"""What reports count, and where: each call once, whatever the zone, and every way of adding up gives the same."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.calls import told as t
from tests.support.clock import START

from call24.agents import events as a
from call24.agents.events import evolve
from call24.agents.model import AgentSession, AgentState
from call24.call_records.call_record import fold
from call24.call_records.figures import handle_times, service_level, visits_to
from call24.call_records.model import CallRecord
from call24.kit.ids import CallId
from call24.statistics.calendar import bounds, days, local_hour, quarter_of, quarters
from call24.statistics.count import facts_of, total
from call24.statistics.measures import MEASURES
from call24.statistics.model import COLUMNS, TABLES, AgentLine, CountedRecord, Family
from call24.statistics.sessions import BECOMES, times

LONDON, NEW_YORK = ZoneInfo("Europe/London"), ZoneInfo("America/New_York")
LORD_HOWE, KATHMANDU = ZoneInfo("Australia/Lord_Howe"), ZoneInfo("Asia/Kathmandu")
ZONES = (LONDON, NEW_YORK, LORD_HOWE, KATHMANDU, ZoneInfo("UTC"), ZoneInfo("America/Havana"), ZoneInfo("Pacific/Apia"))


@pytest.mark.parametrize(
    ("zone", "on", "hours"),
    [
        (LONDON, "2026-03-29", 23),
        (LONDON, "2026-10-25", 25),
        (NEW_YORK, "2026-03-08", 23),
        (NEW_YORK, "2026-11-01", 25),
        (LORD_HOWE, "2026-10-04", 23.5),
        (LORD_HOWE, "2026-04-05", 24.5),
        (KATHMANDU, "2026-03-29", 24),
        (ZoneInfo("America/Havana"), "2026-03-08", 23),
        (ZoneInfo("Pacific/Apia"), "2011-12-30", 0),
    ],
)
def test_a_day_is_as_long_as_its_clock_makes_it(zone: ZoneInfo, on: str, hours: float) -> None:
    since, until = bounds(date.fromisoformat(on), zone)
    assert until - since == timedelta(hours=hours)
    assert len(quarters(since, until)) == hours * 4


def quarters_by_hour(zone: ZoneInfo, on: str) -> Counter[str]:
    return Counter(local_hour(at, zone) for at in quarters(*bounds(date.fromisoformat(on), zone)))


def test_an_hour_that_comes_twice_is_one_row_and_one_that_is_left_out_is_empty() -> None:
    assert quarters_by_hour(LONDON, "2026-10-25")["01"] == 8
    assert quarters_by_hour(LONDON, "2026-03-29")["01"] == 0
    assert quarters_by_hour(NEW_YORK, "2026-03-08")["02"] == 0
    assert quarters_by_hour(LORD_HOWE, "2026-04-05")["01"] == 6
    assert quarters_by_hour(LORD_HOWE, "2026-10-04")["02"] == 2
    assert set(quarters_by_hour(KATHMANDU, "2026-03-29").values()) == {4}


@given(st.integers(946684800, 2051222400), st.sampled_from(ZONES))
def test_every_instant_is_in_one_quarter_of_one_local_hour_and_day(second: int, zone: ZoneInfo) -> None:
    at = datetime.fromtimestamp(second, UTC)
    quarter = quarter_of(at)
    assert quarter <= at < quarter + timedelta(minutes=15)
    local, first = at.astimezone(zone), quarter.astimezone(zone)
    assert (local.date(), local.hour) == (first.date(), first.hour)
    since, until = bounds(local.date(), zone)
    assert since <= quarter < until


# --- what agents were ---


def test_the_lines_that_say_what_an_agent_is_say_the_same_to_its_session() -> None:
    session = AgentSession(agent_id=t.ANN, tenant_id=t.TENANT, since=START, idle_since=START)
    fields = {"call_id": t.CALL, "offer_id": "off_1", "reason": "lunch", "until": START}
    for kind in a.AgentEvent.__subclasses__():
        given = {name: fields[name] for name in kind.__struct_fields__ if name in fields}
        if kind.__name__ in BECOMES:
            event = kind(agent_id=t.ANN, **given)
            assert evolve(session, event, START).state is BECOMES[kind.__name__]  # type: ignore[arg-type]
    changing = {"AgentNextChosen", "AgentCorrected", "AgentDispositionGiven", "AgentWrapUpEnded"}
    others = {kind.__name__ for kind in a.AgentEvent.__subclasses__()} - set(BECOMES)
    assert others == changing | {
        "AgentPauseOverran",
        "AgentWrapUpOverran",
        "AgentPhoneAwaited",
        "AgentPhoneReady",
    }, "these leave the state as it is"


def line(at: datetime, type: str) -> AgentLine:
    return AgentLine(at=at, type=type, delete_at=at)


def test_time_passes_in_the_hour_in_which_it_passes_also_over_midnight() -> None:
    since, until = bounds(date(2026, 10, 25), LONDON)
    lines = [line(since + timedelta(hours=2, minutes=30), "AgentTookCall")]
    found = times(AgentState.AVAILABLE, lines, since, until, LONDON)
    at = dict(zip(COLUMNS[Family.TIME], found["01"], strict=True))
    assert at["ready_ms"] == 2 * 3600_000, "the hour that came twice"
    assert at["handling_ms"] == 1800_000
    assert total(found.values(), Family.TIME)[0] == 25 * 3600_000


# --- adding up ---


def counted(record: CallRecord) -> CountedRecord:
    return msgspec.convert(msgspec.to_builtins(record), CountedRecord, strict=False)


def sums(records: list[CallRecord]) -> dict[str, int]:
    facts = [fact for record in records for fact in facts_of(counted(record), lambda queue: 20)]
    return {
        column: value
        for family in (Family.LINE, Family.WORK)
        for column, value in zip(
            COLUMNS[family], total((counts for f, _, counts in facts if f is family), family), strict=True
        )
    }


@st.composite
def some_records(draw: st.DrawFn) -> list[CallRecord]:
    records = []
    for number in range(draw(st.integers(0, 4))):
        told = draw(t.told_calls())
        moved = timedelta(minutes=draw(st.integers(0, 3000)))
        record = fold(told.entries)
        records.append(
            msgspec.structs.replace(record, id=CallId(f"call_{number}"), arrived_at=record.arrived_at + moved)
        )
    return records


@settings(max_examples=150, deadline=None)
@given(some_records(), st.sampled_from(ZONES))
def test_hours_and_days_and_the_whole_add_up_to_what_the_records_say(records: list[CallRecord], zone: ZoneInfo) -> None:
    whole = sums(records)
    first = min((record.arrived_at for record in records), default=START).astimezone(zone).date()
    last = max((record.arrived_at for record in records), default=START).astimezone(zone).date()
    for parts in (
        [[r for r in records if r.arrived_at.astimezone(zone).date() == day] for day in days(first, last)],
        [[r for r in records if local_hour(quarter_of(r.arrived_at), zone) == f"{hour:02}"] for hour in range(24)],
    ):
        by_part = [sums(part) for part in parts]
        for column in set(whole) - {"longest_wait_ms"}:
            assert sum(one[column] for one in by_part) == whole[column], column
        assert max((one["longest_wait_ms"] for one in by_part), default=0) == whole["longest_wait_ms"]
    _same_as_the_naive_fold(records, whole)


def _same_as_the_naive_fold(records: list[CallRecord], whole: dict[str, int]) -> None:
    visits = [visit for queue in (t.HELP, t.SALES) for visit in visits_to(records, queue)]
    assert whole["calls"] == len(records)
    assert whole["offered"] == len(visits)
    ways = ("answered", "abandoned", "short_abandoned", "elsewhere")
    assert whole["offered"] == sum(whole[way] for way in ways), "each stay ended in one way"
    assert whole["answered"] == sum(visit.left == "answered" for visit in visits)
    early = datetime.min.replace(tzinfo=UTC)
    handles = [s for agent in (*t.AGENTS, t.SUE) for s in handle_times(records, agent, early)]
    assert whole["handled"] == len(handles)
    assert whole["talk_ms"] + whole["hold_ms"] + whole["wrap_up_ms"] == round(sum(handles) * 1000)
    level = next(measure for measure in MEASURES if measure.key == "service_level")
    assert level.of(whole) == service_level(visits, 20)


def test_each_measure_is_defined_once_and_counts_what_is_counted() -> None:
    assert len({measure.key for measure in MEASURES}) == len(MEASURES)
    for measure in MEASURES:
        nothing = dict.fromkeys(COLUMNS[measure.family], 0)
        assert measure.of(nothing) in (0, None), measure.key
        assert measure.definition and measure.formula and measure.source and measure.unit in ("count", "s", "share")


def test_every_table_has_dimensions_that_its_family_knows() -> None:
    for name, table in TABLES.items():
        assert not (table.family is Family.LINE and "agent" in table.dimensions), name
        assert not (table.family is Family.TIME and "queue" in table.dimensions), name
