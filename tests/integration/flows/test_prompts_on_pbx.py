"""Prompts of a PBX on a host of its own: each is brought there, and goes from there; by the PBX's port."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import shutil
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from tests.support.clock import StillClock
from tests.support.telephony.keeper_host import Host, keeper_host
from tests.support.wait import wait_until

from call24.flows import prompts_on_pbx
from call24.flows.prompts import PromptService
from call24.flows.prompts_on_pbx import PromptsOnPbx
from call24.flows.sound import Converted
from call24.flows.store import INDEXES
from call24.kit.ids import PromptId, TenantId, new_id
from call24.kit.mongo import Mongo
from call24.kit.settings import Settings
from call24.pbx import prompt_files
from call24.pbx.prompt_files import BYTES_MAX, PromptFiles, TooMuch

TEN, PRM = "ten_" + "0" * 26, "prm_" + "0" * 26
WAV = b"RIFF\0\0\0\0WAVEfmt "


async def copied(_: TenantId, source: Path, target: Path, __: str) -> Converted:
    """In place of a conversion, which other tests look at."""
    await asyncio.to_thread(shutil.copy, source, target)
    return Converted(seconds=1.0)


def nobody(*_: Any) -> list[str]:
    return []


class World:
    def __init__(self, host: Host, prompts: PromptService, data: Path) -> None:
        self.host, self.prompts, self.data = host, prompts, data
        self.on_pbx = PromptsOnPbx(host.client, prompts)

    async def add(self, tenant_id: TenantId, name: str = "Welcome") -> PromptId:
        async def chunks() -> AsyncIterator[bytes]:
            yield WAV + name.encode()

        return (await self.prompts.upload(tenant_id, name, chunks())).id

    def there(self) -> dict[str, bytes]:
        """What Asterisk finds, by the end of its path."""
        folder, found = self.host.settings.prompts, dict[str, bytes]()
        for path in folder.rglob("*"):
            with contextlib.suppress(FileNotFoundError, IsADirectoryError):  # it may be taken away meanwhile
                found[str(path.relative_to(folder))] = path.read_bytes()
        return found

    def here(self, tenant_id: TenantId, prompt_id: PromptId) -> bytes:
        return (Settings(data=self.data).prompts / tenant_id / f"{prompt_id}.wav").read_bytes()


@pytest.fixture
async def world(mongo: Mongo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    await mongo.ensure_indexes(INDEXES)
    prompts = PromptService(mongo, StillClock(), Settings(data=tmp_path / "here").prompts)
    monkeypatch.setattr(prompts._converter, "convert", copied)
    await prompts.refresh()
    async with keeper_host(tmp_path / "there") as host:
        yield World(host, prompts, tmp_path / "here")


@contextlib.asynccontextmanager
async def running(world: World) -> AsyncIterator[None]:
    task = asyncio.create_task(world.on_pbx.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait({task})


async def test_each_is_there_soon_after_it_was_added_and_gone_soon_after_it_was_deleted(world: World) -> None:
    acme = TenantId(new_id("ten"))
    async with running(world):
        one, other = await world.add(acme, "One"), await world.add(acme, "Other")
        await wait_until(lambda: len(world.there()) == 2)
        assert world.there()[f"{acme}/{one}.wav"] == world.here(acme, one)
        await world.prompts.delete(acme, one, nobody)
        await wait_until(lambda: list(world.there()) == [f"{acme}/{other}.wav"])
        world.prompts.erase_tenant(acme)
        await wait_until(lambda: not world.there())


async def test_after_a_connect_what_is_missing_is_sent_and_what_nobody_has_is_deleted(world: World) -> None:
    acme = TenantId(new_id("ten"))
    one = await world.add(acme)
    async with running(world):
        await wait_until(lambda: list(world.there()) == [f"{acme}/{one}.wav"])
        theirs = world.host.settings.prompts / acme
        (theirs / f"{one}.wav").unlink()
        stranger = world.host.settings.prompts / new_id("ten") / f"{new_id('prm')}.wav"
        stranger.parent.mkdir()
        stranger.write_bytes(b"RIFF")
        world.prompts.pbx_connected()
        await wait_until(lambda: list(world.there()) == [f"{acme}/{one}.wav"])
        (theirs / f"{one}.wav").write_bytes(b"half of it")
        world.prompts.pbx_connected()
        await wait_until(lambda: world.there()[f"{acme}/{one}.wav"] == world.here(acme, one))


async def test_while_the_pbx_is_away_it_is_tried_again_and_said_once(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(prompts_on_pbx, "AGAIN_S", 0.05)
    acme = TenantId(new_id("ten"))
    await world.host.runner.cleanup()
    looks = 0
    real = world.on_pbx.look

    async def counted() -> bool:
        nonlocal looks
        looks += 1
        return await real()

    monkeypatch.setattr(world.on_pbx, "look", counted)
    with caplog.at_level(logging.WARNING, "call24.flows"):
        async with running(world):
            one = await world.add(acme)
            await wait_until(lambda: looks > 3)
            assert len([each for each in caplog.messages if "not brought to the PBX" in each]) == 1
            await world.host.listen()
            await wait_until(lambda: list(world.there()) == [f"{acme}/{one}.wav"])


async def test_nothing_is_deleted_there_before_it_is_known_what_there_is(world: World, mongo: Mongo) -> None:
    acme = TenantId(new_id("ten"))
    await world.add(acme)
    assert await world.on_pbx.look()
    unread = PromptService(mongo, StillClock(), Settings(data=world.data).prompts)
    assert await PromptsOnPbx(world.host.client, unread).look()
    assert len(world.there()) == 1
    await unread.refresh()
    assert await PromptsOnPbx(world.host.client, unread).look()
    assert len(world.there()) == 1


async def test_an_organisation_with_many_holds_up_no_others_and_one_that_is_refused_none(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    many, few = TenantId(new_id("ten")), TenantId(new_id("ten"))
    of_many = [await world.add(many, f"Prompt {number}") for number in range(4)]
    one = await world.add(few)
    order: list[str] = []
    real = world.host.client.ask

    def seen(method: str, path: str, *rest: Any, **more: Any) -> Any:
        if method == "PUT":
            order.append(path.split("/")[3])
        if of_many[2] in path:
            raise OSError(500, "its disk is not well")
        return real(method, path, *rest, **more)

    monkeypatch.setattr(world.host.client, "ask", seen)
    assert await world.on_pbx.look()
    assert few in order[:2]
    assert sorted(world.there()) == sorted(
        [f"{few}/{one}.wav", *(f"{many}/{each}.wav" for each in of_many if each != of_many[2])]
    )
    assert any(of_many[2] in each for each in caplog.messages)


async def test_a_full_disk_is_asked_once_in_a_look_and_again_soon(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(prompts_on_pbx, "AGAIN_S", 0.02)
    world.on_pbx = PromptsOnPbx(world.host.client, world.prompts)
    acme, other = TenantId(new_id("ten")), TenantId(new_id("ten"))
    mine = [await world.add(acme, f"Prompt {number}") for number in range(3)]
    await world.add(other)
    is_full, asked = [True], []
    real = world.host.client.ask

    def seen(method: str, path: str, *rest: Any, **more: Any) -> Any:
        asked.append(method)
        if method == "PUT" and is_full:
            raise OSError(507, "its disk is full")
        return real(method, path, *rest, **more)

    monkeypatch.setattr(world.host.client, "ask", seen)
    assert await world.on_pbx.look()
    assert asked == ["GET", "PUT"]
    async with running(world):
        await wait_until(lambda: asked.count("GET") > 3)
        assert world.on_pbx._pause > 0.05
        assert len([each for each in caplog.messages if "does not have what it should" in each]) == 1
        is_full.clear()
        await wait_until(lambda: len(world.there()) == len(mine) + 1)


async def test_what_nobody_has_makes_room_for_what_is_missing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prompt_files, "PROMPTS_MAX", 1)
    acme = TenantId(new_id("ten"))
    one = await world.add(acme)
    stale = world.host.settings.prompts / acme / f"{new_id('prm')}.wav"
    stale.parent.mkdir(parents=True)
    stale.write_bytes(WAV)
    assert await world.on_pbx.look()
    assert list(world.there()) == [f"{acme}/{one}.wav"]


async def test_one_that_cannot_be_deleted_holds_up_no_other(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    stuck, goes = sorted(new_id("prm") for _ in range(2))
    folder = world.host.settings.prompts / new_id("ten")
    for name in (f"{stuck}.wav", f"{goes}.wav", f"{goes}.old.wav"):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(WAV)
    copy = folder.with_name(f"{folder.name}.bak")
    shutil.copytree(folder, copy)
    real = world.host.client.ask

    def seen(method: str, path: str, *rest: Any, **more: Any) -> Any:
        if method == "DELETE" and stuck in path:
            raise OSError(500, "disk")
        return real(method, path, *rest, **more)

    monkeypatch.setattr(world.host.client, "ask", seen)
    assert await world.on_pbx.look()
    assert sorted(path.name for path in folder.iterdir()) == sorted([f"{goes}.old.wav", f"{stuck}.wav"])
    assert len(list(copy.iterdir())) == 3
    assert stuck in caplog.text


async def test_a_change_is_sent_alone_and_nothing_else_is_compared(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    acme = TenantId(new_id("ten"))
    await world.add(acme, "Before")
    asked: list[str] = []
    real = world.host.client.ask

    def seen(method: str, path: str, *rest: Any, **more: Any) -> Any:
        asked.append(f"{method} {path}")
        return real(method, path, *rest, **more)

    async with running(world):
        await wait_until(lambda: len(world.there()) == 1)
        monkeypatch.setattr(world.host.client, "ask", seen)
        one = await world.add(acme)
        await wait_until(lambda: len(world.there()) == 2)
        await world.prompts.delete(acme, one, nobody)
        await wait_until(lambda: len(world.there()) == 1)
    assert asked == [f"{method} /v1/prompts/{acme}/{one}" for method in ("PUT", "DELETE")]


async def test_with_an_organisation_all_of_its_prompts_go(world: World) -> None:
    acme, other = TenantId(new_id("ten")), TenantId(new_id("ten"))
    await world.add(acme)
    one = await world.add(other)
    await world.on_pbx.look()
    await asyncio.to_thread(world.host.client.erase_organisation, acme)
    assert list(world.there()) == [f"{other}/{one}.wav"]


@pytest.mark.parametrize(
    ("path", "content", "status"),
    [
        (f"{TEN}/{PRM}", b"no sound", "400"),
        (f"{TEN}/{PRM}", WAV + bytes(BYTES_MAX), "413"),
        (f"%2e%2e/{PRM}", WAV, "400"),
        (f"{TEN}/%2e%2e%2f%2e%2e%2fetc%2fari", WAV, "400"),
        (f"{TEN.upper()}/{PRM}", WAV, "400"),
    ],
)
async def test_what_is_no_prompt_is_refused_and_nothing_is_written(
    world: World, path: str, content: bytes, status: str
) -> None:
    with pytest.raises(OSError, match=status):
        await asyncio.to_thread(world.host.client.ask, "PUT", f"/v1/prompts/{path}", content)
    assert world.there() == {}


def test_an_organisation_has_a_bounded_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prompt_files, "PROMPTS_MAX", 2)
    files = PromptFiles(tmp_path)
    first = new_id("prm")
    for prompt_id in (first, new_id("prm"), first):
        files.put(TEN, prompt_id, WAV)
    with pytest.raises(TooMuch):
        files.put(TEN, new_id("prm"), WAV)
    files.put("ten_" + "1" * 26, new_id("prm"), WAV)
    assert len(files.listed()[TEN]) == 2


def test_what_a_crash_left_goes_and_a_write_that_fails_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = PromptFiles(tmp_path)
    files.put(TEN, PRM, WAV)
    part = tmp_path / TEN / f"{PRM}.wav.x.part"
    part.write_bytes(b"RIFF")
    files.listed()
    assert part.exists()
    old = time.time() + 3600
    monkeypatch.setattr("call24.pbx.whole_files.time.time", lambda: old)
    files.listed()
    assert not part.exists()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("call24.pbx.whole_files.os.fsync", full)
    with pytest.raises(OSError):
        files.put(TEN, PRM, WAV + b"another")
    assert [path.read_bytes() for path in (tmp_path / TEN).iterdir()] == [WAV]
