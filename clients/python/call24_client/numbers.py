"""Numbers. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict

from call24_client.transport import Request, part


class ListNumbersAnswerItemsItem(TypedDict):
    id: NotRequired[str | None]
    number: NotRequired[str | None]
    label: NotRequired[str | None]
    trunk_id: NotRequired[str | None]
    queue_id: NotRequired[str | None]
    flow_id: NotRequired[Any]
    greeting: NotRequired[str | None]
    verified_at: NotRequired[Any]


class ListNumbersAnswer(TypedDict):
    items: list[ListNumbersAnswerItemsItem | None]
    next: NotRequired[Any]


class AddNumberAnswer(TypedDict):
    id: str
    number: NotRequired[str | None]
    label: NotRequired[str | None]
    trunk_id: NotRequired[str | None]
    queue_id: NotRequired[str | None]
    flow_id: NotRequired[Any]
    greeting: NotRequired[str | None]
    verified_at: NotRequired[Any]


class NewNumber(TypedDict):
    trunk_id: str
    queue_id: NotRequired[str | None]
    flow_id: NotRequired[str | None]
    greeting: NotRequired[str | None]
    label: NotRequired[str]
    number: str


class NumberChange(TypedDict):
    """What is not named stays as it is; naming a queue takes the flow away, and the other way round."""

    trunk_id: NotRequired[str]
    queue_id: NotRequired[str | None]
    flow_id: NotRequired[str | None]
    greeting: NotRequired[str | None]
    label: NotRequired[str]


class ListCallerNumbersAnswer(TypedDict):
    items: list[Any]
    next: NotRequired[Any]


def list_numbers(*, limit: int | None = None, cursor: str | None = None) -> Request[ListNumbersAnswer]:
    """The oldest first."""
    return Request("GET", "/v1/numbers", query={"limit": limit, "cursor": cursor})


def add_number(body: NewNumber, *, idempotency_key: str | None = None) -> Request[AddNumberAnswer]:
    """A trunk, queue or flow of another organisation is answered like one that does not exist."""
    return Request("POST", "/v1/numbers", body=body, headers={"Idempotency-Key": idempotency_key})


def change_number(number_id: str, body: NumberChange) -> Request[AddNumberAnswer]:
    """Change Number."""
    return Request("PATCH", f"/v1/numbers/{part(number_id)}", body=body)


def remove_number(number_id: str) -> Request[None]:
    """New calls to it are refused; those in hand go on."""
    return Request("DELETE", f"/v1/numbers/{part(number_id)}", answer="nothing")


def list_caller_numbers(*, limit: int | None = None, cursor: str | None = None) -> Request[ListCallerNumbersAnswer]:
    """What a called party may be shown: verified numbers. The first is shown where none is chosen."""
    return Request("GET", "/v1/caller-numbers", query={"limit": limit, "cursor": cursor})
