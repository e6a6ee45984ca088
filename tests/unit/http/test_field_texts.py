"""The app says in its user's language what the server says of fields: it has each of the server's sentences."""

from __future__ import annotations

import importlib.util
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).parents[3] / "clients" / "field_texts.py"


@cache
def script() -> Any:
    spec = importlib.util.spec_from_file_location("field_texts", SCRIPT)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_app_has_what_the_server_says_of_fields() -> None:
    """Whether each has a text in each language, web/tests/texts.test.ts says."""
    made = script()
    current = made.TEXTS.read_text() == made.text()
    assert current, "run .venv/bin/python clients/field_texts.py, then npm run texts in web/, and translate what is new"


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ('raise Invalid(errors=[("name", "one of yours")])', {"one of yours"}),
        (
            'faults.append(("name", f"at most {MOST} characters")); raise Invalid(errors=faults)',
            {"at most \0 characters"},
        ),
        ('WHEN = "a day"\nraise Invalid(errors=[(name, WHEN)])', {"a day"}),
        ('A = "x y" + (f"; not {z}" if z else "")\nraise Invalid(errors=[("a", A)])', {"x y; not \0", "x y"}),
        (
            'def f(x, why):\n raise Invalid(why, errors=[(x, why)])\nf(1, "too big")\nf(2, why="too old")',
            {"too big", "too old"},
        ),
        ('def f(self, why):\n raise Invalid(errors=[("x", why)])\nself.f("too big")', {"too big"}),
        ('raise UnusablePicture(f"at least {MOST} pixels")', {"at least \0 pixels"}),
        ('def f():\n match x:\n  case 1:\n   why = "is one"\n raise Invalid(errors=[("x", why)])', {"is one"}),
    ],
)
def test_sentences_are_found_wherever_they_are_put_together(source: str, said: set[str]) -> None:
    import ast

    assert set(script()._Module(ast.parse(source)).sentences()) == said


def test_those_that_come_first_are_not_taken_for_others() -> None:
    """With something in its gaps, each sentence is found by its own pattern, or one that says the same."""
    made = script()
    lines = made.text().splitlines()
    patterns = [
        re.compile(line.split("[/", 1)[1].split("$/s,", 1)[0].replace(r"\/", "/") + "$", re.S)
        for line in lines
        if line.startswith("  [/")
    ]
    assert len(patterns) > 300
    every = sorted(made.sentences(), key=lambda one: (-len(one.replace(made.GAP, "")), one))
    for n, sentence in enumerate(every):
        filled = sentence.replace(made.GAP, "7")
        assert next(at for at, one in enumerate(patterns) if one.match(filled)) == n, sentence
