"""The whole matrix and all figures, into docs/figures/reliability, and the page that shows them.

`./call24 test --matrix` runs it.
Words after `--` choose cells as pytest's -k does, `missing` those that were not run or fell short (`missing browser`:
those of them with that in their names); then the figures are left out and other cells stay as they were. Names of
figures (`server-killed`, `simulation`) choose those alone. Each cell is kept with the day, the machine and its load.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.matrix import figures
from tests.matrix.model import Impossible
from tests.matrix.table import TABLE
from tests.support.measured import where
from tests.support.product.stack import CHECKOUT

TEST = "tests/matrix/test_cells.py::test_what_is_promised_when_a_part_fails"
OUT = figures.FOLDER / "matrix.json"


def main(chosen: list[str]) -> int:
    named = chosen if set(chosen) <= set(figures.NAMES) else []
    passed = bool(named) or cells(chosen)
    if named or not chosen:
        passed = figures.main(named) == 0 and passed
    subprocess.run([sys.executable, "docs/build_reliability.py"], check=True, cwd=CHECKOUT)
    return 0 if passed else 1


def cells(chosen: list[str]) -> bool:
    """Runs them, prints the table, keeps what was seen; whether all passed."""
    began = time.monotonic()
    words = ["tests/matrix", *(["-k", " ".join(chosen)] if chosen else [])]
    if chosen[:1] == ["missing"] and not (words := missing(chosen[1:])):
        return True
    with tempfile.TemporaryDirectory() as folder:
        seen = Path(folder) / "seen.jsonl"
        env = {**os.environ, "CALL24_MATRIX": "whole", "CALL24_MATRIX_OUT": str(seen)}
        done = subprocess.run([sys.executable, "-m", "pytest", "-q", "--tb=line", *words], env=env, cwd=CHECKOUT)
        rows = [json.loads(line) for line in seen.read_text().splitlines()] if seen.exists() else []
    keep(rows, round(time.monotonic() - began), anew=not chosen)
    for row in rows:
        sys.stdout.write(line_of(row) + "\n")
    sys.stdout.flush()
    return done.returncode == 0


def missing(having: list[str]) -> list[str]:
    """pytest's names of the cells that have not passed yet, and have these words in their names."""
    passed = {row["cell"] for row in json.loads(OUT.read_text())["cells"] if row["passed"]} if OUT.exists() else set()
    left = [cell.name for cell, entry in TABLE.items() if not isinstance(entry, Impossible) and cell.name not in passed]
    return [f"{TEST}[{name}]" for name in left if all(word in name for word in having)]


def keep(rows: list[dict[str, Any]], took_s: int, *, anew: bool) -> None:
    before = json.loads(OUT.read_text())["cells"] if OUT.exists() and not anew else []
    known = {row["cell"]: row for row in [*before, *rows]}
    impossible = {cell.name: entry.why for cell, entry in TABLE.items() if isinstance(entry, Impossible)}
    ordered = [known[cell.name] for cell in TABLE if cell.name in known]
    OUT.parent.mkdir(parents=True, exist_ok=True)
    made = {
        "last_run": {"cells": len(rows), "took_s": took_s, "on": where()},
        "impossible": impossible,
        "cells": ordered,
    }
    OUT.write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n")


def line_of(row: dict[str, Any]) -> str:
    back = "" if row["back_s"] is None else f"back {row['back_s']:.2f} s"
    held = "passed" if row["passed"] else f"FALLS SHORT: {'; '.join(row['wrong'])}"
    return f"{row['cell']:<34}{back:<14}{row['took_s']:>6.1f} s  {held}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
