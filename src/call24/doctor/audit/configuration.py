"""Whether settings for trials are on where others can reach the installation, and whether it runs in debug mode."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from pathlib import Path

from call24.doctor.audit.outcome import Found, Unverified
from call24.doctor.report import CheckResult
from call24.installer.child_processes import left_over_pid
from call24.kit.settings import Settings, SettingsError

FOR_TRIALS = ("webhooks_private", "sign_in_private", "trunks_private", "seed_demo")
DEBUGGING = ("PYTHONASYNCIODEBUG", "PYTHONDEVMODE", "PYTHONDEBUG", "PYTHONINSPECT")


async def examine(settings: Settings, found: CheckResult) -> None:
    """Raises: Found, Unverified."""
    pid = left_over_pid(settings.data, "server")
    if pid is None:
        raise Unverified("the server does not run", "start Call24, then run the audit again")
    faults = [*_settings(settings), *_environment(_environ(pid))]
    if faults:
        raise Found(
            f"{len(faults)} settings do not fit an installation in use", "see docs/reference/settings.md", faults
        )
    where = "for this machine alone" if settings.loopback else "no setting for trials is on"
    found.seen = f"{where}; the server does not run in debug mode"


def _settings(settings: Settings) -> Iterator[str]:
    if not settings.loopback:
        yield from (f"{name} is on" for name in FOR_TRIALS if getattr(settings, name))
    for one in settings.proxy_list():
        if ipaddress.ip_network(one, strict=False).prefixlen == 0:
            yield f"trusted_proxies has {one}: anybody may say which address a request comes from"
    if any(origin in ("*", "null") or origin.startswith("http://") for origin in settings.origin_list()):
        yield "origins has one that is not of HTTPS"
    try:
        settings.mongodb_uri()
    except SettingsError as error:
        yield error.text


def _environment(environ: dict[str, str]) -> Iterator[str]:
    yield from (f"the server runs with {name}" for name in DEBUGGING if environ.get(name, "0") not in ("", "0"))


def _environ(pid: int) -> dict[str, str]:
    """Raises: Unverified."""
    try:
        raw = Path(f"/proc/{pid}/environ").read_bytes()
    except OSError as error:
        advice = "run the audit as the user that runs Call24, on Linux"
        raise Unverified("the server's environment cannot be read", advice, (str(error),)) from None
    return dict(part.split("=", 1) for part in raw.decode(errors="replace").split("\0") if "=" in part)
