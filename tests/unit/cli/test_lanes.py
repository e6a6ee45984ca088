"""The lanes of `./call24 test`: all of every lane has run and passed, or the closing line and the status say so."""

import errno
import json
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from call24.cli import lanes, parts, second_tries
from call24.cli.lanes import STAGES, Counts, Lane, Result, Stage, closing_line, run_all
from call24.installer.paths import CHECKOUT

PASSES = "def test_one(): ...\ndef test_two(): ...\n"
FIRST, SECOND = Lane(("first",)), Lane(("second", "third"))


@pytest.fixture(autouse=True)
def bare_pytest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its plugins take most of the time of such small runs."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")


def suite(root: Path, **folders: str) -> Path:
    for name, text in folders.items():
        (root / "tests" / name).mkdir(parents=True)
        (root / "tests" / name / f"test_{name}.py").write_text(text)
    return root


def test_every_test_is_in_one_lane() -> None:
    files = {file.relative_to(CHECKOUT).as_posix() for file in (CHECKOUT / "tests").glob("*/**/test_*.py")}
    files -= {file for file in files if file.startswith("tests/campaigns/")}  # `./call24 test --campaign NAME`
    ran = {lane: files_of(lane) for stage in STAGES for lane in stage}
    assert sorted(file for lane in ran if not lane.exact for file in ran[lane]) == sorted(files)
    marked = {file for file in files if parts.EXACT in (CHECKOUT / file).read_text()}
    marked -= {file for lane in ran if lane.exact is None for file in ran[lane]}  # those have tests of all marks
    assert len(marked) > 5
    assert sorted(file for lane in ran if lane.exact for file in ran[lane]) == sorted(marked)


def files_of(lane: Lane) -> list[str]:
    found = []
    for name in lanes._chosen(CHECKOUT, lane):
        at = CHECKOUT / name
        found += [at] if at.is_file() else at.rglob("test_*.py")
    return [file.relative_to(CHECKOUT).as_posix() for file in found]


def test_files_are_dealt_out_by_how_long_they_took() -> None:
    took = {"a": 10.0, "b": 6.0, "c": 5.0, "new": 0.5}
    assert parts.divided(["c", "new", "b", "a"], took, 2) == [["a", "new"], ["b", "c"]]
    assert parts.divided(["b", "a"], {"a": 0.0, "b": 0.0}, 3) == [["a", "b"], [], []]
    assert parts.divided(["c", "new", "b", "a"], took, 2, last_has_s=12.0) == [["a", "b", "new"], ["c"]]


def test_short_parts_have_a_fifth_of_another() -> None:
    took = dict.fromkeys("abcdefghijkl", 10.0)
    assert parts.divided(list(took), took, 4, short=2) == [["i"], ["j"], list("acegk"), list("bdfhl")]
    assert parts.divided(list(took), took, 4, 50.0, short=2) == [["h", "l"], ["i"], list("abcdefj"), ["g", "k"]]


