"""The OpenAPI document itself: errors as problems, examples that fit, input that is strict and bounded everywhere."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, get_args

import jsonschema_rs
import pytest
from fastapi import FastAPI
from tests.support.source_trees import sources

from call24.calls.preconditions import REFUSALS
from call24.http.app import described
from call24.http.codes import CODES
from call24.kit import errors
from call24.kit.problem_type import ProblemType, declared
from call24.server import openapi as description
from call24.server.openapi_info import TAGS
from call24.server.rooms import ROUTERS
from call24.toll_fraud.model import DenialCode

SOURCES = Path(description.__file__).parents[1]
Json = dict[str, Any]
REFERENCE = re.compile(r'"#/components/schemas/([^"]+)"')


@cache
def document() -> Json:
    return description.document(FastAPI(version="1"), described(ROUTERS))


def operations() -> Iterator[tuple[str, Json]]:
    """Ours: those of Pusher's HTTP API are as Pusher made them, and tests/unit/realtime/test_api.py holds them."""
    for path, methods in document()["paths"].items():
        for method, operation in methods.items() if not path.startswith("/apps/") else ():
            yield f"{method.upper()} {path}", operation


def test_every_code_that_is_raised_is_described_with_its_status() -> None:
    kinds = {kind.__name__: kind.status for kind in errors.Call24Error.__subclasses__()}
    raised = {(kind.status, kind.code) for kind in errors.Call24Error.__subclasses__()}
    raised |= {(409, code) for code in REFUSALS} | {(403, code) for code in get_args(DenialCode)}
    for _, nodes in sources(SOURCES):
        for node in nodes:
            if isinstance(node, ast.Call):
                raised |= _raised(node, kinds)
    unknown = {(status, code) for status, code in raised if code not in CODES.get(status, ())}
    assert unknown == set()


def test_a_code_that_one_room_alone_raises_is_declared_by_that_room() -> None:
    kinds = {kind.__name__: kind.status for kind in errors.Call24Error.__subclasses__()}
    raising: dict[str, set[str]] = {}
    for file, nodes in sources(SOURCES):
        for node in nodes:
            for _, code in _raised(node, kinds) if isinstance(node, ast.Call) else ():
                raising.setdefault(code, set()).add(file.relative_to(SOURCES).parts[0])
    owner = {one.code: room for room, types in declared().items() for one in types}
    alone = {code: rooms for code, rooms in raising.items() if len(rooms) == 1 and owner[code] != "http"}
    assert len(alone) > 60
    assert {code: owner[code] for code, rooms in alone.items() if owner[code] not in rooms} == ELSEWHERE


def test_two_rooms_do_not_declare_the_same_code(monkeypatch: pytest.MonkeyPatch) -> None:
    from call24.queues import problem_types

    twice = (*problem_types.PROBLEM_TYPES, ProblemType("flow_changed", 409, "Twice", "Nothing"))
    monkeypatch.setattr(problem_types, "PROBLEM_TYPES", twice)
    with pytest.raises(ValueError, match="queues: flow_changed is declared by flows already"):
        declared()


ELSEWHERE = {
    "consulting": "calls",
    "not_connected": "calls",
    "not_offered": "calls",
    "mfa_due": "identity",
    "mfa_setup_due": "identity",
}
"""Codes that one room declares, and another one raises: the engine for calls, http for whom it lets in."""


def _raised(node: ast.Call, kinds: dict[str, int]) -> set[tuple[int, str]]:
    called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
    if called in kinds:
        named = [one.value for one in node.keywords if one.arg == "code"]
        return {(kinds[called], str(one.value)) for one in named if isinstance(one, ast.Constant)}
    if called == "problem" and len(node.args) > 1 and isinstance(node.args[0], ast.Constant):
        status, code = node.args[0].value, node.args[1]
        if isinstance(code, ast.Constant) and status != 500:
            return {(int(str(status)), str(code.value))}
    return set()


def test_every_operation_that_asks_who_it_is_says_so_and_what_it_refuses_with() -> None:
    for name, operation in operations():
        answers = operation["responses"]
        assert any(status.startswith("2") for status in answers), name
        if operation["security"]:
            assert {"401", "503"} <= set(answers), name
        if "requestBody" in operation:
            own = {"/sanctum/token", "/broadcasting/auth", "/broadcasting/user-auth"}  # they read it themselves
            assert {"413", "415", "422", *([] if name.partition(" ")[2] in own else ["400"])} <= set(answers), name
        assert "default" not in answers and "4XX" not in answers, name


def test_examples_fit_their_schemas() -> None:
    seen = 0
    for name, operation in operations():
        for holder in (operation.get("requestBody", {}), *operation["responses"].values()):
            for content in holder.get("content", {}).values():
                for example in _examples(content):
                    _check(example, content["schema"], name)
                    seen += 1
    assert seen > 2000


def _examples(content: Json) -> Iterator[Any]:
    if "example" in content:
        yield content["example"]
    for one in content.get("examples", {}).values():
        yield document()["components"]["examples"][one["$ref"].rpartition("/")[2]]["value"]


def test_every_refusal_names_its_types_and_shows_one_of_each() -> None:
    for name, operation in operations():
        for status, answer in operation["responses"].items():
            content = answer.get("content", {}).get("application/problem+json")
            if content is None:
                continue
            told = content["schema"]["properties"]
            assert told["type"]["enum"] == [f"/problems/{code}" for code in told["code"]["enum"]], name
            assert [one["code"] for one in _examples(content)] == told["code"]["enum"], (name, status)
            assert all(one["status"] == int(status) for one in _examples(content)), (name, status)


