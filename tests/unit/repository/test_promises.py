"""The page of promises is made from its table, and all that it names exists."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(CHECKOUT / "docs"))

import build_promises  # noqa: E402
from promised import PROMISES  # noqa: E402


def names_in(file: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.parse(file.read_text()).body:
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                found.add(name)
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                found.add(name)
    return found


def missing(folder: Path, names: tuple[str, ...]) -> list[str]:
    split = [(one, *one.partition("::")[::2]) for one in names]
    return [one for one, file, name in split if not (folder / file).exists() or name not in names_in(folder / file)]


def test_everything_that_keeps_a_promise_and_every_test_of_it_exists() -> None:
    for promise in PROMISES:
        assert missing(CHECKOUT / "src" / "call24", promise.keeps) == [], promise.says
        assert missing(CHECKOUT / "tests", promise.shown) == [], promise.says


def test_a_promise_without_a_test_says_what_is_missing() -> None:
    assert [one.says for one in PROMISES if not (one.keeps and one.shown) and not one.missing] == []
    assert len(PROMISES) == 25


def test_the_page_is_up_to_date() -> None:
    page = CHECKOUT / "docs" / "promises.md"
    assert page.read_text() == build_promises.page(), "run .venv/bin/python docs/build_promises.py"
