"""An object of a bucket, read from its beginning in ranges, the next of which is fetched while one is read."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType

from call24.backup.errors import DamagedBackup
from call24.backup.frames import Reads
from call24.backup.s3_client import Bucket

PIECE = 8 * 1024 * 1024
_LONGEST_LINE = 200
Range = tuple[bytes, int]
"""Bytes of it, and how many it has in all."""


class BucketReader:
    """`path`: for what is said of it; `first`: its first range; `piece`: bytes of one, of which two are in memory.

    Raises: DamagedBackup where it is not there; S3Error.
    """

    def __init__(self, bucket: Bucket, key: str, path: str, first: Range | None, piece: int) -> None:
        self._bucket = bucket
        self._key = key
        self._path = path
        self._piece = piece
        self._pool: ThreadPoolExecutor | None = None
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
        if self._pool is not None:
            self._pool.shutdown(wait=error is None, cancel_futures=True)

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
        self._pool = self._pool or ThreadPoolExecutor(1, thread_name_prefix="download")
        self._next = self._pool.submit(self._bucket.range, self._key, self._at, self._piece)


def lines(file: Reads) -> Iterator[str]:
    """Of a list of ids. Raises: DamagedBackup where it is none."""
    rest = b""
    while block := file.read(1 << 20):
        *whole, rest = (rest + block).split(b"\n")
        if len(rest) > _LONGEST_LINE:
            break
        for line in whole:
            yield line.decode("ascii", errors="replace")
    if rest:
        raise DamagedBackup("the list of a backup's objects is cut off, or is none")
