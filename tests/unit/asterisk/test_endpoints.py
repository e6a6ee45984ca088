"""Trunks that change while Asterisk is told of them: what it knows in the end is what they are now."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest

from call24.asterisk.client import AWAY, AriClient, AriReply
from call24.asterisk.endpoints import CONFIG, Endpoints
from call24.asterisk.trunks import TrunkLine
from call24.kit.ids import TenantId, TrunkId

TRUNK = "trk_1"


class FakeAri:
    """Keeps objects as Asterisk does, and holds back the first aor of the trunk until `go_on`. `answers`: how many
    requests it answers before it is away."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.answers = 10_000
        self.objects: dict[tuple[str, str], dict[str, str]] = {}
        self.held, self.go_on = asyncio.Event(), asyncio.Event()

    async def request(self, method: str, path: str, *, body: Any = None) -> AriReply:
        if self.answers <= 0:
            return AWAY
        self.answers -= 1
        if path == "/endpoints/PJSIP":
            return AriReply(200, [{"resource": name} for kind, name in self.objects if kind == "endpoint"])
        kind, name = path.removeprefix(f"{CONFIG}/").split("/")
        self.asked.append((method, kind))
        if method == "PUT":
            self.objects.setdefault((kind, name), {}).update({one["attribute"]: one["value"] for one in body["fields"]})
            if kind == "aor" and not self.held.is_set():
                self.held.set()
                await self.go_on.wait()
        elif method == "DELETE":
            self.objects.pop((kind, name), None)
        return AriReply(200 if method != "GET" or (kind, name) in self.objects else 404, None)


def line(*more_addresses: str, **more: Any) -> TrunkLine:
    addresses = ("192.0.2.1", *more_addresses)
    return TrunkLine(
        tenant_id=TenantId("ten_1"), trunk_id=TrunkId(TRUNK), addresses=addresses, host="192.0.2.1", **more
    )


async def test_a_trunk_that_changes_while_it_is_pushed_has_nothing_of_what_it_was() -> None:
    ari = FakeAri()
    endpoints = Endpoints(cast(AriClient, ari), loopback=True)
    before = line(via="192.0.2.9:5060", registers=True, username="acme")
    now = line(transport="tls", srtp=True)
    pushing = asyncio.create_task(endpoints.put_trunk(before))
    await ari.held.wait()
    changing = asyncio.create_task(endpoints.put_trunk(now))
    for _ in range(20):
        await asyncio.sleep(0)
    assert ("DELETE", "aor") not in ari.asked, "a request that is under way would come after it"
    ari.go_on.set()
    assert await pushing and await changing
    known = ari.objects["endpoint", now.name]
    assert known["media_encryption"] == "sdes"
    assert not {"outbound_proxy", "outbound_auth"} & known.keys()
    assert ari.objects["aor", now.name]["contact"] == "sip:192.0.2.1;transport=tls"
    assert ("registration", now.name) not in ari.objects


async def test_a_trunk_that_is_known_by_one_more_address_while_it_is_pushed_has_its_way_out() -> None:
    ari = FakeAri()
    endpoints = Endpoints(cast(AriClient, ari), loopback=True)
    pushing = asyncio.create_task(endpoints.put_trunk(line()))
    await ari.held.wait()
    assert await endpoints.put_trunk(line("192.0.2.2"))
    ari.go_on.set()
    assert await pushing
    assert ("endpoint", line().name) in ari.objects


async def test_a_trunk_that_is_removed_while_it_is_pushed_is_gone() -> None:
    ari = FakeAri()
    endpoints = Endpoints(cast(AriClient, ari), loopback=True)
    pushing = asyncio.create_task(endpoints.put_trunk(line()))
    await ari.held.wait()
    removing = asyncio.create_task(endpoints.remove_trunk(line().tenant_id, line().trunk_id))
    for _ in range(20):
        await asyncio.sleep(0)
    ari.go_on.set()
    await asyncio.gather(pushing, removing)
    assert not [kind for kind, name in ari.objects if name == line().name]


@pytest.mark.parametrize("answers", range(40))
async def test_an_asterisk_that_goes_away_while_it_is_told_again_is_told_at_the_next_connect(answers: int) -> None:
    ari = FakeAri()
    ari.go_on.set()
    endpoints = Endpoints(cast(AriClient, ari), loopback=True)
    assert await endpoints.put_trunk(line(via="192.0.2.9:5060", registers=True, username="acme"))
    ari.answers = 0
    now = line(transport="tls", srtp=True)
    assert not await endpoints.put_trunk(now)
    ari.answers = answers
    assert await endpoints.push_again() == (answers > 0)
    ari.answers = 10_000
    assert await endpoints.push_again()
    known = ari.objects["endpoint", now.name]
    assert known["media_encryption"] == "sdes"
    assert not {"outbound_proxy", "outbound_auth"} & known.keys()
    assert ("registration", now.name) not in ari.objects
    ari.asked.clear()
    assert await endpoints.push_again()
    assert ("PUT", "aor") not in ari.asked and ("DELETE", "aor") not in ari.asked
