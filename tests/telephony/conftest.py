"""One real MongoDB and Asterisk for the tests of the port, one whole system for those of calls."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest
from tests.support.product.shared_stack import SharedStacks, group_of, put_together
from tests.support.product.stack import RunningStack, session_stack
from tests.support.product.system import System, running_system


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    put_together(items)


@pytest.fixture(scope="session")
def shared_stacks(request: pytest.FixtureRequest) -> Iterator[SharedStacks]:
    with contextlib.closing(SharedStacks(request.session.items)) as shared:
        yield shared


@pytest.fixture(scope="module")
def stack(request: pytest.FixtureRequest, shared_stacks: SharedStacks) -> Iterator[RunningStack]:
    """One for each file, since what is pushed to Asterisk stays there; some files share theirs (`shares_stack`)."""
    shares = group_of(request.node) is not None
    with shared_stacks.of(request.node) if shares else session_stack() as running:
        yield running


@pytest.fixture(scope="session")
def doomed() -> Iterator[System]:
    """A second one, for tests that kill parts of it. It takes mail in, and tells servers on this machine."""
    with running_system(watched=True, webhooks_private=True, mail_in_domain="tasks.example.org") as running:
        yield running
