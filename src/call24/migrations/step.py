"""What a step is. Steps of the database go in batches, and may be ended and repeated at any place.

A step is never changed once a version with it was released: it names fields as they were then, and imports no room.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from call24.kit.mongo import StoredDocuments


class Batch(NamedTuple):
    """How many documents were changed, and behind which id the next batch begins; None: that was the last one."""

    changed: int
    last: str | None


@dataclass(frozen=True, kw_only=True)
class DatabaseStep:
    """`batch` changes some documents behind an id (first ""): it writes only to those that are still as they were, so
    that repeating one, also by two processes at once, changes nothing more. `what`: what it changes, for the terminal.
    """

    number: int
    what: str
    batch: Callable[[StoredDocuments, str], Awaitable[Batch]]


@dataclass(frozen=True, kw_only=True)
class FolderStep:
    """`change` does all of it in the data folder, and may be ended and repeated; how much it changed."""

    number: int
    what: str
    change: Callable[[Path], int]


Step = DatabaseStep | FolderStep
