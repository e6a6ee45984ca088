"""Backups in a bucket of an S3-compatible store, with their keys in a folder elsewhere.

`backups/NAME/` has `content`, `files` and `objects` as a folder of backups does, `objects/` what organisations have,
each once; `damaged/` names those of them that `verify` found to be. In the folder of keys, `NAME.part` stands for what
is being made or deleted: whatever of it is in the bucket goes. No key is ever sent to the store.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from call24.backup.bucket_reading import PIECE, BucketReader, Range, lines
from call24.backup.bucket_rules import check_empty, kept_though_deleted
from call24.backup.errors import BackupError, DamagedBackup, writing_to
from call24.backup.folder import created, held, refuse_inside, store_key, warn_of_one_disk
from call24.backup.keys import BackupKey
from call24.backup.lease import SETTLES_S, Lease
from call24.backup.place import AHEAD, NAME, OBJECT, BackupPlace, Say
from call24.backup.s3_client import Bucket
from call24.backup.s3_errors import S3Error
from call24.backup.uploads import PART, Upload, Uploads
from call24.kit.folder_sync import sync
from call24.kit.secrets import replace_secret

MARK = "call24-backups"
"""The object by which a place for backups is known, with the id that stands in its folder of keys too."""
PLACE = "place.json"
PARTS = frozenset({"content", "files", "objects"})
AT_ONCE = 8
"""Removals under way."""
_MOST_PAGES = 1000


class BackupBucket(BackupPlace):
    """`keys`: a folder of this place alone. `part`: bytes that are sent at once, `piece`: that are read at once."""

    def __init__(
        self, bucket: Bucket, keys: Path, *, part: int = PART, piece: int = PIECE, settles_s: float = SETTLES_S
    ) -> None:
        self.at = bucket.at
        self.host = bucket.host
        self.keys = keys
        self.register = keys / "register"
        self.bucket = bucket
        self.part = part
        self._piece = piece
        self._settles_s = settles_s
        self._lease: Lease | None = None
        self._gone: list[str] = []
        self._sizes: dict[bytes, int] | None = None
        self._soon: dict[str, Future[Range | None]] = {}
        self._fetching: ThreadPoolExecutor | None = None

    def make(self) -> None:
        """Its folders alone: nothing is asked of the store."""
        with writing_to(self.keys):
            for folder in (self.keys, self.register):
                folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def check(self, data: Path, days: int, warn: Say) -> None:
        refuse_inside(self.keys, data)
        self.make()
        warn_of_one_disk(self.keys, data, warn)
        with self.writing():
            self._claim()
        for line in kept_though_deleted(self.bucket, days):
            warn(line)

    def writing(self) -> AbstractContextManager[None]:
        return writing_to(self.keys)

    @contextmanager
    def held(self) -> Iterator[None]:
        busy = f"another backup is being written with the keys in {self.keys}: wait until it is done"
        with held(self.keys, busy):
            self._forget_due(datetime.now(UTC))  # whatever becomes of the store
            self._see_own()
            self._lease = Lease(self.bucket, self._writer(), settles_s=self._settles_s)
            with self._lease.held():
                yield

    # --- whose it is ---

    def _claim(self) -> None:
        """An empty place becomes this folder's. Raises: BackupError, OSError."""
        if self.bucket.get(MARK) is None and not self._has_keys():
            check_empty(self.bucket, MARK)
            said = {"at": self.at, "id": self._id() or secrets.token_hex(16)}
            replace_secret(self.keys / PLACE, json.dumps(said))
            self.bucket.put(MARK, said["id"].encode(), new=True)
        self._see_own()

    def _see_own(self) -> None:
        """Raises: BackupError where the bucket's backups and the keys are not of each other."""
        there, ours = self.bucket.get(MARK), self._id()
        if there is None and not self._has_keys():
            raise BackupError(f"there are no backups at {self.at} yet: make one, or correct the place")
        if there is None:
            raise BackupError(
                f"there are no backups at {self.at}, and {self.keys} has the keys of some: correct the place, or begin "
                "anew with another folder of keys"
            )
        if not ours or there.body.decode(errors="replace").strip() != ours:
            raise BackupError(
                f"{self.at} has backups whose keys are not in {self.keys}: give the folder that has them (--keys), or "
                "a prefix that nothing has"
            )

    def _id(self) -> str:
        try:
            return str(json.loads((self.keys / PLACE).read_bytes())["id"])
        except (OSError, ValueError, KeyError, TypeError):
            return ""

    def _has_keys(self) -> bool:
        return any(NAME.fullmatch(path.stem) for path in self.keys.iterdir())

    def _writer(self) -> str:
        """This machine and this folder: who has it locked knows that no other run of them is alive."""
        with suppress(OSError):
            boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
            at = self.keys.stat()
            return f"{boot}:{at.st_dev}:{at.st_ino}"
        return ""

    # --- what is there ---

    def names(self) -> list[str]:
        found: dict[str, set[str]] = {}
        for one in self.bucket.listed("backups/"):
            _, name, part = one.key.split("/", 2) if one.key.count("/") == 2 else ("", "", "")
            found.setdefault(name, set()).add(part)
        return [
            name
            for name, parts in found.items()
            if NAME.fullmatch(name) and parts >= PARTS and not (self.keys / f"{name}.part").exists()
        ]

    def path_of(self, name: str, part: str) -> str:
        return f"{self.at}/backups/{name}/{part}"

    def path_of_object(self, id: str) -> str:
        return f"{self.at}/{_object(id)}"

    @contextmanager
    def opened(self, path: str) -> Iterator[BucketReader]:
        key = path.removeprefix(f"{self.at}/")
        found = self._soon.pop(path).result() if path in self._soon else self.bucket.range(key, 0, self._piece)
        with BucketReader(self.bucket, key, path, found, self._piece) as reader:
            yield reader

    def soon(self, path: str) -> None:
        self._fetching = self._fetching or ThreadPoolExecutor(AHEAD, thread_name_prefix="ahead")
        self._soon[path] = self._fetching.submit(self.bucket.range, path.removeprefix(f"{self.at}/"), 0, self._piece)

    def stored_size(self, id: str) -> int | None:
        return self._all_sizes().get(bytes.fromhex(id)) if OBJECT.fullmatch(id) else None

    def put_aside(self, id: str) -> None:
        with suppress(S3Error):  # with credentials that can read alone
            self.bucket.put(f"damaged/{id}", b"")

    def _all_sizes(self) -> dict[bytes, int]:
        """Of all objects that are not damaged, listed once."""
        if self._sizes is None:
            found = self.bucket.listed("objects/")
            self._sizes = {bytes.fromhex(id): one.size for one in found if (id := _id_of(one.key))}
            for one in self.bucket.listed("damaged/"):
                if id := _id_of(one.key):
                    self._sizes.pop(bytes.fromhex(id), None)
        return self._sizes

    # --- making one ---

    @contextmanager
    def new(self, instant: datetime) -> Iterator[NewInBucket]:
        fresh = NewInBucket(self, f"{instant:%Y-%m-%dT%H-%M-%SZ}-{secrets.token_hex(2)}")
        self._note_part(fresh.name)
        try:
            yield fresh
        finally:
            fresh.forget()

    def keep(self, key: BackupKey) -> None:
        """Its parts are there. Raises: BackupError, OSError."""
        assert self._lease is not None, "who makes one holds the place"
        self._lease.check()
        store_key(self.keys, key)

    # --- ending ---

    def clean(self) -> None:
        self._abort_uploads()
        unfinished = [path.stem for path in self.keys.glob("*.part") if NAME.fullmatch(path.stem)]
        for name in unfinished:
            (self.keys / f"{name}.json").unlink(missing_ok=True)
            self.remove(one.key for one in self.bucket.listed(f"backups/{name}/"))
        if unfinished:
            self._drop_objects()
        for name in unfinished:
            self.forget_part(name)
        sync(self.keys)

    def expire(self, now: datetime) -> list[str]:
        self._forget_due(now)
        self.clean()
        gone, self._gone = self._gone, []
        return gone

    def remove(self, keys: Iterable[str]) -> None:
        """Raises: S3Error, at the first that cannot be."""
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for _ in pool.map(self.bucket.remove, keys):
                pass

    def forget_part(self, name: str) -> None:
        for file in (f"{name}.new", f"{name}.part"):
            (self.keys / file).unlink(missing_ok=True)

    def _forget_due(self, now: datetime) -> None:
        """Their keys go, though the store may be away: from then on nobody can open them. Raises: OSError."""
        for path in sorted(self.keys.glob("*.json")):
            if not NAME.fullmatch(path.stem) or (key := self._key_if_readable(path.stem)) is None:
                continue
            if key.expires_at <= now:
                self._note_part(key.name)
                path.unlink()
                sync(self.keys)
                self._gone.append(key.name)

    def _note_part(self, name: str) -> None:
        with suppress(FileExistsError), created(self.keys / f"{name}.part") as out:
            out.done()
        sync(self.keys)

    def _abort_uploads(self) -> None:
        """Of runs that were killed: only who holds the place uploads. Raises: S3Error."""
        for _ in range(_MOST_PAGES):
            if not (page := self.bucket.unfinished()):
                return
            for key, upload in page:
                self.bucket.abort(key, upload)

    def _drop_objects(self) -> None:
        """Those that no backup needs; none while one does not say what it needs. Raises: BackupError."""
        ends = {one.key for one in self.bucket.listed("backups/")}
        names = {key.split("/")[1] for key in ends if key.count("/") == 2}
        lists = [f"backups/{name}/objects" for name in sorted(names, reverse=True)]
        if not ends.issuperset(lists):
            return
        unneeded = {one.key for below in ("objects/", "damaged/") for one in self.bucket.listed(below)}
        unneeded = {key for key in unneeded if _id_of(key)}
        for listed in lists:
            if not unneeded:
                return
            with self.opened(f"{self.at}/{listed}") as file:
                for id in lines(file):
                    unneeded -= {_object(id), f"damaged/{id}"}
        self.remove(sorted(unneeded))
        self._sizes = None


