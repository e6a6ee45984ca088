"""The names of a call's timers: each is spelt here alone.

A name carries what the timer is for, so that a late timer of an earlier menu, offer or leg means nothing. Who starts
one says for how long; what follows when it fires is the table's (classification.py, machine.py).
"""

from __future__ import annotations

from call24.calls.model import Call
from call24.kit.ids import LegId, OfferId

MAX_WAIT = "max_wait"
"""The longest wait in a line."""
PLACE = "place"
"""The caller's place is told again."""
EXPIRY = "expiry"
"""A promised callback's time is up."""
AUTO_RESUME = "auto_resume"
"""A paused recording goes on by itself."""
MESSAGE = "message"
"""A voicemail is longer than it may be."""


def menu_timer(call: Call) -> str:
    return f"menu:{call.steps}"


def offer_timer(offer_id: OfferId) -> str:
    return f"offer:{offer_id}"


def mobile_timer(offer_id: OfferId) -> str:
    """Until the agent's mobile number is dialled; then until it answers; then until the key is pressed."""
    return f"mobile:{offer_id}"


def dial_timer(leg: LegId) -> str:
    return f"dial:{leg}"


def reattach_timer(leg: LegId) -> str:
    return f"reattach:{leg}"
