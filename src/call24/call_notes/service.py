"""Keeps the note of each call, as it is typed. Who may see the call, and write its note, is decided at the edge."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass

import msgspec

from call24.call_notes.events import CALL_NOTE_CHANGED, CallNoteChanged
from call24.call_notes.model import CallNote
from call24.call_notes.rules import check_text, is_settled
from call24.call_records.model import CallRecord
from call24.changes.service import Changes, Writing
from call24.kit.clock import Clock
from call24.kit.errors import Conflict, NotFound
from call24.kit.holdings import ButHeld, nothing_held
from call24.kit.ids import CallId, ContactId, TenantId, UserId
from call24.kit.mongo import Index, Mongo

INDEXES = (Index(CallNote, ("contact_id", "-at", "-id")),)
_WHY = "what a legal hold keeps is asked for in the words of the register, which name organisations"


@dataclass(frozen=True, kw_only=True)
class Written:
    """`note` None: there is none now. `begins`: this user had not written in it before, or it was removed."""

    note: CallNote | None
    begins: bool


class CallNotes:
    def __init__(self, mongo: Mongo, clock: Clock, changes: Changes) -> None:
        self._mongo = mongo
        self._clock = clock
        self._changes = changes
        self._all = mongo.platform(CallNote, why=_WHY)
        self.but_held: ButHeld = nothing_held
        """Set by the room of legal holds."""

    async def read(self, tenant_id: TenantId, call_id: CallId) -> CallNote | None:
        """Raises: Unavailable."""
        return await self._mongo.tenant(tenant_id).collection(CallNote).find_one({"id": call_id})

    async def some(self, tenant_id: TenantId, call_ids: Collection[CallId]) -> dict[CallId, CallNote]:
        """Those that there are, by call. Raises: Unavailable."""
        notes = self._mongo.tenant(tenant_id).collection(CallNote)
        return {one.id: one for one in await notes.find({"id": {"$in": sorted(call_ids)}})} if call_ids else {}

    async def write(
        self, call: CallRecord, by: UserId, text: str, still_there: Callable[[], Awaitable[bool]]
    ) -> Written:
        """Replaces the note; an empty text removes it. The same text again changes nothing. `still_there`: whether the
        journal has the call.

        Raises: Invalid, Conflict (codes not_for_internal_calls, legal_hold), NotFound where the call was deleted
        meanwhile, Unavailable.
        """
        clean = check_text(text)
        if call.direction == "internal":
            raise Conflict("No customer is in this call: it has no note", code="not_for_internal_calls")
        if is_settled(call, self._clock.now()) and await self._held(call):
            raise Conflict("A legal hold keeps this note as it is: have it released", code="legal_hold")

        async def work(writing: Writing) -> Written:
            return await self._write(writing, call, by, clean)

        written = await self._changes.commit(call.tenant_id, work)
        if written.note is not None and not await still_there():
            # The call was deleted while its note was written. Notes are deleted after the journal (privacy/store.py):
            # either that found this one, or the journal was gone by now.
            await self._mongo.tenant(call.tenant_id).collection(CallNote).delete_many({"id": call.id})
            raise NotFound
        return written

    async def _write(self, writing: Writing, call: CallRecord, by: UserId, text: str) -> Written:
        notes = writing.collection(CallNote)
        before = await notes.find_one({"id": call.id})
        if text == (before.text if before is not None else ""):
            return Written(note=before, begins=False)
        note = _next(before, call, by, text, writing) if text else None
        if note is None:
            await notes.delete_many({"id": call.id})
        else:
            await notes.replace(note, upsert=True)
        told = CallNoteChanged(call_id=call.id, version=note.version if note is not None else 0, by=by)
        writing.tell(CALL_NOTE_CHANGED, told, call.id)
        return Written(note=note, begins=note is None or before is None or by not in before.authors)

    async def _held(self, call: CallRecord) -> bool:
        one = {"tenant_id": call.tenant_id, "id": call.id}
        but = await self.but_held(CallNote)
        there = await self.read(call.tenant_id, call.id) is not None
        return bool(but) and there and await self._all.find_one({**one, **but}) is None

    async def erase_callers(self, tenant_id: TenantId, contact_ids: Sequence[ContactId]) -> int:
        """By the caller too: a note may be written after its call was deleted. What a hold on the call keeps stays.

        Raises: Unavailable.
        """
        theirs = {"tenant_id": tenant_id, "contact_id": {"$in": list(contact_ids)}}
        return await self._all.delete_many({**theirs, **await self.but_held(CallNote)})


def _next(before: CallNote | None, call: CallRecord, by: UserId, text: str, writing: Writing) -> CallNote:
    if before is not None:
        authors = tuple(dict.fromkeys((*before.authors, by)))
        return msgspec.structs.replace(
            before, text=text, version=before.version + 1, by=by, authors=authors, at=writing.at
        )
    return CallNote(
        id=call.id,
        tenant_id=call.tenant_id,
        contact_id=call.contact_id,
        text=text,
        version=1,
        by=by,
        authors=(by,),
        at=writing.at,
    )
