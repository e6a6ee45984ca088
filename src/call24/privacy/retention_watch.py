"""Raises an alarm where something should have been deleted for a day and is still there, or nothing may be deleted.

It looks into MongoDB by itself and does not depend on the sweeper. It deletes nothing.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from call24.call_records.call_record import CallRecord
from call24.kit.clock import Clock
from call24.kit.errors import Call24Error
from call24.kit.ids import TenantId
from call24.kit.mongo import Mongo
from call24.kit.package import COMMAND
from call24.privacy.agreed_time import AgreedTime, words
from call24.privacy.due import LATE, with_a_day
from call24.privacy.hold_register import HoldRegister
from call24.privacy.hold_rules import but_held
from call24.privacy.model import AgreedInstant, SweepReceipt
from call24.privacy.rules import ahead

log = logging.getLogger(__name__)

LOOK_EVERY_S = 600.0
SOON = timedelta(days=1)
_WHY = "an alarm where the sweeper left something"


class RetentionStatus(NamedTuple):
    """`last`: the time that was agreed last; `overdue`: collection -> documents that should have gone a day ago.

    `held`: what legal holds keep longer, which is no alarm; `reviews_due`: holds that should be looked at again;
    `caught_up`: what the backstop had to delete within the last day, in all organisations.
    """

    last: AgreedInstant | None
    overdue: dict[str, int]
    held: dict[str, int]
    reviews_due: int
    caught_up: SweepReceipt | None = None

    @property
    def alarms(self) -> list[str]:
        """In words; none where all is well."""
        found = []
        if self.last is not None and self.last.disputed_at is not None:
            found.append(f"nothing is deleted, since two sources of time disagree: {words(self.last)}")
        if self.overdue:
            counts = ", ".join(f"{name} {count}" for name, count in self.overdue.items())
            found.append(f"retention is over since a day or longer, and not deleted: {counts}")
        if self.caught_up is not None:
            counts = ", ".join(f"{name} {count}" for name, count in sorted(self.caught_up.deleted.items()))
            when = f"{self.caught_up.at:%Y-%m-%d %H:%M} UTC"
            found.append(f"the sweeper does not delete what is due; the backstop did, at {when}: {counts}")
        return found


class OrganisationStatus(NamedTuple):
    """`status`: with the counts of this organisation alone. `oldest_call_at`: None where there is none.

    `due_soon`: call records that reach their day within SOON.
    """

    status: RetentionStatus
    oldest_call_at: datetime | None
    due_soon: int


class _Arrived(msgspec.Struct, frozen=True):
    arrived_at: datetime


class RetentionWatch:
    """`no_copies`: what is to be deleted has no copy left that only this process can let go of. The sweeper asks for
    the same; the backstop, which deletes when the sweeper does not, is another process and cannot."""

    def __init__(
        self, mongo: Mongo, clock: Clock, time: AgreedTime, no_copies: Callable[[], Awaitable[None]] | None = None
    ) -> None:
        self._mongo = mongo
        self._clock = clock
        self._time = time
        self._no_copies = no_copies
        self._register = HoldRegister(mongo)

    async def run(self) -> None:
        """For ever. At first the sweeper has time to do what fell due while Call24 was down."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            try:
                if self._no_copies is not None:
                    await self._no_copies()
                status = await self.status()
                for alarm in status.alarms:
                    log.error("%s; see %s retention", alarm, COMMAND)
                if status.reviews_due:
                    log.warning("the review of %d legal holds is due; they keep what they keep", status.reviews_due)
            except (Call24Error, OSError) as trouble:
                log.warning("whether what is due was deleted is unknown: %s", trouble)

    async def status(self, tenant_id: TenantId | None = None) -> RetentionStatus:
        """What is overdue by both sources of time; None: in all organisations. Raises: Unavailable."""
        last, now, uptime = await self._time.last(), self._clock.now(), self._clock.uptime()
        if last is not None and (last.disputed_at is not None or last.boot == uptime.boot):
            now = min(now, now - ahead(last, now, *uptime))
        overdue, held = await self._overdue(now - LATE, tenant_id)
        unreviewed = [hold for hold in await self._register.unreviewed(now) if tenant_id in (None, hold.tenant_id)]
        caught_up = await self._caught_up(now) if tenant_id is None else None
        return RetentionStatus(last, overdue, held, len(unreviewed), caught_up)

    async def of(self, tenant_id: TenantId) -> OrganisationStatus:
        """Of one organisation, with what falls due. Raises: Unavailable."""
        status = await self.status(tenant_id)
        records, now = self._mongo.tenant(tenant_id).collection(CallRecord), self._clock.now()
        oldest = await records.find_parts(_Arrived, {}, sort=[("arrived_at", 1)], limit=1)
        soon = {"delete_at": {"$gt": now, "$lte": now + SOON}}
        return OrganisationStatus(status, oldest[0].arrived_at if oldest else None, await records.count(soon))

    async def _caught_up(self, now: datetime) -> SweepReceipt | None:
        receipts = self._mongo.platform(SweepReceipt, why="the receipts of the backstop are the platform's")
        found = await receipts.find({"at": {"$gt": now - LATE}, "by": "backstop"}, sort=[("at", -1)], limit=1)
        return found[0] if found else None

    async def _overdue(self, due_before: datetime, tenant_id: TenantId | None) -> tuple[dict[str, int], dict[str, int]]:
        """Of all that the data map has deleted on its day: what should be gone, and what legal holds keep."""
        overdue, kept, held = dict[str, int](), dict[str, int](), await self._register.read(tenant_id)
        own = {} if tenant_id is None else {"tenant_id": tenant_id}
        for document, field in with_a_day():
            if tenant_id is not None and not document.tenant:
                continue
            there, due = self._mongo.platform(document.struct, why=_WHY), {**own, field: {"$lte": due_before}}
            rule = but_held(document.struct, held)
            overdue[document.collection] = await there.count({**due, **rule})
            if rule:
                kept[document.collection] = await there.count(due) - overdue[document.collection]
        return _counted(overdue), _counted(kept)


def _counted(found: dict[str, int]) -> dict[str, int]:
    return {name: count for name, count in sorted(found.items()) if count > 0}


def watched() -> list[str]:
    """The collections that it looks at."""
    return sorted(document.collection for document, _ in with_a_day())
