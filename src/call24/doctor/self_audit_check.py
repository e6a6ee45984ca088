"""Whether the newest self-audit is of the last 90 days, and passed. It makes none."""

from __future__ import annotations

from call24.doctor.report import CheckResult, Failed
from call24.kit.clock import SystemClock
from call24.kit.mongo import Mongo
from call24.kit.package import COMMAND
from call24.kit.secrets import AppKey
from call24.kit.settings import Settings
from call24.self_audit.service import SelfAudits


async def look(mongo: Mongo, settings: Settings, found: CheckResult) -> None:
    """Raises: Failed, as a warning."""
    audits = SelfAudits(mongo, SystemClock(), AppKey.load(settings.data))
    advice = f"run it: {COMMAND} audit run --data {settings.data}"
    newest = next(iter(await audits.newest(1)), None)
    if newest is None:
        raise Failed("there was none yet", advice, "warn")
    found.seen = f"the newest is of {newest.at:%Y-%m-%d}"
    if await audits.due():
        raise Failed(f"{found.seen}, over 90 days ago", advice, "warn")
    if not newest.passed:
        faults = [name for name, one in newest.checks.items() if one.answer != "pass"]
        raise Failed(f"{found.seen} and did not pass: {', '.join(faults)}", f"fix that, then {advice}", "warn")
