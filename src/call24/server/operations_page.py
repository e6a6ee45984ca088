"""Writes docs/reference/operations.md from the routes: `python -m call24.server.operations_page [FILE]`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from fastapi import FastAPI

from call24.http.app import described
from call24.http.former_operations import FORMER
from call24.server import openapi
from call24.server.openapi_pusher import PATHS
from call24.server.rooms import ROUTERS

PAGE = Path("docs/reference/operations.md")
_HEAD = """# Operations of the HTTP API

Every operation, with the id that generated clients call it by. Ids are API: a test fails when one changes. Most were
renamed once, in November 2026; the former id is in the last column, and in the document as `x-former-operation-id`.
Written by `python -m call24.server.operations_page`. Bodies and answers: `GET /openapi.json`.

| operation | request | what it does | former id |
| --- | --- | --- | --- |
"""


class Operation(NamedTuple):
    id: str
    method: str
    path: str
    text: str


def operations() -> Iterator[Operation]:
    """All operations but Pusher's, in the order of their paths."""
    paths = openapi.document(FastAPI(version="1"), described(ROUTERS))["paths"]
    for path, methods in sorted(paths.items()):
        for method, told in methods.items() if not path.startswith(PATHS) else ():
            text = " ".join((told.get("description") or told["summary"]).partition("\n\n")[0].split())
            yield Operation(told["operationId"], method.upper(), path, text)


def page() -> str:
    return _HEAD + "".join(_row(one) for one in operations())


def _row(one: Operation) -> str:
    former = f"`{FORMER[one.id]}`" if one.id in FORMER else ""
    return f"| `{one.id}` | `{one.method} {one.path}` | {one.text} | {former} |\n"


if __name__ == "__main__":
    Path(sys.argv[1] if len(sys.argv) > 1 else PAGE).write_text(page())
