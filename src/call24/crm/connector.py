"""What each connector to a CRM has: a `client` that speaks with it, and how it says what went wrong.

What a person's field is called in a record, and whose value counts, is the same for all (rules.py). A connector keeps
nothing, asks once, and never tries again by itself: the engine does, with pauses, and with the same key.
`./call24 crm conformance` holds a client to this.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from call24.crm.model import Trouble

PAGE_MAX = 100


@dataclass(frozen=True, order=True, kw_only=True)
class Place:
    """Between two records of a list, which is sorted by time of change, then by id: after this one."""

    at: datetime
    id: str = ""


@dataclass(frozen=True, kw_only=True)
class RemoteRecord:
    """`version`: what an update must name, empty: the CRM has none; `key`: ours, where the record was made by us.

    `fields`: as the CRM has them; none where it is `deleted`.
    """

    id: str
    changed_at: datetime
    version: str = ""
    key: str = ""
    deleted: bool = False
    fields: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class RecordPage:
    """`more`: there are further ones; `now`: the CRM's clock, None: it does not tell.

    `place`: where the list goes on, None: after the last record. `warning`: why a list may not be whole, empty: it is.
    """

    records: tuple[RemoteRecord, ...]
    more: bool
    now: datetime | None = None
    place: Place | None = None
    warning: str = ""

    @property
    def end(self) -> Place | None:
        """Where the list goes on; None: it has not begun."""
        if self.place is not None or not self.records:
            return self.place
        return Place(at=self.records[-1].changed_at, id=self.records[-1].id)


@dataclass(frozen=True, kw_only=True)
class LoggedCall:
    """A finished call. `remote_id`: whose; `disposition`: what an agent said that it came to; `link`: address of
    the call's page here; seconds are whole."""

    remote_id: str
    call_id: str
    direction: str
    outcome: str
    started_at: datetime
    duration_s: int
    disposition: str = ""
    notes: str = ""
    link: str = ""


class CrmTrouble(Exception):
    """The CRM cannot be worked with now; nothing is said of the record. `retry_after`: what it asked for."""

    def __init__(self, trouble: Trouble, said: str = "", retry_after: timedelta | None = None) -> None:
        super().__init__(f"{trouble}: {said}" if said else trouble)
        self.trouble: Trouble = trouble
        self.said = said
        self.retry_after = retry_after


class Missing(Exception):
    """No such record. It says nothing of a deletion: it may be hidden from these credentials."""


class Deleted(Exception):
    """The CRM says that the record was deleted."""


class VersionConflict(Exception):
    """The record is another than the one that was to be changed; nothing was changed."""


class Rejected(Exception):
    """The CRM takes this not, however often it is sent: what it said."""


class UnderWay(Exception):
    """The CRM has begun, and is not done yet: asked again with the same key it tells how far it is."""


class CrmClient(Protocol):
    """All raise CrmTrouble. Ids are the CRM's; `key` is ours: the same key is the same request, however often.

    `seen_after`: how long what was logged may be unknown to the CRM's own search.
    """

    @property
    def seen_after(self) -> timedelta: ...

    async def changed_since(self, place: Place | None, limit: int) -> RecordPage:
        """The next records after `place`, deleted ones too, sorted by time of change, then id; None: from the first."""
        ...

    async def get(self, id: str) -> RemoteRecord:
        """Raises: Missing, Deleted."""
        ...

    async def find_by_key(self, key: str) -> RemoteRecord | None:
        """What was created with this key: an answer may have been lost."""
        ...

    async def find_by_number(self, number: str, limit: int) -> RecordPage | None:
        """Whose number it is (E.164), however it is written there; None: the CRM cannot be asked. No deleted ones."""
        ...

    async def create(self, fields: Mapping[str, Any], key: str) -> RemoteRecord:
        """Once for each key. Raises: Rejected."""
        ...

    async def update(self, id: str, fields: Mapping[str, Any], version: str) -> RemoteRecord:
        """What is not named stays. Raises: VersionConflict, Missing, Deleted, Rejected."""
        ...

    async def erase(self, id: str, key: str) -> str:
        """Erases a person's record; what the CRM answered. One that is gone already counts.

        Raises: Rejected, UnderWay: there is no receipt until it is done.
        """
        ...

    async def set_objection(self, id: str, objects: bool, key: str) -> str:
        """Whether the person's data may not be used; what the CRM answered. Raises: Missing, Deleted, Rejected."""
        ...

    async def find_call(self, key: str, remote_id: str) -> str | None:
        """The CRM's id of the call that was logged with this key at this record."""
        ...

    async def log_call(self, call: LoggedCall, key: str) -> str:
        """Once for each key; the CRM's id of it. Raises: Missing, Deleted, Rejected."""
        ...

    def link(self, id: str) -> str | None:
        """Address of the record's page, without asking the CRM."""
        ...
