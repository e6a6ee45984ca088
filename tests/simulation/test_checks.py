"""What the looks at a simulated day count as waiting in vain, and what not."""

from __future__ import annotations

import pytest
from tests.simulation.checks import Broken, Overlooked

from call24.kit.ids import CallId, UserId

CALL, ANN = CallId("call_1"), UserId("usr_ann")


def test_a_caller_who_is_offered_to_nobody_beside_a_free_agent_is_found_after_fifteen_seconds() -> None:
    overlooked = Overlooked()
    for now in (0.0, 5.0, 10.0, 15.0):
        overlooked.seen({(CALL, ())}, now)
    with pytest.raises(Broken, match="a free agent and"):
        overlooked.seen({(CALL, ())}, 20.0)


def test_a_caller_whom_an_agent_declines_between_two_looks_does_not_wait_in_vain() -> None:
    overlooked = Overlooked()
    for look in range(10):
        overlooked.seen({(CALL, (ANN,) * look)}, now=5.0 * look)


def test_who_waits_in_vain_after_a_declined_offer_is_found_too() -> None:
    overlooked = Overlooked()
    overlooked.seen({(CALL, ())}, 0.0)
    overlooked.seen({(CALL, (ANN,))}, 5.0)
    overlooked.seen({(CALL, (ANN,))}, 20.0)
    with pytest.raises(Broken, match="a free agent and"):
        overlooked.seen({(CALL, (ANN,))}, 25.0)
