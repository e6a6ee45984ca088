"""The systemd unit: as few rights as it needs, checked by systemd's own tool."""

from __future__ import annotations

import argparse
import importlib
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from call24.cli.__main__ import main
from call24.cli.systemd_unit import unit
from call24.kit.settings import Settings

CHECKOUT = Path(__file__).resolve().parents[3]
OPS = CHECKOUT / "ops" / "systemd"
GUIDE = CHECKOUT / "docs" / "guides" / "systemd.md"
WORDS = ["systemd-unit", "--checkout", "/opt/call24", "--data", "/var/lib/call24"]
UNITS = {
    "call24.service": [],
    "call24-pbx.service": ["pbx", "--sip-host", "0.0.0.0", "--public-address", "pbx.example.net"],
    "call24-node.service": ["node", "--http-port", "8025"],
    "call24-backup.service": ["backup"],
    "call24-backup.timer": ["backup-timer"],
    "call24-follow.service": ["backup-follow"],
}
SERVICES = [name for name in UNITS if name.endswith(".service")]
MOST = 3.0
"""Of systemd's exposure level, from 0 to 10: above it a rule was lost."""


def analyze(*words: str) -> subprocess.CompletedProcess[str]:
    tool = shutil.which("systemd-analyze")
    if tool is None:
        pytest.skip("systemd-analyze is not on this machine")
    return subprocess.run([tool, *words], capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("name", UNITS)
def test_the_unit_in_ops_is_what_the_command_prints(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*WORDS, *UNITS[name]]) == 0
    assert capsys.readouterr().out == (OPS / name).read_text()


def test_there_are_no_other_units_in_ops() -> None:
    assert {file.name for file in OPS.iterdir()} == set(UNITS)


@pytest.mark.parametrize("name", SERVICES)
def test_a_units_command_is_one_that_the_command_line_takes(name: str, tmp_path: Path) -> None:
    [start] = re.findall(r"^ExecStart=/opt/call24/call24 (.*)$", (OPS / name).read_text(), re.MULTILINE)
    verb, *words = shlex.split(start)
    parser = argparse.ArgumentParser(allow_abbrev=False)
    importlib.import_module(f"call24.cli.{verb}").add_flags(parser)
    assert Path(parser.parse_args(words).data) == Path("/var/lib/call24")


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


def test_backups_are_written_to_their_folder_and_sealed_with_their_file(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["backup", "--backups", "/srv/our backups", "--passphrase-file", "/etc/call24/words"]
    assert main([*WORDS, *words]) == 0
    told = capsys.readouterr().out.splitlines()
    assert {
        "Type=oneshot",
        'ExecStart=/opt/call24/call24 backup make --data /var/lib/call24 "/srv/our backups" '
        "--passphrase-file /etc/call24/words",
        'ReadWritePaths=/var/lib/call24 "/srv/our backups"',
        'RequiresMountsFor=/var/lib/call24 "/srv/our backups"',
    } <= set(told)
    assert "[Install]" not in told, "the timer starts it"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["pbx", "--http-port", "8443"], "--http-port: `pbx` has no such flag"),
        (["backup", "--sip-port", "5070"], "--sip-port: `backup make` has no such flag"),
        (["node"], "--http-port: a node needs its own port"),
        (["--listen", "0.0.0.0:8424"], "--listen: only `pbx` has this flag"),
    ],
)
def test_a_flag_that_its_command_does_not_take_is_refused(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*WORDS, *words]) == 2
    assert said in capsys.readouterr().err


def test_a_debian_packages_program_is_named_by_the_link_that_upgrades_move(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for version in ("one", "two"):
        (tmp_path / "versions" / version).mkdir(parents=True)
    (tmp_path / "current").symlink_to("versions/two")

    def command(version: str) -> str:
        monkeypatch.setattr(sys, "prefix", str(tmp_path / "versions" / version))
        [line] = re.findall(
            r"^ExecStart=(\S+) backup", unit(Settings(data=Path("/d")), "u", None, "backup"), re.MULTILINE
        )
        return str(line)

    assert command("two") == f"{tmp_path}/current/bin/call24"
    assert command("one") == f"{tmp_path}/versions/one/bin/call24"


@pytest.mark.parametrize("user", ["root", "a b", "x\nUser=root", "", "Ops"])
def test_root_and_what_is_no_user_is_refused(user: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*WORDS, "--user", user]) == 2
    assert "no user without rights of root" in capsys.readouterr().err


def test_systemd_takes_them(tmp_path: Path) -> None:
    """With a program that is there."""
    for name in UNITS:
        text = (OPS / name).read_text().replace("/opt/call24", str(CHECKOUT)).replace("User=call24", "User=daemon")
        (tmp_path / name).write_text(text)
    done = analyze("verify", "--man=no", *(str(tmp_path / name) for name in UNITS))
    assert [line for line in done.stderr.splitlines() if "call24" in line] == []


def test_systemd_finds_few_rights_and_the_guide_names_the_scores() -> None:
    done = analyze("security", "--offline=true", "--no-pager", *(str(OPS / name) for name in SERVICES))
    found = dict(re.findall(r"Overall exposure level for (\S+): ([0-9.]+)", done.stdout))
    assert set(found) == set(SERVICES), done.stdout + done.stderr
    guide = GUIDE.read_text()
    for name, score in found.items():
        assert float(score) <= MOST
        assert re.search(rf"^\| `{name}` \|.*\| {score} \|$", guide, re.MULTILINE), (name, score)


def test_the_timer_starts_a_backup_once_each_night() -> None:
    told = analyze("calendar", "--iterations=2", "--base-time=2026-12-01 12:00 UTC", _on_calendar()).stdout
    assert re.findall(r"(?:Next elapse|Iteration #2): \w+ (\S+)", told) == ["2026-12-02", "2026-12-03"], told


def _on_calendar() -> str:
    [when] = re.findall(r"^OnCalendar=(.*)$", (OPS / "call24-backup.timer").read_text(), re.MULTILINE)
    return str(when)
