"""What a bucket must be like to hold backups: nobody else's, and one that forgets what is deleted."""

from __future__ import annotations

import html
import re

from call24.backup.errors import BackupError
from call24.backup.s3_client import Bucket
from call24.backup.s3_errors import S3Error
from call24.files.object_store import MARK as FILES_MARK

_VERSIONS = re.compile(rb"<Status>\s*(Enabled|Suspended)\s*</Status>")
_LOCKED = re.compile(rb"<(Days|Years)>\s*(\d{1,6})\s*</")
_RULE = re.compile(rb"<Rule>(.*?)</Rule>", re.DOTALL)
_ENABLED = re.compile(rb"<Status>\s*Enabled\s*</Status>")
_PREFIX = re.compile(rb"<Prefix>([^<]*)</Prefix>")
_SOME_ALONE = re.compile(rb"<(Tag|ObjectSizeGreaterThan|ObjectSizeLessThan)>")
_END = re.compile(rb"<NoncurrentVersionExpiration>(.*?)</NoncurrentVersionExpiration>", re.DOTALL)
_OLD_VERSIONS = re.compile(rb"<NoncurrentDays>\s*(\d{1,6})\s*</")
_MANY_STAY = re.compile(rb"<NewerNoncurrentVersions>")


def check_empty(bucket: Bucket, mark: str) -> None:
    """Raises: BackupError where the place, or one in which it is, is used for something else."""
    if (there := next(iter(bucket.listed("")), None)) is not None:
        raise BackupError(
            f"{bucket.at} has other things in it ({there.key[:100]!r} first): give a prefix that nothing has"
        )
    for above in bucket.above():
        for name in (mark, FILES_MARK):
            if _is_there(above, name):
                raise BackupError(f"{bucket.at} is in {above.at}, which Call24 uses already: give a place beside it")


def _is_there(bucket: Bucket, key: str) -> bool:
    """False too where these credentials may not look. Raises: S3Error."""
    try:
        return bucket.get(key) is not None
    except S3Error as error:
        if error.status != 403:
            raise
        return False


def kept_though_deleted(bucket: Bucket, days: int) -> list[str]:
    """What keeps backups for longer than `days`: a line each. Without their keys nobody can open them.

    Raises: S3Error.
    """
    try:
        versions, lock = bucket.told("versioning") or b"", bucket.told("object-lock") or b""
        old = bucket.told("lifecycle") or b"" if _VERSIONS.search(versions) else b""
    except S3Error as error:
        if error.status == 0 or error.status >= 500:
            raise
        return [
            f"{bucket.at}: Call24 may not ask whether the bucket keeps what is deleted: allow s3:GetBucketVersioning, "
            "s3:GetBucketObjectLockConfiguration and s3:GetLifecycleConfiguration, or look yourself"
        ]
    found = []
    kept = _ends_of_versions(bucket, old)
    if _VERSIONS.search(versions) and (not kept or min(kept) > days):
        found.append(
            f"{bucket.at}: the bucket keeps versions of what is deleted. Without its key no expired backup can be "
            f"opened, but it stays: let old versions go after at most {days} days (NoncurrentVersionExpiration)"
        )
    locked = max((int(n) * (365 if unit == b"Years" else 1) for unit, n in _LOCKED.findall(lock)), default=0)
    if locked > days:
        found.append(
            f"{bucket.at}: the bucket locks objects for {locked} days, and backups are deleted after {days}. Without "
            "its key no expired backup can be opened, but it stays: shorten the lock, or use another bucket"
        )
    return found


def _ends_of_versions(bucket: Bucket, lifecycle: bytes) -> list[int]:
    """After how many days old versions of all that is in the place go: one for each rule that holds for it."""
    found = []
    for rule in _RULE.findall(lifecycle):
        prefix, end = _PREFIX.search(rule), _END.search(rule)
        holds = bucket.covers(html.unescape(prefix[1].decode(errors="replace")) if prefix else "")
        if not holds or end is None or not _ENABLED.search(rule) or _SOME_ALONE.search(rule):
            continue
        if (days := _OLD_VERSIONS.search(end[1])) is not None and not _MANY_STAY.search(end[1]):
            found.append(int(days[1]))
    return found