class NewInBucket:
    """One that is being made. Objects that it adds are removed unless it is kept."""

    def __init__(self, place: BackupBucket, name: str) -> None:
        self.name = name
        self.needed: list[str] = []
        self._place = place
        self._uploads = Uploads(place.bucket, part=place.part)
        self._added: list[str] = []
        self._kept = False

    def file(self, name: str) -> Upload:
        self._added.append(f"backups/{self.name}/{name}")
        return self._uploads.object(self._added[-1])

    def object(self) -> tuple[str, Upload]:
        id = secrets.token_hex(16)
        self._added.append(_object(id))
        return id, self._uploads.object(self._added[-1])

    def keep(self, key: BackupKey) -> None:
        self._uploads.wait()
        with self.file("objects") as listed:
            for id in self.needed:
                listed.write(f"{id}\n".encode())
            listed.done()
        self._uploads.wait()
        self._place.keep(key)
        self._kept = True

    def forget(self) -> None:
        if self._kept:
            self._uploads.close()
            return
        self._uploads.stop()
        with suppress(S3Error):  # the next run does it
            self._place.remove(self._added)
            self._place.forget_part(self.name)


def _object(id: str) -> str:
    """Raises: DamagedBackup."""
    if not OBJECT.fullmatch(id):
        raise DamagedBackup(f"{id!r} is no object of a backup")
    return f"objects/{id[:2]}/{id}"


def _id_of(key: str) -> str:
    """Empty where it is no object's."""
    id = key.rpartition("/")[2]
    return id if OBJECT.fullmatch(id) and key in (f"objects/{id[:2]}/{id}", f"damaged/{id}") else ""
