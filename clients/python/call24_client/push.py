"""Push. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from call24_client.transport import Request, part


class PushSubscriptionAnswer(TypedDict):
    """One session's browser that is sent notifications. Its address and keys are not answered."""

    device_id: str
    host: str
    shows_caller: bool
    language: Literal["en", "mn"]
    current: bool
    created_at: str


class PushSubscriptionPage(TypedDict):
    """A page of the current user's push subscriptions, the oldest first."""

    items: list[PushSubscriptionAnswer]
    next: str | None
    application_server_key: str


class NewPushSubscription(TypedDict):
    """What the browser's `PushSubscription.toJSON()` has, and what the user chose. `endpoint`: an https address at
    the browser vendor's push service. `p256dh`, `auth`: its keys, base64url. `shows_caller`: whether
    notifications of calls say who calls, also on a locked screen. `language`: what they are written in, as the
    app is on this device.
    """

    endpoint: str
    p256dh: str
    auth: str
    shows_caller: NotRequired[bool]
    language: NotRequired[Literal["en", "mn"]]


def list_mine(*, limit: int | None = None, cursor: str | None = None) -> Request[PushSubscriptionPage]:
    """Lists the current user's browsers that are sent notifications, the oldest first. A session has one at most.
    `application_server_key` is what a browser subscribes with; it changes only with the installation's secret
    key, and a browser that subscribed with another one has to subscribe again.
    """
    return Request("GET", "/v1/me/push-subscriptions", query={"limit": limit, "cursor": cursor})


def read_mine(device_id: str) -> Request[PushSubscriptionAnswer]:
    """Returns the browser of one of the current user's sessions that is sent notifications."""
    return Request("GET", f"/v1/me/push-subscriptions/{part(device_id)}")


def unsubscribe(device_id: str, *, if_match: str | None = None) -> Request[None]:
    """Sends no more notifications to the browser of one of the current user's sessions."""
    return Request(
        "DELETE", f"/v1/me/push-subscriptions/{part(device_id)}", headers={"If-Match": if_match}, answer="nothing"
    )


def subscribe(body: NewPushSubscription) -> Request[PushSubscriptionAnswer]:
    """Sends notifications to this session's browser from now on, in place of what it had subscribed before. An app
    repeats this at each start: browsers change their subscription by themselves. A browser belongs to the session
    that subscribed last. What is sent is encrypted for the browser: its vendor, who passes it on, learns that and
    when something was sent, and to which browser. It ends with the session. 409 `transfer_not_registered`: the
    push service is in another region than the organisation's data, and no entry of the transfer register covers
    it.
    """
    return Request("PUT", "/v1/me/device/push-subscription", body=body)


def test(device_id: str, *, idempotency_key: str | None = None) -> Request[None]:
    """Sends a test notification to the browser of one of the current user's sessions. At most 5 a minute."""
    return Request(
        "POST",
        f"/v1/me/push-subscriptions/{part(device_id)}/test",
        headers={"Idempotency-Key": idempotency_key},
        answer="nothing",
    )
