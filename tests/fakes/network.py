"""The network of tests/support/telephony/network.py around the fake telephony port: the fake passes the port's suite.

Nothing sounds here: an ear hears whoever stands in the same bridge.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.fakes.telephony import FakeTelephony, is_e164
from tests.support.telephony.network import CALLER, NUMBER, Heard
from tests.support.wait import wait_until

from call24.calls.commands import DialOutside
from call24.kit.clock import SystemClock
from call24.kit.ids import DeviceId, LegId, TrunkId, new_id

STATUS_OF_CAUSE = {1: 404, 17: 486, 27: 502}
CAUSE_OF_STATUS = {486: 17, 603: 21}
CAUSE_OF_MANNER = {"busy": 17, "decline": 21, "fail": 34}
OUTSIDE = "+442079460999"


@dataclass
class Ended:
    by: str
    status: int


class FarEnd:
    """One party's side of its leg."""

    def __init__(self, network: FakeNetwork, leg: LegId, hz: int) -> None:
        self.network, self.leg, self.hz = network, leg, hz
        self.by = "them"
        network.tones[leg] = hz

    @property
    def ear(self) -> FarEnd:
        return self

    def among(self, hz: int, since: float) -> bool:
        return hz in {self.network.tones.get(leg) for leg in self.network.telephony.talking(self.leg)}

    def digits(self) -> str:
        return self.network.telephony.lines[self.leg].digits

    def press(self, key: str) -> None:
        self.network.telephony.press(self.leg, key)

    async def hears(self, hz: int, timeout_s: float, *, for_s: float = 0) -> bool:
        return hz in {self.network.tones.get(leg) for leg in self.network.telephony.talking(self.leg)}

    async def answered(self, timeout_s: float) -> None:
        await wait_until(lambda: self.network.telephony.lines[self.leg].up, timeout_s)

    async def ended(self, timeout_s: float) -> Ended:
        await wait_until(lambda: self.leg not in self.network.telephony.lines, timeout_s)
        return Ended(self.by, self.network.statuses.get(self.leg, 487))

    def hang_up(self) -> None:
        self.by = "us"
        self.network.telephony.hang_up(self.leg)


class Offered(FarEnd):
    """An agent's phone that rings."""

    def __init__(self, network: FakeNetwork, leg: LegId) -> None:
        super().__init__(network, leg, 0)
        ring = network.telephony.lines[leg].ring
        assert ring is not None
        self.call_id, self.offer_id, self.answers_itself = ring.call_id, ring.offer_id, ring.auto_answer
        self.caller = (ring.caller_number, "".join(char for char in ring.caller_name if char not in '"<>'))

    async def answer(self, hz: int) -> None:
        self.network.tones[self.leg] = hz
        self.network.telephony.answer(self.leg)

    def decline(self, status: int) -> None:
        self.network.telephony.hang_up(self.leg, CAUSE_OF_STATUS[status])


@dataclass
class Phone:
    network: FakeNetwork
    device_id: DeviceId

    async def next_call(self, timeout_s: float) -> Offered:
        def rings() -> list[LegId]:
            return [line.leg for line in self.network.telephony.lines.values() if line.device_id == self.device_id]

        return Offered(self.network, (await wait_until(rings, timeout_s))[0])


class OutsideCall(FarEnd):
    """A line at the carrier that rings."""

    @property
    def caller(self) -> tuple[str, str]:
        dialled = self.network.telephony.lines[self.leg].dialled
        assert dialled is not None
        return dialled.shown, ""

    def answer(self, hz: int) -> None:
        self.network.tones[self.leg] = hz
        self.network.telephony.answer(self.leg)


@dataclass
class OutsideLine:
    carrier: Carrier
    number: str

    async def rings(self, timeout_s: float) -> OutsideCall:
        network = self.carrier.network
        await wait_until(lambda: network.telephony.ringing_outside(self.number), timeout_s)
        return OutsideCall(network, network.telephony.ringing_outside(self.number) or LegId(""), 0)


@dataclass
class Carrier:
    network: FakeNetwork

    @property
    def asked(self) -> list[str]:
        return [c.number for c in self.network.telephony.done if isinstance(c, DialOutside) and is_e164(c.number)]

    def line(self, number: str, manner: str = "ring") -> OutsideLine:
        if manner == "ring":
            self.network.telephony.refusals.pop(number)
        else:
            self.network.telephony.refusals[number] = CAUSE_OF_MANNER[manner]
        return OutsideLine(self, number)


class FakeNetwork:
    def __init__(self, spool: Path) -> None:
        self.telephony = FakeTelephony(SystemClock(), sound_s=0.02)
        self.telephony.unregistered.add(DeviceId("dev_nobody"))
        self.heard = Heard(self.telephony)
        self.spool = spool
        self.tones: dict[LegId, int] = {}
        self.statuses: dict[LegId, int] = {}
        self.telephony.trunks = set()
        self.telephony.subscribe(self._hear)
        self.telephony.come_back()

    def _hear(self, signal: Any) -> None:
        if (cause := getattr(signal, "cause", None)) in STATUS_OF_CAUSE:
            self.statuses[signal.leg] = STATUS_OF_CAUSE[cause]
        self.heard.signals.append(signal)

    async def dial(self, number: str = NUMBER, *, hz: int = 1000) -> FarEnd:
        return FarEnd(self, self.telephony.dial(number, CALLER, name="Bat-Erdene"), hz)

    async def carrier(self) -> tuple[TrunkId, Carrier]:
        trunk_id = TrunkId(new_id("trk"))
        self.telephony.trunks = {trunk_id}
        self.telephony.refusals[OUTSIDE] = 1
        return trunk_id, Carrier(self)

    async def phone(self) -> Phone:
        return Phone(self, DeviceId(new_id("dev")))
