"""The embedded MongoDB's passwords: what a rotation that was killed left is carried on at whatever start comes."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pymongo
from tests.support import in_memory
from tests.support.database.mongod import free_port, mongod_program
from tests.support.wait import wait_until

from call24.installer import mongod, mongodb_secrets, passwords, prepare
from call24.installer.stack import listens
from call24.kit.mongo import replica_set
from call24.kit.settings import MONGODB_ADMIN, Settings


@contextlib.asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[None]:
    """As soon as it listens, which is before it was elected."""
    program = mongod_program()
    words = mongod.command(program, settings)
    env, nothing = mongod.environment(program), asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(*words, env=env, stdout=nothing)
    try:
        await wait_until(lambda: listens(settings.mongodb_port), 20)
        yield
    finally:
        process.kill()
        await process.wait()


def left_by_a_rotation(settings: Settings, word: str) -> None:
    for name in ("mongodb", "mongodb_admin"):
        (settings.secrets / f"{name}.next").write_text(f"{name}-{word}")


def check(settings: Settings, word: str) -> None:
    """Both have it, by their files, and nothing is left to do."""
    assert not list(settings.secrets.glob("*.next"))
    assert (settings.secrets / "mongodb").read_text() == f"mongodb-{word}"
    for uri in (settings.mongodb_uri(), settings.mongodb_admin_uri()):
        with pymongo.MongoClient[dict[str, object]](uri, serverSelectionTimeoutMS=10_000) as client:
            assert client["call24"]["things"].insert_one({}).acknowledged


async def test_a_restore_and_a_start_on_another_port_carry_on_a_rotation_that_was_killed() -> None:
    with in_memory.folder("c24-passwords-") as data:
        await carried_on(Settings(data=Path(data), mongodb_port=free_port()))


async def carried_on(settings: Settings) -> None:
    passwords.make(settings)
    left_by_a_rotation(settings, "of-the-backup")
    async with running(settings):  # nobody is there yet, as where a backup is restored
        prepare.set_up_mongodb(settings)
        check(settings, "of-the-backup")
        assert not mongod.needs_setup(settings)

    moved = replace(settings, mongodb_port=free_port())
    left_by_a_rotation(moved, "of-the-move")
    async with running(moved):
        prepare.set_up_mongodb(moved)
        check(moved, "of-the-move")
        # MongoDB has it, and the file was not put in place.
        admin = (MONGODB_ADMIN, "mongodb_admin-of-the-move")
        left_by_a_rotation(moved, "half-done")
        replica_set.change_password(mongod.member(moved), admin, MONGODB_ADMIN, "mongodb_admin-half-done")
        prepare.set_up_mongodb(moved)
        check(moved, "half-done")

        mongodb_secrets.replace_passwords(moved)
        assert not list(moved.secrets.glob("*.next"))
        assert "half-done" not in (moved.secrets / "mongodb").read_text()
