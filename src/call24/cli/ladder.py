"""Steps between the lines of the four lanes of a call: customer, Call24, agent, others."""

from __future__ import annotations

LANES = ("customer", "call24", "agent", "other")
WIDTH = 12
"""From one line of the ladder to the next."""


def heads() -> str:
    return (f"{'':>11}  " + "".join(f"{lane:<{WIDTH}}" for lane in LANES)).rstrip()


def drawn(after_s: float, source: str, target: str, text: str) -> str:
    """One step: an arrow, or a star where it stays in its lane. Control characters of `text` are left out: a terminal
    would obey them."""
    first_lane, last_lane = LANES.index(source), LANES.index(target)
    line = [" "] * (WIDTH * (len(LANES) - 1) + 1)
    for lane in range(len(LANES)):
        line[WIDTH * lane] = "|"
    first, last = sorted((WIDTH * first_lane, WIDTH * last_lane))
    line[first + 1 : last] = "-" * (last - first - 1)
    if first_lane == last_lane:
        line[first] = "*"
    else:
        line[last - 1 if last_lane > first_lane else first + 1] = ">" if last_lane > first_lane else "<"
    return f"{after_s:>9.3f} s  {''.join(line)}  {''.join(c for c in text if c.isprintable())}"
