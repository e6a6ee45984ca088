"""What keeps sockets and requests out and no other test would miss: found by taking each guard away."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import httpx
import pytest
from tests.support.realtime.hub import Client, Realtime, application, realtime, session
from tests.support.wait import wait_until

from call24.identity.channel_auth import sign, sign_user
from call24.kit.secrets import RealtimeKey
from call24.pusher_apps.model import AppTerms
from call24.realtime import sockets
from call24.realtime.api import api_app
from call24.realtime.client_messages import Origin, answer
from call24.realtime.connection import WAITING_BYTES_MAX
from call24.realtime.protocol import Close, Subscribe
from call24.realtime.socket import IN_MAX


@pytest.fixture
async def here() -> AsyncIterator[Realtime]:
    async with realtime() as here:
        yield here


@pytest.fixture
def acme(here: Realtime) -> AppTerms:
    return here.add(application())


def test_a_sign_in_that_we_did_not_sign_is_nobodys() -> None:
    here = Realtime()
    who, data = session(), json.dumps({"id": "usr_x"})
    here.auth.authorised("1.2", who)
    assert here.auth.redeem_user("1.2", data, sign_user(here.key, "1.2", data)) is not None
    for forged in (
        "",
        "x",
        sign_user(RealtimeKey(here.key.key, "a guess"), "1.2", data),
        sign_user(here.key, "1.3", data),
    ):
        assert here.auth.redeem_user("1.2", data, forged) is None


def test_a_socket_that_is_being_closed_subscribes_to_nothing() -> None:
    here = Realtime()
    acme = here.add(application())
    namespace = here.hub.namespace(acme.key)
    assert namespace is not None
    connection = here.hub.open(namespace, Client(), lambda code, reason: None)
    assert not isinstance(connection, Close)
    auth = sign(RealtimeKey(acme.key, acme.secret), connection.socket_id, "private-a")
    connection.close(Close.AGAIN, "Who may hear what has changed")
    answer(Origin(here.hub, namespace, connection), Subscribe(channel="private-a", auth=auth, channel_data=""))
    assert "private-a" not in namespace.channels


async def test_what_is_no_handshake_is_closed_without_an_answer(here: Realtime) -> None:
    for said in (b"\x16\x03\x01\x02\x00", b"GET /app/x HTTP/1.1\r\nHost: x\r\n", b"\r\n\r\n"):
        client = Client()
        socket = sockets(here.hub)()
        socket.connection_made(client)  # type: ignore[arg-type]  # all of a transport that is asked for
        socket.data_received(said)
        assert client.is_closing() and client.written == [], said


async def test_an_origin_without_a_host_is_no_page_of_ours(here: Realtime) -> None:
    for host, origin in (("", "https://"), ("call24.test", "ftp://call24.test"), ("call24.test", "app://call24.test")):
        client = await here.open(headers=[("Host", host), ("Origin", origin)])
        assert (client.accepted, client.status) == (False, 403), origin


async def test_a_message_is_measured_in_bytes(here: Realtime, acme: AppTerms) -> None:
    client = await here.open_at(acme)
    client.say_text(json.dumps({"event": "x", "data": "ü" * (IN_MAX // 2)}, ensure_ascii=False))
    await wait_until(lambda: client.close_code is not None)
    assert client.close_code == Close.TOO_BIG


async def test_who_asks_and_asks_and_takes_no_answer_is_closed(here: Realtime, acme: AppTerms) -> None:
    client = await here.open_at(acme)
    await client.settled()
    client.stopped = True
    client.write(bytes(WAITING_BYTES_MAX))
    client.say("pusher:ping")
    await wait_until(lambda: here.hub.sockets == 0)


async def test_an_address_of_no_application_is_not_there(here: Realtime) -> None:
    transport = httpx.ASGITransport(api_app(here.hub, lambda _: None))
    async with httpx.AsyncClient(transport=transport, base_url="https://call24.test") as client:
        for path in ("/apps", "/apps/", "/apps/x/events", "/apps/1", "/apps/123456789012345678901/events"):
            assert (await client.get(path)).status_code == 404, path
