"""Web Push: notifications to browsers, also while the app is closed."""

from __future__ import annotations

from call24.identity.service import IdentityService
from call24.kit.clock import Clock
from call24.kit.mongo import Mongo
from call24.kit.outbound_http import OutboundHttp
from call24.kit.provided import Provided
from call24.kit.room import BackgroundTask, Built, Room
from call24.kit.sealed_field import SealedField
from call24.kit.secrets import AppKey
from call24.kit.settings import Settings
from call24.tenants.rules import is_open
from call24.tenants.service import TenantService
from call24.web_push import api, personal_data, store
from call24.web_push.model import PushSubscription
from call24.web_push.sender import OF_ORGANISATION, OF_SERVICE, SERVICES_AT_ONCE
from call24.web_push.service import WebPush
from call24.web_push.vapid import subject_of


def build(there: Provided) -> Built:
    settings, identity, tenants = there.get(Settings), there.get(IdentityService), there.get(TenantService)
    outward = OutboundHttp(private=settings.webhooks_private)
    pushes = WebPush(
        there.get(Mongo),
        there.get(Clock),
        there.get(AppKey),
        outward.post,
        subject=subject_of(settings.address),
        private=settings.webhooks_private,
    )
    pushes.is_open = lambda tenant_id: is_open(tenants.known(tenant_id))
    pushes.signed_in = lambda user_id, device_id: any(one.id == device_id for one in identity.known_devices(user_id))
    identity.events.device_signed_out.append(pushes.signed_out)
    sending = BackgroundTask(
        name="web push",
        run=pushes.sender.run,
        bound=f"{SERVICES_AT_ONCE} at once, {OF_SERVICE} to a push service, {OF_ORGANISATION} of an organisation",
    )
    dropping = BackgroundTask(name="push subscriptions", run=pushes.run, bound="one deletion at a time")
    return Built(services=(pushes,), tasks=(sending, dropping), refresh=(pushes.refresh,), stop=(outward.close,))


ROOM = Room(
    name="web_push",
    provides=(WebPush,),
    build=build,
    routers=(api.router,),
    indexes=store.INDEXES,
    sealed=(SealedField(kind=PushSubscription, field="sealed", purpose="push subscriptions"),),
    holds=personal_data.HOLDS,
)
