"""The doctor's checks over HTTP, for operators of the installation in the app."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from tests.support.http.api import Api, Organisation
from tests.support.http.operating import named, operating, with_mfa
from tests.support.wait import wait_until

from call24.audit.model import StoredAuditEntry
from call24.doctor.check_names import CHECKS as NAMES
from call24.doctor.check_runs import CheckRun, CheckRuns

CHECKS = "/v1/installation/checks"
FOUND = {"state": "warn", "seen": "3.2 GB free", "advice": "plan for more disk space", "took_s": 0.5}


async def test_an_operator_runs_the_checks_and_every_operator_sees_what_they_found(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    goes_on, begun = asyncio.Event(), 0

    async def program(_: CheckRuns, run: CheckRun) -> int:
        """In place of the real one, which tests/unit/doctor/test_check_runs.py runs."""
        nonlocal begun
        begun += 1
        run.take(json.dumps({"checks": NAMES}).encode())
        for name in NAMES[:2]:
            run.take(json.dumps({"name": name, **FOUND}).encode())
        await goes_on.wait()
        return 0

    monkeypatch.setattr(CheckRuns, "_program", program)
    acme, _ = await operating(api)
    other = await api.organisation("Other")
    await with_mfa(api, other, "supervisor")
    assert (await named(api, other.emails["supervisor"])).status_code == 200
    never = {"state": "never", "started_at": None, "ended_at": None, "at_work": None, "checks": 0, "findings": []}
    assert await read(acme) == never
    assert (await other.call("owner", "POST", CHECKS)).json()["code"] == "operator_only"
    assert await read(acme) == never
    first = await acme.call("agent", "POST", CHECKS)
    assert (first.status_code, first.json()["state"]) == (202, "running")

    async def two_are_done() -> bool:
        return len((await read(acme))["findings"]) == 2

    await wait_until(two_are_done, 20)
    shown = await read(acme)
    assert (shown["state"], shown["at_work"], shown["checks"], shown["ended_at"]) == ("running", "disk", 25, None)
    api.clock.advance(seconds=3)
    joined = await other.call("supervisor", "POST", CHECKS)
    assert (joined.status_code, joined.json()) == (202, shown) and begun == 1
    goes_on.set()

    async def over() -> bool:
        return bool((await read(acme))["state"] == "done")

    await wait_until(over, 20)
    found = await read(acme)
    assert found == await read(other, "supervisor")
    assert found["started_at"] < found["ended_at"] and found["findings"][1] == {"name": "python", **FOUND}
    await api.services.audit.settle()
    for of, role in ((acme, "agent"), (other, "supervisor")):
        lines = await api.mongo.tenant(of.tenant.id).collection(StoredAuditEntry).find({"action": f"POST {CHECKS}"})
        assert [one.actor_id for one in lines if one.status == 202] == [of.users[role]]


async def read(acme: Organisation, role: str = "agent") -> dict[str, Any]:
    answer = await acme.call(role, "GET", CHECKS)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found
