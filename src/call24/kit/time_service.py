"""Whether a time service (NTP) keeps the machine's clock, as the kernel knows it. It asks nobody else."""

from __future__ import annotations

import ctypes
import sys

_UNSYNCHRONISED = 0x0040


def synchronised() -> bool | None:
    """None where the kernel cannot be asked. Source: adjtimex(2), STA_UNSYNC."""
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        timex = ctypes.create_string_buffer(256)
        state = libc.adjtimex(timex)
    except (OSError, AttributeError):
        return None
    if state < 0 or sys.maxsize <= 2**32:
        return None
    status = int.from_bytes(timex.raw[40:44], sys.byteorder)
    return not status & _UNSYNCHRONISED
