"""The doctor's test call: one whole call through the running system, hop by hop, each measured.

It makes an organisation of its own and removes it again whatever happens, so it touches nobody else's calls or agents.
It talks to the system as customers, agents' apps and phones do; only making and removing the organisation is internal.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import time
import wave
from array import array
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from call24.doctor import pbx_check
from call24.doctor.probes import address_towards
from call24.doctor.realtime_client import NoEvent, RealtimeSocket
from call24.doctor.report import CheckResult, DoctorReport, Failed
from call24.installer.api_client import Api, ApiAnswer, trunk_host
from call24.kit.settings import Settings
from call24.testphones import tone
from call24.testphones.agent_phone import AgentPhone, RegistrationRefused
from call24.testphones.customer import Customer, CustomerCall
from call24.testphones.offered_call import OfferedCall
from call24.testphones.rtp import Ear, Tone
from call24.testphones.sip_call import CallFailed
from call24.testphones.webrtc_audio import AudioFailed

CALLER = "+442079460000"
CALLER_HZ, AGENT_HZ = 1000, 850
GREETING_S, RING_S, RECORD_S = 8.0, 25.0, 10.0
TALK_S = 3.0
TROUBLE = (Failed, CallFailed, AudioFailed, RegistrationRefused, NoEvent, TimeoutError, OSError, KeyError)


class Abandoned(Exception):
    """A hop failed, so those after it cannot be walked."""


class TestCall:
    """One walk. Each hop leaves here what the later ones need."""

    __test__ = False  # not a test of pytest's

    def __init__(self, settings: Settings, report: DoctorReport, secret: str) -> None:
        self.settings = settings
        self.report = report
        self.api = Api(settings)
        self.socket = RealtimeSocket(settings, self.api)
        self.organisation: dict[str, Any] = {}
        self.record: dict[str, Any] = {}
        self.server = (trunk_host(settings), settings.sip_port)
        self.calls_from = "127.0.0.1"
        self.customer: Customer | None = None
        self.phone: AgentPhone | None = None
        self.call: CustomerCall | None = None
        self.offer: OfferedCall | None = None
        self.talked_from = self.talked_until = 0.0
        self._secret = {"X-Call24-Doctor": secret}

    async def run(self) -> None:
        """Every hop in order until one fails; then the cleaning up, always."""
        hops: tuple[tuple[str, Callable[[CheckResult], Awaitable[None]], str], ...] = (
            ("organisation", self.make, "check that Call24 runs on this machine and with this data folder"),
            ("sign-in", self.sign_in, "see DATA/log/server.log"),
            ("realtime socket", self.listen, "see DATA/log/server.log"),
            ("agent's phone registers", self.register, "see DATA/log/asterisk.log; check --wss-port"),
            ("agent is available", self.available, "see DATA/log/server.log"),
            ("customer rings", self.dial, "check --sip-port, and that the trunk's address reaches Asterisk"),
            ("greeting", self.greeting, "check --rtp-ports and the firewall; see DATA/log/asterisk.log"),
            ("agent's phone rings", self.ring, "see DATA/log/server.log for the reason why no agent was chosen"),
            ("call on the agent's screen", self.screen, "the phone rang, but no realtime event came: see server.log"),
            ("agent answers", self.answer, "no audio path: check --public-address, --rtp-ports and the firewall"),
            ("agent hears 1000 Hz", self.agent_hears, "audio from the trunk does not arrive: check --rtp-ports"),
            ("customer hears 850 Hz", self.customer_hears, "audio to the trunk does not arrive: check the trunk's NAT"),
            ("customer hangs up", self.hang_up, "see DATA/log/asterisk.log"),
            ("call record", self.kept, "see DATA/log/server.log: the journal or the database may be behind"),
            ("record as realtime event", self.told, "see DATA/log/server.log"),
            ("recording", self.recorded, "see DATA/log/server.log, and check the free disk space"),
        )  # fmt: skip
        try:
            for name, hop, advice in hops:
                async with self._hop(name, advice.replace("DATA", str(self.settings.data))) as finding:
                    await hop(finding)
        except Abandoned:
            pass
        finally:
            # A second Ctrl-C must not leave an organisation behind.
            await asyncio.shield(self.clean_up())

    @asynccontextmanager
    async def _hop(self, name: str, advice: str) -> AsyncIterator[CheckResult]:
        with self.report.step(name, advice) as finding:
            try:
                yield finding
            except TROUBLE as trouble:
                seen = trouble.seen if isinstance(trouble, Failed) else str(trouble) or "no answer in time"
                seen = f"the answer has no {seen}" if isinstance(trouble, KeyError) else seen
                raise Failed(seen) from trouble
        if finding.state == "fail":
            raise Abandoned

    async def make(self, found: CheckResult) -> None:
        if self.settings.pbx is not None:
            self.server = await pbx_check.trunk_port(self.settings)
            self.calls_from = address_towards(*self.server)
        wish = {"address": self.calls_from}
        self.organisation = _expect(await self.api.ask("POST", "/v1/internal/doctor", wish, self._secret))
        found.seen = f"temporary, with the number {self.organisation['number']}"

    async def sign_in(self, found: CheckResult) -> None:
        made = self.organisation
        signed_in = _expect(await self.api.sign_in(made["email"], made["password"], "Doctor"))
        found.seen = f"{signed_in['user']['role']} of {signed_in['tenant']['name']}"

    async def listen(self, found: CheckResult) -> None:
        channels = await self.socket.open()
        found.seen = f"{len(channels)} private channels"

    async def register(self, found: CheckResult) -> None:
        given = _expect(await self.api.get("/v1/phone"))
        own = self.settings.tls / "ca.pem"
        verify = own if own.exists() and not self.settings.tls_cert else True
        self.phone = AgentPhone(given["ws_url"], given["username"], given["password"], given["aor"], verify=verify)
        await self.phone.register()
        found.seen = given["ws_url"]

    async def available(self, found: CheckResult) -> None:
        session = _expect(await self.api.ask("PUT", "/v1/session", {"state": "available"}))
        found.seen = session["state"]
        if session["state"] != "available":
            raise Failed(f"the session is {session['state']}")

    async def dial(self, found: CheckResult) -> None:
        self.customer = Customer(self.server, CALLER, "Call24 doctor", local_host=self.calls_from)
        self.call = await self.customer.dial(self.organisation["number"], Tone(CALLER_HZ))
        answered = await self.call.answered(10)
        found.seen = f"answered {(answered - self.call.dialled_at) * 1000:.0f} ms after the INVITE"

    async def greeting(self, found: CheckResult) -> None:
        call = self._call()
        deadline = time.monotonic() + GREETING_S
        while call.ear.level_dbfs(time.time() - 0.5) < -45:
            if time.monotonic() > deadline or call.end is not None:
                raise Failed(f"the caller heard nothing ({call.ear.packets} packets received)")
            await asyncio.sleep(0.05)
        found.seen = f"{call.ear.level_dbfs(time.time() - 0.5):.0f} dBFS"

    async def ring(self, found: CheckResult) -> None:
        assert self.phone is not None
        self.offer = offer = await self.phone.next_call(RING_S)
        if offer.call_id is None:
            raise Failed("the INVITE does not name the call (X-Call24-Call)")
        found.seen = f"{offer.rang_at - self._call().dialled_at:.2f} s after the INVITE"

    async def screen(self, found: CheckResult) -> None:
        offer = self._offer()
        event = await self.socket.wait(lambda event: event.name == "call" and event.body.get("id") == offer.call_id, 5)
        found.seen = f"state {event.body['state']}, {(event.at - offer.rang_at) * 1000:+.0f} ms against the ringing"

    async def answer(self, found: CheckResult) -> None:
        offer = self._offer()
        await offer.answer(tone_hz=AGENT_HZ)
        assert offer.audio_at is not None
        assert offer.answered_at is not None
        self.talked_from = offer.answered_at
        found.seen = f"ICE and DTLS-SRTP in {(offer.audio_at - offer.answered_at) * 1000:.0f} ms"

    async def agent_hears(self, found: CheckResult) -> None:
        found.seen = await _hears(self._offer().ear, CALLER_HZ, AGENT_HZ, self.talked_from)

    async def customer_hears(self, found: CheckResult) -> None:
        found.seen = await _hears(self._call().ear, AGENT_HZ, CALLER_HZ, self.talked_from)

    async def hang_up(self, found: CheckResult) -> None:
        call, offer = self._call(), self._offer()
        # Long enough for the recording to show both tones; the record's talk time is compared with it.
        await asyncio.sleep(max(0.0, self.talked_from + TALK_S - time.time()))
        self.talked_until = time.time()
        call.hang_up()
        await call.ended(5)
        ended = await offer.ended(5)
        found.seen = f"the agent's phone ended {(ended.at - self.talked_until) * 1000:.0f} ms later"

    async def kept(self, found: CheckResult) -> None:
        self.record = record = await _until(self._find_record, RECORD_S, "the call is not in GET /v1/calls")
        talked = self.talked_until - self.talked_from
        wrong = [
            f"{name} is {record[name]!r}" for name, right in (("outcome", "answered"), ("ended_by", "caller"))
            if record[name] != right
        ]  # fmt: skip
        if abs((record["talk_s"] or 0) - talked) > 0.5:
            wrong.append(f"talk_s is {record['talk_s']}, but the talk took {talked:.2f} s")
        if wrong:
            raise Failed("; ".join(wrong))
        waits = ", ".join(f"{name} {record[name + '_s'] or 0:.1f} s" for name in ("wait", "ring", "talk"))
        found.seen = f"{waits}; ended by the caller"

    async def told(self, found: CheckResult) -> None:
        event = await self.socket.wait(
            lambda event: event.name == "record" and event.body.get("id") == self.record["id"], 5
        )
        found.seen = f"{event.at - self.talked_until:.2f} s after the hang-up"

    async def recorded(self, found: CheckResult) -> None:
        kept = await _until(self._find_recording, RECORD_S, "the recording was not stored")
        audio = await self.api.get(f"/v1/recordings/{kept['id']}/audio")
        if not audio.ok:
            raise Failed(f"GET /v1/recordings/.../audio: {audio.trouble}")
        channels = wav_channels(audio.body)
        if len(channels) != 2:
            raise Failed(f"the recording has {len(channels)} channel instead of two")
        caller, agent = channels
        shares = [loud_share(caller, CALLER_HZ), loud_share(agent, AGENT_HZ)]
        crossed = [loud_share(caller, AGENT_HZ), loud_share(agent, CALLER_HZ)]
        found.seen = f"{len(caller) / tone.RATE:.1f} s, left 1000 Hz {shares[0]:.0%}, right 850 Hz {shares[1]:.0%}"
        if min(shares) < 0.9 or max(crossed) > 0.05:
            raise Failed(found.seen)

    async def clean_up(self) -> None:
        """Hangs up, signs off and removes the organisation; says so if any of it stays."""
        with self.report.step("cleaned up") as found:
            if self.customer is not None:
                self.customer.close()
            if self.phone is not None:
                with contextlib.suppress(*TROUBLE):
                    async with asyncio.timeout(5):
                        await self.phone.close()
            await self.socket.close()
            if not self.organisation:
                found.seen = "nothing to remove"
                return
            tenant_id = self.organisation["tenant_id"]
            gone = await self.api.ask("DELETE", f"/v1/internal/doctor/{tenant_id}", None, self._secret)
            if gone.status not in (204, 404):
                advice = "it will be removed at the next start of Call24"
                raise Failed(f"the temporary organisation {tenant_id} could not be removed: {gone.trouble}", advice)
            if (await self.api.get("/v1/me")).status != 401:
                raise Failed(f"{tenant_id} is removed, but its agent's token still works")
            found.seen = "the temporary organisation and its data are removed"

    async def _find_record(self) -> dict[str, Any] | None:
        listed = _expect(await self.api.get("/v1/calls?limit=5"))
        return next((row for row in listed["items"] if row["id"] == self._offer().call_id), None)

    async def _find_recording(self) -> dict[str, Any] | None:
        record = await self._find_record()
        kept: dict[str, Any] | None = record["recording"] if record else None
        if kept is None or kept["state"] == "open":
            return None
        if kept["state"] != "stored":
            raise Failed(f"the recording is {kept['state']}")
        return kept

    def _call(self) -> CustomerCall:
        assert self.call is not None
        return self.call

    def _offer(self) -> OfferedCall:
        assert self.offer is not None
        return self.offer


def _expect(answer: ApiAnswer) -> Any:
    """The body of a success. Raises: Failed."""
    if not answer.ok:
        raise Failed(answer.trouble)
    return answer.body


async def _until(find: Callable[[], Awaitable[dict[str, Any] | None]], timeout_s: float, otherwise: str) -> Any:
    """Raises: Failed."""
    deadline = time.monotonic() + timeout_s
    while True:
        found = await find()
        if found is not None:
            return found
        if time.monotonic() > deadline:
            raise Failed(f"{otherwise} after {timeout_s:g} s")
        await asyncio.sleep(0.1)


async def _hears(ear: Ear, wanted: int, own: int, since: float) -> str:
    """Raises: Failed."""
    if not await ear.hears(wanted, 5, since=since, for_s=0.5):
        level = ear.level_dbfs(time.time() - 1)
        raise Failed(f"received {ear.packets} packets at {level:.0f} dBFS, but not {wanted} Hz")
    first = ear.first_heard(wanted, since) or since
    share = ear.share(wanted, time.time() - 0.4)
    if ear.heard(own, since):
        raise Failed(f"{wanted} Hz, and its own {own} Hz too: an echo")
    return f"{(first - since) * 1000:.0f} ms after the answer, {share:.0%} of the sound"


def wav_channels(raw: bytes) -> list[array[int]]:
    """Each channel of a 16-bit WAV of 8 kHz. Raises: Failed for anything else."""
    try:
        with wave.open(io.BytesIO(raw)) as audio:
            return tone.channels_of(audio)
    except (wave.Error, EOFError, ValueError) as error:
        raise Failed(f"not a complete WAV file of 8 kHz: {error}") from error


def loud_share(samples: array[int], hz: float) -> float:
    """The share of frames with sound in which the tone is nearly all; frames of silence do not count."""
    frames = [samples[at : at + tone.FRAME] for at in range(0, len(samples) - tone.FRAME + 1, tone.FRAME)]
    loud = [frame for frame in frames if tone.level_dbfs(frame) > -45]
    return sum(tone.tone_share(frame, hz) > 0.8 for frame in loud) / len(loud) if loud else 0.0
