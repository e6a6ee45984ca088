"""What the main process and a node do not believe each other: other keys, other organisations, sockets of others."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

import msgspec
import pytest
from tests.support.realtime.hub import Realtime, application, realtime, session
from tests.support.wait import wait_until

from call24.identity.channel_auth import sign
from call24.identity.model import Principal
from call24.kit.errors import Refused, Unauthenticated, Unavailable
from call24.kit.ids import TenantId
from call24.kit.secrets import RealtimeKey
from call24.pusher_apps.model import AppTerms
from call24.realtime import hub as hubs
from call24.realtime.cluster import link as links
from call24.realtime.cluster import messages as w
from call24.realtime.cluster import node_session
from call24.realtime.cluster.coordinator import Coordinator
from call24.realtime.cluster.model import MAIN, NodeMessage, Sign
from call24.realtime.cluster.node import ClusterNode
from call24.realtime.connection import Connection
from call24.realtime.protocol import Close

KEY = "the installation's"
FOREIGN = TenantId("ten_foreign")


class Quiet:
    """Nothing comes from the other end."""

    async def begin(self) -> None:
        pass

    async def next(self) -> None:
        await asyncio.Event().wait()

    async def close(self) -> None:
        pass


class Signs:
    """A store of signs; messages lead nowhere."""

    def __init__(self) -> None:
        self.up: dict[str, Sign] = {}

    async def put_up(self, sign: Sign) -> None:
        self.up[sign.id] = sign

    async def take_down(self, id: str) -> None:
        self.up.pop(id, None)

    async def beat(self, run: str, beat: int, at: datetime) -> bool:
        if run in self.up:
            self.up[run] = msgspec.structs.replace(self.up[run], beat=beat, at=at)
        return run in self.up

    async def signs(self) -> list[Sign]:
        return [sign for id, sign in self.up.items() if id != MAIN]

    async def main(self) -> Sign | None:
        return self.up.get(MAIN)

    async def send(self, messages: Sequence[NodeMessage]) -> None:
        pass

    def follow(self, run: str) -> Quiet:
        return Quiet()


@dataclass
class Heard:
    """In place of a link: what is said on it."""

    words: list[tuple[TenantId, w.Word]] = field(default_factory=list)

    def say(self, other: str, tenant_id: TenantId, word: w.Word) -> None:
        self.words.append((tenant_id, word))

    def open(self, other: str) -> None:
        pass

    def said(self) -> list[tuple[TenantId, w.Word]]:
        """What was said since it was last asked."""
        said, self.words = self.words, []
        return said


@dataclass
class Main:
    """The main process with one node. `deaf`: roles that may hear nothing."""

    here: Realtime
    signs: Signs
    owner: Coordinator
    heard: Heard
    number: int
    deaf: set[str]

    def says(self, tenant_id: TenantId, word: w.Word) -> None:
        self.owner._sockets.heard("node", tenant_id, word)

    def id(self, socket: int) -> str:
        return w.socket_id(self.number, socket, 7, 7)

    def asks(self, who: Principal, socket_id: str) -> list[w.Word]:
        """A session asks for a socket at the node; what that is told."""
        self.says(who.tenant_id, w.Authorise(1, socket_id, who.user_id, who.token_id, who.role))
        return [word for _, word in self.heard.said()]

    def opens(self, terms: AppTerms, socket: int, channel: str) -> None:
        """A socket of an application, that hears a channel."""
        self.says(terms.tenant_id, w.Opened(socket, self.id(socket), terms.key))
        auth = sign(RealtimeKey(terms.key, terms.secret), self.id(socket), channel)
        wish = {"event": "pusher:subscribe", "data": {"channel": channel, "auth": auth}}
        self.says(terms.tenant_id, w.Said(socket, json.dumps(wish)))


@pytest.fixture
async def main() -> AsyncIterator[Main]:
    async with realtime() as here:
        signs, heard, deaf = Signs(), Heard(), set[str]()

        def by_number(number: str) -> AppTerms | None:
            return next((terms for terms in here.applications.values() if terms.number == number), None)

        def may_hear(_tenant_id: TenantId, role: str) -> bool:
            return role not in deaf

        owner = Coordinator(cast(Any, signs), here.clock, here.hub, by_number, may_hear, KEY)
        await signs.put_up(Sign(id="node", run="node", proof=KEY, at=here.clock.now()))
        await owner.look()
        node = owner._sockets.nodes["node"]
        node._link = cast(Any, heard)
        yield Main(here, signs, owner, heard, node.number, deaf)
        await owner._unlink()


# The main process


async def test_a_process_that_has_not_the_installations_key_is_not_taken_in(main: Main) -> None:
    await main.signs.put_up(Sign(id="stranger", run="stranger", proof="another", at=main.here.clock.now()))
    await main.owner.look()
    assert main.owner.nodes == 1
    assert main.signs.up[MAIN].nodes.keys() == {"node"}


async def test_an_application_that_is_another_organisations_or_none_is_not_opened(main: Main) -> None:
    terms = main.here.add(application())
    main.says(terms.tenant_id, w.Opened(1, main.id(1), "no such key"))
    main.says(FOREIGN, w.Opened(2, main.id(2), terms.key))
    told = [(tenant_id, word.socket, word.code) for tenant_id, word in main.heard.said() if isinstance(word, w.Closed)]
    assert told == [(terms.tenant_id, 1, Close.UNKNOWN_APP), (FOREIGN, 2, Close.UNKNOWN_APP)]
    assert main.here.hub.sockets == 0


async def test_what_is_said_on_a_socket_that_is_unknown_or_being_closed_is_said_to_nobody(main: Main) -> None:
    terms = main.here.add(application())
    for socket in (1, 2):
        main.opens(terms, socket, "private-a")
    main.heard.said()
    hello = json.dumps({"event": "client-hello", "channel": "private-a", "data": {}})

    async def told() -> int:
        await asyncio.sleep(0)  # what is put before sockets goes out at the end of the turn
        frames = [word.frame for _, word in main.heard.said() if isinstance(word, w.Put)]
        return sum(b"client-hello" in frame for frame in frames)

    main.says(terms.tenant_id, w.Said(1, hello))
    assert await told() == 1
    main.says(terms.tenant_id, w.Said(9, hello))
    namespace = main.here.hub.namespace(terms.key)
    assert namespace is not None
    namespace.close(Close.UNAUTHORISED, "The session has ended", lambda one: one.socket_id == main.id(1))
    main.says(terms.tenant_id, w.Said(1, hello))
    assert await told() == 0


async def test_a_role_that_may_hear_nothing_is_given_no_socket(main: Main) -> None:
    who = session()
    main.deaf.add(who.role)
    assert main.asks(who, main.id(1)) == [w.Answered(1, 403, b"Your role does not allow this")]
    assert main.here.hub.sockets == 0
    main.deaf.clear()
    granted = w.Granted(1, main.id(1), who.user_id, who.token_id)
    assert main.asks(who, main.id(1)) == [granted, w.Answered(1, 200)]


async def test_a_socket_stays_its_first_sessions(main: Main) -> None:
    first, second = session(), session()
    assert len(main.asks(first, main.id(1))) == 2
    assert [word.status for word in main.asks(second, main.id(1)) if isinstance(word, w.Answered)] == [403]
    main.here.clock.advance(seconds=61)  # what was signed is forgotten; whose the socket is, is not
    assert main.asks(second, main.id(1)) == [w.Answered(1, 200)]
    assert main.here.hub.users() == {first.user_id}


async def test_a_socket_of_the_main_process_or_of_a_node_that_is_gone_is_granted_to_nobody_at_a_node(
    main: Main,
) -> None:
    gone = main.number % 1000 + 1000
    for socket_id in ("123.456", w.socket_id(gone, 1, 7, 7)):
        assert main.asks(session(), socket_id) == [w.Answered(1, 200)]
    assert main.here.hub.sockets == 0


async def test_more_sockets_than_nodes_may_have_are_granted_to_nobody(
    main: Main, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hubs, "FAR_MAX", 1)
    assert len(main.asks(session(), main.id(1))) == 2
    first, answered = main.asks(session(), main.id(2))
    assert isinstance(first, w.Closed) and (first.socket, first.code) == (2, Close.OVER_CAPACITY)
    assert answered == w.Answered(1, 200)
    assert main.here.hub.sockets == 1


async def test_a_burst_of_one_organisation_closes_its_own_sockets_at_the_node_and_nobody_elses(
    main: Main, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the way that the main process made itself; nothing is taken from it here."""
    monkeypatch.setattr(links, "WAITING_BYTES_MAX", 100_000)
    loud, calm = main.here.add(application("1000000001")), main.here.add(application("1000000002"))
    node = main.owner._sockets.nodes["node"]
    assert main.owner._link is not None
    main.owner._link._woken = asyncio.Event()  # what was said waits
    node._link = main.owner._link
    main.opens(loud, 1, "private-a")
    main.opens(calm, 2, "private-a")
    await asyncio.sleep(0)
    namespace = main.here.hub.namespace(loud.key)
    assert namespace is not None
    for _ in range(30):
        namespace.publish("private-a", "event", "x" * 5_000)
        await asyncio.sleep(0)
    await wait_until(lambda: main.here.hub.sockets == 1)
    assert main.owner.nodes == 1 and list(node.sockets) == [2]
    waits = main.owner._link._ways["node"].waiting[loud.tenant_id]
    assert [word.code for word in waits.words if isinstance(word, w.Closed)] == [Close.OVER_CAPACITY]
    main.opens(loud, 3, "private-a")
    assert sorted(node.sockets) == [2, 3]


