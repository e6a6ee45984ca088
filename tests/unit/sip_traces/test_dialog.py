"""A message is of a leg's dialog by its transaction, its tags and its direction: a Call-ID alone does not tell."""

from __future__ import annotations

from call24.sip_traces.dialog import Dialog
from call24.sip_traces.held import HELD_BYTES_MAX, HELD_EACH, HELD_MAX, HELD_S, Held, HeldMessage
from call24.sip_traces.sip_messages import SipMessage, messages_of

US, CARRIER = ("127.0.0.1", 5060), ("192.0.2.9", 5060)


def message(first: str, branch: str, ours: str, theirs: str = "", cseq: str = "1 INVITE", pad: int = 0) -> SipMessage:
    text = (
        f"{first}\r\nVia: SIP/2.0/UDP x;branch={branch}\r\nFrom: <sip:a@b>;tag={ours}\r\n"
        f"To: <sip:c@d>{f';tag={theirs}' if theirs else ''}\r\nCall-ID: one\r\nCSeq: {cseq}\r\nX: {'x' * pad}\r\n\r\n"
    )
    return messages_of(text.encode(), framed=True).messages[0]


INVITE = message("INVITE sip:+4420@x SIP/2.0", "b1", "A")


def test_a_call_from_its_first_message_to_its_last() -> None:
    dialog = Dialog("customer", made=False, phone=False)
    assert dialog.take(INVITE, CARRIER, US) and dialog.take(INVITE, CARRIER, US)
    for first in ("SIP/2.0 100 Trying", "SIP/2.0 200 OK"):
        assert dialog.take(message(first, "b1", "A", "T" if "200" in first else ""), US, CARRIER)
    assert dialog.take(message("ACK sip:x SIP/2.0", "b2", "A", "T", "1 ACK"), CARRIER, US)
    assert dialog.take(message("BYE sip:x SIP/2.0", "b3", "T", "A", "7 BYE"), US, CARRIER)
    assert dialog.take(message("SIP/2.0 200 OK", "b3", "T", "A", "7 BYE"), CARRIER, US)
    assert dialog.sent(US, CARRIER) and not dialog.sent(CARRIER, US)


def test_our_own_call_that_a_proxy_brings_back_to_another_number_is_not_of_it() -> None:
    """The same Call-ID, the same tags, the same two addresses; only branches and directions differ."""
    ours = Dialog("other", made=True, phone=False)
    assert ours.take(INVITE, US, CARRIER)
    back = message("INVITE sip:+4499@x SIP/2.0", "p1", "A")
    others = [
        (back, CARRIER, US),
        (message("SIP/2.0 180 Ringing", "p1", "A", "T"), US, CARRIER),
        (message("SIP/2.0 200 OK", "p1", "A", "T"), US, CARRIER),
    ]
    assert [one for one in others if ours.take(*one)] == []
    assert ours.take(message("SIP/2.0 200 OK", "b1", "A", "T"), CARRIER, US)
    later = [
        (message("ACK sip:x SIP/2.0", "p2", "A", "T", "1 ACK"), CARRIER, US),
        (message("BYE sip:x SIP/2.0", "p3", "T", "A", "7 BYE"), US, CARRIER),
        (message("SIP/2.0 200 OK", "p3", "T", "A", "7 BYE"), CARRIER, US),
    ]
    assert [one for one in later if ours.take(*one)] == []
    assert ours.take(message("ACK sip:x SIP/2.0", "b2", "A", "T", "1 ACK"), US, CARRIER)
    assert ours.take(message("BYE sip:x SIP/2.0", "b3", "T", "A", "7 BYE"), CARRIER, US)


def test_another_call_with_the_same_call_id_is_not_of_it() -> None:
    dialog = Dialog("customer", made=False, phone=False)
    assert dialog.take(INVITE, CARRIER, US)
    other = message("INVITE sip:+4499@x SIP/2.0", "b9", "A")
    assert not dialog.take(other, CARRIER, US)
    assert not dialog.take(message("SIP/2.0 200 OK", "b9", "A", "Z"), US, CARRIER)
    assert not dialog.take(message("BYE sip:x SIP/2.0", "b8", "A", "Z", "2 BYE"), CARRIER, US)
    assert dialog.take(message("INVITE sip:+4420@x SIP/2.0", "b2", "A", cseq="2 INVITE"), CARRIER, US)  # after a 401
    assert dialog.take(message("SIP/2.0 200 OK", "b2", "A", "T", "2 INVITE"), US, CARRIER)
    assert not dialog.take(message("BYE sip:x SIP/2.0", "b7", "Q", "T", "3 BYE"), CARRIER, US)


def test_a_dialog_begins_with_an_invite() -> None:
    for first, tag in (("OPTIONS sip:x SIP/2.0", ""), ("INVITE sip:x SIP/2.0", "T"), ("SIP/2.0 200 OK", "")):
        assert not Dialog("customer", made=False, phone=False).take(message(first, "b1", "A", tag), CARRIER, US)


def held(call_id: str, came: float, first: str = "INVITE sip:x SIP/2.0", pad: int = 0) -> HeldMessage:
    one = message(first, "b1", "A", pad=pad)
    headers = tuple((name, call_id if name == "call-id" else value) for name, value in one.headers)
    return HeldMessage(came, 0.0, CARRIER, US, one._replace(headers=headers))


def test_little_is_held_and_not_for_long() -> None:
    store = Held()
    for first in ("REGISTER sip:x SIP/2.0", "OPTIONS sip:x SIP/2.0", "SIP/2.0 200 OK"):
        assert not store.put(held("x", 0, first))
    for number in range(HELD_EACH + 5):
        assert store.put(held("busy", 0)) == (number < HELD_EACH)
    for number in range(HELD_MAX + 100):
        assert store.put(held(f"call {number}", 1.0))
    assert len(store) <= HELD_MAX and not store.take("busy") and store.take(f"call {HELD_MAX}")
    store.drop_old(1.0 + HELD_S)
    assert len(store) == 0
    for number in range(200):
        store.put(held(f"big {number}", 2.0, pad=30_000))
    assert 0 < len(store) <= HELD_BYTES_MAX // 30_000
