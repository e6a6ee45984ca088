"""The time by which is deleted: the server's clock, where a second source agrees with it.

The second source is the time that was agreed last, in MongoDB, and how long the machine has run since; after a restart
of the machine a time service, where the downtime is longer than a day. The operator can say the date instead.
What agrees is in rules.py.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import date, datetime, timedelta

import msgspec

from call24.audit.model import Checkpoint
from call24.kit import time_service
from call24.kit.clock import Clock
from call24.kit.errors import Invalid
from call24.kit.mongo import Mongo
from call24.kit.uptime import Uptime
from call24.privacy.model import AgreedInstant, SweepReceipt
from call24.privacy.rules import AGREE, agree, ahead, is_today

log = logging.getLogger(__name__)

NOTED_EVERY = timedelta(minutes=10)
"""A machine that is off for less than a day is believed after it too, so a write each minute would say no more."""
_ID = "time"
_WHY = "the time by which is deleted is the platform's"


class AgreedTime:
    """`synchronised`: whether a time service keeps the machine's clock; None: unknown."""

    def __init__(
        self, mongo: Mongo, clock: Clock, *, synchronised: Callable[[], bool | None] = time_service.synchronised
    ) -> None:
        self._clock = clock
        self._synchronised = synchronised
        self._one_at_a_time = asyncio.Lock()
        """Else a sweep that has just read what was disputed would undo what the operator confirms."""
        self._instants = mongo.platform(AgreedInstant, why=_WHY)
        self._receipts = mongo.platform(SweepReceipt, why=_WHY)
        self._checkpoints = mongo.platform(Checkpoint, why=_WHY)

    async def agreed(self, *, noting_disputes: bool = True) -> datetime | None:
        """Now; None where the sources disagree, and then nothing may be deleted. Raises: Unavailable.

        `noting_disputes`: not by a process beside the server, which would contradict it where their clocks differ.
        """
        async with self._one_at_a_time:
            now, uptime = self._clock.now(), self._clock.uptime()
            vouched = abs(self._clock.wall() - now) <= AGREE and self._synchronised() is True
            last = await self.last() or await self._of_before()
            if last is None:  # a new installation has nothing to delete
                return await self._agree(now, vouched)
            off = ahead(last, now, *uptime)
            vouched_before = last.vouched and last.boot == uptime.boot
            if not agree(off, vouched_before=vouched_before, vouched=vouched):
                if noting_disputes:
                    await self._dispute(last, now, off)
                return None
            if last.disputed_at is not None:
                log.warning("the sources of time agree again: what is due is deleted")
            elif _noted(last, now, uptime, vouched):
                return now
            return await self._agree(now, vouched or vouched_before)

    async def last(self) -> AgreedInstant | None:
        """Raises: Unavailable."""
        return await self._instants.find_one({"id": _ID})

    async def confirm(self, today: date) -> None:
        """Somebody says the date, and so the server's clock is right. Raises: Invalid where it is not, Unavailable."""
        async with self._one_at_a_time:
            now = self._clock.now()
            if not is_today(today, now):
                raise Invalid(
                    f"the server's clock says {now:%Y-%m-%d}: correct the machine's clock, and restart Call24",
                    errors=[("today", "is not the date of the server's clock")],
                )
            log.warning("the operator has confirmed the date %s: what is due is deleted", today)
            await self._agree(now, vouched=True)

    async def _agree(self, now: datetime, vouched: bool) -> datetime:
        boot, up_s = self._clock.uptime()
        agreed = AgreedInstant(id=_ID, at=now, boot=boot, up_s=up_s, vouched=vouched)
        await self._instants.replace(agreed, upsert=True)
        return now

    async def _dispute(self, last: AgreedInstant, now: datetime, off: timedelta) -> None:
        disputed = msgspec.structs.replace(last, disputed_at=now, ahead_s=off.total_seconds())
        if last.disputed_at is None:
            log.error("nothing is deleted, since two sources of time disagree: %s", words(disputed))
        await self._instants.replace(disputed, upsert=True)

    async def _of_before(self) -> AgreedInstant | None:
        """Of an installation that never noted it: the newest time that is stored of its work."""
        receipts = await self._receipts.find(sort=[("at", -1)], limit=1)
        checkpoints = await self._checkpoints.find(sort=[("at", -1)], limit=1)
        times = [one.at for one in receipts] + [one.at for one in checkpoints]
        return AgreedInstant(id=_ID, at=max(times), boot="", up_s=0.0) if times else None


def _noted(last: AgreedInstant, now: datetime, uptime: Uptime, vouched: bool) -> bool:
    """Whether what was noted last still says all that is known."""
    fresh = timedelta(0) <= now - last.at < NOTED_EVERY
    return fresh and last.boot == uptime.boot and (last.vouched or not vouched)


def words(disputed: AgreedInstant) -> str:
    """What the sources say, of one that is disputed."""
    said = disputed.disputed_at or disputed.at
    other = said - timedelta(seconds=disputed.ahead_s)
    return (
        f"the server's clock says {said:%Y-%m-%d %H:%M} UTC; by the time that was agreed last, and as long as the "
        f"machine is known to have run since, it is {other:%Y-%m-%d %H:%M} UTC"
    )
