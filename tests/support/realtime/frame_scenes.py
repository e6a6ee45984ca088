"""The sessions that two servers are compared by: each kind of channel, event and request, and what goes wrong."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from tests.support.realtime.frames import Recorder

Scene = Callable[[Recorder], Awaitable[None]]
ANN, BEN = {"user_id": "ann", "user_info": {"name": "Ann"}}, {"user_id": "ben", "user_info": {"name": "Ben"}}
LONG = "x" * 11_000
"""Longer than an event's data may be."""
OVERSIZE = "x" * 30_000
"""Longer than a message may be."""


def event(name: str, channel: str, data: object = "{}") -> dict[str, object]:
    return {"name": name, "channels": [channel], "data": data}


def client_event(name: str, channel: str, data: object) -> dict[str, object]:
    return {"event": name, "channel": channel, "data": data}


async def connecting(r: Recorder) -> None:
    await r.opens("connect", "a")
    await r.opens("connect to an application that does not exist", "b", "/app/nobody?protocol=7")
    await r.opens("connect without a version of the protocol", "c", "/app/{key}")
    await r.opens("connect with a version that is not spoken", "d", "/app/{key}?protocol=4")
    await r.opens("connect with a version that is no number", "e", "/app/{key}?protocol=seven")
    await r.says("ping", "a", {"event": "pusher:ping", "data": {}})


async def public(r: Recorder) -> None:
    await r.opens("connect", "a")
    await r.opens("another connects", "b")
    await r.says("subscribe", "a", r.subscribe("a", "news"))
    await r.says("subscribe a second time", "a", r.subscribe("a", "news"))
    await r.says("another subscribes", "b", r.subscribe("b", "news"))
    await r.asks("an event", "POST", "/events", event("hello", "news", '{"n":1}'))
    await r.asks("an event whose data is no JSON", "POST", "/events", event("hello", "news", "plain"))
    left_out = {**event("hello", "news", '{"n":2}'), "socket_id": r.lines["a"].id}
    await r.asks("an event that leaves one socket out", "POST", "/events", left_out)
    await r.says("unsubscribe", "a", {"event": "pusher:unsubscribe", "data": {"channel": "news"}})
    await r.says("unsubscribe a second time", "a", {"event": "pusher:unsubscribe", "data": {"channel": "news"}})
    await r.asks("an event after that", "POST", "/events", event("hello", "news", '{"n":3}'))
    await r.says("subscribe to a name that cannot be", "a", r.subscribe("a", "no such name!"))
    await r.says("subscribe to a name that is too long", "a", r.subscribe("a", "n" * 201))
    await r.says("subscribe to nothing", "a", {"event": "pusher:subscribe", "data": {}})


async def private(r: Recorder) -> None:
    await r.opens("connect", "a")
    await r.says("subscribe", "a", r.subscribe("a", "private-a"))
    await r.asks("an event", "POST", "/events", event("hello", "private-a", '{"n":1}'))
    await r.says("subscribe with a wrong signature", "a", r.subscribe("a", "private-b", auth=f"{r.peer.key}:0f0f"))
    await r.says("subscribe without a signature", "a", {"event": "pusher:subscribe", "data": {"channel": "private-c"}})
    other = r.subscribe("a", "private-a")["data"]["auth"]
    await r.says("subscribe with another channel's signature", "a", r.subscribe("a", "private-d", auth=other))
    await r.says("subscribe with another application's key", "a", r.subscribe("a", "private-e", auth="other:0f0f"))


async def presence(r: Recorder) -> None:
    for name in ("a", "b", "c"):
        await r.opens(f"{name} connects", name)
    await r.says("a joins", "a", r.subscribe("a", "presence-a", ANN))
    await r.says("b joins", "b", r.subscribe("b", "presence-a", BEN))
    await r.says("c joins as the same user as b", "c", r.subscribe("c", "presence-a", BEN))
    await r.says("a joins a second time", "a", r.subscribe("a", "presence-a", ANN))
    await r.asks("its users", "GET", "/channels/presence-a/users")
    await r.asks("its count", "GET", "/channels/presence-a", info="user_count,subscription_count")
    await r.says("c leaves, b stays", "c", {"event": "pusher:unsubscribe", "data": {"channel": "presence-a"}})
    await r.closes("b closes", "b")
    await r.says("join without saying who", "c", r.subscribe("c", "presence-a"))
    await r.says("join without a user_id", "c", r.subscribe("c", "presence-a", {"user_info": {}}))
    await r.says("join with a wrong signature", "c", r.subscribe("c", "presence-a", BEN, auth=f"{r.peer.key}:0f0f"))


async def cache(r: Recorder) -> None:
    await r.opens("connect", "a")
    await r.opens("another connects", "b")
    await r.says("subscribe while nothing is kept", "a", r.subscribe("a", "cache-a"))
    await r.asks("an event", "POST", "/events", event("hello", "cache-a", '{"n":1}'))
    await r.says("another subscribes", "b", r.subscribe("b", "cache-a"))
    await r.says("subscribe to a private one", "a", r.subscribe("a", "private-cache-a"))
    await r.asks("what is kept", "GET", "/channels/cache-a", info="subscription_count")


async def encrypted(r: Recorder) -> None:
    await r.opens("connect", "a")
    await r.opens("another connects", "b")
    for name in ("a", "b"):
        await r.says(f"{name} subscribes", name, r.subscribe(name, "private-encrypted-a"))
    sealed = '{"nonce":"bm9uY2U=","ciphertext":"Y2lwaGVy"}'
    await r.asks("an event", "POST", "/events", event("hello", "private-encrypted-a", sealed))
    await r.says("a client event", "a", client_event("client-hello", "private-encrypted-a", {"n": 1}))


