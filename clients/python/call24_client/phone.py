"""Phone. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from call24_client.transport import Request


class ReadCredentialsAnswer(TypedDict):
    device_id: NotRequired[str | None]
    aor: NotRequired[str | None]
    username: NotRequired[str | None]
    password: NotRequired[str | None]
    ws_url: NotRequired[str | None]


def read_credentials() -> Request[ReadCredentialsAnswer]:
    """Phone."""
    return Request("GET", "/v1/phone")
