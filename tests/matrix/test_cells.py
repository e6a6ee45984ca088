"""One cell after the other on a real system; CALL24_MATRIX=whole runs all, CALL24_MATRIX_OUT keeps what was seen.

Where nobody may hear a gap, the gap is measured, in a lane with others that measure.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from tests.matrix.cells import run
from tests.matrix.faults import cannot_cut
from tests.matrix.model import Cell, Fault, Promise
from tests.matrix.table import ALWAYS, TABLE
from tests.support.measured import where

WHOLE = os.environ.get("CALL24_MATRIX") == "whole"
OUT = os.environ.get("CALL24_MATRIX_OUT")
POSSIBLE = [cell for cell, entry in TABLE.items() if isinstance(entry, Promise)]
CHOSEN = [cell for cell in POSSIBLE if WHOLE or cell in ALWAYS]
# Those with small disks last: while they run there are two systems.
ORDER = sorted(CHOSEN, key=lambda cell: cell.fault is Fault.FULL)


def measured(cell: Cell) -> list[pytest.MarkDecorator]:
    entry = TABLE[cell]
    return [pytest.mark.exact] if isinstance(entry, Promise) and entry.sound == "unbroken" else []


@pytest.mark.parametrize("cell", [pytest.param(cell, id=cell.name, marks=measured(cell)) for cell in ORDER])
async def test_what_is_promised_when_a_part_fails(cell: Cell, request: pytest.FixtureRequest) -> None:
    promise = TABLE[cell]
    assert isinstance(promise, Promise)
    if cell.fault is Fault.CUT and (why := cannot_cut()):
        pytest.skip(f"no connection can be cut: {why}")
    if cell.fault is Fault.FULL:
        system, disks = request.getfixturevalue("cramped")
    else:
        system, disks = request.getfixturevalue("hit"), {}
    seen = await run(cell, promise, system, disks)
    if OUT:
        _keep(json.dumps({**seen.row(promise), "on": where()}, ensure_ascii=False), Path(OUT))
    assert not seen.wrong, seen


def _keep(line: str, out: Path) -> None:
    with out.open("a") as file:
        file.write(line + "\n")
