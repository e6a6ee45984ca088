"""What is known of an organisation's calls when a test of them failed: for a failure that is seen once in many runs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from pymongo import MongoClient

from call24.asterisk.cli import told_by
from call24.kit.settings import DATABASE
from call24.testphones.agent_phone import AgentPhone
from call24.testphones.carrier import Carrier

if TYPE_CHECKING:
    from tests.support.product.system import System

LINES, TAIL = 60, 3000


async def story(
    system: System, tenant_id: str, phones: Iterable[AgentPhone] = (), carriers: Iterable[Carrier] = ()
) -> str:
    """What the agents' phones sent and heard, and which numbers carriers were asked for; Asterisk's channels, their
    packets and bridges; the journal; the logs.

    Raises: nothing.
    """
    calls = [(phone.username, call) for phone in phones for call in phone.calls]
    parts: list[tuple[str, Any]] = [
        ("phones", "\n".join(f"{name}: {call.stream.sent} sent, {call.ear.packets} heard" for name, call in calls)),
        ("carriers", "\n".join(f"{one.address}: asked for {one.asked}" for one in carriers)),
    ]
    try:
        parts.append(("packets", await told_by(system.settings.asterisk_control, "pjsip show channelstats")))
    except OSError as error:
        parts.append(("packets", repr(error)))
    for what in ("channels", "bridges"):
        try:
            parts.append((what, "\n".join(map(str, await system.pbx.listed(what)))))
        except Exception as error:  # whatever it is, the test's own failure is what has to be seen
            parts.append((what, repr(error)))
    for name, tell in (("journal", lambda: _journal(system, tenant_id)), ("logs", lambda: _logs(system))):
        try:
            parts.append((name, tell()))
        except Exception as error:
            parts.append((name, repr(error)))
    return "\n".join(f"--- {name}\n{text}" for name, text in parts)


def _journal(system: System, tenant_id: str) -> str:
    with MongoClient[dict[str, Any]](system.settings.mongodb_uri(), serverSelectionTimeoutMS=2000) as mongo:
        lines = list(
            mongo[DATABASE]["journal"].find({"tenant_id": tenant_id}, {"_id": 0}, sort=[("seq", -1)], limit=LINES)
        )
    return "\n".join(str({key: value for key, value in line.items() if key != "tenant_id"}) for line in reversed(lines))


def _logs(system: System) -> str:
    var = system.settings.asterisk_var / "log"
    own = [system.output, *(system.settings.log / f"{name}.log" for name in ("sip_edge", "server"))]
    files = [*own, var / "messages", *sorted((var / "cel").glob("*.csv"))]
    return "\n".join(f"{file.name}: {file.read_text(errors='replace')[-TAIL:]}" for file in files if file.exists())
