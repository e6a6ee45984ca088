"""The doctor's checks, for operators of the installation in the app."""

from __future__ import annotations

from typing import Annotated

from call24.doctor.answers import InstallationChecks
from call24.doctor.check_runs import CheckRun, CheckRuns
from call24.http.access import InstallationOperatorDep
from call24.http.provided import provided
from call24.http.router import Router
from call24.kit.instants import iso

router = Router(prefix="/v1/installation/checks", tags=["installation"])

CheckRunsDep = Annotated[CheckRuns, provided(CheckRuns)]


@router.get("", operation_id="installation_read_checks")
async def read(_: InstallationOperatorDep, runs: CheckRunsDep) -> InstallationChecks:
    """Returns what the newest run of the checks has found, also while it goes on.

    For operators of the installation alone. It is kept until the next run, or until the server is restarted.
    """
    return view(runs.newest)


@router.post("", status_code=202, operation_id="installation_run_checks")
async def run(_: InstallationOperatorDep, runs: CheckRunsDep) -> InstallationChecks:
    """Starts the checks of `./call24 doctor`, but for its test call. They change nothing, and end after two minutes.

    One run goes on at a time on the whole installation: while it does, that one is returned, whoever started it.
    """
    return view(runs.start())


def view(newest: CheckRun | None) -> InstallationChecks:
    if newest is None:
        return {"state": "never", "started_at": None, "ended_at": None, "at_work": None, "checks": 0, "findings": []}
    return {
        "state": newest.state,
        "started_at": iso(newest.started_at),
        "ended_at": None if newest.ended_at is None else iso(newest.ended_at),
        "at_work": newest.at_work,
        "checks": len(newest.names),
        "findings": [
            {"name": one.name, "state": one.state, "seen": one.seen, "advice": one.advice, "took_s": one.took_s}
            for one in newest.findings
        ],
    }
