"""Argon2 is slow on purpose, and tests make users and sign in thousands of times. What matches is the same."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

from call24.identity import passwords


@contextmanager
def quick_hashes() -> Iterator[None]:
    """For whatever hashes passwords in this process and is made meanwhile: 0.1 ms and 64 KiB for 25 ms and 19 MiB."""
    with mock.patch.object(passwords, "_PASSES", 1), mock.patch.object(passwords, "_KIB", 64):
        yield
