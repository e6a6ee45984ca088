"""`python -m call24.doctor.told DATA`: the doctor's checks as a program of the server, for operators in the app.

It writes a line of JSON with the names of the checks, and one for each finding as it comes. It names no organisation
and no person, and leaves out what the page shows by itself. check_runs.py runs it.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from call24.doctor.check_names import CHECKS, INSTALLATION, ON_THE_PAGE, name_of
from call24.doctor.checks import Checks
from call24.doctor.probes import settings_of
from call24.doctor.report import CheckResult, DoctorReport

_CPU_S = 60
_MOST = 600
"""Characters of what was seen, and of an advice."""


def main(data: Path) -> int:
    os.nice(10)  # calls come first
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_S, _CPU_S))
    _say({"checks": list(CHECKS)})
    report = DoctorReport(as_json=True, told=_tell)
    settings = None
    with report.step(INSTALLATION) as found:
        settings = settings_of(data)
        found.seen = str(settings.data)
    if settings is not None:
        asyncio.run(Checks(settings, report, names=False).run(without=ON_THE_PAGE))
    return 0


def _tell(found: CheckResult) -> None:
    row = {**asdict(found), "name": name_of(found.name)}
    _say({**row, "seen": found.seen[:_MOST], "advice": found.advice[:_MOST]})


def _say(what: dict[str, Any]) -> None:
    print(json.dumps(what), flush=True)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
