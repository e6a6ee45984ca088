"""`./call24 doctor`: says whether an installation is well, and with `--call` whether a call through it is.

Exit status 0 only if nothing failed. Changes nothing but the test call's own temporary organisation.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
from pathlib import Path

from call24.doctor.checks import Checks
from call24.doctor.probes import settings_of
from call24.doctor.report import DoctorReport, Failed
from call24.doctor.test_call import TestCall
from call24.kit.settings import Settings


def run(data: Path, *, call: bool, as_json: bool) -> int:
    report = DoctorReport(as_json=as_json)
    settings = None
    with report.step("installation") as found:
        settings = settings_of(data)
        found.seen = str(settings.data)
    if settings is not None:
        asyncio.run(_examined(settings, report, call=call))
    report.close()
    return 0 if report.passed else 1


async def _examined(settings: Settings, report: DoctorReport, *, call: bool) -> None:
    doing = asyncio.create_task(_examine(settings, report, call=call), name="doctor")
    for one in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(one, doing.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await doing
        return
    with report.step("doctor"):
        raise Failed("was interrupted")


async def _examine(settings: Settings, report: DoctorReport, *, call: bool) -> None:
    if not call:
        await Checks(settings, report).run()
        return
    secret = settings.secrets / "doctor"
    with report.step("permission") as found:
        if not secret.exists():
            raise Failed(f"{secret} does not exist", "the server creates it at its start: check that it runs")
        found.seen = "this user may read the doctor's secret"
    if report.passed:
        await TestCall(settings, report, secret.read_text().strip()).run()
