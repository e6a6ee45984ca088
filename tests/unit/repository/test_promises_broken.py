"""Breaks of the mechanisms of promises: each fits the code of now, and each mechanism has one that a test is to see."""

from __future__ import annotations

import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from tests.promises import run, whole
from tests.promises.breaks import BREAKS, UNBROKEN, Break

CHECKOUT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(CHECKOUT / "docs"))

from promised import PROMISES  # noqa: E402

ONE = Break(
    promise=1, keeps="x.py::x", what="nothing", file="x.py", was="kept()", becomes="pass", red=("unit/t.py::t",)
)


@pytest.mark.parametrize("one", BREAKS, ids=lambda one: one.id)
def test_each_break_fits_the_code_once(one: Break) -> None:
    text = (run.CHECKOUT / run.PRODUCT / one.file).read_text()
    changed = run.applied(one, text)
    if one.file.endswith(".py"):
        compile(changed, one.file, "exec")


@pytest.mark.parametrize(("text", "times"), [("", 0), ("kept()\nkept()\n", 2)])
def test_a_break_that_fits_nowhere_or_twice_is_none(text: str, times: int) -> None:
    with pytest.raises(ValueError, match=f"has {times} times, not once"):
        run.applied(ONE, text)
    assert run.applied(ONE, "x = 1\nkept()\n") == "x = 1\npass\n"


def test_each_mechanism_of_a_promise_has_a_break_that_a_test_of_it_is_to_see() -> None:
    for number, promise in enumerate(PROMISES, 1):
        theirs = [one for one in BREAKS if one.promise == number]
        left = set(promise.keeps) - {one.keeps for one in theirs} - UNBROKEN.keys()
        assert not left, f"promise {number}: declare in tests/promises/breaks.py how to break {sorted(left)}"
        for one in theirs:
            assert one.keeps in promise.keeps, one.id
            assert one.red and set(one.red) <= set(promise.shown), f"{one.id}: tests of the promise are to see it"


def test_no_two_breaks_of_a_promise_have_the_same_name() -> None:
    assert len({one.id for one in BREAKS}) == len(BREAKS)


def report(inside: str) -> list[ET.Element]:
    text = f'<t><testcase classname="tests.unit.t" name="t[a]"><skipped/></testcase>{inside}</t>'
    return list(ET.fromstring(text).iter("testcase"))


def test_red_is_a_test_that_failed_and_not_one_that_never_began() -> None:
    case = '<testcase classname="tests.unit.t" name="t[b]">{}</testcase>'
    assert run.told(report(case.format(""))) == ("green", "")
    failed = '<failure message="assert 1 == 2&#10;more"/>'
    assert run.told(report(case.format(failed))) == ("red", "test: assert 1 == 2")
    assert run.told(report(case.format('<error message="failed on setup with x"/>')))[0] == "no run"
    assert run.told(report(case.format('<error message="failed on teardown with x"/>')))[0] == "red"
    assert run.told(report(""))[0] == "no run"
    assert all(run.is_of(one, "unit/t.py::t") for one in report(case.format("")))
    assert not any(run.is_of(one, "unit/t.py::other") for one in report(""))


def test_a_break_that_long_forms_alone_notice_is_not_red(tmp_path: Path) -> None:
    long = "@pytest.mark.long('test_t')\n"
    here = f"import pytest\n{long}def test_long(): assert 0\n"
    here += "@pytest.mark.parametrize('n', [0, pytest.param(1, marks=pytest.mark.long('test_t'))])\n"
    here += "def test_t(n): assert n == 0\ndef test_red(): assert 0\n"
    for name, text in {"pytest.ini": "[pytest]\n", "tests/unit/test_x.py": here}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    copy, tests = run.Copy(tmp_path), [f"unit/test_x.py::{name}" for name in ("test_long", "test_t", "test_red")]
    assert [one.said for one in copy.whole(tests).values()] == ["no run", "green", "red"]


def test_what_was_red_is_run_again_when_its_files_have_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("src/call24/x.py", "tests/unit/t.py"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text("kept()")
    monkeypatch.setattr(whole, "FIGURES", tmp_path / "figures")
    monkeypatch.setattr(whole, "BREAKS", (ONE,))
    monkeypatch.setattr(whole, "standing", lambda one, test: run.standing(one, test, tmp_path))
    pair = (ONE, "unit/t.py::t")
    assert whole.chosen(pair, []) and whole.chosen(pair, ["1"]) and not whole.chosen(pair, ["11"])
    assert whole.chosen(pair, ["noth"]) and not whole.chosen(pair, ["everything"])
    assert not whole.seen_red(pair)
    whole.keep(pair, "survived", run.Outcome("green", "", 1.0))
    assert not whole.seen_red(pair)
    whole.keep(pair, "red", run.Outcome("red", "test: x", 1.0))
    assert whole.seen_red(pair) and len(whole.rows(1)) == 1
    (tmp_path / "src/call24/x.py").write_text("kept() ")
    assert not whole.seen_red(pair)
