"""New passwords of MongoDB: one command after the other, and only once it takes them."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import pytest

from call24.installer import mongodb_secrets
from call24.installer.mongodb_secrets import replace_passwords
from call24.kit.mongo import replica_set
from call24.kit.settings import Settings


def test_of_two_who_replace_the_passwords_the_second_waits_for_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(data=tmp_path)
    settings.secrets.mkdir()
    has = {user: "first" for user, _ in mongodb_secrets.USERS}
    for _, name in mongodb_secrets.USERS:
        (settings.secrets / name).write_text("first")
    within, both = threading.Semaphore(1), threading.Event()

    def change(_member: str, admin: tuple[str, str], user: str, password: str) -> None:
        assert has[admin[0]] == admin[1]
        if not within.acquire(blocking=False):
            both.set()
            return
        both.wait(0.1)  # long enough for another to come in between
        has[user] = password
        within.release()

    monkeypatch.setattr(replica_set, "lets_in", lambda _, login: has[login[0]] == login[1])
    monkeypatch.setattr(replica_set, "change_password", change)
    with ThreadPoolExecutor() as pool:
        for done in [pool.submit(replace_passwords, settings) for _ in range(2)]:
            done.result()
    assert not both.is_set()
    assert has == {user: (settings.secrets / name).read_text() for user, name in mongodb_secrets.USERS}


def test_a_node_that_has_just_started_is_asked_once_it_is_primary(monkeypatch: pytest.MonkeyPatch) -> None:
    client, asked = MagicMock(), list[str]()

    def command(name: str, *_: Any, **__: Any) -> dict[str, bool]:
        asked.append(name)
        return {"isWritablePrimary": len(asked) > 2}

    client.__enter__.return_value.admin.command = command
    monkeypatch.setattr(replica_set, "_client", lambda *_: client)
    replica_set.change_password("127.0.0.1:1", ("admin", "a"), "call24", "new")
    assert asked == ["hello", "hello", "hello", "updateUser"]
