"""The headers of tus 1.0.0, by which uploads are resumed: what a client sends, and what it is told.

Source: tus.io/protocols/resumable-upload, version 1.0.0, with its extensions creation, termination and expiration.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from email.utils import format_datetime

from call24.files.model import StoredFile
from call24.http.tus import VERSION
from call24.kit.errors import Call24Error, Invalid

BYTES = "application/offset+octet-stream"
_METADATA_MAX = 8


class OtherVersion(Call24Error):
    code, status, title = "tus_version", 412, f"This server speaks tus {VERSION}"

    @property
    def headers(self) -> dict[str, str]:
        return {"Tus-Version": VERSION}


def check_version(sent: str | None) -> None:
    """Raises: OtherVersion."""
    if sent != VERSION:
        raise OtherVersion


def metadata(header: str) -> dict[str, str]:
    """`filename aGVsbG8=,call_id Y2FsbF8x`: keys and values in base64. Raises: Invalid."""
    found = dict[str, str]()
    pairs = [one.split() for one in header.split(",") if one.strip()]
    try:
        for key, *value in pairs[: _METADATA_MAX + 1]:
            text = base64.b64decode(value[0], validate=True).decode() if value else ""
            if len(value) > 1 or key in found:
                raise ValueError(key)
            found[key] = text
    except (ValueError, binascii.Error):
        raise Invalid(errors=[("Upload-Metadata", "pairs of a key and a value in base64, each key once")]) from None
    if len(pairs) > _METADATA_MAX:
        raise Invalid(errors=[("Upload-Metadata", f"at most {_METADATA_MAX} pairs")])
    return found


def told(file: StoredFile) -> Mapping[str, str]:
    """What each answer about an upload has."""
    headers = {"Tus-Resumable": VERSION, "Upload-Offset": str(file.offset), "Upload-Length": str(file.size)}
    if file.state == "uploading" and file.delete_at is not None:
        headers["Upload-Expires"] = format_datetime(file.delete_at, usegmt=True)
    return headers
