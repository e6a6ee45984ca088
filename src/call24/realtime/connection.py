"""One socket's memory: what it is subscribed to, whose it is, and how something is put before it.

What is put in one turn of the event loop is written by one system call at its end: the call is what a delivery costs.
How much may wait for a client is bounded here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from call24.identity.channel_auth import Grant
from call24.kit.ids import TenantId
from call24.realtime import frames
from call24.realtime.protocol import Close, Resume

WAITING_BYTES_MAX = 1_000_000
AT_ONCE_BYTES = 65_536
LOOK_BYTES = 16 * 1024 * 1024
"""After so many are put before sockets it is looked how many wait for them in all."""
CLIENT_EVENTS_PER_S = 10


class Wire(Protocol):
    """Of an asyncio.Transport what is needed here."""

    def write(self, data: bytes) -> None: ...

    def get_write_buffer_size(self) -> int: ...


class Outbox:
    """What is put before sockets in one turn of the event loop; one for all of them.

    `far`: sees to those that other processes hold, and gives the rest; None while there are none. `look`: called when
    so much was put that it is to be seen whether it is taken.
    """

    __slots__ = ("_bytes", "_look", "_put", "_unlooked", "far")

    def __init__(self, look: Callable[[], object] = lambda: None) -> None:
        self._put: list[tuple[Sequence[Connection], bytes]] = []
        self._bytes = 0
        self._unlooked = 0
        self._look = look
        self.far: Far | None = None

    def put(self, hearers: Sequence[Connection], frame: bytes) -> None:
        if self.far is not None and not (hearers := self.far(hearers, frame)):
            return
        if not self._put:
            asyncio.get_running_loop().call_soon(self.empty)
        self._put.append((hearers, frame))
        self._bytes += len(frame)
        self._unlooked += len(frame) * len(hearers)
        if self._unlooked > LOOK_BYTES:
            self._unlooked = 0
            asyncio.get_running_loop().call_soon(self._look)  # not from amid a publication
        if self._bytes > AT_ONCE_BYTES:
            self.empty()

    def broadcast(self, hearers: Iterable[Connection], frame: bytes) -> list[Connection]:
        """To all who can take it; gives who did."""
        most = WAITING_BYTES_MAX - len(frame)
        took = [one for one in hearers if not one.closing and one.wire.get_write_buffer_size() <= most]
        if took:
            self.put(took, frame)
        return took

    def empty(self) -> None:
        """One `write` for each socket, in which its frames are in their order."""
        put, self._put, self._bytes = self._put, [], 0
        if len(put) == 1:
            hearers, frame = put[0]
            for connection in hearers:
                if not connection.closing:
                    connection.wire.write(frame)
            return
        each: dict[Connection, list[bytes]] = {}
        for hearers, frame in put:
            for connection in hearers:
                if (theirs := each.get(connection)) is None:
                    each[connection] = [frame]
                else:
                    theirs.append(frame)
        for connection, theirs in each.items():
            if not connection.closing:
                connection.wire.write(b"".join(theirs))


class Connection:
    """`grant`: the session of ours that it speaks for, if one authorised it; `user_id`: who signed in on it.

    `on_close` is called once, with the code and the reason, when the server closes it.
    """

    __slots__ = (
        "_on_close",
        "_outbox",
        "channels",
        "closing",
        "counted",
        "grant",
        "members",
        "proven",
        "resumes",
        "said",
        "socket_id",
        "tenant_id",
        "user_id",
        "watched",
        "wire",
    )

    def __init__(self, socket_id: str, wire: Wire, outbox: Outbox, on_close: Callable[[Close, str], object]) -> None:
        self.socket_id = socket_id
        self.channels: set[str] = set()
        self.grant: Grant | None = None
        self.user_id: str | None = None
        self.proven: Callable[[TenantId], object] | None = None  # who counts connections is told whose it is
        self.counted: Callable[[Connection, TenantId], bool] | None = None  # whether the organisation may have it
        self.tenant_id = TenantId("")  # whom it counts for
        self.members: dict[str, str] | None = None  # presence channel -> as whom
        self.resumes: dict[str, Resume] | None = None
        self.watched: tuple[str, ...] = ()  # users of whom it is told whether they are there
        self.said = (0, 0)  # the second of the last client event, and how many there were in it
        self.closing = False
        self.wire = wire
        self._outbox = outbox
        self._on_close = on_close

    def granted(self, grant: Grant) -> None:
        """It speaks for a session from now on, or is closed where its organisation has as many as it may have."""
        if self.counted is not None and not self.counted(self, grant.tenant_id):
            self.close(Close.OVER_CAPACITY, "Too many sockets: try again later")
            return
        self.grant = grant
        if self.proven is not None:
            self.proven(grant.tenant_id)

    def belongs_to(self, grant: Grant) -> bool:
        return self.grant is None or self.grant.token_id == grant.token_id

    def may_say(self, second: int) -> bool:
        """Whether one more client event is within the rate."""
        before, count = self.said
        self.said = (second, count + 1 if second == before else 1)
        return self.said[1] <= CLIENT_EVENTS_PER_S

    def put(self, text: str) -> bool:
        """Have it sent; False when it would be too much, or when the socket is being closed."""
        return self.put_frame(frames.text(text))

    def put_frame(self, frame: bytes) -> bool:
        """The same with what is encoded already."""
        return bool(self._outbox.broadcast((self,), frame))

    def close(self, code: Close, reason: str) -> None:
        """The first reason counts. Nothing more is put before it."""
        if not self.closing:
            self._outbox.empty()  # what was put before
            self.closing = True
            self._on_close(code, reason)

    def gone(self) -> None:
        """The client has left: there is nobody to tell why."""
        self.closing = True


Far = Callable[[Sequence[Connection], bytes], Sequence[Connection]]
