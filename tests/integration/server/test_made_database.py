"""The database that installations of tests begin with: whole, empty, and made anew when the code declares another."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.errors import PyMongoError
from tests.support.product.made_database import PRODUCT, declared
from tests.support.product.stack import RunningStack, check_its_own_mongodb, session_stack, wait_for
from tests.support.running import runs

from call24.data_map import document_of, documents
from call24.kit.mongo import Index
from call24.kit.settings import DATABASE
from call24.queues.model import Queue
from call24.server import rooms


@pytest.fixture(scope="module")
def stack() -> Iterator[RunningStack]:
    with session_stack() as running:
        yield running


def test_an_installation_begins_with_every_index_and_no_document_but_that_of_its_form(
    stack: RunningStack, tmp_path: Path
) -> None:
    wanted = {doc.collection: {"_id_"} for doc in documents()}
    for index in rooms.INDEXES:
        if not index.retired:
            wanted[document_of(index.struct).collection].add(index.model().document["name"])
    with MongoClient[dict[str, Any]](stack.settings.mongodb_uri()) as client:
        database = client[DATABASE]
        assert {name: set(database[name].index_information()) for name in database.list_collection_names()} == wanted
        assert {name for name in wanted if database[name].find_one()} == {"schema"}
        assert not (stack.settings.secrets / "app.key").exists(), "its keys are its own"
        other = replace(stack.settings, data=tmp_path / "other")
        shutil.copytree(stack.settings.secrets, other.secrets)
        with pytest.raises(AssertionError, match="reached the MongoDB of"):
            check_its_own_mongodb(other)


def test_what_is_written_after_such_a_start_outlives_a_killed_mongodb(stack: RunningStack) -> None:
    with MongoClient[dict[str, Any]](stack.settings.mongodb_uri()) as client:
        tenants = client[DATABASE]["tenants"]
        tenants.insert_one({"_id": "ten_1", "tenant_id": "ten_1"})
        killed = stack.pid("mongod")
        os.kill(killed, signal.SIGKILL)
        wait_for(lambda: not runs(killed))
        wait_for(lambda: takes_writes(client), 30)
        assert tenants.find_one({"_id": "ten_1"}), "its journal was read"
        tenants.delete_one({"_id": "ten_1"})


def takes_writes(client: MongoClient[dict[str, Any]]) -> bool:
    with contextlib.suppress(PyMongoError):
        return bool(client.admin.command("hello").get("isWritablePrimary"))
    return False


def test_another_index_makes_another_one(monkeypatch: pytest.MonkeyPatch) -> None:
    before = declared()
    assert declared() == before
    monkeypatch.setattr(rooms, "INDEXES", (*rooms.INDEXES, Index(Queue, ("opened_at",))))
    assert declared() != before


@pytest.mark.parametrize("changed", ["migrations/steps.py", "kit/mongo/client.py", "installer/prepare.py"])
def test_other_code_that_makes_it_makes_another_one(monkeypatch: pytest.MonkeyPatch, changed: str) -> None:
    before, read = declared(), Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda file: read(file) + b"#" * (file == PRODUCT / changed))
    assert declared() != before
