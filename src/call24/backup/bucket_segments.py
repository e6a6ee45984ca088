"""Segments in a bucket: `segments/NAME/SEGMENT`, and `SEGMENT.objects` with the ids of the objects that it adds."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager

from call24.backup.bucket_new import object_key
from call24.backup.folder import LISTED
from call24.backup.place import is_segment
from call24.backup.s3_client import Bucket
from call24.backup.uploads import Upload, Uploads

BELOW = "segments/"


def names(bucket: Bucket, backup: str) -> list[str]:
    """Raises: S3Error."""
    found = [one.key.rpartition("/")[2] for one in bucket.listed(f"{BELOW}{backup}/")]
    return [name for name in found if is_segment(name)]


def lists(bucket: Bucket, backups: Collection[str]) -> tuple[dict[str, int], list[str]]:
    """Of the objects that segments add: how long each is, by its key; and what is of no backup that is there.

    Raises: S3Error.
    """
    found, left = dict[str, int](), list[str]()
    for one in bucket.listed(BELOW):
        if one.key.split("/")[1] not in backups:
            left.append(one.key)
        elif one.key.endswith(LISTED):
            found[one.key] = one.size
    return found, left


class SegmentInBucket:
    def __init__(self, uploads: Uploads, key: str) -> None:
        self._uploads = uploads
        self._key = key

    def file(self) -> Upload:
        """It is sent last: what it names is there before it."""
        return _Last(self._uploads, self._key)

    def object(self, id: str) -> Upload:
        """Raises: S3Error."""
        return self._uploads.object(object_key(id))


class _Last(Upload):
    def write(self, content: bytes, /) -> int:
        """It is kept until `done`: a segment has some MB."""
        self._waiting += content
        return len(content)

    def done(self) -> None:
        self._uploads.wait()
        content = bytes(self._waiting)
        self._waiting.clear()
        super().write(content)
        super().done()
        self._uploads.wait()


@contextmanager
def new(
    bucket: Bucket, part: int, backup: str, segment: str, needed: Sequence[str], check: Callable[[], None]
) -> Iterator[SegmentInBucket]:
    """`check`: that nobody else writes by now. Raises: S3Error, BackupError."""
    key = f"{BELOW}{backup}/{segment}"
    uploads = Uploads(bucket, part=part)
    try:
        check()
        if needed:
            bucket.put(f"{key}{LISTED}", "".join(f"{id}\n" for id in needed).encode())
        yield SegmentInBucket(uploads, key)
    except BaseException:
        uploads.stop()
        raise
    uploads.close()
