"""Checks an import's file: what it would become, beside it, and how many rows there are. Nothing of it is stored."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from call24.address_book_files.csv_files import Unreadable
from call24.address_book_files.matching import ByKey, found_in
from call24.address_book_files.model import AddressBookImport, Counts, RowProblem
from call24.address_book_files.preview import PROBLEMS_SHOWN, SHOWN, LeftOut, Preview, PreviewColumn, PreviewRow
from call24.address_book_files.reading import Checked, Source
from call24.address_book_files.rows import Refused, Rows
from call24.kit.ids import PersonId, TenantId
from call24.people.model import Person
from call24.people.rules import name_of

ROWS_MAX = 100_000
TELL_EVERY_S = 0.5
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_NAMED = ("given", "family", "patronymic", "order", "company")


class _Seen:
    """What is shown of the rows so far."""

    def __init__(self) -> None:
        self.rows: list[PreviewRow] = []
        self.problems: list[RowProblem] = []
        self.left_out = Counter[str]()
        self.count = self.refused = self.matching = 0

    def add(self, row: Checked, *, known: bool) -> None:
        self.count += 1
        self.matching += known
        self.refused += bool(row.problems)
        self.left_out.update(row.left_out)
        if len(self.problems) < PROBLEMS_SHOWN:
            self.problems += row.problems
        if len(self.rows) < SHOWN:
            self.rows.append(_preview_row(row, known=known))

    def preview(self, source: Source) -> Preview:
        return Preview(
            columns=_columns(source),
            rows=tuple(self.rows),
            problems=tuple(self.problems[:PROBLEMS_SHOWN]),
            left_out=tuple(LeftOut(what=what, rows=often) for what, often in self.left_out.most_common(PROBLEMS_SHOWN)),
        )


@dataclass(frozen=True)
class Checking:
    rows: Rows

    async def check(self, wish: AddressBookImport, path: Path, preview: Path) -> None:
        """Raises: Refused, Stopped, Unavailable: do it again."""
        try:
            source = await asyncio.to_thread(Source, path, wish.format, wish.reading, self.rows.region)
            seen = await self._seen(wish, source)
        except Unreadable as error:
            raise Refused("address_book_file_unreadable", str(error)) from error
        await asyncio.to_thread(_write, preview, msgspec.json.encode(seen.preview(source)))
        ready: Mapping[str, Any] = {
            "state": "ready",
            "reading": source.reading,
            "rows": seen.count,
            "matching": seen.matching,
            "counts": Counts(checked=seen.count, refused=seen.refused),
            "problem": "",
            "trouble": "",
        }
        await self.rows.update(wish, "checking", ready)

    async def _seen(self, wish: AddressBookImport, source: Source) -> _Seen:
        seen, told_at = _Seen(), time.monotonic()
        async with self.rows.in_batches(wish, source.rows()) as batches:
            async for batch in batches:
                by_key = ByKey(batch.there)
                for one in batch.rows:
                    person = batch.people.get(one.row)
                    seen.add(one, known=person is not None and bool(found_in(person, by_key.near(person))))
                if seen.count > ROWS_MAX:
                    raise Refused(
                        "address_book_file_too_long",
                        f"The file has more than {ROWS_MAX:,} people: divide it into several",
                    )
                if time.monotonic() - told_at > TELL_EVERY_S:
                    told_at = time.monotonic()
                    so_far = Counts(checked=seen.count, refused=seen.refused)
                    await self.rows.update(wish, "checking", {"counts": so_far})
        if not seen.count:
            raise Unreadable("There are no people in the file: a CSV file has a row for each, a vCard file a card")
        return seen


def _write(path: Path, text: bytes) -> None:
    path.touch(mode=0o600)
    path.write_bytes(text)


def _columns(source: Source) -> tuple[PreviewColumn, ...]:
    return tuple(
        PreviewColumn(
            heading=source.headings[place][:100] if place < len(source.headings) else "",
            to=one.to,
            label=one.label,
            group=one.group,
            first=tuple(row[place][:100] for row in source.first[:3] if place < len(row)),
        )
        for place, one in enumerate(source.reading.columns or ())
    )


def _preview_row(row: Checked, *, known: bool) -> PreviewRow:
    fields = row.fields
    person = Person(
        id=PersonId(""),
        tenant_id=TenantId(""),
        created_at=_NEVER,
        updated_at=_NEVER,
        **{name: value for name, value in fields.items() if name in _NAMED},
    )
    return PreviewRow(
        row=row.row,
        name=name_of(person),
        order=person.order,
        company=person.company,
        numbers=tuple(number for number, _, _ in row.numbers),
        emails=tuple(one.address for one in fields.get("emails", ())),
        addresses=tuple(one.text for one in fields.get("addresses", ())),
        tags=fields.get("tags", ()),
        notes=fields.get("notes", ""),
        fields=tuple((one.name, one.value) for one in fields.get("fields", ())),
        known=known,
        problems=row.problems,
    )
