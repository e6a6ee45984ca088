"""What a call's command means to its tenant's desk. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

import msgspec

from call24.agents import machine as agents
from call24.calls import commands as c
from call24.calls.model import Call
from call24.engine.desk import Join, Leave, Message, PlaceRequest, Reserve, SessionRequest
from call24.queues.waiting_call import WaitingCall

DeskCommand = c.RequestAgent | c.LeaveQueue | c.TellPlace | c.ReserveAgent | c.ReleaseAgent | c.AgentTaken


def message_of(call: Call, command: DeskCommand, now: datetime) -> Message:
    match command:
        case c.RequestAgent():
            return Join(_stamped(command.call, now), first=command.first)
        case c.LeaveQueue():
            return Leave(call.id)
        case c.TellPlace():
            return PlaceRequest(call.id)
        case c.ReserveAgent(agent_id=agent_id):
            return Reserve(call.id, agent_id)
        case c.ReleaseAgent():
            over = agents.OfferOver(
                at=now,
                offer_id=command.offer_id,
                outcome=command.outcome,
                wrap_up_s=command.wrap_up_s,
                disposition=command.disposition,
                pause_after=command.pause_after,
                queue_id=call.queue_id,
            )
            return SessionRequest(command.agent_id, over)
        case c.AgentTaken(agent_id=agent_id, offer_id=offer_id, own=True):
            return SessionRequest(agent_id, agents.OwnCallStarted(at=now, call_id=call.id, offer_id=offer_id))
        case c.AgentTaken(agent_id=agent_id, offer_id=offer_id):
            return SessionRequest(agent_id, agents.CallTaken(at=now, call_id=call.id, offer_id=offer_id))
        case _:
            assert_never(command)


def _stamped(call: WaitingCall, now: datetime) -> WaitingCall:
    """A second try is counted from here: the network's clock may differ from ours."""
    return msgspec.structs.replace(call, tried_at=now) if call.tried else call
