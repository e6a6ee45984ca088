"""Asks the process that phones connect to how many are connected, and whom it refuses; has it let one in again.

It opens no port and counts nothing itself.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from call24.kit.settings import Settings

ANSWER_S = 1.0


class PhoneBans:
    """Whom a running one refuses for a while. Where it is away nobody is refused."""

    def __init__(self, place: Path) -> None:
        self._place = place

    async def all(self) -> dict[str, float]:
        """An address, or a network of IPv6, and for how many seconds more."""
        with contextlib.suppress(OSError):
            told = await _told(self._place, b"list\n")
            return {str(who): float(left_s) for who, left_s in told.items()} if isinstance(told, dict) else {}
        return {}

    async def lift(self, who: str) -> bool:
        """Let it in again; whether it was refused."""
        with contextlib.suppress(OSError):
            return await _told(self._place, f"lift {who}\n".encode()) is True
        return False


async def state_of(place: Path) -> dict[str, int]:
    """`registered`, `unregistered`, `waiting`: connections now; `refused`: since it began; `banned`: addresses now.

    Raises: OSError (TimeoutError too) when it does not answer.
    """
    state: dict[str, int] = await _told(place)
    return state


async def _told(place: Path, question: bytes = b"") -> Any:
    """Raises: OSError."""
    async with asyncio.timeout(ANSWER_S):
        reader, writer = await asyncio.open_unix_connection(place)
        try:
            writer.write(question)
            said = await reader.read(-1)
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()
    try:
        return json.loads(said)
    except ValueError:
        raise ConnectionError("it ended before it answered") from None


def health(settings: Settings) -> dict[str, Callable[[], Awaitable[bool]]]:
    """The part that /health/ready asks; an external Asterisk takes its phones' connections itself."""

    async def answers() -> bool:
        with contextlib.suppress(OSError):
            return bool(await state_of(settings.sip_edge_socket))
        return False

    return {"phones": answers} if settings.own_phones_port else {}
