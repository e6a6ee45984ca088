"""The part of a file that a Range header asks for. Source: RFC 9110, 14."""

from __future__ import annotations

import re
from typing import NamedTuple

_RANGE = re.compile(r"^bytes=\s*(\d{0,18})-(\d{0,18})\s*$")
_SEVERAL = re.compile(r"^bytes=[\d\s,-]*,")


class ByteRange(NamedTuple):
    """``last`` is included; ``status`` 200, 206 or 416 (nothing to send)."""

    status: int
    first: int
    last: int


def wanted(range: str, if_range: str, etag: str, size: int) -> ByteRange:
    """One range is honoured, several are refused, what is no range of bytes is ignored."""
    whole, refused = ByteRange(200, 0, size - 1), ByteRange(416, 0, -1)
    if not range or (if_range and if_range != etag):
        return whole
    if _SEVERAL.match(range):
        return refused
    match = _RANGE.match(range)
    if match is None or match.groups() == ("", ""):
        return whole
    if not match[1]:
        first, last = max(0, size - int(match[2])), size - 1
    else:
        first, last = int(match[1]), min(int(match[2]), size - 1) if match[2] else size - 1
        if match[2] and int(match[2]) < first:
            return whole  # not a range at all: RFC 9110, 14.1.1
    return ByteRange(206, first, last) if first <= last and first < size else refused
