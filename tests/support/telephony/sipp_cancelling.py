"""SIPp as callers who think better of it at once: each sends CANCEL right after the 100 Trying."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

_SAME = """Via: SIP/2.0/[transport] [local_ip]:[local_port];branch={branch}
From: <sip:+4420794[field0]@[local_ip]:[local_port]>;tag=[pid]c[call_number]
To: <sip:{dialled}@[remote_ip]:[remote_port]>[peer_tag_param]
Call-ID: [call_id]
Max-Forwards: 70
"""
SCENARIO = """<?xml version="1.0" encoding="ISO-8859-1" ?>
<scenario name="cancelling">
  <send retrans="500"><![CDATA[
INVITE sip:{dialled}@[remote_ip]:[remote_port] SIP/2.0
{INVITE}CSeq: 1 INVITE
Contact: <sip:caller@[local_ip]:[local_port]>
Content-Type: application/sdp
Content-Length: [len]

v=0
o=user1 53655765 2353687637 IN IP4 [local_ip]
s=-
c=IN IP4 [media_ip]
t=0 0
m=audio 40000 RTP/AVP 0
a=rtpmap:0 PCMU/8000
]]></send>
  <recv response="100"/>
  <send retrans="500"><![CDATA[
CANCEL sip:{dialled}@[remote_ip]:[remote_port] SIP/2.0
{CANCEL}CSeq: 1 CANCEL
Content-Length: 0

]]></send>
  <recv response="180" optional="true"/>
  <recv response="183" optional="true"/>
  <recv response="200" optional="true"/>
  <recv response="487"/>
  <send><![CDATA[
ACK sip:{dialled}@[remote_ip]:[remote_port] SIP/2.0
{ACK}CSeq: 1 ACK
Content-Length: 0

]]></send>
</scenario>
"""
BRANCHES = {"INVITE": "[branch]", "CANCEL": "[branch-2]", "ACK": "[branch-7]"}
"""Of the INVITE, so many lines of the scenario before."""


@asynccontextmanager
async def cancelling(
    sip_port: int, dialled: str, address: str, folder: Path, *, count: int, per_s: int
) -> AsyncIterator[None]:
    """`count` callers from `address`, each with a number of its own, ring while this lasts. SIPp does not end by itself
    where one answer overtook another."""
    scenario = SCENARIO
    for method, branch in BRANCHES.items():
        scenario = scenario.replace(f"{{{method}}}", _SAME.replace("{branch}", branch))
    (folder / "cancelling.xml").write_text(scenario.replace("{dialled}", dialled))
    (folder / "callers.csv").write_text("SEQUENTIAL\n" + "".join(f"{60000 + at}\n" for at in range(count)))
    process = await asyncio.create_subprocess_exec(
        "sipp", f"127.0.0.1:{sip_port}", "-sf", "cancelling.xml", "-inf", "callers.csv", "-i", address,
        "-default_behaviors", "-abortunexp", "-m", str(count), "-r", str(per_s), "-nostdin", "-timeout", "30",
        cwd=folder, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
