"""How single things are shown, the same everywhere: times, people, the reasons for and against an agent in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import overload

from call24.call_records.answers import UserRef
from call24.kit.ids import UserId

Names = Callable[[UserId | None], str]

REASONS = {
    "idle_longest": "idle the longest",
    "its_turn": "it is their turn",
    "fewest_calls": "took the fewest calls",
    "ring_all": "all who are free are rung",
    "most_skilled": "the most skilled for this call",
    "skill_relaxed": "lacks a skill, but the caller has waited long enough",
    "sticky": "talked to this caller last",
    "rung_directly": "the call is for them",
    "second_try": "nobody else is free",
    "idle_shorter": "idle for a shorter time",
    "offered_later": "it is not their turn yet",
    "more_calls": "took more calls",
    "less_skilled": "less skilled for this call",
    "no_skill": "lacks a skill that the call asks for",
    "waits_for_sticky": "the caller waits for the agent it talked to last",
    "declined_before": "did not take this call before",
    "just_taken": "just got another call",
    "lower_priority": "just got a more urgent call",
    "no_phone": "no phone of the agent was registered",
    "offered": "another call was ringing",
    "on_call": "on a call",
    "wrap_up": "in wrap-up",
    "paused": "paused",
    "offline": "offline",
}
"""The codes of routing/rules.py."""

YOU = {
    "idle_longest": "you are idle the longest",
    "its_turn": "it is your turn",
    "fewest_calls": "you took the fewest calls",
    "ring_all": "everybody who is free is rung",
    "most_skilled": "you know this best",
    "skill_relaxed": "the caller has waited long",
    "sticky": "you talked to this caller last",
    "rung_directly": "the call is for you",
    "second_try": "nobody else is free",
}


@overload
def named(user_id: UserId, name: Names) -> UserRef: ...
@overload
def named(user_id: UserId | None, name: Names) -> UserRef | None: ...
def named(user_id: UserId | None, name: Names) -> UserRef | None:
    return None if user_id is None else {"id": user_id, "name": name(user_id)}
