"""Whether a carrier's leg may be sent sound: where to is what the other side's SDP says, and that may be any address.

Asked once a leg is answered, before it is played anything; it is hung up where sound may not go there. What a carrier
names later, by a re-INVITE or in the ACK, is not looked at. Where SIP goes to: kit/sip_targets.py.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from call24.asterisk import translate
from call24.asterisk.legs import Legs
from call24.kit.ids import LegId
from call24.kit.sip_targets import SipTarget

log = logging.getLogger(__name__)

REJECTED = 21  # Q.850: call rejected

MayHear = Callable[[str, SipTarget], bool]
"""By which way a call came or goes (the sender's address, or a trunk's name at Asterisk), and where its sound goes.
Without a way (""): whether sound may go there by each."""


class SoundTargets:
    """`may_hear`: None asks nothing."""

    def __init__(self, legs: Legs, may_hear: MayHear | None) -> None:
        self._legs, self._may_hear = legs, may_hear

    async def let(self, leg: LegId) -> bool:
        """Whether it may go on; else it is being hung up."""
        if self._may_hear is None or (place := await self._place(leg)) is None:
            return True
        if self._may_hear("", place):  # nearly always: a request less
            return True
        way = await self._way(leg)
        if self._may_hear(way, place):
            return True
        log.warning(
            "a call over %s is hung up: its audio would go to %s, which is not allowed for carriers", way, place.address
        )
        await self._legs.ari.request("DELETE", f"/channels/{leg}", params={"reason_code": str(REJECTED)})
        return False

    async def _place(self, leg: LegId) -> SipTarget | None:
        asked = {"variable": "CHANNEL(rtp,dest)"}
        reply = await self._legs.ari.request("GET", f"/channels/{leg}/variable", params=asked)
        address, _, port = str((reply.body or {}).get("value", "") if reply.ok else "").rpartition(":")
        return SipTarget(address.strip("[]"), int(port)) if address and port.isdigit() and port != "0" else None

    async def _way(self, leg: LegId) -> str:
        reply = await self._legs.ari.request("GET", f"/channels/{leg}")
        if not reply.ok:
            return ""
        stamps = reply.body.get("channelvars") or {}
        return translate.trunk_of(str(reply.body.get("name") or ""), stamps.get("C24_SOURCE") or "")
