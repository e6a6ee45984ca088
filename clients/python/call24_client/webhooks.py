"""Webhooks. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from call24_client.transport import Request, part


class EventTypeConst(TypedDict):
    """The kind of the event: JSON Schema."""

    const: str


class EventTimestampSchema(TypedDict):
    """The time of the event: JSON Schema."""

    type: Literal["string"]
    format: Literal["date-time"]


class EventFieldType(TypedDict):
    """One of the types that a field of an event may have: JSON Schema."""

    type: NotRequired[str]
    format: NotRequired[str]
    enum: NotRequired[list[str]]


class EventField(TypedDict):
    """A field of an event: JSON Schema."""

    type: NotRequired[str]
    format: NotRequired[str]
    enum: NotRequired[list[str]]
    anyOf: NotRequired[list[EventFieldType]]


class EventDataSchema(TypedDict):
    """The fields of an event: JSON Schema."""

    title: str
    type: Literal["object"]
    properties: dict[str, EventField]
    required: list[str]


class EventMessageProperties(TypedDict):
    """The three fields of each message: JSON Schema."""

    type: EventTypeConst
    timestamp: EventTimestampSchema
    data: EventDataSchema


class EventSchema(TypedDict):
    """The JSON Schema of the message of one kind of event."""

    type: Literal["object"]
    description: str
    required: list[str]
    properties: EventMessageProperties


class EventType(TypedDict):
    """A kind of event that webhooks can send."""

    kind: str
    needs: str | None
    schema: EventSchema


class EventTypeList(TypedDict):
    """All kinds of events that webhooks can send."""

    items: list[EventType]


class Webhook(TypedDict):
    """A subscription: events of these kinds are sent to this address."""

    id: str
    url: str
    kinds: list[str]
    description: str
    country: str
    enabled: bool
    gone_at: str | None
    failing_since: str | None
    secret_at: str
    old_secret_until: str | None
    created_by: str | None
    created_at: str


class WebhookList(TypedDict):
    """All webhooks of the organisation."""

    items: list[Webhook]


class WebhookWithSecret(TypedDict):
    """A webhook with its secret, which is shown only in this answer."""

    id: str
    url: str
    kinds: list[str]
    description: str
    country: str
    enabled: bool
    gone_at: str | None
    failing_since: str | None
    secret_at: str
    old_secret_until: str | None
    created_by: str | None
    created_at: str
    secret: str


class NewWebhook(TypedDict):
    """A new webhook. `url`: an https address. `kinds`: of those that `GET /v1/webhooks/kinds` lists; each needs the
    permission that is named there.
    """

    url: str
    kinds: list[str]
    description: NotRequired[str]
    country: NotRequired[str]
    enabled: NotRequired[bool]


class WebhookChange(TypedDict):
    """Settings of a webhook. Fields that are left out stay as they are. `country`: ISO 3166 code of where its server
    is; an organisation that states where its data is kept must state it. `enabled`: true also resumes a webhook
    that was switched off because its address answered 410.
    """

    url: NotRequired[str]
    kinds: NotRequired[list[str]]
    description: NotRequired[str]
    country: NotRequired[str]
    enabled: NotRequired[bool]


class WebhookDelivery(TypedDict):
    """A message to one webhook, and what became of it."""

    id: str
    message_id: str
    kind: str
    state: Literal["waiting", "delivered", "dead"]
    tries: int
    status: int | None
    trouble: Literal["no_answer", "too_slow", "not_allowed", "refused", "gone", "switched_off"] | None
    created_at: str
    due_at: str | None
    delivered_at: str | None


class WebhookDeliveryPage(TypedDict):
    """A page of deliveries, the newest first."""

    items: list[WebhookDelivery]
    next: str | None


def list_event_types() -> Request[EventTypeList]:
    """Lists the kinds of events that webhooks can send. Each has the JSON Schema of its message, and the permission
    that subscribing to it needs.
    """
    return Request("GET", "/v1/webhooks/kinds")


def list_webhooks() -> Request[WebhookList]:
    """Lists the organisation's webhooks, without their secrets."""
    return Request("GET", "/v1/webhooks")


def add_webhook(body: NewWebhook, *, idempotency_key: str | None = None) -> Request[WebhookWithSecret]:
    """Creates a webhook and answers with its secret (`whsec_...`), which is shown only here. You can subscribe only
    to kinds that you may read yourself: otherwise 403 `beyond_own`. An organisation has at most 20 webhooks; one
    more is a 409 `too_many`. 409 `transfer_not_registered`: `country` is in another region than the
    organisation's data, and no entry of the transfer register covers it.
    """
    return Request("POST", "/v1/webhooks", body=body, headers={"Idempotency-Key": idempotency_key})


def read_webhook(webhook_id: str) -> Request[Webhook]:
    """Retrieves a webhook, without its secret."""
    return Request("GET", f"/v1/webhooks/{part(webhook_id)}")


def change_webhook(webhook_id: str, body: WebhookChange, *, if_match: str | None = None) -> Request[Webhook]:
    """Updates a webhook: its address, kinds, description, or whether it is enabled. You must be allowed to read all
    its kinds, also those that it has already: otherwise 403 `beyond_own`. 409 `transfer_not_registered`: as for a
    new webhook.
    """
    return Request("PATCH", f"/v1/webhooks/{part(webhook_id)}", body=body, headers={"If-Match": if_match})


def remove_webhook(webhook_id: str, *, if_match: str | None = None) -> Request[None]:
    """Deletes a webhook. Messages that wait for it are no longer sent."""
    return Request("DELETE", f"/v1/webhooks/{part(webhook_id)}", headers={"If-Match": if_match}, answer="nothing")


def rotate_secret(webhook_id: str, *, idempotency_key: str | None = None) -> Request[WebhookWithSecret]:
    """Replaces a webhook's secret and answers with the new one, which is shown only here. For 24 hours messages are
    signed with both secrets. 409 `old_secret_signs`: it was changed less than 24 hours ago.
    """
    return Request("POST", f"/v1/webhooks/{part(webhook_id)}/secret", headers={"Idempotency-Key": idempotency_key})


def send_test(webhook_id: str, *, idempotency_key: str | None = None) -> Request[WebhookDelivery]:
    """Sends a test message of kind `webhook.test` to a webhook. The message is sent in the background; list the
    deliveries to see the outcome. At most 10 a minute per organisation.
    """
    return Request("POST", f"/v1/webhooks/{part(webhook_id)}/test", headers={"Idempotency-Key": idempotency_key})


def list_deliveries(
    webhook_id: str,
    *,
    limit: int | None = None,
    cursor: str | None = None,
    state: Literal["waiting", "delivered", "dead"] | None = None,
) -> Request[WebhookDeliveryPage]:
    """Lists the deliveries of a webhook, the newest first. `state` filters: `waiting` for an attempt, `delivered`,
    or `dead` (given up). Delivered ones are kept for three days, dead ones for two weeks.
    """
    return Request(
        "GET", f"/v1/webhooks/{part(webhook_id)}/deliveries", query={"limit": limit, "cursor": cursor, "state": state}
    )


def resend(webhook_id: str, delivery_id: str, *, idempotency_key: str | None = None) -> Request[WebhookDelivery]:
    """Sends a message again, with the same `webhook-id`, and tries for three days. 409 `delivery_waiting` while it
    still waits for an attempt. At most 60 a minute per organisation.
    """
    return Request(
        "POST",
        f"/v1/webhooks/{part(webhook_id)}/deliveries/{part(delivery_id)}/resend",
        headers={"Idempotency-Key": idempotency_key},
    )
