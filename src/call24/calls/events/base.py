"""What all call events have in common."""

from __future__ import annotations

import msgspec


class CallEvent(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag=True):
    """Base of all call events; the tag is the class name."""
