"""What a check of the self-audit comes to, and the bound on each: it passes, it fails, or it could not be told.

A check is a coroutine as the doctor's are: it fills in what it saw, or raises. Only a check that ends in time and says
what it saw has passed; everything that goes wrong in one leaves it unverified.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from call24.doctor.report import CheckResult, Failed
from call24.kit.package import COMMAND
from call24.self_audit.model import Answer, CheckAnswer
from call24.self_audit.result import plain

T = TypeVar("T")


class Unverified(Exception):
    """It could not be told: why, and what to do. `details` are for the operator's screen alone."""

    def __init__(self, seen: str, advice: str, details: Sequence[str] = ()) -> None:
        super().__init__(seen)
        self.seen, self.advice, self.details = seen, advice, tuple(details)


class Found(Exception):
    """A check failed. `seen` and `advice` name no address, file or organisation; `details` may."""

    def __init__(self, seen: str, advice: str, details: Sequence[str] = ()) -> None:
        super().__init__(seen)
        self.seen, self.advice, self.details = seen, advice, tuple(details)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    answer: Answer
    seen: str
    advice: str = ""
    details: tuple[str, ...] = field(default=())

    def kept(self) -> CheckAnswer:
        """What is signed: without the details."""
        return CheckAnswer(answer=self.answer, seen=plain(self.seen), advice=plain(self.advice))


Check = Callable[[CheckResult], Awaitable[None]]


async def outcome_of(check: Check, limit_s: float) -> Outcome:
    """Never raises: what a check raises, and silence, say that nothing was verified."""
    found = CheckResult("")
    try:
        async with asyncio.timeout(limit_s):
            await check(found)
    except Found as fault:
        return Outcome(answer="fail", seen=fault.seen, advice=fault.advice, details=fault.details)
    except Unverified as why:
        return Outcome(answer="unverified", seen=why.seen, advice=why.advice, details=why.details)
    except TimeoutError:
        return Outcome(
            answer="unverified",
            seen=f"no answer within {limit_s:g} s",
            advice="run it again while the machine has less to do",
        )
    except Exception as trouble:
        return Outcome(
            answer="unverified",
            seen=f"could not be examined: {type(trouble).__name__}",
            advice=f"run {COMMAND} doctor and fix what it finds, then run the audit again",
            details=(str(trouble),),
        )
    if not found.seen:
        return Outcome(answer="unverified", seen="the check says nothing", advice="report this to Call24's project")
    return Outcome(answer="pass", seen=found.seen)


def of_doctor(check: Check, fault: str, advice: str) -> Check:
    """A check of the doctor's. What it says, which may name addresses and files, is for the screen; a warning fails:
    an audit's answer holds for months."""

    async def examined(found: CheckResult) -> None:
        try:
            await check(found)
        except Failed as failed:
            raise Found(fault, advice, (failed.seen, failed.advice)) from failed

    return examined


async def in_thread(work: Callable[[], T]) -> T:
    """Blocking work in a thread that does not keep the process: one that hangs is left behind."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, trouble: BaseException | None) -> None:
        if done.cancelled():
            return
        if trouble is not None:
            done.set_exception(trouble)
        else:
            done.set_result(result)  # type: ignore[arg-type]

    def run() -> None:
        try:
            told: tuple[T | None, BaseException | None] = (work(), None)
        except Exception as trouble:
            told = (None, trouble)
        if not loop.is_closed():
            loop.call_soon_threadsafe(settle, *told)

    threading.Thread(target=run, name="audit check", daemon=True).start()
    return await done
