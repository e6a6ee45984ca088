"""What a bucket says is in it: a whole page of a list, or none, since what is deleted is decided by it."""

from __future__ import annotations

import html
import re
from typing import NamedTuple

_ENDS = re.compile(rb"</ListBucketResult\s*>\s*$")
_LISTED = re.compile(rb"<Contents>(.*?)</Contents>", re.DOTALL)
_KEY = re.compile(rb"<Key>([^<]{1,6144})</Key>")
_SIZE = re.compile(rb"<Size>(\d{1,18})</Size>")
_MORE = re.compile(rb"<IsTruncated>\s*(true|false)\s*</IsTruncated>")
_UPLOAD = re.compile(rb"<Upload>(.*?)</Upload>", re.DOTALL)
UPLOAD_ID = re.compile(rb"<UploadId>([^<]{1,2048})</UploadId>")


class Listed(NamedTuple):
    key: str
    size: int


def objects_of(body: bytes, begins: str) -> tuple[list[Listed], bool]:
    """Of one page, their keys without `begins`; and whether there are more.

    Raises: ValueError where it is not whole.
    """
    more = _MORE.search(body)
    if more is None or not _ENDS.search(body):
        raise ValueError("it is cut off, or is no list")
    found = []
    for raw in _LISTED.findall(body):
        key, size = _KEY.search(raw), _SIZE.search(raw)
        if key is None or size is None or not (name := _text(key[1])).startswith(begins):
            raise ValueError("it names what nobody asked for")
        found.append(Listed(name.removeprefix(begins), int(size[1])))
    return found, more[1] == b"true"


def uploads_of(body: bytes, begins: str) -> list[tuple[str, str]]:
    """Keys without `begins`, and ids of uploads."""
    found = []
    for raw in _UPLOAD.findall(body):
        key, upload = _KEY.search(raw), UPLOAD_ID.search(raw)
        if key is not None and upload is not None and (name := _text(key[1])).startswith(begins):
            found.append((name.removeprefix(begins), _text(upload[1])))
    return found


def _text(key: bytes) -> str:
    """As XML has it. Others' keys may have any character."""
    return html.unescape(key.decode(errors="replace"))
