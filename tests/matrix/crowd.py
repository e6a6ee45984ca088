"""Many ends of calls in a process of their own: `python -m tests.matrix.crowd`, told by a line of JSON who they are.

{"phones": [...]} are agents' phones (WebRTC), {"plain": [device, ...], "at": port, "port":} such over plain UDP; they
answer at once; {"callers": n, "port":, "number":, "rate":} ring.
Says `ready`; then each line of JSON, {"since":, "until":, "hz":, "until_of": {name: moment}, "only": [name, ...]}, is
answered with [[name, longest gap without the tone in s, still up], ...]. A phone's name is its call's id, a caller's is
its number. `only` (empty: all): looking through many ends takes long enough for the others to be heard late meanwhile.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from typing import Any

from call24.testphones.agent_phone import AgentPhone
from call24.testphones.carrier import Carrier, Line
from call24.testphones.customer import Customer
from call24.testphones.rtp import Ear, Pacer, Tone
from call24.testphones.sip_call import CallFailed, SipCall
from call24.testphones.webrtc_audio import AudioFailed

AT_ONCE = 10
CALLER_HZ, AGENT_HZ = 1000, 850
NEVER_S = 999.0
"""Said of an end that heard nothing at all."""
KEPT_S = 90.0
FIRST = -10
"""The ends come before the servers: they stand for as many machines of their own. Only who may says so."""
Ends = list[tuple[str, SipCall]]


async def main() -> None:
    loop = asyncio.get_running_loop()
    told = json.loads(await loop.run_in_executor(None, sys.stdin.readline))
    with contextlib.suppress(PermissionError):
        os.setpriority(os.PRIO_PROCESS, 0, FIRST)
    ends: Ends = []
    kind = _phones if "phones" in told else _plain if "plain" in told else _callers
    async with contextlib.AsyncExitStack() as stack:
        await kind(told, ends, stack)
        _say("ready")
        while line := await loop.run_in_executor(None, sys.stdin.readline):
            asked = json.loads(line)
            _say(
                {
                    "ends": [_heard(*end, asked) for end in ends if end[0] in asked["only"] or not asked["only"]],
                    "late_s": round(Pacer.shared().latest_s, 3),
                }
            )


def _heard(name: str, call: SipCall, asked: dict[str, Any]) -> list[Any]:
    until = asked["until_of"].get(name, asked["until"])
    gap = call.ear.longest_gap(asked["hz"], asked["since"], until)
    return [name, round(min(gap, NEVER_S), 3), call.end is None]


async def _phones(told: dict[str, Any], ends: Ends, stack: contextlib.AsyncExitStack) -> None:
    phones = [AgentPhone(x["ws_url"], x["username"], x["password"], x["aor"], verify=False) for x in told["phones"]]
    gate = asyncio.Semaphore(AT_ONCE)

    async def register(phone: AgentPhone) -> None:
        async with gate:
            await phone.register(30)

    await asyncio.gather(*map(register, phones))
    running = [asyncio.create_task(_answer_for_ever(phone, ends)) for phone in phones]
    stack.callback(lambda: [task.cancel() for task in running])


async def _answer_for_ever(phone: AgentPhone, ends: Ends) -> None:
    while True:
        call = await phone.next_call(1e6)
        with contextlib.suppress(CallFailed, AudioFailed, TimeoutError):  # the caller's side counts what went wrong
            await call.answer(AGENT_HZ)
            _end(ends, call.call_id or "", call)


async def _plain(told: dict[str, Any], ends: Ends, stack: contextlib.AsyncExitStack) -> None:
    carrier = await stack.enter_async_context(Carrier(("127.0.0.1", told["port"]), port=told["at"]))
    lines = [carrier.line(device, "answer", AGENT_HZ) for device in told["plain"]]
    running = [asyncio.create_task(_note_for_ever(line, ends)) for line in lines]
    stack.callback(lambda: [task.cancel() for task in running])


async def _note_for_ever(line: Line, ends: Ends) -> None:
    while True:
        call = await line.rings(1e6)
        _end(ends, call.header("X-Call24-Call") or "", call)


def _end(ends: Ends, name: str, call: SipCall) -> None:
    call.stream.ear = Ear(KEPT_S)
    ends.append((name, call))


async def _callers(told: dict[str, Any], ends: Ends, stack: contextlib.AsyncExitStack) -> None:
    for number in range(told["callers"]):
        customer = Customer(("127.0.0.1", told["port"]), f"+4420794{told['first'] + number:05d}")
        await stack.enter_async_context(customer)
        _end(ends, customer.number, await customer.dial(told["number"], Tone(CALLER_HZ)))
        await asyncio.sleep(1 / told["rate"])


def _say(what: Any) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main())
