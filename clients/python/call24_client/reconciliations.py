"""Reconciliations. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Any, TypedDict

from call24_client.transport import Request


class ReconciliationsAnswer(TypedDict):
    items: list[Any]


def reconciliations(*, limit: int | None = None) -> Request[ReconciliationsAnswer]:
    """By day, the newest first. Differences are shown and never mended."""
    return Request("GET", "/v1/reconciliations", query={"limit": limit})
