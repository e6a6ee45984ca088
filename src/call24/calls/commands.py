"""What a call wants done. Telephony commands go to the port (telephony.py), the others to the engine.

Every command is safe to repeat: ids are chosen by us, and doing a thing twice ends in the same state.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from call24.kit.ids import CallId, DeviceId, LegId, OfferId, QueueId, RecordingId, TenantId, UserId


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all commands."""


# --- for the telephone network ---


class TakeLeg(Command, frozen=True, kw_only=True):
    """Stamp a leg with its call, so that a restarted Call24 finds it again."""

    leg: LegId
    call_id: CallId
    tenant_id: TenantId


class AnswerLeg(Command, frozen=True, kw_only=True):
    leg: LegId


class PlaySound(Command, frozen=True, kw_only=True):
    """Play a prompt of ours by its name ("greeting"); ends with SoundEnded, also where it cannot be played."""

    leg: LegId
    playback_id: str
    sound: str


class StartMusic(Command, frozen=True, kw_only=True):
    leg: LegId


class StopMusic(Command, frozen=True, kw_only=True):
    leg: LegId


class RingAgent(Command, frozen=True, kw_only=True):
    """Ring one device of an agent. ``caller_*`` are filled in by the engine: personal data stays out of the call."""

    leg: LegId
    device_id: DeviceId
    call_id: CallId
    tenant_id: TenantId
    offer_id: OfferId
    ring_s: int
    auto_answer: bool = False
    caller_number: str = ""
    caller_name: str = ""


class ConnectLegs(Command, frozen=True, kw_only=True):
    """Make the bridge if needed and put all the legs in."""

    bridge_id: str
    legs: tuple[LegId, ...]


class PartLeg(Command, frozen=True, kw_only=True):
    """Take one leg out of the bridge; it stays alive."""

    bridge_id: str
    leg: LegId


class DropBridge(Command, frozen=True, kw_only=True):
    bridge_id: str


class RecordLeg(Command, frozen=True, kw_only=True):
    """Record from now to the leg's end in two channels: left what it says, right what it hears."""

    leg: LegId
    recording_id: RecordingId
    tenant_id: TenantId


class RecordMessage(Command, frozen=True, kw_only=True):
    """Beep, then record the caller alone; ends by ``#``, silence, the limit, or hang-up, with MessageEnded."""

    leg: LegId
    recording_id: RecordingId
    tenant_id: TenantId
    max_s: int
    silence_s: int


class HangUpLeg(Command, frozen=True, kw_only=True):
    """``cause``: Q.850 (16 normal clearing, 17 busy, 1 unallocated number, 26 answered elsewhere ...)."""

    leg: LegId
    cause: int = 16


TelephonyCommand = (
    TakeLeg
    | AnswerLeg
    | PlaySound
    | StartMusic
    | StopMusic
    | RingAgent
    | ConnectLegs
    | PartLeg
    | DropBridge
    | RecordLeg
    | RecordMessage
    | HangUpLeg
)


# --- for the engine ---


class StartTimer(Command, frozen=True, kw_only=True):
    name: str
    seconds: float


class StopTimer(Command, frozen=True, kw_only=True):
    name: str


class RequestAgent(Command, frozen=True, kw_only=True):
    """Stand in the queue. ``since`` is when the caller first joined it: a failed offer does not cost the place."""

    queue_id: QueueId
    since: datetime
    tried: tuple[UserId, ...] = ()


class LeaveQueue(Command, frozen=True, kw_only=True):
    queue_id: QueueId


class ReleaseAgent(Command, frozen=True, kw_only=True):
    """Tell the desk that this offer is over. ``outcome``: an OfferOutcome of events.py, or "talked"."""

    agent_id: UserId
    offer_id: OfferId
    outcome: str


class AgentTaken(Command, frozen=True, kw_only=True):
    """Tell the desk that the offered agent is now on the call."""

    agent_id: UserId
    offer_id: OfferId


EngineCommand = StartTimer | StopTimer | RequestAgent | LeaveQueue | ReleaseAgent | AgentTaken
AnyCommand = TelephonyCommand | EngineCommand
