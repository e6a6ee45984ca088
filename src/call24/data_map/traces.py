"""A trace: where a person is found in a collection, what becomes of it when the person is erased, and what of it is in
the file that the person is given. `Trace`: of somebody with an account. `CallerTrace`: of a caller. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from call24.data_map.erasure import DeletedByAddress, DeletedWithAccount, OfPerson
from call24.data_map.facts import Category
from call24.data_map.models import document_of

WITH_ACCOUNT = DeletedWithAccount()
SECRET = frozenset({Category.CREDENTIALS, Category.MESSAGE, Category.PICTURE})
"""Kinds of data that the file has no text of: what opens an account, what is sealed, and the picture, which it has."""


@dataclass(frozen=True, kw_only=True)
class Trace:
    """`fields`: where the person's id stands; none: not found by it. `erase`: what deletion of the account does.

    `file`: its name in the file that a person is given, `part`: what of it, `order`: a field that it is read by;
    `untold`: why it is not in that file; `shown`: what may be in it at a time, as a filter; None: all.
    """

    struct: type[msgspec.Struct]
    fields: tuple[str, ...] = ()
    erase: OfPerson = WITH_ACCOUNT
    file: str = ""
    part: type[msgspec.Struct] | None = None
    order: str = ""
    untold: str = ""
    shown: Callable[[datetime], Mapping[str, Any]] | None = None

    def __post_init__(self) -> None:
        """Raises: ValueError for a trace that cannot be erased as it says, or that is neither told nor says why not."""
        name = document_of(self.struct).collection
        if bool(self.file) == bool(self.untold):
            raise ValueError(f"{name}: either in the person's file, or a reason why not")
        if not self.fields and (self.file or isinstance(self.erase, DeletedWithAccount)):
            raise ValueError(f"{name}: found by which field?")
        if isinstance(self.erase, DeletedByAddress) and self.erase.field not in self.struct.__struct_fields__:
            raise ValueError(f"{name}: has no {self.erase.field}")

    @property
    def collection(self) -> str:
        return document_of(self.struct).collection

    def of(self, *user_ids: str) -> dict[str, Any]:
        """What finds it, of these persons."""
        whose = user_ids[0] if len(user_ids) == 1 else {"$in": list(user_ids)}
        ways: list[dict[str, Any]] = [{field: whose} for field in self.fields]
        return ways[0] if len(ways) == 1 else {"$or": ways}

    def secret(self) -> frozenset[str]:
        """Fields of the whole document that are kept back."""
        facts = document_of(self.struct).facts
        return frozenset("id" if path == "_id" else path for path, fact in facts.items() if fact.category in SECRET)


@dataclass(frozen=True, kw_only=True)
class CallerTrace:
    """Where a caller is found, of what its rule does not keep with a call: that is found by the call already.

    `contact`: the field with the contact's id, `call`: with the id of one of their calls; neither: the room finds it by
    the number (`Keeper.find_number`). `untold`: why the caller's file has no copy of it; `stays`: why their erasure
    leaves it; `told`: what of all documents that were found may be in the file of this contact; None: all.
    """

    struct: type[msgspec.Struct]
    contact: str = ""
    call: str = ""
    untold: str = ""
    stays: str = ""
    told: Callable[[Sequence[Any], str], Sequence[Any]] | None = None

    def __post_init__(self) -> None:
        """Raises: ValueError for a field that the document has not, or for two."""
        document_of(self.struct)
        named = [field for field in (self.contact, self.call) if field]
        if len(named) > 1 or not set(named) <= set(self.struct.__struct_fields__):
            raise ValueError(f"{self.collection}: found by which field?")

    @property
    def collection(self) -> str:
        return document_of(self.struct).collection
