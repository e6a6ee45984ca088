"""Asterisk's channel log as a witness of who talked all the time, and whose channel ended."""

from __future__ import annotations

from tests.support.telephony.channel_log import ended, longest_apart

from call24.reconciliation.cel import CelLine, line_of


def log(*rows: str) -> list[CelLine]:
    return [line for row in rows if (line := line_of(f"{row},leg_1")) is not None]


TALK = ("BRIDGE_ENTER,100,leg_1", "BRIDGE_ENTER,100,leg_2")


def test_who_stays_in_its_bridge_was_never_apart() -> None:
    assert longest_apart(log(*TALK), ["leg_1", "leg_2"], 110, 120) == 0


def test_the_longest_time_outside_counts_also_where_it_began_before_or_goes_on_after() -> None:
    hop = ("BRIDGE_EXIT,111,leg_1", "BRIDGE_ENTER,111.5,leg_1")
    assert longest_apart(log(*TALK, *hop), ["leg_1", "leg_2"], 110, 120) == 0.5
    assert longest_apart(log(*TALK, *hop), ["leg_1"], 111.25, 120) == 0.25
    assert longest_apart(log(*TALK, "BRIDGE_EXIT,118,leg_2"), ["leg_1", "leg_2"], 110, 120) == 2
    assert longest_apart(log(*TALK, "BRIDGE_EXIT,105,leg_2"), ["leg_1", "leg_2"], 110, 120) == 10
    assert longest_apart(log(*TALK, *hop), ["leg_2"], 110, 120) == 0


def test_what_was_apart_outside_the_time_that_is_looked_at_does_not_count() -> None:
    hop = ("BRIDGE_EXIT,101,leg_1", "BRIDGE_ENTER,109,leg_1")
    assert longest_apart(log(*TALK, *hop), ["leg_1"], 110, 120) == 0


def test_who_is_in_no_line_was_apart_all_the_time() -> None:
    assert longest_apart(log(*TALK), ["leg_3"], 110, 120) == 10


def test_the_channels_that_ended_are_those_asked_for_in_that_time() -> None:
    lines = log("CHAN_END,109,leg_1", "CHAN_END,115,leg_2", "CHAN_END,116,leg_9")
    assert ended(lines, {"leg_1", "leg_2"}, 110, 120) == {"leg_2"}
