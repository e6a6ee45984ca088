"""What the host of a PBX on a host of its own tells: its version, disk, clock and certificates. It changes nothing."""

from __future__ import annotations

import asyncio
import time

from call24.doctor.report import CheckResult, Failed
from call24.installer.api_client import trunk_host
from call24.kit.errors import Unavailable
from call24.kit.package import COMMAND
from call24.kit.pbx_pairing import place
from call24.kit.settings import Settings
from call24.kit.version import VERSION
from call24.pbx.client import client_of
from call24.pbx.host_state import HostState, clock_difference

LOW_BYTES, SMALL_BYTES = 500_000_000, 5_000_000_000
SOON_DAYS = 30
UNENCRYPTED_S = 3600.0
APART_S = 2.0
DAY_S = 86_400.0


async def state_of(settings: Settings) -> tuple[HostState, float] | None:
    """And by how many seconds its clock is ahead. None: there is no such host. Raises: Failed."""
    client = client_of(settings)
    if client is None:
        return None
    asked = time.time()
    try:
        state = await asyncio.to_thread(client.state)
    except Unavailable:
        advice = f"see {settings.log / 'pbx_link.log'}; is `{COMMAND} pbx` running, and TCP {settings.pbx} open?"
        raise Failed(f"{settings.pbx} does not answer", advice) from None
    except FileNotFoundError:
        raise Failed(f"{settings.pbx} is of an older version", "install the same version of Call24 there") from None
    except OSError as trouble:
        raise Failed(str(trouble), "see log/recording_keeper.log on the PBX's host") from None
    finally:
        client.close()
    return state, clock_difference(state.now, asked, time.time())


async def look(settings: Settings, found: CheckResult) -> None:
    """Raises: Failed."""
    told = await state_of(settings)
    if told is None:
        found.seen = "Asterisk is not on a host of its own (--pbx)"
        return
    state, apart = told
    waiting, free = state.unencrypted, state.disk.free
    days = min((at - time.time()) / DAY_S for at in state.certificates.values()) if state.certificates else 0.0
    found.seen = (
        f"{settings.pbx}: version {state.version}, {free / 1e9:.1f} GB free, {waiting.files} files of recordings not "
        f"encrypted yet, certificates valid for {days:.0f} more days, {state.bans} bans, clock {apart:+.1f} s"
    )
    if state.version != VERSION:
        raise Failed(f"{found.seen}; this is {VERSION}", "install the same version of Call24 on both")
    if free < LOW_BYTES:
        raise Failed(found.seen, "free disk space there now: calls are not recorded")
    if days < 0:
        raise Failed(found.seen, f"restart `{COMMAND} pbx` there: it makes new certificates")
    if free < SMALL_BYTES:
        raise Failed(found.seen, "plan for more disk space there", "warn")
    if waiting.oldest_s > UNENCRYPTED_S:
        advice = f"see {settings.log / 'server.log'} for why they wait"
        raise Failed(f"{found.seen}; one has waited for {waiting.oldest_s / 3600:.1f} hours", advice, "warn")
    if abs(apart) > APART_S:
        raise Failed(found.seen, "run a time service (systemd-timesyncd, chrony) on both", "warn")
    if days <= SOON_DAYS:
        raise Failed(found.seen, f"restart `{COMMAND} pbx` there at a quiet hour: it makes new certificates", "warn")


async def trunk_port(settings: Settings) -> tuple[str, int]:
    """Where this machine reaches Asterisk's SIP over UDP. Raises: Failed."""
    told = await state_of(settings)
    if told is None or settings.pbx is None:
        return trunk_host(settings), settings.sip_port
    host, port = told[0].sip
    return (host if host not in ("0.0.0.0", "::") else place("--pbx", settings.pbx).host), port
