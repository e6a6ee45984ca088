"""The Python client package is what the OpenAPI document says now, and covers every operation."""

from __future__ import annotations

import importlib.util
import re
import shutil
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest

import call24_client
from call24_client import AsyncClient, Client, Problem, avatars, calls, files, queues, tasks, uploads

HERE = Path(__file__).resolve().parents[3] / "clients" / "python"


def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", HERE / "generate.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_generated_code_is_current(tmp_path: Path) -> None:
    generate = generator()
    made = tmp_path / "call24_client"
    shutil.copytree(HERE / "call24_client", made, ignore=shutil.ignore_patterns("__pycache__"))
    generate.write(made)
    now = {file.name: file.read_text() for file in made.iterdir() if file.is_file()}
    there = {file.name: file.read_text() for file in (HERE / "call24_client").iterdir() if file.is_file()}
    assert now == there, "run: .venv/bin/python clients/python/generate.py"


def test_every_operation_has_its_function() -> None:
    for path, methods in generator().document()["paths"].items():
        for operation in methods.values() if not path.startswith("/apps/") else ():  # Pusher's libraries do those
            module, name = next(
                (getattr(call24_client, one), operation["operationId"].removeprefix(f"{one}_"))
                for one in sorted(dir(call24_client), key=len, reverse=True)
                if operation["operationId"].startswith(f"{one}_")
            )
            assert callable(getattr(module, name)), operation["operationId"]


class There:
    """A server that notes what it is asked, and answers what it is told to."""

    def __init__(self, *answers: httpx.Response) -> None:
        self.asked: list[httpx.Request] = []
        self._answers = list(answers)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        return self._answers.pop(0)

    def client(self) -> Client:
        return Client("https://call24.test", "17|token", transport=httpx.MockTransport(self))


def page(items: list[Any], following: str | None) -> httpx.Response:
    return httpx.Response(200, json={"items": items, "next": following})


def test_a_request_carries_token_query_body_and_key() -> None:
    there = There(page([], None), httpx.Response(201, json={"id": "que_1"}))
    with there.client() as client:
        client.send(tasks.list_tasks(limit=5, state="open"))
        made = client.send(queues.add_queue({"name": "Support"}, idempotency_key="k"))
    first, second = there.asked
    assert made["id"] == "que_1"
    assert first.headers["Authorization"] == "Bearer 17|token"
    assert dict(first.url.params) == {"limit": "5", "state": "open"}
    assert (second.method, second.read(), second.headers["Idempotency-Key"]) == ("POST", b'{"name": "Support"}', "k")


def test_bytes_are_sent_and_answered_as_they_are() -> None:
    there = There(httpx.Response(204), httpx.Response(200, content=b"\x00pdf"), httpx.Response(200, json={"tag": "t"}))
    with there.client() as client:
        client.send(uploads.write("fil_1", b"\xff\x00", upload_offset=7, tus_resumable="1.0.0"))
        assert client.send(files.download("fil_1")) == b"\x00pdf"
        assert client.send(avatars.set_mine(b"\x89PNG"))["tag"] == "t"
    part, _, picture = there.asked
    assert (part.method, part.url.path, part.read()) == ("PATCH", "/v1/uploads/fil_1", b"\xff\x00")
    assert (part.headers["Content-Type"], part.headers["Upload-Offset"]) == ("application/offset+octet-stream", "7")
    assert picture.headers["Content-Type"].startswith("multipart/form-data") and b'name="file"' in picture.read()


def test_no_type_of_the_generated_code_is_left_open() -> None:
    left = [file.name for file in (HERE / "call24_client").glob("*.py") if re.search(r"\bAny\b", file.read_text())]
    assert left == ["transport.py"], "which is written by hand"


def test_places_in_an_address_are_quoted() -> None:
    there = There(httpx.Response(200, json={"id": "x"}))
    there.client().send(calls.read("../../x?y=1"))
    assert there.asked[0].url.raw_path == b"/v1/calls/..%2F..%2Fx%3Fy%3D1"


def test_all_pages_of_a_list_are_read() -> None:
    there = There(page([{"id": "1"}, {"id": "2"}], "more"), page([{"id": "3"}], None))
    assert [one["id"] for one in there.client().all(tasks.list_tasks(state="open"))] == ["1", "2", "3"]
    assert dict(there.asked[1].url.params) == {"state": "open", "cursor": "more"}


@pytest.mark.parametrize(
    ("body", "code", "fields"),
    [
        ({"code": "invalid", "detail": "d", "errors": [{"field": "name", "message": "m"}]}, "invalid", ["name"]),
        ({"message": "No."}, "error", []),
        ("nonsense", "error", []),
    ],
)
def test_an_error_is_a_problem_with_its_code(body: Any, code: str, fields: list[str]) -> None:
    there = There(httpx.Response(422, json=body, headers={"Retry-After": "7"}))
    with pytest.raises(Problem) as raised:
        there.client().send(queues.read_queue("que_1"))
    problem = raised.value
    assert (problem.status, problem.code, problem.retry_after_s) == (422, code, 7)
    assert [one.field for one in problem.errors] == fields


async def test_the_asynchronous_client_does_the_same() -> None:
    there = There(page([{"id": "1"}], "more"), page([{"id": "2"}], None))
    async with AsyncClient("https://call24.test", "t", transport=httpx.MockTransport(there)) as client:
        assert [one["id"] async for one in client.all(tasks.list_tasks())] == ["1", "2"]
