"""Measures what is promised for faults, each figure into docs/figures/reliability/NAME.json.

`python -m tests.matrix.figures [NAME ...]`; without names all of them, the simulation too. Needs a quiet
machine and about 20 minutes.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
from tests.matrix import lost_asterisk, lost_link, lost_mongod, lost_server
from tests.matrix.row import row
from tests.support.measured import where
from tests.support.product.stack import CHECKOUT
from tests.support.product.system import System, running_system

FOLDER = CHECKOUT / "docs" / "figures" / "reliability"
Measure = Callable[[System], Awaitable[dict[str, Any]]]
FIGURES: dict[str, Measure] = {
    "server-killed": lost_server.measure,
    "asterisk-killed": lost_asterisk.measure,
    "mongod-away": lost_mongod.measure,
    "link-cut": lost_link.measure,
}
SIMULATION, DAYS = "simulation", 1000
NAMES = (SIMULATION, *FIGURES)


def measure(name: str) -> bool:
    """Writes the figure; whether all of it is as promised."""
    began = time.monotonic()
    try:
        with running_system() as system:
            told = asyncio.run(_measured(FIGURES[name], system))
    except (AssertionError, TimeoutError, httpx.HTTPError) as error:
        told = {"how": "it could not be measured", "rows": [row(f"ended with {error!r}"[:200], None, "", "-", False)]}
    made = {"name": name, **told, "on": where(), "took_s": round(time.monotonic() - began)}
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / f"{name}.json").write_text(json.dumps(made, indent=1) + "\n")
    for line in made["rows"]:
        held = "ok" if line["ok"] else "FALLS SHORT"
        sys.stdout.write(f"{name}: {line['what']}: {line['value']} {line['unit']} ({line['target']}) {held}\n")
    sys.stdout.flush()
    return all(line["ok"] for line in made["rows"])


async def _measured(figure: Measure, system: System) -> dict[str, Any]:
    return await figure(system)


def simulate() -> bool:
    """The days of the engine in simulation, whose figures are written by tests/simulation."""
    words = ["tests.simulation", "--figures", str(DAYS), str(FOLDER / f"{SIMULATION}.json")]
    return subprocess.run([sys.executable, "-m", *words], cwd=CHECKOUT).returncode == 0


def main(names: list[str]) -> int:
    passed = [simulate() if name == SIMULATION else measure(name) for name in names or NAMES]
    return 0 if all(passed) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
