"""Words between processes that hold sockets: in order, each once, together where they can be, and bounded."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.clock import StillClock
from tests.support.wait import wait_until

from call24.kit.errors import Unavailable
from call24.kit.ids import TenantId
from call24.realtime.cluster import link as links
from call24.realtime.cluster import messages as w
from call24.realtime.cluster.link import Link
from call24.realtime.cluster.model import NodeMessage

ACME, OTHER = TenantId("ten_acme"), TenantId("ten_other")


@dataclass
class Way:
    """A store and what is followed there at once; `trouble`: how often MongoDB is away."""

    sent: list[NodeMessage] = field(default_factory=list)
    trouble: int = 0
    coming: asyncio.Queue[NodeMessage] = field(default_factory=asyncio.Queue)

    async def send(self, messages: Sequence[NodeMessage]) -> None:
        if self.trouble:
            self.trouble -= 1
            raise Unavailable
        self.sent += messages

    def follow(self, run: str) -> Way:
        return self

    async def begin(self) -> None:
        pass

    async def next(self) -> NodeMessage:
        return await self.coming.get()

    async def close(self) -> None:
        pass


@dataclass
class End:
    link: Link
    way: Way
    heard: list[tuple[str, TenantId, w.Word]]
    broken: list[str]
    cut: list[tuple[str, TenantId]]

    def comes(self, number: int, *words: w.Word, by: str = "them") -> None:
        body = w.encoded(words)
        at = StillClock().now()
        self.way.coming.put_nowait(
            NodeMessage(id=f"{by}{number}", tenant_id=ACME, to="us", by=by, number=number, body=body, created_at=at)
        )


@pytest.fixture
async def end(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[End]:
    monkeypatch.setattr(links, "AGAIN_S", 0.01)
    way = Way()
    heard: list[Any] = []
    broken: list[str] = []
    cut: list[tuple[str, TenantId]] = []
    link = Link(
        cast(Any, way),
        StillClock(),
        "us",
        lambda *what: heard.append(what),
        broken.append,
        lambda *what: cut.append(what),
    )
    link.open("them")
    task = asyncio.create_task(link.run())
    yield End(link, way, heard, broken, cut)
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


async def test_words_of_one_organisation_travel_together_and_their_order_stays(end: End) -> None:
    said = [(ACME, 1), (ACME, 2), (OTHER, 3), (ACME, 4), (ACME, 5)]
    for tenant_id, number in said:
        end.link.say("them", tenant_id, w.SocketLeft(number))
    await wait_until(lambda: len(end.way.sent) == 2)
    assert [(one.number, one.tenant_id) for one in end.way.sent] == [(1, ACME), (2, OTHER)]
    told = [w.decoded(one.body) for one in end.way.sent]
    assert told == [[w.SocketLeft(number) for number in (1, 2, 4, 5)], [w.SocketLeft(3)]]


async def test_what_is_said_while_mongodb_is_away_is_sent_afterwards_in_order(end: End) -> None:
    end.way.trouble = 3
    for number in range(10):
        end.link.say("them", ACME, w.SocketLeft(number))
        await asyncio.sleep(0)
    await wait_until(lambda: sum(len(w.decoded(one.body)) for one in end.way.sent) == 10)
    assert [word for one in end.way.sent for word in w.decoded(one.body)] == [
        w.SocketLeft(number) for number in range(10)
    ]
    assert [one.number for one in end.way.sent] == list(range(1, len(end.way.sent) + 1))


async def test_what_comes_twice_is_heard_once_and_of_strangers_nothing(end: End) -> None:
    end.comes(1, w.SocketLeft(1))
    end.comes(1, w.SocketLeft(1))
    end.comes(1, w.SocketLeft(7), by="stranger")
    end.comes(2, w.SocketLeft(2), w.SocketLeft(3))
    await wait_until(lambda: len(end.heard) == 3)
    assert end.heard == [("them", ACME, w.SocketLeft(number)) for number in (1, 2, 3)]
    assert end.broken == []


async def test_a_missing_number_breaks_the_way_and_nothing_more_is_heard_or_said(end: End) -> None:
    end.comes(1, w.SocketLeft(1))
    end.comes(3, w.SocketLeft(3))
    end.comes(2, w.SocketLeft(2))
    await wait_until(lambda: end.broken == ["them"])
    end.link.say("them", ACME, w.SocketLeft(9))
    await wait_until(end.way.coming.empty)
    assert len(end.heard) == 1 and end.way.sent == []


async def test_an_end_that_speaks_otherwise_is_given_up(end: End) -> None:
    at = StillClock().now()
    end.way.coming.put_nowait(
        NodeMessage(id="x", tenant_id=ACME, to="us", by="them", number=1, body=b"\x01", created_at=at)
    )
    await wait_until(lambda: end.broken == ["them"])


async def test_what_waits_is_bounded(end: End, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links, "WAITING_BYTES_MAX", 1000)
    end.way.trouble = 1000
    for number in range(20):
        end.link.say("them", TenantId(f"ten_{number}"), w.SocketLeft(number))
    assert end.broken == ["them"]


async def test_one_organisations_burst_is_cut_and_closes_the_way_for_nobody(
    end: End, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(links, "WAITING_BYTES_MAX", 10_000)
    end.way.trouble = 1000
    end.link.say("them", OTHER, w.Said(1, "mine"))
    end.link.say("them", ACME, w.Opened(1, "1.1", "key"))
    for number in range(200):
        end.link.say("them", ACME, w.Said(number, "x" * 1000))
    end.link.say("them", ACME, w.SocketLeft(1))
    assert end.broken == []
    await wait_until(lambda: end.cut == [("them", ACME)])
    end.link.say("them", ACME, w.Said(7, "again"))
    end.way.trouble = 0
    await wait_until(lambda: sum(len(w.decoded(one.body)) for one in end.way.sent) == 4)
    told = [(one.tenant_id, word) for one in end.way.sent for word in w.decoded(one.body)]
    assert (OTHER, w.Said(1, "mine")) in told
    mine = [word for tenant_id, word in told if tenant_id == ACME]
    assert mine == [w.Opened(1, "1.1", "key"), w.SocketLeft(1), w.Said(7, "again")]


async def test_a_burst_that_waits_lets_the_words_of_others_go_first(end: End, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links, "MESSAGE_BYTES", 1000)
    for number in range(20):
        end.link.say("them", ACME, w.Said(number, "x" * 1000))
    end.link.say("them", OTHER, w.Said(1, "mine"))
    await wait_until(lambda: len(end.way.sent) == 21)
    assert [one.tenant_id for one in end.way.sent].index(OTHER) == 1


async def test_a_word_that_fails_does_not_take_the_others_with_it(end: End) -> None:
    end.link._tell = lambda by, tenant_id, word: (
        end.heard.append((by, tenant_id, word)) if word != w.SocketLeft(1) else 1 / 0
    )
    end.comes(1, w.SocketLeft(1), w.SocketLeft(2))
    await wait_until(lambda: end.heard == [("them", ACME, w.SocketLeft(2))])


@given(st.integers(1, 9 * 10**8), st.integers(1, 10**12), st.integers(0, 10**10 - 1), st.integers(0, 10**6 - 1))
def test_a_sockets_id_says_where_it_is(node: int, socket: int, drawn: int, beside: int) -> None:
    id = w.socket_id(node, socket, drawn, beside)
    assert w.place_of(id) == (node, socket)
    assert all(len(part) <= 20 for part in id.split("."))


def test_sockets_of_the_main_process_are_of_no_node() -> None:
    assert w.place_of("9999999999.1234567890")[0] == 0


@given(st.lists(st.integers(0, 2**32 - 1)))
def test_numbers_are_packed_in_four_bytes(numbers: list[int]) -> None:
    assert list(w.unpacked(w.packed(numbers))) == numbers
    assert len(w.packed(numbers)) == 4 * len(numbers)