# A node


class Wire:
    """A client's transport."""

    def __init__(self) -> None:
        self.written = b""

    def write(self, data: bytes) -> None:
        self.written += data

    def get_write_buffer_size(self) -> int:
        return 0


@dataclass
class Node:
    here: Realtime
    edge: ClusterNode
    signs: Signs
    heard: Heard

    async def looks(self) -> None:
        await self.edge.lives._look(cast(Any, self.heard))

    async def is_served(self) -> None:
        now = self.here.clock.now()
        await self.signs.put_up(Sign(id=MAIN, run="main", proof=KEY, nodes={"node": 5}, at=now))
        await self.looks()
        self.heard.said()

    def open(self, terms: AppTerms | None = None) -> tuple[Connection | Close, Wire, list[Close]]:
        """A socket of an application, or of the house."""
        wire, ended = Wire(), list[Close]()
        namespace = self.edge.built_in if terms is None else self.edge.namespace(terms.key)
        assert namespace is not None
        return self.edge.open(namespace, wire, lambda code, _why: ended.append(code)), wire, ended

    def opened(self, terms: AppTerms | None = None) -> tuple[Connection, Wire, list[Close]]:
        connection, wire, ended = self.open(terms)
        assert isinstance(connection, Connection)
        return connection, wire, ended

    def hears(self, tenant_id: TenantId, word: w.Word) -> None:
        self.edge.lives._heard("main", tenant_id, word)


