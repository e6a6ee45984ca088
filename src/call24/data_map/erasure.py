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


# --- what the deletion of an account does with what it left somewhere ---


@dataclass(frozen=True, slots=True)
class DeletedWithAccount:
    """The documents that name the person are deleted."""

    def __str__(self) -> str:
        return "deleted with the account"


@dataclass(frozen=True, slots=True)
class DeletedByAddress:
    """The documents of this organisation with one of the person's e-mail addresses in `field` are deleted."""

    field: str

    def __str__(self) -> str:
        return "goes by its address"


@dataclass(frozen=True, slots=True)
class KeptById:
    """The document stays, by an id that leads to nobody any more. `why`: in words, told to the person."""

    why: str

    def __str__(self) -> str:
        return self.why


@dataclass(frozen=True, slots=True)
class ChangedByRoom:
    """The room that keeps it takes the person out of it, by its keeper's `forget_person`. `how`: in words."""

    how: str

    def __str__(self) -> str:
        return self.how


OfPerson = DeletedWithAccount | DeletedByAddress | KeptById | ChangedByRoom
