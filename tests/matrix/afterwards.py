"""What is there when a fault is over: what was left behind, and whether the journal is whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from pymongo import MongoClient
from tests.support.product.system import System

from call24.kit.settings import DATABASE


def journal(system: System, tenant_id: str) -> list[dict[str, Any]]:
    """An organisation's lines, by their numbers."""
    with MongoClient[dict[str, Any]](system.settings.mongodb_uri(), serverSelectionTimeoutMS=2000) as mongo:
        return list(mongo[DATABASE]["journal"].find({"tenant_id": tenant_id}, sort=[("seq", 1)]))


def broken_lines(lines: Sequence[dict[str, Any]]) -> int:
    """How many are there twice, or missing."""
    seqs = Counter(line["seq"] for line in lines)
    return len(lines) - len(seqs) + max(seqs, default=0) - len(seqs)


def ends(lines: Sequence[dict[str, Any]]) -> Counter[str]:
    """How many ends each call has."""
    return Counter(line["call_id"] for line in lines if line["type"] == "CallEnded")


async def left_over(system: System, tenant_id: str) -> dict[str, int]:
    """Channels, bridges, and files in the recordings' spool."""
    files = [path for path in system.settings.recording_spool.rglob("*") if path.is_file()]
    return {
        "channels": len(await system.pbx.channels(tenant_id)),
        "bridges": len(await system.pbx.all_bridges()),
        "spooled": len(files),
    }
