"""Problems: what each means is said, and which operation answers which is what the code raises."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from tests.support.http import raises

from call24.http.app import operation_id
from call24.http.asked import key_of, versioned
from call24.http.codes import CODES, WORDS
from call24.http.problem_responses import RAISED, refusals
from call24.server import openapi as description

CHECKOUT = Path(__file__).resolve().parents[3]
RUN = "run .venv/bin/python docs/build_problems.py"


@pytest.fixture(scope="module")
def builder() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_problems", CHECKOUT / "docs" / "build_problems.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def raised() -> dict[str, list[str]]:
    return raises.raised()


def test_what_operations_raise_is_what_their_code_says(builder: ModuleType, raised: dict[str, list[str]]) -> None:
    assert builder.text(raised) == RAISED.read_text(), RUN


def test_the_page_is_up_to_date(builder: ModuleType, raised: dict[str, list[str]]) -> None:
    assert builder.page(raised) == builder.PAGE.read_text(), RUN


def test_every_code_is_explained_and_none_that_is_not_there() -> None:
    assert WORDS.keys() == {code for codes in CODES.values() for code in codes}


def test_every_problem_is_one_that_some_operation_answers(raised: dict[str, list[str]]) -> None:
    named: set[tuple[int, str]] = set()
    compared = versioned(raises.routes())
    for route in raises.routes():
        own = raised[operation_id(route)]
        for status, codes in refusals(route, own, has_version=key_of(route) in compared).items():
            named |= {(status, code) for code in codes}
    there = {(status, code) for status, codes in CODES.items() for code in codes}
    assert there - named == {(405, "method_not_allowed"), (500, "error")}  # no operation's own


@pytest.mark.parametrize(
    ("operation", "problem"),
    [
        ("queues_add_queue", "409 queue_name_taken"),
        ("queues_delete_queue", "409 queue_in_use"),
        ("users_change_role", "403 beyond_own"),
        ("auth_login", "401 invalid_credentials"),
        ("auth_login", "401 wrong_code"),  # raised as a Refused, and passed on as another kind
        ("call_control_hold", "409 already_held"),
        ("calls_place", "403 frozen"),
        ("webhooks_resend", "409 delivery_waiting"),
        ("session_request_state", "409 disposition_required"),
    ],
)
def test_what_is_raised_deep_below_is_found(raised: dict[str, list[str]], operation: str, problem: str) -> None:
    assert problem in raised[operation]


def test_what_is_caught_on_the_way_is_not_said(raised: dict[str, list[str]]) -> None:
    assert "403 wrong_code" not in raised["auth_login"]


def test_types_are_found_by_what_is_written() -> None:
    known: list[tuple[Any, Any]] = [
        (dict[str, int], int),
        (list[description.Json], dict[str, Any]),
        (tuple[int, ...], int),
    ]
    assert [raises.inner(kind) for kind, _ in known] == [of for _, of in known]
