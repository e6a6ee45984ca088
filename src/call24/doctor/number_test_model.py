"""What is known of a test call to a number, step by step, and what its caller says."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, get_args

import msgspec

from call24.kit.ids import NumberId, QueueId, UserId
from call24.testphones import tone

StepName = Literal["placed", "greeted", "queued", "rang", "answered", "heard"]
"""In their order. `placed`: Call24 took the call; `greeted`: the caller hears something; `queued`: it waits in a queue;
`rang`: an agent's phone rings; `answered`; `heard`: the caller hears the agent."""
Trouble = Literal[
    "asterisk_away",
    "refused",
    "no_line",
    "not_answered",
    "no_sound",
    "no_queue",
    "closed",
    "nobody_available",
    "not_rung",
    "unanswered",
    "nothing_heard",
    "voicemail",
    "outside",
    "hung_up",
    "trouble",
]
STEPS: tuple[StepName, ...] = get_args(StepName)
TestState = Literal["running", "passed", "failed"]

BEEP_HZ, BEEP_S, PAUSE_S = 1000, 0.25, 0.75


class NumberTest(msgspec.Struct, kw_only=True):
    """`reached`: when each step was; `trouble`: why the next one was not. `rang`: whom it rang, in order."""

    number_id: NumberId
    started_at: datetime
    state: TestState = "running"
    ended_at: datetime | None = None
    reached: dict[StepName, datetime] = {}
    queue_id: QueueId | None = None
    rang: list[UserId] = []
    answered_by: UserId | None = None
    trouble: Trouble | None = None

    def reach(self, name: StepName, at: datetime) -> None:
        self.reached[name] = at

    def end(self, at: datetime, trouble: Trouble | None) -> None:
        self.ended_at, self.trouble = at, trouble
        self.state = "passed" if trouble is None else "failed"

    @property
    def under_way(self) -> StepName | None:
        """The step that is waited for, or that was not reached."""
        return next((name for name in STEPS if name not in self.reached), None)


class Beeps:
    """A short soft beep each second, so that whoever answers knows that it is the test."""

    def __init__(self) -> None:
        samples = tone.tone_samples(BEEP_HZ, BEEP_S, 0.2)
        self._second = tone.samples_to_ulaw(samples) + tone.SILENCE * round(PAUSE_S * tone.RATE / tone.FRAME)
        self._at = 0

    def frame(self) -> bytes:
        frame = self._second[self._at : self._at + tone.FRAME]
        self._at = (self._at + tone.FRAME) % len(self._second)
        return frame
