"""What is counted as it happens: counters and histograms in memory. An addition takes microseconds and asks nobody."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics

from call24.journal.model import Entry
from call24.metrics.families import CAUSES_MAX, FAMILIES

disable_created_metrics()  # type: ignore[no-untyped-call]  # a series more for each, and nobody reads it

_STARTS = {"CallArrived": "inbound", "CallbackPromised": "callback"}
_LEFT = {"answered", "abandoned", "max_wait", "nobody", "full", "closed", "callback", "ended"}
_OUTCOMES = {"declined", "ring_no_answer", "unreachable", "withdrawn", "talked"}
_COMMANDS = {
    "find", "getMore", "aggregate", "insert", "update", "delete", "findAndModify", "distinct", "commitTransaction",
    "hello", "bulkWrite",
}  # fmt: skip


class Counters:
    """Of the families that are `counted`."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._counters: dict[str, Counter] = {}
        self._histograms: dict[str, Histogram] = {}
        self._counted: dict[tuple[str, ...], Counter] = {}
        self._observed: dict[tuple[str, ...], Histogram] = {}
        """By name and labels, which the client's library would check again at each call."""
        for family in FAMILIES:
            if not family.counted:
                continue
            if family.kind == "histogram":
                made = Histogram(
                    family.name, family.help, tuple(family.labels), registry=registry, buckets=family.buckets
                )
                self._histograms[family.name] = made
            else:
                self._counters[family.name] = Counter(family.name, family.help, tuple(family.labels), registry=registry)

    def add(self, name: str, *labels: str) -> None:
        if (counter := self._counted.get((name, *labels))) is None:
            counter = self._counters[name].labels(*labels) if labels else self._counters[name]
            self._counted[name, *labels] = counter
        counter.inc()

    def observe(self, name: str, seconds: float, *labels: str) -> None:
        if (histogram := self._observed.get((name, *labels))) is None:
            histogram = self._histograms[name].labels(*labels) if labels else self._histograms[name]
            self._observed[name, *labels] = histogram
        histogram.observe(seconds)

    # --- what is listened to ---

    def journal_event(self, entry: Entry) -> None:
        """A subscriber of the journal."""
        self.add("call24_journal_events_total")
        match entry.type:
            case "CallArrived" | "CallbackPromised":
                self.add("call24_calls_started_total", _STARTS[entry.type])
            case "CallPlaced":
                self.add("call24_calls_started_total", str(entry.body["direction"]))
            case "CallEnded":
                self.add("call24_calls_ended_total", str(entry.body["ended_by"]), _cause(entry.body["cause"]))
            case "CallOffered":
                self.add("call24_offers_total")
            case "CallConnected":
                self.add("call24_offers_ended_total", "answered")
            case "OfferEnded":
                self.add("call24_offers_ended_total", _one_of(entry.body["outcome"], _OUTCOMES))

    def queue_left(self, direction: str, left: str | None, waited_s: float) -> None:
        """A stay in a queue is over. A callback's is nobody's wait at the telephone."""
        if direction == "inbound":
            self.observe("call24_queue_wait_seconds", max(0.0, waited_s), _one_of(left, _LEFT))

    def call_refused(self, reason: str) -> None:
        self.add("call24_calls_refused_total", reason)

    def outside_call_refused(self, code: str) -> None:
        self.add("call24_toll_fraud_refused_calls_total", code)

    def ari_answered(self, seconds: float, status: int) -> None:
        result = "ok" if 200 <= status < 400 else "error" if status else "no_answer"
        self.observe("call24_ari_request_seconds", seconds, result)

    def command_done(self, command: str, seconds: float, fine: bool) -> None:
        """A command of the database ended."""
        name = _one_of(command, _COMMANDS)
        self.observe("call24_mongodb_command_seconds", seconds, name)
        if not fine:
            self.add("call24_mongodb_failed_commands_total", name)


def _one_of(value: object, known: set[str]) -> str:
    """A label has no value that nobody foresaw."""
    return str(value) if value in known else "other"


def _cause(cause: object) -> str:
    return str(cause) if isinstance(cause, int) and 0 <= cause < CAUSES_MAX else "other"
