"""What the API answers about an agent's day, pause reasons and dispositions."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from call24.agents.model import AgentState
from call24.call_records.answers import UserRef
from call24.kit.answers import Date, Instant

Following = Annotated[str | None, Field(description="The cursor of the next page; null on the last page")]
PauseCode = Annotated[str | None, Field(description="A pause reason's id, or a built-in code; null: none")]
PauseName = Annotated[str | None, Field(description="The reason in words; null: none")]


class OfferEnding(TypedDict):
    """The offer is being ended."""


class MobileCodeAnswer(TypedDict):
    """A code was said to a number, which is not proven yet."""

    number: Annotated[str, Field(description="E.164, the number that was called")]
    until: Annotated[Instant, Field(description="Until when the code can be named")]
    tries_left: Annotated[int, Field(description="How many wrong codes may still be named before another is needed")]


class MobileAnswer(TypedDict):
    """The mobile number on which you are called when none of your phones rings."""

    allowed: Annotated[bool, Field(description="Whether the organisation lets mobile numbers ring")]
    number: Annotated[str | None, Field(description="E.164; null: none is proven")]
    proven_at: Annotated[Instant | None, Field(description="When you named the code that was said; null: never")]
    rings: Annotated[bool, Field(description="Whether you want to be called on it")]
    awaited: Annotated[
        MobileCodeAnswer | None, Field(description="The code that was said and not named yet; null: none is awaited")
    ]


class DispositionRef(TypedDict):
    """A disposition by id, with the name to show."""

    id: str
    name: Annotated[str, Field(description="Empty where it is no longer known")]


_Span = TypedDict("_Span", {"from": Instant, "to": Annotated[Instant | None, Field(description="null: it goes on")]})


class AgentDayStretch(_Span):
    """A time that an agent spent in one state."""

    state: AgentState
    reason: PauseCode
    reason_name: PauseName
    call_id: str | None


class AgentDayEvent(TypedDict):
    """Something that changed an agent's session."""

    at: Instant
    event: Annotated[str, Field(description="The name of the journal event, such as PauseStarted")]
    state: Annotated[AgentState, Field(description="From here on")]
    reason: PauseCode
    reason_name: PauseName
    call_id: str | None
    by: Annotated[UserRef | None, Field(description="The supervisor who corrected it; null: nobody did")]
    why: Annotated[str | None, Field(description="The supervisor's code for why; null: nobody corrected it")]
    disposition: Annotated[DispositionRef | None, Field(description="The disposition that was given; null: none")]


_Day = TypedDict("_Day", {"from": Instant, "to": Instant})


class AgentTimeline(_Day):
    """One agent's day, in the organisation's time zone."""

    day: Date
    agent: UserRef
    stretches: Annotated[list[AgentDayStretch], Field(description="The states, one after the other")]
    items: Annotated[list[AgentDayEvent], Field(description="Events, the oldest first")]


class PauseReasonAnswer(TypedDict):
    """A reason that agents can give for a pause."""

    id: str
    name: str
    limit_s: Annotated[int | None, Field(description="Seconds that such a pause may last; null: no limit")]
    order: Annotated[int, Field(description="The place among the others")]
    active: Annotated[bool, Field(description="false: retired; kept for its name in what is past")]


class PauseReasonPage(TypedDict):
    """A page of pause reasons, in their order."""

    items: list[PauseReasonAnswer]
    next: Following


class DispositionAnswer(TypedDict):
    """What agents can say that a call came to."""

    id: str
    name: str
    order: Annotated[int, Field(description="The place among the others")]
    call_back: Annotated[bool, Field(description="The customer is to be called again, so the app asks when")]
    active: Annotated[bool, Field(description="false: retired; kept for its name in what is past")]


class DispositionPage(TypedDict):
    """A page of dispositions, in their order."""

    items: list[DispositionAnswer]
    next: Following
