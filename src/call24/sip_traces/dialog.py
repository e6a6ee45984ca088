"""Which messages are of one leg's dialog. Pure.

A Call-ID alone does not tell: a carrier that only proxies may bring our own outgoing call back to another number here,
another organisation's perhaps, with the same Call-ID and the same tags. So a message is taken by its transaction
(branch) or its tags, and by the direction that these have on this leg.
Source: RFC 3261 8.2.6, 12.2.2 and 17 (branch and CSeq match an answer to its request).
"""

from __future__ import annotations

import math
from typing import Literal

from call24.sip_traces.model import Address, SipLane
from call24.sip_traces.sip_messages import SipMessage

BRANCHES_MAX = 200


class Dialog:
    """Of one leg. `made`: we ring this party; else it rang us. `phone`: it is a person's phone."""

    def __init__(self, lane: SipLane, *, made: bool, phone: bool) -> None:
        self.lane, self.made, self.phone = lane, made, phone
        self.closed = False
        """Whether it takes nothing any more: another call may have the same Call-ID, not to be told from it."""
        self.begins_until = math.inf
        """By the loop's clock. An INVITE that comes later may be a fork's next one, to another organisation."""
        self._ours: Address | None = None
        self._theirs: Address | None = None
        self._caller_tag = ""
        """Of who began the dialog."""
        self._callee_tags = set[str]()
        self._asked_for = 0
        """The hash of whom it asks for: the number itself is not kept."""
        self._branches = dict[str, bool]()
        """Of each request that was taken, and whether we sent it."""

    @property
    def begun(self) -> bool:
        return self._ours is not None

    def sent(self, source: Address, target: Address) -> bool:
        """Whether we sent what went from one to the other: the first INVITE told who is who."""
        if not self.begun:
            return self.made
        return target == self._theirs or (source != self._theirs and source == self._ours)

    def side_of_caller(self, message: SipMessage) -> Literal["from", "to"]:
        """Where who began the dialog stands in a message of it."""
        return "from" if message.from_tag == self._caller_tag else "to"

    def take(self, message: SipMessage, source: Address, target: Address) -> bool:
        """Whether it is of this dialog."""
        sent = self.sent(source, target)
        if self.closed or not message.branch:
            return False
        if message.status is not None:
            return self._answer(message, sent)
        if not self.begun:
            return self._begins(message, source, target)
        return self._request(message, sent)

    def _begins(self, message: SipMessage, source: Address, target: Address) -> bool:
        if message.method != "INVITE" or message.to_tag or not message.from_tag:
            return False
        self._ours, self._theirs = (source, target) if self.made else (target, source)
        self._caller_tag, self._asked_for = message.from_tag, hash(message.target)
        return self._add(message, self.made)

    def _request(self, message: SipMessage, sent: bool) -> bool:
        by_caller = sent == self.made
        if self._branches.get(message.branch) == sent and message.method in ("INVITE", "ACK", "CANCEL"):
            return not by_caller or message.from_tag == self._caller_tag
        if not message.to_tag:
            again = message.method == "INVITE" and by_caller and hash(message.target) == self._asked_for
            return again and message.from_tag == self._caller_tag and self._add(message, sent)
        mine, other = (message.from_tag, message.to_tag) if by_caller else (message.to_tag, message.from_tag)
        return mine == self._caller_tag and other in self._callee_tags and self._add(message, sent)

    def _answer(self, message: SipMessage, sent: bool) -> bool:
        """To a request of the other direction."""
        if self._branches.get(message.branch) is not (not sent):
            return False
        to_caller = sent != self.made
        if to_caller and message.from_tag != self._caller_tag:
            return False
        if to_caller and message.to_tag and message.method == "INVITE":
            self._callee_tags.add(message.to_tag)
        return True

    def _add(self, message: SipMessage, sent: bool) -> bool:
        if len(self._branches) < BRANCHES_MAX:
            self._branches[message.branch] = sent
        return True
