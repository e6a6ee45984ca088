"""SIPp as a customer: rings once, plays a tone, and notes when it saw the answer and the other side's BYE."""

from __future__ import annotations

import asyncio
import re
from datetime import datetime
from pathlib import Path

SCENARIO = """<?xml version="1.0" encoding="ISO-8859-1" ?>
<scenario name="customer">
  <send retrans="500"><![CDATA[
INVITE sip:{dialled}@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: "Sip Pee" <sip:{number}@[local_ip]:[local_port]>;tag=[pid]c[call_number]
To: <sip:{dialled}@[remote_ip]:[remote_port]>
Call-ID: [call_id]
CSeq: 1 INVITE
Contact: <sip:{number}@[local_ip]:[local_port]>
Max-Forwards: 70
Content-Type: application/sdp
Content-Length: [len]

v=0
o=user1 53655765 2353687637 IN IP4 [local_ip]
s=-
c=IN IP4 [media_ip]
t=0 0
m=audio [rtpstream_audio_port] RTP/AVP 0
a=rtpmap:0 PCMU/8000
]]></send>
  <recv response="100" optional="true"/>
  <recv response="180" optional="true"/>
  <recv response="183" optional="true"/>
  <recv response="200" rrs="true"/>
  <send><![CDATA[
ACK [next_url] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: "Sip Pee" <sip:{number}@[local_ip]:[local_port]>;tag=[pid]c[call_number]
[last_To:]
Call-ID: [call_id]
CSeq: 1 ACK
Contact: <sip:{number}@[local_ip]:[local_port]>
Max-Forwards: 70
Content-Length: 0

]]></send>
  <nop><action><exec rtp_stream="{tone},-1,0,PCMU/8000"/></action></nop>
  <recv request="BYE"/>
  <send><![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:]
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0

]]></send>
</scenario>
"""
MESSAGE = re.compile(r"-{10,} (\d{4}-\d\d-\d\d\s\d\d:\d\d:\d\d\.\d{6})[^\n]*\n[^\n]*\n\n(\S+ \S+)")


class Sipp:
    def __init__(self, sip_port: int, dialled: str, number: str, tone: bytes, folder: Path) -> None:
        """``tone``: mu-law, 8 kHz."""
        self._folder = folder / "sipp"
        self._folder.mkdir()
        (self._folder / "tone.ul").write_bytes(tone)
        text = SCENARIO.format(dialled=dialled, number=number, tone=self._folder / "tone.ul")
        (self._folder / "customer.xml").write_text(text)
        self._words = ["sipp", f"127.0.0.1:{sip_port}", "-sf", "customer.xml", "-i", "127.0.0.1", "-mi", "127.0.0.1"]
        self._words += ["-m", "1", "-nostdin", "-timeout", "60", "-trace_msg", "-message_file", "messages.log"]
        self._process: asyncio.subprocess.Process | None = None

    async def dial(self) -> None:
        nowhere = asyncio.subprocess.DEVNULL
        self._process = await asyncio.create_subprocess_exec(
            *self._words, cwd=self._folder, stdin=nowhere, stdout=nowhere, stderr=nowhere
        )

    async def answered_s(self, timeout_s: float = 30.0) -> float:
        """After the call has ended: seconds from the 200 to the BYE, as SIPp saw them."""
        assert self._process is not None
        assert await asyncio.wait_for(self._process.wait(), timeout_s) == 0
        times: dict[str, datetime] = {}
        for at, first in MESSAGE.findall((self._folder / "messages.log").read_text()):
            times.setdefault(first, datetime.fromisoformat(re.sub(r"\s", " ", at)))
        bye = next(at for first, at in times.items() if first.startswith("BYE "))
        return (bye - times["SIP/2.0 200"]).total_seconds()
