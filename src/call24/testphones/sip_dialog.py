"""One SIP dialog, either way round: who, where to, which number next; and how it ended.

Sends nothing itself and holds no timers. Source: RFC 3261, section 12.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field

from call24.testphones.sip_message import SipMessage, address, parameter, request
from call24.testphones.sip_transactions import new_branch


@dataclass(frozen=True, slots=True)
class CallEnd:
    """How a call was over: `by` "us" or "them"; `status` of the failed INVITE (0 after an answered call).

    `cause` is the Q.850 cause of the Reason header, where the other side gave one. `at` is seconds since the epoch.
    """

    by: str
    status: int
    reason: str
    cause: int | None
    at: float


@dataclass(slots=True)
class Dialog:
    """`via` is our Via without its branch; `contact` our Contact; `target` where requests go."""

    via: str
    contact: str
    local: str
    remote: str
    call_id: str
    target: str
    routes: list[str] = field(default_factory=list)
    cseq: int = 0

    @classmethod
    def calling(cls, via: str, contact: str, local: str, to: str) -> Dialog:
        local = f"{local};tag={secrets.token_hex(6)}"
        return cls(via, contact, local, f"<{to}>", secrets.token_hex(12), to)

    @classmethod
    def called(cls, invite: SipMessage, via: str, contact: str) -> Dialog:
        local = f"{invite.header('To') or ''};tag={secrets.token_hex(6)}"
        target = address(invite.header("Contact") or "")
        dialog = cls(via, contact, local, invite.header("From") or "", invite.call_id, target)
        dialog.routes = invite.all("Record-Route")
        return dialog

    @property
    def local_tag(self) -> str:
        return parameter(self.local, "tag") or ""

    def establish(self, answer: SipMessage) -> None:
        """Takes the other side's tag, contact and route set from its response to our INVITE."""
        self.remote = answer.header("To") or self.remote
        self.routes = [*reversed(answer.all("Record-Route"))]
        self.refresh(answer)

    def refresh(self, message: SipMessage) -> None:
        contact = message.header("Contact")
        if contact:
            self.target = address(contact)

    def request(
        self, method: str, headers: tuple[tuple[str, str], ...] = (), body: str = "", cseq: int | None = None
    ) -> SipMessage:
        """The next request of ours; an ACK is given the number of its INVITE."""
        if cseq is None:
            self.cseq += 1
            cseq = self.cseq
        fixed = (
            ("Via", f"{self.via};branch={new_branch()};rport"), ("Max-Forwards", "70"), ("From", self.local),
            ("To", self.remote), ("Call-ID", self.call_id), ("CSeq", f"{cseq} {method}"), ("Contact", self.contact),
            *(("Route", route) for route in self.routes),
        )  # fmt: skip
        return request(method, self.target, (*fixed, *headers), body)

    def owns(self, message: SipMessage) -> bool:
        to = parameter(message.header("To") or "", "tag")
        return message.call_id == self.call_id and to == self.local_tag


def q850_cause(message: SipMessage) -> int | None:
    """The cause of a `Reason: Q.850;cause=16` header. Source: RFC 3326."""
    for reason in message.all("Reason"):
        found = re.search(r"Q\.850\s*;.*?cause\s*=\s*(\d+)", reason, re.IGNORECASE)
        if found:
            return int(found.group(1))
    return None
