"""Argon2id, off the event loop and never more than two at once (19 MiB each, hashing_queue.py). It does not know users.

Source: OWASP Password Storage Cheat Sheet: m = 19 MiB, t = 2, p = 1.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import Type, hash_secret_raw

from call24.identity.hashing_queue import HashingQueue

_PASSES, _KIB, _LANES, _BYTES = 2, 19 * 1024, 1, 32


class Passwords:
    """`whose`: the organisation whose turn it is, or with `known` False the address of an unauthenticated client.

    All of it raises TooMany when too many wait.
    """

    def __init__(self) -> None:
        self._argon2 = PasswordHasher(time_cost=_PASSES, memory_cost=_KIB, parallelism=_LANES)
        self._queue = HashingQueue()
        self._nobody = ""

    async def hash(self, password: str, whose: str = "") -> str:
        async with self._queue.turn(whose, known=True):
            return await asyncio.to_thread(self._argon2.hash, password)

    async def matches(self, password: str, stored: str | None, whose: str = "", *, known: bool = True) -> bool:
        """`stored` None stands for an unknown account: it takes just as long, and never matches."""
        if not self._nobody:
            self._nobody = await self.hash("nobody's password")
        async with self._queue.turn(whose, known=known):
            matched = await asyncio.to_thread(self._verify, stored or self._nobody, password)
        return matched and stored is not None

    async def marks(self, codes: Sequence[str], salt: bytes, whose: str = "") -> list[str]:
        """Of short secrets that share a salt: one calculation then tells whether a code is among them."""

        def made() -> list[str]:
            words = (salt, _PASSES, _KIB, _LANES, _BYTES, Type.ID)
            return [hash_secret_raw(code.encode(), *words).hex() for code in codes]

        async with self._queue.turn(whose, known=True):
            return await asyncio.to_thread(made)

    def _verify(self, stored: str, password: str) -> bool:
        try:
            return self._argon2.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False
