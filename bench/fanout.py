"""Deliveries for each second that a server computes: events published over the HTTP API to 2,000 subscribers.

Both servers by turns, each fresh, with the same crowd and publisher; every subscriber is signed for a private channel
and present in a room. One event after the other, and ten in a batch.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from bench.figure import Figure
from bench.realtime_crowd import CHANNEL
from bench.realtime_peers import Crowd, Peer, call24, crowd, soketi

SOCKETS, QUICK_SOCKETS = 2_000, 300
ROUNDS = 4
EVENTS = 100
BATCH = 10
TARGET = 1.2
DATA = {"queue_id": "que_01jd8kz9w4f0d1q5t7b3m2n6xy", "waiting": 3, "longest_s": 42, "name": "Support", "seq": 4711}
PEERS: dict[str, Callable[[], AbstractContextManager[Peer]]] = {"call24": call24, "soketi": soketi}


def measure(quick: bool = False) -> tuple[list[Figure], dict[str, object]]:
    sockets, rounds = (QUICK_SOCKETS, 1) if quick else (SOCKETS, ROUNDS)
    kept: list[dict[str, object]] = []
    spent: dict[tuple[str, str], list[float]] = {}
    for number in range(rounds):
        for name in list(PEERS)[:: 1 if number % 2 == 0 else -1]:
            with PEERS[name]() as peer, crowd(peer, sockets) as hearers:
                for way, cpu in _round(peer, hearers, sockets).items():
                    spent.setdefault((name, way), []).append(cpu)
                    kept.append({"round": number, "peer": name, "way": way, "cpu_s": round(cpu, 3)})
    figures = [_figure(way, sockets, spent["call24", way], spent["soketi", way]) for way in ("one", "batch")]
    return figures, {"sockets": sockets, "events": EVENTS, "batch": BATCH, "rounds": kept}


def _round(peer: Peer, hearers: Crowd, sockets: int) -> dict[str, float]:
    """Way of publishing -> CPU seconds of the server for EVENTS events to everybody."""
    publisher = peer.publisher()
    publisher.trigger(CHANNEL, "bench", DATA)  # warms up
    hearers.will_hear(sockets)
    hearers.has_heard()
    one = [{"channel": CHANNEL, "name": "bench", "data": DATA}]

    def single() -> None:
        for _ in range(EVENTS):
            publisher.trigger(CHANNEL, "bench", DATA)

    def batches() -> None:
        for _ in range(EVENTS // BATCH):
            publisher.trigger_batch(one * BATCH)

    spent = {}
    for turn, (way, publish) in enumerate({"one": single, "batch": batches}.items(), start=1):
        before = peer.cpu_s()
        hearers.will_hear(sockets * (1 + EVENTS * turn))
        publish()
        hearers.has_heard()
        spent[way] = peer.cpu_s() - before
    return spent


def _figure(way: str, sockets: int, ours: list[float], theirs: list[float]) -> Figure:
    """Of the sums over all rounds."""
    mine, other = (sockets * EVENTS * len(cpu) / sum(cpu) for cpu in (ours, theirs))
    what = f"deliveries per second of CPU, {sockets} sockets"
    if way == "one":
        return Figure(what, mine, "/s", f">= {TARGET}", mine / other >= TARGET, other)
    return Figure(f"{what}, ten events in a batch", mine, "/s", "-", True, other)
