"""The words of the kill matrix: who is hit, how, in which moment of a call, and what is promised then."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, NamedTuple


class Victim(StrEnum):
    SERVER = "server"
    ASTERISK = "asterisk"
    MONGOD = "mongod"
    BROWSER = "browser"
    TRUNK = "trunk"


class Fault(StrEnum):
    KILLED = "killed"
    STOPPED = "stopped"
    CUT = "cut"
    FULL = "disk_full"


class Phase(StrEnum):
    RINGING = "ringing"
    QUEUE = "in_queue"
    TALKING = "talking"
    HOLD = "on_hold"
    TRANSFER = "in_transfer"
    CONFERENCE = "in_conference"
    RECORDING = "recording"
    PAUSED = "recording_paused"
    HANGING_UP = "hanging_up"


class Cell(NamedTuple):
    victim: Victim
    fault: Fault
    phase: Phase

    @property
    def name(self) -> str:
        return f"{self.victim}-{self.fault}-{self.phase}"


Sound = Literal["unbroken", "away", "over"]
"""`unbroken`: nobody hears a gap; `away`: silence while the fault lasts, then it goes on; `over`: it is lost."""


@dataclass(frozen=True, kw_only=True)
class Promise:
    """What holds in a cell. `back_s`: seconds until a request about the call takes effect again.

    They count from a kill, from the end of a stop or a cut, or (`during`) from the fault's beginning while it lasts.
    `ended_by`, `recordings`: what the record may say; None among the recordings: the call has none.
    """

    hears: str
    call: str
    record: str
    sound: Sound
    ends: bool = False
    back_s: float
    during: bool = False
    ended_by: frozenset[str] = frozenset({"caller"})
    outcomes: frozenset[str] = frozenset({"answered"})
    recordings: frozenset[str | None] = frozenset({"stored"})
    found_missing: bool = False
    """Whether the record must say that the end was found, not seen."""


@dataclass(frozen=True)
class Impossible:
    why: str


Entry = Promise | Impossible
