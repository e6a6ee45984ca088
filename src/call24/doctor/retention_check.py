"""Whether what is due is deleted: the time by which it is, and what should have gone. It changes nothing."""

from __future__ import annotations

from call24.doctor.report import CheckResult, Failed
from call24.kit.clock import SystemClock
from call24.kit.mongo import Mongo
from call24.kit.package import COMMAND
from call24.privacy.agreed_time import AgreedTime
from call24.privacy.retention_watch import RetentionWatch


async def look(mongo: Mongo, found: CheckResult) -> None:
    """Raises: Failed where nothing is deleted, or something should have gone a day ago."""
    clock = SystemClock()
    status = await RetentionWatch(mongo, clock, AgreedTime(mongo, clock)).status()
    if not status.alarms:
        agreed = "not yet" if status.last is None else f"{status.last.at:%Y-%m-%d %H:%M} UTC"
        found.seen = f"nothing is overdue; sources of time last agreed: {agreed}"
        return
    advice = "see server.log for what postpones the sweep"
    if status.last is not None and status.last.disputed_at is not None:
        advice = f"correct the machine's clock and restart Call24, or confirm the date: {COMMAND} retention"
    raise Failed("; ".join(status.alarms), advice)
