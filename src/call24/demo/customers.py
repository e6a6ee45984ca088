"""The demo's customers: one after the other rings the demo number over real SIP and RTP, and speaks when answered.
Each can be rung, too: it picks up after a while and says the same.

`python -m call24.demo.customers --data DIR` runs until it is ended. It changes nothing and starts nothing.
A caller cannot hear who answered, so this one looks at the live board, as the demo's supervisor, to know when to speak.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import random
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from call24.demo.voices import voice
from call24.installer.api_client import Api, trunk_host
from call24.kit.settings import Settings, SettingsError
from call24.testphones.carrier import Carrier
from call24.testphones.customer import Customer, CustomerCall
from call24.testphones.rtp import Clip, Silence
from call24.testphones.sip_call import CallFailed

FIRST_S = 5.0
PAUSE_S = (20.0, 45.0)
PATIENCE_S = (60.0, 90.0)
AFTER_CLIP_S = 6.0
"""Time to say goodbye in, after the customer's last words."""
LOOK_EVERY_S = 0.5
SIGN_IN_AGAIN_S = 30.0
RINGS_S = 3.0
ONE_DAY_S = 86_400.0
BEEP_HZ = 700.5
"""Asterisk's beep before a message; no music on hold keeps this tone for as long."""
BEEP_S = 0.3


@dataclass(frozen=True, slots=True)
class Persona:
    """Numbers are of the ranges that are kept free for fiction."""

    name: str
    number: str
    clip: str


PERSONAS = (
    Persona("Grace Holloway", "+442079460114", "parcel"),
    Persona("Daniel Reyes", "+12025550143", "invoice"),
    Persona("Callum Fraser", "+61491570156", "password"),
    Persona("Martin Webb", "+442079460958", "address"),
)


class SupervisorBoard:
    """What the demo's supervisor sees. Every trouble is "not known": the caller then speaks by itself."""

    def __init__(self, api: Api, login: dict[str, Any] | None) -> None:
        self._api = api
        self._login = login
        self._not_before = 0.0

    async def talking_to(self, persona: Persona) -> bool | None:
        """Whether an agent is in a call with this customer; None when the board cannot be read."""
        if self._login is None:
            return None
        if self._api.token is None and not await self._sign_in(self._login):
            return None
        live = await self._api.get("/v1/live")
        if live.status == 401:
            self._api.token = None
        if not live.ok:
            return None
        busy = [row for row in live.body["agents"] if row["state"] == "on_call"]
        return any(_names(row.get("with") or "", persona) for row in busy)

    async def _sign_in(self, login: dict[str, Any]) -> bool:
        """Not again for a while after a refusal, since too many attempts lock the account."""
        if time.monotonic() < self._not_before:
            return False
        self._not_before = time.monotonic() + SIGN_IN_AGAIN_S
        return (await self._api.sign_in(login["email"], login["password"], "Simulated customer")).ok

    async def close(self) -> None:
        if self._api.token is not None:
            await self._api.post("/v1/auth/logout")


def _names(shown: str, persona: Persona) -> bool:
    digits = "".join(character for character in shown if character.isdigit())
    return shown == persona.name or digits == persona.number.removeprefix("+")


async def ring(customer: Customer, persona: Persona, number: str, board: SupervisorBoard, patience_s: float) -> str:
    """One call from its first to its last moment; says in a few words how it went."""
    call = await customer.dial(number)
    gives_up = time.monotonic() + patience_s
    try:
        await call.answered(patience_s)
        said = await _wait_to_speak(call, persona, board, gives_up)
        if said is None:
            return "gave up waiting"
        await _speak(call, said)
        return "left a message" if said == "message" else "spoke with an agent"
    except CallFailed as failed:
        return f"was refused: {failed.end.status} {failed.end.reason}".strip()
    except TimeoutError:
        return "gave up ringing"
    finally:
        call.hang_up()
        with contextlib.suppress(TimeoutError):
            await call.ended(5)


async def _wait_to_speak(call: CustomerCall, persona: Persona, board: SupervisorBoard, gives_up: float) -> str | None:
    """The clip to say now, or None when patience or the call has ended."""
    unknown_since = None
    while call.end is None and time.monotonic() < gives_up:
        if call.ear.steady(BEEP_HZ, time.time() - 5) >= BEEP_S:
            return "message"
        talking = await board.talking_to(persona)
        if talking:
            return persona.clip
        unknown_since = None if talking is not None else unknown_since or time.monotonic()
        if unknown_since is not None and time.monotonic() - unknown_since > 15:
            return persona.clip
        await _over_within(call, LOOK_EVERY_S)
    return None


async def _speak(call: CustomerCall, name: str) -> None:
    clip = Clip(voice(name))
    call.say(clip)
    if not await _over_within(call, clip.seconds):
        call.say(Silence())
        await _over_within(call, 0.5 if name == "message" else AFTER_CLIP_S)


async def _over_within(call: CustomerCall, seconds: float) -> bool:
    with contextlib.suppress(TimeoutError):
        await call.ended(seconds)
    return call.end is not None


async def pick_up(carrier: Carrier, persona: Persona) -> None:
    """This customer's own line: it rings for a while, is picked up, and the customer speaks. For ever."""
    line = carrier.line(persona.number)
    while True:
        call = await line.rings(timeout_s=ONE_DAY_S)
        await asyncio.sleep(RINGS_S)
        call.answer(voice=Clip(voice(persona.clip)))


async def run(settings: Settings, demo: dict[str, Any]) -> None:
    """Rings, and can be rung, for ever."""
    server = (trunk_host(settings), settings.sip_port)
    async with Carrier(server, port=settings.demo_carrier_port) as carrier, asyncio.TaskGroup() as group:
        for persona in PERSONAS:
            group.create_task(pick_up(carrier, persona))
        group.create_task(ring_in_turn(settings, demo))


async def ring_in_turn(settings: Settings, demo: dict[str, Any]) -> None:
    supervisor = next((login for login in demo.get("logins", ()) if login["role"] == "supervisor"), None)
    board = SupervisorBoard(Api(settings), supervisor)
    server = (trunk_host(settings), settings.sip_port)
    pause = FIRST_S
    turn = 0
    try:
        while True:
            await asyncio.sleep(pause)
            persona = PERSONAS[turn % len(PERSONAS)]
            turn += 1
            async with Customer(server, persona.number, persona.name) as customer:
                how = await ring(customer, persona, demo["number"], board, random.uniform(*PATIENCE_S))
            print(f"{persona.name} {how}", flush=True)
            pause = random.uniform(*PAUSE_S)
    finally:
        await board.close()


async def _until_ended(settings: Settings, demo: dict[str, Any]) -> None:
    ringing = asyncio.create_task(run(settings, demo))
    for one in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(one, ringing.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await ringing


def main() -> int:
    parser = argparse.ArgumentParser(prog="call24.demo.customers", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--data", type=Path, required=True)
    data: Path = parser.parse_args().data
    try:
        settings = Settings.load(data / "run" / "settings.json")
        demo = json.loads((data / "run" / "demo.json").read_text())
    except (SettingsError, OSError, ValueError) as error:
        print(f"no demo runs on {data}: {error}", file=sys.stderr)
        return 1
    asyncio.run(_until_ended(settings, demo))
    return 0


if __name__ == "__main__":
    sys.exit(main())
