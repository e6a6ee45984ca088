"""Nothing is shown by the campaign of long tests alone: each of them names a test of every run that shows the same."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

from tests.support.long_forms import TESTS, functions_of, long_forms
from tests.support.product.stack import CHECKOUT
from tests.support.source_trees import nodes

sys.path.insert(0, str(CHECKOUT / "docs"))

from promised import PROMISES

FORMS = tuple(long_forms())
WHOLE = {(form.file, form.test) for form in FORMS if form.whole}
"""Tests that no run of everything has, not even for some parameters."""


def named(short: str, beside: Path) -> tuple[Path, str]:
    """`test_x` of the same file, or `telephony/test_calls.py::test_x`."""
    file, _, name = short.rpartition("::")
    return (TESTS / file if file else beside), name


def test_each_long_test_names_a_short_form_that_every_run_has() -> None:
    wrong = []
    for form in FORMS:
        for short in form.shorts:
            file, name = named(short, form.file)
            if not file.is_file() or name not in functions_of(file) or (file, name) in WHOLE:
                wrong.append(f"{form.file.relative_to(TESTS)}::{form.test}: {short or 'no name'}")
    assert not wrong, "\n".join(wrong)


def test_marks_stand_at_tests_where_they_are_found() -> None:
    """Not for a whole file or class, nor made elsewhere and given a name."""
    files = [file for file in TESTS.glob("[!c]*/**/test_*.py") if "mark.long(" in file.read_text()]
    for file in files:
        there = [
            node
            for node in nodes(file)
            if isinstance(node, ast.Attribute) and node.attr == "long" and ast.unparse(node) == "pytest.mark.long"
        ]
        found = sum(len(form.shorts) for form in FORMS if form.file == file)
        assert len(there) == found, file


def test_no_promise_is_shown_by_a_long_test() -> None:
    shown = {(TESTS / file, name) for one in PROMISES for file, _, name in (at.partition("::") for at in one.shown)}
    assert not shown & WHOLE
