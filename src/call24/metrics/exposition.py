"""What a scrape is answered: the counters, and what is asked of each source now, within a bounded time.

A source that is late or fails is left out and said to be (`call24_collector_up`); it holds up neither the others nor
the answer. What a source told is told again for `every_s`: scraping often asks no more often.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from call24.kit.errors import Call24Error
from call24.metrics.counters import Counters
from call24.metrics.families import BY_NAME, FAMILIES, Family

log = logging.getLogger(__name__)

WAIT_S = 1.0
"""So long a scrape waits for sources at most."""
READ_WITHIN_S = 20.0
"""So long a source may go on working after the scrape that asked has been answered without it."""
TROUBLE = (Call24Error, OSError, LookupError, ValueError)


class Sample(NamedTuple):
    """One series. `labels`: values in the order in which the family declares their names."""

    name: str
    value: float
    labels: tuple[str, ...] = ()


Read = Callable[[], Awaitable[Iterable[Sample]]]
Told = tuple[Sample, ...] | None
"""None: it is not known now."""


class Source:
    """`read`: asks. `every_s`: for how long what it told is told again; 0: it is asked by each scrape."""

    def __init__(self, name: str, read: Read, every_s: float = 0.0) -> None:
        self.name = name
        self._read = read
        self._every_s = every_s
        self._reading: asyncio.Task[Told] | None = None
        self._told: Told = None
        self._told_at = 0.0
        self.took_s = 0.0

    async def look(self) -> Told:
        """What it tells, asked where what it told is too old. Whoever waits may stop waiting: the asking goes on."""
        if self._told is not None and time.monotonic() - self._told_at < self._every_s:
            return self._told
        if self._reading is None or self._reading.done():
            self._reading = asyncio.create_task(self._ask(), name=f"metrics: {self.name}")
        return await asyncio.shield(self._reading)

    async def _ask(self) -> Told:
        self._told = None
        began = time.monotonic()
        try:
            async with asyncio.timeout(READ_WITHIN_S):
                told = tuple(declared(await self._read()))
        except (*TROUBLE, TimeoutError) as trouble:
            log.debug("metrics of %s are not known: %s", self.name, trouble)
            return None
        finally:
            self.took_s = time.monotonic() - began
        if self._every_s:
            self._told, self._told_at = told, time.monotonic()
        return told

    async def close(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.wait({self._reading})


class Metrics:
    """`counters`: for whoever hears of what happens; `add_source`: for whoever can be asked."""

    def __init__(self, token: str) -> None:
        """`token`: by which the operator's Prometheus is known; empty: nobody is let in."""
        self.token = token
        self._registry = CollectorRegistry(auto_describe=False)
        self.counters = Counters(self._registry)
        self._sources: list[Source] = []
        self._asked = _Asked()
        self._registry.register(self._asked)
        ProcessCollector(registry=self._registry)

    def add_source(self, name: str, read: Read, every_s: float = 0.0) -> None:
        self._sources.append(Source(name, read, every_s))

    async def exposition(self, accept: str) -> tuple[bytes, str]:
        """Text and its media type, as the `Accept` header wishes. Within WAIT_S and what it takes to write it."""
        looks = await self._look()
        encode, media_type = choose_encoder(accept)
        with self._asked.of(looks):
            return encode(self._registry), media_type

    async def values(self) -> list[tuple[str, tuple[str, ...], float]]:
        """The same without text: name, values of the labels in their order, value. Within WAIT_S."""
        looks = await self._look()
        with self._asked.of(looks):
            return [
                (sample.name, tuple(sample.labels.values()), sample.value)
                for metric in self._registry.collect()
                for sample in metric.samples
            ]

    async def _look(self) -> list[_Look]:
        """What each source tells whoever asks. Others may look at the same time: what they are told is theirs."""
        looks = [(source, asyncio.ensure_future(source.look())) for source in self._sources]
        if looks:
            await asyncio.wait([look for _, look in looks], timeout=WAIT_S)
        return [(source, _outcome(look)) for source, look in looks]

    async def close(self) -> None:
        for source in self._sources:
            await source.close()


_Look = tuple[Source, Told]


def _outcome(look: asyncio.Future[Told]) -> Told:
    """None where it is late or failed."""
    if not look.done():
        look.cancel()
    elif not look.cancelled():
        if (fault := look.exception()) is None:
            return look.result()
        log.error("a source of metrics failed", exc_info=fault)
    return None


class _Asked(Collector):
    """What the sources told in one look, as the client library wants it."""

    def __init__(self) -> None:
        self._looks: list[_Look] = []

    @contextmanager
    def of(self, looks: list[_Look]) -> Iterator[None]:
        """Whatever collects meanwhile, without waiting for anything, gets these."""
        self._looks = looks
        try:
            yield
        finally:
            self._looks = []

    def collect(self) -> Iterator[Metric]:
        values: dict[str, list[Sample]] = {}
        for sample in self._samples():
            values.setdefault(sample.name, []).append(sample)
        for family in FAMILIES:
            if family.name in values:
                yield _metric(family, values[family.name])

    def _samples(self) -> Iterator[Sample]:
        for source, told in self._looks:
            yield Sample("call24_collector_up", float(told is not None), (source.name,))
            yield Sample("call24_collector_seconds", source.took_s, (source.name,))
            yield from told or ()


def _metric(family: Family, samples: list[Sample]) -> Metric:
    """No more series than the family may have: the first are kept."""
    names = tuple(family.labels)
    made: CounterMetricFamily | GaugeMetricFamily
    if family.kind == "counter":
        made = CounterMetricFamily(family.name, family.help, labels=names)
    else:
        made = GaugeMetricFamily(family.name, family.help, labels=names)
    for sample in samples[: family.most]:
        made.add_metric(sample.labels, sample.value)
    if len(samples) > family.most:
        log.warning("%s has %d series, and shows %d", family.name, len(samples), family.most)
    return made


def declared(samples: Iterable[Sample]) -> Iterator[Sample]:
    """The same. Raises: ValueError for one that no family declares, or with other labels than it declares."""
    for sample in samples:
        family = BY_NAME.get(sample.name)
        if family is None or family.counted or len(family.labels) != len(sample.labels):
            raise ValueError(f"{sample.name} with {len(sample.labels)} labels is not declared")
        yield sample
