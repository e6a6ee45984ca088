"""What the composition root does when the configuration changes: the watchers it hangs into the rooms."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import httpx
import msgspec
import pytest
from tests.support.wait import wait_until

from call24.asterisk import endpoints
from call24.asterisk.client import AWAY, AriClient, AriReply
from call24.flows.service import FlowService
from call24.http.app import described
from call24.http.provided import Asked
from call24.identity.service import IdentityService
from call24.kit import sip_targets
from call24.kit.clock import SystemClock
from call24.kit.errors import Invalid, Unavailable
from call24.kit.ids import RecordingId, TenantId, TrunkId, new_id
from call24.kit.settings import Settings
from call24.kit.sip_names import sip_name
from call24.pusher_apps.service import ApplicationService
from call24.realtime import broadcasting
from call24.recordings.service import Recordings
from call24.server import app, offered
from call24.server.app import Call24
from call24.server.http_app import create_app
from call24.server.node import NodeProcess
from call24.tasks.service import TaskService
from call24.tenants.events import TrunkWatcher
from call24.tenants.model import Trunk
from call24.tenants.rules import comes_through
from call24.webhooks.service import WebhookService


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What Asterisk is asked for: (method, path)."""
    requests: list[tuple[str, str]] = []

    async def request(self: AriClient, method: str, path: str, **more: object) -> AriReply:
        requests.append((method, path))
        return AriReply(204, None)

    monkeypatch.setattr(AriClient, "request", request)
    return requests


