"""What a sealed stream consists of: records, each a kind and some bytes. They say nothing of where they came from.

`meta` {format, version} is the first; `file` {path, mode} and its `bytes`; `collection` {name} and its `documents`
(BSON one after another, deflated); `kept` {path, mode, object, key, size, mtime_ns, sha256}: a file that lies beside;
`changes` (of documents, as MongoDB tells them, deflated); `gone` {path}: a file that was deleted; `end` {...}: what was
counted. Objects are JSON.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterator
from enum import Enum
from typing import Any

from call24.backup.errors import DamagedBackup
from call24.backup.frames import SealedReader, SealedWriter

MOST_BYTES = 64 * 1024 * 1024
"""Of one record: a batch of documents has 16 MB, and one document more."""
_HEAD = struct.Struct(">cI")
_LEVEL = 1


class Kind(Enum):
    META = b"M"
    FILE = b"F"
    BYTES = b"B"
    COLLECTION = b"C"
    DOCUMENTS = b"D"
    KEPT = b"K"
    CHANGES = b"H"
    GONE = b"G"
    END = b"E"


_DEFLATED = (Kind.DOCUMENTS, Kind.CHANGES)


class RecordWriter:
    def __init__(self, out: SealedWriter) -> None:
        self._out = out

    def say(self, kind: Kind, about: dict[str, Any]) -> None:
        """Raises: OSError."""
        self.write(kind, json.dumps(about).encode())

    def write(self, kind: Kind, content: bytes) -> None:
        """Raises: OSError."""
        packed = zlib.compress(content, _LEVEL) if kind in _DEFLATED else content
        self._out.write(_HEAD.pack(kind.value, len(packed)) + packed)


def records(stream: SealedReader) -> Iterator[tuple[Kind, bytes]]:
    """Each in its order. Raises: DamagedBackup, OSError."""
    while head := stream.read(_HEAD.size):
        try:
            letter, length = _HEAD.unpack(head)
            kind = Kind(letter)
        except (struct.error, ValueError):
            raise DamagedBackup("the backup has a part that this version does not know: use a newer Call24") from None
        if length > MOST_BYTES:
            raise DamagedBackup("the backup has a part that is too long")
        content = stream.read(length)
        yield kind, _inflated(content) if kind in _DEFLATED else content


def _inflated(content: bytes) -> bytes:
    unpacking = zlib.decompressobj()
    found = unpacking.decompress(content, MOST_BYTES)
    if unpacking.unconsumed_tail:
        raise DamagedBackup("the backup has a part that is too long")
    return found


def told(content: bytes) -> dict[str, Any]:
    found = json.loads(content)
    if not isinstance(found, dict):
        raise DamagedBackup("the backup has a part that cannot be read")
    return found
