"""An installation that has been up for a while and does nothing."""

from __future__ import annotations

import time

from tests.support.product.system import running_system

from bench.figure import Figure
from bench.processes import pids, rss_mb

SETTLE_S, QUICK_SETTLE_S = 30.0, 3.0


def measure(*, quick: bool = False) -> tuple[list[Figure], dict[str, object]]:
    settle_s = QUICK_SETTLE_S if quick else SETTLE_S
    with running_system(from_nothing=True) as system:
        time.sleep(settle_s)
        used = {name: rss_mb(pid) for name, pid in pids(system).items()}
    ours, everything = sum(used[name] for name in ("server", "ahead", "parent", "sip_edge")), sum(used.values())
    return [
        Figure("Call24 itself (server, what forks it, phones' port, and parent)", ours, "MB", "< 150 MB", ours < 150),
        Figure("everything together", everything, "MB", "< 700 MB", everything < 700),
    ], {"pss_mb": used, "settled_s": settle_s}