@pytest.fixture
async def node() -> AsyncIterator[Node]:
    async with realtime() as here:
        signs, heard = Signs(), Heard()
        edge = ClusterNode(
            cast(Any, signs),
            here.auth,
            here.clock,
            known=here.applications.get,
            by_number=lambda _: None,
            proof=KEY,
        )
        edge.lives._run, edge.lives._link = "node", cast(Any, heard)
        await signs.put_up(Sign(id="node", run="node", proof=KEY, at=here.clock.now()))
        yield Node(here, edge, signs, heard)


async def test_a_node_lets_in_nobody_until_it_is_served_and_when_the_main_process_is_away(node: Node) -> None:
    terms = node.here.add(application())

    async def asked() -> bool:
        """Whether a question is asked at all: it is not answered."""
        question = asyncio.create_task(node.edge.application_at(terms.tenant_id, "1.1"))
        await asyncio.sleep(0)
        question.cancel()
        with suppress(Unavailable, asyncio.CancelledError):
            await question
        return any(isinstance(word, w.Which) for _, word in node.heard.said())

    await node.looks()
    assert node.open(terms)[0] is node.open()[0] is Close.OVER_CAPACITY
    assert not await asked()
    await node.is_served()
    node.opened(terms)
    assert await asked()
    for _ in range(int(node_session.AWAY_S / node_session.BEAT_S) + 1):  # no beat of it
        await node.looks()
    assert node.open(terms)[0] is node.open()[0] is Close.OVER_CAPACITY
    assert not await asked()


def subscribe(channel: str) -> str:
    return json.dumps({"event": "pusher:subscribe", "data": {"channel": channel}}, ensure_ascii=False)


