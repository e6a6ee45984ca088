"""Whether the copy of the register of erasures is up to date. It changes nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from call24.doctor.report import CheckResult, Failed
from call24.kit.settings import Settings
from call24.privacy.register_copies import looked_at

LATE = timedelta(minutes=5)


def look(settings: Settings, found: CheckResult) -> None:
    """Raises: Failed where it is not."""
    folder = settings.register_copy
    if folder is None:
        found.seen = "none is kept: a restore may bring back who was erased since the backup (--register-copy)"
        return
    at = looked_at(folder)
    if at is None or datetime.now(UTC) - at > LATE:
        since = "never" if at is None else f"last at {at:%Y-%m-%d %H:%M:%S} UTC"
        raise Failed(f"{folder} was {since} up to date", "see whether its disk is there, and server.log")
    found.seen = f"{folder} is up to date"
