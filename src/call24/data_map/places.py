"""What is kept, or goes, outside of MongoDB: files, what a browser keeps, what stays in memory, what others are given.

A room says it in its `personal_data.py`, beside its traces. Files are erased from here (privacy/files.py) where a rule
and a path are enough; else by the room that writes them, which `privacy/gaps.py` holds it to. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Literal

from call24.data_map.erasure import ChangedByRoom, KeptById
from call24.data_map.facts import Fact, Recipient, Subject
from call24.data_map.retention import (
    AsAgreed,
    ByAge,
    OnItsDay,
    Until,
    UntilSignOut,
    WithInstallation,
    WithOrganisation,
    WithParent,
)

TENANT_FOLDER = "{tenant_id}"
_ANY = {"**": ".+", TENANT_FOLDER: "ten_[0-9a-z]+"}


# --- where it is ---


@dataclass(frozen=True, slots=True)
class Files:
    """`path`: below the data folder. `*`: anything in one name, `**`: all below, `{tenant_id}`: an organisation's."""

    path: str

    def __str__(self) -> str:
        return self.path

    def holds(self, path: PurePosixPath) -> bool:
        """Whether this file, relative to the data folder, is one of these."""
        parts = (_ANY.get(part) or re.escape(part).replace(r"\*", "[^/]*") for part in self.path.split("/"))
        return re.fullmatch("/".join(parts), str(path)) is not None

    def pattern(self, tenant_id: str = "ten_*") -> str:
        """As a glob below the data folder."""
        return self.path.replace(TENANT_FOLDER, tenant_id)

    @property
    def apart(self) -> str:
        """The folder of one organisation, with its placeholder; empty where organisations have no folder each."""
        before, found, _ = self.path.partition(TENANT_FOLDER)
        return before + found if found else ""


Store = Literal["localStorage", "sessionStorage", "cookie", "cache", "service worker"]


@dataclass(frozen=True, slots=True)
class Browser:
    """What the app, or the server by a cookie, keeps in a user's browser. `key`: `*` for what follows."""

    store: Store
    key: str

    def __str__(self) -> str:
        return f"{self.store}: {self.key}"

    def holds(self, store: str, key: str) -> bool:
        return store == self.store and re.fullmatch(re.escape(self.key).replace(r"\*", ".*"), key) is not None


@dataclass(frozen=True, slots=True)
class Memory:
    """What outlives the request, in an object of this class, which is a keeper of its room."""

    of: type

    def __str__(self) -> str:
        return f"{self.of.__module__.removeprefix('call24.')}.{self.of.__name__}"


@dataclass(frozen=True, slots=True)
class GivenTo:
    """What leaves the installation, and cannot be taken back: what becomes of it there is agreed with who has it."""

    whom: Recipient

    def __str__(self) -> str:
        return self.whom


Where = Files | Browser | Memory | GivenTo


# --- what the closing of an organisation does with its part ---


class Closing(StrEnum):
    FOLDER = "deleted with its organisation's folder"
    ALL = "all of it is deleted: whose it is nobody can tell"
    ROOM = "deleted by its room"
    STAYS = "stays until it ends by itself"


Kept = AsAgreed | ByAge | UntilSignOut | WithParent | OnItsDay | Until | WithOrganisation | WithInstallation


@dataclass(frozen=True, kw_only=True)
class Place:
    """`what`: whose data it is, of what kind and what for, by a name. `kept`: how long, and who ends it.

    `closing`: what the closing of an organisation does; of files with a folder each it goes without saying. `why`: the
    reason where something of a person stays. `account`: what deletion of a user's account does, and `untold`: why a
    user's file has no copy of it; both are asked of what is a user's. A caller's part is found by its call.
    `in_backup`: whether a backup has these files; every place of files says it.
    """

    where: Where
    what: Mapping[str, Fact]
    kept: Kept
    closing: Closing = Closing.FOLDER
    account: KeptById | ChangedByRoom | None = None
    untold: str = ""
    why: str = ""
    in_backup: bool | None = None

    def __post_init__(self) -> None:
        """Raises: ValueError for what says too little to be carried out."""
        users = any(fact.subject is Subject.USER for fact in self.what.values())
        if users and not isinstance(self.where, GivenTo) and (self.account is None or not self.untold):
            raise ValueError(f"{self.where}: a user's; what does deletion of the account, and why is it not told?")
        if self.closing is Closing.FOLDER and isinstance(self.where, Files) and not self.where.apart:
            raise ValueError(f"{self.where}: no folder for each organisation, so what does closing one do?")
        if self.closing is Closing.STAYS and self.personal and not self.why:
            raise ValueError(f"{self.where}: a person's data stays; why?")

    @property
    def personal(self) -> bool:
        return any(fact.personal for fact in self.what.values())
