"""What routes ask of this room: `service: JournalDep`."""

from __future__ import annotations

from typing import Annotated

from call24.http.provided import provided
from call24.journal.journal import Journal

JournalDep = Annotated[Journal, provided(Journal)]
