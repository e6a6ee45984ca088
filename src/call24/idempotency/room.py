"""Answers kept for a day, so that a repeated request is done once."""

from __future__ import annotations

from call24.idempotency import personal_data, service
from call24.kit.room import Room

ROOM = Room(
    name="idempotency",
    indexes=service.INDEXES,
    holds=personal_data.HOLDS,
)
