"""Exports. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

from call24_client.transport import Request, part

CreateAnswer = TypedDict(
    "CreateAnswer",
    {
        "id": str,
        "kind": NotRequired[str | None],
        "format": NotRequired[str | None],
        "from": NotRequired[str | None],
        "to": NotRequired[str | None],
        "by": NotRequired[Any],
        "filters": NotRequired[dict[str, Any] | None],
        "state": NotRequired[str | None],
        "rows_done": NotRequired[float | None],
        "rows": NotRequired[Any],
        "percent": NotRequired[float | None],
        "trouble": NotRequired[Any],
        "created_at": NotRequired[str | None],
        "delete_at": NotRequired[str | None],
    },
)


Wish = TypedDict(
    "Wish",
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


ListExportsAnswerItemsItem = TypedDict(
    "ListExportsAnswerItemsItem",
    {
        "id": NotRequired[str | None],
        "kind": NotRequired[str | None],
        "format": NotRequired[str | None],
        "from": NotRequired[str | None],
        "to": NotRequired[str | None],
        "by": NotRequired[Any],
        "filters": NotRequired[dict[str, Any] | None],
        "state": NotRequired[str | None],
        "rows_done": NotRequired[float | None],
        "rows": NotRequired[Any],
        "percent": NotRequired[float | None],
        "trouble": NotRequired[Any],
        "created_at": NotRequired[str | None],
        "delete_at": NotRequired[str | None],
    },
)


class ListExportsAnswer(TypedDict):
    items: list[ListExportsAnswerItemsItem | None]
    next: NotRequired[Any]


def create(body: Wish, *, idempotency_key: str | None = None) -> Request[CreateAnswer]:
    """Begin an export. At most two of an organisation are written at once; a file is kept for a day at most. Columns
    of calls: times as RFC 3339 in UTC and in local time, telephone numbers in E.164, durations in seconds. A cell
    that a spreadsheet could take for a formula gets an apostrophe before it (CSV) or is text (XLSX).
    """
    return Request("POST", "/v1/exports", body=body, headers={"Idempotency-Key": idempotency_key})


def list_exports(*, limit: int | None = None, cursor: str | None = None) -> Request[ListExportsAnswer]:
    """The newest first."""
    return Request("GET", "/v1/exports", query={"limit": limit, "cursor": cursor})


def read(export_id: str) -> Request[CreateAnswer]:
    """`state`: running, done, failed. `rows` is null until they are counted."""
    return Request("GET", f"/v1/exports/{part(export_id)}")


def cancel(export_id: str, *, if_match: str | None = None) -> Request[None]:
    """Stop it if it is being written; nothing of it is kept."""
    return Request("DELETE", f"/v1/exports/{part(export_id)}", headers={"If-Match": if_match}, answer="nothing")


def download(export_id: str) -> Request[bytes]:
    """The file, streamed. 409 `export_not_done` while it is written, or when it failed."""
    return Request("GET", f"/v1/exports/{part(export_id)}/file", answer="bytes")
