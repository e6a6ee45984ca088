"""What a call wants done. Telephony commands go to the port (telephony.py), the others to the engine.

Every command is safe to repeat: ids are chosen by us, and doing a thing twice ends in the same state.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from call24.kit.ids import CallId, ContactId, DeviceId, LegId, OfferId, QueueId, RecordingId, TenantId, TrunkId, UserId
from call24.queues.model import Disposition
from call24.queues.waiting_call import WaitingCall


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
    """Play prompts one after another; ends once with SoundEnded, also where they cannot be played.

    ``sounds``: names of ours ("greeting") or ids of the organisation's prompts ("prm_...").
    """

    leg: LegId
    tenant_id: TenantId
    playback_id: str
    sounds: tuple[str, ...]


class StopSound(Command, frozen=True, kw_only=True):
    """Cut a prompt short; its SoundEnded follows."""

    leg: LegId
    playback_id: str


class PlayInBridge(Command, frozen=True, kw_only=True):
    """Play to everybody in the bridge; SoundEnded names ``leg``."""

    bridge_id: str
    leg: LegId
    tenant_id: TenantId
    playback_id: str
    sounds: tuple[str, ...]


class StartMusic(Command, frozen=True, kw_only=True):
    leg: LegId
    music: str = "default"


class StopMusic(Command, frozen=True, kw_only=True):
    leg: LegId


class StartTone(Command, frozen=True, kw_only=True):
    """Let an agent hear the ringing tone while the other end is rung."""

    leg: LegId


class StopTone(Command, frozen=True, kw_only=True):
    leg: LegId


class RingAgent(Command, frozen=True, kw_only=True):
    """Ring one device of an agent. ``caller_*`` are filled in by the engine: personal data stays out of the call.

    ``purpose`` (a header for the phone): offer, own_call, callback, consult, monitor, reattach.
    """

    leg: LegId
    device_id: DeviceId
    call_id: CallId
    tenant_id: TenantId
    offer_id: OfferId
    ring_s: int
    auto_answer: bool = False
    purpose: str = "offer"
    caller_number: str = ""
    caller_name: str = ""


class DialOutside(Command, frozen=True, kw_only=True):
    """Ring an outside number over a trunk. ``number`` and ``shown`` (E.164) are filled in by the engine from
    ``contact_id`` or the flow's node, after the toll-fraud protection allowed it. ``limit_s``: after which the network
    itself ends the leg, counted from here, should we be gone by then. ``further``: the trunk before had trouble.
    ``mobile``: the number is ``user_id``'s own mobile number."""

    leg: LegId
    call_id: CallId
    tenant_id: TenantId
    trunk_id: TrunkId
    contact_id: ContactId | None
    shown_id: str | None
    user_id: UserId | None
    ring_s: int
    number: str = ""
    shown: str = ""
    limit_s: int | None = None
    further: bool = False
    mobile: bool = False


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


class SnoopLeg(Command, frozen=True, kw_only=True):
    """Hear what a leg says and hears, in ``bridge_id``; with ``whisper`` its own side (alone) hears that bridge too.

    ``snoop_leg``: the id of the listening channel; it ends with the leg, or by HangUpLeg.
    """

    leg: LegId
    snoop_leg: LegId
    bridge_id: str
    call_id: CallId
    tenant_id: TenantId
    whisper: bool


class SendDigits(Command, frozen=True, kw_only=True):
    """DTMF towards the far end of a leg. ``digits``: of 0-9*#A-D."""

    leg: LegId
    digits: str


class MuteLeg(Command, frozen=True, kw_only=True):
    """Nobody hears what this leg says."""

    leg: LegId


class UnmuteLeg(Command, frozen=True, kw_only=True):
    leg: LegId


class RecordLeg(Command, frozen=True, kw_only=True):
    """Record from now to the leg's end in two channels: left what it says, right what it hears."""

    leg: LegId
    recording_id: RecordingId
    tenant_id: TenantId


class PauseRecording(Command, frozen=True, kw_only=True):
    """Silence in both channels until ResumeRecording; the file goes on."""

    leg: LegId
    recording_id: RecordingId


class ResumeRecording(Command, frozen=True, kw_only=True):
    leg: LegId
    recording_id: RecordingId


class StopRecording(Command, frozen=True, kw_only=True):
    """Nothing more is written of this leg, and nothing starts its recorder again. Also where it is not recorded."""

    leg: LegId


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
    | StopSound
    | PlayInBridge
    | StartMusic
    | StopMusic
    | StartTone
    | StopTone
    | RingAgent
    | DialOutside
    | ConnectLegs
    | PartLeg
    | DropBridge
    | SnoopLeg
    | SendDigits
    | MuteLeg
    | UnmuteLeg
    | RecordLeg
    | PauseRecording
    | ResumeRecording
    | StopRecording
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
    """Stand in a queue, or wait for certain agents. ``first``: joins it now: only then can the queue be full."""

    call: WaitingCall
    first: bool = False


class LeaveQueue(Command, frozen=True, kw_only=True):
    """Nothing where the call does not stand in one."""


class TellPlace(Command, frozen=True, kw_only=True):
    """Ask the desk for the place and the expected wait; PlaceTold follows."""


class ReserveAgent(Command, frozen=True, kw_only=True):
    """Ask the desk for this agent (a consultation); ColleagueReserved or ColleagueBusy follows."""

    agent_id: UserId


class ReleaseAgent(Command, frozen=True, kw_only=True):
    """Tell the desk that this offer is over. ``outcome``: an OfferOutcome of model.py.

    ``queue_id``: whose wrap-up, disposition and auto-pause rules hold (the engine knows them from the call).
    """

    agent_id: UserId
    offer_id: OfferId
    outcome: str
    wrap_up_s: float = 0
    disposition: Disposition = "off"
    pause_after: int = 0


class AgentTaken(Command, frozen=True, kw_only=True):
    """Tell the desk that the offered agent is now on the call. ``own``: it was not offered, but took it over."""

    agent_id: UserId
    offer_id: OfferId
    own: bool = False


class CustomerReached(Command, frozen=True, kw_only=True):
    """An agent talks to this customer: a callback that was promised to it is not needed any more."""


class PromiseCallback(Command, frozen=True, kw_only=True):
    """Open a callback for this caller, who keeps the place of ``since``. One per number; the engine sees to it."""

    queue_id: QueueId
    since: datetime


class AskForKey(Command, frozen=True, kw_only=True):
    """Say to who answered an agent's mobile number who calls and which key takes the call; SoundEnded follows. The
    engine knows the number that is said."""

    leg: LegId
    tenant_id: TenantId
    playback_id: str


EngineCommand = (
    StartTimer
    | StopTimer
    | RequestAgent
    | LeaveQueue
    | TellPlace
    | ReserveAgent
    | ReleaseAgent
    | AgentTaken
    | CustomerReached
    | PromiseCallback
    | AskForKey
)
AnyCommand = TelephonyCommand | EngineCommand
