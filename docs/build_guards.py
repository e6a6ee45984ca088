"""Writes docs/guards.md from docs/figures/guards/guards.json: `.venv/bin/python docs/build_guards.py`.

Why no test can notice some is what people wrote in docs/figures/guards/survivors.json.
tests/unit/test_guards.py fails when the page is out of date.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parents[1]
PAGE = CHECKOUT / "docs" / "guards.md"
FIGURES = CHECKOUT / "docs" / "figures" / "guards"
KINDS = {
    "session": "who asks, at each operation",
    "operation": "a permission, at each operation",
    "second proof": "a recent second proof, at each operation that takes one",
    "condition": "a reason before `Refused`, `NotFound`, `Unauthenticated` or `TooMany`",
    "call": "a call that only raises: one's own rights, visibility, throttles, this machine's secret",
    "permission": "a permission by which an answer is narrowed",
    "tenant": "a comparison of organisations in memory",
    "scope": "the organisation in a command to MongoDB",
    "whose": "the user in a query",
    "gate": "a condition of realtime channels, signatures, served files and signing in",
}
HEAD = """# Guards

What keeps people from what is not theirs, and which test notices when it is taken away. Made by `docs/build_guards.py`
from `docs/figures/guards/`; `./call24 test --guards` measures it again (half an hour; interrupted, it goes on where it
was). [ADR 47](adr/0047-guards-are-removed-one-by-one.md) says how.
"""


def page() -> str:
    told = _kept("guards")
    guards = told["guards"]
    return "\n".join([HEAD, _summary(told, guards), _survivors(guards), _all(guards)])


def _kept(name: str) -> dict[str, Any]:
    return dict(json.loads((FIGURES / f"{name}.json").read_text()))


def _summary(told: dict[str, Any], guards: list[dict[str, Any]]) -> str:
    there = told["there"]
    on = f"{told['on']['at']}, {told['on']['cores']} cores, {told['took_s'] // 60} minutes, {told['tests']} tests"
    rows = [f"Measured {on}.", ""]
    if len(guards) < sum(there.values()):
        rows += [f"**Not over:** {len(guards)} of {sum(there.values())} guards have been taken away so far.", ""]
    why = _kept("survivors")
    rows += ["| guard | there are | taken away | noticed | not, for a reason |", "| --- | --: | --: | --: | --: |"]
    for kind, what in KINDS.items():
        rows.append(_row(what, there.get(kind, 0), [one for one in guards if one["kind"] == kind], why))
    rows.append(_row("all", sum(there.values()), guards, why))
    return "\n".join(rows) + "\n"


def _row(what: str, there: int, these: list[dict[str, Any]], why: dict[str, Any]) -> str:
    noticed = sum(1 for one in these if one["killed_by"])
    reasoned = sum(1 for one in these if not one["killed_by"] and one["id"] in why)
    return f"| {what} | {there} | {len(these)} | {noticed} | {reasoned} |"


def _survivors(guards: list[dict[str, Any]]) -> str:
    left = [one for one in guards if not one["killed_by"]]
    why = _kept("survivors")
    lines = ["## What no test notices", ""]
    if not left:
        return "\n".join([*lines, "Nothing."]) + "\n"
    lines += ["| guard | why |", "| --- | --- |"]
    lines += [f"| `{_cell(one['id'])}` | {why.get(one['id'], '**no test of this run notices it**')} |" for one in left]
    return "\n".join(lines) + "\n"


def _all(guards: list[dict[str, Any]]) -> str:
    lines = ["## All of them", ""]
    for kind in KINDS:
        lines += [f"### {kind.capitalize()}", "", "| guard | noticed by |", "| --- | --- |"]
        these = [one for one in guards if one["kind"] == kind and one["killed_by"]]
        lines += [f"| `{_cell(one['id'])}` | `{_cell(_short(one['killed_by']))}` |" for one in these]
        lines.append("")
    return "\n".join(lines)


def _short(test: str) -> str:
    file, _, name = test.partition("::")
    return f"{Path(file).name}::{name}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(page())
