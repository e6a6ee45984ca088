"""What whoever runs the machine asks at its command line, beside the running server.

`./call24 organisation`: further organisations are made; their owners sign in at once. `./call24 audit verify`: whether
the audit log is as it was written.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pymongo
import pytest
from tests.support.product.command import command
from tests.support.product.stack import CHECKOUT
from tests.support.product.system import PASSWORD, System, sign_in

from call24.kit.settings import DATABASE

EMAIL = "ola@second.example"


def _command(system: System, email: str, password: str) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-m", "call24.cli", "organisation", "Second", "--name", "Ola Owner", "--email", email]
    words += ["--data", str(system.settings.data)]
    return subprocess.run(words, input=f"{password}\n", capture_output=True, text=True, cwd=CHECKOUT, timeout=60)


async def test_a_further_organisation_and_its_owner_are_made_by_the_operator(system: System) -> None:
    done = _command(system, EMAIL, PASSWORD)
    assert (done.returncode, done.stderr) == (0, "")
    assert EMAIL in done.stdout
    assert PASSWORD not in done.stdout
    async with httpx.AsyncClient(base_url=system.base_url, verify=False) as http:
        http.headers["Authorization"] = f"Bearer {await sign_in(http, EMAIL)}"
        me = (await http.get("/v1/me")).json()
    assert (me["tenant"]["name"], me["user"]["role"]) == ("Second", "owner")


async def test_numbers_domains_and_networks_are_granted_and_released_by_the_operator(system: System) -> None:
    def grant(*words: str) -> tuple[int, str]:
        done = command("grant", *words, "--data", str(system.settings.data))
        return done.returncode, done.stdout + done.stderr

    async with system.organisation("Granted") as org:
        whose = (org.tenant_id, "--number", "+", "--domain", "*", "--network", "*")
        said = f"{org.tenant_id}  numbers none; domains none; networks none  Granted\n"
        assert grant(*whose, "--release") == (0, said)
        wish = {"number": "+442079460778", "trunk_id": org.trunk_id, "queue_id": org.queue_id}
        refused = await org.http.post("/v1/numbers", json=wish)
        assert (refused.status_code, refused.json()["code"]) == (403, "number_not_granted")
        said = f"{org.tenant_id}  numbers +44207946077; domains acme.example; networks 203.0.113.0/24  Granted\n"
        trunk = {"name": "T", "addresses": ["203.0.113.7"]}
        refused = await org.http.post("/v1/trunks", json=trunk)
        assert (refused.status_code, refused.json()["code"]) == (403, "network_not_granted")
        words = ("--number", "+44207946077", "--domain", "Acme.example", "--network", "203.0.113.7/24")
        assert grant(org.tenant_id, *words) == (0, said)
        assert (await org.http.post("/v1/trunks", json=trunk)).status_code == 201
        assert said in grant()[1]
        assert (await org.http.post("/v1/numbers", json=wish)).status_code == 201
        code, text = grant(org.tenant_id, "--number", "0207")
        assert code == 1 and len(text.strip().splitlines()) == 1


def test_what_cannot_be_made_is_said_in_one_line_and_leaves_nothing(system: System) -> None:
    done = _command(system, "short@second.example", "short")
    assert done.returncode == 1
    assert done.stderr.startswith("call24: ")
    assert len(done.stderr.strip().splitlines()) == 1


def test_without_the_secret_nobody_makes_an_organisation(system: System) -> None:
    wish = {"organisation": "Third", "name": "Thea", "email": "thea@third.example", "password": PASSWORD}
    for headers in ({}, {"X-Call24-Operator": "guess"}):
        answer = httpx.post(
            f"{system.base_url}/v1/internal/organisations", json=wish, headers=headers, verify=False, timeout=10
        )
        assert answer.status_code == 403


def _export(system: System, *words: str) -> subprocess.CompletedProcess[bytes]:
    started = [sys.executable, "-m", "call24.cli", "export", "calls", "--data", str(system.settings.data), *words]
    return subprocess.run(started, capture_output=True, cwd=system.settings.data, timeout=60)


async def test_calls_are_exported_to_standard_output_and_the_progress_beside_it(system: System) -> None:
    async with system.organisation("Piped") as org:
        days = ("--from", "2026-11-01", "--to", "2026-11-02", "--out", "-")
        done = _export(system, "--organisation", org.tenant_id, *days)
        assert (done.returncode, done.stdout.splitlines()[0].split(b",")[0]) == (0, b"\xef\xbb\xbfcall"), done.stderr
        assert done.stderr.splitlines()[-1] == b"0 calls were written"
        assert not (system.settings.data / "-").exists()
        assert not [file for file in system.settings.run.iterdir() if file.is_dir()]


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("2026-02-30", "2026-03-01", "'2026-02-30' is not a day: write it as YYYY-MM-DD, for example 2026-11-30"),
        ("20260301", "2026-03-02", "'20260301' is not a day: write it as YYYY-MM-DD, for example 2026-11-30"),
        ("2026-03-02", "2026-03-01", "--to: 2026-03-01 is before --from 2026-03-02: swap them"),
    ],
)
def test_days_that_are_none_are_wrong_usage(system: System, first: str, last: str, said: str) -> None:
    words = ("--organisation", "x", "--from", first, "--to", last, "--out", "calls.csv")
    done = command("export", "calls", "--data", str(system.settings.data), *words)
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].endswith(said)


def _verify(data: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-m", "call24.cli", "audit", "verify", "--data", str(data)]
    env = {**os.environ, **environment}
    return subprocess.run(words, capture_output=True, text=True, cwd=CHECKOUT, timeout=60, env=env)


async def test_the_audit_log_is_verified_while_the_server_writes_it(system: System) -> None:
    async with system.organisation("Audited") as acme:
        lines = (await acme.http.get("/v1/audit")).json()["items"]
        assert len(lines) > 2
        whole = _verify(system.settings.data)
        with pymongo.MongoClient[dict[str, Any]](system.settings.mongodb_uri()) as client:
            kept, line = client[DATABASE]["audit"], {"tenant_id": acme.tenant_id, "seq": 2}
            before = kept.find_one_and_update(line, {"$set": {"status": 299}})
            broken = _verify(system.settings.data)
            assert before is not None
            kept.update_one(line, {"$set": {"status": before["status"]}})
    assert (whole.returncode, whole.stderr) == (0, "")
    assert re.search(rf"^{acme.tenant_id}: \d+ lines, whole$", whole.stdout, re.MULTILINE), whole.stdout
    assert (broken.returncode, broken.stderr) == (1, "")
    assert re.search(rf"^{acme.tenant_id}: \d+ lines, line 2: \S", broken.stdout, re.MULTILINE), broken.stdout


@pytest.mark.long("unit/cli/test_cli.py::test_a_verb_that_looks_at_an_installation_says_when_there_is_none")
def test_an_audit_log_that_cannot_be_read_is_said_in_one_line(system: System, tmp_path: Path) -> None:
    away = _verify(system.settings.data, CALL24_MONGODB_URI="mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=300")
    nothing = _verify(tmp_path)
    assert (away.returncode, nothing.returncode) == (1, 2)
    for done in (away, nothing):
        assert done.stderr.startswith("call24: ") and done.stderr.count("\n") == 1


def _quota(system: System, *words: str) -> subprocess.CompletedProcess[str]:
    return command("quota", *words, "--data", str(system.settings.data))


async def test_an_organisation_has_as_many_calls_as_the_operator_allows_and_the_next_hears_503(system: System) -> None:
    async with (
        system.organisation("Flooded", greeting="greeting") as flooded,
        system.organisation("Quiet", address="127.0.0.2") as quiet,
    ):
        done = _quota(system, flooded.tenant_id, "2")
        assert (done.returncode, done.stderr) == (0, "")
        assert f"{flooded.tenant_id}  0 of 2 calls (set by the operator), 0 refused  Flooded" in done.stdout
        for call in [await flooded.dial() for _ in range(2)]:
            await call.answered(5)
        ends = [await call.ended(5) for call in [await flooded.dial() for _ in range(3)]]
        assert [(end.by, end.status, end.cause) for end in ends] == [("them", 503, 34)] * 3
        await (await quiet.dial()).answered(5)
        assert f"{flooded.tenant_id}  2 of 2 calls (set by the operator), 3 refused  Flooded" in _quota(system).stdout
        assert "was refused (over_quota)" in system.log("server")
        done = _quota(system, flooded.tenant_id, "default")
        assert "of 160 calls (the default)" in done.stdout
        await (await flooded.dial()).answered(5)
        for org in (flooded, quiet):
            for customer in org.customers:
                customer.close()


def test_a_quota_that_cannot_be_set_is_said_in_one_line(system: System) -> None:
    for words in (("ten_nobody", "3"), ("ten_nobody",), ("ten_nobody", "many")):
        done = _quota(system, *words)
        assert done.returncode != 0
        assert done.stderr and "Traceback" not in done.stderr
