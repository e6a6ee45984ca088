"""Merges what rooms tell of a person, a number or a task into one line, the newest first, page by page.

It keeps nothing and knows no room. Whose log somebody may ask for is decided at the edge (api.py); what of it they see,
here: of each source that they may read, what is not restricted.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from call24.kit.activity import ActivityEntry, ActivityQuestion, ActivitySubject, ActivityViewer, BoundSource, Place
from call24.kit.paging import cursor_of, place_of
from call24.restrictions.service import Restrictions


class ActivityPage(NamedTuple):
    """`next` is None on the last page. A page may have fewer entries than were asked for, and others behind it."""

    entries: list[ActivityEntry]
    next: str | None


class ActivityLog:
    def __init__(self, sources: Sequence[BoundSource], restrictions: Restrictions) -> None:
        self._sources = sources
        self._restrictions = restrictions

    async def page(
        self, viewer: ActivityViewer, subject: ActivitySubject, *, limit: int, cursor: str | None
    ) -> ActivityPage:
        """Raises: Invalid for a cursor that is not ours; Unavailable."""
        before = place_of(cursor) if cursor else None
        question = ActivityQuestion(viewer=viewer, subject=subject, before=before, limit=limit + 1)
        entries, down_to = list[ActivityEntry](), list[Place]()
        for source in self._sources:
            if source.permission in viewer.permissions:
                told = await source.tell(question)
                entries += told.entries
                down_to += [told.down_to] if told.down_to is not None else []
        # below where one source has looked to, it may have entries that belong between those of others
        known_to = max(down_to, default=None)
        every = sorted((one for one in entries if self._shown(viewer, one)), key=lambda one: one.place, reverse=True)
        complete = [one for one in every if known_to is None or one.place >= known_to]
        if len(complete) > limit:
            return ActivityPage(complete[:limit], cursor_of(*complete[limit - 1].place))
        return ActivityPage(complete, cursor_of(*known_to) if known_to is not None else None)

    def _shown(self, viewer: ActivityViewer, entry: ActivityEntry) -> bool:
        if any(self._restrictions.restricted(viewer.tenant_id, one) for one in entry.concerns):
            return False
        whose = entry.of_person
        return whose is None or not self._restrictions.restricted_person(viewer.tenant_id, whose, ())
