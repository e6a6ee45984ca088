"""The pure parts of the one-machine stack: templates, sums of changes, progress lines, timings, mirrors."""

import io
import json
import platform
import subprocess
from pathlib import Path

import pytest

from call24.installer import apt, asterisk_conf, asterisk_program, mongod
from call24.installer.child_processes import changes
from call24.installer.errors import StartError
from call24.installer.progress import ProgressBoard
from call24.installer.timing import Timing
from call24.kit.settings import Settings


def test_a_template_keeps_what_is_asterisks_own_and_fills_what_is_ours() -> None:
    filled = asterisk_conf.filled("Set(X=${EXTEN},${sip_host})\nbind={sip_host}\n", {"sip_host": "127.0.0.1"}, "x.conf")
    assert filled == "Set(X=${EXTEN},${sip_host})\nbind=127.0.0.1\n"


def test_a_template_with_an_unknown_name_stops_the_start() -> None:
    with pytest.raises(StartError, match=r"names \{colour\}"):
        asterisk_conf.filled("{colour}", {}, "x.conf")


def test_every_template_can_be_filled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALL24_ARI_USER", "u")
    monkeypatch.setenv("CALL24_ARI_PASSWORD", "p")
    values = asterisk_conf.placeholders(Settings(asterisk_ari="http://pbx:8088/ari"))
    templates = sorted(asterisk_conf.TEMPLATES.glob("*.conf"))
    assert len(templates) >= 5
    for template in templates:
        asterisk_conf.filled(template.read_text(), values, template.name)


def test_changed_content_has_another_sum() -> None:
    assert changes(b"one") == changes(b"one")
    assert changes(b"one") != changes(b"two")


def test_progress_says_what_how_far_and_how_long() -> None:
    out = io.StringIO()
    with ProgressBoard(out, live=False) as board, board.task("Asterisk") as task:
        task.step("downloading", 0, 113, "of 113 MB")
        task.step("downloading", 56, 113, "of 113 MB")
        assert "50% of 113 MB" in task.line()
        task.step("ready")
    lines = out.getvalue().splitlines()
    assert len(lines) == 3
    assert lines[-1].startswith(" ✓ Asterisk   ready (")


def test_progress_marks_what_failed() -> None:
    out = io.StringIO()
    with pytest.raises(StartError), ProgressBoard(out, live=False) as board, board.task("MongoDB") as task:
        task.step("downloading")
        raise StartError("no network")
    assert out.getvalue().splitlines()[-1].startswith(" ✗ MongoDB    downloading: failed")


def test_a_terminal_gets_one_redrawn_line_for_each_task() -> None:
    out = io.StringIO()
    with ProgressBoard(out, live=True) as board, board.task("A"), board.task("B") as task:
        task.step("ready")
    drawn = out.getvalue().rsplit("\x1b[2A", 1)[-1]
    assert drawn.count("\x1b[2K") == 2


def test_own_time_is_what_no_download_ran_in(tmp_path: Path) -> None:
    timing = Timing()
    timing._began -= 10.0
    for name, start, end in (("one", 0.0, 4.0), ("two", 2.0, 5.0)):
        timing._steps.append({"kind": "download", "what": name, "from_s": start, "s": end - start})
    timing.record(tmp_path / "times.json")
    figures = json.loads((tmp_path / "times.json").read_text())
    assert figures["download_s"] == 5.0
    assert figures["own_s"] == pytest.approx(5.0, abs=0.1)


DEB822 = """\
Types: deb
URIs: http://mirror.example/debian-security
Suites: trixie-security
Components: main

# our mirror
Types: deb
URIs: http://mirror.example/debian
Suites: trixie trixie-updates
Components: main
"""
LISTED = "# old\ndeb [arch=amd64 signed-by=/usr/share/x.gpg] https://mirror.example/debian trixie main\n"


@pytest.mark.parametrize(("name", "text"), [("debian.sources", DEB822), ("debian.list", LISTED)])
def test_the_mirror_is_the_machines_own(name: str, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / name).write_text(text)
    monkeypatch.setattr(apt, "SOURCES_PARTS", tmp_path)
    monkeypatch.setattr(apt, "SOURCES_LIST", tmp_path / "none")
    assert apt.mirror().endswith("://mirror.example/debian")


def test_a_machine_without_a_mirror_is_told_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apt, "SOURCES_PARTS", tmp_path)
    monkeypatch.setattr(apt, "SOURCES_LIST", tmp_path / "none")
    with pytest.raises(StartError, match="add one, or install Asterisk yourself"):
        apt.mirror()


def test_a_machine_without_debians_tools_is_told_so_before_anything_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(StartError) as caught:
        asterisk_program.check_machine()
    assert str(caught.value).startswith("Asterisk is not installed and cannot be fetched: apt-get is missing")
    assert "--asterisk-ari" in str(caught.value)


def test_a_machine_that_the_embedded_mongodb_does_not_run_on_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "aarch64")
    with pytest.raises(StartError, match=r"no embedded MongoDB for aarch64: .* give --mongodb its URI"):
        mongod.check_machine()


def test_apt_itself_bounds_the_age_of_package_lists_whatever_the_machine_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Debian's lists say that they are good for a week; Min-ValidTime makes that 180 days."""
    asked: list[list[str]] = []
    done = subprocess.CompletedProcess([], 100, "E: Release file for x is expired (invalid since 3d)", "")
    private = apt.PrivateApt(tmp_path / "apt", "testing")
    monkeypatch.setattr(apt, "mirror", lambda: "https://mirror.example/debian")
    monkeypatch.setattr(private, "_configuration", lambda: "")
    monkeypatch.setattr(subprocess, "run", lambda words, **_: asked.append(words) or done)
    with pytest.raises(StartError, match="are older than 180 days: check this machine's clock and its mirror"):
        private.update()
    [words] = asked
    assert {"Acquire::Check-Date=true", "Acquire::Check-Valid-Until=true", "Acquire::Min-ValidTime=15552000"} <= {
        *words
    }


@pytest.mark.parametrize("named", ["0", "-1", "x", "1e3"])
def test_an_age_of_package_lists_that_is_none_is_refused(named: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALL24_LISTS_MAX_AGE_DAYS", named)
    with pytest.raises(StartError, match="is not a number of days from 1 to 9999"):
        apt.lists_max_age_days()
