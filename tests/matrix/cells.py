"""Runs one cell on a real system: a call in its phase, the fault, what is heard, control again, the end, the record."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from pymongo import MongoClient
from tests.matrix import checks
from tests.matrix.agents import BrowserDesk, Desk, PhoneDesk
from tests.matrix.faults import TRUNK_ADDRESS, World, inflicted, last
from tests.matrix.legs import Leg, LocalLeg, RemoteLeg
from tests.matrix.model import Cell, Fault, Phase, Promise, Victim
from tests.matrix.scene import Heard, Scene, play, take_control, talked
from tests.support.product.people import Agent
from tests.support.product.system import Organisation, System
from tests.support.telephony import channel_log
from tests.support.wait import wait_until

from call24.kit.settings import DATABASE
from call24.testphones.rtp import Pacer

WHOLE = os.environ.get("CALL24_MATRIX") == "whole"
PATIENCE = 1.0 if WHOLE else 2.0
"""The part that always runs may share its machine; what is written down is measured strictly."""
SLACK_S = 20.0
"""How long is waited beyond what is promised, so that the time itself can be written down."""
KEPT_S = 45.0
REQUEST_S = 3.0
BEFORE_S = 0.3
"""Gaps are looked for from so long before the fault on: control may be back before the next packet comes."""
HEARING_S = 2.0
"""An answered call is back when both hear each other, which takes so long without any fault."""
SPOKEN_S = 2.5
"""A killed Asterisk takes the last second of sound with it; there was more."""
PAUSED_S = 0.5
"""So much of a pause must be in the recording to be looked at, where Asterisk lived to write it."""
LOGGED_S = 5.0
"""An event is in Asterisk's log a moment after it."""
NOT_YET = (409, 503)


@dataclass
class Seen:
    """What a cell came to. `gaps_s`: the longest time without sound, for each end that was listened to.

    `late_s`: how late the clock of those ends ever was meanwhile; a gap cannot be told better than that.
    """

    cell: str
    gaps_s: dict[str, float | None] = field(default_factory=dict)
    late_s: float | None = None
    back_s: float | None = None
    record: dict[str, Any] = field(default_factory=dict)
    took_s: float = 0.0
    wrong: list[str] = field(default_factory=list)

    def row(self, promise: Promise) -> dict[str, Any]:
        promised = {key: sorted(map(str, x)) if isinstance(x, frozenset) else x for key, x in asdict(promise).items()}
        return {**asdict(self), "passed": not self.wrong, "promised": promised}


@contextlib.asynccontextmanager
async def scene_of(cell: Cell, system: System, world: World) -> AsyncIterator[Scene]:
    """An organisation with the people of this cell, and its call in the cell's phase."""
    address = TRUNK_ADDRESS if cell.victim in (Victim.TRUNK, Victim.BROWSER) else "127.0.0.1"
    record = "never" if cell.phase is Phase.TALKING else "always"
    folder = Path(tempfile.mkdtemp(prefix="c24-cell-"))
    async with contextlib.AsyncExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        org = await stack.enter_async_context(system.organisation("Acme", address=address, record=record))
        desk = await _desk(cell, org, folder, stack)
        bert = None
        if cell.phase in (Phase.TRANSFER, Phase.CONFERENCE):
            bert = await org.agent("Bert", member=False)
            await bert.be("available")
        await desk.agent.be("paused" if cell.phase is Phase.QUEUE else "available")
        caller = await _caller(cell, org, world, stack)
        scene = Scene(org, cell.phase, desk, caller, bert=bert)
        await play(scene)
        await talked(scene, SPOKEN_S)
        if isinstance(desk, BrowserDesk):
            world.browser = desk.pid
        yield scene


async def _desk(cell: Cell, org: Organisation, folder: Path, stack: contextlib.AsyncExitStack) -> Desk:
    if cell.victim is not Victim.BROWSER:
        return PhoneDesk(await org.agent("Anna"))
    desk = BrowserDesk(await org.agent("Anna", phone=False), org, folder)
    stack.push_async_callback(desk.close)
    await desk.open()
    await desk.sign_in()
    if cell.fault is Fault.KILLED:
        await desk.is_kept()
    return desk


async def _caller(cell: Cell, org: Organisation, world: World, stack: contextlib.AsyncExitStack) -> Leg:
    if cell.victim is not Victim.TRUNK:
        return LocalLeg(await org.dial())
    port = org.system.settings.sip_port
    leg = world.trunk = await RemoteLeg.dial(port, TRUNK_ADDRESS, "+442079460155", org.number)
    stack.push_async_callback(leg.close)
    return leg


