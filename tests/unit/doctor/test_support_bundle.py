"""The support bundle: what is in it, and that it is shown before it is written."""

from __future__ import annotations

import json
import stat
import sys
import zipfile
from pathlib import Path

import pytest

from call24.cli.__main__ import main
from call24.doctor import support_bundle
from call24.doctor.redaction import Redaction
from call24.kit.settings import Settings


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """An installation that nobody started, with a log; the doctor is quick."""
    made = Settings.on_ports(
        tmp_path / "data", 13000, public_address="zebulon.example.org", mongodb="mongodb://quimby/?tls=true"
    )
    made.save(made.run / "settings.json")
    made.log.mkdir()
    (made.log / "server.log").write_text("2026-11-28T09:58:15.123Z INFO call24.server user Zebulon signed in\n")
    folder = made.recordings / "ten_01jabcdefghjkmnpqrstvwxyz0"
    folder.mkdir(parents=True)
    (folder / "rec_zebulon.wav").write_bytes(b"x" * 1000)

    async def none(*_: object) -> dict[str, object]:
        return {"finished": True, "findings": []}

    monkeypatch.setattr(support_bundle, "found", none)
    return made


def test_of_settings_that_name_somebody_it_says_only_that_they_are_set(settings: Settings) -> None:
    told = support_bundle.shown(settings)
    assert (told["http_port"], told["rtp_ports"], told["trunks_private"]) == (13000, [13100, 13899], False)
    assert (told["public_address"], told["mongodb"], told["mail_from"], told["smtp"]) == ("set", "set", "default", None)


def test_files_are_counted_by_the_names_of_the_data_map(settings: Settings) -> None:
    told = support_bundle.sizes(settings.data)
    assert told["complete"] is True
    assert {"kind": "recordings/{tenant_id}/*", "files": 1, "bytes": 1000} in told["kinds"]
    assert "ten_01" not in json.dumps(told) and "zebulon" not in json.dumps(told)


def test_no_more_files_are_counted_than_the_bound(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(support_bundle, "MOST_FILES", 1)
    told = support_bundle.sizes(settings.data)
    assert told["complete"] is False and sum(kind["files"] for kind in told["kinds"]) == 1


def test_only_the_last_whole_lines_of_a_log_are_taken(tmp_path: Path) -> None:
    log = tmp_path / "server.log"
    log.write_text("".join(f"line {number % 1000}\n" for number in range(60_000)))
    lines = support_bundle.last_lines(log, Redaction({"line"})).splitlines()
    assert (len(lines), lines[-1], lines[0]) == (500, "line 999", "line 500")


def test_a_log_that_cannot_be_read_does_not_stop_the_others(tmp_path: Path) -> None:
    told = support_bundle.last_lines(tmp_path / "server.log", Redaction({"line"}))
    assert told == "cannot be read: No such file or directory\n"


def test_it_is_shown_and_nothing_is_written_without_a_file(
    settings: Settings, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    before = set(tmp_path.rglob("*"))
    assert main(["support-bundle", "--data", str(settings.data)]) == 0
    said = capsys.readouterr().out
    assert "bytes  log/server.log" in said and "bytes  settings.json" in said and "signed in" not in said
    assert main(["support-bundle", "--data", str(settings.data), "--show"]) == 0
    said = capsys.readouterr().out
    assert "user <...> signed in" in said and '"http_port": 13000' in said
    assert "Zebulon" not in said and "zebulon" not in said and "quimby" not in said
    assert set(tmp_path.rglob("*")) == before


def test_what_was_shown_is_what_is_written_for_its_owner_alone(
    settings: Settings, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    out = tmp_path / "bundle.zip"
    assert main(["support-bundle", "--data", str(settings.data), "--out", str(out), "--yes", "--show"]) == 0
    said = capsys.readouterr().out
    with zipfile.ZipFile(out) as archive:
        names = archive.namelist()
        assert all(archive.read(name).decode() in said for name in names)
    assert names == ["README.txt", "versions.json", "settings.json", "doctor.json", "sizes.json", "log/server.log"]
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert main(["support-bundle", "--data", str(settings.data), "--out", str(out)]) == 2
    assert "exists: name another file" in capsys.readouterr().err


def test_on_a_terminal_it_asks_before_it_writes(
    settings: Settings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    out = tmp_path / "bundle.zip"
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda _: "")
    assert main(["support-bundle", "--data", str(settings.data), "--out", str(out)]) == 0
    assert "Nothing was written." in capsys.readouterr().out and not out.exists()
