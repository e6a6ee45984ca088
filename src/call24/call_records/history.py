"""Finding call records: newest first, page by page, by number or name.

A page costs the same wherever it is, and however many calls there are: the cursor is a place in the index, not a count,
and what a page shows is in that index too (history_row.py). What a page may be narrowed to is in history_filter.py.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Awaitable, Callable, Container, Sequence
from datetime import datetime
from typing import Any

import msgspec

from call24.call_records.history_filter import (
    BY_CALLER,
    EVERY,
    CallFilter,
    conditions,
    fits,
    in_front,
    index_of,
    lists_of,
    of_few,
)
from call24.call_records.history_row import ALL, FiledRow, HistoryRow, row_of, unpacked
from call24.call_records.kept_calls import KeptCall, KeptCalls
from call24.call_records.model import CallRecord
from call24.call_records.scan import NEWEST, SHARE, scan
from call24.contacts.service import ContactService
from call24.kit.errors import NotFound
from call24.kit.fair import Fair
from call24.kit.ids import CallId, ContactId, QueueId, TenantId, UserId
from call24.kit.mongo import Index, Mongo
from call24.kit.paging import cursor_of, place_of
from call24.people.store import PersonStore
from call24.restrictions.service import data_restricted

MOST_CONTACTS = 200
MERGED_LISTS = 200
"""So many the server merges (`internalQueryMaxScansToExplode`); of more it would read and sort everything there is."""
_WHOLE_NUMBER = re.compile(r"^\+[0-9][0-9 ()-]{6,24}$")

Place = tuple[datetime, str]
Recorded = Callable[[TenantId, Sequence[CallId]], Awaitable[Container[CallId]]]
"""Of some calls those that have a recording or a message."""


class HistoryPage(msgspec.Struct, frozen=True, kw_only=True):
    """``next`` is None on the last page."""

    rows: tuple[HistoryRow, ...]
    next: str | None


class _Known(msgspec.Struct, frozen=True):
    id: CallId


class History:
    def __init__(self, mongo: Mongo, contacts: ContactService) -> None:
        self._mongo = mongo
        self._contacts = contacts
        self.kept = KeptCalls(mongo)
        self._people = PersonStore(mongo)
        self._everywhere = mongo.platform(CallRecord, why="the operator names a call alone")
        self._room = Fair(*SHARE)

    async def of_any_organisation(self, call_id: CallId) -> CallRecord:
        """For the operator, who names no organisation. Raises: NotFound, Unavailable."""
        found = await self._everywhere.find_one({"id": call_id})
        if found is None:
            raise NotFound("There is no such call")
        return found

    async def page(
        self,
        tenant_id: TenantId,
        *,
        limit: int,
        cursor: str | None,
        text: str,
        queues: Sequence[QueueId] | None,
        agent_id: UserId | None = None,
        of: CallFilter = EVERY,
        recorded: Recorded | None = None,
    ) -> HistoryPage:
        """Ended calls. ``queues`` None: of all queues; else of these, and those that ``agent_id`` had or placed.

        ``recorded``: which calls have a recording; for a filter that asks for it. With a filter that ``scans`` a page
        may have fewer rows than ``limit``, or none, and others may follow.

        Raises: Invalid for a cursor that is not ours; TooMany where many such pages are looked for.
        """
        place = place_of(cursor) if cursor else None
        asked = lists_of(of, queues, agent_id)
        if of.scans:
            async with self._room.turn(tenant_id):
                return await self._scanned(tenant_id, text.strip(), asked, of, cursor, limit, recorded)
        if not text.strip() and len(asked) < 2:
            rows = await self._from_index(tenant_id, asked[0] if asked else [ALL], of, place, limit + 1)
        else:
            rows = await self._from_records(tenant_id, text.strip(), asked, of, place, limit + 1)
        shown = tuple(rows[:limit])
        more = len(rows) > limit
        return HistoryPage(rows=shown, next=cursor_of(shown[-1].arrived_at, shown[-1].id) if more else None)

    async def _from_index(
        self, tenant_id: TenantId, lists: Sequence[str], of: CallFilter, place: Place | None, wanted: int
    ) -> list[HistoryRow]:
        """What is in any of these lists: no sort is needed, and no records but those of a direction or an outcome."""
        collection = self._mongo.tenant(tenant_id).collection(CallRecord)
        filter = conditions(of, place and place[0])
        filter["found_in"] = lists[0] if len(lists) == 1 else {"$in": list(lists)}
        limit, hint = wanted + (place is not None), index_of(of) if len(lists) <= MERGED_LISTS else None
        while True:
            found = await collection.find_parts(FiledRow, filter, sort=NEWEST, limit=limit, hint=hint)
            further = [one for one in found if place is None or (one.arrived_at, one.id) < place]
            if len(further) >= wanted or len(found) < limit:
                return [unpacked(one) for one in further[:wanted]]
            limit *= 4  # more than one began in the instant of the last that was shown

    async def _scanned(
        self,
        tenant_id: TenantId,
        text: str,
        asked: list[list[str]],
        of: CallFilter,
        cursor: str | None,
        limit: int,
        recorded: Recorded | None,
    ) -> HistoryPage:
        callers = await self._callers(tenant_id, text) if text else None
        records = self._mongo.tenant(tenant_id).collection(CallRecord)
        filter, hint, rest = _candidates(of, asked, callers)
        of_them = {**of_few(of), **({"$and": [{"found_in": {"$in": lists}} for lists in rest]} if rest else {})}

        async def keep(some: Sequence[FiledRow]) -> list[FiledRow]:
            fitting = [one for one in some if _fits(of, callers, unpacked(one))]
            if of_them and fitting:
                ids = [one.id for one in fitting]
                known = {one.id for one in await records.find_parts(_Known, {"id": {"$in": ids}, **of_them})}
                fitting = [one for one in fitting if one.id in known]
            if of.recorded is None or recorded is None or not fitting:
                return fitting
            there = await recorded(tenant_id, [one.id for one in fitting])
            return [one for one in fitting if (one.id in there) is of.recorded]

        found = await scan(records, filter, hint, keep, cursor=cursor, limit=limit)
        return HistoryPage(rows=tuple(map(unpacked, found.found)), next=found.next)

    async def _ended(self, tenant_id: TenantId, text: str, asked: list[list[str]]) -> dict[str, Any]:
        """In one of the lists of each that is ``asked``, of the callers that ``text`` finds."""
        filter: dict[str, Any] = {"ended_at": {"$ne": None}}
        if asked:
            filter["$and"] = [{"found_in": {"$in": lists}} for lists in asked]
        if text:
            filter["contact_id"] = {"$in": await self._callers(tenant_id, text)}
        return filter

    async def _from_records(
        self,
        tenant_id: TenantId,
        text: str,
        asked: list[list[str]],
        of: CallFilter,
        place: Place | None,
        wanted: int,
    ) -> list[HistoryRow]:
        filter = {**conditions(of, place and place[0]), **await self._ended(tenant_id, text, asked)}
        if place is not None:
            at, last = place  # the index is entered at the instant; this only tells calls of one instant apart
            filter["$or"] = [{"arrived_at": {"$lt": at}}, {"arrived_at": at, "_id": {"$lt": last}}]
        collection = self._mongo.tenant(tenant_id).collection(CallRecord)
        return [row_of(record) for record in await collection.find(filter, sort=NEWEST, limit=wanted)]

    async def _callers(self, tenant_id: TenantId, text: str) -> list[ContactId]:
        """A whole number is its contact's id, whatever their number; all else is looked for."""
        if _WHOLE_NUMBER.match(text):
            whole = self._contacts.id_for(tenant_id, re.sub(r"[^+0-9]", "", text))
            if await self._contacts.stored_some(tenant_id, [whole]):
                return [whole]
        called = await self._people.contacts_called(tenant_id, text, MOST_CONTACTS)
        seen = [contact.id for contact in await self._contacts.search(tenant_id, text, MOST_CONTACTS)]
        return list(dict.fromkeys((*called, *seen)))

    async def record(
        self,
        tenant_id: TenantId,
        call_id: CallId,
        queues: Sequence[QueueId] | None,
        agent_id: UserId | None = None,
        *,
        restricted: bool = False,
    ) -> CallRecord:
        """``restricted``: also of a caller whose data is: for the caller, or where nothing of it is shown.

        Raises: NotFound, also for a call that was in none of ``queues`` and that ``agent_id`` never had; Refused (code
        data_restricted).
        """
        record = await self._mongo.tenant(tenant_id).collection(CallRecord).get(call_id)
        if queues is not None and not visible(record, queues, agent_id):
            raise NotFound
        if not restricted:
            self.check_shown(tenant_id, record.contact_id)
        return record

    def check_shown(self, tenant_id: TenantId, contact_id: ContactId | None) -> None:
        """Raises: Refused (code data_restricted)."""
        if contact_id is not None and self._contacts.restricted(tenant_id, contact_id):
            raise data_restricted()

    async def check_call_shown(self, tenant_id: TenantId, call_id: CallId) -> None:
        """The same of a call; of one that nothing is kept of, nothing. Raises: Refused (code data_restricted)."""
        with contextlib.suppress(NotFound):
            await self.whose(tenant_id, call_id, None)

    async def whose(
        self,
        tenant_id: TenantId,
        call_id: CallId,
        queues: Sequence[QueueId] | None,
        agent_id: UserId | None = None,
        *,
        restricted: bool = False,
    ) -> CallRecord | KeptCall:
        """The record, or what remains of it while its recordings are kept longer. Raises: as `record`."""
        try:
            return await self.record(tenant_id, call_id, queues, agent_id, restricted=restricted)
        except NotFound:
            kept = await self.kept.get(tenant_id, call_id, queues, agent_id)
            if not restricted:
                self.check_shown(tenant_id, kept.contact_id)
            return kept