def test_a_lane_begins_when_one_of_those_that_run_has_ended(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each test notes when it begins and ends; the first lasts until the third has ended."""
    text = """
import os, time
from pathlib import Path

def test_it():
    with open("lasts.txt", "a") as noted:
        noted.write(f"{WHO} begins\\n")
    until = time.monotonic() + 30
    while WHO == "first" and "third ends" not in Path("lasts.txt").read_text() and time.monotonic() < until:
        time.sleep(0.05)
    with open("lasts.txt", "a") as noted:
        noted.write(f"{WHO} ends\\n")
"""
    names = ("first", "second", "third")
    suite(tmp_path, **{name: f"WHO = {name!r}\n{text}" for name in names})
    monkeypatch.setattr(lanes, "AT_ONCE", 2)
    assert run_all(tmp_path, (tuple(Lane((name,)) for name in names),)) == 0
    assert capfd.readouterr().out.splitlines()[-1].startswith("3 passed in ")
    noted = (tmp_path / "lasts.txt").read_text().splitlines()
    assert noted.index("second ends") < noted.index("third begins") < noted.index("first ends")


def test_what_exact_tests_take_is_not_counted_for_the_lanes_that_leave_them_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CALL24_LANES_OUT", str(tmp_path / "times.json"))
    counts = {True: Counts(1, 0, 0, files={"a": 9.0, "b": 8.0}), False: Counts(1, 0, 0, files={"a": 2.0})}
    lanes._keep_times([Result(Lane(("calls",), exact=exact), 0, counts[exact]) for exact in counts], 9)
    assert json.loads((tmp_path / "times.json").read_text())["files"] == {"a": 2.0, "b": 0.0}


def test_files_that_share_what_takes_long_to_start_stay_together_as_far_as_a_part_has_room() -> None:
    took = dict.fromkeys("abcdef", 10.0)
    shared = {"a": "doomed", "d": "doomed", "f": "doomed"}
    assert parts.divided(list("abcdef"), took, 2, together=shared) == [["a", "d", "f"], ["b", "c", "e"]]
    assert parts.divided(list("abcdef"), took, 3, together=shared) == [["a", "d"], ["b", "e"], ["c", "f"]]
    assert parts.divided(list("abcdef"), took, 2, last_has_s=60.0, together=shared)[1] == []


def test_what_a_file_shares_is_read_from_it(tmp_path: Path) -> None:
    said = {
        "a": 'pytestmark = pytest.mark.shares_stack("server")',
        "b": "def test_b(system: System) -> None: ...",
        "c": "def test_c(doomed: System) -> None: ...",
        "d": 'pytestmark = [pytest.mark.shares_stack("server")]',
        "e": "async def test_e(system: System, doomed: System) -> None: ...",
    }
    (tmp_path / "tests" / "some").mkdir(parents=True)
    for name, text in said.items():
        (tmp_path / "tests" / "some" / f"test_{name}.py").write_text(text)
    for number in (1, 2):
        part = parts.chosen(tmp_path, ["some"], (number, 2))
        assert ("tests/some/test_a.py" in part) == ("tests/some/test_d.py" in part)
        assert ("tests/some/test_c.py" in part) == ("tests/some/test_e.py" in part)


def test_a_new_file_counts_as_the_average_of_its_folder(tmp_path: Path) -> None:
    for name in ("fast/test_a.py", "fast/test_new.py", "slow/test_b.py", "slow/test_new.py"):
        file = tmp_path / "tests" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    (tmp_path / parts.KEPT).parent.mkdir(parents=True)
    (tmp_path / parts.KEPT).write_text('{"files": {"tests/fast/test_a.py": 2.0, "tests/slow/test_b.py": 30.0}}')
    assert parts.chosen(tmp_path, ["fast"], (1, 2), ["slow"]) == ["tests/fast/test_a.py", "tests/fast/test_new.py"]
    assert parts.chosen(tmp_path, ["slow"], (1, 2), ["fast"]) == ["tests/slow/test_b.py"]


def test_parts_and_marks_divide_what_runs_and_nothing_is_left_out(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    exact = "@pytest.mark.exact\ndef test_exact(): ...\ndef test_other(): ...\n"
    marked = f"import pytest\n{exact}@pytest.mark.long('test_other')\ndef test_long(): raise AssertionError\n"
    suite(tmp_path, first=PASSES, second=marked)
    (tmp_path / "tests" / "first" / "test_more.py").write_text(PASSES)
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers =\n exact: x\n long: x\n")
    both = ("first", "second")
    moved = ("second/test_moved.py",)
    (tmp_path / "tests" / moved[0]).write_text(f"import pytest\n{exact}")
    stages = (
        (Lane(both, part=(1, 2), exact=False), Lane(both, part=(2, 2), exact=False, apart=True)),
        (Lane(("second",), exact=True, without=moved), Lane(("first", *moved), exact=True)),
    )
    assert run_all(tmp_path, stages) == 0
    times, closing = capfd.readouterr().out.splitlines()[-2:]
    assert closing.startswith("8 passed in ")
    assert re.fullmatch(
        r"first second 1of2 \d+ s, first second 2of2 \d+ s, second exact \d+ s, first exact \d+ s", times
    )


@pytest.mark.parametrize("stages", [((FIRST, SECOND),), ((FIRST,), (SECOND,))])
def test_lanes_that_pass_are_added_up_and_the_sum_is_printed_last(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, stages: tuple[Stage, ...]
) -> None:
    suite(tmp_path, first=PASSES, second=PASSES, third="import pytest\ndef test_three(): pytest.skip()\n")
    monkeypatch.setenv("CALL24_LANES_OUT", str(tmp_path / "times.json"))
    assert run_all(tmp_path, stages) == 0
    times, closing = capfd.readouterr().out.splitlines()[-2:]
    assert closing.startswith("4 passed, 1 skipped in ")
    assert re.fullmatch(r"first \d+ s, second third \d+ s", times)
    kept = json.loads((tmp_path / "times.json").read_text())
    assert [(one["lane"], one["passed"]) for one in kept["lanes"]] == [("first", 2), ("second third", 2)]
    assert all(0 < one["seconds"] < kept["took_s"] for one in kept["lanes"])


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may make a network")
def test_a_lane_apart_hears_nothing_of_the_machines_ports_and_has_an_address_for_sound() -> None:
    program = """if True:
        import socket, sys
        there = socket.socket()
        there.bind(("192.168.24.1", 0))
        sys.exit(socket.socket().connect_ex(("127.0.0.1", int(sys.argv[1]))))
    """
    with socket.create_server(("127.0.0.1", 0)) as server:
        ask = (sys.executable, "-c", program, str(server.getsockname()[1]))
        apart = subprocess.run((sys.executable, "-m", "call24.cli.own_network", *ask), timeout=20)
    assert apart.returncode == errno.ECONNREFUSED


DIES = "import os\ndef test_good(): ...\ndef test_dies(): os._exit(0)\n"


@pytest.mark.parametrize(
    ("stages", "text", "said"),
    [
        (((FIRST, SECOND),), "def test_bad(): assert 'this' == 'that'\n", "4 passed, 1 failed in "),
        (((FIRST, SECOND),), DIES, "2 passed, no whole result of second third (status 0) in "),
        (((SECOND, FIRST),), DIES, "2 passed, no whole result of second third (status 0) in "),
        (((SECOND,), (FIRST,)), DIES, "2 passed, no whole result of second third (status 0) in "),
    ],
)
def test_a_lane_with_a_failure_or_without_a_whole_result_fails_the_run(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], stages: tuple[Stage, ...], text: str, said: str
) -> None:
    suite(tmp_path, first=PASSES, second=text, third=PASSES)
    assert run_all(tmp_path, stages) == 1
    output = capfd.readouterr().out
    assert said in output.splitlines()[-1]
    assert ("assert 'this' == 'that'" in output) == (text != DIES), "what lanes beside the first say is shown"


@pytest.mark.parametrize("status", [-9, 3, 5])
def test_a_lane_that_failed_without_a_failed_test_is_named_beside_those_of_others(status: int) -> None:
    results = [Result(FIRST, 1, Counts(3, 1, 0)), Result(SECOND, status, Counts(2, 0, 1))]
    assert not any(result.good for result in results)
    said = f"5 passed, 1 failed, 1 skipped, no whole result of second third (status {status}) in 9.00s"
    assert closing_line(results, 9) == said


SHAKY = """
from pathlib import Path

def test_good(): ...

def test_shaky():
    seen = Path(__file__).with_suffix(".seen")
    before = seen.exists()
    seen.touch()
    assert before
"""
BAD = "def test_bad(): assert False\n"


@pytest.mark.parametrize(
    ("text", "spared", "status", "said"),
    [
        (SHAKY, 1, 0, "2 passed, 1 only when tried again (tests.first.test_first::test_shaky) in "),
        (SHAKY, 0, 1, "1 passed, 1 failed in "),
        (BAD, 1, 1, "0 passed, 1 failed in "),
        (SHAKY + BAD, 1, 1, "1 passed, 2 failed in "),
        (SHAKY + BAD, 2, 1, "1 passed, 2 failed in "),
        (DIES, 1, 1, "0 passed, no whole result of first (status 0) in "),
    ],
    ids=["shaky", "none are spared", "bad", "too many", "one stays bad", "died"],
)
def test_a_few_failed_tests_of_a_lane_that_spares_them_are_tried_once_more_and_named(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], text: str, spared: int, status: int, said: str
) -> None:
    suite(tmp_path, first=text)
    stages = ((Lane(("first",), spared),),)
    assert run_all(tmp_path, stages) == status
    assert capfd.readouterr().out.splitlines()[-1].startswith(said)
    if status:
        assert second_tries.told(tmp_path) == ""
        return
    run_all(tmp_path, stages)
    first, again = capfd.readouterr().out.splitlines()[:2]
    assert first.startswith("passed only when tried again")
    assert again.endswith(" tests.first.test_first::test_shaky")


def test_what_passed_only_at_a_second_try_is_kept_with_its_day_and_the_oldest_are_dropped(tmp_path: Path) -> None:
    second_tries.keep(tmp_path, [f"t{number}" for number in range(99)])
    second_tries.keep(tmp_path, [])
    second_tries.keep(tmp_path, ["one", "two"])
    lines = (tmp_path / ".call24" / "second-try.txt").read_text().splitlines()
    assert len(lines) == 100
    assert re.fullmatch(r"\d{4}-\d\d-\d\d t1", lines[0])
    assert lines[-1].endswith(" two")
