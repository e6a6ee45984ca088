"""Agents' phones over plain UDP, all played by one SIPp: for loads that Python's phones could not carry.

The phones that Call24 pushed are replaced in Asterisk by ones with a fixed address; both systems ring the same ones.
"""

from __future__ import annotations

import asyncio
import contextlib
import csv
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

from tests.support.telephony.plain_phones import push

from bench.callers import MEDIA_PORTS
from bench.rig import Rig

SCENARIO = """<?xml version="1.0" encoding="ISO-8859-1" ?>
<scenario name="agent">
  <recv request="INVITE" crlf="true"/>
  <send><![CDATA[
SIP/2.0 180 Ringing
[last_Via:]
[last_From:]
[last_To:];tag=[pid]uas[call_number]
[last_Call-ID:]
[last_CSeq:]
Contact: <sip:[local_ip]:[local_port];transport=[transport]>
Content-Length: 0

]]></send>
  <send retrans="500"><![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:];tag=[pid]uas[call_number]
[last_Call-ID:]
[last_CSeq:]
Contact: <sip:[local_ip]:[local_port];transport=[transport]>
Content-Type: application/sdp
Content-Length: [len]

v=0
o=user1 53655765 2353687637 IN IP4 [local_ip]
s=-
c=IN IP4 [media_ip]
t=0 0
m=audio {port} RTP/AVP 0
a=rtpmap:0 PCMU/8000
a=sendrecv
]]></send>
  <recv request="ACK" crlf="true"/>
{sound}
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
SOUND = '  <nop><action><exec rtp_stream="{tone},-1,0,PCMU/8000"/></action></nop>'


class PlainPhones:
    """Counts, as SIPp does, the calls that were answered and hung up properly, and those that were not."""

    def __init__(self, statistics: Path, pid: int) -> None:
        self._statistics = statistics
        self.pid = pid

    def well(self) -> int:
        return self._count("SuccessfulCall(C)")

    def failed(self) -> int:
        return self._count("FailedCall(C)")

    def _count(self, column: str) -> int:
        rows = list(csv.DictReader(self._statistics.open(), delimiter=";"))
        return int(rows[-1][column]) if rows else 0


@contextlib.asynccontextmanager
async def plain_phones(rig: Rig, *, sound: bool = False) -> AsyncIterator[PlainPhones]:
    port = rig.system.settings.http_port + 90
    await push(rig.system, {phone["username"]: port for phone in rig.phones})
    with tempfile.TemporaryDirectory(prefix="c24-phones-") as name:
        folder = Path(name)
        (folder / "tone.ul").write_bytes(bytes(0x80 + (step * 11) % 64 for step in range(8000)))
        media = "[rtpstream_audio_port]" if sound else "[media_port]"
        stream = SOUND.format(tone=folder / "tone.ul") if sound else ""
        (folder / "agent.xml").write_text(SCENARIO.format(port=media, sound=stream))
        words = ["sipp", "-sf", "agent.xml", "-i", "127.0.0.1", "-mi", "127.0.0.1", "-p", str(port), "-nostdin"]
        words += ["-min_rtp_port", str(MEDIA_PORTS[1] + 2), "-max_rtp_port", "20998"]
        words += ["-trace_stat", "-stf", "stat.csv", "-fd", "1"]
        nowhere = asyncio.subprocess.DEVNULL
        process = await asyncio.create_subprocess_exec(
            *words, cwd=folder, stdin=nowhere, stdout=nowhere, stderr=nowhere
        )
        try:
            yield PlainPhones(folder / "stat.csv", process.pid)
        finally:
            process.kill()
            await process.wait()
