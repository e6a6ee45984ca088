"""The doctor's checks as operators in the app run them: a program of its own, one at a time, for so long at most."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.support.clock import StillClock
from tests.support.wait import wait_until

from call24.doctor import check_runs
from call24.doctor.check_names import CHECKS, ON_THE_PAGE, name_of
from call24.doctor.check_runs import CheckRun, CheckRuns
from call24.doctor.checks import Checks
from call24.doctor.report import CheckResult, DoctorReport
from call24.installer.api_client import ApiAnswer
from call24.kit.settings import Settings

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)


def test_the_app_knows_the_checks_of_the_command_but_for_what_its_page_shows_itself() -> None:
    every = Checks(Settings(), DoctorReport(as_json=True)).every()
    assert ("installation", *(name_of(name) for name in every if name not in ON_THE_PAGE)) == CHECKS
    assert set(ON_THE_PAGE) < set(every)


async def test_the_program_is_run_once_for_all_and_what_it_found_is_kept(tmp_path: Path) -> None:
    clock = StillClock(NOW)
    runs = CheckRuns(tmp_path, clock)
    assert runs.newest is None
    run = runs.start()
    assert runs.start() is run and (run.state, run.started_at, run.ended_at) == ("running", NOW, None)
    await wait_until(lambda: run.state != "running", 90)
    assert (run.state, run.ended_at, run.names, run.at_work) == ("done", NOW, CHECKS, None)
    [found] = run.findings  # nothing runs on this folder
    assert (found.name, found.state) == ("installation", "fail")
    assert "./call24 up" in found.advice
    assert runs.newest is run
    again = runs.start()
    assert again is not run and again.findings == []
    await runs.close()


async def test_a_run_that_takes_too_long_is_ended_with_its_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[asyncio.subprocess.Process] = []
    real = asyncio.create_subprocess_exec

    async def noted(*words: Any, **more: Any) -> asyncio.subprocess.Process:
        started.append(await real(*words, **more))
        return started[-1]

    monkeypatch.setattr(asyncio, "create_subprocess_exec", noted)
    monkeypatch.setattr(check_runs, "TIMEOUT_S", 0.01)
    runs = CheckRuns(tmp_path, StillClock(NOW))
    run = runs.start()
    await wait_until(lambda: run.state != "running", 90)
    assert (run.state, run.findings) == ("cut_off", [])
    assert [one.returncode for one in started] in ([-9], [])  # killed, or never begun
    monkeypatch.setattr(check_runs, "TIMEOUT_S", 20.0)
    cut = runs.start()
    await wait_until(lambda: len(started) > 0 and cut.names != (), 90)
    await runs.close()  # the server ends
    assert started[-1].returncode == -9 and cut.state == "failed"


async def test_a_program_that_cannot_be_run_or_says_something_else_has_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for program in ("call24.doctor.nothing", "this"):  # one that is not there, and one that writes a poem
        monkeypatch.setattr(check_runs, "PROGRAM", program)
        run = CheckRuns(tmp_path, StillClock(NOW)).start()
        await wait_until(lambda one=run: one.state != "running", 90)  # type: ignore[misc]
        assert (run.state, run.findings) == ("failed", [])


def test_the_check_under_way_is_the_first_that_has_no_finding() -> None:
    run = CheckRun(started_at=NOW)
    assert run.at_work is None
    run.take(b'{"checks": ["installation", "python", "disk"]}')
    assert run.at_work == "installation"
    run.take(b'{"name": "installation", "state": "pass", "seen": "/srv", "advice": "", "at_s": 0.0, "took_s": 0.1}')
    assert run.at_work == "python"
    for wrong in (b"nonsense", b'{"name": "else", "state": "pass", "seen": "", "advice": "", "took_s": 0}'):
        with pytest.raises(ValueError):
            run.take(wrong)


async def test_the_app_is_told_of_no_organisation_and_of_no_error_in_its_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command, on the machine, is."""
    settings = Settings(data=tmp_path)
    settings.secrets.mkdir(parents=True)
    (settings.secrets / "operator").write_text("secret")
    rows = [
        {"name": "Acme Ltd", "calls": 1, "refused": 3, "limit": 4},
        {"name": "B", "calls": 0, "refused": 2, "limit": 1},
    ]

    async def told(*_: Any, **__: Any) -> ApiAnswer:
        return ApiAnswer(200, {"items": rows}, {})

    async def wrong(_: CheckResult) -> None:
        raise ValueError("of Acme Ltd")

    for names, expected in ((True, "Acme Ltd: 3, limit 4; B: 2, limit 1"), (False, "5, of 2 organisations")):
        report = DoctorReport(as_json=True)
        checks = Checks(settings, report, names=names)
        monkeypatch.setattr(checks.api, "ask", told)
        monkeypatch.setattr(checks, "every", lambda one=checks: {"lines": one.lines, "python": wrong})
        await checks.run()
        assert report.findings[0].seen == f"calls refused for want of lines since the server started: {expected}"
        assert report.findings[1].seen == ("ValueError: of Acme Ltd" if names else "ValueError")
