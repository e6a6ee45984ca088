"""Pusher apps. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict

from call24_client.transport import Request, part


class ListAppsAnswerItemsItem(TypedDict):
    id: NotRequired[str | None]
    app_id: NotRequired[str | None]
    key: NotRequired[str | None]
    name: NotRequired[str | None]
    enabled: NotRequired[bool | None]
    client_events: NotRequired[bool | None]
    tls_only: NotRequired[bool | None]
    subscription_counts: NotRequired[bool | None]
    connections_max: NotRequired[float | None]
    member_channels: NotRequired[list[Any] | None]
    webhooks: NotRequired[list[Any] | None]
    secret_at: NotRequired[str | None]
    created_at: NotRequired[str | None]


class ListAppsAnswer(TypedDict):
    items: list[ListAppsAnswerItemsItem | None]


class AddAnswer(TypedDict):
    id: str
    app_id: NotRequired[str | None]
    key: NotRequired[str | None]
    name: NotRequired[str | None]
    enabled: NotRequired[bool | None]
    client_events: NotRequired[bool | None]
    tls_only: NotRequired[bool | None]
    subscription_counts: NotRequired[bool | None]
    connections_max: NotRequired[float | None]
    member_channels: NotRequired[list[Any] | None]
    webhooks: NotRequired[list[Any] | None]
    secret_at: NotRequired[str | None]
    created_at: NotRequired[str | None]
    secret: NotRequired[str | None]


class HookWish(TypedDict):
    url: str
    events: list[str]


class NewApplication(TypedDict):
    name: str
    enabled: NotRequired[bool]
    client_events: NotRequired[bool]
    tls_only: NotRequired[bool]
    subscription_counts: NotRequired[bool]
    connections_max: NotRequired[int]
    member_channels: NotRequired[list[str]]
    webhooks: NotRequired[list[HookWish]]


class ChangeAnswer(TypedDict):
    id: str
    app_id: NotRequired[str | None]
    key: NotRequired[str | None]
    name: NotRequired[str | None]
    enabled: NotRequired[bool | None]
    client_events: NotRequired[bool | None]
    tls_only: NotRequired[bool | None]
    subscription_counts: NotRequired[bool | None]
    connections_max: NotRequired[float | None]
    member_channels: NotRequired[list[Any] | None]
    webhooks: NotRequired[list[Any] | None]
    secret_at: NotRequired[str | None]
    created_at: NotRequired[str | None]


class ApplicationChange(TypedDict):
    """What is not named stays as it is."""

    name: NotRequired[str]
    enabled: NotRequired[bool]
    client_events: NotRequired[bool]
    tls_only: NotRequired[bool]
    subscription_counts: NotRequired[bool]
    connections_max: NotRequired[int]
    member_channels: NotRequired[list[str]]
    webhooks: NotRequired[list[HookWish]]


def list_apps() -> Request[ListAppsAnswer]:
    """List Applications."""
    return Request("GET", "/v1/applications")


def add(body: NewApplication, *, idempotency_key: str | None = None) -> Request[AddAnswer]:
    """With its secret, which is shown here alone."""
    return Request("POST", "/v1/applications", body=body, headers={"Idempotency-Key": idempotency_key})


def change(application_id: str, body: ApplicationChange) -> Request[ChangeAnswer]:
    """Change Application."""
    return Request("PATCH", f"/v1/applications/{part(application_id)}", body=body)


def remove(application_id: str) -> Request[None]:
    """Remove Application."""
    return Request("DELETE", f"/v1/applications/{part(application_id)}", answer="nothing")


def rotate_secret(application_id: str, *, idempotency_key: str | None = None) -> Request[AddAnswer]:
    """A new secret. The one before signs nothing any more, and the sockets that it let in are closed."""
    return Request(
        "POST", f"/v1/applications/{part(application_id)}/secret", headers={"Idempotency-Key": idempotency_key}
    )
