"""Backups in a bucket of an S3-compatible store, with their keys in a folder elsewhere.

`backups/NAME/` has `content`, `files` and `objects` as a folder of backups does, `objects/` what organisations have,
each once; `damaged/` names those of them that `verify` found to be. In the folder of keys, `NAME.part` stands for what
is being made or deleted: whatever of it is in the bucket goes. No key is ever sent to the store.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from call24.backup import bucket_segments
from call24.backup.bucket_new import NewInBucket, id_of, object_key
from call24.backup.bucket_notes import Notes
from call24.backup.bucket_reading import LINE, PIECE, BucketReader, Range, lines
from call24.backup.bucket_rules import check_empty, kept_though_deleted
from call24.backup.errors import BackupError, DamagedBackup, writing_to
from call24.backup.folder import held, refuse_inside, store_key, warn_of_one_disk
from call24.backup.keys import BackupKey
from call24.backup.lease import SETTLES_S, Lease
from call24.backup.place import AHEAD, NAME, OBJECT, BackupPlace, Say
from call24.backup.s3_client import Bucket
from call24.backup.s3_errors import S3Error
from call24.backup.unfinished import Unfinished
from call24.backup.uploads import PART
from call24.kit.folder_sync import sync
from call24.kit.package import COMMAND
from call24.kit.secrets import replace_secret

MARK = "call24-backups"
"""The object by which a place for backups is known, with the id that stands in its folder of keys too."""
PLACE = "place.json"
FOLLOWING = "following"
"""A folder beside the keys, which the one who follows has locked, and the beginning of its lease's name."""
PARTS = frozenset({"content", "files", "objects"})
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
        self._follows: Lease | None = None
        self.warn: Say = lambda line: None
        self._notes = Notes(keys)
        self._gone: list[str] = []
        self._unnoted: set[str] = set()
        self._ended = False
        """An unfinished backup's keys went: what they open is to go too."""
        self._sizes: dict[bytes, int] | None = None
        self._soon: dict[str, Future[Range | None]] = {}
        self._pool = ThreadPoolExecutor(AHEAD, thread_name_prefix="bucket")

    def make(self) -> None:
        """Its folders alone: nothing is asked of the store."""
        with writing_to(self.keys):
            for folder in (self.keys, self.register):
                folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def prepare(self, data: Path, warn: Say) -> None:
        self.warn = warn
        refuse_inside(self.keys, data)
        if not self._id() and self.bucket.get(MARK) is not None:
            raise self._not_ours()  # such as the folder in which another disk is usually mounted
        self.make()
        warn_of_one_disk(self.keys, data, warn)

    def ready_for_register(self) -> None:
        if not self._id():
            raise BackupError(
                f"{self.keys} is no folder of keys: see that its disk is mounted; the first backup makes it"
            )
        self.make()

    def check(self, days: int) -> None:
        self._claim()
        for line in kept_though_deleted(self.bucket, days):
            self.warn(line)

    def writing(self) -> AbstractContextManager[None]:
        return writing_to(self.keys)

    @contextmanager
    def alone(self) -> Iterator[None]:
        busy = f"another backup is being written with the keys in {self.keys}: wait until it is done"
        with held(self.keys, busy):
            self._forget_due(datetime.now(UTC))  # whatever becomes of the store
            yield

    @contextmanager
    def held(self) -> Iterator[None]:
        self.see_own()
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
        self.see_own()

    def see_own(self) -> None:
        there, ours = self.bucket.get(MARK), self._id()
        if there is None and not self._has_keys():
            raise BackupError(f"there are no backups at {self.at} yet: make one, or correct the place")
        if there is None:
            raise BackupError(
                f"there are no backups at {self.at}, and {self.keys} has the keys of some: correct the place, or begin "
                "anew with another folder of keys"
            )
        if not ours or there.body.decode(errors="replace").strip() != ours:
            raise self._not_ours()

    def _not_ours(self) -> BackupError:
        return BackupError(
            f"{self.at} has backups whose keys are not in {self.keys}: give the folder that has them (--keys), whose "
            "disk may not be mounted, or a prefix that nothing has"
        )

    def _id(self) -> str:
        try:
            return str(json.loads((self.keys / PLACE).read_bytes())["id"])
        except (OSError, ValueError, KeyError, TypeError):
            return ""

    def _has_keys(self) -> bool:
        return any(NAME.fullmatch(path.stem) for path in self.keys.glob("*"))

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
            if NAME.fullmatch(name) and parts >= PARTS and not self.is_unfinished(name)
        ]

    def is_unfinished(self, name: str) -> bool:
        return self._notes.has(name)

    def path_of(self, name: str, part: str) -> str:
        return f"{self.at}/backups/{name}/{part}"

    def path_of_object(self, id: str) -> str:
        return f"{self.at}/{object_key(id)}"

    @contextmanager
    def opened(self, path: str) -> Iterator[BucketReader]:
        key = path.removeprefix(f"{self.at}/")
        found = self._soon.pop(path).result() if path in self._soon else self._range(key, 0)
        with BucketReader(partial(self._range, key), self._pool, path, found) as reader:
            yield reader

    def soon(self, path: str) -> None:
        self._soon[path] = self._pool.submit(self._range, path.removeprefix(f"{self.at}/"), 0)

    def _range(self, key: str, first: int) -> Range | None:
        """Raises: S3Error; DamagedBackup where the store refuses this object of an organisation alone."""
        try:
            return self.bucket.range(key, first, self._piece)
        except S3Error:
            if not id_of(key):
                raise
        self.bucket.get(MARK)  # raises where the store is away
        try:
            return self.bucket.range(key, first, self._piece)
        except S3Error as error:
            raise DamagedBackup(f"{self.at}/{key} cannot be read ({error})") from None

    def stored_size(self, id: str) -> int | None:
        return self._all_sizes().get(bytes.fromhex(id)) if OBJECT.fullmatch(id) else None

    def put_aside(self, id: str) -> None:
        with suppress(S3Error):  # with credentials that can read alone
            self.bucket.put(f"damaged/{id}", b"")

    def _all_sizes(self) -> dict[bytes, int]:
        """Of all objects that are not damaged, listed once."""
        if self._sizes is None:
            found = self.bucket.listed("objects/")
            self._sizes = {bytes.fromhex(id): one.size for one in found if (id := id_of(one.key))}
            for one in self.bucket.listed("damaged/"):
                if id := id_of(one.key):
                    self._sizes.pop(bytes.fromhex(id), None)
        return self._sizes

    # --- making one ---

    @contextmanager
    def new(self, instant: datetime) -> Iterator[NewInBucket]:
        fresh = NewInBucket(self, f"{instant:%Y-%m-%dT%H-%M-%SZ}-{secrets.token_hex(2)}")
        self._notes.add(fresh.name)
        try:
            yield fresh
        finally:
            fresh.forget()

    def keep(self, key: BackupKey) -> None:
        """Its parts are there. Raises: BackupError, OSError."""
        assert self._lease is not None, "who makes one holds the place"
        self._lease.check()
        store_key(self.keys, key)

    # --- what came after one ---

    def segments(self, name: str) -> list[str]:
        return bucket_segments.names(self.bucket, name)

    @contextmanager
    def following(self) -> Iterator[None]:
        self.see_own()
        (self.keys / FOLLOWING).mkdir(mode=0o700, exist_ok=True)
        doing = "another `backup follow` writes to"
        with held(self.keys / FOLLOWING, f"{doing} {self.at} already, with the keys in {self.keys}"):
            self._follows = Lease(
                self.bucket, self._writer(), key=f"{FOLLOWING}-lease", doing=doing, settles_s=self._settles_s
            )
            with self._follows.held():
                yield

    def new_segment(
        self, name: str, segment: str, needed: Sequence[str]
    ) -> AbstractContextManager[bucket_segments.SegmentInBucket]:
        assert self._follows is not None, "who follows holds the lease"
        self.key(name)  # it may have expired meanwhile: nothing of it is to come back
        return bucket_segments.new(self.bucket, self.part, name, segment, needed, self._follows.check)

    # --- ending ---

    def clean(self) -> None:
        self._abort_uploads()
        noted = [name for name in self._notes.names() if not self._notes.is_over(name, partial(self._is_whole, name))]
        unfinished = {*noted, *self._unnoted}
        for name in sorted(unfinished):
            (self.keys / f"{name}.json").unlink(missing_ok=True)
            for below in ("backups", "segments"):
                self.remove(one.key for one in self.bucket.listed(f"{below}/{name}/"))
        if unfinished:
            self.drop_unneeded()
        for name in unfinished:
            self.forget_part(name)
        self._unnoted.clear()
        sync(self.keys)

    def expire(self, now: datetime) -> list[str]:
        self._forget_due(now)
        self.clean()
        if self._ended:
            self.drop_unneeded()
            self._ended = False
        gone, self._gone = self._gone, []
        return gone

    def remove(self, keys: Iterable[str]) -> None:
        """Raises: S3Error where one cannot be, after the others where it is that one alone."""
        work = [self._pool.submit(self._remove, key) for key in keys]
        done, left = wait(work, return_when=FIRST_EXCEPTION)
        for one in left:
            one.cancel()
        wait(left)
        if refused := [error for one in work if one in done and (error := one.result())]:
            raise refused[0]

    def _remove(self, key: str) -> S3Error | None:
        """What the store says where it refuses. Raises: S3Error where it fails."""
        try:
            self.bucket.remove(key)
        except S3Error as error:
            named = S3Error(f"{key} cannot be removed: {error}", error.status, error.code)
            if not 400 <= error.status < 500:
                raise named from None
            return named
        return None

    def forget_part(self, name: str) -> None:
        self._notes.forget(name)

    def _is_whole(self, name: str) -> bool:
        return {one.key.rpartition("/")[2] for one in self.bucket.listed(f"backups/{name}/")} >= PARTS

    def _forget_due(self, now: datetime) -> None:
        """Their keys go, though the store may be away: from then on nobody can open them.

        A clock that is ahead must not end them all: the store's has to say so too, or some are not due.

        Raises: OSError.
        """
        there = [key for name in sorted(self._with_key()) if (key := self._key_if_readable(name))]
        due = [key for key in there if key.expires_at <= now]
        self._ended |= Unfinished(self.keys).is_over(now)  # no backup is lost by it: any clock will do
        if not due:
            return
        by_store = self.bucket.time(MARK)
        if by_store is None and len(due) == len(there):
            due = []
        elif by_store is not None:
            due = [key for key in due if key.expires_at <= by_store]
        for key in due:
            self._forget_key(key.name)
        if left := sum(key.expires_at <= now for key in there) - len(due):
            says = f"the store's clock says {by_store:%Y-%m-%d %H:%M} UTC" if by_store else "the store does not answer"
            self.warn(
                f"{left} backups have expired by this machine's clock ({now:%Y-%m-%d %H:%M} UTC), and are not deleted, "
                f"since {says}: see that this machine's clock is right, then run `{COMMAND} backup expire`"
            )

    def _forget_key(self, name: str) -> None:
        """Raises: OSError."""
        try:
            self._notes.add(name, expired=True)
        except OSError:  # such as a full disk
            self._unnoted.add(name)
        (self.keys / f"{name}.json").unlink()
        sync(self.keys)
        self._gone.append(name)

    def _with_key(self) -> set[str]:
        return {path.stem for path in self.keys.glob("*.json") if NAME.fullmatch(path.stem)}

    def _abort_uploads(self) -> None:
        """Of runs that were killed; also that of who follows a backup now, who tries again. Raises: S3Error."""
        for _ in range(_MOST_PAGES):
            if not (page := self.bucket.unfinished()):
                return
            for key, upload in page:
                self.bucket.abort(key, upload)

    def drop_unneeded(self) -> None:
        """Those that no backup needs; none while one does not say what it needs, or is not listed.

        A segment lists an object before it is there, so it is looked what is there first.

        Raises: BackupError.
        """
        unneeded = {one.key for below in ("objects/", "damaged/") for one in self.bucket.listed(below)}
        going_on = Unfinished(self.keys).ids()
        unneeded = {key for key in unneeded if (id := id_of(key)) and id not in going_on}
        ends = {one.key: one.size for one in self.bucket.listed("backups/")}
        names = {key.split("/")[1] for key in ends if key.count("/") == 2}
        lists = [f"backups/{name}/objects" for name in sorted(names, reverse=True)]
        if hidden := self._with_key() - names - set(self._notes.names()):
            raise BackupError(f"no recordings are removed from {self.at}, since it does not list {min(hidden)}")
        if not ends.keys() >= set(lists):
            return
        more, left = bucket_segments.lists(self.bucket, names)
        self.remove(left)
        ends |= more
        for listed in (*lists, *more):
            if not unneeded:
                return
            path, count = f"{self.at}/{listed}", 0
            with self.opened(path) as file:
                for id in lines(file, path):
                    count += 1
                    unneeded -= {object_key(id), f"damaged/{id}"}
            key = None if listed in more else self._key_if_readable(listed.split("/")[1])
            if count * LINE != ends[listed] or (key and key.about.get("objects", count) != count):
                raise DamagedBackup(f"{path} is cut off")
        self.remove(sorted(unneeded))
        self._sizes = None
