"""What a server's memory grows by for each socket that is subscribed to a private channel and present in a room."""

from __future__ import annotations

import time

from bench.fanout import PEERS
from bench.figure import Figure
from bench.realtime_peers import crowd

SOCKETS, QUICK_SOCKETS = 5_000, 500
ROUNDS = 3
FIRST = 100
"""These are there before: what the first sockets make a server load is none of the others'."""
SETTLE_S = 3.0
TARGET = 1.7


def measure(quick: bool = False) -> tuple[list[Figure], dict[str, object]]:
    sockets, rounds = (QUICK_SOCKETS, 1) if quick else (SOCKETS, ROUNDS)
    grown: dict[str, list[float]] = {name: [] for name in PEERS}
    for number in range(rounds):
        for name in list(PEERS)[:: 1 if number % 2 == 0 else -1]:
            grown[name].append(_grown_kib(name, sockets))
    ours, theirs = (sorted(grown[name])[rounds // 2] for name in ("call24", "soketi"))
    figures = [
        Figure(f"memory of a socket, of {sockets}", ours, "KiB", f"<= {TARGET}", ours / theirs <= TARGET, theirs),
    ]
    return figures, {"sockets": sockets, "kib": {name: [round(one, 2) for one in all] for name, all in grown.items()}}


def _grown_kib(name: str, sockets: int) -> float:
    with PEERS[name]() as peer, crowd(peer, FIRST):
        time.sleep(SETTLE_S)
        before = peer.rss_kb()
        with crowd(peer, sockets, FIRST):
            time.sleep(SETTLE_S)
            return (peer.rss_kb() - before) / sockets
