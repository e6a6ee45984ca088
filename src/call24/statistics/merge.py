"""Quarter hours added to the tables of a local day. Pure; what was added is not changed by adding more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from call24.statistics.calendar import local_hour
from call24.statistics.count import LimitOf, merge
from call24.statistics.model import FACT_DIMENSIONS, TABLES, Counts, Family, Key, Statistic

Tables = dict[str, dict[Key, Counts]]

TIMES = frozenset(name for name, table in TABLES.items() if table.family is Family.TIME)
OF_CALLS = tuple(name for name in TABLES if name not in TIMES)

_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class MergedStatistics:
    """``limits``: the service level limits that were counted with, by queue. ``due``: until then all of it counts."""

    tables: Tables = field(default_factory=lambda: {name: {} for name in OF_CALLS})
    limits: dict[str, int] = field(default_factory=dict)
    due: datetime = _NEVER

    def plus(self, slices: Sequence[Statistic], zone: ZoneInfo, names: Iterable[str] = OF_CALLS) -> MergedStatistics:
        """With these quarter hours too; of the tables, those that are named."""
        tables = {name: dict(self.tables[name]) for name in names}
        for one in slices:
            hour = local_hour(one.since, zone)
            for key, counts in zip(one.keys, one.counts, strict=True):
                family = Family(key[0])
                values = {"hour": hour, **dict(zip(FACT_DIMENSIONS, key[1:], strict=True))}
                for name, into in tables.items():
                    if (table := TABLES[name]).family is family:
                        merge(into, tuple(values[dimension] for dimension in table.dimensions), counts, family)
        limits = {queue: s for one in slices for queue, s in one.limits.items()}
        return MergedStatistics(tables, {**self.limits, **limits}, min([self.due, *(one.delete_at for one in slices)]))

    def true(self, now: datetime, limit_of: LimitOf) -> bool:
        """Whether it would be counted the same now, if no record changed."""
        return now < self.due and all(limit_of(queue) == s for queue, s in self.limits.items())  # type: ignore[arg-type]
