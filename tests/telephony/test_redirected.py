"""Who is rung and redirects the call (302) gets into none of Asterisk's own contexts, and runs nothing there."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.network import AsteriskNetwork, Stage, asterisk_network
from tests.support.stack import RunningStack
from tests.support.wait import wait_until

from call24.calls.signals import LegAnswered, LegArrived, LegEnded
from call24.kit.ids import LegId

OWNED = "OWNED"
CONTACTS = (
    f"Local/rec_a),touch%20{OWNED}%20%23%40call24-record",
    "Local/rec_01kb4w8v9q3f2x7n5c6d8e9f0a%40call24-record",
    "Local/s%40call24-arrived",
    "Local/+441514960024%40call24-trunk",
    "Local/call24%40call24-trunk",
    "Local/enter%40call24-away",
    "Local/return%40call24-away",
    "Local/wait%40call24-away",
    "Local/over%40call24-away",
    "+441514960024",
)


async def channels(network: AsteriskNetwork) -> set[str]:
    return {channel["id"] for channel in (await network.ari.request("GET", "/channels")).body}


@pytest.mark.parametrize("who", ["phone", "carrier"])
async def test_a_redirection_runs_no_command_and_reaches_no_context_and_the_caller_stays(
    stack: RunningStack, who: str
) -> None:
    owned = Path(f"/proc/{stack.pid('asterisk')}/cwd") / OWNED
    owned.unlink(missing_ok=True)
    async with asterisk_network(stack) as network:
        stage = Stage(network)
        story, customer = await stage.arrival(answer=True)
        phone = await network.phone()
        trunk_id, carrier = await network.carrier()
        line = carrier.line("+442079460123")

        async def only_the_caller() -> bool:
            return await channels(network) == {story.leg}

        for contact in CONTACTS:
            if who == "phone":
                leg: LegId = await stage.ring(story, phone.device_id)
                (await phone.next_call(5)).redirect(f"sip:{contact}@h")
            else:
                leg = await stage.dial(story, trunk_id, line.number)
                (await line.rings()).redirect(f"sip:{contact}@h")
            await stage.heard.next(LegEnded, leg=leg)
            await wait_until(only_the_caller, 5)
            assert stage.heard.all(LegAnswered, leg=leg) == [], contact
        assert len(stage.heard.all(LegArrived)) == 1
        assert customer.end is None
        leg = await stage.ring(story, phone.device_id)
        await (await phone.next_call(5)).answer(440)
        await stage.heard.next(LegAnswered, leg=leg)
        await stage.ended(leg, story.leg)
    assert not owned.exists()
