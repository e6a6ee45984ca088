"""The telephony port on a real Asterisk: each command as ARI requests, each event as one signal, in order.

What a command asks of ARI is in dialling, sounds, bridging, recording and recorder; which legs are alive in legs.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import TypeVar, assert_never

import msgspec

from call24.asterisk import bridging, dialling, recording, translate
from call24.asterisk.client import AriClient, Event
from call24.asterisk.legs import Legs
from call24.asterisk.mixmonitor import RecorderSwitch
from call24.asterisk.sound_targets import MayHear, SoundTargets
from call24.asterisk.sounds import TONE, Sounds
from call24.calls import commands as c
from call24.calls.signals import (
    LegAnswered,
    LegArrived,
    LegEnded,
    LegRinging,
    LiveLeg,
    MessageEnded,
    PbxAway,
    PbxBack,
    PbxSeen,
    RecorderTrouble,
    SoundEnded,
)
from call24.calls.telephony import SignalSink
from call24.kit.clock import Clock, SystemClock
from call24.kit.ids import LegId, RecordingId
from call24.kit.sip_names import own_id_of

log = logging.getLogger(__name__)

HANGING_UP_S = 0.2
RECORD_TRIES, RECORD_AGAIN_S = 3, 1.0
REFUSED = 21  # Q.850: call rejected
LATE = timedelta(minutes=3)
"""For so long a caller may have been in the dialplan before we hear of it (``call24-away``)."""

Dated = TypeVar("Dated", bound=translate.FromAsterisk | None)
Sounding = c.PlaySound | c.StopSound | c.PlayInBridge | c.StartMusic | c.StopMusic | c.StartTone | c.StopTone
Recorded = c.RecordLeg | c.RecordMessage | c.PauseRecording | c.ResumeRecording | c.StopRecording
Bridging = c.ConnectLegs | c.PartLeg | c.DropBridge | c.SnoopLeg | c.SendDigits | c.MuteLeg | c.UnmuteLeg


async def _nothing() -> bool:
    return True


class AsteriskTelephony:
    """``run`` it for as long as the process lives.

    ``prompts``: the folder of the organisations' prompts, as in `Sounds`. ``may_record`` is asked before each recorder
    is started: where it says no, the call goes on unrecorded; ``may_hear`` before a carrier's leg is played anything:
    see sound_targets.py. ``on_connect`` is awaited after each connect before ``PbxBack``
    (phones and trunks are pushed there; False: Asterisk is away again); ``on_replaced`` is told once when another
    Call24 took over this Asterisk: from then on no command is done and no signal comes.
    """

    def __init__(
        self,
        ari: AriClient,
        *,
        clock: Clock | None = None,
        prompts: PurePath | None = None,
        may_record: Callable[[RecordingId], bool] = lambda _: True,
        may_hear: MayHear | None = None,
        on_connect: Callable[[], Awaitable[bool]] = _nothing,
        on_replaced: Callable[[], None] = lambda: None,
    ) -> None:
        self._ari = ari
        self._clock = clock or SystemClock()
        self._legs = Legs(ari, self._clock)
        self._sounds = Sounds(self._legs, prompts)
        self._switch = RecorderSwitch(ari)
        self._may_record = may_record
        self._sound_targets = SoundTargets(self._legs, may_hear)
        self._on_connect = on_connect
        self._on_replaced = on_replaced
        self._up: bool | None = None

    @property
    def is_up(self) -> bool:
        return self._up is True

    async def _recorder_ensured(self, leg: LegId) -> None:
        await self._legs.order.back(leg)
        await self._switch.ensure(leg)

    async def can_pause(self) -> bool:
        """Whether recordings could be paused now; an external Asterisk may lack what it takes."""
        return await self._switch.works()

    def subscribe(self, sink: SignalSink) -> None:
        self._legs.sink = sink

    async def run(self) -> None:
        await self._ari.run(self)

    async def perform(self, command: c.TelephonyCommand) -> None:
        if not self._up:
            return
        match command:
            case c.TakeLeg(leg=leg):
                self._legs.order.behind(leg, self._legs.stamp(leg, command.call_id, command.tenant_id))
            case c.AnswerLeg(leg=leg):
                self._legs.order.behind(leg, self._answer(leg))
            case c.RingAgent():
                await dialling.ring_agent(self._legs, command)
            case c.DialOutside():
                await dialling.dial_outside(self._legs, command)
            case c.RecordLeg() | c.RecordMessage() | c.PauseRecording() | c.ResumeRecording() | c.StopRecording():
                await self._recording(command)
            case c.HangUpLeg(leg=leg) if self._legs.is_destroyed(leg):
                pass
            case c.HangUpLeg(leg=leg, cause=cause):
                await self._legs.request(leg, "DELETE", "", reason_code=str(cause))
            case (
                c.PlaySound() | c.StopSound() | c.PlayInBridge() | c.StartMusic() | c.StopMusic()
                | c.StartTone() | c.StopTone()
            ):  # fmt: skip
                await self._sound(command)
            case _:
                await self._bridge(command)

    async def _answer(self, leg: LegId) -> None:
        if (await self._legs.request(leg, "POST", "/answer")).ok:
            await self._sound_targets.let(leg)

    async def _answered(self, signal: LegAnswered) -> None:
        """By whom we rang outside."""
        if await self._sound_targets.let(signal.leg) and not self._legs.is_destroyed(signal.leg):
            self._legs.stirred(signal)

    async def _recording(self, command: Recorded) -> None:
        match command:
            case c.RecordLeg() | c.RecordMessage() if self._refused(command):
                pass
            case c.RecordLeg():
                await self._sounds.hush((command.leg,))
                await recording.record(self._legs, command)
                self._switch.started(command.leg, fresh=command.leg not in self._legs.adopted)
            case c.RecordMessage():
                if not await recording.record_message(self._legs, command):
                    self._legs.soon(self._record_again(command))
            case c.PauseRecording(leg=leg):
                await self._legs.order.back(leg)
                if await self._switch.pause(leg) == "refused":
                    self._legs.tell(RecorderTrouble(at=self._clock.now(), leg=leg, what="pause"))
            case c.ResumeRecording(leg=leg):
                await self._legs.order.back(leg)
                await self._switch.resume(leg)
            case c.StopRecording(leg=leg):
                await self._legs.order.back(leg)
                await self._switch.stop(leg)
            case _:
                assert_never(command)

    async def _record_again(self, command: c.RecordMessage) -> None:
        """A caller who hears no beep waits for it: asked again while Asterisk is slow, and then it is over. Where the
        connection is lost, the call itself asks again afterwards."""
        for _ in range(RECORD_TRIES):
            await asyncio.sleep(RECORD_AGAIN_S)
            if not self._up or command.leg not in self._legs.alive:
                return
            if await recording.record_message(self._legs, command):
                return
        log.error("Asterisk did not confirm that it records %s", command.recording_id)
        self._legs.tell(MessageEnded(at=self._clock.now(), leg=command.leg, recording_id=command.recording_id))

    def _refused(self, command: c.RecordLeg | c.RecordMessage) -> bool:
        """For want of room, but not what runs already. A call goes on unrecorded; a message is over at once."""
        leg, message = command.leg, isinstance(command, c.RecordMessage)
        runs = leg in self._legs.adopted if message else self._switch.records(leg)
        if runs or self._may_record(command.recording_id):
            return False
        log.error("recording %s was not started: too little free disk space", command.recording_id)
        if message:
            self._legs.tell(MessageEnded(at=self._clock.now(), leg=leg, recording_id=command.recording_id))
        else:
            self._legs.tell(RecorderTrouble(at=self._clock.now(), leg=leg, what="start"))
        return True

    async def _sound(self, command: Sounding) -> None:
        match command:
            case c.PlaySound():
                await self._sounds.play(command)
            case c.StopSound(playback_id=playback):
                await self._sounds.stop(playback)
            case c.PlayInBridge():
                await self._sounds.play_in_bridge(command)
            case c.StartMusic(leg=leg):
                self._legs.order.behind(leg, self._sounds.start_music(command))
            case c.StopMusic(leg=leg):
                await self._sounds.stop_music(leg)
            case c.StartTone(leg=leg):
                await self._sounds.start_tone(leg)
            case c.StopTone(leg=leg):
                await self._sounds.stop_tone(leg)
            case _:
                assert_never(command)

    async def _bridge(self, command: Bridging) -> None:
        match command:
            case c.ConnectLegs(bridge_id=bridge, legs=members):
                await self._sounds.hush(members)
                await bridging.connect(self._legs, bridge, members)
            case c.PartLeg(bridge_id=bridge, leg=leg):
                await bridging.part(self._legs, bridge, leg)
            case c.DropBridge(bridge_id=bridge):
                await bridging.drop(self._legs, bridge)
            case c.SnoopLeg():
                await bridging.snoop(self._legs, command)
            case c.SendDigits():
                await bridging.send_digits(self._legs, command)
            case c.MuteLeg(leg=leg):
                await bridging.mute(self._legs, leg)
            case c.UnmuteLeg(leg=leg):
                await bridging.unmute(self._legs, leg)
            case _:
                assert_never(command)

    def _dated(self, signal: Dated) -> Dated:
        """By our clock: Asterisk's is the machine's, which may jump. How long ago it was is kept, where it can be."""
        if signal is None:
            return signal
        ago = self._clock.wall() - signal.at
        at = self._clock.now() - (ago if timedelta() <= ago <= LATE else timedelta())
        return msgspec.structs.replace(signal, at=at)

    def _began_at(self, began: datetime | None) -> datetime | None:
        """Asterisk keeps the machine's time at which it began, whatever the machine's clock says since."""
        now, wall = self._clock.now(), self._clock.wall()
        if began is None or began <= now:
            return began
        return now - (wall - began) if began <= wall else None

    def _live(self, channels: Sequence[Event]) -> tuple[LiveLeg, ...]:
        wall = self._clock.wall()
        legs = [leg for channel in channels if (leg := translate.live_leg(channel, wall))]
        return tuple(msgspec.structs.replace(leg, arrival=self._dated(leg.arrival)) for leg in legs)

    # --- the client's listener ---

    async def connected(self) -> bool:
        if not await self._on_connect():
            return False
        info = await self._ari.request("GET", "/asterisk/info", params={"only": "status"})
        reply = await self._ari.request("GET", "/channels")
        if not reply.ok:
            return False
        at = self._clock.now()
        legs = self._live(reply.body)
        self._legs.found(
            alive=[leg.leg for leg in legs],
            arrived=[leg.leg for leg in legs if leg.arrival],
            adopted=[leg.leg for leg in legs if leg.call_id],
        )
        for channel in filter(translate.is_recorded, reply.body):
            self._switch.started(LegId(channel["id"]), fresh=False)
            self._legs.soon(self._recorder_ensured(LegId(channel["id"])))
        for channel in filter(translate.on_its_way_back, reply.body):
            self._legs.order.hop(LegId(channel["id"]))
        self._up = True
        bridges = await bridging.ours(self._ari)
        self._legs.tell(
            PbxBack(at=at, legs=legs, bridges=bridges, began_at=self._began_at(translate.began_at(info.body)))
        )
        return True

    def disconnected(self) -> None:
        if self._up is not False:
            self._up = False
            self._legs.order.end_hops()
            self._legs.tell(PbxAway(at=self._clock.now()))

    def replaced(self) -> None:
        self._up = False
        self._legs.order.end_hops()
        log.critical("another Call24 server took over this Asterisk; this one stops controlling calls")
        self._on_replaced()

    def heard(self, event: Event) -> None:
        if event.get("type") in translate.BRIDGING:
            self._bridged(event)
            return
        if translate.is_foreign(event):
            self._refuse(event)
            return
        signal = self._dated(translate.signal_of(event))
        match signal:
            case None:
                log.debug("event ignored: %s", event.get("type"))
            case translate.LegEntered(leg=leg):
                self._legs.alive.add(leg)
                self._legs.order.end_hop(leg)
            case translate.BridgeSoundEnded(playback_id=playback):
                self._not_played(event)
                self._sounds.bridge_sound_ended(playback)
            case SoundEnded(playback_id=playback):
                self._not_played(event)
                self._sounds.ended(playback)
                if not playback.startswith(TONE):
                    self._legs.tell(signal)
            case LegEnded(leg=leg):
                self._sounds.forget(leg)
                self._legs.ended(signal)
            case MessageEnded():
                self._legs.soon(self._message_over(signal))
            case LegArrived():
                self._legs.arrived(signal)
            case LegAnswered() | LegRinging():
                self._stirred(signal, event)
            case _:
                self._legs.tell(signal)

    def _not_played(self, event: Event) -> None:
        """Where there is no such sound; the call goes on."""
        playback = event["playback"]
        if playback.get("state") == "failed":
            log.warning("%s could not be played: nothing was heard", playback.get("media_uri"))

    def _stirred(self, signal: LegAnswered | LegRinging, event: Event) -> None:
        rung = own_id_of(translate.trunk_of(str(event["channel"].get("name")), ""))
        if isinstance(signal, LegAnswered) and rung.startswith("trk_"):
            self._legs.soon(self._answered(signal))
        else:
            self._legs.stirred(signal)

    def _bridged(self, event: Event) -> None:
        members = [LegId(channel) for channel in event["bridge"]["channels"]]
        if any(map(self._switch.records, members)):
            self._legs.soon(self._switch.bridged(members))

    def _refuse(self, event: Event) -> None:
        leg = LegId(event["channel"]["id"])
        log.error(
            "leg %s is hung up: its channel %s belongs to another organisation than its call",
            leg,
            event["channel"]["name"],
        )
        self._legs.alive.discard(leg)  # so it is not dialled
        self._legs.order.end_hop(leg)
        self._legs.soon(self._hung_up(leg))

    async def _hung_up(self, leg: LegId) -> None:
        """Its end is told as every other's."""
        await self._legs.request(leg, "DELETE", "", reason_code=str(REFUSED))

    async def _message_over(self, signal: MessageEnded) -> None:
        """Whoever hangs up ends the message a moment before the leg: then the leg's end is told first."""
        await asyncio.sleep(HANGING_UP_S)
        self._legs.tell(signal)

    async def probe(self) -> bool:
        before = set(self._legs.alive)
        reply = await self._ari.request("GET", "/channels", timeout_s=2.0)
        if not reply.ok:
            return False
        at = self._clock.now()
        legs = self._live(reply.body)
        self._legs.listed(before, [LegId(channel["id"]) for channel in reply.body], [leg.leg for leg in legs])
        self._switch.keep(self._legs.alive)
        self._legs.tell(PbxSeen(at=at, legs=legs, bridges=await bridging.ours(self._ari)))
        return True


__all__ = ["AsteriskTelephony"]
