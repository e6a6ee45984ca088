"""Writes docs/reference/measures.md from the measures: `python -m call24.statistics.measures_page [FILE]`."""

from __future__ import annotations

import sys
from pathlib import Path

from call24.statistics.measures import MEASURES, Measure
from call24.statistics.model import Family
from call24.statistics.service import BY

PAGE = Path("docs/reference/measures.md")

_HEAD = """# The measures of the reports

What each figure of `GET /v1/reports` means. Made from `statistics/measures.py` by
`python -m call24.statistics.measures_page`; a test fails when this page is not up to date.

A call counts whole in the day and hour in which it began, in the organisation's time zone, also when it goes on after
midnight; an agent's time counts when it passed. An hour that the clock has twice is one row. Rows that add up sum to
the total; of all other measures the total is made again from the counts.
"""

_FAMILIES = {
    Family.LINE: "Calls and their stays in queues",
    Family.WORK: "What agents did with calls",
    Family.TIME: "What agents were",
}


def page() -> str:
    return _HEAD + "".join(_section(family) for family in Family)


def _section(family: Family) -> str:
    by = ", ".join(name for name, families in BY.items() if family in families)
    rows = [
        f"\n## {_FAMILIES[family]}\n",
        f"By {by}.\n",
        "| measure | name | unit | means | formula | from | rows add up |",
        "|---" * 7 + "|",
        *(_row(measure) for measure in MEASURES if measure.family is family),
    ]
    return "\n".join(rows) + "\n"


def _row(measure: Measure) -> str:
    adds_up = "yes" if measure.adds_up else "no"
    cells = (
        f"`{measure.key}`",
        measure.name,
        measure.unit,
        measure.definition,
        measure.formula,
        measure.source,
        adds_up,
    )
    return "| " + " | ".join(cells) + " |"


def main() -> int:
    file = Path(sys.argv[1]) if len(sys.argv) > 1 else PAGE
    file.write_text(page())
    return 0


if __name__ == "__main__":
    sys.exit(main())
