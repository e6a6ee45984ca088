"""What a room stores sealed with a key of the app key: so that it can be sealed again when that is replaced."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

Stored = Mapping[str, Any]
"""A document as it lies in MongoDB."""


def id_of(document: Stored) -> str:
    return str(document["_id"])


@dataclass(frozen=True, kw_only=True)
class SealedField:
    """`field`: bytes, or hex where it is text; a dot leads into a part of the document. `purpose`: of the key; `place`:
    what a secret of this document is bound to."""

    kind: type[msgspec.Struct]
    field: str
    purpose: str
    place: Callable[[Stored], str] = id_of

    def of(self, document: Stored) -> bytes | str | None:
        """As it is stored; None where there is none."""
        found: Any = document
        for name in self.field.split("."):
            if not isinstance(found, Mapping):
                return None
            found = found.get(name)
        return found or None
