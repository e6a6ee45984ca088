"""Messages whose call is not known go after two seconds, whether or not anything else happens."""

from __future__ import annotations

from call24.sip_traces.held import Held, HeldMessage
from call24.sip_traces.sip_messages import messages_of


def invite(call_id: str, came: float) -> HeldMessage:
    [message] = messages_of(
        f"INVITE sip:x@y SIP/2.0\r\nFrom: <sip:a@b>;tag=a\r\nTo: <sip:x@y>\r\nCall-ID: {call_id}\r\n"
        "CSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n".encode(),
        framed=False,
    ).messages
    return HeldMessage(came, came, ("192.0.2.9", 5060), ("127.0.0.1", 5060), message)


def test_what_comes_shows_out_what_is_too_old() -> None:
    held = Held()
    for call_id, came in (("a", 0.0), ("b", 0.5), ("a", 1.9), ("c", 2.0)):
        assert held.put(invite(call_id, came))
    assert len(held) == 2 and not held.take("a")
    assert held.take("b") and held.take("c") and len(held) == 0
