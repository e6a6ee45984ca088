"""Sorts Asterisk's messages to the traces that are on: each to the call that it is of, or away.

What is of no trace's call is dropped when it comes, but for the first messages of an incoming call (held.py). What is
kept of a message is decided in redaction.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from call24.journal.model import Entry
from call24.kit.ids import CallId
from call24.sip_traces.dialog import Dialog
from call24.sip_traces.held import HELD_MAX, HELD_S, Held, HeldMessage
from call24.sip_traces.hep import Packet
from call24.sip_traces.legs import CallLegs, Channel, channel_of
from call24.sip_traces.model import Address, SipTrace, TracedMessage
from call24.sip_traces.redaction import kept_of
from call24.sip_traces.sip_messages import SipMessage, messages_of

MESSAGES_FIRST, MESSAGES_LAST = 400, 100
"""Of a call: the first stay, and the last turn."""
_BUFFERS = 64
_CUTS = 4
"""Buffers of which what was cut is kept for the next message in them, until the next tick."""


class CutByCallId(NamedTuple):
    """`lost`: whether there was something that could not be cut."""

    messages: Mapping[str, Sequence[SipMessage]]
    lost: bool


class Capture:
    """`now`: the loop's clock; `websocket_ports`: where each message comes in a frame of its own."""

    def __init__(self, now: Callable[[], float], websocket_ports: Iterable[int]) -> None:
        self._now = now
        self.websocket_ports = frozenset(websocket_ports)
        self._held = Held()
        self._legs: list[CallLegs] = []
        self._by_call_id: dict[str, CallLegs] = {}
        """By the SIP Call-ID."""
        self._unclaimed: dict[str, tuple[float, Channel]] = {}
        """Callers whose call the journal has not told yet, by their leg."""
        self._said: dict[str, set[int]] = {}
        """Of each Call-ID hashes of what was said, to tell what is sent again."""
        self._buffers: dict[tuple[object, ...], None] = {}
        self._cuts: dict[tuple[object, ...], CutByCallId] = {}

    def begin(self, trace: SipTrace) -> None:
        self._legs.append(CallLegs(trace))

    def end(self, trace: SipTrace) -> None:
        for legs in [one for one in self._legs if one.trace is trace]:
            self._legs.remove(legs)
            legs.trace.missed += legs.lacks_the_caller
            for call_id in legs.dialogs:
                self._by_call_id.pop(call_id, None)
                self._said.pop(call_id, None)
        if not self._waiting():
            self._held.clear()
        if not self._legs:
            self._unclaimed.clear()
            self._buffers.clear()
            self._cuts.clear()

    def tick(self) -> None:
        self._cuts.clear()
        self._held.drop_old(self._now())
        for leg in [leg for leg, (came, _) in self._unclaimed.items() if came <= self._now() - HELD_S]:
            del self._unclaimed[leg]

    def _waiting(self) -> bool:
        return any(legs.trace.state == "waiting" for legs in self._legs)

    # --- whose is what ---

    def matched(self, trace: SipTrace, call_id: CallId) -> None:
        trace.state, trace.call_id = "capturing", call_id

    def follow(self, entry: Entry) -> None:
        """An event of a traced call."""
        for legs in self._legs:
            if legs.trace.call_id == entry.call_id and legs.trace.wish.tenant_id == entry.tenant_id:
                legs.follow(entry)
                if entry.type == "CallArrived" and (found := self._unclaimed.pop(str(entry.body["leg"]), None)):
                    self._claim(legs, found[1])
        if not self._waiting():
            self._held.clear()

    def heard(self, event: Mapping[str, Any]) -> None:
        """An event of ARI."""
        channel = channel_of(event)
        if channel is None:
            return
        if event.get("type") == "ChannelDestroyed":
            self._unclaimed.pop(channel.leg, None)
        elif not channel.call_id:
            if self._waiting() and len(self._unclaimed) < HELD_MAX:
                self._unclaimed[channel.leg] = (self._now(), channel)
        else:
            for legs in self._legs:
                if legs.trace.call_id == channel.call_id:
                    self._claim(legs, channel)

    def _claim(self, legs: CallLegs, channel: Channel) -> None:
        if channel.sip_call_id in self._by_call_id:
            return
        dialog = legs.claim(channel)
        if dialog is None:
            return
        self._by_call_id[channel.sip_call_id] = legs
        held = self._held.take(channel.sip_call_id)
        if len({_beginning(one) for one in held if _begins(one.message)}) > 1:
            dialog.closed = True  # two calls with one Call-ID
            legs.trace.missed += len(held)
            for one in held:
                legs.hidden.read(one.message, by_caller=one.message.status is None)
            return
        if not held and not dialog.made:
            dialog.begins_until = self._now() + HELD_S  # the event came before the message
        for one in held:
            self._keep(legs, dialog, one)

    # --- messages ---

    def take(self, packet: Packet) -> None:
        legs = self._by_call_id.get(packet.call_id)
        waiting = self._waiting()
        if legs is None and not waiting:
            return
        buffer = (packet.source, packet.target, packet.at, hash(packet.payload))
        if packet.stream and self._seen((packet.call_id, *buffer)):
            return
        cut = self._cut(packet, buffer)
        theirs = cut.messages.get(packet.call_id, ())
        if legs is not None and (cut.lost or not theirs):
            legs.trace.missed += 1
        for message in theirs:
            one = HeldMessage(self._now(), packet.at, packet.source, packet.target, message)
            if legs is not None:
                self._keep(legs, legs.dialogs[packet.call_id], one)
            else:
                self._held.put(one)

    def _cut(self, packet: Packet, buffer: tuple[object, ...]) -> CutByCallId:
        """Asterisk gives one buffer for each message in it: it is cut once."""
        if (known := self._cuts.get(buffer)) is not None:
            return known
        framed = not packet.stream or bool({packet.source[1], packet.target[1]} & self.websocket_ports)
        cut = messages_of(packet.payload, framed=framed)
        messages: dict[str, list[SipMessage]] = {}
        for message in cut.messages:
            messages.setdefault(message.call_id, []).append(message)
        made = CutByCallId(messages, cut.lost)
        if len(cut.messages) > 1:
            self._cuts[buffer] = made
            while len(self._cuts) > _CUTS:
                del self._cuts[next(iter(self._cuts))]
        return made

    def _seen(self, key: tuple[object, ...]) -> bool:
        """Whether a buffer was looked at for this Call-ID."""
        if key in self._buffers:
            return True
        self._buffers[key] = None
        while len(self._buffers) > _BUFFERS:
            del self._buffers[next(iter(self._buffers))]
        return False

    def _keep(self, legs: CallLegs, dialog: Dialog, one: HeldMessage) -> None:
        trace, message = legs.trace, one.message
        if not dialog.begun and one.came > dialog.begins_until:
            dialog.closed = True
        if not dialog.take(message, one.source, one.target):
            if not dialog.begun or dialog.closed:  # its first message was before the trace, or did not come
                trace.missed += 1
            return
        sent = dialog.sent(one.source, one.target)
        caller = None if dialog.made or dialog.phone else dialog.side_of_caller(message)
        legs.hidden.read(message, by_caller=caller is not None and not sent and message.status is None)
        kept = kept_of(message, trace.wish.tenant_id, legs.hidden, phone=dialog.phone, caller=caller)
        traced = TracedMessage(
            seq=trace.messages[-1].seq + 1 if trace.messages else 1,
            at=one.at,
            source="call24" if sent else dialog.lane,
            target=dialog.lane if sent else "call24",
            line=kept.line,
            cseq=kept.cseq,
            sip_call_id=kept.sip_call_id,
            sender=kept.sender,
            receiver=kept.receiver,
            media=kept.media,
            again=self._again(message, one.source),
            size=message.size,
        )
        trace.messages.append(traced)
        if len(trace.messages) > MESSAGES_FIRST + MESSAGES_LAST:
            del trace.messages[MESSAGES_FIRST]
            trace.left_out += 1

    def _again(self, message: SipMessage, source: Address) -> bool:
        said = self._said.setdefault(message.call_id, set())
        words = hash((source, message.first, message.branch, message.cseq, message.to_tag))
        found = words in said
        if len(said) < MESSAGES_FIRST + MESSAGES_LAST:
            said.add(words)
        return found


def _beginning(one: HeldMessage) -> tuple[object, ...]:
    """Alike for the first INVITE of a call and its repetitions: a proxy that brings it back turns the direction."""
    return one.source, one.target, one.message.target, one.message.from_tag


def _begins(message: SipMessage) -> bool:
    return message.status is None and message.method == "INVITE" and not message.to_tag
