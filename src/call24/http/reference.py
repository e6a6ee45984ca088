"""The API's reference as a plain page, made from its own OpenAPI description: no script, nothing from elsewhere."""

from __future__ import annotations

import json
from html import escape
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from call24.http.pages import page

router = APIRouter(include_in_schema=False)

_HEAD = """<p>Errors are RFC 9457 problems with a stable <code>code</code>. Requests carry
<code>Authorization: Bearer TOKEN</code>. The same as <a href="/openapi.json">OpenAPI</a>.</p>
"""


@router.get("/docs")
async def docs(request: Request) -> HTMLResponse:
    description = request.app.openapi()
    schemas = description.get("components", {}).get("schemas", {})
    parts = [
        _operation(method, path, operation, schemas)
        for path, operations in description["paths"].items()
        for method, operation in operations.items()
    ]
    return HTMLResponse(page("Call24 API", _HEAD + "".join(parts)))


def _operation(method: str, path: str, operation: dict[str, Any], schemas: dict[str, Any]) -> str:
    text = [f"<h2><code>{escape(method.upper())} {escape(path)}</code></h2>"]
    text.append(f"<p>{escape(operation.get('description') or operation.get('summary', ''))}</p>")
    for content in operation.get("requestBody", {}).get("content", {}).values():
        name = content.get("schema", {}).get("$ref", "").rsplit("/", 1)[-1]
        shape = schemas.get(name, content.get("schema", {}))
        text.append(f"<pre>{escape(json.dumps(shape.get('properties', shape), indent=1))}</pre>")
    return "".join(text)
