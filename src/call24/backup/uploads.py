"""Objects on their way into a bucket, a part at a time: in memory are the parts that are under way, and no more.

What fits into one part is put by itself and not waited for; what failed is told by the next thing that is asked, and by
`wait` at last.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Any, TypeVar

from call24.backup.errors import BackupError
from call24.backup.s3_client import Bucket

PART = 8 * 1024 * 1024
"""Stores take none below 5 MiB, but for the last."""
LARGE, LARGE_FROM = 64 * 1024 * 1024, 5000
"""Parts of an object that is longer than 40 GB: it may have 10,000 at most, so 360 GB."""
MOST_PARTS = 10_000
AT_ONCE = 4
"""Parts under way at once, of all objects."""
_Found = TypeVar("_Found")


class Uploads:
    """`part`: bytes of one; `at_once`: how many are under way."""

    def __init__(self, bucket: Bucket, *, part: int = PART, at_once: int = AT_ONCE) -> None:
        self.bucket = bucket
        self.part = part
        self._room = threading.BoundedSemaphore(at_once)
        self._at_once = at_once
        self._pool = ThreadPoolExecutor(at_once, thread_name_prefix="upload")
        self._failed: BaseException | None = None

    def object(self, key: str) -> Upload:
        return Upload(self, key)

    def send(self, work: Callable[[], _Found]) -> Future[_Found]:
        """Done by another thread, once there is room. Raises: what failed before, S3Error above all."""
        self._room.acquire()
        if self._failed is not None:
            self._room.release()
            raise self._failed
        try:
            future = self._pool.submit(work)
        except BaseException:
            self._room.release()
            raise
        future.add_done_callback(self._done)
        return future

    def wait(self) -> None:
        """Until nothing is under way. Raises: what failed, S3Error above all."""
        for _ in range(self._at_once):
            self._room.acquire()
        for _ in range(self._at_once):
            self._room.release()
        if self._failed is not None:
            raise self._failed

    def stop(self) -> None:
        """What is under way is given up."""
        self.bucket.stop()
        self._pool.shutdown(wait=True, cancel_futures=True)
        self.bucket.resume()

    def close(self) -> None:
        self._pool.shutdown(wait=True)

    def _done(self, future: Future[Any]) -> None:
        if not future.cancelled() and (error := future.exception()) is not None:
            self._failed = self._failed or error
        self._room.release()


class Upload:
    """One object. Without `done` it is not there."""

    def __init__(self, uploads: Uploads, key: str) -> None:
        self._uploads = uploads
        self._bucket = uploads.bucket
        self._key = key
        self._waiting = bytearray()
        self._parts: list[Future[str]] = []
        self._id = ""
        self._size = 0
        self._whole = False

    def write(self, content: bytes, /) -> int:
        """Raises: S3Error, BackupError."""
        self._waiting += content
        while len(self._waiting) > (size := self._part_size()):
            part = bytes(memoryview(self._waiting)[:size])
            del self._waiting[:size]
            self._send(part)
        return len(content)

    def done(self) -> None:
        """From here on, or once `Uploads.wait` is over, the object is there. Raises: S3Error, BackupError."""
        rest = bytes(self._waiting)
        self._waiting.clear()
        self._whole = True
        if not self._parts:
            self._uploads.send(lambda: self._bucket.put(self._key, rest))
            return
        self._whole = False
        self._send(rest)
        self._bucket.complete(self._key, self._id, [part.result() for part in self._parts], self._size)
        self._whole = True

    def close(self) -> None:
        if self._id and not self._whole:
            for part in self._parts:
                part.cancel()
            with contextlib.suppress(BackupError):  # the next run does it
                self._bucket.abort(self._key, self._id)

    def __enter__(self) -> Upload:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _part_size(self) -> int:
        return self._uploads.part if len(self._parts) < LARGE_FROM else LARGE

    def _send(self, part: bytes) -> None:
        number = len(self._parts) + 1
        if number > MOST_PARTS:
            raise BackupError(f"{self._bucket.at}: the documents take more than the 360 GB that an object may have")
        if not self._id:
            self._id = self._bucket.begin(self._key)
        self._size += len(part)
        self._parts.append(self._uploads.send(lambda: self._bucket.part(self._key, self._id, number, part)))
