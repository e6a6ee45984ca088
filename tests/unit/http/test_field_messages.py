"""What is wrong with a field is said in plain words, whatever is sent."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from fastapi.routing import APIRoute
from pydantic_core._pydantic_core import list_all_errors

from call24.http.field_messages import MESSAGES, message
from call24.server.openapi import EXAMPLES
from call24.server.rooms import ROUTERS

WRONG = (None, True, -1, 10**9, 1.5, float("inf"), "", "?", "x" * 70_000, [], ["?"] * 20_000, {}, {"nonsense": 1})
JARGON = ("Input", "valid string", "dictionary", "Extra", "Field ", "None", "instance", "Value error")


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield from places(inner, (*path, key))


def changed(body: Any, path: tuple[Any, ...], to: Any) -> Any:
    if not path:
        return to
    made = deepcopy(body)
    at = made
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = to
    return made


def test_no_body_that_does_not_fit_is_answered_in_the_validators_own_words() -> None:
    examples = json.loads(EXAMPLES.read_text())
    kinds, tried = set(), 0
    for route in (one for router in ROUTERS for one in router.routes if isinstance(one, APIRoute)):
        body = examples.get(route.operation_id, {}).get("request")
        if route.body_field is None or body is None:
            continue
        for path in places(body):
            for value in WRONG:
                _, errors = route.body_field.validate(changed(body, path, value), {}, loc=("body",))
                for one in errors or ():
                    kinds.add(one["type"])
                    told = message(one)
                    assert not any(word in told for word in JARGON), (route.operation_id, path, one["type"], told)
                tried += 1
    assert kinds - MESSAGES.keys() == set()
    assert tried > 1000 and len(kinds) > 15


@pytest.mark.parametrize("kind", sorted(MESSAGES))
def test_each_sentence_can_be_said_of_its_kind_of_error(kind: str) -> None:
    known = {one["type"]: one.get("example_context") or {} for one in list_all_errors()}
    assert kind in known
    assert "{" not in message({"type": kind, "ctx": known[kind]})
