"""Segments of a backup, written as `backup follow` writes them, with changes that a test makes up."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta

import bson
from bson.raw_bson import RawBSONDocument
from bson.timestamp import Timestamp

from call24.backup.keys import BackupKey, Opener
from call24.backup.place import BackupPlace
from call24.backup.records import Kind
from call24.backup.segments import Chain, ChainReader, SegmentWriter, named
from call24.kit.mongo.history import Position

OPENER = Opener("key file", bytes(32))
AT = datetime(2026, 11, 30, 6, 55, tzinfo=UTC)
BEGINS: Position = (int(AT.timestamp()), 3)


def after(seconds: int, within: int = 1) -> Position:
    return BEGINS[0] + seconds, within


class Followed:
    """A backup with nothing in it, and what follows it."""

    def __init__(self, place: BackupPlace, at: datetime = AT) -> None:
        place.make()
        self.place = place
        self.opened = secrets.token_bytes(32)
        with place.new(at) as fresh:
            for part in ("content", "files"):
                with fresh.file(part) as out:
                    out.write(b"sealed")
                    out.done()
            about = {"position": [int(at.timestamp()), BEGINS[1]]}
            key = BackupKey(name=fresh.name, instant=at, expires_at=at + timedelta(days=30), about=about)
            self.key = key.seal(self.opened, OPENER)
            fresh.keep(self.key)
        self.reader = ChainReader(place, self.key, self.opened)

    def adds(
        self,
        *changes: Position,
        to: Position,
        kept: tuple[dict[str, object], ...] = (),
        gone: tuple[str, ...] = (),
        needed: tuple[str, ...] = (),
        chain: Chain | None = None,
    ) -> str:
        """One more segment, with an insert at each of these positions; its name. `chain`: what it says to follow."""
        chain = chain or self.reader.chain()
        name = named(len(self.place.segments(self.key.name)) + 1, to)
        with self.place.new_segment(self.key.name, name, needed) as fresh, fresh.file() as out:
            writer = SegmentWriter(out, self.opened, self.key.name, name, chain)
            for number, at in enumerate(changes):
                writer.change(inserted(at, number))
            for about in kept:
                writer.say(Kind.KEPT, about)
            for path in gone:
                writer.say(Kind.GONE, {"path": path})
            writer.close(to, b"token")
            out.done()
        return name


def inserted(at: Position, number: int) -> RawBSONDocument:
    id = {"_id": f"{at[0]}-{at[1]}-{number}"}
    change = {
        "operationType": "insert",
        "clusterTime": Timestamp(*at),
        "ns": {"db": "call24", "coll": "contacts"},
        "documentKey": id,
        "fullDocument": id,
    }
    return RawBSONDocument(bson.encode(change))
