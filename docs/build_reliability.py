"""Writes docs/reliability.md from the figures in docs/figures/reliability and the table of tests/matrix:
`.venv/bin/python docs/build_reliability.py`.

What people wrote (what falls short, causes, attempts) is docs/figures/reliability/*.md.
tests/unit/repository/test_reliability_page.py fails when the page is out of date.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(CHECKOUT))

from tests.matrix.model import Cell, Fault, Impossible, Phase, Victim  # noqa: E402
from tests.matrix.table import ALWAYS, TABLE  # noqa: E402

PAGE = CHECKOUT / "docs" / "reliability.md"
FIGURES = CHECKOUT / "docs" / "figures" / "reliability"
TITLES = {
    "server-killed": "The server is killed while calls talk",
    "asterisk-killed": "Asterisk is killed",
    "mongod-away": "MongoDB is away",
    "link-cut": "The link between server and Asterisk is cut",
}
WORDS = {
    Victim.SERVER: "Call24's server",
    Victim.ASTERISK: "Asterisk",
    Victim.MONGOD: "MongoDB",
    Victim.BROWSER: "the agent's browser",
    Victim.TRUNK: "the trunk",
    Fault.KILLED: "killed (`kill -9`)",
    Fault.STOPPED: "stands still for 5 s",
    Fault.CUT: "cut off for 5 s",
    Fault.FULL: "disk full",
}
HEAD = """# Reliability

What is promised when a part fails, and what was measured. Made by `docs/build_reliability.py` from
`docs/figures/reliability/`; `./call24 test --matrix` measures all of it again on this machine.

