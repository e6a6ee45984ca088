"""Which contacts Chatwoot's pages tell, where an import made thousands of them in one second."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from call24.crm.connector import Place
from call24.crm.connectors.chatwoot.pages import Piece, made_since
from call24.crm.connectors.chatwoot.records import Row
from call24.crm.connectors.chatwoot.requests import PAGE, Page

AT = int(datetime(2026, 11, 30, 12, tzinfo=UTC).timestamp())
REQUESTS_MAX = 60
"""Of one piece, with what it takes to find a place among thousands."""


class Listed:
    """Chatwoot's list of contacts, by the time at which each was made."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = list(rows)
        self.asked = 0

    async def read(self, number: int, sort: str) -> Page:
        self.asked += 1
        rows = self.rows[::-1] if sort.startswith("-") else self.rows
        return Page(rows=rows[(number - 1) * PAGE : number * PAGE], count=len(rows))

    async def piece(self, place: Place | None, limit: int) -> Piece:
        self.asked = 0
        found = await made_since(self.read, place, limit)
        assert self.asked <= REQUESTS_MAX and len(found.rows) <= limit
        return found


def made(first: int, many: int, at: int) -> list[Row]:
    """Of one second; within it the later id is sorted before."""
    return [{"id": id, "created_at": at} for id in reversed(range(first, first + many))]


def end(found: Piece, before: Place | None) -> Place | None:
    if found.place is not None or not found.rows:
        return found.place or before
    last = found.rows[-1]
    return Place(at=datetime.fromtimestamp(last["created_at"], UTC), id=str(last["id"]))


async def whole(listed: Listed, limit: int, place: Place | None = None) -> tuple[list[int], list[Piece], Place | None]:
    ids, pieces = list[int](), list[Piece]()
    while not pieces or pieces[-1].more:
        pieces.append(await listed.piece(place, limit))
        ids += [row["id"] for row in pieces[-1].rows]
        place = end(pieces[-1], place)
    return ids, pieces, place


async def test_an_import_of_thousands_in_one_second_is_taken_piece_by_piece_after_who_came_before() -> None:
    before = [row for n in range(40) for row in made(1 + n, 1, AT - 100 + n)]
    after = [row for n in range(20) for row in made(9000 + n, 1, AT + 5 + n)]
    for limit in (7, 100):
        listed = Listed([*before, *made(100, 3100, AT), *after])
        ids, pieces, place = await whole(listed, limit)
        assert ids[:40] == list(range(1, 41)), "first who was made before"
        assert sorted(ids) == [*range(1, 41), *range(100, 3200), *range(9000, 9020)], "and each once"
        warned = {one.warning for one in pieces} - {""}
        assert [text for text in warned if "2026-11-30T12:00:00Z" in text and "leave out others" in text] == [*warned]
        assert warned and pieces[0].warning == ""
        assert (await listed.piece(place, limit)).rows == []


async def test_a_list_that_ends_in_such_a_second_is_asked_once_until_there_is_somebody_new() -> None:
    listed = Listed(made(100, 3000, AT))
    ids, _, place = await whole(listed, 100)
    assert sorted(ids) == [*range(100, 3100)]
    idle = await listed.piece(place, 100)
    assert (idle.rows, idle.more, listed.asked) == ([], False, 1)
    listed.rows += made(5000, 2, AT + 1)
    found, _, _ = await whole(listed, 100, place)
    assert found == [5000, 5001]


async def test_a_place_that_was_stored_within_such_a_second_goes_on_by_page() -> None:
    listed = Listed([*made(1, 20, AT - 1), *made(100, 1000, AT)])
    ids, _, _ = await whole(listed, 50, Place(at=datetime.fromtimestamp(AT, UTC), id="300"))
    assert sorted(set(ids)) == [*range(100, 1100)], "some again rather than one not at all"


async def test_a_list_that_grew_shorter_ends() -> None:
    listed = Listed(made(100, 30, AT))
    found = await listed.piece(Place(at=datetime.fromtimestamp(AT, UTC), id="@9000"), 10)
    assert (found.rows, found.more) == ([], False)
    assert found.place == Place(at=datetime.fromtimestamp(AT, UTC) + timedelta(seconds=1))


async def test_who_is_told_twice_says_that_others_may_be_missing() -> None:
    rows = [*made(1, 20, AT)]
    rows[16] = rows[3]
    found = await Listed(rows).piece(None, 100)
    assert len(found.rows) == 19 and "repeats contacts" in found.warning
