"""The call in hand: hold, mute, keys in both directions, recording on demand, and what is refused."""

from __future__ import annotations

import pytest
from tests.support.product.people import AGENT_HZ, CALLER_HZ
from tests.support.product.system import System
from tests.support.telephony.hearing import hear, music
from tests.support.wait import wait_until


async def test_on_hold_the_customer_has_music_and_the_agent_is_alone(system: System) -> None:
    async with system.organisation("Acme") as acme:
        [anna] = await acme.crew("Anna")
        talk = await acme.talk(anna)
        await anna.does(talk.call_id, "hold")
        await anna.call_is("held")
        held = await music(talk.call, AGENT_HZ)
        assert not talk.offer.ear.among(CALLER_HZ, held, for_s=0.1)
        assert await anna.refused(talk.call_id, "hold") == "already_held"
        assert await anna.refused(talk.call_id, "digits", digits="1") == "on_hold"
        await anna.does(talk.call_id, "resume")
        await talk.heard()
        assert await anna.refused(talk.call_id, "resume") == "not_held"
        talk.call.hang_up()
        await acme.nothing_left()


async def test_a_muted_agent_hears_and_is_not_heard(system: System) -> None:
    async with system.organisation("Acme") as acme:
        [anna] = await acme.crew("Anna")
        talk = await acme.talk(anna)
        await anna.does(talk.call_id, "mute")
        await hear({talk.offer: CALLER_HZ}, {talk.call: AGENT_HZ})
        assert await anna.refused(talk.call_id, "mute") == "already_muted"
        await anna.does(talk.call_id, "unmute")
        await talk.heard()
        talk.call.hang_up()


async def test_keys_reach_the_other_side_from_the_app_and_from_both_phones(system: System) -> None:
    async with system.organisation("Acme") as acme:
        [anna] = await acme.crew("Anna")
        talk = await acme.talk(anna)
        await anna.does(talk.call_id, "digits", digits="12*#")
        await wait_until(lambda: talk.call.ear.digits() == "12*#")
        talk.offer.press("5")
        await wait_until(lambda: talk.call.ear.digits() == "12*#5")
        talk.call.press("90")
        await wait_until(lambda: talk.offer.ear.digits() == "90")
        await talk.heard()
        talk.call.hang_up()


async def test_a_call_is_recorded_on_demand_from_the_moment_that_the_agent_wants(system: System) -> None:
    async with system.organisation("Acme", record="on_demand") as acme:
        [anna] = await acme.crew("Anna")
        talk = await acme.talk(anna)
        assert await anna.refused(talk.call_id, "recording/pause") == "recording_off"
        await anna.does(talk.call_id, "recording/start")
        began = await hear({talk.call: AGENT_HZ, talk.offer: CALLER_HZ}, for_s=1.0)
        assert await anna.refused(talk.call_id, "recording/start") == "recording_on"
        talk.offer.hang_up()
        end = await talk.call.ended(2)
        [record] = await acme.ended()
        sound = await acme.sound(record["recording"]["id"])
        assert abs(sound.shape[1] / 8000 - (end.at - began)) < 1.0


@pytest.mark.long("unit/calls/test_recording.py::test_a_queue_that_never_records_does_not_on_demand_either")
async def test_what_is_never_recorded_cannot_be_recorded(system: System) -> None:
    async with system.organisation("Acme", record="never") as acme:
        [anna] = await acme.crew("Anna")
        talk = await acme.talk(anna)
        assert await anna.refused(talk.call_id, "recording/start") == "recording_never"
        talk.call.hang_up()
        [record] = await acme.ended()
        assert record["recording"] is None
