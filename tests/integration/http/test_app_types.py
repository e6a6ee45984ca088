"""The app's types are those of the OpenAPI document."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

SCRIPT = Path(__file__).parents[3] / "clients" / "app_types.py"


def script() -> Any:
    spec = importlib.util.spec_from_file_location("app_types", SCRIPT)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_apps_types_are_those_of_the_document() -> None:
    made = script()
    current = made.TYPES.read_text() == made.text()
    assert current, "run .venv/bin/python clients/app_types.py, then svelte-check"


def test_the_apps_types_are_those_that_operations_take_and_answer_and_all_that_these_need() -> None:
    named = {name: {"type": "object"} for name in ("Asked", "Answered", "Problem", "Signed")}
    inner = {"type": "array", "items": {"$ref": "#/components/schemas/Inner"}, "maxItems": 7}
    schemas = {**named, "Inner": {"type": "string", "maxLength": 9}, "Nobodys": {"type": "null"}}
    schemas["Answered"] = {"type": "object", "properties": {"maxItems": inner}, "required": ["maxItems"]}

    def content(name: str) -> Any:
        return {"content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}}

    answers = {"200": content("Answered"), "409": content("Problem")}
    paths = {
        "/v1/things": {"post": {"requestBody": content("Asked"), "responses": answers}},
        "/apps/{app_id}/events": {"post": {"requestBody": content("Signed"), "responses": {}}},
    }
    chosen = script().chosen({"info": {}, "paths": paths, "components": {"schemas": schemas}})
    assert chosen["components"]["schemas"] == {
        "Asked": {"type": "object"},
        "Answered": {
            "type": "object",
            "required": ["maxItems"],
            "properties": {"maxItems": {"type": "array", "items": {"$ref": "#/components/schemas/Inner"}}},
        },
        "Inner": {"type": "string"},
    }
