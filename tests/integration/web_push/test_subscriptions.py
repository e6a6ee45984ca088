"""Push subscriptions over HTTP, and what is stored of them, on a real MongoDB."""

from __future__ import annotations

from typing import Any

from tests.support.http.api import Api, Organisation
from tests.support.push_service import Browser

from call24.kit.ids import UserId
from call24.web_push.model import PushSubscription
from call24.web_push.service import WebPush

MINE = "/v1/me/push-subscriptions"
OWN = "/v1/me/device/push-subscription"
PLACE = "https://updates.push.services.mozilla.com"


def subscription(id: str = "a", **more: Any) -> dict[str, Any]:
    return Browser(id, PLACE, "").subscription(**more)


async def listed(acme: Organisation, role: str = "agent") -> list[dict[str, Any]]:
    return list((await acme.call(role, "GET", MINE)).json()["items"])


async def test_a_session_has_one_browser_and_its_address_is_neither_answered_nor_stored_openly(api: Api) -> None:
    acme = await api.organisation()
    assert (await acme.call("agent", "GET", MINE)).json()["items"] == []
    first, second = subscription("first-secret"), subscription("second-secret", shows_caller=True, language="mn")
    for wish in (first, second):
        assert (await acme.call("agent", "PUT", OWN, json=wish)).status_code == 200
    [one] = await listed(acme)
    assert (one["host"], one["shows_caller"], one["current"]) == (PLACE.removeprefix("https://"), True, True)
    assert one["language"] == "mn"
    [stored] = await api.mongo.tenant(acme.tenant.id).collection(PushSubscription).find()
    for secret in ("secret", second["p256dh"], second["auth"]):
        assert secret not in repr(stored) and secret not in repr(one)
    assert (await acme.call("agent", "GET", f"{MINE}/{one['device_id']}")).json() == one
    for method in ("GET", "DELETE"):
        assert (await acme.call("supervisor", method, f"{MINE}/{one['device_id']}")).status_code == 404
    assert (await acme.call("agent", "DELETE", f"{MINE}/{one['device_id']}")).status_code == 204
    assert await listed(acme) == []


async def test_what_is_no_subscription_is_refused_field_by_field(api: Api) -> None:
    acme = await api.organisation()
    unknown = await acme.call("agent", "PUT", OWN, json=subscription(language="xx"))
    assert [error["field"] for error in unknown.json()["errors"]] == ["language"]
    bad = {**subscription(), "endpoint": "https://hooks.customer.example/x", "auth": "AAAA"}
    refused = await acme.call("agent", "PUT", OWN, json=bad)
    assert refused.status_code == 422
    assert [error["field"] for error in refused.json()["errors"]] == ["endpoint", "auth"]


async def test_after_a_start_they_are_known_again_and_those_of_ended_sessions_are_gone(api: Api) -> None:
    acme = await api.organisation()
    await acme.call("agent", "PUT", OWN, json=subscription("a"))
    await acme.call("supervisor", "PUT", OWN, json=subscription("b"))
    pushes = api.services.there.get(WebPush)
    supervisor, agent = UserId(acme.users["supervisor"]), UserId(acme.users["agent"])
    pushes.forget_organisation(acme.tenant.id)
    assert not pushes.reaches(agent)
    stands = pushes.signed_in
    pushes.signed_in = lambda user_id, device_id: user_id == agent
    try:
        await pushes.refresh()
        assert (pushes.reaches(agent), pushes.reaches(supervisor)) == (True, False)
        assert await listed(acme, "supervisor") == []
    finally:
        pushes.signed_in = stands


async def test_test_notifications_are_few(api: Api) -> None:
    acme = await api.organisation()
    await acme.call("agent", "PUT", OWN, json=subscription())
    [one] = await listed(acme)
    answers = [await acme.call("agent", "POST", f"{MINE}/{one['device_id']}/test") for _ in range(6)]
    assert [answer.status_code for answer in answers] == [204] * 5 + [429]


async def test_a_browser_is_of_whoever_signed_in_there_last(api: Api) -> None:
    acme, other = await api.organisation(), await api.organisation("Other")
    wish = subscription("shared")
    for org, role in ((acme, "agent"), (acme, "supervisor"), (other, "agent")):
        assert (await org.call(role, "PUT", OWN, json=wish)).status_code == 200
    pushes = api.services.there.get(WebPush)
    found = [
        (org is other, role, len(await listed(org, role)), pushes.reaches(UserId(org.users[role])))
        for org in (acme, other)
        for role in ("agent", "supervisor")
    ]
    assert found == [
        (False, "agent", 0, False),
        (False, "supervisor", 0, False),
        (True, "agent", 1, True),
        (True, "supervisor", 0, False),
    ]
