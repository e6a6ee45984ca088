"""Reconciliations. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Any, TypedDict

from call24_client.transport import Request


class ListReconciliationsAnswer(TypedDict):
    items: list[Any]


def list_reconciliations(*, limit: int | None = None) -> Request[ListReconciliationsAnswer]:
    """By day, the newest first. Differences are shown and never mended. `owner`: who sees to a finding, the
    organisation or whoever runs this installation; `advice`: what to do. `missed`: calls that could not be
    compared.
    """
    return Request("GET", "/v1/reconciliations", query={"limit": limit})
