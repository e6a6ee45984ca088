"""Who knocks at the SIP port by hand: whole requests, broken ones, and what is answered, byte by byte."""

from __future__ import annotations

import asyncio
import random
import secrets
import time
from types import TracebackType

METHODS = ("REGISTER", "INVITE", "OPTIONS", "SUBSCRIBE", "MESSAGE", "NOTIFY", "REFER", "UPDATE", "INFO", "PUBLISH")
RETRY_S = 1.0
SDP = (
    "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
    "m=audio 40000 RTP/AVP 0 101\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\na=sendrecv\r\n"
)


class Knocker(asyncio.DatagramProtocol):
    """A UDP socket of this machine's; `answer` waits for what comes back to one request."""

    def __init__(self, port: int, address: str = "127.0.0.66") -> None:
        self.port, self.address = port, address
        self._waiting: dict[str, asyncio.Future[bytes]] = {}

    async def __aenter__(self) -> Knocker:
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=(self.address, 0))
        self.local = f"{self.address}:{self._transport.get_extra_info('sockname')[1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._transport.close()

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        for call_id, waiting in self._waiting.items():
            if call_id.encode() in data and not waiting.done() and not data.startswith(b"SIP/2.0 1"):
                waiting.set_result(data)

    def error_received(self, exc: Exception) -> None:
        """Nobody listens: what waits runs into its time-out."""

    def send(self, packet: bytes) -> None:
        self._transport.sendto(packet, ("127.0.0.1", self.port))

    def request(
        self, method: str, user: str, call_id: str = "", more: str = "", body: str = "", sender: str = ""
    ) -> bytes:
        call_id = call_id or secrets.token_hex(8)
        target = "sip:call24" if method == "REGISTER" else f"sip:{user}@call24"
        lines = [
            f"{method} {target} SIP/2.0",
            f"Via: SIP/2.0/UDP {self.local};branch=z9hG4bK{secrets.token_hex(6)};rport",
            "Max-Forwards: 70",
            f"From: {sender or f'<sip:{user}@call24>'};tag={secrets.token_hex(4)}",
            f"To: <sip:{user}@call24>",
            f"Call-ID: {call_id}",
            f"CSeq: 1 {method}",
            f"Contact: <sip:{user}@{self.local}>",
            *([more] if more else []),
            *(["Content-Type: application/sdp"] if body else []),
            f"Content-Length: {len(body)}",
        ]
        return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()

    async def answer(
        self, method: str, user: str, more: str = "", body: str = "", wait_s: float = 5.0, sender: str = ""
    ) -> bytes:
        """The final answer. Raises: TimeoutError."""
        return (await self.timed(method, user, more, body, wait_s, sender))[0]

    async def timed(
        self, method: str, user: str, more: str = "", body: str = "", wait_s: float = 5.0, sender: str = ""
    ) -> tuple[bytes, float]:
        """The final answer, and the seconds until it."""
        call_id = secrets.token_hex(8)
        waiting = self._waiting[call_id] = asyncio.get_running_loop().create_future()
        packet = self.request(method, user, call_id, more, body, sender)
        began = time.perf_counter()
        try:
            async with asyncio.timeout(wait_s):
                while not waiting.done():  # the way may have been full: sent again, as SIP does (RFC 3261 17.1)
                    self.send(packet)
                    await asyncio.wait({waiting}, timeout=RETRY_S)
            return waiting.result(), time.perf_counter() - began
        finally:
            del self._waiting[call_id]


# --- broken ones ---

ODD = (
    b"", b"\0", b"\r\n", b"\r\n\r\n", b"%s%n%x", b"A" * 5000, b"-1", b"4294967296", b"99999999999999999999", b"<", b">",
    b'"', b"<sip:>", b"sip:", b"sips:@", b";;;", b"=?utf-8?B?", b"\xff\xfe", b"\xc0\xaf", b"\xed\xa0\x80", b"[::1]",
    b"[[[[", b"sip:a@" + b"b." * 300, b";lr" * 400, b",".join([b"<sip:a@b>"] * 200), b"..", b"/../", b"${EXTEN}",
    b"'--", b"\t \t", b"tel:+1;phone-context=", b"SIP/3.0", b"z9hG4bK", b"0x7fffffff", b"1e309",
)  # fmt: skip
HEADERS = (
    b"Route", b"Record-Route", b"Via", b"Contact", b"Authorization", b"Proxy-Authorization", b"Require", b"Supported",
    b"Replaces", b"Refer-To", b"Session-Expires", b"Event", b"Expires", b"Content-Encoding", b"Identity", b"Diversion",
    b"P-Asserted-Identity", b"Path", b"RAck", b"If-Match", b"Date", b"Accept", b"Content-Disposition", b"MIME-Version",
)  # fmt: skip


def broken(whole: bytes, dice: random.Random) -> bytes:
    """A request with one to four faults: of bytes, lines, values, lengths, the order, or the body."""
    packet = whole
    for _ in range(dice.choice((1, 1, 2, 4))):
        packet = dice.choice(FAULTS)(packet, dice)
    return packet[:65_000]


def _flip(packet: bytes, dice: random.Random) -> bytes:
    changed = bytearray(packet or b"\0")
    for _ in range(dice.randint(1, 12)):
        changed[dice.randrange(len(changed))] = dice.randrange(256)
    return bytes(changed)


def _cut(packet: bytes, dice: random.Random) -> bytes:
    return packet[: dice.randrange(len(packet) + 1)]


def _lines(packet: bytes, dice: random.Random) -> bytes:
    head, end, body = packet.partition(b"\r\n\r\n")
    rows = head.split(b"\r\n")
    at = dice.randrange(len(rows))
    match dice.randrange(6):
        case 0:
            del rows[at]
        case 1:
            rows.insert(at, rows[at])
        case 2:
            rows[at:] = dice.sample(rows[at:], len(rows) - at)
        case 3:
            rows[at] = rows[at].replace(b": ", b":\r\n\t ", 1)
        case 4:
            rows.insert(at, dice.choice(HEADERS) + b": " + dice.choice(ODD))
        case _:
            rows[at:at] = [dice.choice(HEADERS) + b": " + dice.choice(ODD)] * dice.choice((20, 200))
    return b"\r\n".join(rows) + end + body


def _value(packet: bytes, dice: random.Random) -> bytes:
    head, end, body = packet.partition(b"\r\n\r\n")
    rows = head.split(b"\r\n")
    at = dice.randrange(len(rows))
    words = rows[at].split(b" ") if at == 0 else [rows[at].partition(b":")[0] + b":", rows[at].partition(b":")[2]]
    words[dice.randrange(len(words))] = dice.choice(ODD)
    rows[at] = b" ".join(words)
    return b"\r\n".join(rows) + end + body


def _piece(packet: bytes, dice: random.Random) -> bytes:
    at = dice.randrange(len(packet) + 1)
    return packet[:at] + dice.choice(ODD) + packet[at + dice.randrange(20) :]


def _body(packet: bytes, dice: random.Random) -> bytes:
    head, end, body = packet.partition(b"\r\n\r\n")
    rows = body.split(b"\r\n")
    rows[dice.randrange(len(rows))] = dice.choice(
        (b"m=audio 70000 RTP/AVP", b"c=IN IP6 ::", b"a=rtpmap:", b"v=", b"m=")
    )
    rows *= dice.choice((1, 1, 30))
    return head + end + b"\r\n".join(rows) + dice.choice(ODD)


FAULTS = (_flip, _cut, _lines, _lines, _value, _value, _piece, _body)
