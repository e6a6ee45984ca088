"""What one organisation may have of the sockets, and of the memory that waits for clients that take nothing."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from tests.support.realtime.hub import Client, application, realtime, session
from tests.support.wait import wait_until

from call24.identity.channel_auth import tenant_channel
from call24.kit.ids import TenantId
from call24.realtime import connection as connections
from call24.realtime import slow
from call24.realtime.protocol import Close
from call24.realtime.slow import Waiting, too_slow

MB = 1024 * 1024


async def closed_with(client: Client, code: int) -> None:
    await wait_until(lambda: client.close_code == code)


async def test_one_organisation_has_half_of_the_sockets_by_all_its_applications_and_apps() -> None:
    async with realtime(sockets_max=8) as here:
        who = session()
        first = here.add(dataclasses.replace(application("1000000001"), tenant_id=who.tenant_id))
        second = here.add(dataclasses.replace(application("1000000002"), tenant_id=who.tenant_id))
        held = [await here.open_at(terms) for terms in (first, second, first)]
        held.append(await here.subscribed(who))
        await closed_with(await here.open_at(second), Close.OVER_CAPACITY)
        late = await here.open()
        late.say(
            "pusher:subscribe",
            {
                "channel": tenant_channel(who.tenant_id),
                "auth": here.authorisation(late, who, tenant_channel(who.tenant_id)),
            },
        )
        await closed_with(late, Close.OVER_CAPACITY)
        other = session().tenant_id
        for _ in range(4):
            await here.subscribed(session(other))
        assert here.hub.sockets == 8 and all(client.close_code is None for client in held)
        held[0].leave()
        await wait_until(lambda: here.hub.sockets == 7)
        assert (await here.open_at(second)).socket_id


async def test_what_waits_for_slow_clients_is_bounded_for_an_organisation_and_the_slowest_go_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(connections, "LOOK_BYTES", 20_000)
    monkeypatch.setattr(slow, "ORGANISATION_BYTES_MAX", 100_000)
    async with realtime(sockets_max=100) as here:
        mine, theirs = here.add(application("1000000001")), here.add(application("1000000002"))
        hub: Any = here.hub
        clients = [await here.joined(mine, "news") for _ in range(6)]
        other = await here.joined(theirs, "news")
        for client in (*clients[:4], other):
            client.stopped = True
        clients[0].write(bytes(50_000))
        other.write(bytes(40_000))
        for number in range(4):
            hub.namespace(mine.key).publish("news", "event", "x" * 9_000)
            await clients[5].hears("event", times=number + 1)
        await wait_until(lambda: hub.counters.too_slow > 0)
        assert clients[0] not in [one for one in clients if one.frames and _open(here, one)]
        assert _open(here, other) and _open(here, clients[4]) and _open(here, clients[5])
        assert sum(one.get_write_buffer_size() for one in clients if _open(here, one)) <= 100_000


def _open(here: Any, client: Client) -> bool:
    held = here.hub._sockets.get(client.socket_id)
    return held is not None and not held.closing


def waiting(sizes: dict[str, list[int]]) -> list[Waiting]:
    return [
        Waiting(size, f"{name} {size}", TenantId(name))  # type: ignore[arg-type]
        for name, theirs in sizes.items()
        for size in theirs
    ]


def test_the_slowest_of_who_has_too_much_are_closed_and_nobody_else() -> None:
    assert too_slow(waiting({"a": [1 * MB] * 60, "b": [1 * MB] * 64})) == []
    gone = too_slow(waiting({"a": [3 * MB, *([1 * MB] * 64)], "b": [2 * MB]}))
    assert gone[0] == f"a {3 * MB}" and len(gone) == 17 and all(str(one).startswith("a ") for one in gone)


def test_where_many_organisations_together_have_too_much_those_that_have_most_lose_their_slowest() -> None:
    gone = too_slow(waiting({"a": [1 * MB] * 60, "b": [1 * MB] * 60, "c": [MB] * 60, "d": [MB] * 60, "e": [MB] * 20}))
    assert {str(one)[0] for one in gone} == {"a", "b", "c", "d"} and len(gone) == 260 - 192
