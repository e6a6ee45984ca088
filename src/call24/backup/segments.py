"""What came after a backup: sealed segments, each of some seconds, which name the one before them.

A segment's name is its number, the second that it reaches to, and 16 random digits. Its key comes of the backup's key
and this name, so none can stand in another's place. It begins with `meta` {format, backup, follows, from}, goes on with
`changes`, `kept` and `gone`, and its `end` {to, token, changes} says up to where nothing is missing. A transaction is
never in two.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from call24.backup.errors import BackupError, DamagedBackup, PlaceAway
from call24.backup.frames import SealedReader, SealedWriter
from call24.backup.keys import BackupKey, part_of
from call24.backup.place import SEGMENT_TIME, BackupPlace, Out
from call24.backup.records import Kind, RecordWriter, records, told
from call24.kit.mongo.history import Change, Position, instant_of
from call24.kit.mongo.whole import split

FORMAT = 1
_BATCH_BYTES = 256 * 1024


@dataclass(frozen=True, kw_only=True)
class Segment:
    """`to`: up to here nothing is missing; `token`: where MongoDB is to go on."""

    name: str
    to: Position
    token: bytes = field(repr=False)
    changes: int


def named(number: int, to: Position) -> str:
    return f"{number:08d}-{instant_of(to):{SEGMENT_TIME}}-{secrets.token_hex(8)}"


def reached(name: str) -> datetime:
    """As a segment's name says: whoever lists them cannot open them."""
    return datetime.strptime(name[9:29], SEGMENT_TIME).replace(tzinfo=UTC)


def begins_at(key: BackupKey) -> Position | None:
    """From where on segments of this backup tell; None: it is of a version that made none."""
    match key.about.get("position"):
        case [int(seconds), int(within)]:
            return seconds, within
    return None


class SegmentWriter:
    """`opened`: the backup's key. Without `close` it is cut off."""

    def __init__(self, out: Out, opened: bytes, backup: str, name: str, chain: Chain) -> None:
        self._name = name
        self._sealed = SealedWriter(out, part_of(opened, f"segment {name}"))
        self._out = RecordWriter(self._sealed)
        self._waiting = bytearray()
        self._changes = 0
        self._out.say(Kind.META, {"format": FORMAT, "backup": backup, **chain.goes_on()})

    def change(self, change: Change) -> None:
        """Raises: OSError, BackupError."""
        self._changes += 1
        self._waiting += change.raw
        if len(self._waiting) >= _BATCH_BYTES:
            self._flush()

    def say(self, kind: Kind, about: dict[str, Any]) -> None:
        """Raises: OSError, BackupError."""
        self._out.say(kind, about)

    def close(self, to: Position, token: bytes) -> Segment:
        """Raises: OSError, BackupError."""
        self._flush()
        self._out.say(Kind.END, {"to": to, "token": token.hex(), "changes": self._changes})
        self._sealed.close()
        return Segment(name=self._name, to=to, token=token, changes=self._changes)

    def _flush(self) -> None:
        if self._waiting:
            self._out.write(Kind.CHANGES, bytes(self._waiting))
            self._waiting.clear()


@dataclass
class Chain:
    """The segments of one backup that follow each other, from its instant on. `broken`: why the next one does not."""

    begins: Position
    segments: list[Segment] = field(default_factory=list)
    broken: str = ""

    @property
    def reaches(self) -> Position:
        return self.segments[-1].to if self.segments else self.begins

    @property
    def last(self) -> Segment | None:
        return self.segments[-1] if self.segments else None

    @property
    def changes(self) -> int:
        return sum(one.changes for one in self.segments)

    def goes_on(self) -> dict[str, Any]:
        """What the next one says of where it belongs."""
        return {"follows": self.last.name if self.last else "", "from": list(self.reaches)}


class ChainReader:
    """Reads the segments of a backup. `opened`: the backup's key."""

    def __init__(self, place: BackupPlace, key: BackupKey, opened: bytes) -> None:
        self._place = place
        self._key = key
        self._opened = opened

    def names(self) -> list[str]:
        """The oldest first. Raises: BackupError."""
        return sorted(self._place.segments(self._key.name))

    def content(self, name: str) -> Iterator[tuple[Kind, bytes]]:
        """Raises: DamagedBackup, PlaceAway."""
        path = self._place.path_of_segment(self._key.name, name)
        with self._place.opened(path) as file:
            yield from records(SealedReader(file, part_of(self._opened, f"segment {name}"), path))

    def chain(self, until: Position | None = None, see: Sequence[Files] = ()) -> Chain:
        """All of it is read, up to the segment in which `until` is. Raises: BackupError where nothing can be said."""
        begins = begins_at(self._key)
        if begins is None:
            raise BackupError(f"{self._key.name} was made by a version that followed no changes: make another backup")
        chain = Chain(begins)
        for number, name in enumerate(self.names(), 1):
            if until is not None and chain.reaches >= until:
                break
            try:
                chain.segments.append(self._checked(chain, number, name, see))
            except PlaceAway:
                raise
            except (DamagedBackup, ValueError, LookupError, TypeError) as error:
                chain.broken = str(error) if isinstance(error, DamagedBackup) else f"segment {name} cannot be read"
                break
        return chain

    def _checked(self, chain: Chain, number: int, name: str, see: Sequence[Files]) -> Segment:
        where = f"segment {name} of {self._key.name}"
        if int(name[:8]) != number:
            raise DamagedBackup(f"segment {number} of {self._key.name} is missing or there twice, before {name}")
        changes, meta, end = 0, dict[str, Any](), dict[str, Any]()
        for kind, content in self.content(name):
            match kind:
                case Kind.META:
                    meta = told(content)
                case Kind.CHANGES:
                    changes += len(split(content))
                case Kind.KEPT | Kind.GONE:
                    for files in see:
                        files.add(kind, told(content))
                case Kind.END:
                    end = told(content)
                case _:
                    raise DamagedBackup(f"{where} has parts that do not belong there")
        if meta.get("format") != FORMAT:
            raise DamagedBackup(f"{where} has a form that this version does not know: use a newer Call24")
        if meta != {"format": FORMAT, "backup": self._key.name, **chain.goes_on()}:
            raise DamagedBackup(f"{where} does not follow the one before it")
        if end["changes"] != changes:
            raise DamagedBackup(f"{where} has not the changes that it says")
        seconds, within = end["to"]
        return Segment(name=name, to=(int(seconds), int(within)), token=bytes.fromhex(end["token"]), changes=changes)


class Files:
    """Recordings and files that came and went, as segments tell."""

    def __init__(self) -> None:
        self.kept: dict[str, dict[str, Any]] = {}
        self.gone: set[str] = set()

    def add(self, kind: Kind, about: dict[str, Any]) -> None:
        path = str(about["path"])
        if kind is Kind.KEPT:
            self.kept[path] = about
            self.gone.discard(path)
        else:
            self.kept.pop(path, None)
            self.gone.add(path)
