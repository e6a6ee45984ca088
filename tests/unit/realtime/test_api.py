"""Pusher's HTTP API: who may ask, what is asked, and what is refused."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from tests.support.realtime.hub import Realtime, application, realtime
from tests.support.realtime.pusher_api import PusherApi
from tests.support.wait import wait_until

from call24.pusher_apps.model import AppTerms
from call24.realtime.api import BODY_MAX, api_app
from call24.realtime.protocol import Close
from call24.realtime.request_signature import signature


@pytest.fixture
async def here() -> AsyncIterator[Realtime]:
    async with realtime() as here:
        yield here


@pytest.fixture
def acme(here: Realtime) -> AppTerms:
    return here.add(application())


@pytest.fixture
async def api(here: Realtime) -> AsyncIterator[PusherApi]:
    def by_number(number: str) -> AppTerms | None:
        return next((one for one in here.applications.values() if one.number == number), None)

    api = PusherApi(api_app(here.hub, by_number), here.clock.now().timestamp())
    async with api.client:
        yield api


def event(**more: Any) -> dict[str, Any]:
    return {"name": "news", "channels": ["a"], "data": '{"n":1}', **more}


def test_the_signature_is_the_one_that_pusher_documents() -> None:
    """Source: Pusher Channels, "HTTP API: worked authentication example"."""
    asked = {
        "auth_key": "278d425bdf160c739803",
        "auth_timestamp": "1353088179",
        "auth_version": "1.0",
        "body_md5": "ec365a775a4cd0599faeb73354201b6f",
    }
    expected = "da454824c97ba181a32ccc17a72625ba02771f50b50e1e7430e47a1f3f457e6c"
    assert signature("7ad3773142a6692b25b8", "POST", "/apps/3/events", asked) == expected


# Who may ask


@pytest.mark.parametrize(
    "more",
    [
        {"auth_signature": "0" * 64},
        {"auth_signature": "é"},
        {"auth_key": "another"},
        {"auth_key": None},
        {"auth_version": "2.0"},
        {"auth_version": None},
        {"auth_timestamp": None},
        {"auth_timestamp": "soon"},
        {"body_md5": "0" * 32},
        {"body_md5": None},
        {"number": "9"},
    ],
)
async def test_what_is_not_signed_rightly_is_refused_and_changes_nothing(
    here: Realtime, acme: AppTerms, api: PusherApi, more: Any
) -> None:
    client = await here.joined(acme, "a")
    assert (await api.ask(acme, "POST", "/events", event(), **more)).status_code == 401
    assert (await api.ask(acme, "POST", "/events", event(data="2"))).status_code == 200
    assert (await client.hears("news"))["data"] == 2
    assert len(client.named("news")) == 1


@pytest.mark.parametrize(("age_s", "status"), [(599, 200), (601, 401), (-599, 200), (-601, 401)])
async def test_a_request_is_fresh_for_ten_minutes(acme: AppTerms, api: PusherApi, age_s: int, status: int) -> None:
    stamp = str(int(api.now) - age_s)
    assert (await api.ask(acme, "GET", "/channels", auth_timestamp=stamp)).status_code == status


async def test_one_application_cannot_sign_for_another(here: Realtime, acme: AppTerms, api: PusherApi) -> None:
    other = here.add(application("1000000002"))
    client = await here.joined(other, "a")
    foreign = await api.ask(acme, "POST", "/events", event(), number=other.number)
    unknown = await api.ask(acme, "POST", "/events", event(), number="404")
    assert (foreign.status_code, foreign.text) == (unknown.status_code, unknown.text) == (401, foreign.text)
    assert (await api.ask(acme, "GET", "/channels")).json() == {"channels": {}}
    await client.settled()
    assert not client.named("news")


SIX: dict[str, tuple[str, str, Any]] = {
    "events": ("POST", "/events", event(channels=["presence-b"])),
    "batch_events": ("POST", "/batch_events", {"batch": [{"name": "news", "channel": "presence-b", "data": "1"}]}),
    "channels": ("GET", "/channels", None),
    "channel": ("GET", "/channels/presence-b", None),
    "users": ("GET", "/channels/presence-b/users", None),
    "terminate": ("POST", "/users/ann/terminate_connections", {}),
}
"""All that there is to ask."""
FALSE: dict[str, Any] = {
    "a made-up signature": lambda acme, other, asked: (acme, {"auth_signature": "0" * 64}),
    "another's key": lambda acme, other, asked: (replace(acme, key=other.key), {}),
    "another's secret": lambda acme, other, asked: (replace(acme, secret=other.secret), {}),
    "another's key and secret": lambda acme, other, asked: (other, {"number": acme.number}),
    "signed for another": lambda acme, other, asked: (acme, {"signed": (asked[0], f"/apps/{other.number}{asked[1]}")}),
    "signed by another method": lambda acme, other, asked: (
        acme,
        {"signed": ("PUT", f"/apps/{acme.number}{asked[1]}")},
    ),
}
"""What is wrong -> who signs and what is sent, of the application that is asked, another one, and the request."""


@pytest.mark.parametrize("false", FALSE)
@pytest.mark.parametrize("asked", SIX)
async def test_none_of_the_six_requests_is_done_for_who_did_not_sign_it(
    here: Realtime, acme: AppTerms, api: PusherApi, asked: str, false: str
) -> None:
    other = here.add(application("1000000002"))
    ann, theirs = await here.joined(acme, "presence-b", "ann"), await here.joined(other, "presence-b", "ann")
    for client in (ann, theirs):
        client.sign_in("ann")
        await client.hears("pusher:signin_success")
    signing, more = FALSE[false](acme, other, SIX[asked])
    refused = await api.ask(signing, *SIX[asked], **more)
    assert refused.status_code == 401 and not any(word in refused.text for word in ("presence-b", "ann", "count"))
    for client in (ann, theirs):
        await client.settled()
        assert not client.over and not client.named("news")
    assert (await api.ask(acme, *SIX[asked])).status_code == 200  # so that the refusal means something
    await theirs.settled()
    assert not theirs.over and not theirs.named("news")


async def test_an_application_that_is_off_takes_nothing(here: Realtime, acme: AppTerms, api: PusherApi) -> None:
    here.add(replace(acme, enabled=False))
    assert (await api.ask(acme, "POST", "/events", event())).status_code == 403


async def test_a_parameter_that_comes_twice_is_refused(acme: AppTerms, api: PusherApi) -> None:
    answer = await api.client.get(f"/apps/{acme.number}/channels?auth_key=a&AUTH_KEY=b")
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/nothing"), ("PUT", "/events"), ("GET", "/events"), ("POST", "/channels")]
)
async def test_what_there_is_not_is_not_found(acme: AppTerms, api: PusherApi, method: str, path: str) -> None:
    assert (await api.ask(acme, method, path)).status_code == 404


# Events


async def test_an_event_reaches_every_channel_but_the_socket_it_names(
    here: Realtime, acme: AppTerms, api: PusherApi
) -> None:
    one, two = await here.joined(acme, "a"), await here.joined(acme, "presence-b", "7")
    three = await here.join(await here.open_at(acme), "a")
    asked = event(channels=["a", "presence-b", "c"], socket_id=one.socket_id, info="subscription_count,user_count")
    answer = await api.ask(acme, "POST", "/events", asked)
    assert answer.json() == {
        "channels": {"a": {"subscription_count": 2}, "presence-b": {"user_count": 1}, "c": {"subscription_count": 0}}
    }
    for client in (two, three):
        assert (await client.hears("news"))["data"] == {"n": 1}
    await one.settled()
    assert not one.named("news")
    assert (await api.ask(acme, "POST", "/events", {"name": "news", "channel": "a", "data": "text"})).json() == {}
    assert (await one.hears("news"))["data"] == "text"


async def test_a_batch_is_published_in_its_order_or_not_at_all(here: Realtime, acme: AppTerms, api: PusherApi) -> None:
    client = await here.joined(acme, "a")
    batch = [{"name": f"n{number}", "channel": "a", "data": "1"} for number in range(10)]
    answer = await api.ask(
        acme, "POST", "/batch_events", {"batch": [*batch[:9], {**batch[9], "info": "subscription_count"}]}
    )
    assert answer.json() == {"batch": [{}] * 9 + [{"subscription_count": 1}]}
    await client.settled()
    assert [frame["event"] for frame in client.frames if frame["event"].startswith("n")] == [f"n{n}" for n in range(10)]
    wrong = {"name": "late", "channel": "no such name", "data": "1"}
    assert (
        await api.ask(acme, "POST", "/batch_events", {"batch": [{**batch[0], "name": "late"}, wrong]})
    ).status_code == 400
    await client.settled()
    assert not client.named("late")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"[]", 400),
        (b"\xff", 400),
        (b"[" * 50_000, 400),
        (event(name=""), 400),
        (event(name="x" * 201), 400),
        (event(name="pusher:subscribe"), 400),
        (event(name="pusher_internal:member_removed"), 400),
        (event(channels=[]), 400),
        (event(channels=[f"c{n}" for n in range(101)]), 400),
        (event(channels=["a b"]), 400),
        (event(channels=["x" * 201]), 400),
        (event(channels="a"), 400),
        (event(socket_id="one"), 400),
        (event(info="secret"), 400),
        (event(data={"n": 1}), 400),
        (event(data="x" * 10_241), 413),
        (event(data="ä" * 5_121), 413),
        (event(data="x" * 10_240), 200),
        (event(channels=[f"c{n}" for n in range(100)], name="x" * 200), 200),
        (b" " * (BODY_MAX + 1), 413),
    ],
)
async def test_events_are_checked(acme: AppTerms, api: PusherApi, body: Any, status: int) -> None:
    answer = await api.ask(acme, "POST", "/events", body)
    assert answer.status_code == status, answer.text


@pytest.mark.parametrize("count", [0, 11])
async def test_a_batch_has_one_to_ten_events(acme: AppTerms, api: PusherApi, count: int) -> None:
    body = {"batch": [{"name": "n", "channel": "a", "data": "1"}] * count}
    assert (await api.ask(acme, "POST", "/batch_events", body)).status_code == 400


# What is asked of channels


async def test_occupied_channels_are_listed(here: Realtime, acme: AppTerms, api: PusherApi) -> None:
    await here.joined(acme, "a")
    for name in ("7", "8"):
        await here.joined(acme, "presence-b", name)
    again = await here.joined(acme, "presence-b", "8")
    again.sign_in("8")
    await again.hears("pusher:signin_success")
    await here.join(again, "#server-to-user-8")
    assert (await api.ask(acme, "GET", "/channels")).json() == {"channels": {"a": {}, "presence-b": {}}}
    wanted = {"filter_by_prefix": "presence-", "info": "user_count"}
    assert (await api.ask(acme, "GET", "/channels", **wanted)).json() == {"channels": {"presence-b": {"user_count": 2}}}
    assert (await api.ask(acme, "GET", "/channels", info="user_count")).status_code == 400
    assert (await api.ask(acme, "GET", "/channels/presence-b/users")).json() == {"users": [{"id": "7"}, {"id": "8"}]}
    assert (await api.ask(acme, "GET", "/channels/presence-c/users")).json() == {"users": []}
    assert (await api.ask(acme, "GET", "/channels/a/users")).status_code == 400


async def test_a_channel_is_described(here: Realtime, acme: AppTerms, api: PusherApi) -> None:
    await here.joined(acme, "cache-a")
    await api.ask(acme, "POST", "/events", event(channels=["cache-a"], data="kept"))
    here.clock.advance(seconds=60)
    answer = await api.ask(acme, "GET", "/channels/cache-a", info="subscription_count,cache")
    assert answer.json() == {"occupied": True, "subscription_count": 1, "cache": {"data": "kept", "ttl": 1740}}
    assert (await api.ask(acme, "GET", "/channels/empty")).json() == {"occupied": False}
    for path, info in (("/channels/a", "user_count"), ("/channels/a", "cache"), ("/channels/a", "x")):
        assert (await api.ask(acme, "GET", path, info=info)).status_code == 400
    assert (await api.ask(acme, "GET", "/channels/presence-x", info="user_count")).json() == {
        "occupied": False,
        "user_count": 0,
    }


async def test_a_users_connections_are_ended(here: Realtime, acme: AppTerms, api: PusherApi) -> None:
    other = here.add(application("1000000002"))
    ann, ben, foreign = await here.open_at(acme), await here.open_at(acme), await here.open_at(other)
    for client, name in ((ann, "ann"), (ben, "ben"), (foreign, "ann")):
        client.sign_in(name)
        await client.hears("pusher:signin_success")
    assert (await api.ask(acme, "POST", "/users/ann/terminate_connections", {})).json() == {}
    await wait_until(lambda: ann.over)
    assert ann.close_code == Close.UNAUTHORISED
    for client in (ben, foreign):
        await client.settled()


async def test_a_websocket_is_sent_away(here: Realtime) -> None:
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        sent.append(message)

    await api_app(here.hub, here.applications.get)({"type": "websocket", "path": "/apps/1/x"}, receive, send)
    assert json.dumps(sent) == '[{"type": "websocket.close", "code": 1008}]'
