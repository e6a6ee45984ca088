"""A conversation, its recording, messages, and the end of a call."""

from __future__ import annotations

from call24.calls.events.base import CallEvent
from call24.calls.model import EndedBy, StoppedBy
from call24.kit.ids import DeviceId, LegId, OfferId, RecordingId, UserId
from call24.tenants.model import StoppedRecording


class CallConnected(CallEvent, frozen=True, kw_only=True):
    """The customer and an agent are connected. Of a call that an agent began, and of a callback: CustomerAnswered comes
    before. ``recording_id``: of a recording that begins here."""

    offer_id: OfferId
    agent_id: UserId
    leg: LegId
    device_id: DeviceId
    recording_id: RecordingId | None


class CallHeld(CallEvent, frozen=True, kw_only=True):
    """The agent put the customer on hold, who hears music."""

    agent_id: UserId


class CallResumed(CallEvent, frozen=True, kw_only=True):
    """The agent took the customer back from hold, or from a consultation that was cancelled."""

    agent_id: UserId


class AgentMuted(CallEvent, frozen=True, kw_only=True):
    """The agent's microphone is muted in the call."""

    agent_id: UserId


class AgentUnmuted(CallEvent, frozen=True, kw_only=True):
    """The agent is heard again."""

    agent_id: UserId


class ReattachStarted(CallEvent, frozen=True, kw_only=True):
    """The agent's device is rung again after its page was reloaded; the old leg stays until the new one is up."""

    leg: LegId
    device_id: DeviceId


class ReattachFailed(CallEvent, frozen=True, kw_only=True):
    """The agent's new leg did not come up. Where the old one is up still, the conversation goes on there."""

    leg: LegId


class AgentLegLost(CallEvent, frozen=True, kw_only=True):
    """The old leg went away while the agent's new one is still on its way."""

    leg: LegId


class AgentReattached(CallEvent, frozen=True, kw_only=True):
    """The agent's new leg is up and has replaced the old one."""

    leg: LegId
    device_id: DeviceId


class RecordingStarted(CallEvent, frozen=True, kw_only=True):
    """The agent started a recording. A recording from the beginning is named by CallConnected."""

    recording_id: RecordingId
    agent_id: UserId


class RecordingDeclined(CallEvent, frozen=True, kw_only=True):
    """The customer has said no since the call began: it is not recorded from here on. ``reason``: as CallArrived has
    it."""

    reason: str


class RecordingPaused(CallEvent, frozen=True, kw_only=True):
    """The recording is silent from here on. ``agent_id`` None: the queue that the call came to never records."""

    agent_id: UserId | None


class RecordingFailed(CallEvent, frozen=True, kw_only=True):
    """The recorder did not do what it was told. ``what``: start (nothing is recorded), pause (it still records)."""

    what: str


class RecordingResumed(CallEvent, frozen=True, kw_only=True):
    """The recording goes on. ``agent_id`` None: by itself, when its time was up."""

    agent_id: UserId | None


class RecordingStopped(CallEvent, frozen=True, kw_only=True):
    """The customer does not want the call recorded, whether it was until then or not. Nothing records it again.

    ``recorded``: what becomes of what was recorded until then.
    """

    by: StoppedBy
    recorded: StoppedRecording


class SentToVoicemail(CallEvent, frozen=True, kw_only=True):
    """The customer hears the voicemail prompt. ``reason``: flow, or why the queue was left. ``prompt``: what is said
    instead of the usual."""

    reason: str
    prompt: str | None = None


class MessageStarted(CallEvent, frozen=True, kw_only=True):
    """The voicemail prompt is over, and the customer's message is recorded."""

    recording_id: RecordingId


class CallEnded(CallEvent, frozen=True, kw_only=True):
    """The call is over. ``cause``: Q.850 of the leg that ended first, 0 if not known.

    ``found_missing``: we saw the end only afterwards. ``reason``: why the system ended it, where it did; ``user_id``:
    the supervisor who did.
    """

    ended_by: EndedBy
    cause: int
    found_missing: bool = False
    reason: str | None = None
    user_id: UserId | None = None
