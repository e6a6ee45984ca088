"""An object of a bucket, read from its beginning in ranges, the next of which is fetched while one is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType

from call24.backup.errors import DamagedBackup
from call24.backup.frames import Reads
from call24.backup.place import OBJECT

PIECE = 8 * 1024 * 1024
LINE = 33
"""Bytes of an object's id in a list of them."""
Range = tuple[bytes, int]
"""Bytes of it, and how many it has in all."""
Fetch = Callable[[int], Range | None]
"""From which byte on -> a range, None where the object is not there."""


class BucketReader:
    """`path`: for what is said of it; `first`: its first range; `pool`: of the threads that fetch, which have a
    connection each. Two ranges are in memory.

    Raises: DamagedBackup where it is not there; S3Error.
    """

    def __init__(self, fetch: Fetch, pool: ThreadPoolExecutor, path: str, first: Range | None) -> None:
        self._fetch = fetch
        self._pool = pool
        self._path = path
        self._waiting = memoryview(b"")
        self._next: Future[Range | None] | None = None
        self._at = 0
        self._size = 0
        self._take(first)

    def read(self, size: int, /) -> bytes:
        """Raises: DamagedBackup, S3Error."""
        found = bytearray()
        while len(found) < size and (self._waiting or self._more()):
            piece = self._waiting[: size - len(found)]
            found += piece
            self._waiting = self._waiting[len(piece) :]
        return bytes(found)

    def __enter__(self) -> BucketReader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._next is not None:
            self._next.cancel()

    def _more(self) -> bool:
        if self._next is None:
            return False
        self._take(self._next.result())
        return True

    def _take(self, found: Range | None) -> None:
        if found is None:
            raise DamagedBackup(f"{self._path} is not there: use another backup")
        content, self._size = found
        self._at += len(content)
        self._waiting = memoryview(content)
        self._next = None
        if not content or self._at >= self._size:
            return  # one that was cut off is noticed by its seals
        self._next = self._pool.submit(self._fetch, self._at)


def lines(file: Reads, path: str) -> Iterator[str]:
    """Of a list of ids. Raises: DamagedBackup where it is none."""
    rest = b""
    while block := file.read(1 << 20):
        *whole, rest = (rest + block).split(b"\n")
        for line in whole:
            if not OBJECT.fullmatch(id := line.decode("ascii", errors="replace")):
                raise _damaged(path)
            yield id
        if len(rest) >= LINE:
            break
    if rest:
        raise _damaged(path)


def _damaged(path: str) -> DamagedBackup:
    return DamagedBackup(f"{path} is cut off, or is no list of a backup's objects")
