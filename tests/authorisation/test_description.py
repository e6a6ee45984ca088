"""What the API's description says is how it answers: every operation, asked with what fits and with what does not.

Requests are made by schemathesis from the OpenAPI document: one for each operation in every run, always the same. For
half of them it is what does not fit, for the others what does; the long form has both for all.
`CALL24_TEST_EXAMPLES=200` asks for others and more.
"""

from __future__ import annotations

import os
import sys
import zlib
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import pytest_asyncio
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tests.authorisation import asking, examples
from tests.authorisation.table import ANYBODY, OPEN, OPERATIONS, Operation
from tests.authorisation.world import World, world
from tests.support import in_memory
from tests.support.database.database import fresh_database
from tests.support.database.mongod import RunningMongod
from tests.support.http.api import PASSWORD, running_api

pytestmark = pytest.mark.asyncio(loop_scope="module")

GOOD, BAD = GenerationMode.POSITIVE, GenerationMode.NEGATIVE
MORE = os.environ.get("CALL24_TEST_EXAMPLES")
EACH = int(MORE or "1")
CHECKS: list[Any] = [
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
TABLE = {operation.action: operation for operation in OPERATIONS}
AWAY = {"POST /v1/prompts", "GET /health/ready"}
"""What may say 503 here: there is no espeak-ng."""
BY_HAND = {"POST /v1/auth/login": {"email": "?", "password": PASSWORD, "device_name": "Pixel 9"}}
"""What the matrix has no request for: operations that let anybody in."""
BESIDES = {"GET /v1/recordings/kept": "keptcall"}
"""What there must be for a list to have something, where no other operation names such a thing."""


@schemathesis.serializer("application/zip", "application/offset+octet-stream")
def _zipped(context: Any, value: Any) -> bytes:
    """Any bytes: what they are is found out later."""
    return value if isinstance(value, bytes) else str(value).encode()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def one(mongod: RunningMongod) -> AsyncIterator[World]:
    with in_memory.folder("c24-data-") as data:
        async with (
            fresh_database(mongod) as mongo,
            running_api(mongo, data) as api,
            world(api) as made,
        ):
            yield made


def cases(operation: Any, mode: GenerationMode, most: int) -> list[Any]:
    found: list[Any] = []

    @settings(
        max_examples=most,
        derandomize=MORE is None,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy(generation_mode=mode))
    def collect(case: Any) -> None:
        found.append(case)

    try:
        collect()
    except Unsatisfiable:  # nothing that does not fit: there is nothing to send
        return []
    return found


async def named(world: World, case: Any) -> None:
    """Ids of things that there are, in the place of made-up ones."""
    entry = TABLE.get(f"{case.operation.method.upper()} {case.operation.path}")
    if entry is None or entry.needs == (OPEN,):
        return
    ids = await asking.made(world, entry, world.ours)
    for place, kind in entry.at.items():
        case.path_parameters[place] = kind[1:] if kind.startswith("=") else ids[kind]


async def test_every_answer_is_one_that_the_description_names(one: World) -> None:
    """Each operation is asked with what fits, or with what does not."""
    await holds(one, lambda label: [BAD if misfits(label) else GOOD])


@pytest.mark.long("test_every_answer_is_one_that_the_description_names")
async def test_every_answer_to_whatever_is_asked_is_one_that_the_description_names(one: World) -> None:
    await holds(one, lambda _: [GOOD, BAD])


async def holds(one: World, modes: Callable[[str], list[GenerationMode]]) -> None:
    """`modes`: what is tried of an operation, by its label."""
    described = (await one.http.get("/openapi.json")).json()
    schema = schemathesis.openapi.from_dict(described)
    failures, asked, faults, strangers = [], 0, 0, list[str]()
    for result in schema.get_all_operations():
        operation = result.ok()  # type: ignore[union-attr]
        if operation.path.startswith("/apps/"):  # Pusher's HTTP API: signed, see tests/unit/realtime/test_api.py
            continue
        bearer = one.ours.bearers["owner"] = await one.session("owner")  # an operation before may have ended it
        told = described["paths"][operation.path][operation.method.lower()]
        for mode in modes(operation.label) if MORE or takes(told) else [GOOD]:
            most = EACH if mode is GOOD and "requestBody" in told else (EACH + 1) // 2
            for number, case in enumerate(cases(operation, mode, most)):
                if mode is GOOD and number % 2 == 0 and case.path_parameters:
                    await named(one, case)
                sent = case.as_transport_kwargs(base_url="https://call24.test:8024")
                sent["headers"] = {**sent["headers"], "Authorization": f"Bearer {bearer}"}
                asked += 1
                try:
                    answer = await send(one, sent)
                    faults += answer.status_code >= 500 and operation.label not in AWAY
                    if answer.status_code == 401 and TABLE[operation.label].needs != (OPEN,):
                        strangers.append(operation.label)  # declared, and so it would hide everything after it
                    assert answer.status_code < 500 or operation.label in AWAY, answer.text
                    case.validate_response(answer, checks=CHECKS)
                except (AssertionError, BaseExceptionGroup, schemathesis.errors.SchemathesisError) as failure:
                    failures.append(f"{operation.label}: {str(failure)[:600]}")
                if operation.path in ("/v1/auth/logout", "/v1/me/sessions", "/v1/me/password"):
                    bearer = await one.session("owner")
    sys.stdout.write(f"{asked} requests, {faults} server errors\n")
    assert failures == [], "\n\n".join([f"{len(failures)} of {asked}", *failures])
    assert strangers == [], "the owner's session was lost"
    assert asked > 200


def misfits(label: str) -> bool:
    """Whether every run asks it with what does not fit: the same half of the operations each time."""
    return zlib.crc32(label.encode()) % 2 == 0


def takes(told: dict[str, Any]) -> bool:
    """Whether there is more to get wrong than an id in the address: the matrix has those."""
    return "requestBody" in told or any(one.get("in") == "query" for one in told.get("parameters", ()))


async def send(world: World, sent: dict[str, Any]) -> Any:
    request = world.http.build_request(
        sent["method"],
        sent["url"],
        params=sent.get("params"),
        headers={name: value for name, value in sent["headers"].items() if name != "Accept-Encoding"},
        json=sent.get("json"),
        data=sent["data"] if isinstance(sent.get("data"), dict) else None,
        files=[(name, _plain(value)) for name, value in sent.get("files") or ()] or None,
        content=sent["data"] if isinstance(sent.get("data"), str | bytes) else None,
    )
    await request.aread()  # who checks the answer looks at what was sent
    return await world.http.send(request)


def _plain(value: Any) -> Any:
    """A part of a form, whatever was made up for it, as text or bytes."""
    if isinstance(value, tuple):
        return tuple(_plain(one) for one in value)
    return value if value is None or isinstance(value, str | bytes) else str(value)


async def test_every_operation_has_an_example_and_answers_like_it(one: World) -> None:
    described = (await one.http.get("/openapi.json")).json()["paths"]
    ids = {f"{method.upper()} {path}": told for path, methods in described.items() for method, told in methods.items()}
    before, now, odd = examples.known(), dict[str, Any](), []
    for operation in OPERATIONS:
        told = ids.get(operation.action)
        if told is None or told["operationId"] in examples.ELSEWHERE:
            continue
        one.ours.bearers["owner"] = await one.session("owner")  # an operation before may have ended it
        made = await example(one, operation)
        if not made:
            continue
        now[told["operationId"]] = made
        there = before.get(told["operationId"], {})
        odd += [f"{operation.action}{place}" for place in examples.alike(made.get("answer"), there.get("answer"))]
        odd += [f"{operation.action}: no {part}" for part in sorted(made.keys() - there.keys())]
    if os.environ.get("CALL24_RECORD_EXAMPLES"):
        examples.write(now)
        return
    assert odd == [], "run it again with CALL24_RECORD_EXAMPLES=1, and look at what changed"


async def example(world: World, operation: Operation) -> dict[str, Any]:
    """`request` and `answer`, each where it is JSON."""
    body: Any = BY_HAND.get(operation.action)
    if kind := BESIDES.get(operation.action):
        await world.make(kind, world.ours)
    if operation.needs == (OPEN,):
        if body is None and operation.method != "GET":
            return {}
        body = None if body is None else {**body, "email": world.ours.emails["owner"]}
        answer = await world.http.request(operation.method, operation.path, json=body)
    else:
        ids = await asking.made(world, operation, world.ours, operation.role if operation.owned else "agent")
        asked = asking.request(operation, ids)
        role = operation.role if operation.needs != (ANYBODY,) or operation.owned else "owner"
        body = asked.more.get("json")
        answer = await asking.ask(world, await world.session(role), asked)
    made_up, made = examples.MadeUp(), dict[str, Any]()
    if body is not None:
        made["request"] = made_up.of(body)
    if answer.status_code < 300 and answer.content and answer.headers.get("Content-Type", "") == "application/json":
        told = answer.json()
        assert examples.instants_of_another_form(told) == [], operation.action
        made["answer"] = made_up.of(told)
    return made
