"""A carrier that answers without saying where to send sound: nobody was reached, and the record says why.

`./call24 test --campaign soundless-answer`. Not in every run, since it fails by chance: in some runs the call is
recorded as answered and hung up by the called party (in 5 of 11 on two cores). Why is not known yet.
"""

from __future__ import annotations

import pytest
from tests.support.product.people import AGENT_HZ, LINE_HZ
from tests.support.product.system import running_system

from call24.testphones.carrier import LineCall


async def test_a_customer_whose_carrier_answers_without_sound_is_no_answered_call(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with running_system() as system:
        async with system.organisation("Soundless") as acme:
            line = await acme.line()
            [anna] = await acme.crew("Anna")
            anna.answers_by_itself(AGENT_HZ)
            await anna.place(line.number)
            call = await line.rings()
            monkeypatch.setattr(LineCall, "describe", lambda *_: "")
            call.answer(LINE_HZ)
            [record] = await acme.ended()
            assert (record["outcome"], record["ended_by"], record["end_reason"]) == ("failed", "system", "no_media")
