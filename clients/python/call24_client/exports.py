"""Exports. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from call24_client.transport import Request, part

ExportAnswer = TypedDict(
    "ExportAnswer",
    {
        "from": str,
        "to": str,
        "id": str,
        "kind": Literal["calls", "report"],
        "format": Literal["csv", "xlsx"],
        "by": Literal["queue", "agent", "hour", "day", "disposition", "direction", "number"] | None,
        "filters": dict[str, str],
        "state": Literal["running", "done", "failed", "cancelled"],
        "rows_done": int,
        "rows": int | None,
        "percent": int,
        "trouble": str | None,
        "created_at": str,
        "delete_at": str,
    },
)


NewExport = TypedDict(
    "NewExport",
    {
        "kind": Literal["calls", "report"],
        "format": Literal["csv", "xlsx"],
        "from": str,
        "to": str,
        "by": NotRequired[Literal["queue", "agent", "hour", "day", "disposition", "direction", "number"] | None],
        "queue_id": NotRequired[str | None],
        "agent_id": NotRequired[str | None],
        "direction": NotRequired[Literal["inbound", "outbound", "internal", "callback"] | None],
    },
)


class ExportPage(TypedDict):
    """One page of exports, newest first."""

    items: list[ExportAnswer]
    next: str | None


def create(body: NewExport, *, idempotency_key: str | None = None) -> Request[ExportAnswer]:
    """Starts an export of call records or of a report to a file. At most two exports of an organisation are written
    at once. The file is kept for a day at most. Columns of calls: times as RFC 3339 in UTC and in local time,
    telephone numbers in E.164, durations in seconds. A cell that a spreadsheet could take for a formula gets an
    apostrophe before it (CSV) or is text (XLSX).
    """
    return Request("POST", "/v1/exports", body=body, headers={"Idempotency-Key": idempotency_key})


def list_exports(*, limit: int | None = None, cursor: str | None = None) -> Request[ExportPage]:
    """Lists exports, newest first."""
    return Request("GET", "/v1/exports", query={"limit": limit, "cursor": cursor})


def read(export_id: str) -> Request[ExportAnswer]:
    """Returns an export and how far it is. `rows` is null until they are counted."""
    return Request("GET", f"/v1/exports/{part(export_id)}")


def cancel(export_id: str, *, if_match: str | None = None) -> Request[None]:
    """Cancels an export, or deletes a finished one, with its file."""
    return Request("DELETE", f"/v1/exports/{part(export_id)}", headers={"If-Match": if_match}, answer="nothing")


def download(export_id: str) -> Request[bytes]:
    """Downloads the file of an export. 409 `export_not_done` while it is being written, or when it failed."""
    return Request("GET", f"/v1/exports/{part(export_id)}/file", answer="bytes")
