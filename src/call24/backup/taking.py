"""Makes a backup of an installation that runs: MongoDB as of one instant, and the files that belong to it."""

from __future__ import annotations

import hashlib
import hmac
import io
import json
import os
import secrets
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from call24.backup import contents
from call24.backup.errors import BackupError, PlaceAway
from call24.backup.folder import held
from call24.backup.frames import KEY_BYTES, SealedReader, SealedWriter
from call24.backup.keys import BackupKey, Opener, part_of
from call24.backup.place import BackupPlace, Fresh, Out, Say
from call24.backup.records import Kind, RecordWriter, records, told
from call24.backup.resuming import going_on, is_whole
from call24.backup.segments import ChainReader, Files, begins_at
from call24.backup.unfinished import Stored, Unfinished
from call24.data_map import Place
from call24.kit.key_ring import KeyRing, root_of
from call24.kit.mongo.whole import Instant, fingerprint, one_instant
from call24.kit.settings import DATABASE, Settings
from call24.kit.version import VERSION
from call24.migrations import folder_stamp
from call24.privacy import register_copies

FORMAT = 1
_BLOCK = 1024 * 1024
MOST_OPEN = 500
"""Segments of the spool and files of the audit log that are held open over the instant: usually two."""


class Pace:
    """Lets so many bytes through in a second, so that calls have the disk and the processor too; 0: all."""

    def __init__(self, bytes_per_s: float) -> None:
        self._rate = bytes_per_s
        self._due = time.monotonic()

    def passed(self, size: int) -> None:
        if not self._rate:
            return
        self._due = max(self._due, time.monotonic() - 1.0) + size / self._rate
        if (wait := self._due - time.monotonic()) > 0:
            time.sleep(wait)


@dataclass
class Counted:
    """`documents`: by collection, how many and the sum of their hashes; `gone`: files deleted while they were read."""

    documents: dict[str, tuple[int, str]] = field(default_factory=dict)
    files: int = 0
    kept: int = 0
    again: int = 0
    gone: int = 0
    sizes: Counter[str] = field(default_factory=Counter)


Known = Stored
"""Of the newest backup: its files that lie beside."""


def take(
    settings: Settings,
    declared: Sequence[Place],
    place: BackupPlace,
    opener: Opener,
    *,
    keep: timedelta,
    say: Say,
    warn: Say,
    pace: Pace,
) -> BackupKey:
    """Returns the key of the new backup. `say` is told how far it is, `warn` what somebody has to know.

    Raises: BackupError, Unavailable.
    """
    place.prepare(settings.data, warn)
    busy = f"a backup of {settings.data} is being made already: wait until it is done"
    with place.writing(), place.alone(), held(settings.data, busy):
        copy_register(settings, place)
        place.check(settings.backup_days)
        with place.held():
            _tidy(place, say, warn)
            known = _known(place, opener, warn)
            admin = settings.mongodb_admin_uri() if settings.own_mongodb else None
            with going_on(settings.data, place, opener, keep, known, warn) as resuming:
                with place.new(datetime.now(UTC)) as fresh:
                    taking = _Taking(settings, declared, fresh, say, pace, resuming.unfinished)
                    key = taking.all(admin, known, keep).seal(taking.key, opener)
                    fresh.keep(key)
                resuming.done(fresh.needed)
            copy_register(settings, place)
    return key


def _tidy(place: BackupPlace, say: Say, warn: Say) -> None:
    """What has expired goes now, although this backup may fail; what cannot be removed does not stop it."""

    def expire() -> None:
        for name in place.expire(datetime.now(UTC)):
            say(f"{name} has expired: it and its key are deleted")

    failed: dict[str, None] = {}
    for step in (place.clean, expire):
        try:
            step()
        except BackupError as error:
            failed[str(error)] = None
    for line in failed:
        warn(f"what has expired or was cut off is not removed from {place.at}: {line}")
    for line in place.lacking().values():
        warn(line)


def copy_register(settings: Settings, place: BackupPlace) -> None:
    register_copies.copy(settings.erasure_register.parent, place.register, datetime.now(UTC))


def schema_of(data: Path) -> int:
    """The data's, which may be an earlier one than this program's. Raises: BackupError, OSError."""
    try:
        return folder_stamp.read(data).schema
    except folder_stamp.DamagedStamp as error:
        raise BackupError(str(error)) from None


def root_key(data: Path) -> tuple[bytes, int]:
    """The app key, and how often it was replaced. Raises: BackupError, OSError."""
    file = root_of(data)
    try:
        return file.read_bytes() if file.exists() else b"", KeyRing.load(data).generation
    except ValueError as error:
        raise BackupError(str(error)) from None


