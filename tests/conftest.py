"""What every kind of test may ask for. Nothing starts before a test names it."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from tests.support import (
    collecting,  # noqa: F401  # before all that takes long to import
    in_memory,
    properties,  # noqa: F401  # before any test says how hard it tries
)
from tests.support.database.database import close_servers, fresh_database
from tests.support.database.mongod import RunningMongod, start_mongod, transactions_end_after
from tests.support.database.watched import check_all
from tests.support.http import one_document  # noqa: F401  # before any test makes it
from tests.support.http.api import Api, all_asked, api_of_a_test
from tests.support.product.system import System, running_system

from call24.cli import parts
from call24.kit.mongo import Mongo
from call24.server.http_app import make_operations


def pytest_collection_finish() -> None:
    """What has been imported stays: looking it through again and again was 6 % of the CPU of a lane that computes.
    The server does the same."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)
    gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The lanes of exact tests look for them in the files that say so."""
    unsaid = {
        item.path for item in items if item.get_closest_marker("exact") and parts.EXACT not in item.path.read_text()
    }
    if unsaid:
        raise pytest.UsageError(f"`pytest.mark.exact` has to stand in {', '.join(map(str, sorted(unsaid)))} itself")


LINE_BY_LINE = {
    f"integration/{name}" for name in ("audit", "backup", "call_records", "changes", "crm", "files", "journal")
}
LINE_BY_LINE |= {"integration/recordings"}
"""Folders of tests that wait for what they write, line by line. Others run programs from their folder, which memory may
not let them."""


@pytest.fixture
def tmp_path(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """In memory where lines are written: all lanes wait for the same disk."""
    if "/".join(request.path.parts[-3:-1]) not in LINE_BY_LINE:
        yield tmp_path
        return
    with in_memory.folder("c24-test-") as folder:
        yield folder


@pytest.fixture(autouse=True)
def nothing_unscoped() -> Iterator[None]:
    """The test fails when a real server sent its MongoDB a command without a tenant."""
    yield
    check_all()


@pytest.fixture(scope="session")
def mongod() -> Iterator[RunningMongod]:
    """A private MongoDB server, one for the whole run."""
    with in_memory.folder("c24-mongod-") as folder:
        running = start_mongod(folder)
        yield running
        close_servers()
        running.stop()


@pytest.fixture
def short_transactions(mongod: RunningMongod) -> Iterator[None]:
    """For tests that kill who holds one: MongoDB gives up what they left after a second in place of three."""
    with transactions_end_after(mongod, 1):
        yield


@pytest.fixture(scope="session")
def system() -> Iterator[System]:
    """`./call24 up` as a user runs it, one for the whole run: its tests leave it whole, and have organisations of their
    own."""
    with running_system(watched=True, mail_in_domain="tasks.example.org") as running:
        yield running


@pytest.fixture
async def mongo(mongod: RunningMongod) -> AsyncIterator[Mongo]:
    """A fresh database; the test fails when a command in it had no tenant or a field was not declared."""
    async with fresh_database(mongod) as mongo:
        yield mongo


@pytest.fixture(scope="session")
def operations() -> None:
    """Before a database is connected to: while they are made, for seconds on a busy machine, nobody hears it."""
    make_operations()
    all_asked()


@pytest.fixture
async def api(operations: None, mongo: Mongo, request: pytest.FixtureRequest) -> AsyncIterator[Api]:
    """The HTTP API in this process, on a fresh database and a clock that the test moves."""
    async with api_of_a_test(mongo, request) as api:
        yield api
