"""Every measure of the reports, defined once: name, unit, meaning, formula, source. docs/reference/measures.md is made
from it, and the API delivers it along. How single records are counted is in count.py, with call_records/figures.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from call24.call_records.figures import share_in_time
from call24.statistics.answers import ReportMeasure
from call24.statistics.model import COLUMNS, Counts, Family

Totals = Mapping[str, int]
Value = float | None

_VISITS = "the queue visits of call records (`queues`), without callbacks"
_PARTS = "the agent segments of call records (`agents`)"
_OFFERS = "the offers of call records (`offers`)"
_LINES = "the agents' events in the journal"


@dataclass(frozen=True)
class Measure:
    """``adds_up``: the rows of a report sum to its total. ``of``: from the counts of a row."""

    key: str
    name: str
    unit: str
    family: Family
    definition: str
    formula: str
    source: str
    of: Callable[[Totals], Value]
    adds_up: bool = True

    def shown(self) -> ReportMeasure:
        return {
            "key": self.key,
            "name": self.name,
            "unit": self.unit,
            "definition": self.definition,
            "adds_up": self.adds_up,
        }


def _count(key: str, name: str, family: Family, definition: str, source: str) -> Measure:
    return Measure(key, name, "count", family, definition, "number of them", source, lambda totals: totals[key])


def _sum(key: str, name: str, family: Family, definition: str, source: str) -> Measure:
    """Of a time that is counted as ``KEY`` in milliseconds."""
    column = key.removesuffix("_s") + "_ms"
    return Measure(key, name, "s", family, definition, "sum", source, lambda totals: totals[column] / 1000)


def _mean(totals: Totals, over: str, *columns: str) -> float | None:
    return round(sum(totals[column] for column in columns) / totals[over] / 1000, 3) if totals[over] else None


MEASURES: tuple[Measure, ...] = (
    _count(
        "calls", "Calls", Family.LINE, "Calls that began and have ended; of a queue: whose first it is", "call records"
    ),
    _count(
        "offered",
        "Offered",
        Family.LINE,
        "Queue visits; a caller who joins two queues is counted in both",
        _VISITS,
    ),
    _count("answered", "Answered", Family.LINE, "Visits that ended with an agent", _VISITS),
    _count(
        "abandoned",
        "Abandoned",
        Family.LINE,
        "Visits that the caller ended after at least 5 s of waiting and ringing",
        _VISITS,
    ),
    _count("short_abandoned", "Short abandoned", Family.LINE, "Visits that the caller ended sooner than that", _VISITS),
    _count(
        "elsewhere",
        "Ended elsewhere",
        Family.LINE,
        "Visits that ended otherwise: closed, full, nobody signed in, the longest wait over, a callback requested, "
        "ended by us. Offered = answered + abandoned + short abandoned + ended elsewhere",
        _VISITS,
    ),
    Measure(
        "average_speed_of_answer_s",
        "Average speed of answer",
        "s",
        Family.LINE,
        "Mean time from joining the queue to the answer, wait and ring, of the answered visits",
        "sum of these times / answered",
        _VISITS,
        lambda totals: _mean(totals, "answered", "wait_answered_ms"),
        False,
    ),
    Measure(
        "longest_wait_s",
        "Longest wait",
        "s",
        Family.LINE,
        "The longest stay in a queue, however it ended",
        "greatest",
        _VISITS,
        lambda totals: totals["longest_wait_ms"] / 1000,
        False,
    ),
    Measure(
        "service_level",
        "Service level",
        "share",
        Family.LINE,
        "Share of visits answered within the queue's limit (as it is set now), of all that were answered, or ended "
        "later than the limit without being served; callbacks and visits to a full or closed queue count neither way",
        "answered in time / (answered + not served and longer than the limit)",
        _VISITS,
        lambda totals: share_in_time(totals["in_time"], totals["answered"], totals["unserved"]),
        False,
    ),
    _count(
        "handled",
        "Handled",
        Family.WORK,
        "Times that an agent had a call and spoke, however it came to the agent; a transferred call has several",
        _PARTS,
    ),
    _sum("talk_s", "Talk", Family.WORK, "Time in conversation", _PARTS),
    _sum("hold_s", "Hold", Family.WORK, "Time that the customer was put aside", _PARTS),
    _sum("wrap_up_s", "Wrap-up", Family.WORK, "Time after handled calls for what follows from them", _PARTS),
    Measure(
        "handle_time_s",
        "Average handle time",
        "s",
        Family.WORK,
        "Mean talk + hold + wrap-up",
        "(talk + hold + wrap-up) / handled",
        _PARTS,
        lambda totals: _mean(totals, "handled", "talk_ms", "hold_ms", "wrap_up_ms"),
        False,
    ),
    _count(
        "transfers",
        "Transfers",
        Family.WORK,
        "Calls that agents passed on, blind and attended",
        "`transfers` of call records",
    ),
    _count("rung", "Rung", Family.WORK, "Times that an agent was rung for a customer", _OFFERS),
    _count("took", "Took", Family.WORK, "Offers that the agent answered", _OFFERS),
    _count("ring_no_answer", "No answer", Family.WORK, "Offers that rang until their time was up", _OFFERS),
    _count("declined", "Declined", Family.WORK, "Offers that the agent declined", _OFFERS),
    _sum("signed_in_s", "Signed in", Family.TIME, "Time in any state but offline", _LINES),
    _sum("paused_s", "Paused", Family.TIME, "Time paused", _LINES),
    _sum("ready_s", "Ready", Family.TIME, "Time available, offered, on a call or in wrap-up", _LINES),
    _sum("handling_s", "Handling", Family.TIME, "Time on a call or in wrap-up, own calls too", _LINES),
    Measure(
        "occupancy",
        "Occupancy",
        "share",
        Family.TIME,
        "Share of the ready time that was spent on calls and wrap-up; pauses count neither way",
        "handling / ready",
        _LINES,
        lambda totals: round(totals["handling_ms"] / totals["ready_ms"], 3) if totals["ready_ms"] else None,
        False,
    ),
)


def measures_of(families: tuple[Family, ...]) -> tuple[Measure, ...]:
    return tuple(measure for measure in MEASURES if measure.family in families)


def measured(family: Family, counts: Counts | None) -> dict[str, Value]:
    """The measures of one family on counts in the order of `COLUMNS`; None: nothing was counted."""
    totals: Totals = dict(zip(COLUMNS[family], counts or (0,) * len(COLUMNS[family]), strict=True))
    return {measure.key: measure.of(totals) for measure in measures_of((family,))}
