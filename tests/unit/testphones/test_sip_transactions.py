"""SIP transactions over links that lose and repeat messages; timers run fast."""

import asyncio

import pytest
from tests.support.wait import wait_until

from call24.testphones import sip_transactions
from call24.testphones.sip_message import SipMessage, parse, request, response
from call24.testphones.sip_transactions import NoAnswer, Transactions, new_branch


def _request(method: str, branch: str | None = None) -> SipMessage:
    return request(
        method, "sip:b@there",
        (("Via", f"SIP/2.0/UDP here;branch={branch or new_branch()}"), ("From", "<sip:a@here>;tag=a"),
         ("To", "<sip:b@there>"), ("Call-ID", "call-1"), ("CSeq", f"1 {method}")),
    )  # fmt: skip


class Link:
    """What one side sent; its requests go to a list."""

    def __init__(self, *, reliable: bool = False) -> None:
        self.sent: list[SipMessage] = []
        self.asked: list[SipMessage] = []
        self.transactions = Transactions(lambda raw: self.sent.append(parse(raw)), self.asked.append, reliable=reliable)

    async def until_sent(self, count: int) -> None:
        await wait_until(lambda: len(self.sent) >= count)


@pytest.fixture(autouse=True)
def _fast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sip_transactions, "T1", 0.005)
    monkeypatch.setattr(sip_transactions, "TIMEOUT_S", 0.1)


async def test_a_request_is_repeated_until_it_is_answered() -> None:
    link = Link()
    asking = asyncio.ensure_future(link.transactions.ask(_request("OPTIONS")))
    await link.until_sent(3)
    link.transactions.receive(response(link.sent[0], 200, "OK").encode())
    assert (await asking).status == 200
    assert len({message.branch for message in link.sent}) == 1
    link.transactions.close()


async def test_a_reliable_link_is_not_told_twice_and_silence_is_an_error() -> None:
    link = Link(reliable=True)
    with pytest.raises(NoAnswer):
        await link.transactions.ask(_request("OPTIONS"))
    assert len(link.sent) == 1
    link.transactions.close()


async def test_a_failed_invite_is_acknowledged_each_time_and_reported_once() -> None:
    link = Link()
    answers: list[SipMessage] = []
    link.transactions.start(_request("INVITE"), answers.append)
    refusal = response(link.sent[0], 486, "Busy Here", to_tag="b").encode()
    link.transactions.receive(refusal)
    link.transactions.receive(refusal)
    assert [answer.status for answer in answers] == [486]
    acks = [message for message in link.sent if message.method == "ACK"]
    assert [ack.branch for ack in acks] == [link.sent[0].branch] * 2
    link.transactions.close()


async def test_a_ringing_invite_outlives_the_timeout_of_an_unheard_one() -> None:
    link = Link()
    answers: list[SipMessage] = []
    link.transactions.start(_request("INVITE"), answers.append)
    link.transactions.receive(response(link.sent[0], 180, "Ringing", to_tag="b").encode())
    await asyncio.sleep(0.15)
    assert [answer.status for answer in answers] == [180]
    link.transactions.start(_request("INVITE"), answers.append)
    await asyncio.sleep(0.15)
    assert [answer.status for answer in answers] == [180, 408]
    link.transactions.close()


async def test_a_repeated_request_gets_the_same_answer_and_is_seen_once() -> None:
    link = Link()
    bye = _request("BYE", "z9hG4bKbye")
    link.transactions.receive(bye.encode())
    link.transactions.respond(link.asked[0], response(link.asked[0], 200, "OK", to_tag="b"))
    link.transactions.receive(bye.encode())
    assert len(link.asked) == 1
    assert [message.status for message in link.sent] == [200, 200]
    link.transactions.close()


async def test_an_answer_to_an_invite_is_repeated_until_it_is_acknowledged() -> None:
    link = Link()
    link.transactions.receive(_request("INVITE").encode())
    link.transactions.respond(link.asked[0], response(link.asked[0], 200, "OK", to_tag="b"))
    await link.until_sent(3)
    link.transactions.receive(_request("ACK").encode())
    count = len(link.sent)
    await asyncio.sleep(0.05)
    assert len(link.sent) == count
    link.transactions.close()


async def test_rubbish_is_counted_and_dropped() -> None:
    link = Link()
    for raw in (b"\r\n\r\n", b"hello", b"INVITE x SIP/2.0\r\n\r\n"):
        link.transactions.receive(raw)
    assert (link.transactions.malformed, link.asked, link.sent) == (2, [], [])
