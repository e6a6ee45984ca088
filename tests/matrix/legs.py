"""The ends of a call as a cell sees them: a phone in this process, one in a process of its own, a browser."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from typing import Any, Literal, Protocol

from playwright.async_api import Page
from tests.support.product.stack import CHECKOUT
from tests.support.telephony.hearing import hear
from tests.support.telephony.hearing import music as hear_music
from tests.support.wait import wait_until

from call24.testphones.customer import CustomerCall
from call24.testphones.sip_call import SipCall

Sounding = int | Literal["tones", "music"]
"""What is heard: one tone, several at once, or music."""
RESTS_S = 0.5
"""So long the music that Asterisk brings is silent by itself, 0.42 s at most once it has begun."""


class Leg(Protocol):
    async def hears(self, hz: list[int], timeout_s: float) -> None:
        """From some moment on, all these tones. Raises: AssertionError."""

    async def music(self, timeout_s: float) -> None:
        """Something that is no tone of ours. Raises: AssertionError."""

    async def gap(self, what: Sounding, since: float, until: float) -> float | None:
        """The longest time without it between two moments; None: cannot be told here.

        Of music, which has rests of its own: without any packet, or without sound where that is longer than a rest.
        """

    async def hang_up(self) -> None: ...

    async def over(self, timeout_s: float) -> float:
        """When the other side ended it."""


class LocalLeg:
    def __init__(self, call: SipCall) -> None:
        self.call = call

    async def answered(self, timeout_s: float) -> None:
        assert isinstance(self.call, CustomerCall)
        await self.call.answered(timeout_s)

    async def hears(self, hz: list[int], timeout_s: float) -> None:
        await hear({self.call: tuple(hz)}, timeout_s=timeout_s)

    async def heard_within(self, hz: int, timeout_s: float) -> bool:
        return await self.call.ear.hears(hz, timeout_s, since=0.0)

    async def music(self, timeout_s: float) -> None:
        await hear_music(self.call, timeout_s=timeout_s)

    async def gap(self, what: Sounding, since: float, until: float) -> float | None:
        ear = self.call.ear
        if isinstance(what, int):
            return ear.longest_gap(what, since, until)
        silence = ear.longest_silence(since, until)
        return silence if what == "tones" or silence > RESTS_S else ear.longest_pause(since, until)

    async def hang_up(self) -> None:
        self.call.hang_up()

    async def over(self, timeout_s: float) -> float:
        return (await self.call.ended(timeout_s)).at


class RemoteLeg:
    """A customer whose process can be killed and stopped."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process

    @classmethod
    async def dial(cls, sip_port: int, local: str, number: str, dialled: str) -> RemoteLeg:
        pipe = asyncio.subprocess.PIPE
        words = (sys.executable, "-m", "tests.matrix.trunk", "127.0.0.1", str(sip_port), local, number, dialled)
        leg = cls(await asyncio.create_subprocess_exec(*words, stdin=pipe, stdout=pipe, cwd=CHECKOUT))
        await leg._answer(15)
        return leg

    async def answered(self, timeout_s: float) -> None:
        await self._ask("answered", timeout_s)

    async def hears(self, hz: list[int], timeout_s: float) -> None:
        await self._ask("hears", hz, timeout_s)

    async def music(self, timeout_s: float) -> None:
        await self._ask("music", timeout_s)

    async def gap(self, what: Sounding, since: float, until: float) -> float | None:
        return float(await self._ask("gap", what, since, until))

    async def hang_up(self) -> None:
        await self._ask("hang_up")

    async def over(self, timeout_s: float) -> float:
        return float(await self._ask("over", timeout_s))

    async def close(self) -> None:
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()

    async def _ask(self, *words: Any) -> Any:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(words).encode() + b"\n")
        return await self._answer(30)

    async def _answer(self, timeout_s: float) -> Any:
        assert self.process.stdout is not None
        line = await asyncio.wait_for(self.process.stdout.readline(), timeout_s)
        assert line, "the trunk's process has ended"
        answer = json.loads(line)
        assert not (isinstance(answer, dict) and "failed" in answer), answer["failed"]
        return answer


class BrowserLeg:
    """What the agent's browser plays, by its own spectrum."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def hears(self, hz: list[int], timeout_s: float) -> None:
        """The loudest of them; the others cannot be told apart here."""

        async def heard() -> bool:
            spectrum = await self.page.evaluate("() => window.__call24.audio.spectrum()")
            return (
                spectrum["db"] is not None
                and spectrum["db"] > -60
                and any(abs(spectrum["peakHz"] - one) < 15 for one in hz)
            )

        await wait_until(heard, timeout_s)

    async def music(self, timeout_s: float) -> None:
        raise AssertionError("no agent hears music")

    async def gap(self, what: Sounding, since: float, until: float) -> float | None:
        return None

    async def hang_up(self) -> None:
        await self.page.get_by_test_id("hang-up").click()

    async def over(self, timeout_s: float) -> float:
        await self.page.get_by_test_id("in-call").wait_for(state="detached", timeout=timeout_s * 1000)
        return time.time()