def _check(example: Any, schema: Json, name: str) -> None:
    wrong = [str(error.message) for error in _validator(json.dumps(schema)).iter_errors(example)]
    assert wrong == [], name


@cache
def _validator(schema: str) -> jsonschema_rs.Draft202012Validator:
    """With what it refers to and no more: making one of the whole document takes 10 ms."""
    kinds = document()["components"]["schemas"]
    needed: dict[str, Json] = {}
    waiting = set(REFERENCE.findall(schema))
    while waiting:
        name = waiting.pop()
        needed[name] = kinds[name]
        waiting |= set(REFERENCE.findall(json.dumps(kinds[name]))) - needed.keys()
    return jsonschema_rs.Draft202012Validator({**json.loads(schema), "components": {"schemas": needed}})


def test_every_json_answer_and_body_has_an_example() -> None:
    missing = []
    for name, operation in operations():
        answers = [one for status, one in operation["responses"].items() if status.startswith("2")]
        for holder in (operation.get("requestBody", {}), *answers):
            content = holder.get("content", {}).get("application/json")
            if content is not None and "example" not in content:
                missing.append(name)
    assert missing == [], "record the examples again: see CONTRIBUTING.md"


def _named(schema: Json) -> Json:
    """What a reference names; otherwise the schema itself."""
    named: Json = document()["components"]["schemas"].get(schema.get("$ref", "").rpartition("/")[2], schema)
    return named


WHOLE = {
    "agents_read_timeline": "one agent's day",
    "session_read_timeline": "one agent's day",
    "incidents_list_places": "the data map",
}


def test_every_list_is_a_page_or_says_how_long_it_gets() -> None:
    unbounded, lists = [], 0
    for name, operation in operations():
        answers = [one for status, one in operation["responses"].items() if status.startswith("2")]
        schemas = [
            _named(one["content"]["application/json"]["schema"])
            for one in answers
            if "application/json" in one.get("content", {})
        ]
        for shown in (one["properties"] for one in schemas if "items" in one.get("properties", {})):
            lists += 1
            paged = "next" in shown and {"limit", "cursor"} <= set(asked(operation))
            if not paged and "maxItems" not in shown["items"] and operation["operationId"] not in WHOLE:
                unbounded.append(name)
    assert unbounded == [] and lists > 30


def asked(operation: Json) -> Iterator[str]:
    """What says how much is wanted: in the query, or where that could be private in the body."""
    yield from (one["name"] for one in operation.get("parameters", ()) if "name" in one)
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    target = body.get("$ref", "").rpartition("/")[2]
    yield from document()["components"]["schemas"].get(target, {}).get("properties", ())


def inputs() -> Iterator[tuple[str, Json]]:
    for name, operation in operations():
        for kind, content in operation.get("requestBody", {}).get("content", {}).items():
            if kind == "application/json" and name != "POST /sanctum/token":  # Laravel ignores what it does not know
                yield name, content["schema"]


def parts(schema: Json, place: str, seen: tuple[str, ...] = ()) -> Iterator[tuple[str, Json]]:
    """A schema and all below it."""
    if "$ref" in schema:
        target = schema["$ref"].rpartition("/")[2]
        if target not in seen:
            found = document()["components"]["schemas"].get(target) or schema
            yield from parts(found, place, (*seen, target))
        return
    yield place, schema
    for name, inner in schema.get("properties", {}).items():
        yield from parts(inner, f"{place}.{name}", seen)
    for word in ("anyOf", "oneOf", "allOf"):
        for inner in schema.get(word, ()):
            yield from parts(inner, place, seen)
    for word in ("items", "additionalProperties"):
        if isinstance(schema.get(word), dict):
            yield from parts(schema[word], f"{place}.*", seen)


def test_every_body_refuses_unknown_fields_and_bounds_what_it_takes() -> None:
    loose = []
    for name, schema in inputs():
        for place, part in parts(schema, name):
            if "enum" in part or "const" in part:
                continue
            named = "patternProperties" in part and "maxProperties" in part  # other names are refused
            if part.get("type") == "object" and part.get("additionalProperties", True) is True and not named:
                loose.append(f"{place}: unknown fields are taken")
            if isinstance(part.get("additionalProperties"), dict) and "maxProperties" not in part:
                loose.append(f"{place}: any number of entries")
            if part.get("type") == "array" and "maxItems" not in part:
                loose.append(f"{place}: any number of items")
            if part.get("type") == "string" and not part.keys() & {"maxLength", "format", "pattern"}:
                loose.append(f"{place}: text of any length")
    assert set(loose) == set(), "\n".join(sorted(set(loose)))


@pytest.mark.parametrize("kind", ["call.started", "call.answered", "call.ended", "recording.ready", "task.changed"])
def test_webhooks_are_described(kind: str) -> None:
    told = document()["webhooks"][kind]["post"]
    assert told["requestBody"]["content"]["application/json"]["schema"]["properties"]["type"] == {"const": kind}


def test_no_two_types_have_the_same_name() -> None:
    doubled = [name for name in document()["components"]["schemas"] if "__" in name]
    assert doubled == [], "give one of them a name of its own: tools that make clients take the last part"


def test_every_operation_says_what_it_is_for_and_every_tag_too() -> None:
    assert [name for name, operation in operations() if not operation.get("description")] == []
    used = {
        tag for methods in document()["paths"].values() for operation in methods.values() for tag in operation["tags"]
    }
    assert {tag["name"] for tag in document()["tags"]} == used == TAGS.keys()
