"""Many ends of calls in a process of their own: `python -m tests.matrix.crowd`, told by a line of JSON who they are.

{"phones": [...]} are agents' phones (WebRTC), which answer at once; {"callers": n, "port":, "number":, "rate":} ring.
Says `ready`; then each line "SINCE UNTIL HZ" is answered with [[longest gap without the tone in s, still up], ...].
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from typing import Any

from call24.standalone.agent_phone import AgentPhone
from call24.standalone.customer import Customer
from call24.standalone.rtp import Pacer, Tone
from call24.standalone.sip_call import CallFailed, SipCall
from call24.standalone.webrtc_audio import AudioFailed

AT_ONCE = 10
CALLER_HZ, AGENT_HZ = 1000, 440


async def main() -> None:
    loop = asyncio.get_running_loop()
    told = json.loads(await loop.run_in_executor(None, sys.stdin.readline))
    calls: list[SipCall] = []
    async with contextlib.AsyncExitStack() as stack:
        await (_phones(told, calls, stack) if "phones" in told else _callers(told, calls, stack))
        _say("ready")
        while line := await loop.run_in_executor(None, sys.stdin.readline):
            since, until, hz = map(float, line.split())
            gaps = [[round(min(call.ear.longest_gap(hz, since, until), 999.0), 3), call.end is None] for call in calls]
            _say({"gaps": gaps, "late_s": round(Pacer.shared().latest_s, 3)})


async def _phones(told: dict[str, Any], calls: list[SipCall], stack: contextlib.AsyncExitStack) -> None:
    phones = [AgentPhone(x["ws_url"], x["username"], x["password"], x["aor"], verify=False) for x in told["phones"]]
    gate = asyncio.Semaphore(AT_ONCE)

    async def register(phone: AgentPhone) -> None:
        async with gate:
            await phone.register(30)

    await asyncio.gather(*map(register, phones))
    running = [asyncio.create_task(_answer_for_ever(phone, calls)) for phone in phones]
    stack.callback(lambda: [task.cancel() for task in running])


async def _answer_for_ever(phone: AgentPhone, calls: list[SipCall]) -> None:
    while True:
        call = await phone.next_call(1e6)
        with contextlib.suppress(CallFailed, AudioFailed, TimeoutError):  # the caller's side counts what went wrong
            await call.answer(AGENT_HZ)
            calls.append(call)


async def _callers(told: dict[str, Any], calls: list[SipCall], stack: contextlib.AsyncExitStack) -> None:
    for number in range(told["callers"]):
        customer = Customer(("127.0.0.1", told["port"]), f"+4420794{told['first'] + number:05d}")
        await stack.enter_async_context(customer)
        calls.append(await customer.dial(told["number"], Tone(CALLER_HZ)))
        await asyncio.sleep(1 / told["rate"])


def _say(what: Any) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main())
