"""One socket's memory: what waits to be sent, what it is subscribed to, whose it is, and why it is being closed."""

from __future__ import annotations

import asyncio
from collections import deque

from call24.identity.channel_auth import Grant
from call24.realtime.protocol import Close, Resume

WAITING_MAX = 256
WAITING_BYTES_MAX = 1_000_000
CLIENT_EVENTS_PER_S = 10


class Connection:
    """`grant`: the session of ours that it speaks for, if one authorised it; `user_id`: who signed in on it."""

    __slots__ = (
        "_bytes",
        "_filled",
        "_waiting",
        "authorised",
        "channels",
        "close_code",
        "close_reason",
        "closed",
        "grant",
        "members",
        "resumes",
        "said",
        "socket_id",
        "user_id",
    )

    def __init__(self, socket_id: str) -> None:
        self.socket_id = socket_id
        self.channels: set[str] = set()
        self.grant: Grant | None = None
        self.authorised = False
        self.user_id: str | None = None
        self.members: dict[str, str] | None = None  # presence channel -> as whom
        self.resumes: dict[str, Resume] | None = None
        self.said = (0, 0)  # the second of the last client event, and how many there were in it
        self.close_code: Close | None = None
        self.close_reason = ""
        self.closed = asyncio.Event()
        self._waiting: deque[str] = deque()
        self._bytes = 0
        self._filled = asyncio.Event()

    @property
    def closing(self) -> bool:
        return self.closed.is_set()

    def belongs_to(self, grant: Grant) -> bool:
        return self.grant is None or self.grant.token_id == grant.token_id

    def may_say(self, second: int) -> bool:
        """Whether one more client event is within the rate."""
        before, count = self.said
        self.said = (second, count + 1 if second == before else 1)
        return self.said[1] <= CLIENT_EVENTS_PER_S

    def put(self, text: str) -> bool:
        """Have it sent; False when it would be too much, or when the socket is being closed."""
        if self.closed.is_set() or len(self._waiting) >= WAITING_MAX or self._bytes + len(text) > WAITING_BYTES_MAX:
            return False
        self._waiting.append(text)
        self._bytes += len(text)
        self._filled.set()
        return True

    async def next(self) -> str:
        """What is to be sent next."""
        while not self._waiting:
            self._filled.clear()
            await self._filled.wait()
        text = self._waiting.popleft()
        self._bytes -= len(text)
        return text

    def close(self, code: Close, reason: str) -> None:
        """The first reason counts. What waits to be sent is dropped."""
        if not self.closing:
            self.close_code, self.close_reason = code, reason
            self._waiting.clear()
            self._bytes = 0
            self.closed.set()

    def gone(self) -> None:
        """The client has left: there is nobody to tell why."""
        self._waiting.clear()
        self.closed.set()