async def client_events(r: Recorder) -> None:
    await r.opens("connect", "a")
    await r.opens("another connects", "b")
    for channel, ann, ben in (("private-a", None, None), ("presence-a", ANN, BEN), ("news", None, None)):
        await r.says(f"a subscribes to {channel}", "a", r.subscribe("a", channel, ann))
        await r.says(f"b subscribes to {channel}", "b", r.subscribe("b", channel, ben))
    await r.says("on a private channel", "a", client_event("client-hello", "private-a", {"n": 1}))
    await r.says("with data that is text", "a", client_event("client-hello", "private-a", '{"n":1}'))
    await r.says("on a presence channel", "a", client_event("client-hello", "presence-a", {"n": 1}))
    await r.says("on a public channel", "a", client_event("client-hello", "news", {"n": 1}))
    await r.says("on a channel that was not subscribed to", "a", client_event("client-hello", "private-b", {"n": 1}))
    await r.says("whose name does not begin with client-", "a", client_event("hello", "private-a", {"n": 1}))
    await r.says("whose data is longer than 10 KB", "a", client_event("client-hello", "private-a", LONG))
    await r.says("whose name is longer than 200", "a", client_event("client-" + "n" * 200, "private-a", {"n": 1}))


async def odd_frames(r: Recorder) -> None:
    await r.opens("connect", "a")
    await r.says("an event that nobody knows", "a", {"event": "pusher:what", "data": {}})
    await r.says("a pong that nobody asked for", "a", {"event": "pusher:pong", "data": {}})
    await r.says("a message without an event", "a", {"data": {}})
    await r.says("a list", "a", "[]")
    await r.says("no JSON", "a", "hello")
    await r.opens("another connects", "b")
    await r.says("a message that is too long", "b", {"event": "pusher:what", "data": OVERSIZE})


async def signing_in(r: Recorder) -> None:
    for name in ("a", "b", "c"):
        await r.opens(f"{name} connects", name)
    await r.says("sign in", "a", r.sign_in("a", {"id": "ann", "user_info": {"name": "Ann"}}))
    await r.says("sign in with a wrong signature", "b", r.sign_in("b", {"id": "ann"}, auth=f"{r.peer.key}:0f0f"))
    await r.says("sign in as nobody", "c", r.sign_in("c", {"name": "Ann"}))
    await r.says("subscribe to one's own channel", "a", r.subscribe("a", "#server-to-user-ann"))
    await r.asks("an event to the user", "POST", "/events", event("hello", "#server-to-user-ann", '{"n":1}'))
    await r.asks("end the user's connections", "POST", "/users/ann/terminate_connections", {})
    await r.asks("end those of a user who has none", "POST", "/users/nobody/terminate_connections", {})


async def http_api(r: Recorder) -> None:
    await r.opens("connect", "a")
    await r.says("subscribe to a public channel", "a", r.subscribe("a", "news"))
    await r.says("subscribe to a presence channel", "a", r.subscribe("a", "presence-a", ANN))
    one, batch = event("hello", "news", '{"n":1}'), [{"channel": "news", "name": "hello", "data": '{"n":1}'}]
    await r.asks("an event on two channels", "POST", "/events", {**one, "channels": ["news", "presence-a"]})
    info = {**one, "channels": ["news", "presence-a"], "info": "user_count,subscription_count"}
    await r.asks("an event that asks for counts", "POST", "/events", info)
    await r.asks("a batch", "POST", "/batch_events", {"batch": batch * 2})
    await r.asks("a batch of eleven", "POST", "/batch_events", {"batch": batch * 11})
    await r.asks("an event without a name", "POST", "/events", {"channels": ["news"], "data": "{}"})
    await r.asks("an event whose name is longer than 200", "POST", "/events", event("n" * 201, "news"))
    await r.asks("an event on a channel that cannot be", "POST", "/events", event("hello", "no such name!"))
    await r.asks("an event on 101 channels", "POST", "/events", {**one, "channels": [f"n{n}" for n in range(101)]})
    await r.asks("an event longer than 10 KB", "POST", "/events", event("hello", "news", LONG))
    await r.asks("an event with a wrong signature", "POST", "/events", one, auth_signature="0f0f")
    await r.asks("an event of an hour ago", "POST", "/events", one, auth_timestamp="1700000000")
    await r.asks("an event with another body's checksum", "POST", "/events", one, body_md5="0" * 32)
    await r.asks("the channels", "GET", "/channels")
    counted = {"filter_by_prefix": "presence-", "info": "user_count"}
    await r.asks("the presence channels, with counts", "GET", "/channels", **counted)
    await r.asks("user_count of all channels", "GET", "/channels", info="user_count")
    await r.asks("a channel", "GET", "/channels/news", info="subscription_count")
    await r.asks("a channel that nobody hears", "GET", "/channels/empty")
    await r.asks("the users of a channel that has none", "GET", "/channels/news/users")
    await r.asks("the users of an empty presence channel", "GET", "/channels/presence-empty/users")
    await r.asks("what is not there", "GET", "/nothing")


SCENES: dict[str, Scene] = {
    "Connecting": connecting,
    "Public channels": public,
    "Private channels": private,
    "Presence channels": presence,
    "Cache channels": cache,
    "Encrypted channels": encrypted,
    "Client events": client_events,
    "Odd frames": odd_frames,
    "Signing in": signing_in,
    "HTTP API": http_api,
}
