"""An organisation's own realtime applications: what its servers sign with, and where its webhooks go."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends
from pydantic import Field

from call24.http.access import SERIALISED, Body, allowed
from call24.http.router import Router
from call24.identity.model import Principal
from call24.kit.ids import ApplicationId
from call24.pusher_apps.dependencies import PusherAppsDep
from call24.pusher_apps.model import Application
from call24.pusher_apps.rules import webhook

router = Router(prefix="/v1/applications", tags=["realtime"])

Reader = Annotated[Principal, Depends(allowed("organisation.read"))]
Owner = Annotated[Principal, Depends(allowed("organisation.write"))]


class HookWish(Body):
    url: str = Field(max_length=500)
    events: list[Annotated[str, Field(max_length=40)]] = Field(max_length=10)


class ApplicationChange(Body):
    """What is not named stays as it is."""

    name: str = Field("", max_length=200)
    enabled: bool = True
    client_events: bool = False
    tls_only: bool = False
    subscription_counts: bool = False
    connections_max: int = 1000
    member_channels: list[Annotated[str, Field(max_length=120)]] = Field([], max_length=20)
    webhooks: list[HookWish] = Field([], max_length=5)

    def settings(self) -> dict[str, Any]:
        named: dict[str, Any] = {field: getattr(self, field) for field in self.model_fields_set}
        if "member_channels" in named:
            named["member_channels"] = tuple(self.member_channels)
        if "webhooks" in named:
            named["webhooks"] = tuple(webhook(one.url, one.events) for one in self.webhooks)
        return named


class NewApplication(ApplicationChange):
    name: str = Field(max_length=200)


@router.get("", operation_id="pusher_apps_list_apps")
async def list_applications(principal: Reader, pusher_apps: PusherAppsDep) -> dict[str, Any]:
    return {"items": [view(one) for one in await pusher_apps.all(principal.tenant_id)]}


@router.post("", status_code=201, dependencies=SERIALISED, operation_id="pusher_apps_add")
async def add_application(body: NewApplication, principal: Owner, pusher_apps: PusherAppsDep) -> dict[str, Any]:
    """With its secret, which is shown here alone."""
    application, secret = await pusher_apps.create(principal.tenant_id, **body.settings())
    return {**view(application), "secret": secret}


@router.patch("/{application_id}", dependencies=SERIALISED, operation_id="pusher_apps_change")
async def change_application(
    application_id: str, body: ApplicationChange, principal: Owner, pusher_apps: PusherAppsDep
) -> dict[str, Any]:
    id = ApplicationId(application_id)
    return view(await pusher_apps.change(principal.tenant_id, id, **body.settings()))


@router.post("/{application_id}/secret", dependencies=SERIALISED, operation_id="pusher_apps_rotate_secret")
async def rotate_secret(application_id: str, principal: Owner, pusher_apps: PusherAppsDep) -> dict[str, Any]:
    """A new secret. The one before signs nothing any more, and the sockets that it let in are closed."""
    id = ApplicationId(application_id)
    application, secret = await pusher_apps.rotate(principal.tenant_id, id)
    return {**view(application), "secret": secret}


@router.delete("/{application_id}", status_code=204, dependencies=SERIALISED, operation_id="pusher_apps_remove")
async def remove_application(application_id: str, principal: Owner, pusher_apps: PusherAppsDep) -> None:
    await pusher_apps.remove(principal.tenant_id, ApplicationId(application_id))


def view(application: Application) -> dict[str, Any]:
    """Never the secret. `app_id`: what Pusher's libraries call the application's id."""
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
        "secret_at": application.secret_at.isoformat(),
        "created_at": application.created_at.isoformat(),
    }
