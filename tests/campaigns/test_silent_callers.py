"""Callers who are silent stay, callers whose carrier is dead go, and neither is said to have hung up.

`./call24 test --campaign silent-callers`; about three minutes, nearly all of it waiting.
"""

from __future__ import annotations

import time

import pytest
from tests.support.product.system import running_system

from call24.testphones.customer import CustomerCall

SILENT_S = 75


async def test_silence_ends_no_call_and_a_dead_trunk_ends_it_by_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    with running_system() as system:
        async with system.organisation("Silent", greeting="greeting") as acme:
            agents = await acme.crew("Anna", "Bo")
            silent, dead = [(await acme.talk(agent)).call for agent in agents]
            for call in (silent, dead):
                call.stream.stop()
            monkeypatch.setattr(dead, "take", lambda _: None)  # it answers to nothing that is asked within its call
            began = time.monotonic()
            with monkeypatch.context() as patched:
                patched.setattr(CustomerCall, "_acknowledge", lambda *_: None)
                await (await acme.dial()).answered(5)
                [never] = await acme.ended(1, 45)
            told = never["outcome"], never["ended_by"], never["end_reason"]
            assert told == ("failed", "system", "never_acknowledged")
            both = await acme.ended(2, 150)
            lost = next(row for row in both if row["id"] != never["id"])
            assert (lost["outcome"], lost["ended_by"], lost["end_reason"]) == ("answered", "system", "line_lost")
            assert time.monotonic() - began > SILENT_S
            assert silent.end is None
            silent.hang_up()
