"""Writes docs/guards.md from docs/figures/guards/ and from the code: `.venv/bin/python docs/build_guards.py`.

Guards are those of the code of now; which of them were not taken away yet is listed. Why no test can notice some is
what people wrote in docs/figures/guards/survivors.json.
tests/unit/repository/test_guards.py fails when the page is out of date.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(CHECKOUT))
from tests.guards.finding import Guard  # noqa: E402
from tests.guards.run import every_guard  # noqa: E402

PAGE = CHECKOUT / "docs" / "guards.md"
FIGURES = CHECKOUT / "docs" / "figures" / "guards"
KINDS = {
    "session": "who asks, at each operation",
    "operation": "a permission, at each operation",
    "second factor": "a recent second factor, at each operation that takes one",
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
from `docs/figures/guards/` and the code; `./call24 test --guards` takes away those that never were, those that no test
noticed and those that have changed since (`-- --anew`: all, half an hour; interrupted, it goes on where it was).
[ADR 47](adr/0047-guards-are-removed-one-by-one.md) says how.
"""


def page() -> str:
    there = every_guard()
    told = {one["id"]: one for one in _kept("guards")["guards"]}
    guards = [told[guard.id] for guard in sorted(there, key=lambda one: (one.kind, one.id)) if guard.id in told]
    not_yet = [guard for guard in there if guard.id not in told]
    return "\n".join([HEAD, _summary(there, guards, not_yet), _survivors(guards), _not_yet(not_yet), _all(guards)])


def _kept(name: str) -> dict[str, Any]:
    return dict(json.loads((FIGURES / f"{name}.json").read_text()))


def _summary(there: list[Guard], guards: list[dict[str, Any]], not_yet: list[Guard]) -> str:
    told = _kept("guards")
    days = Counter(one["at"] for one in guards)
    measured = ", ".join(f"{count} on {day}" for day, count in sorted(days.items()))
    last = f"{told['on']['at']}: {told['tests']} tests, {told['took_s'] // 60} minutes, {told['on']['cores']} cores"
    rows = [f"Taken away: {measured}. The last run, of {last}.", ""]
    if not_yet:
        rows += [f"**Not measured:** {len(not_yet)} of {len(there)} guards have not been taken away yet.", ""]
    why = _kept("survivors")
    rows += ["| guard | there are | taken away | noticed | not, for a reason |", "| --- | --: | --: | --: | --: |"]
    for kind, what in KINDS.items():
        count = sum(guard.kind == kind for guard in there)
        rows.append(_row(what, count, [one for one in guards if one["kind"] == kind], why))
    rows.append(_row("all", len(there), guards, why))
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


def _not_yet(these: list[Guard]) -> str:
    if not these:
        return ""
    lines = ["## Not taken away yet", "", "| guard | what it is |", "| --- | --- |"]
    ordered = sorted(these, key=lambda one: (one.kind, one.id))
    return "\n".join([*lines, *(f"| `{_cell(one.id)}` | {KINDS[one.kind]} |" for one in ordered)]) + "\n"


def _all(guards: list[dict[str, Any]]) -> str:
    lines = ["## All of them", ""]
    for kind in KINDS:
        lines += [f"### {kind.capitalize()}", "", "| guard | noticed by | on |", "| --- | --- | --- |"]
        these = [one for one in guards if one["kind"] == kind and one["killed_by"]]
        lines += [f"| `{_cell(one['id'])}` | `{_cell(_short(one['killed_by']))}` | {one['at']} |" for one in these]
        lines.append("")
    return "\n".join(lines)


def _short(test: str) -> str:
    file, _, name = test.partition("::")
    return f"{Path(file).name}::{name}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(page())