def _candidates(
    of: CallFilter, asked: list[list[str]], callers: Sequence[ContactId] | None
) -> tuple[dict[str, Any], Index, list[list[str]]]:
    """What is looked through: calls of the callers, or of the first lists, as far as the server merges so many; its
    index; and the lists that are left to ask for."""
    span = conditions(CallFilter(since=of.since, until=of.until), None)
    if callers is not None and len(callers) <= MERGED_LISTS:
        ended = {"ended_at": {"$ne": None}, "row": {"$ne": None}}  # few go on
        return {**span, **ended, "contact_id": {"$in": list(callers)}}, BY_CALLER, asked
    index, front = in_front(of)
    merged = bool(asked) and len(asked[0]) <= MERGED_LISTS
    lists, rest = (asked[0], asked[1:]) if merged else ([ALL], asked)
    return {**span, **front, "found_in": lists[0] if len(lists) == 1 else {"$in": lists}}, index, rest


def _fits(of: CallFilter, callers: Container[ContactId] | None, row: HistoryRow) -> bool:
    return fits(of, row) and (callers is None or (row.contact_id is not None and row.contact_id in callers))


def visible(record: CallRecord, queues: Sequence[QueueId], agent_id: UserId | None) -> bool:
    """Whether somebody of these queues may see the call."""
    visited = {record.queue_id, *(visit.queue_id for visit in record.queues)}
    return any(queue_id in visited for queue_id in queues) or (agent_id is not None and record.had(agent_id))