def mark_of_keys(data: Path) -> str:
    """Another one where the keys are others with which documents are sealed. Raises: BackupError, OSError."""
    (root, generation), ring = root_key(data), KeyRing.load(data)
    said = json.dumps(
        [generation, dict(ring.kept), {name: list(of) for name, of in ring.former.items()}], sort_keys=True
    )
    return hmac.digest(root, b"call24 backup\x01" + said.encode(), "sha256").hex()[:32]


def _known(place: BackupPlace, opener: Opener, warn: Say) -> Known:
    """Of the newest backup, if it can be read with this opener: its files need not be stored again."""
    there = place.whole()
    if not there:
        return {}
    try:
        return _files_of(place, there[-1], there[-1].open(opener))
    except PlaceAway:
        raise
    except (BackupError, OSError) as error:
        warn(f"all recordings and files are stored anew, since the newest backup cannot be read: {error}")
        return {}


def _files_of(place: BackupPlace, key: BackupKey, opened: bytes) -> Known:
    """Those that followed it too."""
    after = Files()
    if begins_at(key) is not None:
        ChainReader(place, key, opened).chain(see=[after])
    listed = (*listed_files(place, key, opened), *after.kept.values())
    return {str(about["path"]): about for about in listed if is_whole(place, about)}


def listed_files(place: BackupPlace, key: BackupKey, opened: bytes) -> Iterator[dict[str, object]]:
    """Whether their objects are there or not. Raises: BackupError, OSError."""
    path = place.path_of(key.name, "files")
    with place.opened(path) as file:
        for kind, content in records(SealedReader(file, part_of(opened, "files"), path)):
            if kind is Kind.KEPT:
                yield told(content)


class _Hashed:
    """Passes on what is written, and hashes it."""

    def __init__(self, out: Out) -> None:
        self._out = out
        self.hash = hashlib.sha256()

    def write(self, content: bytes, /) -> int:
        self.hash.update(content)
        return self._out.write(content)


