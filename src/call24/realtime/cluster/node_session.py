"""A node's lives: it puts up its sign, waits until the main process serves it, and begins again when that ends.

A life ends when the main process began again, gave this node up, or the way between them broke. What the node's sockets
have heard is then not certain any more: they are closed as soon as the next life is served, come back at once, and ask
for what they missed.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
from collections.abc import Callable

from call24.kit.clock import Clock
from call24.kit.errors import Unavailable
from call24.kit.ids import TenantId
from call24.realtime.cluster import messages as w
from call24.realtime.cluster.link import AGAIN_S, Link
from call24.realtime.cluster.model import Sign
from call24.realtime.cluster.store import NodeStore

log = logging.getLogger(__name__)

BEAT_S = 1.0
AWAY_S = 6.0
"""After so long without a sign of it the main process is taken to be away."""
ASKED_S = 5.0
ASKED_MAX = 256

Begun = Callable[[int], None]
Heard = Callable[[TenantId, w.Word], None]
Cut = Callable[[TenantId], None]


class Foreign(Exception):
    """The main process does not have the same key: this node can serve nobody."""


class NodeSession:
    """`begun`: called with the number of each life that is served; `heard`: with every word that is no answer; `cut`:
    with an organisation of which something was not said."""

    def __init__(self, store: NodeStore, clock: Clock, proof: str, begun: Begun, heard: Heard, cut: Cut) -> None:
        self._store = store
        self._clock = clock
        self._proof = proof
        self._begun = begun
        self._tell = heard
        self._cut = cut
        self._run = ""
        self._main = ""
        self._number = 0
        self._link: Link | None = None
        self._over = asyncio.Event()
        self._quiet_s = 0.0
        self._beat = 0
        self._seen = -1
        self._asked: dict[int, asyncio.Future[w.Answered]] = {}
        self._questions = 0

    @property
    def served(self) -> bool:
        """Whether the main process is there, and serves this node."""
        return bool(self._main) and self._quiet_s < AWAY_S

    def say(self, tenant_id: TenantId, word: w.Word) -> None:
        if self._link is not None and self._main:
            self._link.say(self._main, tenant_id, word)

    async def ask(self, tenant_id: TenantId, question: Callable[[int], w.Word]) -> w.Answered:
        """`question` is made with its number. Raises: Unavailable; whether it was done is not known then."""
        if not self.served or len(self._asked) >= ASKED_MAX:
            raise Unavailable("The main instance is not available: try again")
        self._questions += 1
        number = self._questions
        answer: asyncio.Future[w.Answered] = asyncio.get_running_loop().create_future()
        self._asked[number] = answer
        try:
            self.say(tenant_id, question(number))
            async with asyncio.timeout(ASKED_S):
                return await answer
        except TimeoutError:
            raise Unavailable("The main instance did not answer in time") from None
        finally:
            self._asked.pop(number, None)

    async def run(self) -> None:
        """Raises: Foreign."""
        while True:
            try:
                await self._live()
            except Unavailable:
                await asyncio.sleep(AGAIN_S)
            finally:
                self._end()

    async def leave(self) -> None:
        """At the end of the process: the main process need not wait for the lease."""
        if self._run:
            with contextlib.suppress(Unavailable):
                await self._store.take_down(self._run)

    async def _live(self) -> None:
        """Until this life is over. Raises: Unavailable, Foreign."""
        self._over.clear()
        self._seen = -1
        run, self._run = self._run, secrets.token_hex(8)
        if run:
            await self._store.take_down(run)
        link = self._link = Link(
            self._store,
            self._clock,
            self._run,
            self._heard,
            lambda _: self._over.set(),
            lambda _, tenant_id: self._cut(tenant_id),
        )
        await link.begin()
        linking = asyncio.create_task(link.run(), name="realtime node: its way to the main process")
        linking.add_done_callback(lambda _: self._over.set())
        try:
            await self._store.put_up(Sign(id=self._run, run=self._run, proof=self._proof, at=self._clock.now()))
            while not self._over.is_set():
                try:
                    await self._look(link)
                except Unavailable:
                    log.warning("a realtime node waits for MongoDB")
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(BEAT_S):
                        await self._over.wait()
        finally:
            linking.cancel()
            await asyncio.wait((linking,))

    async def _look(self, link: Link) -> None:
        """Raises: Unavailable, Foreign."""
        self._beat += 1
        still = await self._store.beat(self._run, self._beat, self._clock.now())
        main = await self._store.main()
        number = None if main is None else main.nodes.get(self._run)
        if self._main:
            self._quiet_s = 0.0 if main is not None and main.beat != self._seen else self._quiet_s + BEAT_S
            self._seen = -1 if main is None else main.beat
            if not still or (main is not None and (main.run, number) != (self._main, self._number)):
                self._over.set()
            return
        if main is not None and number is not None:
            link.open(main.run)
            self._main, self._number, self._quiet_s, self._seen = main.run, number, 0.0, main.beat
            self._begun(number)
        elif main is not None and main.proof != self._proof:
            if self._seen not in (-1, main.beat):  # it lives
                raise Foreign(
                    "the main instance has another key: secrets/app.key, and secrets/app.keyring where it has one, are "
                    "not copies of its own"
                )
            self._seen = main.beat
        elif not still:
            self._over.set()

    def _end(self) -> None:
        self._main, self._link = "", None
        for answer in self._asked.values():
            if not answer.done():
                answer.set_exception(Unavailable("The main instance is not available: try again"))

    def _heard(self, _run: str, tenant_id: TenantId, word: w.Word) -> None:
        if isinstance(word, w.Answered):
            answer = self._asked.get(word.re)
            if answer is not None and not answer.done():
                answer.set_result(word)
        else:
            self._tell(tenant_id, word)
