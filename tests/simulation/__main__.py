"""`python -m tests.simulation SEED`: one day again, with all that happened in it.

`--digests FIRST LAST`: what each day wrote down, as a digest. `--figures SEEDS FILE`: many days, and their figures.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

from tests.simulation.checks import INVARIANTS
from tests.simulation.day import Day
from tests.simulation.found import SEEDS
from tests.simulation.many import figures, quiet, run_all
from tests.simulation.mutants import FOUND
from tests.support.measured import where


def main(words: list[str]) -> int:
    match words:
        case ["--digests", first, last]:
            with quiet():
                for seed in range(int(first), int(last)):
                    print(seed, Day(seed).run().digest)  # noqa: T201
            return 0
        case ["--figures", seeds, file]:
            return _figures(int(seeds), Path(file))
        case [seed]:
            with quiet():
                report = Day(int(seed), traced=True).run()
            print("\n".join(report.trace))  # noqa: T201
            print(f"seed {report.seed}: {report.broken or 'all holds'}; digest {report.digest}")  # noqa: T201
            return 1 if report.broken else 0
    print(__doc__)  # noqa: T201
    return 2


def _figures(seeds: int, file: Path) -> int:
    began = time.monotonic()
    reports = run_all(range(seeds))
    spent = os.times()
    found = {
        "on": where(),
        **figures(reports, time.monotonic() - began),
        "seconds_of_cpu": round(spent.children_user + spent.children_system, 1),
        "invariants": list(INVARIANTS),
        "bugs_found_and_fixed": [{"seed": seed, "what": what} for seed, what in SEEDS.items()],
        "broken_on_purpose": FOUND,
        "ways_of_breaking_found": f"{sum(each['seeds_needed'] is not None for each in FOUND)} of {len(FOUND)}",
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(found, indent=2) + "\n")
    return 1 if found["failed_seeds"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
