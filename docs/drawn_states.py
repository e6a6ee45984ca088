"""How build_states.py draws a state table: its diagram, and what it ignores. It explores and writes nothing."""

from __future__ import annotations

from collections import defaultdict
from itertools import product
from typing import Any

MOST_ON_AN_ARROW = 5  # the table has all
Cell = tuple[Any, Any]
Found = dict[Cell, set[tuple[Any, tuple[str, ...]]]]
"""For each cell: the states it leads to, each with the events that are written down on the way."""


def diagram(machine: Any, found: Found) -> list[str]:
    arrows: dict[tuple[Any, Any], list[str]] = defaultdict(list)
    for state, kind in machine.TABLE:
        for after, _ in sorted(found[state, kind]):
            if after is not state and kind.value not in arrows[state, after]:
                arrows[state, after].append(kind.value)
    drawn = (f"    {state} --> {after}: {_label(labels)}" for (state, after), labels in arrows.items())
    return ["```mermaid", "stateDiagram-v2", *drawn, "```"]


def _label(kinds: list[str]) -> str:
    more = f" and {len(kinds) - MOST_ON_AN_ARROW} more" if len(kinds) > MOST_ON_AN_ARROW else ""
    return ", ".join(kinds[:MOST_ON_AN_ARROW]) + more


def ignored(machine: Any, unused: set[Any]) -> dict[tuple[str, tuple[str, ...]], list[str]]:
    """The ignored cells, those with the same reason and the same states together; in the order of the enumerations."""
    states_of: dict[tuple[str, str], list[str]] = defaultdict(list)
    for state, kind in product(machine.S, machine.K):
        if (state, kind) in machine.IGNORED and state not in unused:
            states_of[machine.IGNORED[state, kind], kind.value].append(state.value)
    together: dict[tuple[str, tuple[str, ...]], list[str]] = defaultdict(list)
    for (why, kind), states in states_of.items():
        together[why, tuple(states)].append(kind)
    return together
