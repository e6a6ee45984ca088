"""One real MongoDB and Asterisk for the tests of the port, one whole system for those of calls."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.support.product.stack import RunningStack, session_stack
from tests.support.product.system import System, running_system


@pytest.fixture(scope="module")
def stack() -> Iterator[RunningStack]:
    """One for each file: what is pushed to Asterisk stays there, and it comes up in two seconds."""
    with session_stack() as running:
        yield running


@pytest.fixture(scope="session")
def doomed() -> Iterator[System]:
    """A second one, for tests that kill parts of it. It takes mail in, and tells servers on this machine."""
    with running_system(watched=True, webhooks_private=True, mail_in_domain="tasks.example.org") as running:
        yield running
