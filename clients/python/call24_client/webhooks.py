"""Webhooks. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

from call24_client.transport import Request, part


class ListEventTypesAnswerItemsItem(TypedDict):
    kind: NotRequired[str | None]
    needs: NotRequired[str | None]
    schema: NotRequired[dict[str, Any] | None]


class ListEventTypesAnswer(TypedDict):
    items: list[ListEventTypesAnswerItemsItem | None]


class ListWebhooksAnswerItemsItem(TypedDict):
    id: NotRequired[str | None]
    url: NotRequired[str | None]
    kinds: NotRequired[list[str | None] | None]
    description: NotRequired[str | None]
    enabled: NotRequired[bool | None]
    gone_at: NotRequired[Any]
    failing_since: NotRequired[Any]
    secret_at: NotRequired[str | None]
    old_secret_until: NotRequired[Any]
    created_by: NotRequired[str | None]
    created_at: NotRequired[str | None]


class ListWebhooksAnswer(TypedDict):
    items: list[ListWebhooksAnswerItemsItem | None]


class AddWebhookAnswer(TypedDict):
    id: str
    url: NotRequired[str | None]
    kinds: NotRequired[list[str | None] | None]
    description: NotRequired[str | None]
    enabled: NotRequired[bool | None]
    gone_at: NotRequired[Any]
    failing_since: NotRequired[Any]
    secret_at: NotRequired[str | None]
    old_secret_until: NotRequired[Any]
    created_by: NotRequired[str | None]
    created_at: NotRequired[str | None]
    secret: NotRequired[str | None]


class NewWebhook(TypedDict):
    """`url`: https; `kinds`: those of `GET /v1/webhooks/kinds`, each needs the permission that is named there."""

    url: str
    kinds: list[str]
    description: NotRequired[str]
    enabled: NotRequired[bool]


class ReadWebhookAnswer(TypedDict):
    id: str
    url: NotRequired[str | None]
    kinds: NotRequired[list[str | None] | None]
    description: NotRequired[str | None]
    enabled: NotRequired[bool | None]
    gone_at: NotRequired[Any]
    failing_since: NotRequired[Any]
    secret_at: NotRequired[str | None]
    old_secret_until: NotRequired[Any]
    created_by: NotRequired[str | None]
    created_at: NotRequired[str | None]


class WebhookChange(TypedDict):
    """What is not named stays as it is. Switched on again, one that answered 410 is told again."""

    url: NotRequired[str]
    kinds: NotRequired[list[str]]
    description: NotRequired[str]
    enabled: NotRequired[bool]


class RotateSecretAnswer(TypedDict):
    id: str
    url: NotRequired[str | None]
    kinds: NotRequired[list[str | None] | None]
    description: NotRequired[str | None]
    enabled: NotRequired[bool | None]
    gone_at: NotRequired[Any]
    failing_since: NotRequired[Any]
    secret_at: NotRequired[str | None]
    old_secret_until: NotRequired[str | None]
    created_by: NotRequired[str | None]
    created_at: NotRequired[str | None]
    secret: NotRequired[str | None]


class SendTestAnswer(TypedDict):
    id: str
    message_id: NotRequired[str | None]
    kind: NotRequired[str | None]
    state: NotRequired[str | None]
    tries: NotRequired[float | None]
    status: NotRequired[Any]
    trouble: NotRequired[Any]
    created_at: NotRequired[str | None]
    due_at: NotRequired[str | None]
    delivered_at: NotRequired[Any]


class ListDeliveriesAnswer(TypedDict):
    items: list[Any]
    next: NotRequired[Any]


def list_event_types() -> Request[ListEventTypesAnswer]:
    """What can be subscribed to, with the schema of each message and the permission that it needs."""
    return Request("GET", "/v1/webhooks/kinds")


def list_webhooks() -> Request[ListWebhooksAnswer]:
    """List Webhooks."""
    return Request("GET", "/v1/webhooks")


def add_webhook(body: NewWebhook, *, idempotency_key: str | None = None) -> Request[AddWebhookAnswer]:
    """With its secret (`whsec_...`), which is shown here alone."""
    return Request("POST", "/v1/webhooks", body=body, headers={"Idempotency-Key": idempotency_key})


def read_webhook(webhook_id: str) -> Request[ReadWebhookAnswer]:
    """Read Webhook."""
    return Request("GET", f"/v1/webhooks/{part(webhook_id)}")


def change_webhook(webhook_id: str, body: WebhookChange, *, if_match: str | None = None) -> Request[ReadWebhookAnswer]:
    """Change Webhook."""
    return Request("PATCH", f"/v1/webhooks/{part(webhook_id)}", body=body, headers={"If-Match": if_match})


def remove_webhook(webhook_id: str, *, if_match: str | None = None) -> Request[None]:
    """What waits for it is not sent any more."""
    return Request("DELETE", f"/v1/webhooks/{part(webhook_id)}", headers={"If-Match": if_match}, answer="nothing")


def rotate_secret(webhook_id: str, *, idempotency_key: str | None = None) -> Request[RotateSecretAnswer]:
    """A new secret, shown here alone. The one before signs beside it for 24 hours."""
    return Request("POST", f"/v1/webhooks/{part(webhook_id)}/secret", headers={"Idempotency-Key": idempotency_key})


def send_test(webhook_id: str, *, idempotency_key: str | None = None) -> Request[SendTestAnswer]:
    """Sends a message of kind `webhook.test`; what became of it is among the deliveries."""
    return Request("POST", f"/v1/webhooks/{part(webhook_id)}/test", headers={"Idempotency-Key": idempotency_key})


def list_deliveries(
    webhook_id: str,
    *,
    limit: int | None = None,
    cursor: str | None = None,
    state: Literal["waiting", "delivered", "dead"] | None = None,
) -> Request[ListDeliveriesAnswer]:
    """What was sent, waits or could not be delivered (`dead`), the newest first. `next`: the next page's cursor."""
    return Request(
        "GET", f"/v1/webhooks/{part(webhook_id)}/deliveries", query={"limit": limit, "cursor": cursor, "state": state}
    )


def resend(webhook_id: str, delivery_id: str, *, idempotency_key: str | None = None) -> Request[SendTestAnswer]:
    """Once more, with the same `webhook-id`, tried for three days. 409 delivery_waiting."""
    return Request(
        "POST",
        f"/v1/webhooks/{part(webhook_id)}/deliveries/{part(delivery_id)}/resend",
        headers={"Idempotency-Key": idempotency_key},
    )
