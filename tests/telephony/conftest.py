"""One real MongoDB and Asterisk for all telephony tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.support.stack import RunningStack, session_stack


@pytest.fixture(scope="session")
def stack() -> Iterator[RunningStack]:
    with session_stack() as running:
        yield running
