"""A call in words, and whether a text is a number: for connectors whose CRM has no form of its own for it. Pure."""

from __future__ import annotations

from typing import Any

from call24.crm.connector import LoggedCall

ENDING = 7
"""Digits of a number by which a CRM is asked: whatever stands before and between them."""
NOTES_MAX = 2000


def call_title(call: LoggedCall) -> str:
    return f"{call.direction.capitalize()} call, {call.outcome.replace('_', ' ')}"


def call_text(call: LoggedCall, key: str) -> str:
    """Its key stands at the end, and is what it is found by."""
    lines = [
        call_title(call),
        f"{call.started_at:%Y-%m-%d %H:%M} UTC, {call.duration_s} s",
        call.disposition,
        call.notes[:NOTES_MAX],
        call.link,
        f"[{key}]",
    ]
    return "\n".join(line for line in lines if line)


def is_of(number: str, *texts: Any) -> bool:
    """Whether one of the texts is this number (E.164), however it was typed: with its country or area before it or not,
    and with an extension after it."""
    for text in texts:
        digits = "".join(one for one in str(text) if one.isdigit()).lstrip("0")
        head, ending, _ = digits.partition(number[-ENDING:])
        if ending and number[:-ENDING].endswith(head):
            return True
    return False
