"""How something is erased when its time has come: each strategy is a type that says itself in words."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Deleted:
    """With its document, or its file."""

    def __str__(self) -> str:
        return "deleted"


@dataclass(frozen=True, slots=True)
class Unset:
    """The field is set to nothing; the document stays."""

    def __str__(self) -> str:
        return "set to nothing"


@dataclass(frozen=True, slots=True)
class FileThenDocument:
    """The file that the field names is deleted, then the document."""

    def __str__(self) -> str:
        return "the file is deleted, then the document"


@dataclass(frozen=True, slots=True)
class KeyDestroyed:
    """With the document; what was encrypted with it cannot be read from then on, backups included."""

    def __str__(self) -> str:
        return "deleted; files that it opens cannot be read any more"


Erasure = Deleted | Unset | FileThenDocument | KeyDestroyed