@pytest.fixture
async def call24(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Call24:
    """All parts, put together but not started: nothing connects."""
    monkeypatch.setattr(endpoints, "SIGNING_OFF_S", 0.01)
    (tmp_path / "secrets").mkdir()
    for secret in ("ari", "mongodb"):
        (tmp_path / "secrets" / secret).write_text("secret")
    return Call24(Settings(data=tmp_path, trunks_private=True, apple_app="ABCDE12345.org.example.desk"))


async def test_the_operators_app_for_phones_is_told_to_whoever_asks(call24: Call24) -> None:
    async def close(tenant_id: TenantId) -> None: ...

    transport = httpx.ASGITransport(create_app(replace(offered.services(call24, close), known=None)))
    async with httpx.AsyncClient(transport=transport, base_url="https://call24.test") as http:
        told = await http.get("/.well-known/apple-app-site-association")
    assert told.json()["applinks"]["details"][0]["appIDs"] == ["ABCDE12345.org.example.desk"]


def trunk(*addresses: str) -> Trunk:
    return Trunk(
        id=TrunkId(new_id("trk")),
        tenant_id=TenantId(new_id("ten")),
        name="carrier",
        addresses=addresses,
        created_at=SystemClock().now(),
    )


def named(trunk: Trunk) -> str:
    return sip_name(trunk.tenant_id, trunk.id)


async def test_a_removed_trunk_lets_no_calls_in_or_out_any_more(call24: Call24, asked: list[tuple[str, str]]) -> None:
    theirs = msgspec.structs.replace(trunk("192.0.2.7", "198.51.100.0/24"), host="192.0.2.7")
    await told(call24.rooms.tenants.events.trunk_added, theirs)
    sources = {path for method, path in short(asked) if method == "PUT" and path.startswith("identify/")}
    assert sources
    asked.clear()
    await told(call24.rooms.tenants.events.trunk_removed, theirs)
    await wait_until(lambda: ("DELETE", f"auth/{named(theirs)}") in short(asked))  # last: it is needed to sign off
    gone = sorted("/".join(path.split("/")[-2:]) for method, path in asked if method == "DELETE")
    ways_out = [f"{kind}/{named(theirs)}" for kind in ("aor", "auth", "endpoint")]
    assert gone == [*ways_out, *sorted(sources), f"registration/{named(theirs)}"]


async def test_an_address_that_another_trunk_has_too_stays(call24: Call24, asked: list[tuple[str, str]]) -> None:
    ours, theirs = trunk("127.0.0.1"), trunk("127.0.0.1")
    await told(call24.rooms.tenants.events.trunk_added, ours)
    await told(call24.rooms.tenants.events.trunk_added, theirs)
    asked.clear()
    await told(call24.rooms.tenants.events.trunk_removed, theirs)
    assert asked == []


async def test_a_trunk_whose_way_out_stays_keeps_its_registration(call24: Call24, asked: list[tuple[str, str]]) -> None:
    ours = msgspec.structs.replace(trunk("192.0.2.1"), host="192.0.2.9")
    await told(call24.rooms.tenants.events.trunk_added, ours)
    asked.clear()
    await told(call24.rooms.tenants.events.trunk_changed, msgspec.structs.replace(ours, name="Renamed", order=9))
    await told(call24.rooms.tenants.events.trunk_changed, msgspec.structs.replace(ours, addresses=("192.0.2.2",)))
    assert {path.split("/")[0] for _, path in short(asked)} == {"endpoint", "identify"}
    assert [method for method, path in short(asked) if path == f"endpoint/{named(ours)}"] == []
    await told(call24.rooms.tenants.events.trunk_changed, msgspec.structs.replace(ours, host="192.0.2.8"))
    assert ("DELETE", f"endpoint/{named(ours)}") in short(asked)
    assert ("PUT", f"endpoint/{named(ours)}") in short(asked)


async def test_a_trunk_that_changed_while_asterisk_was_away_is_made_anew(
    call24: Call24, asked: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = msgspec.structs.replace(trunk("192.0.2.1"), host="192.0.2.9")
    await told(call24.rooms.tenants.events.trunk_added, ours)
    answers = AriClient.request

    async def away(self: AriClient, method: str, path: str, **more: object) -> AriReply:
        return AWAY

    monkeypatch.setattr(AriClient, "request", away)
    await told(call24.rooms.tenants.events.trunk_changed, msgspec.structs.replace(ours, host="192.0.2.8"))

    async def back(self: AriClient, method: str, path: str, **more: object) -> AriReply:
        if path == "/endpoints/PJSIP":
            return AriReply(200, [{"resource": "carriers"}, {"resource": named(ours)}])
        return await answers(self, method, path)

    monkeypatch.setattr(AriClient, "request", back)
    asked.clear()
    await call24.endpoints.push_again()
    ways = [method for method, path in short(asked) if path == f"endpoint/{named(ours)}"]
    assert ways == ["DELETE", "PUT"]
    asked.clear()
    await call24.endpoints.push_again()
    assert [method for method, path in short(asked) if path == f"endpoint/{named(ours)}"] == []


async def test_a_trunk_that_is_switched_off_is_a_removed_one(call24: Call24, asked: list[tuple[str, str]]) -> None:
    ours = trunk("127.0.0.1")
    await told(call24.rooms.tenants.events.trunk_added, ours)
    asked.clear()
    await told(call24.rooms.tenants.events.trunk_changed, msgspec.structs.replace(ours, enabled=False))
    assert [method for method, _ in asked] == ["DELETE"]
    assert call24.trunks.all() == []


async def test_the_host_at_which_a_trunk_registers_may_call_too(call24: Call24, asked: list[tuple[str, str]]) -> None:
    registered = msgspec.structs.replace(trunk(), kind="registration", host="192.0.2.7")
    await told(call24.rooms.tenants.events.trunk_added, registered)
    assert [path for method, path in short(asked) if method == "PUT" and path.startswith("identify/")]
    assert ("PUT", f"registration/{named(registered)}") in short(asked)
    assert comes_through(registered, "192.0.2.7", call24.rooms.tenants.resolved(registered.id))
    ways_out = msgspec.structs.replace(trunk("198.51.100.1"), host="192.0.2.8")
    await told(call24.rooms.tenants.events.trunk_added, ways_out)
    assert call24.rooms.tenants.resolved(ways_out.id) == ()


async def test_a_carriers_name_is_resolved_again_and_a_name_without_address_keeps_the_last(
    call24: Call24, asked: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    answered(monkeypatch, ["198.51.100.1"], [], ["198.51.100.3"])
    registered = msgspec.structs.replace(trunk(), kind="registration", host="sip.carrier.example", port=5060)
    for expected in ("198.51.100.1", "198.51.100.1", "198.51.100.3"):
        await told(call24.rooms.tenants.events.trunk_changed, registered)
        assert call24.rooms.tenants.resolved(registered.id) == (expected,)
    assert [path for method, path in short(asked) if method == "DELETE" and path.startswith("identify/")]


async def test_a_new_or_changed_trunk_lifts_the_bans_of_its_addresses_and_of_no_others(
    call24: Call24, asked: list[tuple[str, str]]
) -> None:
    until = int(call24.clock.now().timestamp() + 600)
    for told_of in (call24.rooms.tenants.events.trunk_added, call24.rooms.tenants.events.trunk_changed):
        call24.scanners._until = dict.fromkeys(("198.51.100.9", "198.51.100.77", "203.0.113.3"), until)
        await told(told_of, msgspec.structs.replace(trunk("198.51.100.0/28"), host="198.51.100.77"))
        assert [ban.address for ban in call24.scanners.bans()] == ["203.0.113.3"]
        off = msgspec.structs.replace(trunk("203.0.113.3"), enabled=False)
        await told(told_of, off)
        assert [ban.address for ban in call24.scanners.bans()] == ["203.0.113.3"]


async def test_who_asks_for_numbers_that_are_not_there_in_a_trunks_range_is_a_stranger_again(
    call24: Call24, asked: list[tuple[str, str]]
) -> None:
    ours = trunk("198.51.100.0/24", "203.0.113.7")
    call24.rooms.tenants._trunks[ours.id] = ours
    for address in ("198.51.100.9", "203.0.113.7", "192.0.2.1"):
        for number in range(20):
            assert call24.engine.directory.route(f"+4415149600{number}", address) is None
    assert [(ban.address, ban.state) for ban in call24.scanners.bans()] == [("198.51.100.9", "challenged")]


def answered(monkeypatch: pytest.MonkeyPatch, *found: list[str]) -> None:
    """What the name of the carrier is answered with, one time after the other."""
    answers = list(found)

    async def addresses(host: str) -> list[str]:
        assert host == "sip.carrier.example"
        return answers.pop(0)

    monkeypatch.setattr(sip_targets, "_addresses", addresses)


async def test_a_name_that_leads_to_this_machine_the_second_time_is_a_way_out_no_more(
    public: Call24, asked: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    answered(monkeypatch, ["8.8.4.4"], ["127.0.0.1"])
    ours = msgspec.structs.replace(trunk("8.8.8.8"), host="sip.carrier.example", port=27024)
    await told(public.rooms.tenants.events.trunk_added, ours)
    assert ("PUT", f"endpoint/{named(ours)}") in short(asked)
    asked.clear()
    await told(public.rooms.tenants.events.trunk_changed, ours)
    assert ("DELETE", f"endpoint/{named(ours)}") in short(asked)
    assert [path for method, path in short(asked) if method == "PUT" and named(ours) in path] == []


@pytest.mark.parametrize("host", ["127.0.0.1", "169.254.169.254", "10.0.0.5", "::1", "::ffff:127.0.0.1", "0.0.0.0"])
async def test_a_host_that_is_stored_and_is_no_public_address_is_not_pushed(
    public: Call24, asked: list[tuple[str, str]], host: str
) -> None:
    await told(public.rooms.tenants.events.trunk_added, msgspec.structs.replace(trunk("8.8.8.8"), host=host))
    assert [path for method, path in short(asked) if method == "PUT" and "trk_" in path] == []
    with pytest.raises(Invalid):
        await public.rooms.tenants.add_trunk(TenantId(new_id("ten")), "T", ["8.8.8.8"], host=host)


@pytest.fixture
async def public(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call24: Call24) -> Call24:
    """As an operator has it who says nothing of trunks."""
    made = Call24(Settings(data=tmp_path))

    async def none_yet(tenant_id: TenantId) -> list[Trunk]:
        return []

    monkeypatch.setattr(made.rooms.tenants._store, "trunks", none_yet)
    return made


async def test_nobody_is_erased_until_the_calls_that_went_on_before_a_restart_are_known(
    call24: Call24, monkeypatch: pytest.MonkeyPatch
) -> None:
    erasing, working = (call24.rooms.persons, call24.rooms.caller_erasures), asyncio.Event()

    async def starts() -> bool:
        """What requests need is known by its end."""
        for one in erasing:
            with pytest.raises(Unavailable):
                one.calls_known.check()
        return True

    async def works(*calls: object) -> None:
        working.set()

    monkeypatch.setattr(call24, "_try_to_start", starts)
    monkeypatch.setattr(call24, "_tasks", dict)
    monkeypatch.setattr(call24.engine, "run", works)
    running = asyncio.create_task(call24.run())
    try:
        await asyncio.wait({running, asyncio.create_task(working.wait())}, return_when=asyncio.FIRST_COMPLETED)
        assert working.is_set(), running
        for one in erasing:
            one.calls_known.check()
    finally:
        running.cancel()
        await asyncio.wait({running})


def short(asked: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(method, "/".join(path.split("/")[-2:])) for method, path in asked]


async def told(watchers: list[TrunkWatcher], trunk: Trunk) -> None:
    for watcher in watchers:
        await watcher(trunk)


async def test_accounts_are_made_only_of_the_domains_that_were_granted(
    call24: Call24, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first organisation is free; the second has what the operator granted it."""
    tenants = call24.rooms.tenants

    async def kept(tenant: object) -> None:
        return

    monkeypatch.setattr(tenants._store, "add_tenant", kept)
    await tenants.create("First")
    second = await tenants.create("Second", domains=["second.example"])
    said = [call24.rooms.identity.grants_address(second.id, f"kim@{one}.example") for one in ("second", "first")]
    assert said == [True, False]


async def test_without_room_no_recorder_is_started_and_everybody_is_told(
    call24: Call24, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert call24.system()["recordings"] == "ok"
    assert call24._may_record(RecordingId("rec_1"))
    monkeypatch.setattr(call24.readers.space, "_statvfs", lambda _: SimpleNamespace(f_bavail=1, f_frsize=4096))
    assert not call24._may_record(RecordingId("rec_2"))
    assert call24.system()["recordings"] == "full"
    assert list(call24.readers.recordings._refused) == ["rec_2"]


async def test_what_rooms_keep_in_memory_is_read_anew_again_and_again(
    call24: Call24, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process, or a person, may have changed it."""
    read = 0

    async def reads() -> None:
        nonlocal read
        read += 1

    async def nothing() -> None: ...

    monkeypatch.setattr(app, "REFRESH_S", 0)
    monkeypatch.setattr(call24.building, "refresh", reads)
    for one in (call24.rooms.identity, call24.rooms.accounts.invitations, call24.rooms.accounts.provider_sign_in):
        for name in ("revoke_lapsed", "drop_expired"):
            if hasattr(one, name):
                monkeypatch.setattr(one, name, nothing)
    refreshing = asyncio.create_task(call24._refresh())
    await wait_until(lambda: read > 1)
    refreshing.cancel()


async def test_the_server_runs_every_task_that_a_room_has_built(call24: Call24) -> None:
    tasks = {task.name: task.run for task in call24.building.tasks()}
    assert {
        "statistics",
        "reconciliation",
        "callers",
        "toll-fraud protection",
        "webhook messages",
        "password wishes",
    } <= tasks.keys()
    run = call24._tasks()
    assert [name for name in tasks if run.get(name) is not tasks[name]] == []


async def test_a_realtime_node_builds_what_its_routes_ask_for_and_no_other_rooms(call24: Call24) -> None:
    """`call24` has made its folder."""
    node = NodeProcess(call24.settings)
    waiting = [route.dependant for route in described([broadcasting.router])]
    asked: set[type] = set()
    while waiting:
        one = waiting.pop()
        waiting += one.dependencies
        asked |= {one.call.kind} if isinstance(one.call, Asked) else set()
    assert {IdentityService, ApplicationService} <= asked
    assert all(isinstance(node.app.state.provided.get(kind), kind) for kind in asked)
    assert [kind for kind in (TaskService, Recordings, FlowService, WebhookService) if kind in node.there] == []
