"""`./call24 audit run` on a running installation: it passes where all is well, and a fault makes it fail."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.support.product.stack import CHECKOUT
from tests.support.product.system import System
from tests.unit.doctor.test_self_audit import export


def audit(system: System, *words: str) -> tuple[int, dict[str, Any]]:
    command = [sys.executable, "-m", "call24.cli", "audit", *words, "--data", str(system.settings.data)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=CHECKOUT, timeout=120)
    assert not done.stderr, done.stderr
    return done.returncode, json.loads(done.stdout)


@pytest.fixture
def findings(system: System) -> Any:
    file = system.settings.data / "findings.csv"
    file.write_text(f"reviewed,{datetime.now(UTC):%Y-%m-%d}\n")
    yield file
    file.unlink(missing_ok=True)


def test_an_installation_that_is_well_passes_its_audit_and_one_with_an_open_key_does_not(
    system: System, findings: Path, tmp_path: Path
) -> None:
    now = datetime.now(UTC)
    files = [export(tmp_path / f"{name}.zip", name, modified=now) for name in ("PyPI", "npm")]
    words = ["run", "--json", *(word for file in files for word in ("--advisories", str(file)))]
    status, result = audit(system, *words, "--out", str(tmp_path / "result.json"))
    assert {name: one for name, one in result["checks"].items() if one["answer"] != "pass"} == {}
    assert (status, result["passed"]) == (0, True)
    assert len(result["checks"]) == 12
    assert str(system.settings.data) not in json.dumps(result)
    key = system.settings.secrets / "app.key"
    key.chmod(0o644)
    findings.unlink()
    try:
        status, again = audit(system, *words)
    finally:
        key.chmod(0o600)
    wrong = {name: one["answer"] for name, one in again["checks"].items() if one["answer"] != "pass"}
    assert (status, again["passed"], wrong) == (1, False, {"files": "fail", "findings": "unverified"})
    assert json.loads((tmp_path / "result.json").read_text()) == result
