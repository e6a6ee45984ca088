"""Health. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Literal, TypedDict

from call24_client.transport import Request


class Liveness(TypedDict):
    """The process answers."""

    status: Literal["ok"]


class Readiness(TypedDict):
    """Whether what Call24 needs is there."""

    status: Literal["ok", "away"]
    parts: dict[str, Literal["ok", "away"]]


def live() -> Request[Liveness]:
    """Says that the process answers. It looks at nothing else."""
    return Request("GET", "/health/live")


def ready() -> Request[Readiness]:
    """Says whether what Call24 needs is there: each part is `ok` or `away`. 503 where one is away. The parts are
    looked at once a second at most.
    """
    return Request("GET", "/health/ready")
