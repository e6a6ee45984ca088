"""What a call of ours does with the other side's requests inside the dialog."""

from __future__ import annotations

import pytest

from call24.testphones import sdp
from call24.testphones.customer import Customer, CustomerCall
from call24.testphones.rtp import Silence
from call24.testphones.sip_call import CallFailed
from call24.testphones.sip_dialog import Dialog
from call24.testphones.sip_message import SipMessage, parse, request, response
from call24.testphones.sip_transactions import Transactions


class Audio:
    """Stands where the audio port would be."""

    host, port = "127.0.0.1", 4000
    to: tuple[str, int] | None = None
    stream: object = None
    closed = False

    def send(self, packet: bytes) -> None: ...

    def close(self) -> None:
        self.closed = True


class Rig:
    """One dialled call on a link in memory; `sent` is what the call said to the server."""

    def __init__(self) -> None:
        self.sent: list[SipMessage] = []
        self.audio = Audio()
        self.transactions = Transactions(
            lambda raw: self.sent.append(parse(raw)), lambda message: self.call.take(message), reliable=True
        )
        dialog = Dialog.calling("SIP/2.0/UDP here", "<sip:+1@here>", "<sip:+1@here>", "sip:+2@127.0.0.1:1")
        self.call = CustomerCall(
            Customer(("127.0.0.1", 1), "+1"),
            self.transactions,
            dialog,
            self.audio,
            Silence(),  # type: ignore[arg-type]
        )
        self.call.invite()

    def answer(self, status: int, reason: str = "x", body: str = "", to: int = 0) -> None:
        headers = (("Contact", "<sip:server@127.0.0.1:5060>"),)
        self.transactions.receive(response(self.sent[to], status, reason, headers, body, to_tag="srv").encode())

    def ask(self, method: str, body: str = "", cseq: int = 1) -> SipMessage:
        """Sends a request of the server's, and gives what the call answered."""
        dialog = self.call.dialog
        headers = (
            ("Via", f"SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bK{method}{cseq}"), ("From", dialog.remote),
            ("To", dialog.local), ("Call-ID", dialog.call_id), ("CSeq", f"{cseq} {method}"),
            ("Reason", "Q.850;cause=17"),
        )  # fmt: skip
        self.transactions.receive(request(method, "sip:us@here", headers, body).encode())
        return self.sent[-1]


PLAIN = sdp.plain_audio("127.0.0.1", 7000)


async def test_an_answer_is_acknowledged_and_each_repetition_of_it_too() -> None:
    rig = Rig()
    rig.answer(180)
    rig.answer(200, body=PLAIN)
    rig.answer(200, body=PLAIN)
    assert [message.method for message in rig.sent] == ["INVITE", "ACK", "ACK"]
    assert rig.sent[1].uri == "sip:server@127.0.0.1:5060"
    assert rig.audio.to == ("127.0.0.1", 7000)
    rig.call.hang_up()
    rig.transactions.close()


async def test_a_re_invite_that_holds_is_answered_with_the_other_direction() -> None:
    rig = Rig()
    rig.answer(200, body=PLAIN)
    said = rig.ask("INVITE", sdp.plain_audio("127.0.0.1", 7010, "sendonly"))
    assert said.status == 200
    assert sdp.read_audio(said.body).direction == "recvonly"
    assert rig.call.held
    assert rig.audio.to == ("127.0.0.1", 7010)
    said = rig.ask("INVITE", PLAIN, cseq=2)
    assert sdp.read_audio(said.body).direction == "sendrecv"
    assert not rig.call.held
    assert rig.ask("INVITE", cseq=3).body.startswith("v=0")
    assert rig.ask("INVITE", "v=0\r\nm=video 9 RTP/AVP 96\r\n", cseq=4).status == 488
    rig.call.hang_up()
    rig.transactions.close()


@pytest.mark.parametrize(
    ("method", "status"),
    [("OPTIONS", 200), ("INFO", 200), ("UPDATE", 200), ("REFER", 603), ("CANCEL", 481), ("SUBSCRIBE", 405)],
)
async def test_other_requests_get_a_sane_answer(method: str, status: int) -> None:
    rig = Rig()
    rig.answer(200, body=PLAIN)
    assert rig.ask(method).status == status
    assert rig.call.end is None
    rig.call.hang_up()
    rig.transactions.close()


async def test_a_bye_ends_the_call_with_its_cause() -> None:
    rig = Rig()
    rig.answer(200, body=PLAIN)
    assert rig.ask("BYE").status == 200
    end = await rig.call.ended(1)
    assert (end.by, end.cause, rig.audio.closed) == ("them", 17, True)
    rig.transactions.close()


async def test_giving_up_before_anything_was_heard_cancels_at_the_first_sign() -> None:
    rig = Rig()
    rig.call.hang_up()
    assert [message.method for message in rig.sent] == ["INVITE"]
    rig.answer(100)
    assert rig.sent[-1].method == "CANCEL"
    assert rig.sent[-1].branch == rig.sent[0].branch
    rig.answer(487)
    assert (await rig.call.ended(1)).by == "us"
    with pytest.raises(CallFailed):
        await rig.call.answered(1)
    rig.transactions.close()


async def test_an_answer_that_crosses_the_cancel_is_acknowledged_and_hung_up() -> None:
    rig = Rig()
    rig.answer(180)
    rig.call.hang_up()
    rig.answer(200, body=PLAIN)
    assert [message.method for message in rig.sent] == ["INVITE", "CANCEL", "ACK", "BYE"]
    rig.answer(200, to=3)
    assert (await rig.call.ended(1)).by == "us"
    rig.transactions.close()


async def test_early_audio_is_heard_before_the_answer() -> None:
    rig = Rig()
    rig.answer(183, body=PLAIN)
    assert rig.audio.to == ("127.0.0.1", 7000)
    assert await rig.call.ringing(1)
    rig.answer(486, "Busy Here")
    end = await rig.call.ended(1)
    assert (end.by, end.status, end.reason) == ("them", 486, "Busy Here")
    rig.transactions.close()