async def run(cell: Cell, promise: Promise, system: System, disks: dict[Victim, Path]) -> Seen:
    """Raises nothing about the product: what is wrong is written into what it gives."""
    seen, began = Seen(cell.name), time.monotonic()
    world = World(system, disks=disks)
    try:
        await system.whole(30)
        async with scene_of(cell, system, world) as scene:
            await _Run(cell, promise, system, world, scene, seen).go()
    except (AssertionError, TimeoutError, httpx.HTTPError) as error:
        seen.wrong.append(f"{type(error).__name__}: {error}"[:600])
    except Exception as error:
        seen.wrong.append(f"{type(error).__name__}: {error}"[:600])
    seen.took_s = round(time.monotonic() - began, 1)
    return seen


class _Run:
    def __init__(self, cell: Cell, promise: Promise, system: System, world: World, scene: Scene, seen: Seen) -> None:
        self.cell, self.promise, self.system, self.world = cell, promise, system, world
        self.scene, self.seen = scene, seen
        self.counted_from = self.began = 0.0
        self.resumed_at: float | None = None
        self.hung_up_at = 0.0
        self.limit_s = promise.back_s + SLACK_S
        self.last = ""

    async def go(self) -> None:
        cell, scene = self.cell, self.scene
        if cell.phase is Phase.HANGING_UP:
            await scene.caller.hang_up()
        Pacer.shared().latest_s = 0.0
        self.began = self.counted_from = time.time()
        old = (
            self.system.pid(cell.victim.value) if cell.victim in (Victim.SERVER, Victim.ASTERISK, Victim.MONGOD) else 0
        )
        async with inflicted(cell, self.world):
            if self.promise.during:
                await self._control_and_end()
            if cell.fault in (Fault.STOPPED, Fault.CUT):
                await last()
        if cell.fault in (Fault.STOPPED, Fault.CUT) and not self.promise.during:
            self.counted_from = time.time()
        if not self.promise.during:
            await self._after(old)
        await self._made_whole(old)
        await self._records()

    async def _after(self, old: int) -> None:
        if self.cell.fault is Fault.KILLED and self.cell.victim is Victim.ASTERISK:
            await self._next_call(old)
        elif self.cell.fault is Fault.KILLED and self.cell.victim is Victim.TRUNK:
            await self._gone()
        else:
            if self.cell.fault is Fault.KILLED:
                await self.scene.desk.is_back()
            await self._control_and_end()

    async def _control_and_end(self) -> None:
        listened = self.scene.heard()
        await take_control(self.scene, self._accepted)
        until = self.counted_from + (self.seen.back_s or 0)
        await self._listen(listened, until)
        if self.cell.phase is Phase.HANGING_UP:
            return
        self.hung_up_at = time.time()
        await self.scene.caller.hang_up()

    async def _listen(self, listened: Heard, until: float) -> None:
        self.seen.late_s = round(Pacer.shared().latest_s, 3)
        for name, leg, what in listened:
            gap = await leg.gap(what, self.began - BEFORE_S, until)
            self.seen.gaps_s[name] = None if gap is None else round(gap, 3)
        strict = WHOLE and self.cell.victim is Victim.SERVER
        self.seen.wrong += checks.sound(self.promise.sound, self.seen.gaps_s, strict=strict)

    async def _accepted(self, what: str) -> None:
        """Asks until the server says yes; the first yes is when control is back."""
        try:
            await wait_until(lambda: self._asked(what), self.limit_s)
        except AssertionError:
            raise AssertionError(f"{what}: not within {self.limit_s} s; the last answer: {self.last}") from None
        if self.seen.back_s is None:
            self.seen.back_s = round(time.time() - self.counted_from, 3)
            limit = PATIENCE * self.promise.back_s + (HEARING_S if what == "answered" else 0)
            if self.seen.back_s > limit:
                self.seen.wrong.append(f"control back after {self.seen.back_s} s, not {limit} s")

    async def _asked(self, what: str) -> bool:
        anna: Agent = self.scene.anna
        if what == "answered":
            return True  # both hear each other already
        try:
            if what == "":
                live = await anna.live()
                return live["session"]["state"] == "available" and live["call"] is None
            if what == "available":
                answer = await anna.http.put("/v1/session", json={"state": what}, timeout=REQUEST_S)
                self.last = answer.text
                return answer.status_code == 200
            answer = await anna.http.post(f"/v1/calls/{self.scene.call_id}/{what}", timeout=REQUEST_S)
        except (httpx.TransportError, KeyError) as error:
            self.last = repr(error)
            return False
        self.last = answer.text
        assert answer.status_code in (202, 404, *NOT_YET), answer.text
        if answer.status_code == 202 and what == "recording/resume":
            self.resumed_at = time.time()  # it is answered when it is about to be done
        return answer.status_code == 202

    async def _next_call(self, old: int) -> None:
        """Asterisk was killed: the call is over, and a new one is served."""
        if self.scene.phase is not Phase.HANGING_UP:
            self.seen.wrong += checks.silent(await self._still_heard())
        await self.system.restarted("asterisk", old)
        phone = self.scene.anna.phone
        assert phone is not None
        await phone.link_lost.wait()
        await wait_until(self._registered, 15)
        await self.scene.anna.be("paused")
        await self.scene.anna.be("available")
        call = await self.scene.org.dial()
        await call.answered(5)
        self.seen.back_s = round(time.time() - self.began, 3)
        self.seen.wrong += checks.in_time(self.seen.back_s, PATIENCE * self.promise.back_s)
        offer = await self.scene.anna.rings(10)
        await offer.answer(850)
        await LocalLeg(call).hears([850], 8)
        call.hang_up()

    async def _registered(self) -> bool:
        try:
            await self.scene.desk.is_back()
        except Exception:
            return False
        return True

    async def _still_heard(self) -> list[str]:
        heard = []
        for name, leg, what in self.scene.heard():
            since = time.time() + 0.3
            await wait_until(lambda since=since: time.time() > since + 0.7, 3)  # type: ignore[misc]
            gap = await leg.gap(what, since, since + 0.7)
            if gap is not None and gap < 0.5:
                heard.append(name)
        return heard

    async def _gone(self) -> None:
        """The trunk's process is dead: nobody says BYE; the agent hangs up, or Asterisk misses the sound."""
        scene = self.scene
        if scene.phase is Phase.RINGING:
            scene.own = await scene.desk.answer()
            scene.call_id = await scene.desk.call_id()
        if scene.phase in (Phase.RINGING, Phase.TALKING, Phase.RECORDING, Phase.PAUSED):
            await self._accepted("hangup")
        await scene.org.nothing_left(80)

    async def _made_whole(self, old: int) -> None:
        if self.cell.fault is Fault.KILLED and old:
            await self.system.restarted(self.cell.victim.value, old)
        await self.system.whole(40)

    async def _records(self) -> None:
        """One record for the call (and one for the next), ended, and what its recording came to."""
        org = self.scene.org
        count = 2 if self.cell.victim is Victim.ASTERISK and self.cell.fault is Fault.KILLED else 1
        first, *_ = await org.ended(count, KEPT_S)
        recording = first["recording"]
        self.seen.record = {
            "outcome": first["outcome"],
            "ended_by": first["ended_by"],
            "found_missing": first["found_missing"],
            "recording": recording and recording["state"],
            "recording_s": recording and recording["duration_s"],
            "talk_s": first["talk_s"],
            "hold_s": first["hold_s"],
        }
        self.seen.wrong += checks.record(self.promise, self.seen.record)
        if recording and recording["state"] in ("stored", "short"):
            sound = await org.sound(recording["id"])
            self.seen.wrong += checks.playable(sound, recording["duration_s"])
            self.seen.wrong += self._pause(sound, first["recorded_from"])
        await org.nothing_left(10)
        await wait_until(self._journal_is_whole, 30)
        ours = self.cell.victim in (Victim.SERVER, Victim.MONGOD) and self.cell.fault is not Fault.FULL
        if ours or self.cell.fault is Fault.CUT:
            self.seen.wrong += await self._asterisks_log()

    def _pause(self, sound: np.ndarray[Any, Any], recorded_from: str) -> list[str]:
        """That both sides are silent in the recording while it was paused, whatever happened meanwhile."""
        if self.scene.paused_at is None:
            return []
        since_s = self.scene.paused_at - datetime.fromisoformat(recorded_from).timestamp()
        lost_end = self.cell.victim is Victim.ASTERISK and self.cell.fault in (Fault.KILLED, Fault.FULL)
        late_s = self.seen.late_s or 0.0  # the answer may have been there before it was seen
        tail_s = None if lost_end or self.resumed_at is None else self.hung_up_at - self.resumed_at + late_s
        return checks.silent_while_paused(sound, since_s, tail_s, least_s=0.0 if lost_end else PAUSED_S)

    async def _asterisks_log(self) -> list[str]:
        """What Asterisk's own log says otherwise than the records."""
        wrong: list[str] = []
        ends_meanwhile = self.cell.phase is Phase.HANGING_UP and self.cell.victim is Victim.SERVER
        told_late = ends_meanwhile and self.cell.fault in (Fault.STOPPED, Fault.CUT)  # to hang up the agent's phone

        found_late = self.cell.fault is Fault.CUT and bool(self.seen.record["found_missing"])

        async def agrees() -> bool:
            compared = await channel_log.reconciled(self.system, self.scene.org.tenant_id)
            wrong[:] = checks.asterisks_log(compared, told_late=told_late, found_late=found_late)
            return not wrong

        with contextlib.suppress(AssertionError):
            await wait_until(agrees, LOGGED_S)
        return wrong

    def _journal_is_whole(self) -> bool:
        """Every line is in MongoDB once, and the call has one end."""
        with MongoClient(self.system.settings.mongodb_uri()) as mongo:
            lines = list(mongo[DATABASE]["journal"].find({"tenant_id": self.scene.org.tenant_id}, sort=[("seq", 1)]))
        ends = [line["call_id"] for line in lines if line["type"] == "CallEnded"]
        return len(ends) == len(set(ends)) > 0 and [line["seq"] for line in lines] == list(range(1, len(lines) + 1))
