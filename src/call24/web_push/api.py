"""The current user's push subscriptions: which of their browsers are sent notifications."""

from __future__ import annotations

from pydantic import Field

from call24.http.access import SERIALISED, Body
from call24.http.pagination import AskedDep, ms
from call24.http.router import Router
from call24.identity.api.tokens import InApp
from call24.identity.model import Principal
from call24.kit.ids import DeviceId
from call24.kit.instants import iso
from call24.kit.language import Language
from call24.kit.paging import SortKey
from call24.web_push.answers import PushSubscriptionAnswer, PushSubscriptionPage
from call24.web_push.dependencies import WebPushDep
from call24.web_push.model import PushSubscription, Target
from call24.web_push.rules import ENDPOINT_MAX, KEY_MAX

router = Router(prefix="/v1/me", tags=["session"])


class NewPushSubscription(Body):
    """What the browser's `PushSubscription.toJSON()` has, and what the user chose.

    `endpoint`: an https address at the browser vendor's push service. `p256dh`, `auth`: its keys, base64url.
    `shows_caller`: whether notifications of calls say who calls, also on a locked screen. `language`: what they are
    written in, as the app is on this device.
    """

    endpoint: str = Field(min_length=1, max_length=ENDPOINT_MAX)
    p256dh: str = Field(min_length=1, max_length=KEY_MAX)
    auth: str = Field(min_length=1, max_length=KEY_MAX)
    shows_caller: bool = False
    language: Language = "en"


@router.get("/push-subscriptions", operation_id="push_list_mine")
async def list_mine(principal: InApp, pushes: WebPushDep, asked: AskedDep) -> PushSubscriptionPage:
    """Lists the current user's browsers that are sent notifications, the oldest first.

    A session has one at most. `application_server_key` is what a browser subscribes with; it changes only with the
    installation's secret key, and a browser that subscribed with another one has to subscribe again.
    """
    theirs = await pushes.of_user(principal.tenant_id, principal.user_id)
    page = asked.page(theirs, lambda one: _view(one, principal), _made)
    return {**page, "application_server_key": pushes.application_server_key}


@router.get("/push-subscriptions/{device_id}", operation_id="push_read_mine")
async def read_mine(device_id: str, principal: InApp, pushes: WebPushDep) -> PushSubscriptionAnswer:
    """Returns the browser of one of the current user's sessions that is sent notifications."""
    one = await pushes.one(principal.tenant_id, principal.user_id, DeviceId(device_id))
    return _view(one, principal)


@router.put("/device/push-subscription", dependencies=SERIALISED, operation_id="push_subscribe")
async def subscribe(body: NewPushSubscription, principal: InApp, pushes: WebPushDep) -> PushSubscriptionAnswer:
    """Sends notifications to this session's browser from now on, in place of what it had subscribed before.

    An app repeats this at each start: browsers change their subscription by themselves. A browser belongs to the
    session that subscribed last. What is sent is encrypted for the browser: its vendor, who passes it on, learns that
    and when something was sent, and to which browser. It ends with the session. 409 `transfer_not_registered`: the push
    service is in another region than the organisation's data, and no entry of the transfer register covers it.
    """
    target = Target(endpoint=body.endpoint, p256dh=body.p256dh, auth=body.auth)
    device_id = principal.own_device()
    made = await pushes.subscribe(
        principal.tenant_id,
        principal.user_id,
        device_id,
        target,
        shows_caller=body.shows_caller,
        language=body.language,
    )
    return _view(made, principal)


@router.delete(
    "/push-subscriptions/{device_id}", status_code=204, dependencies=SERIALISED, operation_id="push_unsubscribe"
)
async def unsubscribe(device_id: str, principal: InApp, pushes: WebPushDep) -> None:
    """Sends no more notifications to the browser of one of the current user's sessions."""
    await pushes.unsubscribe(principal.tenant_id, principal.user_id, DeviceId(device_id))


@router.post("/push-subscriptions/{device_id}/test", status_code=204, operation_id="push_test")
async def test(device_id: str, principal: InApp, pushes: WebPushDep) -> None:
    """Sends a test notification to the browser of one of the current user's sessions. At most 5 a minute."""
    pushes.test(principal.tenant_id, principal.user_id, DeviceId(device_id))


def _made(one: PushSubscription) -> SortKey:
    return ms(one.created_at), one.id


def _view(one: PushSubscription, principal: Principal) -> PushSubscriptionAnswer:
    return {
        "device_id": one.id,
        "host": one.host,
        "shows_caller": one.shows_caller,
        "language": one.language,
        "current": one.id == principal.device_id,
        "created_at": iso(one.created_at),
    }
