"""Who ended a call is written down as it was, over a real Asterisk: also where nobody hung up."""

from __future__ import annotations

import pytest
from tests.support.product.people import AGENT_HZ, LINE_HZ
from tests.support.product.system import System

from call24.testphones.carrier import LineCall


async def test_the_customer_whom_an_agent_called_hangs_up(system: System) -> None:
    async with system.organisation("Called") as acme:
        line = await acme.line()
        [anna] = await acme.crew("Anna")
        anna.answers_by_itself(AGENT_HZ)
        await anna.place(line.number)
        call = await line.rings()
        call.answer(LINE_HZ)
        await anna.call_is("connected")
        call.hang_up()
        [record] = await acme.ended()
        assert (record["outcome"], record["ended_by"], record["end_reason"]) == ("answered", "called", None)


async def test_a_customer_whose_carrier_answers_without_sound_is_no_answered_call(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
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


async def test_a_carrier_that_names_another_number_ends_the_call_and_says_so(system: System) -> None:
    async with system.organisation("Redirected") as acme:
        line = await acme.line()
        [anna] = await acme.crew("Anna")
        anna.answers_by_itself(AGENT_HZ)
        await anna.place(line.number)
        (await line.rings()).redirect("sip:+449091234567@127.0.0.1")
        [record] = await acme.ended()
        assert (record["outcome"], record["ended_by"], record["end_reason"]) == ("failed", "system", "redirected")
