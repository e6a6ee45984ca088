"""What tests are answered is what the API's description says: its problems, and examples that no matrix can ask for."""

from __future__ import annotations

import json
import os
import re
import urllib.parse
from functools import cache
from typing import Any

import httpx
from pydantic import TypeAdapter
from tests.authorisation import examples

from call24.http.app import described, operation_id
from call24.http.asked import key_of, versioned
from call24.http.problem_responses import raised, refusals
from call24.http.problems import MEDIA_TYPE
from call24.http.router import answer_of
from call24.server.rooms import ROUTERS

UNFORESEEN = 500
"""Nobody is told of it beforehand."""


@cache
def _named() -> list[tuple[str, re.Pattern[str], str, dict[int, list[str]]]]:
    """Method, address, operation id and problems of every operation; addresses without ids come first."""
    found = []
    routes = described(ROUTERS)
    compared = versioned(routes)
    for route in sorted(routes, key=lambda one: "{" in one.path_format):
        address = re.compile(re.sub(r"\\\{[a-z_]+\\\}", "[^/]+", re.escape(route.path_format)))
        id = operation_id(route)
        named = refusals(route, raised().get(id, ()), has_version=key_of(route) in compared)
        found += [(method, address, id, named) for method in route.methods]
    return found


async def as_described(answer: httpx.Response) -> None:
    """For `event_hooks` of a client of the whole API."""
    kind = answer.headers.get("Content-Type", "")
    if answer.status_code == UNFORESEEN or not (answer.is_success or kind.startswith(MEDIA_TYPE)):
        return
    asked = answer.request
    for method, address, id, named in _named():
        if method == asked.method and address.fullmatch(asked.url.path):
            if answer.is_success:
                await answer.aread()
                _as_declared(id, answer)
                if id in examples.ELSEWHERE:
                    _like_the_example(id, answer)
            else:
                _is_named(id, answer.status_code, json.loads(await answer.aread())["code"], named)
            return


@cache
def _declared() -> dict[str, TypeAdapter[Any]]:
    """Operation id -> what it declares to answer."""
    return {operation_id(route): TypeAdapter(answer_of(route)) for route in described(ROUTERS) if answer_of(route)}


def _as_declared(id: str, answer: httpx.Response) -> None:
    """Of the declared type, with no field that is not declared."""
    if id in _declared() and answer.headers.get("Content-Type", "") == "application/json":
        _declared()[id].validate_json(answer.content, strict=True, extra="forbid")


def _is_named(id: str, status: int, code: str, named: dict[int, list[str]]) -> None:
    told = f"{id} answered {status} {code}, which the API's description does not name for it"
    assert code in named.get(status, ()), told


def _like_the_example(id: str, answer: httpx.Response) -> None:
    there = examples.known().get(id, {})
    if os.environ.get("CALL24_RECORD_EXAMPLES"):
        if "answer" not in there:
            examples.write({id: _example(answer)})
    elif "answer" in there:
        odd = examples.alike(answer.json(), there["answer"])
        assert odd == [], f"{id} answers otherwise than its example: see CONTRIBUTING.md"


def _example(answer: httpx.Response) -> dict[str, Any]:
    """Of the request, what is JSON or could be; uploads have none."""
    made_up, made = examples.MadeUp(), dict[str, Any]()
    kind = answer.request.headers.get("Content-Type", "")
    if kind == "application/json":
        made["request"] = made_up.of(json.loads(answer.request.content))
    elif kind == "application/x-www-form-urlencoded":
        made["request"] = made_up.of(dict(urllib.parse.parse_qsl(answer.request.content.decode())))
    if answer.headers.get("Content-Type", "") == "application/json":
        made["answer"] = made_up.of(answer.json())
    return made


HOOKS = {"response": [as_described]}
