"""Which SIP dialogs are of a trace's call: from the journal its legs, from ARI's events each leg's Call-ID."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from call24.journal.model import Entry
from call24.kit.sip_names import own_id_of, owner_of
from call24.sip_traces.dialog import Dialog
from call24.sip_traces.hidden import Hidden
from call24.sip_traces.model import SipLane, SipTrace

MADE = "leg_"
"""Begins the ids of channels that we make and dial."""
DIALOGS_MAX = 60
_ASIDE = ("ConsultRung", "MonitorStarted")


class Channel(NamedTuple):
    """What an event of ARI says of a leg. `call_id` and `tenant_id`: as it is stamped; empty before it is taken."""

    leg: str
    sip_call_id: str
    endpoint: str
    call_id: str
    tenant_id: str


def channel_of(event: Mapping[str, Any]) -> Channel | None:
    """None for an event without a channel of SIP. Raises: nothing, whatever it holds."""
    found = event.get("channel")
    if not isinstance(found, dict) or not found.get("protocol_id"):
        return None
    stamps = found.get("channelvars")
    stamps = stamps if isinstance(stamps, dict) else {}
    return Channel(
        leg=str(found.get("id")),
        sip_call_id=str(found["protocol_id"]),
        endpoint=str(found.get("name")).partition("/")[2].rpartition("-")[0],
        call_id=str(stamps.get("C24_CALL") or ""),
        tenant_id=str(stamps.get("C24_TENANT") or ""),
    )


class CallLegs:
    """Of one trace."""

    def __init__(self, trace: SipTrace) -> None:
        self.trace = trace
        self.dialogs: dict[str, Dialog] = {}
        """By Call-ID."""
        self.hidden = Hidden(numbers=trace.wish.numbers)
        self._lanes: dict[str, SipLane] = {}
        self._came = False
        """Whether somebody rang: that leg's dialog begins with an INVITE that comes in."""

    def follow(self, entry: Entry) -> None:
        """An event of the call."""
        body = entry.body
        if entry.type == "CallArrived":
            self._came = True
            if body.get("contact_id") is None:  # withheld, or a number that is nobody's: of the engine nobody learns it
                self.hidden.caller_withheld = True
        if entry.type == "CallArrived" or (entry.type == "OutsideDialled" and body.get("purpose") == "customer"):
            self._lanes[str(body["leg"])] = "customer"
        elif entry.type in _ASIDE:
            for leg in body.get("legs") or ():
                self._lanes[str(leg["leg"])] = "other"

    @property
    def lacks_the_caller(self) -> bool:
        """Whether somebody rang, and nothing of it was seen."""
        return self._came and not any(one.begun or one.closed for one in self.dialogs.values() if not one.made)

    def claim(self, channel: Channel) -> Dialog | None:
        """The dialog of a leg of this call, new or known; None for one that is not of its organisation."""
        owner = owner_of(channel.endpoint)
        if owner not in (None, self.trace.wish.tenant_id) or channel.tenant_id not in ("", self.trace.wish.tenant_id):
            return None
        if channel.sip_call_id not in self.dialogs:
            if len(self.dialogs) >= DIALOGS_MAX:
                return None
            phone = own_id_of(channel.endpoint).startswith("dev_")
            lane = self._lanes.get(channel.leg, "agent" if phone else "other")
            made = channel.leg.startswith(MADE)
            self.dialogs[channel.sip_call_id] = Dialog(lane, made=made, phone=phone)
        return self.dialogs[channel.sip_call_id]
