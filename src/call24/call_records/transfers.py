"""What happened along a call, of the call record: transfers, answers in menus, who listened, the recording's pauses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from call24.call_records.model import MenuAnswer, MonitoringPart, Pause, RecordingStop, Transfer
from call24.call_records.replay import Turn
from call24.calls import events as e
from call24.kit.ids import QueueId, UserId

_replace = msgspec.structs.replace


def transfers_of(turns: Sequence[Turn]) -> tuple[Transfer, ...]:
    """A queue and a flow are reached at once; an agent when it answers; an outside party when it does."""
    made: list[Transfer] = []
    for turn in turns:
        if made and made[-1].reached is None:
            made[-1] = _replace(made[-1], reached=_reached(made[-1], turn))
        match turn.event:
            case e.CallTransferred() as event:
                made.append(_blind(event, turn.at))
            case e.TransferCompleted() as event:
                party = turn.before.consult_party if turn.before is not None else None
                outside = party.contact_id if party is not None else None
                to, to_id = ("agent", event.to_agent_id) if event.to_agent_id is not None else ("outside", outside)
                done = Transfer(at=turn.at, by=event.agent_id, kind="attended", to=to, to_id=to_id, reached=True)
                made.append(done)
    return tuple(made)


def _blind(event: e.CallTransferred, at: datetime) -> Transfer:
    ways = {
        "agent": event.to_agent_id,
        "queue": event.queue_id,
        "flow": event.flow_id,
        "outside": event.contact_id,
    }
    to = next((way for way, target in ways.items() if target is not None), "outside")
    reached = True if to in {"queue", "flow"} else None
    return Transfer(at=at, by=event.agent_id, kind="blind", to=to, to_id=ways[to], reached=reached)


def _reached(transfer: Transfer, turn: Turn) -> bool | None:
    match turn.event:
        case e.CallForwarded():
            return transfer.to == "outside"
        case e.CallConnected(agent_id=agent_id):
            return transfer.to == "agent" and agent_id == transfer.to_id
        case e.CallQueued(wait=wait) if transfer.to == "agent" and transfer.to_id in wait.agents:
            return None
        case e.CallQueued() | e.NodeEntered() | e.SentToVoicemail() | e.CallClosing() | e.CallEnded():
            return False
    return None


def menu_of(turns: Sequence[Turn]) -> tuple[MenuAnswer, ...]:
    return tuple(
        MenuAnswer(at=turn.at, node_id=turn.event.node_id, answer=turn.event.answer)
        for turn in turns
        if isinstance(turn.event, e.MenuAnswered)
    )


def task_queue_of(turns: Sequence[Turn]) -> QueueId | None:
    """Where the caller left a task, the last time."""
    left = [turn.event.queue_id for turn in turns if isinstance(turn.event, e.TaskRequested)]
    return left[-1] if left else None


def monitors_of(turns: Sequence[Turn]) -> tuple[MonitoringPart, ...]:
    """Each mode of each supervisor; it is over with the call, with the agent segment, and when it takes the call."""
    made: list[MonitoringPart] = []
    for turn in turns:
        here = {monitor.user_id for monitor in turn.call.monitors}
        made = [x if x.until is not None or x.user_id in here else _replace(x, until=turn.at) for x in made]
        if isinstance(turn.event, e.MonitorModeChanged):
            made = [_until(x, turn.event.user_id, turn.at) for x in made]
        if isinstance(turn.event, e.MonitorStarted | e.MonitorModeChanged):
            event = turn.event
            made.append(MonitoringPart(user_id=event.user_id, mode=event.mode, reason=event.reason, since=turn.at))
    return tuple(made)


def _until(one: MonitoringPart, user_id: UserId, at: datetime) -> MonitoringPart:
    return _replace(one, until=at) if one.user_id == user_id and one.until is None else one


def pauses_of(turns: Sequence[Turn]) -> tuple[Pause, ...]:
    """A pause that is not taken back lasts to the end of the call."""
    made: list[Pause] = []
    for turn in turns:
        if isinstance(turn.event, e.RecordingPaused):
            made.append(Pause(since=turn.at, by=turn.event.agent_id))
        elif isinstance(turn.event, e.RecordingFailed) and made and made[-1].until is None:
            made.pop()  # it never fell silent
        elif (
            isinstance(turn.event, e.RecordingResumed | e.RecordingStopped | e.CallEnded)
            and made
            and made[-1].until is None
        ):
            made[-1] = _replace(made[-1], until=turn.at)
    return tuple(made)


def stop_of(turns: Sequence[Turn]) -> RecordingStop | None:
    for turn in turns:
        if isinstance(turn.event, e.RecordingStopped):
            return RecordingStop(at=turn.at, by=turn.event.by, recorded=turn.event.recorded)
    return None
