"""An organisation's own Pusher applications: their credentials, settings and webhooks."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends
from pydantic import Field

from call24.http.access import SERIALISED, Body, allowed
from call24.http.router import Router
from call24.identity.model import Principal
from call24.kit.ids import ApplicationId
from call24.kit.instants import iso
from call24.pusher_apps.answers import PusherApp, PusherAppList, PusherAppWithSecret
from call24.pusher_apps.dependencies import PusherAppsDep
from call24.pusher_apps.model import Application
from call24.pusher_apps.rules import webhook

router = Router(prefix="/v1/applications", tags=["realtime"])

Reader = Annotated[Principal, Depends(allowed("organisation.read"))]
Owner = Annotated[Principal, Depends(allowed("organisation.write"))]


class PusherAppWebhookSettings(Body):
    """An http or https address, and the channel events that are sent there."""

    url: str = Field(max_length=500)
    events: list[Annotated[str, Field(max_length=40)]] = Field(max_length=10)


class PusherAppChange(Body):
    """Settings of a Pusher application. Fields that are left out stay as they are."""

    name: str = Field("", max_length=200)
    enabled: bool = True
    client_events: bool = False
    tls_only: bool = False
    subscription_counts: bool = False
    connections_max: int = 1000
    member_channels: list[Annotated[str, Field(max_length=120)]] = Field([], max_length=20)
    webhooks: list[PusherAppWebhookSettings] = Field([], max_length=5)

    def settings(self) -> dict[str, Any]:
        named: dict[str, Any] = {field: getattr(self, field) for field in self.model_fields_set}
        if "member_channels" in named:
            named["member_channels"] = tuple(self.member_channels)
        if "webhooks" in named:
            named["webhooks"] = tuple(webhook(one.url, one.events) for one in self.webhooks)
        return named


class NewPusherApp(PusherAppChange):
    """A new Pusher application. Fields that are left out have their defaults."""

    name: str = Field(max_length=200)


@router.get("", operation_id="pusher_apps_list_apps")
async def list_applications(principal: Reader, pusher_apps: PusherAppsDep) -> PusherAppList:
    """Lists the organisation's Pusher applications, the oldest first, without their secrets."""
    return {"items": [view(one) for one in await pusher_apps.all(principal.tenant_id)]}


@router.post("", status_code=201, dependencies=SERIALISED, operation_id="pusher_apps_add")
async def add_application(body: NewPusherApp, principal: Owner, pusher_apps: PusherAppsDep) -> PusherAppWithSecret:
    """Creates a Pusher application and answers with its secret.

    The secret is shown only here. An organisation has at most 20 applications; one more is a 409 `too_many`.
    """
    application, secret = await pusher_apps.create(principal.tenant_id, **body.settings())
    return {**view(application), "secret": secret}


@router.get("/{application_id}", operation_id="pusher_apps_read")
async def read_application(application_id: str, principal: Reader, pusher_apps: PusherAppsDep) -> PusherApp:
    """Retrieves a Pusher application, without its secret."""
    return view(await pusher_apps.get(principal.tenant_id, ApplicationId(application_id)))


@router.patch("/{application_id}", dependencies=SERIALISED, operation_id="pusher_apps_change")
async def change_application(
    application_id: str, body: PusherAppChange, principal: Owner, pusher_apps: PusherAppsDep
) -> PusherApp:
    """Updates the settings of a Pusher application.

    Open connections are affected at once; other server processes follow within 30 seconds.
    """
    id = ApplicationId(application_id)
    return view(await pusher_apps.change(principal.tenant_id, id, **body.settings()))


@router.post("/{application_id}/secret", dependencies=SERIALISED, operation_id="pusher_apps_rotate_secret")
async def rotate_secret(application_id: str, principal: Owner, pusher_apps: PusherAppsDep) -> PusherAppWithSecret:
    """Replaces the secret of a Pusher application and answers with the new one, which is shown only here.

    The old secret stops working at once. Connections that it authorised are closed with code 4200, so that they
    connect again with a new authorisation.
    """
    id = ApplicationId(application_id)
    application, secret = await pusher_apps.rotate(principal.tenant_id, id)
    return {**view(application), "secret": secret}


@router.delete("/{application_id}", status_code=204, dependencies=SERIALISED, operation_id="pusher_apps_remove")
async def remove_application(application_id: str, principal: Owner, pusher_apps: PusherAppsDep) -> None:
    """Deletes a Pusher application. Its connections are closed with code 4001."""
    await pusher_apps.remove(principal.tenant_id, ApplicationId(application_id))


def view(application: Application) -> PusherApp:
    """Never the secret."""
    return {
        "id": application.id,
        "app_id": application.number,
        "key": application.key,
        "name": application.name,
        "enabled": application.enabled,
        "client_events": application.client_events,
        "tls_only": application.tls_only,
        "subscription_counts": application.subscription_counts,
        "connections_max": application.connections_max,
        "member_channels": list(application.member_channels),
        "webhooks": [{"url": one.url, "events": list(one.events)} for one in application.webhooks],
        "secret_at": iso(application.secret_at),
        "created_at": iso(application.created_at),
    }
