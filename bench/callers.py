"""Callers: SIPp in a process of its own rings a number at a steady rate, talks for a while and hangs up.

What it saw (calls that went well or not, and INVITE -> 200 of each) is read from the files that it leaves.
"""

from __future__ import annotations

import asyncio
import csv
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

MEDIA_PORTS = (12000, 19998)
NUMBERS = 2000
"""So many different callers, in turn: as in life, many have rung before."""

SCENARIO = """<?xml version="1.0" encoding="ISO-8859-1" ?>
<scenario name="caller">
  <send retrans="500" start_rtd="answer"><![CDATA[
INVITE sip:{dialled}@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:[field0]@[local_ip]:[local_port]>;tag=[pid]c[call_number]
To: <sip:{dialled}@[remote_ip]:[remote_port]>
Call-ID: [call_id]
CSeq: 1 INVITE
Contact: <sip:[field0]@[local_ip]:[local_port]>
Max-Forwards: 70
Content-Type: application/sdp
Content-Length: [len]

v=0
o=user1 53655765 2353687637 IN IP4 [local_ip]
s=-
c=IN IP4 [media_ip]
t=0 0
m=audio {port} RTP/AVP 0
a=rtpmap:0 PCMU/8000
]]></send>
  <recv response="100" optional="true"/>
  <recv response="180" optional="true"/>
  <recv response="183" optional="true"/>
  <recv response="200" rtd="answer" rrs="true"/>
  <send><![CDATA[
ACK [next_url] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:[field0]@[local_ip]:[local_port]>;tag=[pid]c[call_number]
[last_To:]
Call-ID: [call_id]
CSeq: 1 ACK
Contact: <sip:[field0]@[local_ip]:[local_port]>
Max-Forwards: 70
Content-Length: 0

]]></send>
{sound}
{end}
</scenario>
"""
HANGS_UP = """
  <pause milliseconds="{talk_ms}"/>
  <send retrans="500"><![CDATA[
BYE [next_url] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:[field0]@[local_ip]:[local_port]>;tag=[pid]c[call_number]
[last_To:]
Call-ID: [call_id]
CSeq: 2 BYE
Max-Forwards: 70
Content-Length: 0

]]></send>
  <recv response="200"/>"""
IS_HUNG_UP = """
  <recv request="BYE"/>
  <send><![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:]
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0

]]></send>"""
SOUND = '  <nop><action><exec rtp_stream="{tone},-1,0,PCMU/8000"/></action></nop>'


@dataclass
class Seen:
    """What the callers saw. `answer_ms`: INVITE -> 200 of each call."""

    well: int
    failed: int
    took_s: float
    retransmitted: int = 0
    answer_ms: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Load:
    """`calls` at `rate` a second, each with `talk_s` of talk; with `sound` each sends RTP.

    `hangs_up`: else the other side does, and `talk_s` is the longest that is waited for it.
    """

    calls: int
    rate: float
    talk_s: float
    sound: bool = True
    hangs_up: bool = True

    @property
    def longest_s(self) -> float:
        return self.calls / self.rate + self.talk_s + 30


async def ring(sip_port: int, dialled: str, load: Load, *, address: str = "127.0.0.1") -> Seen:
    """Runs one load to its end. `address`: where the callers ring from."""
    with tempfile.TemporaryDirectory(prefix="c24-callers-") as folder:
        loop = asyncio.get_running_loop()
        began = loop.time()
        process = await _start(Path(folder), sip_port, dialled, load, address)
        try:
            await asyncio.wait_for(process.wait(), load.longest_s + 10)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        return _seen(Path(folder), loop.time() - began)


async def _start(folder: Path, sip_port: int, dialled: str, load: Load, address: str) -> asyncio.subprocess.Process:
    sound = SOUND.format(tone=folder / "tone.ul") if load.sound else ""
    port = "[rtpstream_audio_port]" if load.sound else "[media_port]"
    end = HANGS_UP.format(talk_ms=round(load.talk_s * 1000)) if load.hangs_up else IS_HUNG_UP
    text = SCENARIO.format(dialled=dialled, port=port, sound=sound, end=end)
    (folder / "caller.xml").write_text(text)
    (folder / "tone.ul").write_bytes(bytes(0x80 + (step * 7) % 64 for step in range(8000)))
    (folder / "numbers.csv").write_text("SEQUENTIAL\n" + "".join(f"+44207946{n:04d}\n" for n in range(NUMBERS)))
    words = ["sipp", f"127.0.0.1:{sip_port}", "-sf", "caller.xml", "-inf", "numbers.csv", "-i", address, "-mi", address]
    words += ["-m", str(load.calls), "-r", str(max(1, round(load.rate * 10))), "-rp", "10000", "-l", "2000"]
    words += ["-min_rtp_port", str(MEDIA_PORTS[0]), "-max_rtp_port", str(MEDIA_PORTS[1]), "-nostdin"]
    words += ["-timeout", str(round(load.longest_s)), "-trace_stat", "-stf", "stat.csv", "-fd", "1"]
    words += ["-trace_rtt", "-rtt_freq", "1"]
    nowhere = asyncio.subprocess.DEVNULL
    return await asyncio.create_subprocess_exec(*words, cwd=folder, stdin=nowhere, stdout=nowhere, stderr=nowhere)


def _seen(folder: Path, took_s: float) -> Seen:
    last = list(csv.DictReader((folder / "stat.csv").open(), delimiter=";"))[-1]
    return Seen(
        well=int(last["SuccessfulCall(C)"]),
        failed=int(last["FailedCall(C)"]),
        took_s=round(took_s, 2),
        retransmitted=int(last["Retransmissions(C)"]),
        answer_ms=list(_answers(folder)),
    )


def _answers(folder: Path) -> Iterator[float]:
    for file in folder.glob("caller_*_rtt.csv"):
        for row in list(csv.reader(file.open(), delimiter=";"))[1:]:
            yield float(row[1])
