"""What realtime is told of an organisation's branding: that it changed."""

from __future__ import annotations

from typing import Any

import msgspec

from call24.changes.model import EventType


class BrandingChanged(msgspec.Struct, frozen=True, kw_only=True):
    """``version``: one more with each change."""

    version: int


BRANDING_CHANGED = EventType(
    name="branding.changed",
    room="branding",
    body=BrandingChanged,
    says="The organisation's logo, colour or help contact was changed.",
)
EVENTS: tuple[EventType[Any], ...] = (BRANDING_CHANGED,)
