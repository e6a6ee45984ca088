"""Webhooks of an organisation: who subscribes to what, and what became of each message."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Query
from pydantic import Field

from call24.http.access import SERIALISED, Body, allowed
from call24.http.router import Router
from call24.identity.model import Principal
from call24.identity.permissions import permits
from call24.kit.errors import Refused
from call24.kit.ids import DeliveryId, WebhookId
from call24.kit.instants import iso
from call24.webhooks.answers import (
    EventTypeList,
    Webhook,
    WebhookDelivery,
    WebhookDeliveryPage,
    WebhookList,
    WebhookWithSecret,
)
from call24.webhooks.dependencies import WebhooksDep
from call24.webhooks.events import NEEDS, OF, schema
from call24.webhooks.model import Delivery, State
from call24.webhooks.model import Webhook as StoredWebhook
from call24.webhooks.rules import in_order

router = Router(prefix="/v1/webhooks", tags=["webhooks"])

Reader = Annotated[Principal, Depends(allowed("organisation.read"))]
Writer = Annotated[Principal, Depends(allowed("organisation.write"))]
Kind = Annotated[str, Field(max_length=40)]


class WebhookChange(Body):
    """Settings of a webhook. Fields that are left out stay as they are.

    `country`: ISO 3166 code of where its server is; an organisation that states where its data is kept must state it.
    `enabled`: true also resumes a webhook that was switched off because its address answered 410.
    """

    url: str = Field("", max_length=500)
    kinds: list[Kind] = Field([], max_length=20)
    description: str = Field("", max_length=200)
    country: str = Field("", max_length=2)
    enabled: bool = True

    def settings(self) -> dict[str, Any]:
        named: dict[str, Any] = {field: getattr(self, field) for field in self.model_fields_set}
        if "kinds" in named:
            named["kinds"] = in_order(self.kinds)
        return named


class NewWebhook(WebhookChange):
    """A new webhook. `url`: an https address. `kinds`: of those that `GET /v1/webhooks/kinds` lists; each needs the
    permission that is named there."""

    url: str = Field(max_length=500)
    kinds: list[Kind] = Field(min_length=1, max_length=20)


@router.get("/kinds", operation_id="webhooks_list_event_types")
async def list_kinds(principal: Reader) -> EventTypeList:
    """Lists the kinds of events that webhooks can send.

    Each has the JSON Schema of its message, and the permission that subscribing to it needs.
    """
    return {"items": [{"kind": kind, "needs": NEEDS.get(kind), "schema": schema(kind)} for kind in OF]}


@router.get("", operation_id="webhooks_list_webhooks")
async def list_webhooks(principal: Reader, webhook_service: WebhooksDep) -> WebhookList:
    """Lists the organisation's webhooks, without their secrets."""
    return {"items": [view(one) for one in await webhook_service.all(principal.tenant_id)]}


@router.post("", status_code=201, dependencies=SERIALISED, operation_id="webhooks_add_webhook")
async def add_webhook(body: NewWebhook, principal: Writer, webhook_service: WebhooksDep) -> WebhookWithSecret:
    """Creates a webhook and answers with its secret (`whsec_...`), which is shown only here.

    You can subscribe only to kinds that you may read yourself: otherwise 403 `beyond_own`. An organisation has at most
    20 webhooks; one more is a 409 `too_many`. 409 `transfer_not_registered`: `country` is in another
    region than the organisation's data, and no entry of the transfer register covers it.
    """
    _check_kinds(principal, body.kinds)
    made, secret = await webhook_service.create(principal.tenant_id, principal.user_id, **body.settings())
    return {**view(made), "secret": secret}


@router.get("/{webhook_id}", operation_id="webhooks_read_webhook")
async def read_webhook(webhook_id: str, principal: Reader, webhook_service: WebhooksDep) -> Webhook:
    """Retrieves a webhook, without its secret."""
    return view(await webhook_service.get(principal.tenant_id, WebhookId(webhook_id)))


@router.patch("/{webhook_id}", dependencies=SERIALISED, operation_id="webhooks_change_webhook")
async def change_webhook(
    webhook_id: str, body: WebhookChange, principal: Writer, webhook_service: WebhooksDep
) -> Webhook:
    """Updates a webhook: its address, kinds, description, or whether it is enabled.

    You must be allowed to read all its kinds, also those that it has already: otherwise 403 `beyond_own`. 409
    `transfer_not_registered`: as for a new webhook.
    """
    id = WebhookId(webhook_id)
    before = await webhook_service.get(principal.tenant_id, id)
    _check_kinds(principal, body.kinds if "kinds" in body.model_fields_set else before.kinds)
    return view(await webhook_service.change(principal.tenant_id, id, **body.settings()))


