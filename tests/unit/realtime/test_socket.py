"""How a realtime socket lives and ends, without a network."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from tests.support.realtime.hub import Client, Realtime, application, realtime, session
from tests.support.wait import wait_until

from call24.identity.channel_auth import sign, tenant_channel, user_channel
from call24.realtime import frames
from call24.realtime import socket as sockets
from call24.realtime.client_messages import CHANNELS_MAX
from call24.realtime.connection import WAITING_BYTES_MAX, Connection, Outbox
from call24.realtime.keepalive import EVERY_S, Keepalive
from call24.realtime.protocol import Close
from call24.realtime.socket import realtime_app


@pytest.fixture
async def here() -> AsyncIterator[Realtime]:
    async with realtime() as here:
        yield here


async def closed_with(client: Client, code: Close) -> None:
    await wait_until(lambda: client.close_code is not None)
    assert client.close_code == code
    assert client.frames[-1]["event"] == "pusher:error"
    assert client.frames[-1]["data"]["code"] == code


# Connecting


async def test_a_client_is_told_its_socket_id(here: Realtime) -> None:
    first, second = await here.open(), await here.open()
    assert first.frames[0]["data"]["activity_timeout"] == 120
    assert first.socket_id.replace(".", "").isdigit()
    assert first.socket_id != second.socket_id
    assert here.hub.sockets == 2


@pytest.mark.parametrize(
    ("path", "query", "code"),
    [
        ("/app/unknown", "protocol=7", Close.UNKNOWN_APP),
        ("/apps/x/y", "protocol=7", Close.UNKNOWN_PATH),
        ("", "", Close.NO_VERSION),
        ("", "protocol=x", Close.BAD_VERSION),
        ("", "protocol=8", Close.UNSUPPORTED_VERSION),
    ],
)
async def test_a_wrong_address_is_told_what_is_wrong(here: Realtime, path: str, query: str, code: Close) -> None:
    await closed_with(await here.open(query, path), code)
    assert here.hub.sockets == 0


@pytest.mark.parametrize(
    ("origin", "accepted"),
    [
        ("https://call24.test:8024", True),
        ("https://CALL24.test:8024", True),
        ("https://desk.example.org", True),
        ("https://call24.test", False),
        ("https://evil.example", False),
        ("https://call24.test.evil.example:8024", False),
        ("null", False),
        ("file://", False),
        ("https://[", False),
    ],
)
async def test_only_our_pages_may_connect(here: Realtime, origin: str, accepted: bool) -> None:
    headers = [("Origin", origin)]
    client = await here.open(headers=headers, origins=["https://desk.example.org"])
    assert client.accepted is accepted
    assert (client.status == 403) is not accepted


async def test_who_comes_without_a_websocket_is_told_to_upgrade() -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(realtime_app()), base_url="http://call24.test") as http:
        assert (await http.get("/app/x")).status_code == 426


async def test_too_many_sockets_are_sent_away_until_later() -> None:
    async with realtime(sockets_max=1) as here:
        await here.open()
        await closed_with(await here.open(), Close.OVER_CAPACITY)


async def test_a_client_that_leaves_is_forgotten(here: Realtime) -> None:
    who = session()
    client = await here.subscribed(who)
    client.leave()
    await wait_until(lambda: here.hub.sockets == 0)
    assert here.hub.subscribers(user_channel(who.user_id, who.tenant_id)) == 0
    assert client.close_code == 1001, "what it said itself"


async def test_whose_sockets_are_open_is_known_from_the_first_subscription_until_the_last_one_has_left(
    here: Realtime,
) -> None:
    who = session()
    await here.open()
    assert here.hub.users() == set(), "a socket that subscribes to nothing is nobody's"
    first, second = await here.subscribed(who), await here.subscribed(who)
    assert here.hub.users() == {who.user_id}
    first.leave()
    await wait_until(lambda: here.hub.sockets == 2)
    assert here.hub.users() == {who.user_id}
    second.leave()
    await wait_until(lambda: here.hub.users() == set())


# Subscribing


async def test_a_subscriber_hears_what_is_published_to_its_channels_only(here: Realtime) -> None:
    who = session()
    client, other = await here.subscribed(who), await here.subscribed()
    assert here.hub.publish(user_channel(who.user_id, who.tenant_id), "session", {"state": "available"}) == 1
    heard = await client.hears("session")
    assert heard["channel"] == user_channel(who.user_id, who.tenant_id)
    assert heard["data"] == {"state": "available"}
    other.say("pusher:ping")
    await other.hears("pusher:pong")
    assert not other.named("session")
    assert here.hub.publish("private-tenant.ten_1.user.usr_nobody", "session", {}) == 0


async def test_events_come_in_order(here: Realtime) -> None:
    who = session()
    client = await here.subscribed(who)
    for number in range(200):
        here.hub.publish(tenant_channel(who.tenant_id), "queue", {"seq": number})
    await client.hears("queue", times=200)
    assert [frame["data"]["seq"] for frame in client.named("queue")] == list(range(200))


async def test_a_wrong_authorisation_is_refused_and_the_socket_stays(here: Realtime) -> None:
    who, other = session(), session()
    client = await here.open()
    here.auth.authorised(client.socket_id, who)
    channel, foreign = user_channel(who.user_id, who.tenant_id), user_channel(other.user_id, other.tenant_id)
    tries = [
        (channel, ""),
        (channel, f"{here.key.key}:{'0' * 64}"),
        (channel, sign(here.key, "1.1", channel)),
        (foreign, sign(here.key, client.socket_id, foreign)),
        ("public", sign(here.key, client.socket_id, "public")),
        ("private-tenant.*", sign(here.key, client.socket_id, "private-tenant.*")),
        (f"{channel}\n", sign(here.key, client.socket_id, f"{channel}\n")),
    ]
    for number, (name, auth) in enumerate(tries, start=1):
        client.say("pusher:subscribe", {"channel": name, "auth": auth})
        refusal = await client.hears("pusher:subscription_error", times=number)
        assert refusal["channel"] == name
        assert refusal["data"]["status"] in (400, 401)
    assert here.hub.counters.refused == len(tries)
    assert here.hub.subscribers(channel) == here.hub.subscribers(foreign) == 0
    await here.subscribe(client, who)


async def test_an_outdated_authorisation_is_refused(here: Realtime) -> None:
    who = session()
    client = await here.open()
    channel = user_channel(who.user_id, who.tenant_id)
    auth = here.authorisation(client, who, channel)
    here.clock.advance(seconds=59)
    here.clock.advance(seconds=1.5)
    client.say("pusher:subscribe", {"channel": channel, "auth": auth})
    await wait_until(lambda: client.close_code or client.named("pusher:subscription_error"))
    assert here.hub.subscribers(channel) == 0


async def test_a_socket_stays_with_its_session(here: Realtime) -> None:
    client = await here.subscribed()
    here.clock.advance(seconds=61)
    second = session()
    channel = user_channel(second.user_id, second.tenant_id)
    client.say("pusher:subscribe", {"channel": channel, "auth": here.authorisation(client, second, channel)})
    await client.hears("pusher:subscription_error")
    assert here.hub.subscribers(channel) == 0


async def test_who_unsubscribes_hears_no_more(here: Realtime) -> None:
    who = session()
    client = await here.subscribed(who)
    client.say("pusher:unsubscribe", {"channel": user_channel(who.user_id, who.tenant_id)})
    await wait_until(lambda: here.hub.subscribers(user_channel(who.user_id, who.tenant_id)) == 0)
    assert here.hub.publish(user_channel(who.user_id, who.tenant_id), "session", {}) == 0
    assert here.hub.subscribers(tenant_channel(who.tenant_id)) == 1


async def test_subscriptions_of_a_socket_are_limited(here: Realtime) -> None:
    who = session()
    client = await here.subscribed(who)
    connection = next(iter(here.hub._sockets.values()))
    connection.channels |= {f"more-{number}" for number in range(CHANNELS_MAX)}
    client.say("pusher:unsubscribe", {"channel": user_channel(who.user_id, who.tenant_id)})
    channel = user_channel(who.user_id, who.tenant_id)
    client.say("pusher:subscribe", {"channel": channel, "auth": here.authorisation(client, who, channel)})
    refusal = await client.hears("pusher:subscription_error")
    assert "too many" in refusal["data"]["error"]


# Misbehaving


async def test_clients_cannot_publish(here: Realtime) -> None:
    who = session()
    client, colleague = await here.subscribed(who), await here.subscribed(session(who.tenant_id))
    client.say_text(json.dumps({"event": "client-hello", "channel": tenant_channel(who.tenant_id), "data": {}}))
    assert (await client.hears("pusher:error"))["data"]["code"] == 4301
    assert not colleague.named("client-hello")


async def test_nonsense_is_answered_and_unknown_events_are_ignored(here: Realtime) -> None:
    client = await here.open()
    for text in ("{", "[]", '{"event":1}', '{"event":"pusher:subscribe"}'):
        client.say_text(text)
    await client.hears("pusher:error", times=4)
    client.say("something-new")
    client.say("pusher:ping")
    await client.hears("pusher:pong")
    assert len(client.named("pusher:error")) == 4
    assert client.close_code is None


async def test_a_message_that_is_too_long_ends_the_socket(here: Realtime) -> None:
    client = await here.open()
    client.say_text('{"event":"pusher:ping","data":"%s"}' % ("x" * 12_288))
    await closed_with(client, Close.TOO_BIG)


async def test_bytes_end_the_socket(here: Realtime) -> None:
    client = await here.open()
    client.say_bytes(b"\x00")
    await closed_with(client, Close.TOO_BIG)


async def test_a_flood_ends_the_socket(here: Realtime) -> None:
    client, calm = await here.open(), await here.open()
    for _ in range(1000):
        client.say("pusher:ping")
    for _ in range(50):
        calm.say("pusher:ping")
    await closed_with(client, Close.OVER_CAPACITY)
    assert len(client.named("pusher:pong")) <= 250
    await calm.hears("pusher:pong", times=50)
    assert calm.close_code is None


async def test_a_slow_subscriber_is_closed_and_holds_up_nobody(here: Realtime) -> None:
    who = session()
    slow, quick = await here.subscribed(who), await here.subscribed(session(who.tenant_id))
    slow.stopped = True
    many = WAITING_BYTES_MAX // 5_000 + 20
    for number in range(many):
        here.hub.publish(tenant_channel(who.tenant_id), "queue", {"seq": number, "text": "x" * 5_000})
    await quick.hears("queue", times=many)
    assert here.hub.counters.too_slow == 1
    slow.stopped = False
    await wait_until(lambda: here.hub.sockets == 1)
    assert here.hub.subscribers(tenant_channel(who.tenant_id)) == 1


async def test_a_subscriber_that_would_take_too_much_memory_is_closed(here: Realtime) -> None:
    who = session()
    client = await here.subscribed(who)
    client.stopped = True
    for _ in range(3):
        here.hub.publish(user_channel(who.user_id, who.tenant_id), "call", {"text": "x" * 400_000})
    assert here.hub.counters.too_slow == 1


# Silence


async def test_a_silent_client_is_pinged_and_then_closed(here: Realtime) -> None:
    client = await here.subscribed()
    here.clock.advance(seconds=121)
    await client.hears("pusher:ping")
    here.clock.advance(seconds=31)
    await closed_with(client, Close.NO_PONG)


async def test_a_client_that_answers_pings_stays(here: Realtime) -> None:
    client = await here.subscribed()
    for number in range(1, 5):
        here.clock.advance(seconds=125)
        await client.hears("pusher:ping", times=number)
        client.say("pusher:pong")
        client.say("pusher:ping")
        await client.hears("pusher:pong", times=number)
    assert client.close_code is None


async def test_who_subscribes_to_nothing_is_closed(here: Realtime) -> None:
    client = await here.open()
    here.clock.advance(seconds=61)
    await closed_with(client, Close.INACTIVE)


# The end of a session


@pytest.mark.parametrize("by", ["token", "user"])
async def test_the_end_of_a_session_closes_its_sockets_at_once(here: Realtime, by: str) -> None:
    who = session()
    mine, other = await here.subscribed(who), await here.subscribed(session(who.tenant_id))
    ended = here.hub.revoke(who.token_id) if by == "token" else here.hub.revoke_users([who.user_id])
    assert ended == 1
    assert here.hub.publish(tenant_channel(who.tenant_id), "queue", {}) == 1
    await closed_with(mine, Close.UNAUTHORISED)
    await other.hears("queue")
    assert not mine.named("queue")


async def test_a_session_that_ended_cannot_subscribe_with_what_it_had(here: Realtime) -> None:
    who = session()
    client = await here.open()
    channel = user_channel(who.user_id, who.tenant_id)
    auth = here.authorisation(client, who, channel)
    here.hub.revoke(who.token_id)
    client.say("pusher:subscribe", {"channel": channel, "auth": auth})
    await client.hears("pusher:subscription_error")


async def test_a_client_that_takes_nothing_cannot_hold_up_the_end_of_its_session(here: Realtime) -> None:
    who = session()
    client = await here.subscribed(who)
    client.stopped = True
    here.hub.publish(user_channel(who.user_id, who.tenant_id), "session", {})
    await asyncio.sleep(0)
    here.hub.revoke(who.token_id)
    await wait_until(lambda: client.over, timeout_s=1)
    assert here.hub.sockets == 0


async def test_what_came_with_the_end_of_a_socket_is_not_heard(here: Realtime) -> None:
    terms = here.add(application())
    speaker, hearer = await here.joined(terms, "private-a"), await here.joined(terms, "private-a")
    namespace = here.hub.namespace(terms.key)
    assert namespace is not None
    speaker._peer.send_text(b'{"event":"client-hello","channel":"private-a","data":{}}')
    said = b"".join(speaker._peer.data_to_send())
    namespace.close(Close.UNAUTHORISED, "The session has ended", lambda one: one.socket_id == speaker.socket_id)
    speaker.socket.data_received(said)  # in the same turn: it is in the application yet
    await hearer.settled()
    assert not hearer.named("client-hello")


async def test_a_client_that_closes_too_is_not_waited_for(here: Realtime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "CLOSE_S", 60)
    client = await here.open()
    client.say_bytes(b"\x00")
    await wait_until(lambda: client.over, timeout_s=2)
    assert client.close_code == Close.TOO_BIG


# The end of the server, and what is below messages


async def test_when_the_server_ends_clients_are_told_to_come_back_at_once(here: Realtime) -> None:
    who = session()
    client = await here.subscribed(who)
    client.socket.shutdown()
    await closed_with(client, Close.AGAIN)
    await wait_until(lambda: here.hub.sockets == 0)


async def test_a_ping_of_the_wire_is_answered_and_counted_as_a_message(here: Realtime) -> None:
    client = await here.open()
    for _ in range(400):
        client.ping()
    await closed_with(client, Close.OVER_CAPACITY)
    assert 200 <= client.pongs <= 250


async def test_text_that_is_no_utf8_ends_the_socket_alone(here: Realtime) -> None:
    client, other = await here.open(), await here.open()
    client.say_raw(b"\xff\xfe")
    await wait_until(lambda: client.over)
    assert client.close_code == 1007
    await other.settled()
    assert here.hub.sockets == 1


async def test_every_socket_is_pinged_in_its_turn_so_that_the_way_stays_open() -> None:
    class Wire(asyncio.Transport):
        written = b""

        def write(self, data: Any) -> None:
            self.written += data

        def get_write_buffer_size(self) -> int:
            return 0

    heartbeat, outbox = Keepalive(), Outbox()
    wires = [Wire() for _ in range(EVERY_S + 1)]
    connections = [Connection(f"1.{number}", wire, outbox, print) for number, wire in enumerate(wires)]
    for connection, wire in zip(connections, wires, strict=True):
        heartbeat.add(connection, wire)
    for _ in range(EVERY_S):
        heartbeat._beat()  # no turn of the event loop goes by: its own timer rings nothing
    outbox.empty()
    assert [wire.written for wire in wires] == [frames.PING] * (EVERY_S + 1)
    for connection in connections:
        heartbeat.remove(connection)
    assert not any(heartbeat._turns)
    heartbeat._beat()
    assert heartbeat._timer is None, "with nobody there it rests"


@pytest.mark.parametrize(("said", "code"), [("https", None), ("http", Close.TLS_ONLY), ("", Close.TLS_ONLY)])
async def test_a_proxy_that_is_believed_says_whether_it_was_reached_by_tls_and_nobody_else(
    here: Realtime, said: str, code: Close | None
) -> None:
    terms, headers = here.add(application(tls_only=True)), [("X-Forwarded-Proto", said)]
    client = await here.open_at(terms, headers=headers, peer="127.0.0.1", proxies=["127.0.0.0/8"])
    assert client.close_code == code
    for peer, proxies in (("192.0.2.7", ["127.0.0.0/8"]), ("127.0.0.1", [])):
        other = await here.open_at(terms, headers=headers, peer=peer, proxies=proxies)
        assert other.close_code == Close.TLS_ONLY


async def test_what_is_put_in_one_turn_is_written_at_once_and_long_things_do_not_wait_for_its_end(
    here: Realtime,
) -> None:
    who = session()
    client = await here.subscribed(who)
    await client.settled()
    channel = user_channel(who.user_id, who.tenant_id)
    for number in range(10):
        here.hub.publish(channel, "call", {"n": number})
    await client.hears("call", 10)
    assert [data.count(b'"call"') for data in client.written if b'"call"' in data] == [10]
    for _ in range(30):
        here.hub.publish(channel, "call", {"text": "x" * 50_000})
    assert here.hub.counters.too_slow == 0, "1.5 MB in a turn are no sign of a slow client"
    await client.hears("call", 40)
