"""Health. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from call24_client.transport import Request


class LiveAnswer(TypedDict):
    status: NotRequired[str | None]


class ReadyAnswer(TypedDict):
    status: NotRequired[str | None]
    parts: NotRequired[dict[str, str | None] | None]


def live() -> Request[LiveAnswer]:
    """Live."""
    return Request("GET", "/health/live")


def ready() -> Request[ReadyAnswer]:
    """Ready."""
    return Request("GET", "/health/ready")
