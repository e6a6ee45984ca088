"""What happens to a recorder that runs: silence and sound again, its end, and a fresh start when the leg hears somebody
else.

ARI has no requests for it; Asterisk's manager interface has, by HTTP beside ARI. What is remembered is on the channel
(C24_FILE, C24_PAUSED), so a restarted Call24 goes on with it; a leg without C24_FILE is recorded no more. Starting a
recording is telephony's and the dialplan's.
Source: Asterisk 22, AMI actions MixMonitorMute, StopMixMonitor, MixMonitor; rawman with a session's cookie.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Mapping, Sequence
from typing import Literal

from call24.asterisk.ami import TROUBLE, manager_session
from call24.asterisk.client import AriClient
from call24.kit.ids import LegId

log = logging.getLogger(__name__)

TRIES = 3
AGAIN_S = 0.1
FORGET_S = 0.1

Outcome = Literal["done", "gone", "refused", "away"]
"""gone: the leg has ended. refused: nothing records it (or the login is wrong). away: Asterisk does not answer."""


class _Recorded:
    """A recorded leg: whom it hears alone (None: nobody yet, "": not known), and one thing at a time."""

    def __init__(self, partner: str | None = "") -> None:
        self.partner = partner
        self.turn = asyncio.Lock()


class RecorderSwitch:
    """Holds no connection between two uses: pauses and transfers are rare."""

    def __init__(self, ari: AriClient) -> None:
        self._ari = ari
        self._recorded: dict[LegId, _Recorded] = {}

    async def works(self) -> bool:
        """Whether Asterisk would do what it is told here; said in the log where not."""
        outcome = await self._once(self._muted(LegId("call24-nobody"), "0"))
        if outcome == "gone":  # as it should be: there is no such leg
            return True
        log.critical(
            "recordings cannot be paused: Asterisk's manager interface answered %s; check manager.conf", outcome
        )
        return False

    async def pause(self, leg: LegId) -> Outcome:
        """After "done" both sides are silent in the file until ``resume``. Repeating it is harmless."""
        async with self._of(leg).turn:
            if not await self._noted(leg, "C24_PAUSED"):
                await self._note(leg, "paused")
            return await self._told(leg, self._muted(leg, "1"))

    async def resume(self, leg: LegId) -> Outcome:
        async with self._of(leg).turn:
            if await self._noted(leg, "C24_PAUSED") == "stale":
                outcome = await self._renew(leg)
            else:
                outcome = await self._told(leg, self._muted(leg, "0"))
            await self._note(leg, "")
            return outcome

    async def stop(self, leg: LegId) -> Outcome:
        """For good: what starts recorders again finds no file on the channel. Repeating it is harmless."""
        async with self._of(leg).turn:
            await self._ari.request("POST", f"/channels/{leg}/variable", params={"variable": "C24_FILE", "value": ""})
            self._recorded.pop(leg, None)
            outcome: Outcome = "away"
            for attempt in range(TRIES):
                if attempt:
                    await asyncio.sleep(AGAIN_S)
                await self._once([{"action": "StopMixMonitor", "channel": leg}])
                outcome = await self._once(self._muted(leg, "1"))
                if outcome in ("refused", "gone"):  # there is no recorder to be silenced
                    return "done"
            log.critical("the recording of leg %s could not be stopped: %s", leg, outcome)
            return outcome

    def started(self, leg: LegId, *, fresh: bool) -> None:
        """The leg is recorded from now on; not ``fresh``: it has been for some time."""
        self._recorded.setdefault(leg, _Recorded(None if fresh else ""))

    def records(self, leg: LegId) -> bool:
        return leg in self._recorded

    def keep(self, alive: Collection[LegId]) -> None:
        """Forget all other legs."""
        for leg in self._recorded.keys() - set(alive):
            del self._recorded[leg]

    async def bridged(self, legs: Collection[LegId]) -> None:
        """Who is in a bridge now. A recorded leg that hears somebody else alone needs a new recorder.

        Asterisk takes what a recorded channel hears for late and drops it where the new partner's RTP numbers are lower
        than the last one's, that is after every second transfer, until no recorder is left on the channel (22.10.1;
        also asterisk#507). With three in a bridge the sound is mixed and has no such numbers.
        """
        if len(legs) != 2:
            return
        for leg in [leg for leg in legs if leg in self._recorded]:
            [now] = set(legs) - {leg}
            async with (recorded := self._recorded[leg]).turn:
                if leg not in self._recorded:
                    continue  # stopped meanwhile
                before, recorded.partner = recorded.partner, now
                if before in (None, now):
                    continue
                if await self._noted(leg, "C24_PAUSED"):
                    await self._note(leg, "stale")  # a fresh recorder would not be silent: when the pause is over
                else:
                    await self._renew(leg)

    def _of(self, leg: LegId) -> _Recorded:
        return self._recorded.setdefault(leg, _Recorded())

    async def ensure(self, leg: LegId) -> Outcome:
        """After a restart: the last Call24 may have died just when it had stopped the recorder to start it again."""
        async with self._of(leg).turn:
            paused = bool(await self._noted(leg, "C24_PAUSED"))
            outcome = await self._once(self._muted(leg, "1" if paused else "0"))
            if outcome != "refused" or not (begun := await self._begun(leg)):
                return outcome
            log.error("leg %s should be recorded but is not: its recording is started again", leg)
            return await self._told(leg, [*begun, *self._muted(leg, "1" if paused else "0")])

    async def _renew(self, leg: LegId) -> Outcome:
        begun = await self._begun(leg)
        if not begun:
            return "refused"
        await self._told(leg, [{"action": "StopMixMonitor", "channel": leg}])
        await asyncio.sleep(FORGET_S)
        return await self._told(leg, begun)

    async def _begun(self, leg: LegId) -> list[dict[str, str]]:
        """Into the files that there are."""
        file = await self._noted(leg, "C24_FILE")
        options = f"ar({file}-in.sln)t({file}-out.sln)"
        return [{"action": "MixMonitor", "channel": leg, "options": options}] if file else []

    @staticmethod
    def _muted(leg: LegId, state: str) -> list[dict[str, str]]:
        return [{"action": "MixMonitorMute", "channel": leg, "direction": "both", "state": state}]

    # --- what is remembered on the channel ---

    async def _note(self, leg: LegId, value: str) -> None:
        what = {"variable": "C24_PAUSED", "value": value}
        await self._ari.request("POST", f"/channels/{leg}/variable", params=what)

    async def _noted(self, leg: LegId, variable: str) -> str:
        reply = await self._ari.request("GET", f"/channels/{leg}/variable", params={"variable": variable})
        return str(reply.body.get("value", "")) if reply.ok else ""

    # --- the manager interface ---

    async def _told(self, leg: LegId, actions: Sequence[Mapping[str, str]]) -> Outcome:
        outcome: Outcome = "away"
        for attempt in range(TRIES):
            if attempt:
                await asyncio.sleep(AGAIN_S)
            outcome = await self._once(actions)
            if outcome in ("done", "gone"):
                return outcome
        log.error("recording of leg %s: the command %s failed: %s", leg, actions[-1], outcome)
        return outcome

    async def _once(self, actions: Sequence[Mapping[str, str]]) -> Outcome:
        """All in one session; the outcome is the last one's."""
        said = ""
        try:
            async with manager_session(self._ari) as ask:
                for action in actions:
                    said = await ask(action)
        except TROUBLE:
            return "away"
        if "Response: Success" in said:
            return "done"
        return "gone" if "No such channel" in said else "refused"
