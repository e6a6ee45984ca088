"""Why. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Any

from call24_client.transport import Request, part


def why(call_id: str) -> Request[dict[str, Any]]:
    """In the order in which they were made. `reason` is in words, `code` the same for programs."""
    return Request("GET", f"/v1/calls/{part(call_id)}/why")
