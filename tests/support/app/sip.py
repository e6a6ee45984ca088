"""The SIP messages that a phone sees from its PBX: just enough for one registration and one call at a time."""

from __future__ import annotations

import re
from dataclasses import dataclass

_FINGERPRINT = ":".join(["AB"] * 32)
# No media will flow: the address is a dead end, and nobody has the key of this fingerprint.
OFFER_SDP = "".join(
    line + "\r\n"
    for line in (
        "v=0",
        "o=- 1 1 IN IP4 127.0.0.1",
        "s=-",
        "c=IN IP4 127.0.0.1",
        "t=0 0",
        "a=group:BUNDLE 0",
        "m=audio 9 UDP/TLS/RTP/SAVPF 0 101",
        "a=mid:0",
        "a=setup:actpass",
        "a=rtcp-mux",
        "a=ice-ufrag:abcd",
        "a=ice-pwd:abcdefghijklmnopqrstuv12",
        f"a=fingerprint:sha-256 {_FINGERPRINT}",
        "a=rtpmap:0 PCMU/8000",
        "a=rtpmap:101 telephone-event/8000",
        "a=sendrecv",
    )
)


def header(message: str, name: str) -> str:
    found = re.search(rf"^{name}: (.*?)\r?$", message, re.M)
    assert found is not None, f"no {name} in {message[:80]}"
    return found[1]


def registered(request: str) -> str:
    """200 for a REGISTER."""
    same = "".join(f"{name}: {header(request, name)}\r\n" for name in ("Via", "From", "Call-ID", "CSeq"))
    contact = re.sub(r";expires=\d+", "", header(request, "Contact"))
    return (
        f"SIP/2.0 200 OK\r\n{same}To: {header(request, 'To')};tag=registrar\r\n"
        f"Contact: {contact};expires=120\r\nContent-Length: 0\r\n\r\n"
    )


def answered(request: str) -> str:
    """200 for an OPTIONS."""
    same = "".join(f"{name}: {header(request, name)}\r\n" for name in ("Via", "From", "Call-ID", "CSeq"))
    return f"SIP/2.0 200 OK\r\n{same}To: {header(request, 'To')};tag=pbx\r\nContent-Length: 0\r\n\r\n"


@dataclass
class Dialogue:
    """One call to the phone at `contact`; `to` gets the phone's tag once it has answered."""

    number: int
    contact: str
    to: str

    def request(self, method: str, *, headers: str = "", body: str = "") -> str:
        sequence = 2 if method == "BYE" else 1
        return (
            f"{method} {self.contact} SIP/2.0\r\n"
            f"Via: SIP/2.0/WSS pbx.test;branch=z9hG4bK{self.number}{method}\r\n"
            "Max-Forwards: 70\r\nFrom: <sip:call24@call24>;tag=pbx\r\n"
            f"To: {self.to}\r\nCall-ID: dialogue-{self.number}\r\nCSeq: {sequence} {method}\r\n"
            f"Contact: <sip:pbx@call24;transport=ws>\r\n{headers}Content-Length: {len(body)}\r\n\r\n{body}"
        )

    def invite(self, call_id: str, offer_id: str, auto: bool, purpose: str = "") -> str:
        headers = f"X-Call24-Call: {call_id}\r\nX-Call24-Offer: {offer_id}\r\nContent-Type: application/sdp\r\n"
        if purpose:
            headers += f"X-Call24-Purpose: {purpose}\r\n"
        if auto:
            headers += "X-Call24-Answer: auto\r\n"
        return self.request("INVITE", headers=headers, body=OFFER_SDP)
