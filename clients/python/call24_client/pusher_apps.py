"""Pusher apps. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from call24_client.transport import Request, part


class PusherAppWebhook(TypedDict):
    """An address of the organisation's own server, and the channel events that are sent there."""

    url: str
    events: list[
        Literal[
            "channel_occupied",
            "channel_vacated",
            "member_added",
            "member_removed",
            "client_event",
            "cache_miss",
            "subscription_count",
        ]
    ]


class PusherApp(TypedDict):
    """A Pusher application: its credentials without the secret, and its settings."""

    id: str
    app_id: str
    key: str
    name: str
    enabled: bool
    client_events: bool
    tls_only: bool
    subscription_counts: bool
    connections_max: int
    member_channels: list[str]
    webhooks: list[PusherAppWebhook]
    secret_at: str
    created_at: str


class PusherAppList(TypedDict):
    """All Pusher applications of the organisation, the oldest first."""

    items: list[PusherApp]


class PusherAppWithSecret(TypedDict):
    """A Pusher application with its secret, which is shown only in this answer."""

    id: str
    app_id: str
    key: str
    name: str
    enabled: bool
    client_events: bool
    tls_only: bool
    subscription_counts: bool
    connections_max: int
    member_channels: list[str]
    webhooks: list[PusherAppWebhook]
    secret_at: str
    created_at: str
    secret: str


class PusherAppWebhookSettings(TypedDict):
    """An http or https address, and the channel events that are sent there."""

    url: str
    events: list[str]


class NewPusherApp(TypedDict):
    """A new Pusher application. Fields that are left out have their defaults."""

    name: str
    enabled: NotRequired[bool]
    client_events: NotRequired[bool]
    tls_only: NotRequired[bool]
    subscription_counts: NotRequired[bool]
    connections_max: NotRequired[int]
    member_channels: NotRequired[list[str]]
    webhooks: NotRequired[list[PusherAppWebhookSettings]]


class PusherAppChange(TypedDict):
    """Settings of a Pusher application. Fields that are left out stay as they are."""

    name: NotRequired[str]
    enabled: NotRequired[bool]
    client_events: NotRequired[bool]
    tls_only: NotRequired[bool]
    subscription_counts: NotRequired[bool]
    connections_max: NotRequired[int]
    member_channels: NotRequired[list[str]]
    webhooks: NotRequired[list[PusherAppWebhookSettings]]


def list_apps() -> Request[PusherAppList]:
    """Lists the organisation's Pusher applications, the oldest first, without their secrets."""
    return Request("GET", "/v1/applications")


def add(body: NewPusherApp, *, idempotency_key: str | None = None) -> Request[PusherAppWithSecret]:
    """Creates a Pusher application and answers with its secret. The secret is shown only here. An organisation has
    at most 20 applications; one more is a 409 `too_many`.
    """
    return Request("POST", "/v1/applications", body=body, headers={"Idempotency-Key": idempotency_key})


def read(application_id: str) -> Request[PusherApp]:
    """Retrieves a Pusher application, without its secret."""
    return Request("GET", f"/v1/applications/{part(application_id)}")


def change(application_id: str, body: PusherAppChange, *, if_match: str | None = None) -> Request[PusherApp]:
    """Updates the settings of a Pusher application. Open connections are affected at once; other server processes
    follow within 30 seconds.
    """
    return Request("PATCH", f"/v1/applications/{part(application_id)}", body=body, headers={"If-Match": if_match})


def remove(application_id: str, *, if_match: str | None = None) -> Request[None]:
    """Deletes a Pusher application. Its connections are closed with code 4001."""
    return Request(
        "DELETE", f"/v1/applications/{part(application_id)}", headers={"If-Match": if_match}, answer="nothing"
    )


def rotate_secret(application_id: str, *, idempotency_key: str | None = None) -> Request[PusherAppWithSecret]:
    """Replaces the secret of a Pusher application and answers with the new one, which is shown only here. The old
    secret stops working at once. Connections that it authorised are closed with code 4200, so that they connect
    again with a new authorisation.
    """
    return Request(
        "POST", f"/v1/applications/{part(application_id)}/secret", headers={"Idempotency-Key": idempotency_key}
    )
