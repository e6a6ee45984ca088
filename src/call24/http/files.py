"""How routes that answer with a file say so in the OpenAPI document."""

from __future__ import annotations

from typing import Any

_BYTES = {"type": "string", "format": "binary"}
_JSON = {"type": "object", "additionalProperties": True}


def a_file(*media: str, ranges: bool = False) -> dict[int | str, dict[str, Any]]:
    """For a route's `responses`: what it answers with is a file of one of these kinds; `ranges`: or a part of it."""
    content = {one: {"schema": _JSON if one.endswith("+json") else _BYTES} for one in media}
    whole: dict[int | str, dict[str, Any]] = {200: {"description": "The file", "content": content}}
    if not ranges:
        return whole
    beyond = {"description": "It has no such part"}
    return {**whole, 206: {"description": "The part that was asked for", "content": content}, 416: beyond}
