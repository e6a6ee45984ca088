"""How old this installation's keys are, and whether a rotation was left unfinished."""

from __future__ import annotations

from datetime import UTC, datetime

from call24.doctor.report import CheckResult, Failed
from call24.installer import keys, mongod
from call24.installer.rotation import UNOPENED
from call24.kit.key_ring import KeyRing
from call24.kit.package import COMMAND
from call24.kit.settings import Settings


def look(settings: Settings, found: CheckResult, now: datetime | None = None) -> None:
    """Raises: Failed (a warning)."""
    now = now or datetime.now(UTC)
    ages = {key.name: (now - made).days for key in keys.there(settings) if (made := keys.since(key, settings))}
    oldest = max(ages, key=lambda name: ages[name], default=None)
    found.seen = "none is there yet" if oldest is None else f"{len(ages)}, the oldest ({oldest}) of {ages[oldest]} days"
    try:
        ring = KeyRing.load(settings.data)
    except ValueError as damaged:
        raise Failed(str(damaged), "put it back, and secrets/app.key with it, before the server starts again") from None
    if ring.earlier and ring.unopened:
        seen = f"the app key was replaced, and no key opens {ring.unopened} secrets: the earlier one is kept"
        raise Failed(seen, f"{UNOPENED}; or {COMMAND} rotate app --give-up --data {settings.data}", "warn")
    if ring.earlier:
        seen = f"the app key was replaced, and the earlier one is still there ({ring.resealed} secrets sealed again)"
        raise Failed(seen, f"carry it on: {COMMAND} rotate app --data {settings.data}", "warn")
    if mongod.new_passwords(settings):
        seen = "a rotation of MongoDB's passwords was cut off"
        raise Failed(seen, f"carry it on: {COMMAND} rotate mongodb --data {settings.data}", "warn")
    if old := keys.old(settings, now):
        seen = ", ".join(f"{key.name} is {days} days old" for key, days in old)
        names = " ".join(key.name for key, _ in old)
        raise Failed(seen, f"replace them while calls go on: {COMMAND} rotate {names} --data {settings.data}", "warn")
