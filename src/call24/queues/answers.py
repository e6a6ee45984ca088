"""What the API answers about queues and opening hours."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from call24.kit.answers import Date, Instant
from call24.queues.hours import Day
from call24.queues.model import Disposition, Recording, Strategy

WallTime = Annotated[str, Field(description="HH:MM, in the time zone of these hours", examples=["09:00"])]


class VoicemailExit(TypedDict):
    """The caller may leave a message."""

    to: Literal["voicemail"]
    prompt: Annotated[str | None, Field(description="What is played first; null: the built-in words")]


class HangUpExit(TypedDict):
    """The call is ended."""

    to: Literal["hang_up"]
    prompt: Annotated[str | None, Field(description="What is played first; null: nothing")]


class QueueExit(TypedDict):
    """The caller goes on to another queue."""

    to: Literal["queue"]
    queue_id: str


class FlowExit(TypedDict):
    """The caller goes on to a flow."""

    to: Literal["flow"]
    flow_id: str


AnyExit = Annotated[VoicemailExit | HangUpExit | QueueExit | FlowExit, Field(discriminator="to")]


class QueueExits(TypedDict):
    """Where callers go who cannot stay in the queue, for each reason."""

    max_wait: Annotated[AnyExit, Field(description="They waited for `max_wait_s`")]
    full: Annotated[AnyExit, Field(description="`max_waiting` calls wait already")]
    nobody: Annotated[AnyExit, Field(description="No signed-in agent could take the call")]
    closed: Annotated[AnyExit, Field(description="Outside the opening hours")]


class RequiredSkill(TypedDict):
    """A skill that calls require of the agent."""

    name: str
    level: Annotated[int, Field(description="The least that will do, 1 to 10")]
    relax_after_s: Annotated[
        int | None, Field(description="Seconds of waiting after which it is no longer required; null: it always is")
    ]


class Queue(TypedDict):
    """A queue: who answers its callers and how, how long they wait, and where unanswered calls go."""

    id: str
    name: str
    members: Annotated[list[str], Field(description="Ids of the users whom its calls are offered to")]
    strategy: Strategy
    priority: Annotated[int, Field(description="0 to 100; higher is served first, whatever the queue")]
    skills: list[RequiredSkill]
    offer_s: Annotated[int, Field(description="Seconds that an agent's phone rings")]
    max_wait_s: Annotated[int, Field(description="The longest wait in seconds")]
    max_waiting: Annotated[int | None, Field(description="How many calls may wait; null: no limit")]
    hours_id: Annotated[str | None, Field(description="Opening hours; null: always open")]
    exits: QueueExits
    wrap_up_s: Annotated[int, Field(description="Seconds of wrap-up after a call")]
    service_level_s: Annotated[int, Field(description="Answered within these seconds meets the service level")]
    music: Annotated[str, Field(description="The class of music on hold")]
    announce_position: bool
    announce_wait: bool
    announce_every_s: int
    record: Recording
    record_announcement: bool
    not_announced_because: Annotated[
        str | None, Field(description="Why callers do not hear that they are recorded; null: nobody said")
    ]
    recording_days: Annotated[
        int | None, Field(description="Days that its recordings are kept; null: as the organisation says")
    ]
    recording_days_reason: Annotated[
        str | None, Field(description="Which law or contract asks for more days than call records; null: they are not")
    ]
    ring_during_greeting: bool
    auto_resume_s: Annotated[int, Field(description="Seconds after which a paused recording resumes; 0: never")]
    auto_pause_after: Annotated[int, Field(description="Missed offers in a row that pause the agent; 0: never")]
    sticky_days: Annotated[
        int, Field(description="A caller is routed to the agent of the last conversation in so many days; 0: off")
    ]
    sticky_wait_s: Annotated[int, Field(description="Seconds that the call waits for that agent")]
    keep_place_s: Annotated[
        int, Field(description="Seconds within which a caller who calls again gets the place back; 0: off")
    ]
    disposition: Disposition
    dispositions: Annotated[list[str], Field(description="Ids of those to choose from; empty: all")]
    callback: Annotated[bool, Field(description="Whether callers may request a callback")]
    callback_expires_s: int
    callback_attempts: int
    callback_retry_s: int
    callback_ring_s: int
    offers_tasks: Annotated[bool, Field(description="Whether its open tasks are offered to free agents")]
    task_offer_s: Annotated[int, Field(description="Seconds to accept a task")]
    tasks_at_once: Annotated[int, Field(description="An agent with so many tasks in progress is offered no other")]
    alert_wait_s: Annotated[
        int | None,
        Field(description="Supervisors are alerted when a caller has waited for so many seconds; null: never"),
    ]
    alert_waiting: Annotated[
        int | None, Field(description="Supervisors are alerted when so many callers wait; null: never")
    ]


class QueuePage(TypedDict):
    """A page of queues, by name."""

    items: list[Queue]
    next: Annotated[str | None, Field(description="The cursor of the next page; null on the last page")]


class OpeningSpan(TypedDict):
    """From when to when it is open. `closes` at or before `opens` is on the next day; 24:00 ends the day."""

    opens: WallTime
    closes: WallTime


class WeeklyOpening(OpeningSpan):
    """From when to when it is open on one day of each week."""

    day: Day


class Holiday(TypedDict):
    """A date with times of its own. Without spans it is closed all day."""

    on: Date
    name: str
    spans: list[OpeningSpan]


class OpeningHours(TypedDict):
    """Opening hours of queues and flows."""

    id: str
    name: str
    timezone: Annotated[str | None, Field(description="An IANA time zone; null: the organisation's")]
    weekly: list[WeeklyOpening]
    holidays: list[Holiday]
    open: Annotated[bool, Field(description="Whether it is open now")]
    next_open: Annotated[
        Instant | None, Field(description="When it opens next; null: it is open, or does not open within 400 days")
    ]


class OpeningHoursPage(TypedDict):
    """A page of opening hours, by name."""

    items: list[OpeningHours]
    next: Annotated[str | None, Field(description="The cursor of the next page; null on the last page")]
