"""Which parts of the installation are there, as the app shows them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class SystemParts:
    """`system`: asked again each time; part -> `ok` or `away`, recordings: how much space is left."""

    system: Callable[[], dict[str, str]]
