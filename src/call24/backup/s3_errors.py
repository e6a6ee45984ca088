"""What a store's refusal means to who makes backups, and what to do.

Source: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from call24.backup.errors import PlaceAway

_CODE = re.compile(rb"<Code>([A-Za-z0-9]{1,80})</Code>")
_REGION = re.compile(rb"<Region>([a-z0-9-]{1,40})</Region>")
_RIGHTS = (
    "allow them s3:GetObject, s3:PutObject, s3:DeleteObject, s3:AbortMultipartUpload, s3:ListBucket and "
    "s3:ListBucketMultipartUploads for this bucket and prefix"
)
_FULL = "the bucket is full", "raise its quota, or let backups go sooner (--keep-days). Earlier backups are whole"
_SAID: Mapping[str, tuple[str, str]] = {
    "NoSuchBucket": ("the bucket is not there", "create it, or correct its name"),
    "InvalidAccessKeyId": ("the store does not know the access key", "correct the file of --store-file"),
    "SignatureDoesNotMatch": ("the secret key is wrong", "correct the file of --store-file"),
    "AccessDenied": ("the store refuses access with these credentials", _RIGHTS),
    "RequestTimeTooSkewed": ("this machine's clock differs from the store's", "run a time service, such as chrony"),
    "AuthorizationHeaderMalformed": ("the bucket is in another region", "correct the region in --store-file"),
    "PermanentRedirect": ("the bucket is in another region", "correct the region in --store-file"),
    "QuotaExceeded": _FULL,
    "InsufficientStorage": _FULL,
    "XMinioStorageFull": _FULL,
    "XMinioAdminBucketQuotaExceeded": _FULL,
}
_OF_STATUS: Mapping[int, tuple[str, str]] = {413: _FULL, 507: _FULL, 404: ("there is no such thing", "try again")}


class S3Error(PlaceAway):
    """The store is away, refuses, or answers wrongly. `status`: 0 where it did not answer; `code`: the store's own;
    `time`: when it was, by the store's clock."""

    def __init__(self, said: str, status: int, code: str, time: datetime | None = None) -> None:
        super().__init__(said)
        self.status = status
        self.code = code
        self.time = time


def meant(at: str, status: int, body: bytes, store_time: datetime | None) -> S3Error:
    """`at`: the place, as the operator named it."""
    found = _CODE.search(body[:4096])
    code = found[1].decode() if found else ""
    other = _OF_STATUS.get(status, (f"it answered {status} {code}".rstrip(), "see the store's own log"))
    why, advice = _SAID.get(code, other)
    if (region := _REGION.search(body[:4096])) is not None and "region" in advice:
        advice = f"say region = {region[1].decode()} in --store-file"
    if code == "RequestTimeTooSkewed" and store_time is not None:
        apart = abs((datetime.now(UTC) - store_time).total_seconds()) / 60
        why = f"{why} by {apart:.0f} minutes"
    return S3Error(f"{at}: {why}: {advice}", status, code, store_time)
