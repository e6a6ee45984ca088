"""The API's OpenAPI document, and it as a plain page: no script, nothing from elsewhere.

Both are made once, since anybody may ask for them.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from html import escape
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, Response

from call24.http.pages import page
from call24.http.router import Router

router = Router(include_in_schema=False)

_HEAD = """<p>Errors are RFC 9457 problems with a stable <code>code</code>. Requests carry
<code>Authorization: Bearer TOKEN</code>. The same as <a href="/openapi.json">OpenAPI</a>.</p>
"""


@router.get("/openapi.json", operation_id="reference_openapi")
async def openapi(request: Request) -> Response:
    return Response(_once(request, "openapi_body", _document), media_type="application/json")


@router.get("/docs", operation_id="reference_docs")
async def docs(request: Request) -> Response:
    return HTMLResponse(_once(request, "docs_body", _page))


def _once(request: Request, name: str, make: Callable[[dict[str, Any]], bytes]) -> bytes:
    kept = request.app.state
    if not hasattr(kept, name):
        setattr(kept, name, make(request.app.openapi()))
    found: bytes = getattr(kept, name)
    return found


def _document(description: dict[str, Any]) -> bytes:
    return json.dumps(description, ensure_ascii=False, separators=(",", ":")).encode()


def _page(description: dict[str, Any]) -> bytes:
    schemas = description.get("components", {}).get("schemas", {})
    parts = [
        _operation(method, path, operation, schemas)
        for path, operations in description["paths"].items()
        for method, operation in operations.items()
    ]
    return page("Call24 API", _HEAD + "".join(parts)).encode()


def _operation(method: str, path: str, operation: dict[str, Any], schemas: dict[str, Any]) -> str:
    text = [f"<h2><code>{escape(method.upper())} {escape(path)}</code></h2>"]
    text.append(f"<p>{escape(operation.get('description') or operation.get('summary', ''))}</p>")
    for content in operation.get("requestBody", {}).get("content", {}).values():
        name = content.get("schema", {}).get("$ref", "").rsplit("/", 1)[-1]
        shape = schemas.get(name, content.get("schema", {}))
        text.append(f"<pre>{escape(json.dumps(shape.get('properties', shape), indent=1))}</pre>")
    return "".join(text)
