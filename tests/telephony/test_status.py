"""`./call24 status` on a real installation that runs, on one whose MongoDB hangs, and on one that does not run."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.support.product.command import command
from tests.support.product.stack import wait_for
from tests.support.product.system import System, running_system

from call24.kit.version import VERSION

PARTS = [
    "server", "mongodb", "asterisk", "calls", "trunks", "journal", "readers", "apps", "messages", "traces",
    "machine", "disk", "certificates", "retention", "self_audit", "bans", "toll_fraud", "backups",
]  # fmt: skip
PROCESSES = {"server", "asterisk", "mongod", "sip edge"}


@pytest.fixture(scope="module")
def own() -> Iterator[System]:
    with running_system() as running:
        yield running


def status(system: System, *more: str) -> tuple[int, str]:
    done = command("status", "--data", str(system.settings.data), *more)
    assert not done.stderr, done.stderr
    return done.returncode, done.stdout


def parts(system: System) -> dict[str, dict[str, Any]]:
    return {part["name"]: part for part in json.loads(status(system, "--json")[1])["parts"]}


def test_each_part_of_a_running_one_is_told(own: System) -> None:
    wait_for(lambda: "last sweep" in parts(own)["retention"]["seen"], 90)
    code, said = status(own, "--json")
    told = json.loads(said)
    assert [part["name"] for part in told["parts"]] == PARTS
    assert (told["version"], told["schema"]) == (VERSION, 2)
    assert re.match(r"\d+\.\d+\.\d+", told["mongodb_version"])
    assert told["asterisk_version"].startswith("22.")
    found = {part["name"]: part for part in told["parts"]}
    assert {name for name, part in found.items() if part["state"] == "unknown"} - {"machine"} == {"backups"}
    assert found["self_audit"]["seen"] == "there was none"
    assert "0 of " in found["calls"]["seen"]
    wait_for(lambda: parts(own)["machine"]["state"] != "unknown", 30)  # a busy machine may be late to say so
    assert set(re.findall(r"; (\w[\w ]*?) \d+ % of one", parts(own)["machine"]["seen"])) == PROCESSES
    assert (code, told["state"]) == (1, "look")  # there was no self-audit
    words = [sys.executable, "-m", "call24.cli", "status", "--data", str(own.settings.data)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60)
    code, table = done.returncode, done.stdout
    assert (code, done.stderr) == (1, "")
    assert f"ok     asterisk      version {told['asterisk_version']}\n" in table
    assert "LOOK   self audit    there was none\n" + " " * 21 + "-> run ./call24 audit run\n" in table


@pytest.mark.long(
    "unit/metrics/test_status_rules.py::test_a_backup_that_is_old_is_told_and_in_the_first_two_days_none_is_missed"
)
def test_a_backup_is_known_when_it_was_made(own: System, tmp_path: Path) -> None:
    words = [sys.executable, "-m", "call24.cli", "backup", "make", str(tmp_path / "backups")]
    made = subprocess.run(
        [*words, "--data", str(own.settings.data)],
        env={**os.environ, "CALL24_BACKUP_PASSPHRASE": "five words by chance here"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert made.returncode == 0, made.stderr
    [instant] = re.findall(r"of (\d{4}-\d\d-\d\d \d\d:\d\d)", made.stdout)
    told = parts(own)["backups"]
    assert told["state"] == "ok"
    assert instant in told["seen"].replace("T", " ")


def test_nobody_without_the_operators_secret_is_told(own: System) -> None:
    for headers in ({}, {"X-Call24-Operator": "guessed"}):
        answer = httpx.get(f"{own.base_url}/v1/internal/status", headers=headers, verify=False)
        assert answer.status_code == 403
        assert "version" not in answer.text
    for place in ("/health/live", "/health/ready"):
        assert VERSION not in httpx.get(f"{own.base_url}{place}", verify=False).text


@pytest.mark.long("unit/metrics/test_status_rules.py::test_what_is_not_well_is_told_with_what_to_do")
def test_a_database_that_hangs_is_told_and_the_rest_is(own: System) -> None:
    with own.stopped("mongod"):
        wait_for(lambda: parts(own)["mongodb"]["state"] == "wrong", 30)
        code, said = status(own)
        assert code == 2
        assert "WRONG  mongodb       away\n" + " " * 21 + "-> see docs/runbooks/mongodb-away.md\n" in said
        assert parts(own)["asterisk"]["state"] == "ok"
    wait_for(lambda: parts(own)["mongodb"]["state"] == "ok", 30)


def test_the_doctor_tells_what_the_server_does_not_call_well(own: System) -> None:
    words = [sys.executable, "-m", "call24.cli", "doctor", "--data", str(own.settings.data), "--json"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=90)
    found = {one["name"]: one for one in json.loads(done.stdout)["findings"]}
    assert found["status"]["state"] == "warn"
    assert found["status"]["seen"] == "self audit: there was none"
    assert found["status"]["advice"] == "run ./call24 audit run"


def test_of_one_that_does_not_run_the_data_folder_tells(own: System) -> None:
    own.stop()
    code, said = status(own)
    assert code == 2
    assert said.startswith(f"WRONG  server        does not run on {own.settings.data}\n")
    assert f"-> start it: ./call24 up --data {own.settings.data}" in said
    assert f"ok     data          schema 2, last started by version {VERSION}\n" in said
