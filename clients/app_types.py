"""Writes the app's types from the product's OpenAPI document: `.venv/bin/python clients/app_types.py`.

openapi-typescript writes the types; this script chooses which: those of JSON bodies and answers of the operations under
/v1/, without problems, which the app reads by their code (web/src/kit/problem.ts).
"""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from fastapi import FastAPI

from call24.http.app import described
from call24.installer import web
from call24.server import openapi
from call24.server.rooms import ROUTERS

CHECKOUT = Path(__file__).resolve().parents[1]
TYPES = web.WEB / "src" / "kit" / "api-types.ts"
TOOL = CHECKOUT / "tests" / "clients" / "node_modules" / "openapi-typescript" / "bin" / "cli.js"
HEAD = "/** What the API takes and answers, made from the OpenAPI document by clients/app_types.py: do not edit. */\n"
SHAPE = {"$ref", "additionalProperties", "allOf", "anyOf", "const", "description", "enum", "items", "oneOf"}
SHAPE |= {"prefixItems", "properties", "required", "type"}
"""What makes a type; bounds, formats and examples are left out."""
Json = dict[str, Any]


def document() -> Json:
    return openapi.document(FastAPI(version="1"), described(ROUTERS))


def text() -> str:
    """The file as it should be. Raises: CalledProcessError."""
    words = ("--root-types", "--root-types-no-schema-prefix", "--alphabetize", "--default-non-nullable=false")
    with TemporaryDirectory() as folder:
        (Path(folder) / "openapi.json").write_text(json.dumps(chosen(document())))
        command = [str(web.node()), str(TOOL), "openapi.json", "--output=types.ts", *words]
        subprocess.run(command, cwd=folder, env=web.node_env(), check=True, capture_output=True)
        made = (Path(folder) / "types.ts").read_text()
    return HEAD + made[made.index("export interface components") : made.index("export type $defs")]


def chosen(whole: Json) -> Json:
    """A document without operations, which has the types that those of the whole one need."""
    schemas, names = whole["components"]["schemas"], set[str]()
    left = set(_named([_contents(one) for one in _operations(whole)]))
    while left:
        names |= left
        left = set(_named([schemas[name] for name in left])) - names
    bare = {name: _bare(schemas[name]) for name in names}
    return {"openapi": "3.1.0", "info": whole["info"], "paths": {}, "components": {"schemas": bare}}


def _operations(whole: Json) -> list[Json]:
    return [one for path, methods in whole["paths"].items() if path[:4] == "/v1/" for one in methods.values()]


def _contents(operation: Json) -> list[Json]:
    answers = [one for status, one in operation["responses"].items() if status.startswith("2")]
    return [one.get("content", {}) for one in (operation.get("requestBody", {}), *answers)]


def _named(value: Any) -> list[str]:
    return re.findall(r'"#/components/schemas/(\w+)"', json.dumps(value))


def _bare(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_bare(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {key: _bare(one) for key, one in schema.items() if key in SHAPE and key != "properties"}
    if "properties" in schema:
        kept["properties"] = {name: _bare(one) for name, one in schema["properties"].items()}
    if "patternProperties" in schema:  # TypeScript cannot hold keys to a pattern
        [kept["additionalProperties"]] = [_bare(one) for one in schema["patternProperties"].values()]
    return kept


if __name__ == "__main__":
    TYPES.write_text(text())
