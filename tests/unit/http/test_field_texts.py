"""The app says in its user's language what the server says of fields, flows, sounds and what happened in a call: it has
each of the server's sentences."""

from __future__ import annotations

import ast
import re
from typing import Any

import pytest

from clients import field_texts as made


def test_the_app_has_what_the_server_says() -> None:
    """Whether each has a text in each language, web/tests/texts.test.ts says."""
    for path, current in made.files().items():
        current_there = path.read_text() == current
        assert current_there, (
            f"{path.name}: run .venv/bin/python clients/field_texts.py, then npm run texts in web/, "
            "and translate what is new"
        )


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
    assert set(made._Module(ast.parse(source)).sentences()) == said


@pytest.mark.parametrize(
    ("source", "said", "clauses"),
    [
        ('def f():\n return f"{name()} {ENDS.get(x, x)}"', {"\0 fell", "\0 rose"}, set()),
        ('def f():\n return f"{name()} went: {ENDS.get(x, x)}"', {"\0 went: \0"}, {"fell", "rose"}),
        (
            'def f():\n why = f": {ENDS[x]}" if x else ""\n return "It ended" + why',
            {"It ended", "It ended: \0"},
            {"fell", "rose"},
        ),
        ('def f():\n return f"It goes to {g()}"\ndef g():\n return "a queue"', {"It goes to a queue"}, set()),
        ('def f():\n who = name() if x else "nobody"\n return f"{who} left"', {"\0 left", "nobody left"}, set()),
        ('def f():\n return "Waits for " + (join() or "an agent")', {"Waits for \0", "Waits for an agent"}, set()),
    ],
)
def test_what_is_looked_up_in_a_table_is_told_apart(source: str, said: set[str], clauses: set[str]) -> None:
    """After a colon stands a clause of its own: the sentences would be too many."""
    read = made._Module(ast.parse(source), {"ENDS": {"a": "fell", "b": "rose"}})
    assert (set(read.returned("f")), read.clauses) == (said, clauses)


def test_problems_of_flows_and_what_is_wrong_with_a_sound_are_among_them() -> None:
    said = made.sentences()
    gap = made.GAP
    assert {
        "This node cannot be reached: connect it, or delete it.",
        "Choose where to continue when nobody answers.",
        f"Choose where to continue after key {gap}.",
        f"A caller who does nothing would loop here for ever ({gap}): lead to a message or a hang-up.",
        f"{gap}: choose another number, or change the toll-fraud policy.",
        "Calls to premium-rate numbers are not allowed",
        "It is overdriven (clipped): record it again with less gain.",
        "It could not be read as audio: save it as WAV and send that.",
    } <= said


@pytest.mark.parametrize(("sentences", "least"), [(made.sentences, 350), (made.of_timelines, 190)])
def test_those_that_come_first_are_not_taken_for_others(sentences: Any, least: int) -> None:
    """With something in its gaps, each sentence is found by its own pattern, or one that says the same."""
    said = sentences()
    content = next(text for text in made.files().values() if text.count("  [/^") == len(said))
    patterns = [
        re.compile(line.split("[/", 1)[1].split("$/s,", 1)[0].replace(r"\/", "/") + "$", re.S)
        for line in content.splitlines()
        if line.startswith("  [/")
    ]
    assert len(patterns) > least
    for n, sentence in enumerate(made.in_order(said)):
        filled = sentence.replace(made.GAP, "7")
        assert next(at for at, one in enumerate(patterns) if one.match(filled)) == n, sentence
