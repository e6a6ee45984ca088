"""The systemd unit: as few rights as it needs, checked by systemd's own tool."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from call24.cli.__main__ import main
from call24.cli.systemd_unit import unit
from call24.kit.settings import Settings

CHECKOUT = Path(__file__).resolve().parents[3]
KEPT = CHECKOUT / "ops" / "systemd" / "call24.service"
WORDS = ["systemd-unit", "--checkout", "/opt/call24", "--data", "/var/lib/call24"]
MOST = 3.0
"""Of systemd's exposure level, from 0 to 10: above it a rule was lost."""


def analyze(*words: str) -> subprocess.CompletedProcess[str]:
    tool = shutil.which("systemd-analyze")
    if tool is None:
        pytest.skip("systemd-analyze is not on this machine")
    return subprocess.run([tool, *words], capture_output=True, text=True, timeout=60)


def test_the_unit_in_ops_is_what_the_command_prints(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(WORDS) == 0
    assert capsys.readouterr().out == KEPT.read_text()


def test_settings_are_in_its_command_and_folders_are_writable(tmp_path: Path) -> None:
    told = unit(
        Settings(data=Path("/srv/our calls"), http_port=8443, mail_from="100% <a@b>", webhooks_private=True),
        "calls", Path("/home/ops/call24"),
    ).splitlines()  # fmt: skip
    assert (
        'ExecStart=/home/ops/call24/call24 up --data "/srv/our calls" --http-port 8443 --mail-from "100%% <a@b>" '
        "--webhooks-private"
    ) in told
    assert 'ReadWritePaths="/srv/our calls"' in told
    assert {"User=calls", "ProtectHome=read-only", "NoNewPrivileges=yes", "CapabilityBoundingSet="} <= set(told)


@pytest.mark.parametrize("user", ["root", "a b", "x\nUser=root", "", "Ops"])
def test_root_and_what_is_no_user_is_refused(user: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*WORDS, "--user", user]) == 2
    assert "no user without rights of root" in capsys.readouterr().err


def test_systemd_takes_it(tmp_path: Path) -> None:
    there = tmp_path / "call24.service"
    there.write_text(unit(Settings(data=tmp_path / "data"), "daemon", CHECKOUT))
    done = analyze("verify", "--man=no", str(there))
    assert [line for line in done.stderr.splitlines() if "call24.service" in line] == []


def test_systemd_finds_few_rights_and_the_guide_names_the_score() -> None:
    done = analyze("security", "--offline=true", "--no-pager", str(KEPT))
    found = re.search(r"Overall exposure level for call24.service: ([0-9.]+)", done.stdout)
    assert found, done.stdout + done.stderr
    assert float(found[1]) <= MOST
    assert f"exposure level {found[1]}" in (CHECKOUT / "docs" / "guides" / "systemd.md").read_text()
