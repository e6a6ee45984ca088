"""What no client should send in a body: to operations of the engine, whose own fields FIELDS has."""

from __future__ import annotations

from typing import Any

ODD: list[Any] = [
    None, True, -1, 0, 10**30, 1.5, "", "x", "x" * 50_000, "\x00", "\u202e", "../../etc/passwd", "$where", [], {},
    {"$gt": ""}, [[[]]], "que_" + "0" * 26, "call_" + "z" * 26, "\r\nX-Call24-Offer: 1", "2026-13-45", "9999-12-31",
    {"number": {"$ne": 1}}, {"agent_id": None}, {"queue_id": ""}, {"flow_id": "a" * 40}, {"number": "\x00" * 40},
]  # fmt: skip
FIELDS = ["to", "from", "digits", "mode", "reason", "state", "disposition_id", "title", "queue_id", "day", "changes"]
