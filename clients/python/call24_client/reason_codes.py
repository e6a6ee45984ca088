"""Reason codes. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict

from call24_client.transport import Request, part


class ListPauseReasonsAnswerItemsItem(TypedDict):
    id: NotRequired[str | None]
    name: NotRequired[str | None]
    limit_s: NotRequired[Any]
    order: NotRequired[float | None]
    active: NotRequired[bool | None]


class ListPauseReasonsAnswer(TypedDict):
    items: list[ListPauseReasonsAnswerItemsItem | None]
    next: NotRequired[Any]


class AddPauseReasonAnswer(TypedDict):
    id: str
    name: NotRequired[str | None]
    limit_s: NotRequired[Any]
    order: NotRequired[float | None]
    active: NotRequired[bool | None]


class NewReason(TypedDict):
    name: str
    limit_s: NotRequired[int | None]
    order: NotRequired[int]


class ReasonChange(TypedDict):
    """What is not named stays as it is; `limit_s` null: no limit."""

    name: NotRequired[str | None]
    limit_s: NotRequired[int | None]
    order: NotRequired[int | None]
    active: NotRequired[bool | None]


class ListDispositionsAnswer(TypedDict):
    items: list[Any]
    next: NotRequired[Any]


class AddDispositionAnswer(TypedDict):
    id: str
    name: NotRequired[str | None]
    order: NotRequired[float | None]
    call_back: NotRequired[bool | None]
    active: NotRequired[bool | None]


class NewDisposition(TypedDict):
    """`call_back`: the customer is to be called again; the app then asks the agent when."""

    name: str
    order: NotRequired[int]
    call_back: NotRequired[bool]


class DispositionChange(TypedDict):
    """What is not named stays as it is."""

    name: NotRequired[str | None]
    order: NotRequired[int | None]
    active: NotRequired[bool | None]
    call_back: NotRequired[bool | None]


def list_pause_reasons(*, limit: int | None = None, cursor: str | None = None) -> Request[ListPauseReasonsAnswer]:
    """Also those that nobody can choose any more, for what is past: `active` false."""
    return Request("GET", "/v1/pause-reasons", query={"limit": limit, "cursor": cursor})


def add_pause_reason(body: NewReason, *, idempotency_key: str | None = None) -> Request[AddPauseReasonAnswer]:
    """Add Pause Reason."""
    return Request("POST", "/v1/pause-reasons", body=body, headers={"Idempotency-Key": idempotency_key})


def change_pause_reason(reason_id: str, body: ReasonChange) -> Request[AddPauseReasonAnswer]:
    """The limit of pauses that go on stays what it was."""
    return Request("PATCH", f"/v1/pause-reasons/{part(reason_id)}", body=body)


def retire_pause_reason(reason_id: str) -> Request[None]:
    """Retire Pause Reason."""
    return Request("DELETE", f"/v1/pause-reasons/{part(reason_id)}", answer="nothing")


def list_dispositions(
    *, queue_id: str | None = None, limit: int | None = None, cursor: str | None = None
) -> Request[ListDispositionsAnswer]:
    """All of them; or with `queue_id` those that an agent may give for a call of this queue."""
    return Request("GET", "/v1/dispositions", query={"queue_id": queue_id, "limit": limit, "cursor": cursor})


def add_disposition(body: NewDisposition, *, idempotency_key: str | None = None) -> Request[AddDispositionAnswer]:
    """Add Disposition."""
    return Request("POST", "/v1/dispositions", body=body, headers={"Idempotency-Key": idempotency_key})


def change_disposition(disposition_id: str, body: DispositionChange) -> Request[AddDispositionAnswer]:
    """Change Disposition."""
    return Request("PATCH", f"/v1/dispositions/{part(disposition_id)}", body=body)


def retire_disposition(disposition_id: str) -> Request[None]:
    """Retire Disposition."""
    return Request("DELETE", f"/v1/dispositions/{part(disposition_id)}", answer="nothing")
