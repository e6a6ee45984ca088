"""Reason codes. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from call24_client.transport import Request, part


class PauseReasonAnswer(TypedDict):
    """A reason that agents can give for a pause."""

    id: str
    name: str
    limit_s: int | None
    order: int
    active: bool


class PauseReasonPage(TypedDict):
    """A page of pause reasons, in their order."""

    items: list[PauseReasonAnswer]
    next: str | None


class NewPauseReason(TypedDict):
    """A new pause reason. `limit_s`: seconds that such a pause may last; null: no limit."""

    name: str
    limit_s: NotRequired[int | None]
    order: NotRequired[int]


class PauseReasonChange(TypedDict):
    """A pause reason. Fields that are left out stay as they are. `limit_s` null: no limit. `active` true brings a
    retired one back.
    """

    name: NotRequired[str | None]
    limit_s: NotRequired[int | None]
    order: NotRequired[int | None]
    active: NotRequired[bool | None]


class DispositionAnswer(TypedDict):
    """What agents can say that a call came to."""

    id: str
    name: str
    order: int
    call_back: bool
    active: bool


class DispositionPage(TypedDict):
    """A page of dispositions, in their order."""

    items: list[DispositionAnswer]
    next: str | None


class NewDisposition(TypedDict):
    """A new disposition. `call_back`: the customer is to be called again; the app then asks the agent when."""

    name: str
    order: NotRequired[int]
    call_back: NotRequired[bool]


class DispositionChange(TypedDict):
    """A disposition. Fields that are left out stay as they are. `active` true brings a retired one back."""

    name: NotRequired[str | None]
    order: NotRequired[int | None]
    active: NotRequired[bool | None]
    call_back: NotRequired[bool | None]


def list_pause_reasons(*, limit: int | None = None, cursor: str | None = None) -> Request[PauseReasonPage]:
    """Lists the pause reasons in their order, also retired ones (`active` false)."""
    return Request("GET", "/v1/pause-reasons", query={"limit": limit, "cursor": cursor})


def add_pause_reason(body: NewPauseReason, *, idempotency_key: str | None = None) -> Request[PauseReasonAnswer]:
    """Creates a pause reason. One that was retired and has this name comes back with its id. 409 `name_taken` where
    there is one with this name, `too_many` where the organisation has 500 already.
    """
    return Request("POST", "/v1/pause-reasons", body=body, headers={"Idempotency-Key": idempotency_key})


def read_pause_reason(reason_id: str) -> Request[PauseReasonAnswer]:
    """Retrieves a pause reason, also a retired one."""
    return Request("GET", f"/v1/pause-reasons/{part(reason_id)}")


def change_pause_reason(
    reason_id: str, body: PauseReasonChange, *, if_match: str | None = None
) -> Request[PauseReasonAnswer]:
    """Updates a pause reason. Pauses that go on keep the limit that they began with."""
    return Request("PATCH", f"/v1/pause-reasons/{part(reason_id)}", body=body, headers={"If-Match": if_match})


def retire_pause_reason(reason_id: str, *, if_match: str | None = None) -> Request[None]:
    """Retires a pause reason. Nobody can choose it any more; past pauses keep its name."""
    return Request("DELETE", f"/v1/pause-reasons/{part(reason_id)}", headers={"If-Match": if_match}, answer="nothing")


def list_dispositions(
    *, queue_id: str | None = None, limit: int | None = None, cursor: str | None = None
) -> Request[DispositionPage]:
    """Lists the dispositions in their order, also retired ones. With `queue_id`: only those that agents can choose
    for calls of this queue.
    """
    return Request("GET", "/v1/dispositions", query={"queue_id": queue_id, "limit": limit, "cursor": cursor})


def add_disposition(body: NewDisposition, *, idempotency_key: str | None = None) -> Request[DispositionAnswer]:
    """Creates a disposition. One that was retired and has this name comes back with its id. 409 `name_taken` where
    there is one with this name, `too_many` where the organisation has 500 already.
    """
    return Request("POST", "/v1/dispositions", body=body, headers={"Idempotency-Key": idempotency_key})


def read_disposition(disposition_id: str) -> Request[DispositionAnswer]:
    """Retrieves a disposition, also a retired one."""
    return Request("GET", f"/v1/dispositions/{part(disposition_id)}")


def change_disposition(
    disposition_id: str, body: DispositionChange, *, if_match: str | None = None
) -> Request[DispositionAnswer]:
    """Updates a disposition. Calls that have it show its new name."""
    return Request("PATCH", f"/v1/dispositions/{part(disposition_id)}", body=body, headers={"If-Match": if_match})


def retire_disposition(disposition_id: str, *, if_match: str | None = None) -> Request[None]:
    """Retires a disposition. Nobody can choose it any more; past calls keep its name."""
    return Request(
        "DELETE", f"/v1/dispositions/{part(disposition_id)}", headers={"If-Match": if_match}, answer="nothing"
    )
