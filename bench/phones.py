"""Agents' phones in a process of their own: `python -m bench.phones`, told by a line of JSON who they are.

Says `ready` when all are registered; answers every call at once, over DTLS-SRTP, until its input ends.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys

from call24.testphones.agent_phone import AgentPhone
from call24.testphones.offered_call import OfferedCall
from call24.testphones.sip_call import CallFailed
from call24.testphones.webrtc_audio import AudioFailed

AT_ONCE = 10


async def main() -> None:
    loop = asyncio.get_running_loop()
    told = json.loads(await loop.run_in_executor(None, sys.stdin.readline))
    phones = [AgentPhone(x["ws_url"], x["username"], x["password"], x["aor"], verify=False) for x in told]
    gate = asyncio.Semaphore(AT_ONCE)
    async with asyncio.TaskGroup() as group:
        for phone in phones:
            group.create_task(_register(phone, gate))
    answering = [asyncio.create_task(_answer_for_ever(phone)) for phone in phones]
    print("ready", flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    for task in answering:
        task.cancel()
    await asyncio.gather(*(phone.close(unregister=False) for phone in phones), return_exceptions=True)


async def _register(phone: AgentPhone, gate: asyncio.Semaphore) -> None:
    async with gate:
        await phone.register(30)


async def _answer_for_ever(phone: AgentPhone) -> None:
    async with asyncio.TaskGroup() as group:
        while True:
            group.create_task(_answer(await phone.next_call(1e6)))


async def _answer(call: OfferedCall) -> None:
    with contextlib.suppress(CallFailed, AudioFailed, TimeoutError):  # the caller's side counts what went wrong
        await call.answer(850)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(main())
