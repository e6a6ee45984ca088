"""The fake telephony port passes the suite of the real one, as far as that does not listen to recorded audio."""

from __future__ import annotations

from pathlib import Path
from types import FunctionType

import pytest
from tests.fakes.network import FakeNetwork
from tests.support.telephony.network import Stage
from tests.telephony import test_port as port

WITH_FILES = {
    "test_recording_does_not_disturb_the_call_and_commands_after_it_work",
    "test_a_message_ends_by_its_limit_silence_or_hang_up",
}
"""These look at files and sounds, of which the fake makes none."""


@pytest.fixture
def network(tmp_path: Path) -> FakeNetwork:
    return FakeNetwork(tmp_path)


@pytest.fixture
def stage(network: FakeNetwork) -> Stage:
    return Stage(network)


def of_every_run(test: FunctionType) -> FunctionType:
    """Here it takes no time, also where it is too long for every run with the real one."""
    same = FunctionType(test.__code__, test.__globals__, test.__name__, test.__defaults__, test.__closure__)
    same.__dict__.update(test.__dict__)
    same.pytestmark = [mark for mark in getattr(test, "pytestmark", []) if mark.name != "long"]  # type: ignore[attr-defined]
    return same


for _name in dir(port):
    if _name.startswith("test_") and _name not in WITH_FILES:
        globals()[_name] = of_every_run(getattr(port, _name))


def test_the_suite_is_not_empty() -> None:
    assert sum(name.startswith("test_") for name in globals()) > 15