@router.delete("/{webhook_id}", status_code=204, dependencies=SERIALISED, operation_id="webhooks_remove_webhook")
async def remove_webhook(webhook_id: str, principal: Writer, webhook_service: WebhooksDep) -> None:
    """Deletes a webhook. Messages that wait for it are no longer sent."""
    await webhook_service.remove(principal.tenant_id, WebhookId(webhook_id))


@router.post("/{webhook_id}/secret", dependencies=SERIALISED, operation_id="webhooks_rotate_secret")
async def rotate_secret(webhook_id: str, principal: Writer, webhook_service: WebhooksDep) -> WebhookWithSecret:
    """Replaces a webhook's secret and answers with the new one, which is shown only here.

    For 24 hours messages are signed with both secrets. 409 `old_secret_signs`: it was changed less than 24 hours ago.
    """
    made, secret = await webhook_service.rotate(principal.tenant_id, WebhookId(webhook_id))
    return {**view(made), "secret": secret}


@router.post("/{webhook_id}/test", status_code=202, operation_id="webhooks_send_test")
async def send_test(webhook_id: str, principal: Writer, webhook_service: WebhooksDep) -> WebhookDelivery:
    """Sends a test message of kind `webhook.test` to a webhook.

    The message is sent in the background; list the deliveries to see the outcome. At most 10 a minute per organisation.
    """
    return delivery_view(await webhook_service.test(principal.tenant_id, WebhookId(webhook_id)))


@router.get("/{webhook_id}/deliveries", operation_id="webhooks_list_deliveries")
async def list_deliveries(
    webhook_id: str,
    principal: Reader,
    webhook_service: WebhooksDep,
    limit: Annotated[int, Query(ge=1, le=100)] = 25,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    state: State | None = None,
) -> WebhookDeliveryPage:
    """Lists the deliveries of a webhook, the newest first.

    `state` filters: `waiting` for an attempt, `delivered`, or `dead` (given up). Delivered ones are kept for three
    days, dead ones for two weeks.
    """
    found, following = await webhook_service.deliveries(
        principal.tenant_id, WebhookId(webhook_id), state, limit=limit, cursor=cursor
    )
    return {"items": [delivery_view(one) for one in found], "next": following}


@router.post("/{webhook_id}/deliveries/{delivery_id}/resend", status_code=202, operation_id="webhooks_resend")
async def resend(webhook_id: str, delivery_id: str, principal: Writer, webhook_service: WebhooksDep) -> WebhookDelivery:
    """Sends a message again, with the same `webhook-id`, and tries for three days.

    409 `delivery_waiting` while it still waits for an attempt. At most 60 a minute per organisation.
    """
    id = WebhookId(webhook_id)
    return delivery_view(await webhook_service.resend(principal.tenant_id, id, DeliveryId(delivery_id)))


def _check_kinds(principal: Principal, kinds: list[str] | tuple[str, ...]) -> None:
    """Nobody subscribes to what they may not read. Raises: Refused (code beyond_own)."""
    for kind in kinds:
        needed = NEEDS.get(kind)
        if needed is not None and not permits(principal, needed):
            raise Refused(f"{kind} needs the permission {needed}", code="beyond_own", permission=needed)


def view(webhook: StoredWebhook) -> Webhook:
    """Never a secret."""
    return {
        "id": webhook.id,
        "url": webhook.url,
        "kinds": list(webhook.kinds),
        "description": webhook.description,
        "country": webhook.country,
        "enabled": webhook.enabled,
        "gone_at": iso(webhook.gone_at),
        "failing_since": iso(webhook.failing_since),
        "secret_at": iso(webhook.secret_at),
        "old_secret_until": iso(webhook.old_until),
        "created_by": webhook.created_by,
        "created_at": iso(webhook.created_at),
    }


def delivery_view(delivery: Delivery) -> WebhookDelivery:
    return {
        "id": delivery.id,
        "message_id": delivery.message_id,
        "kind": delivery.kind,
        "state": delivery.state,
        "tries": delivery.tries,
        "status": delivery.status,
        "trouble": delivery.trouble,
        "created_at": iso(delivery.created_at),
        "due_at": iso(delivery.due_at) if delivery.state == "waiting" else None,
        "delivered_at": iso(delivery.delivered_at),
    }
