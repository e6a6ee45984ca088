"""A Call24 in miniature that is killed: takes one call, records it, connects a phone, says so, and waits for its end.

`python -m tests.support.telephony.doomed SETTINGS.json TENANT_ID DEVICE_ID`; prints one line of JSON with the ids when
both are talking.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

from tests.support.telephony.network import Heard, ari_of

from call24.asterisk import AsteriskTelephony
from call24.calls.commands import AnswerLeg, ConnectLegs, RecordLeg, RingAgent, TakeLeg
from call24.calls.signals import LegAnswered, LegArrived, PbxBack
from call24.kit.ids import CallId, DeviceId, LegId, OfferId, RecordingId, TenantId, new_id
from call24.kit.settings import Settings


async def main(settings: Settings, tenant: TenantId, device: DeviceId) -> None:
    telephony = AsteriskTelephony(ari_of(settings))
    heard = Heard(telephony)
    running = asyncio.create_task(telephony.run())
    await heard.next(PbxBack)
    _say("listening")
    caller = (await heard.next(LegArrived, 20)).leg
    agent = LegId(new_id("leg"))
    call, recording = CallId(new_id("call")), RecordingId(new_id("rec"))
    await telephony.perform(TakeLeg(leg=caller, call_id=call, tenant_id=tenant))
    await telephony.perform(AnswerLeg(leg=caller))
    await telephony.perform(RecordLeg(leg=caller, recording_id=recording, tenant_id=tenant))
    offer = OfferId(new_id("off"))
    await telephony.perform(
        RingAgent(leg=agent, device_id=device, call_id=call, tenant_id=tenant, offer_id=offer, ring_s=20)
    )
    await heard.next(LegAnswered, 20, leg=agent)
    await telephony.perform(ConnectLegs(bridge_id=f"bridge_{call}", legs=(caller, agent)))
    ids = {"caller": caller, "agent": agent, "call": call, "tenant": tenant, "recording": recording}
    _say(json.dumps(ids))
    await running


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(Settings.load(Path(sys.argv[1])), TenantId(sys.argv[2]), DeviceId(sys.argv[3])))
