"""The lanes of `./call24 test`: all of every lane has run and passed, or the closing line and the status say so."""

import json
import re
from pathlib import Path

import pytest

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


def test_every_folder_of_tests_is_in_one_lane() -> None:
    folders = {file.relative_to(CHECKOUT / "tests").parts[0] for file in (CHECKOUT / "tests").glob("*/**/test_*.py")}
    folders -= {"campaigns"}  # `./call24 test --campaign NAME` runs those
    assert sorted(folder for stage in STAGES for lane in stage for folder in lane.folders) == sorted(folders)


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
    assert run_all(tmp_path, ((Lane(("first",), spared),),)) == status
    assert capfd.readouterr().out.splitlines()[-1].startswith(said)