async def test_what_waits_on_a_socket_that_is_nobodys_is_16_kb_in_all(node: Node) -> None:
    await node.is_served()
    connection, _, ended = node.opened()
    for _ in range(2):
        node.edge.said(connection, subscribe("\u00e4" * 1000))
        node.edge.said(connection, subscribe("c" * 5000))
    assert not ended
    node.edge.said(connection, subscribe("c" * 5000))
    assert ended == [Close.OVER_CAPACITY]


async def test_who_is_not_granted_hears_no_name_back_at_its_full_length(node: Node) -> None:
    await node.is_served()
    connection, wire, _ = node.opened()
    held = node.edge._of(connection)
    assert held is not None
    node.edge.said(connection, subscribe("c" * 5000))
    node.edge._not_granted(held)
    await asyncio.sleep(0)
    assert b'"channel":"' + b"c" * 300 + b'"' in wire.written


async def test_a_process_that_is_not_in_the_main_processs_sign_is_not_served_and_with_another_key_it_ends(
    node: Node,
) -> None:
    node.edge.lives._proof = "another"
    for beat in (1, 2):
        await node.signs.put_up(Sign(id=MAIN, run="main", proof=KEY, beat=beat, at=node.here.clock.now()))
        if beat == 1:
            await node.looks()
    assert node.open()[0] is Close.OVER_CAPACITY
    with pytest.raises(node_session.Foreign):
        await node.looks()


async def test_an_application_has_no_more_sockets_at_a_node_than_it_may(node: Node) -> None:
    await node.is_served()
    terms = node.here.add(application(connections_max=1))
    node.opened(terms)
    node.heard.said()
    assert node.open(terms)[0] is Close.OVER_QUOTA
    assert node.heard.said() == []


async def test_what_is_said_for_another_organisation_reaches_no_socket(node: Node) -> None:
    await node.is_served()
    terms = node.here.add(application())
    _, wire, ended = node.opened(terms)
    for tenant_id in (FOREIGN, terms.tenant_id):
        assert (wire.written, ended) == (b"", [])
        node.hears(tenant_id, w.Put(w.packed([1]), b"hello"))
        await asyncio.sleep(0)
        assert wire.written == (b"hello" if tenant_id == terms.tenant_id else b"")
        wire.written = b""
        node.hears(tenant_id, w.Closed(1, Close.UNAUTHORISED, ""))
    assert ended == [Close.UNAUTHORISED]


async def test_a_grant_is_for_the_socket_that_it_names(node: Node) -> None:
    await node.is_served()
    who = session()
    connection, wire, _ = node.opened()
    for socket, socket_id in ((9, connection.socket_id), (1, "1.1")):
        node.hears(who.tenant_id, w.Granted(socket, socket_id, who.user_id, who.token_id))
        assert node.heard.said() == [(who.tenant_id, w.SocketLeft(socket))]
        assert connection.grant is None
    node.hears(who.tenant_id, w.Put(w.packed([1]), b"hello"))
    await asyncio.sleep(0)
    assert wire.written == b""
    node.hears(who.tenant_id, w.Granted(1, connection.socket_id, who.user_id, who.token_id))
    assert connection.grant is not None and connection.grant.token_id == who.token_id


@pytest.mark.parametrize(("status", "refusal"), [(401, Unauthenticated), (403, Refused), (500, Refused)])
async def test_what_the_main_process_refuses_a_session_is_refused_at_the_node(
    node: Node, status: int, refusal: type[Exception]
) -> None:
    await node.is_served()
    asking = asyncio.create_task(node.edge.authorised("1.1", session()))
    await asyncio.sleep(0)
    [(tenant_id, word)] = node.heard.said()
    assert isinstance(word, w.Authorise)
    node.hears(tenant_id, w.Answered(word.re, status, b"why"))
    with pytest.raises(refusal):
        await asking


async def test_what_a_node_could_not_say_for_one_organisation_closes_its_sockets_and_nobody_elses(node: Node) -> None:
    await node.is_served()
    loud, calm = node.here.add(application("1000000001")), node.here.add(application("1000000002"))
    (_, _, ended), (_, _, other) = node.opened(loud), node.opened(calm)
    node.edge.lives._cut(loud.tenant_id)
    assert (ended, other) == ([Close.OVER_CAPACITY], [])
