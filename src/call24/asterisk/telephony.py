"""The telephony port on a real Asterisk: each command as ARI requests, each event as one signal, in order.

It keeps only what the wire needs (which legs are alive, which are in a dialplan hop); calls live in the engine.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine
from typing import assert_never

from call24.asterisk import translate
from call24.asterisk.client import AriClient, Event, Reply
from call24.asterisk.recorder import RecorderSwitch
from call24.calls.commands import (
    AnswerLeg,
    ConnectLegs,
    DropBridge,
    HangUpLeg,
    PartLeg,
    PauseRecording,
    PlaySound,
    RecordLeg,
    RecordMessage,
    ResumeRecording,
    RingAgent,
    StartMusic,
    StopMusic,
    TakeLeg,
    TelephonyCommand,
)
from call24.calls.signals import (
    LegAnswered,
    LegArrived,
    LegEnded,
    LegRinging,
    MessageEnded,
    NetworkSignal,
    PbxAway,
    PbxBack,
    SoundEnded,
)
from call24.calls.telephony import SignalSink
from call24.kit.clock import Clock, SystemClock
from call24.kit.ids import LegId

log = logging.getLogger(__name__)

APP = "call24"
HOP_S = 1.0
RETURN_S = 1.5  # the dialplan knocks every second
RECORD_CONTEXT = "call24-record"
AGENT_CODECS = "opus,ulaw"
HANGING_UP_S = 0.2
NOT_REGISTERED = 20  # Q.850: subscriber absent
ENDED_KEPT = 4096


async def _nothing() -> None:
    return None


def _drop(_signal: NetworkSignal) -> None:
    log.warning("a signal came before anybody listens")


class AsteriskTelephony:
    """``run`` it for as long as the process lives.

    ``on_connect`` is awaited after each connect before ``PbxBack`` (phones and trunks are pushed there);
    ``on_replaced`` is told once when another Call24 took over this Asterisk: from then on no command is done and no
    signal comes.
    """

    def __init__(
        self,
        ari: AriClient,
        *,
        clock: Clock | None = None,
        on_connect: Callable[[], Awaitable[None]] = _nothing,
        on_replaced: Callable[[], None] = lambda: None,
    ) -> None:
        self._ari = ari
        self._switch = RecorderSwitch(ari)
        self._clock = clock or SystemClock()
        self._on_connect = on_connect
        self._on_replaced = on_replaced
        self._sink: SignalSink = _drop
        self._up: bool | None = None
        self._alive: set[LegId] = set()
        self._missing: set[LegId] = set()
        self._ended: OrderedDict[LegId, None] = OrderedDict()
        self._arrived: set[LegId] = set()
        self._adopted: set[LegId] = set()
        self._hops: dict[LegId, asyncio.Future[None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def is_up(self) -> bool:
        return self._up is True

    def subscribe(self, sink: SignalSink) -> None:
        self._sink = sink

    async def run(self) -> None:
        await self._ari.run(self)

    async def perform(self, command: TelephonyCommand) -> None:  # noqa: C901 - one flat list of commands
        if not self._up:
            return
        match command:
            case TakeLeg():
                await self._take(command)
            case AnswerLeg(leg=leg):
                await self._leg(leg, "POST", "/answer")
            case PlaySound():
                await self._play(command)
            case StartMusic(leg=leg):
                await self._leg(leg, "POST", "/moh")
            case StopMusic(leg=leg):
                await self._leg(leg, "DELETE", "/moh")
            case RingAgent():
                await self._ring(command)
            case ConnectLegs():
                await self._connect(command)
            case PartLeg(bridge_id=bridge, leg=leg):
                await self._ari.request("POST", f"/bridges/{bridge}/removeChannel", params={"channel": leg})
            case DropBridge(bridge_id=bridge):
                await self._ari.request("DELETE", f"/bridges/{bridge}")
            case RecordLeg():
                await self._record(command)
            case PauseRecording(leg=leg):
                await self._back(leg)
                await self._switch.pause(leg)
            case ResumeRecording(leg=leg):
                await self._back(leg)
                await self._switch.resume(leg)
            case RecordMessage():
                await self._record_message(command)
            case HangUpLeg(leg=leg, cause=cause):
                await self._leg(leg, "DELETE", "", reason_code=str(cause))
            case _:
                assert_never(command)

    # --- the client's listener ---

    async def connected(self) -> bool:
        await self._on_connect()
        info = await self._ari.request("GET", "/asterisk/info", params={"only": "status"})
        reply = await self._ari.request("GET", "/channels")
        if not reply.ok:
            return False
        at = self._clock.now()
        legs = tuple(leg for channel in reply.body if (leg := translate.live_leg(channel, at)))
        self._alive = {leg.leg for leg in legs}
        self._missing.clear()
        self._arrived = {leg.leg for leg in legs if leg.arrival}
        self._adopted = {leg.leg for leg in legs if leg.call_id}
        for leg in legs:
            self._follow(leg.leg)
        for channel in filter(translate.on_its_way_back, reply.body):
            self._hops[LegId(channel["id"])] = asyncio.get_running_loop().create_future()
        self._up = True
        self._sink(PbxBack(at=at, legs=legs, began_at=translate.began_at(info.body)))
        return True

    def disconnected(self) -> None:
        if self._up is not False:
            self._up = False
            self._end_hops()
            self._sink(PbxAway(at=self._clock.now()))

    def replaced(self) -> None:
        self._up = False
        self._end_hops()
        log.critical("another Call24 took over this Asterisk; this one stops acting")
        self._on_replaced()

    def heard(self, event: Event) -> None:
        signal = translate.signal_of(event)
        match signal:
            case None:
                log.debug("event without a meaning here: %s", event.get("type"))
            case translate.LegReturned(leg=leg):
                self._alive.add(leg)
                self._end_hop(leg)
            case LegEnded(leg=leg):
                self._leg_ended(signal)
            case MessageEnded():
                self._soon(self._message_over(signal))
            case LegArrived(leg=leg) if leg in self._arrived:
                self._arrived.discard(leg)  # PbxBack told of it already
            case LegArrived(leg=leg) | LegAnswered(leg=leg) | LegRinging(leg=leg):
                self._alive.add(leg)
                if isinstance(signal, LegArrived):
                    self._follow(leg)
                self._sink(signal)
            case _:
                self._sink(signal)

    async def _message_over(self, signal: MessageEnded) -> None:
        """Whoever hangs up ends the message a moment before the leg: then the leg's end is told first."""
        await asyncio.sleep(HANGING_UP_S)
        self._sink(signal)

    async def probe(self) -> bool:
        """Also the safety net for lost events: a leg that is missing in two listings in a row has ended."""
        before = set(self._alive)
        reply = await self._ari.request("GET", "/channels", timeout_s=2.0)
        if not reply.ok:
            return False
        gone = before - {channel["id"] for channel in reply.body}
        for leg in gone & self._missing & self._alive:
            self._leg_gone(leg)
        self._missing = gone & self._alive
        return True

    # --- commands ---

    async def _take(self, command: TakeLeg) -> None:
        stamps = {"C24_CALL": command.call_id, "C24_TENANT": command.tenant_id}
        for variable, value in stamps.items():
            await self._leg(command.leg, "POST", "/variable", variable=variable, value=value)

    async def _play(self, command: PlaySound) -> None:
        path = f"/play/{command.playback_id}"
        reply = await self._leg(command.leg, "POST", path, media=f"sound:call24/{command.sound}")
        if not reply.ok:
            self._sink(SoundEnded(at=self._clock.now(), leg=command.leg, playback_id=command.playback_id))

    async def _ring(self, command: RingAgent) -> None:
        headers = {"X-Call24-Call": command.call_id, "X-Call24-Offer": command.offer_id}
        if command.auto_answer:
            headers["X-Call24-Answer"] = "auto"
        body = {
            "endpoint": f"PJSIP/{command.device_id}",
            "channelId": command.leg,
            "app": APP,
            "appArgs": translate.AGENT,
            "callerId": _caller_id(command.caller_name, command.caller_number),
            "timeout": command.ring_s,
            "formats": AGENT_CODECS,
            "variables": {
                "C24_CALL": command.call_id,
                "C24_TENANT": command.tenant_id,
                **{f"PJSIP_HEADER(add,{name})": value for name, value in headers.items()},
            },
        }
        reply = await self._ari.request("POST", "/channels", body=body)
        if reply.ok or reply.status == 409:  # 409: it rings already
            self._alive.add(command.leg)
        elif not reply.away:
            self._leg_gone(command.leg, NOT_REGISTERED)

    async def _connect(self, command: ConnectLegs) -> None:
        for leg in command.legs:
            await self._back(leg)
        await self._ari.request("POST", f"/bridges/{command.bridge_id}", params={"type": "mixing"})
        add = f"/bridges/{command.bridge_id}/addChannel"
        reply = await self._ari.request("POST", add, params={"channel": ",".join(command.legs)})
        if reply.ok or reply.away:
            return
        # One that is gone must not keep the others out.
        for leg in command.legs:
            if not (await self._ari.request("POST", add, params={"channel": leg})).ok:
                await self._check(leg)

    async def _record(self, command: RecordLeg) -> None:
        await self._back(command.leg)
        if command.leg in self._adopted and await self._records(command):
            return
        hop = self._hops[command.leg] = asyncio.get_running_loop().create_future()
        place = {"context": RECORD_CONTEXT, "extension": command.recording_id, "priority": "1"}
        reply = await self._ari.request("POST", f"/channels/{command.leg}/continue", params=place)
        if reply.ok:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(hop, HOP_S)
                return
            log.error("leg %s did not come back from the recorder in time", command.leg)
        self._hops.pop(command.leg, None)
        await self._check(command.leg)

    async def _records(self, command: RecordLeg) -> bool:
        """Whether the recorder runs since before we came: then the leg need not leave its bridge."""
        variable = {"variable": "C24_RECORDING"}
        reply = await self._ari.request("GET", f"/channels/{command.leg}/variable", params=variable)
        return reply.ok and reply.body.get("value") == command.recording_id

    async def _record_message(self, command: RecordMessage) -> None:
        name = f"{command.tenant_id}/{command.recording_id}"
        reply = await self._leg(
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
            return
        live = await self._ari.request("GET", f"/recordings/live/{name.replace('/', '%2F')}")
        if not live.ok:
            self._sink(MessageEnded(at=self._clock.now(), leg=command.leg, recording_id=command.recording_id))

    # --- legs ---

    async def _leg(self, leg: LegId, method: str, path: str, **params: str) -> Reply:
        """A request about one leg: one in a hop is waited for, one that is gone is reported."""
        await self._back(leg)
        reply = await self._ari.request(method, f"/channels/{leg}{path}", params=params)
        if reply.gone:
            self._leg_gone(leg)
        elif not reply.ok:
            log.warning("Asterisk refused %s %s of %s: %s %s", method, path or "hang-up", leg, reply.status, reply.body)
        return reply

    async def _back(self, leg: LegId) -> None:
        if hop := self._hops.get(leg):
            await asyncio.wait({hop}, timeout=RETURN_S)
            self._hops.pop(leg, None)

    async def _check(self, leg: LegId) -> None:
        if (await self._ari.request("GET", f"/channels/{leg}")).gone:
            self._leg_gone(leg)

    def _follow(self, leg: LegId) -> None:
        """Ask for the leg's end: without this an inbound channel's ChannelDestroyed is not sent (22.10.1)."""
        self._soon(self._subscribe(leg))

    async def _subscribe(self, leg: LegId) -> None:
        source = {"eventSource": f"channel:{leg}"}
        reply = await self._ari.request("POST", f"/applications/{APP}/subscription", params=source)
        if not reply.away:
            await self._check(leg)  # it may have ended just before

    def _soon(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _leg_gone(self, leg: LegId, cause: int = 0) -> None:
        self._leg_ended(LegEnded(at=self._clock.now(), leg=leg, cause=cause))

    def _leg_ended(self, signal: LegEnded) -> None:
        """Once for each leg, however many ways tell us."""
        self._alive.discard(signal.leg)
        self._arrived.discard(signal.leg)
        self._end_hop(signal.leg)
        if signal.leg in self._ended:
            return
        self._ended[signal.leg] = None
        if len(self._ended) > ENDED_KEPT:
            self._ended.popitem(last=False)
        self._sink(signal)

    def _end_hop(self, leg: LegId) -> None:
        hop = self._hops.pop(leg, None)
        if hop is not None and not hop.done():
            hop.set_result(None)

    def _end_hops(self) -> None:
        for leg in list(self._hops):
            self._end_hop(leg)


def _caller_id(name: str, number: str) -> str:
    """Asterisk's ``"name" <number>`` without what could end a part early."""
    bare = re.sub(r'["<>\\]', "", translate.clean_name(name))
    return f'"{bare}" <{translate.clean_number(number)}>'


__all__ = ["AsteriskTelephony"]
