"""What a call commands and what it believes are the same: a network that does all its commands has what it says."""

from __future__ import annotations

from hypothesis import given
from tests.support.calls.network import followed
from tests.support.calls.world import CallWorld, worlds
from tests.support.properties import thorough


@thorough
@given(worlds())
def test_after_every_step_the_network_and_the_timers_are_what_the_call_believes(world: CallWorld) -> None:
    followed(world)
