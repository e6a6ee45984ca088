"""Cursors of lists that are shown page by page, newest first: a place in the index (instant and id), not a count."""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime

from call24.kit.errors import Invalid


def cursor_of(at: datetime, id: str) -> str:
    text = f"{round(at.timestamp() * 1000)}:{id}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def place_of(cursor: str) -> tuple[datetime, str]:
    """Raises: Invalid for a text that is no cursor of ours."""
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        ms, _, last = text.partition(":")
        return datetime.fromtimestamp(int(ms) / 1000, UTC), last
    except (ValueError, binascii.Error, OverflowError, OSError):
        raise Invalid(errors=[("cursor", "the `next` of an earlier page")]) from None
