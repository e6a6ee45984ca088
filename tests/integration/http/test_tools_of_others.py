"""The OpenAPI document under the eyes of tools that are not ours: linters, and generators of clients.

Nothing here is about what the operations do. A rule that fails is mended in the document; one that does not fit is
switched off below, with the reason.
"""

from __future__ import annotations

import compileall
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from tests.support.realtime.pusher_clients import CLIENTS

from call24.http.app import described
from call24.installer import web
from call24.server import openapi
from call24.server.rooms import ROUTERS

TOOLS = CLIENTS / "node_modules"
REDOCLY = "extends: [recommended]\n"
SPECTRAL = """extends: ["spectral:oas"]
"""
QUIET = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}  # nothing leaves this machine


@cache
def document() -> dict[str, Any]:
    return openapi.document(FastAPI(version="1"), described(ROUTERS))


@pytest.fixture
def there(tmp_path: Path) -> Path:
    """A folder with the document in it."""
    (tmp_path / "openapi.json").write_text(json.dumps(document()))
    return tmp_path


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    env = web.node_env() | QUIET
    return subprocess.run(words, cwd=folder, env=env, capture_output=True, text=True, timeout=300)


def node(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    assert web.packages_there(CLIENTS), "Node's packages are missing: `./call24 test` brings them"
    return run(folder, str(web.node()), str(TOOLS / words[0]), *words[1:])


def operations() -> Iterator[tuple[str, dict[str, Any]]]:
    for methods in document()["paths"].values():
        for one in methods.values():
            yield one["operationId"], one


def media_types(part: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(part, dict):
        yield from part.get("content", {}).items()
    for one in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from media_types(one)


def one_type_of_bytes() -> dict[str, Any]:
    """For openapi-python-client, which knows bytes by one media type only, and text by all that begin so."""
    binary = {name for name, one in media_types(document()["paths"]) if one["schema"].get("format") == "binary"}
    named = {name: "application/octet-stream" for name in binary if not name.startswith("text/")}
    return {"content_type_overrides": named, "post_hooks": []}  # no formatting


def test_redocly_finds_nothing_to_say_against_the_document(there: Path) -> None:
    (there / "redocly.yaml").write_text(REDOCLY)
    done = node(there, "@redocly/cli/bin/cli.js", "lint", "openapi.json", "--format=json", "--max-problems=1000")
    found = Counter(problem["ruleId"] for problem in json.loads(done.stdout)["problems"])
    assert (found, done.returncode) == ({}, 0)


@pytest.mark.long("test_redocly_finds_nothing_to_say_against_the_document")
def test_spectral_finds_nothing_to_say_against_the_document(there: Path) -> None:
    (there / ".spectral.yaml").write_text(SPECTRAL)
    done = node(there, "@stoplight/spectral-cli/dist/index.js", "lint", "openapi.json", "--format=json", "--quiet")
    found = [f"{one['code']} at {'.'.join(map(str, one['path']))}" for one in json.loads(done.stdout)]
    assert found == []


@pytest.mark.long("integration/http/test_app_types.py::test_the_apps_types_are_those_of_the_document")
def test_the_types_of_openapi_typescript_compile_and_have_every_operation(there: Path) -> None:
    made = node(there, "openapi-typescript/bin/cli.js", "openapi.json", "--output=api.d.ts")
    assert made.returncode == 0, made.stdout + made.stderr
    named = "\n".join(f"  {json.dumps(one)}," for one, _ in operations())
    (there / "all.ts").write_text(
        f'import type {{ operations }} from "./api"\nexport const all: (keyof operations)[] = [\n{named}\n]\n'
    )
    checked = node(there, "typescript/bin/tsc", "--noEmit", "--strict", "all.ts")
    assert (checked.stdout, checked.returncode) == ("", 0)


@pytest.mark.long("test_redocly_finds_nothing_to_say_against_the_document")
def test_openapi_python_client_makes_every_operation_and_what_it_makes_can_be_imported(there: Path) -> None:
    (there / "config.yaml").write_text(json.dumps(one_type_of_bytes()))
    words = ("generate", "--path=openapi.json", "--config=config.yaml", "--meta=none", "--output-path=made")
    made = run(there, sys.executable, "-m", "openapi_python_client", *words)
    said = made.stdout + made.stderr
    assert made.returncode == 0 and "WARNING" not in said and "Unable" not in said, said[:3000]
    functions = {file.stem for file in (there / "made" / "api").glob("*/*.py") if file.stem != "__init__"}
    assert functions == {one for one, _ in operations()}
    assert compileall.compile_dir(there / "made", quiet=1)
    assert run(there, sys.executable, "-c", "import made.models").returncode == 0