class _Taking:
    def __init__(
        self,
        settings: Settings,
        declared: Sequence[Place],
        fresh: Fresh,
        say: Say,
        pace: Pace,
        unfinished: Unfinished,
    ) -> None:
        self.key = secrets.token_bytes(KEY_BYTES)
        self._settings = settings
        self._data = settings.data
        self._declared = declared
        self._fresh = fresh
        self._say = say
        self._pace = pace
        self._unfinished = unfinished
        self._counted = Counted()

    def all(self, admin: str | None, known: Known, keep: timedelta) -> BackupKey:
        began, schema, root = time.monotonic(), schema_of(self._data), root_key(self._data)
        with self._fresh.file("content") as file:
            sealed = SealedWriter(file, part_of(self.key, "content"))
            out = RecordWriter(sealed)
            out.say(Kind.META, {"format": FORMAT, "version": VERSION})
            for path in contents.small(self._data, self._declared, afterwards=False):
                self._small(out, path)
            with ExitStack() as until:
                before = self._opened_before(until)
                instant = until.enter_context(one_instant(self._settings.mongodb_uri(), DATABASE, admin))
                # A recording that comes later has no document here, and nobody would ever delete it after a restore.
                theirs = [str(path) for path in contents.of_organisations(self._data, self._declared)]
                at = instant.at
                follows = {
                    "position": list(instant.position),
                    "database": instant.identity,
                    "keys": mark_of_keys(self._data),
                }
                if root_key(self._data) != root:  # what is sealed in these documents may need another than was copied
                    raise BackupError("the app key was replaced while this backup was made: make it again")
                self._afterwards(out, before)
                self._documents(out, instant)
            listed = self._of_organisations(theirs, known)
            out.say(Kind.END, {"documents": self._counted.documents, "files": self._counted.files, "listed": listed})
            sealed.close()
            file.done()
            self._counted.sizes["content"] = sealed.size
        return self._made(at, keep, {"schema": schema, **follows}, time.monotonic() - began)

    def _made(self, at: datetime, keep: timedelta, follows: dict[str, object], took_s: float) -> BackupKey:
        counted = self._counted
        about = {
            "version": VERSION,
            **follows,
            "made_at": datetime.now(UTC).isoformat(),
            "documents": sum(count for count, _ in counted.documents.values()),
            "files": counted.files + counted.kept,
            "files_stored_before": counted.again,
            "files_gone": counted.gone,
            "objects": counted.kept,
            "bytes": counted.sizes["content"] + counted.sizes["kept"],
            "bytes_written": counted.sizes["content"] + counted.sizes["written"],
            "seconds": round(took_s, 1),
        }
        return BackupKey(name=self._fresh.name, instant=at, expires_at=at + keep, about=about)

    def _opened_before(self, until: ExitStack) -> dict[str, BinaryIO]:
        """What is read after the instant: open, it can be read although it is deleted by then."""
        found: dict[str, BinaryIO] = {}
        for path in islice(contents.small(self._data, self._declared, afterwards=True), MOST_OPEN):
            if (file := self._opened(str(path))) is not None:
                found[str(path)] = until.enter_context(file)
        return found

    def _afterwards(self, out: RecordWriter, before: dict[str, BinaryIO]) -> None:
        """What is there and what was there before the instant; a line that is in both is written once."""
        there = {str(path) for path in contents.small(self._data, self._declared, afterwards=True)}
        for name in sorted(there | before.keys()):
            former, now = before.get(name), self._opened(name)
            with now or nullcontext():
                if former is None or (now is not None and os.path.sameopenfile(former.fileno(), now.fileno())):
                    self._copied(out, name, now)
                elif now is None:
                    self._copied(out, name, former)
                else:
                    lines = [*former.read().splitlines(keepends=True), *now.read().splitlines(keepends=True)]
                    self._copied(out, name, now, b"".join(dict.fromkeys(lines)))

    def _opened(self, name: str) -> BinaryIO | None:
        try:
            return (self._data / name).open("rb")
        except FileNotFoundError:
            return None

    def _small(self, out: RecordWriter, path: PurePosixPath) -> None:
        with self._opened(str(path)) or nullcontext() as file:
            self._copied(out, str(path), file)

    def _copied(self, out: RecordWriter, name: str, file: BinaryIO | None, content: bytes | None = None) -> None:
        """`file` None: it is gone; `content`: what is written instead of what is in it."""
        if file is None:
            self._counted.gone += 1
            return
        out.say(Kind.FILE, {"path": name, "mode": os.fstat(file.fileno()).st_mode & 0o777})
        source = file if content is None else io.BytesIO(content)
        while block := source.read(_BLOCK):
            out.write(Kind.BYTES, block)
            self._pace.passed(len(block))
        self._counted.files += 1

    def _documents(self, out: RecordWriter, instant: Instant) -> None:
        names = [name for name in instant.collections() if name not in contents.LEFT_OUT]
        for number, name in enumerate(names, 1):
            out.say(Kind.COLLECTION, {"name": name})
            count, total = 0, 0
            for batch in instant.documents(name):
                out.write(Kind.DOCUMENTS, batch)
                more, hashes = fingerprint(batch)
                count, total = count + more, (total + hashes) % 2**256
                self._pace.passed(len(batch))
                self._say(f"collection {number} of {len(names)}: {name}, {count:,} documents")
            self._counted.documents[name] = (count, f"{total:064x}")

    def _of_organisations(self, listed: Sequence[str], known: Known) -> str:
        """Their list is sealed too; the SHA-256 of it as it lies there."""
        with self._fresh.file("files") as file:
            hashed = _Hashed(file)
            sealed = SealedWriter(hashed, part_of(self.key, "files"))
            out = RecordWriter(sealed)
            for path in listed:
                about = self._kept(path, known.get(path))
                if about is None:
                    self._counted.gone += 1
                    continue
                out.say(Kind.KEPT, about)
                self._fresh.needed.append(str(about["object"]))
                self._counted.kept += 1
                if self._counted.kept % 100 == 0:
                    self._say(f"{self._counted.kept:,} recordings and files")
            sealed.close()
            file.done()
        return hashed.hash.hexdigest()

    def _kept(self, path: str, before: dict[str, object] | None) -> dict[str, object] | None:
        """None: it was deleted meanwhile."""
        try:
            with (self._data / path).open("rb") as file:
                there = os.fstat(file.fileno())
                same = {"size": there.st_size, "mtime_ns": there.st_mtime_ns}
                self._counted.sizes["kept"] += there.st_size
                if before and same.items() <= before.items():
                    self._counted.again += 1
                    return before
                about = {"path": path, "mode": there.st_mode & 0o777, **same, **self._stored(file, there.st_size)}
                self._unfinished.note(about)
                return about
        except FileNotFoundError:
            return None

    def _stored(self, file: BinaryIO, size: int) -> dict[str, object]:
        id, object = self._fresh.object()
        with object as out:
            about, stored = sealed_object(out, file, size, self._pace)
        self._counted.sizes["written"] += stored
        return {"object": id, **about}


def sealed_object(out: Out, file: BinaryIO, size: int, pace: Pace) -> tuple[dict[str, object], int]:
    """As long as it was when it was opened: an upload may go on. Its key and its hash, and how long it is sealed.

    Raises: OSError, BackupError.
    """
    key, hashed, left = secrets.token_bytes(KEY_BYTES), hashlib.sha256(), size
    sealed = SealedWriter(out, key)
    while left and (block := file.read(min(left, _BLOCK))):
        sealed.write(block)
        hashed.update(block)
        left -= len(block)
        pace.passed(len(block))
    sealed.close()
    out.done()
    return {"key": key.hex(), "sha256": hashed.hexdigest(), "stored": sealed.size}, sealed.size
