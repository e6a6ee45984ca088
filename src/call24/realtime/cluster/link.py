"""One process's end of the ways to others: words go out in order, and come in in order, each once.

Words wait in memory while MongoDB is away, as many as `WAITING_BYTES_MAX` for each other end, by turns of the
organisations. One of them may have half of what the others leave: what its clients say and hear beyond that is dropped,
and it is told (`cut`) that it was. A number that is missing, or too much that waits all the same, breaks the way
(`broken`): neither end then trusts what it knows of the other.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import msgspec

from call24.kit.clock import Clock
from call24.kit.errors import Unavailable
from call24.kit.ids import TenantId
from call24.kit.mongo.follow import PlaceLost
from call24.realtime.cluster.messages import Word, carries, decoded, encoded, size
from call24.realtime.cluster.model import NodeMessage
from call24.realtime.cluster.store import NodeStore

log = logging.getLogger(__name__)

WAITING_BYTES_MAX = 32 * 1024 * 1024
MESSAGE_BYTES = 256 * 1024
"""A message takes no further words from here on."""
BATCH_MAX = 500
AGAIN_S = 0.3


@dataclass
class _Waiting:
    """Of one organisation. `is_cut`: something was dropped, and nobody knows yet."""

    words: deque[Word] = field(default_factory=deque)
    bytes: int = 0
    is_cut: bool = False


@dataclass
class _Way:
    """To one other end. `waiting`: in the order in which organisations have their turn."""

    waiting: dict[TenantId, _Waiting] = field(default_factory=dict)
    bytes: int = 0
    sent: int = 0
    heard: int = 0

    def put(self, tenant_id: TenantId, word: Word) -> bool:
        """False: its organisation has more than its share, and loses what it can lose."""
        theirs = self.waiting.setdefault(tenant_id, _Waiting())
        if theirs.is_cut and carries(word):
            return True
        length = size(word)
        theirs.words.append(word)
        theirs.bytes += length
        self.bytes += length
        share = (WAITING_BYTES_MAX - (self.bytes - theirs.bytes)) // 2
        if theirs.is_cut or theirs.bytes <= share:
            return True
        theirs.words = deque(one for one in theirs.words if not carries(one))
        self.bytes -= theirs.bytes
        theirs.bytes = sum(map(size, theirs.words))
        self.bytes += theirs.bytes
        theirs.is_cut = True
        return False

    def next(self) -> tuple[TenantId, list[Word]] | None:
        """What is said in one message."""
        for tenant_id, theirs in list(self.waiting.items()):
            del self.waiting[tenant_id]
            words, length = [], 0
            while theirs.words and length < MESSAGE_BYTES:
                word = theirs.words.popleft()
                words.append(word)
                length += size(word)
            theirs.bytes -= length
            self.bytes -= length
            if theirs.words or theirs.is_cut:
                self.waiting[tenant_id] = theirs  # at the end: others come first now
            if words:
                return tenant_id, words
        return None


class Link:
    """`heard`: called with who says it, for which organisation, and the word; `broken`: with the end that is given up;
    `cut`: with an end and the organisation of which something was not said to it.

    All return at once. `begin`, then `run`.
    """

    def __init__(
        self,
        store: NodeStore,
        clock: Clock,
        run: str,
        heard: Callable[[str, TenantId, Word], None],
        broken: Callable[[str], None],
        cut: Callable[[str, TenantId], None],
    ) -> None:
        self._store = store
        self._clock = clock
        self._run = run
        self._tell = heard
        self._broken = broken
        self._cut = cut
        self._following = store.follow(run)
        self._ways: dict[str, _Way] = {}
        self._woken = asyncio.Event()

    def open(self, other: str) -> None:
        """What comes from this end is heard from now on."""
        self._ways[other] = _Way()

    def close(self, other: str) -> None:
        self._ways.pop(other, None)

    def say(self, other: str, tenant_id: TenantId, word: Word) -> None:
        """To an end that is not open any more nothing is said."""
        way = self._ways.get(other)
        if way is None:
            return
        if not way.put(tenant_id, word):
            asyncio.get_running_loop().call_soon(self._tell_cut, other, tenant_id)  # not from amid a publication
        if way.bytes > WAITING_BYTES_MAX:
            self._give_up(other, "too much waits for it")
        self._woken.set()

    def _tell_cut(self, other: str, tenant_id: TenantId) -> None:
        way = self._ways.get(other)
        if way is not None and (theirs := way.waiting.get(tenant_id)) is not None:
            theirs.is_cut = False
            self._cut(other, tenant_id)

    async def begin(self) -> None:
        """What is sent to this end after this is heard. Raises: Unavailable."""
        await self._following.begin()

    async def run(self) -> None:
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._send(), name="realtime nodes: sending")
                group.create_task(self._hear(), name="realtime nodes: hearing")
        finally:
            await self._following.close()

    # --- sending ---

    async def _send(self) -> None:
        while True:
            await self._woken.wait()
            self._woken.clear()
            while batch := self._batch():
                await self._put_down(batch)

    async def _put_down(self, batch: list[NodeMessage]) -> None:
        while True:
            try:
                await self._store.send(batch)
                return
            except Unavailable:
                await asyncio.sleep(AGAIN_S)
            except Exception:  # the realtime edge: what cannot be stored must not end the others
                log.exception("messages to other realtime processes were not stored")
                for other in {message.to for message in batch}:
                    self._give_up(other, "a message to it was not stored")
                return

    def _batch(self) -> list[NodeMessage]:
        """What waits, as messages: words for one organisation travel together."""
        batch: list[NodeMessage] = []
        for other, way in self._ways.items():
            while len(batch) < BATCH_MAX and (said := way.next()) is not None:
                batch.append(self._message(other, way, *said))
        return batch

    def _message(self, other: str, way: _Way, tenant_id: TenantId, words: list[Word]) -> NodeMessage:
        way.sent += 1
        return NodeMessage(
            id=f"{self._run}.{other}.{way.sent}",
            tenant_id=tenant_id,
            to=other,
            by=self._run,
            number=way.sent,
            body=encoded(words),
            created_at=self._clock.now(),
        )

    # --- hearing ---

    async def _hear(self) -> None:
        while True:
            try:
                message = await self._following.next()
            except PlaceLost:
                for other in list(self._ways):
                    self._give_up(other, "what it said was not kept long enough")
            except Unavailable:
                await asyncio.sleep(AGAIN_S)
            else:
                if message is not None:
                    self._take(message)
                await asyncio.sleep(0)  # many may have come at once

    def _take(self, message: NodeMessage) -> None:
        way = self._ways.get(message.by)
        if way is None or message.number <= way.heard:
            return
        if message.number != way.heard + 1:
            self._give_up(message.by, f"message {way.heard + 1} is missing")
            return
        way.heard = message.number
        try:
            words = decoded(message.body)
        except msgspec.DecodeError:
            self._give_up(message.by, "it speaks otherwise: is it of another version?")
            return
        for word in words:
            try:
                self._tell(message.by, message.tenant_id, word)
            except Exception:  # the realtime edge: one client's trouble must not end the others
                log.exception("a message of another realtime process could not be handled")

    def _give_up(self, other: str, why: str) -> None:
        log.warning("the connection to another realtime process is closed: %s", why)
        self.close(other)
        self._broken(other)
