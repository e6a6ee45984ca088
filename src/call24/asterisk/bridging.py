"""Who hears whom: bridges, listening in, muting, digits towards the far end."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Sequence

from call24.asterisk import translate
from call24.asterisk.client import AriClient, AriReply
from call24.asterisk.legs import APP, Legs
from call24.calls.commands import SendDigits, SnoopLeg
from call24.kit.ids import LegId

log = logging.getLogger(__name__)

JOIN_TRIES, JOIN_AGAIN_S = 5, 0.3
MAKE_TRIES, MAKE_AGAIN_S = 100, 0.02
_DIGITS = re.compile(r"[0-9*#A-D]{1,64}")
NO_SUCH_LEG = 3


async def connect(legs: Legs, bridge_id: str, members: Sequence[LegId]) -> None:
    """For some milliseconds after Asterisk has answered that a bridge is dropped, nobody can be put into it, and yet
    its id is taken (seen with 22.10.1): then it is made a moment later. Without that, a supervisor who chose another
    way of listening heard nothing more in 4 of 70 tries.
    """
    for leg in members:
        await legs.order.back(leg)
    add = f"/bridges/{bridge_id}/addChannel"
    for _ in range(MAKE_TRIES):
        joining = await _joining(legs, bridge_id, members)
        if not joining:
            return
        reply = await legs.ari.request("POST", add, params={"channel": ",".join(joining)})
        if reply.ok or reply.away:
            return
        if not _is_dropped(reply):
            break
        await asyncio.sleep(MAKE_AGAIN_S)
    for leg in joining:
        await _join(legs, add, leg)


def _is_dropped(reply: AriReply) -> bool:
    said = reply.body.get("message", "") if isinstance(reply.body, dict) else ""
    return reply.status in (404, 409) and said.startswith("Bridge not")


async def _joining(legs: Legs, bridge_id: str, members: Sequence[LegId]) -> list[LegId]:
    """Those of the members that are to be put into the bridge, which is made if need be.

    A leg's translator takes frames with lower RTP numbers than those before for late ones, and drops them (seen with
    22.10.1). So one who stays while the other of two is replaced would hear nothing of whoever counts from a lower
    number: both are put in, which Asterisk does by taking out who is there, and all translators are new.

    Where more than two are together, who is in the bridge must stay: while a bridge of three becomes one of two and of
    three again, a numbered frame can come into a leg's new translator to mu-law, and the mixer's own frames, which
    have no number, would be late from then on (seen in 1 of 120 conferences; in none of 698 since).
    """
    place = f"/bridges/{bridge_id}"
    made = await legs.ari.request("POST", place, params={"type": "mixing"})
    if made.ok or made.away:
        return list(members)
    there = await legs.ari.request("GET", place)
    inside = set(there.body["channels"]) if there.ok else set()
    missing = [leg for leg in members if leg not in inside]
    two = len(inside | set(members)) <= 2
    return list(members) if missing and two else missing


async def _join(legs: Legs, add: str, leg: LegId) -> None:
    """One that is gone must not keep the others out; one that is elsewhere for a moment is asked for again."""
    for _ in range(JOIN_TRIES):
        reply = await legs.ari.request("POST", add, params={"channel": leg})
        if reply.ok or reply.away:
            return
        await legs.check(leg)
        if leg not in legs.alive:
            return
        await asyncio.sleep(JOIN_AGAIN_S)
    log.warning("leg %s could not be added to its bridge: Asterisk answered %s %s", leg, reply.status, reply.body)


async def part(legs: Legs, bridge_id: str, leg: LegId) -> None:
    await legs.ari.request("POST", f"/bridges/{bridge_id}/removeChannel", params={"channel": leg})


async def ours(ari: AriClient) -> tuple[str, ...]:
    """The ids of all bridges that a Call24 has made."""
    reply = await ari.request("GET", "/bridges")
    rows = (reply.body or []) if reply.ok else []
    return tuple(row["id"] for row in rows if row["id"].startswith("brg-"))


async def drop(legs: Legs, bridge_id: str) -> None:
    await legs.ari.request("DELETE", f"/bridges/{bridge_id}")


async def snoop(legs: Legs, command: SnoopLeg) -> None:
    """The listening channel is stamped like a leg of the call, so that a restarted Call24 finds it."""
    await legs.order.back(command.leg)
    way = {"spy": "both", "whisper": "out" if command.whisper else "none", "app": APP, "appArgs": translate.SNOOP}
    reply = await legs.ari.request("POST", f"/channels/{command.leg}/snoop/{command.snoop_leg}", params=way)
    if reply.away:
        return
    if not reply.ok and not (await legs.ari.request("GET", f"/channels/{command.snoop_leg}")).ok:
        if reply.gone:
            legs.lost(command.leg)
        legs.gone(command.snoop_leg, NO_SUCH_LEG)
        return
    legs.alive.add(command.snoop_leg)
    legs.follow(command.snoop_leg)
    await connect(legs, command.bridge_id, (command.snoop_leg,))  # by then it is in the application, as a stamp needs
    await legs.stamp(command.snoop_leg, command.call_id, command.tenant_id)


async def send_digits(legs: Legs, command: SendDigits) -> None:
    if _DIGITS.fullmatch(command.digits):
        await legs.request(command.leg, "POST", "/dtmf", dtmf=command.digits)


async def mute(legs: Legs, leg: LegId) -> None:
    await legs.request(leg, "POST", "/mute", direction="in")


async def unmute(legs: Legs, leg: LegId) -> None:
    await legs.request(leg, "DELETE", "/mute", direction="in")
