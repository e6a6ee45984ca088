"""Merging what rooms tell: pages of any size pass over nothing, though a source stops early and hides much."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from tests.support.clock import START

from call24.activity.service import ActivityLog
from call24.kit.activity import (
    ActivityEntry,
    ActivityQuestion,
    ActivitySubject,
    ActivityViewer,
    BoundSource,
    Told,
)
from call24.kit.ids import TenantId, UserId

VIEWER = ActivityViewer(
    tenant_id=TenantId("ten_a"), user_id=UserId("usr_ann"), permissions=frozenset({"x.read"}), queues=None
)
NOBODY: Any = SimpleNamespace(restricted=lambda *_: False, restricted_person=lambda *_: False)


class Documents:
    """Of one room, some of which may not be shown. It reads a few for a page, whatever is asked."""

    def __init__(self, entries: list[ActivityEntry], hidden: set[str], reads: int) -> None:
        self.newest = sorted(entries, key=lambda one: one.place, reverse=True)
        self.hidden = hidden
        self.reads = reads

    async def tell(self, question: ActivityQuestion) -> Told:
        further = [one for one in self.newest if question.before is None or one.place < question.before]
        read = further[: self.reads]
        shown = [one for one in read if one.id not in self.hidden]
        return Told(shown, read[-1].place if len(further) > len(read) else None)


@st.composite
def rooms(draw: st.DrawFn) -> list[Documents]:
    made = []
    for room in range(draw(st.integers(1, 4))):
        seconds = draw(st.lists(st.integers(0, 6), max_size=15))
        entries = [
            ActivityEntry(id=f"{room}_{n}", kind="call", what="answered", at=START + timedelta(seconds=at))
            for n, at in enumerate(seconds)
        ]
        hidden = {one.id for one in entries if draw(st.booleans())}
        made.append(Documents(entries, hidden, draw(st.integers(1, 5))))
    return made


@given(rooms(), st.integers(1, 6))
def test_the_pages_together_are_all_that_may_be_shown_once_and_in_order(made: list[Documents], limit: int) -> None:
    log = ActivityLog([BoundSource("room", "x.read", one.tell) for one in made], NOBODY)

    async def pages() -> list[ActivityEntry]:
        found, cursor = list[ActivityEntry](), None
        for _ in range(200):
            page = await log.page(VIEWER, ActivitySubject(), limit=limit, cursor=cursor)
            assert len(page.entries) <= limit
            found += page.entries
            cursor = page.next
            if cursor is None:
                return found
        raise AssertionError("it never ends")

    every = [one for room in made for one in room.newest if one.id not in room.hidden]
    assert asyncio.run(pages()) == sorted(every, key=lambda one: (one.at, one.id), reverse=True)


def test_a_source_whose_permission_the_viewer_lacks_is_not_asked() -> None:
    async def never(question: ActivityQuestion) -> Told:
        raise AssertionError("it was asked")

    log = ActivityLog([BoundSource("room", "y.read", never)], NOBODY)
    page = asyncio.run(log.page(VIEWER, ActivitySubject(), limit=5, cursor=None))
    assert (page.entries, page.next) == ([], None)
