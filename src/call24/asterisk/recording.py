"""Starting what keeps a leg's sound: the recorder of a call, and a message for voicemail.

Silence in a running recording is recorder.py's; what becomes of the files is not known here.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging

from call24.asterisk.legs import Legs
from call24.calls.commands import RecordLeg, RecordMessage
from call24.calls.signals import MessageEnded

log = logging.getLogger(__name__)

HOP_S = 1.0
RECORD_CONTEXT = "call24-record"


async def record(legs: Legs, command: RecordLeg) -> None:
    await legs.order.back(command.leg)
    if command.leg in legs.adopted and await _records(legs, command):
        return
    hop = legs.order.hop(command.leg)
    place = {"context": RECORD_CONTEXT, "extension": command.recording_id, "priority": "1"}
    reply = await legs.ari.request("POST", f"/channels/{command.leg}/continue", params=place)
    if reply.ok:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(HOP_S):
                await hop
            return
        log.error("leg %s did not return from starting its recording in time", command.leg)
    legs.order.end_hop(command.leg)
    await legs.check(command.leg)


async def _records(legs: Legs, command: RecordLeg) -> bool:
    """Whether the recorder runs since before we came: then the leg need not leave its bridge."""
    variable = {"variable": "C24_RECORDING"}
    reply = await legs.ari.request("GET", f"/channels/{command.leg}/variable", params=variable)
    return reply.ok and reply.body.get("value") == command.recording_id


async def record_message(legs: Legs, command: RecordMessage) -> bool:
    """False: Asterisk did not answer, and nobody knows whether it records."""
    name = f"{command.tenant_id}/{command.recording_id}"
    reply = await legs.request(
        command.leg,
        "POST",
        "/record",
        name=name,
        format="wav",
        maxDurationSeconds=str(command.max_s),
        maxSilenceSeconds=str(command.silence_s),
        ifExists="fail",
        beep="true",
        terminateOn="#",
    )
    if reply.ok or reply.away:
        return reply.ok
    live = await legs.ari.request("GET", f"/recordings/live/{name.replace('/', '%2F')}")
    if not live.ok:
        legs.tell(MessageEnded(at=legs.clock.now(), leg=command.leg, recording_id=command.recording_id))
    return True
