"""Writes people of the address book to a file: CSV, or vCards of version 3.0 or 4.0. Memory is bounded.

It runs in a process of its own, as exports do. Nothing of whom data is restricted is in it, and no private entry. Who
asked, and whether they may, is not decided here.
"""

from __future__ import annotations

import csv
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from zoneinfo import ZoneInfo

from call24.address_book_files.csv_people import Most, headings_of, row_of
from call24.address_book_files.vcard_people import card_of
from call24.exports.exporter import whole
from call24.exports.model import Export
from call24.kit.ids import UserId
from call24.kit.mongo import Mongo
from call24.people.model import Person
from call24.people.pictures import PersonPictures
from call24.people.service import People
from call24.people.store import PersonStore, Place

PAGE = 500
_NO_READER = UserId("")
"""Whose private entries are nobody's."""


@dataclass(frozen=True)
class PeopleExporter:
    mongo: Mongo
    people: People
    pictures: PersonPictures

    async def write(self, export: Export, zone: ZoneInfo, file: Path, told: Callable[..., Any]) -> int:
        """The file, made whole or not at all; how many people. ``told``: as of ``Exporter``. Raises: Unavailable."""
        in_all, most = await self._looked_at(export)
        await told(0, in_all, None)
        done = 0
        with whole(file) as part, _opened(part, export.format) as out:
            rows = csv.writer(out)
            if export.format == "csv":
                rows.writerow(headings_of(most))
            async for page in self._pages(export):
                if export.format == "csv":
                    rows.writerows(row_of(one, most) for one in page)
                else:
                    out.write(await self._cards(export, page))
                done += len(page)
                await told(done, max(done, in_all), None)
        await told(done, done, None)
        return done

    async def _cards(self, export: Export, page: Sequence[Person]) -> str:
        pictures = await self.pictures.some(export.tenant_id, page) if "pictures" in export.filters else {}
        jpegs = {one.id: pictures[one.picture].jpeg for one in page if one.picture in pictures}
        return "".join(card_of(one, export.by, jpegs.get(one.id)) for one in page)

    async def _looked_at(self, export: Export) -> tuple[int, Most]:
        """How many they are, and how many columns they need: a person who is changed meanwhile may need another."""
        count, most = 0, Most()
        async for page in self._pages(export):
            count += len(page)
            for one in page:
                most = most.with_(one)
        return count, most

    async def _pages(self, export: Export) -> AsyncIterator[list[Person]]:
        store, after = PersonStore(self.mongo), None
        while True:
            found = await store.page(export.tenant_id, _NO_READER, text=export.search, after=after, limit=PAGE)
            shown = [self.people.shown(one) for one in found]
            yield [one for one in shown if one is not None and (not export.tag or export.tag in one.tags)]
            if len(found) < PAGE:
                return
            after = Place(id=found[-1].id, sort_name=found[-1].sort_name)


def _opened(file: Path, format: str) -> IO[str]:
    """CSV has the mark by which spreadsheets know UTF-8; vCards end their lines themselves."""
    return file.open("w", encoding="utf-8-sig" if format == "csv" else "utf-8", newline="")
