"""Asks the process that phones connect to how many are connected. It opens no port and counts nothing itself."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable
from pathlib import Path

from call24.kit.settings import Settings

ANSWER_S = 1.0


async def state_of(place: Path) -> dict[str, int]:
    """`registered`, `unregistered`, `waiting`: connections now; `refused`: since it began; `banned`: addresses now.

    Raises: OSError (TimeoutError too) when it does not answer.
    """
    async with asyncio.timeout(ANSWER_S):
        reader, writer = await asyncio.open_unix_connection(place)
        try:
            said = await reader.read(-1)
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()
    try:
        state: dict[str, int] = json.loads(said)
    except ValueError:
        raise ConnectionError("it ended before it answered") from None
    return state


def health(settings: Settings) -> dict[str, Callable[[], Awaitable[bool]]]:
    """The part that /health/ready asks; an external Asterisk takes its phones' connections itself."""

    async def answers() -> bool:
        with contextlib.suppress(OSError):
            return bool(await state_of(settings.sip_edge_socket))
        return False

    return {"phones": answers} if settings.own_asterisk else {}