A figure that does not hold is shown as **falls short**, and [below](#what-falls-short) is why.
"""


def page() -> str:
    parts = [HEAD, *_figures(), _simulation(), _lanes(), _matrix(), _fragment("falls_short.md")]
    return "\n".join(part for part in parts if part)


def _figures() -> list[str]:
    return [_figure(name, title) for name, title in TITLES.items()]


def _figure(name: str, title: str) -> str:
    told = _read(name)
    if told is None:
        return f"## {title}\n\nNot measured yet.\n"
    lines = [f"## {title}\n", f"{_sentence(told['how'])}. {_where(told)}\n", "| what | measured | target | |"]
    lines.append("| --- | --: | --- | --- |")
    for row in told["rows"]:
        held = "holds" if row["ok"] else "**falls short**"
        value = f"{row['value']} {row['unit']}".strip()
        said = "" if row["target"] == "-" and row["ok"] else held
        lines.append(f"| {row['what']} | {value} | {row['target']} | {said} |")
    return "\n".join(lines) + "\n"


def _simulation() -> str:
    """Written by tests/simulation; its keys are told as they are."""
    told = _read("simulation")
    if told is None:
        return ""
    lines = ["## The engine in simulation\n"]
    lines.append(f"The real engine on a virtual clock, with faults by seed. {_where(told)}\n")
    lines += ["| what | value |", "| --- | --: |"]
    plain = {name: value for name, value in told.items() if isinstance(value, int | float | str)}
    lines += [f"| {name.replace('_', ' ')} | {value} |" for name, value in plain.items()]
    return "\n".join(lines) + "\n"


def _lanes() -> str:
    """`CALL24_LANES_OUT=docs/figures/reliability/lanes.json ./call24 test` writes it."""
    told = _read("lanes")
    if told is None:
        return ""
    lines = ["## What continuous integration runs\n"]
    lines.append(f"`./call24 test`, whole: {told['took_s'] / 60:.1f} minutes beside its fast checks. {_where(told)}\n")
    lines += ["| tests | passed |", "| --- | --: |"]
    lines += [f"| {lane['lane']} | {lane['passed']} |" for lane in told["lanes"]]
    return "\n".join(lines) + "\n"


def _matrix() -> str:
    told = _read("matrix") or {"cells": []}
    seen = {each["cell"]: each for each in told["cells"]}
    count = Counter(_mark(cell, seen).split(" ")[0] for cell in TABLE)
    summary = (
        f"{len(TABLE)} cells: {count['passed']} passed, {count['**falls']} fall short, {count['not']} were not run, "
        f"{count['impossible']} cannot be. The {len(ALWAYS)} that `./call24 test` always runs are marked with a star."
    )
    lines = ["## The kill matrix\n", "Each cell is a call on a real system, with sound; tests/matrix runs it.", summary]
    lines += [_machines(told["cells"]), ""]
    for victim in Victim:
        lines += [_victim(victim, seen), ""]
    return "\n".join(lines)


def _victim(victim: Victim, seen: dict[str, Any]) -> str:
    name = WORDS[victim]
    lines = [f"### {name[0].upper()}{name[1:]}\n"]
    for fault in Fault:
        entries = {phase: TABLE[Cell(victim, fault, phase)] for phase in Phase}
        first = entries[Phase.RECORDING]
        lines.append(f"**{WORDS[fault]}**\n")
        if isinstance(first, Impossible):
            lines.append(f"Cannot be: {first.why}.\n")
            continue
        lines += ["| the call was | promised: heard | the call | the record | back within | seen | | measured |"]
        lines.append("| --- | --- | --- | --- | --: | --- | --- | --- |")
        lines += [_row(Cell(victim, fault, phase), seen) for phase in Phase]
        lines.append("")
    return "\n".join(lines)


def _row(cell: Cell, seen: dict[str, Any]) -> str:
    promise = TABLE[cell]
    assert not isinstance(promise, Impossible)
    star = " *" if cell in ALWAYS else ""
    phase = cell.phase.replace("_", " ")
    words = f"| {phase}{star} | {promise.hears} | {promise.call} | {promise.record} | {promise.back_s:g} s "
    told = seen.get(cell.name)
    return f"{words}| {_seen(told)} | {_mark(cell, seen)} | {_measured(told)} |"


def _measured(told: dict[str, Any] | None) -> str:
    return f"{told['on']['at']}, load {told['on']['load_average'][0]:.1f}" if told and "on" in told else ""


def _seen(told: dict[str, Any] | None) -> str:
    if told is None:
        return ""
    gaps = [f"{name} {gap} s" for name, gap in told["gaps_s"].items() if gap is not None]
    parts = [f"gap: {', '.join(gaps)}"] if gaps else []
    parts += [f"back {told['back_s']} s"] if told["back_s"] is not None else []
    return "; ".join(parts)


def _mark(cell: Cell, seen: dict[str, Any]) -> str:
    if isinstance(TABLE[cell], Impossible):
        return "impossible"
    told = seen.get(cell.name)
    if told is None:
        return "not run"
    if told["passed"]:
        return "passed"
    return f"**falls short**: {'; '.join(told['wrong'])}".replace("|", "/").replace("\n", " ")[:200]


def _fragment(name: str) -> str:
    file = FIGURES / name
    return file.read_text() if file.exists() else ""


def _machines(cells: list[dict[str, Any]]) -> str:
    """Each cell has its own day and load."""
    on = [cell["on"] for cell in cells if "on" in cell]
    days, cores = sorted({one["at"] for one in on}), sorted({one["cores"] for one in on})
    if not on:
        return ""
    said = "Each says when it was run, and the load average at its end or at that of the run it was part of"
    return f"{said}: {days[0]} to {days[-1]}, {_or(cores)} cores."


def _or(values: list[Any]) -> str:
    return " or ".join(map(str, values))


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]


def _where(told: dict[str, Any]) -> str:
    on = told["on"]
    return f"Measured on {on['at']}, {on['cores']} cores, load average at the end {on['load_average'][0]:.2f}."


def _read(name: str) -> dict[str, Any] | None:
    file = FIGURES / f"{name}.json"
    return json.loads(file.read_text()) if file.exists() else None


def main() -> int:
    PAGE.write_text(page())
    return 0


if __name__ == "__main__":
    sys.exit(main())
