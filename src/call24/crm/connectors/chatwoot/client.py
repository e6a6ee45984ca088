"""The connector for Chatwoot: contacts are kept in step, and a call becomes a note of its contact.

Its lists know when a contact was made, and not when it was changed: the engine reads all of them over and over
(engine.py, `_compare`). A contact that is made carries our key as its identifier, which an account has once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from call24.crm.asking import id_number
from call24.crm.call_text import ENDING, call_text, is_of
from call24.crm.connector import LoggedCall, Missing, Place, RecordPage, Rejected, RemoteRecord, VersionConflict
from call24.crm.connectors.chatwoot import pages
from call24.crm.connectors.chatwoot.members import CUSTOM, PHONE
from call24.crm.connectors.chatwoot.records import Row, changes, record, value_of
from call24.crm.connectors.chatwoot.requests import OLDEST, PAGE, ChatwootApi
from call24.crm.model import ChatwootShape

FOUND_PAGES_MAX = 14
"""Of whom may have a number."""


class ChatwootClient:
    """A CrmClient."""

    seen_after = timedelta()

    def __init__(self, api: ChatwootApi, shape: ChatwootShape) -> None:
        self._api = api
        self._shape = shape

    # --- contacts ---

    async def changed_since(self, place: Place | None, limit: int) -> RecordPage:
        """By the time at which they were made; those that were deleted are in no list."""
        found = await pages.made_since(self._api.page, place, limit)
        return RecordPage(
            records=tuple(map(self._record, found.rows)),
            more=found.more,
            now=self._api.at,
            place=found.place,
            warning=found.warning,
        )

    async def get(self, id: str) -> RemoteRecord:
        return self._record(await self._api.contact(id_number(id)))

    async def find_by_key(self, key: str) -> RemoteRecord | None:
        rows, _ = await self._search(key)
        return next((self._record(row) for row in rows if row.get("identifier") == key), None)

    async def find_by_number(self, number: str, limit: int) -> RecordPage | None:
        """Chatwoot takes numbers as E.164 alone, and may have others from before it did: both are searched."""
        ending = number[-ENDING:]
        found, more = dict[int, Row](), False
        for text in (ending, "%".join(ending)):
            rows, cut = await self._search(text)
            more = more or cut
            found.update({row["id"]: row for row in rows if is_of(number, row.get(PHONE))})
        records = tuple(self._record(row) for row in sorted(found.values(), key=pages.key))
        return RecordPage(records=records[:limit], more=more or len(records) > limit, now=self._api.at)

    async def create(self, fields: Mapping[str, Any], key: str) -> RemoteRecord:
        """An identifier is there once in an account: what was made meanwhile is refused, and found."""
        values = changes(fields)
        if (there := await self.find_by_key(key)) is not None:
            return there
        try:
            made = await self._api.made({**values, "identifier": key})
        except Rejected:
            if (there := await self.find_by_key(key)) is not None:
                return there
            raise
        return await self.get(str(made["id"]))

    async def update(self, id: str, fields: Mapping[str, Any], version: str) -> RemoteRecord:
        """Chatwoot takes no versions: it is looked at just before."""
        values, seen = changes(fields), await self.get(id)
        if version and seen.version != version:
            raise VersionConflict
        await self._api.call("PUT", f"contacts/{int(seen.id)}", values)
        return await self.get(id)

    async def erase(self, id: str, key: str) -> str:
        """With its conversations and notes, which Chatwoot deletes in the background."""
        try:
            await self._api.call("DELETE", f"contacts/{id_number(id)}")
        except Missing:
            return f"Chatwoot has no contact {id}"
        return f"Chatwoot deleted contact {id}, and deletes its notes and conversations after it"

    async def set_objection(self, id: str, objects: bool, key: str) -> str:
        name, seen = self._shape.objection_field, await self.get(id)
        await self._api.call("PUT", f"contacts/{int(seen.id)}", {CUSTOM: {name: objects}})
        if value_of(await self._api.contact(int(seen.id)), f"{CUSTOM}.{name}") is not objects:
            raise Rejected(f"Chatwoot does not keep the attribute {name}")
        return f"{name} is {'yes' if objects else 'no'}"

    # --- calls: notes ---

    async def find_call(self, key: str, remote_id: str) -> str | None:
        notes = await self._api.notes(id_number(remote_id))
        return next((str(one["id"]) for one in notes if f"[{key}]" in str(one.get("content"))), None)

    async def log_call(self, call: LoggedCall, key: str) -> str:
        there = await self.find_call(key, call.remote_id)
        if there is not None:
            return there
        id = id_number(call.remote_id)
        return await self._api.noted(id, call_text(call, key))

    def link(self, id: str) -> str | None:
        return f"{self._api.url}/app/accounts/{self._api.account}/contacts/{id}"

    # --- requests ---

    async def _search(self, text: str) -> tuple[Sequence[Row], bool]:
        """Whoever has the text anywhere, and whether there are further ones."""
        found = list[Row]()
        for number in range(1, FOUND_PAGES_MAX + 1):
            rows = (await self._api.page(number, OLDEST, text)).rows
            found += rows
            if len(rows) < PAGE:
                return found, False
        return found, True

    def _record(self, row: Row) -> RemoteRecord:
        return record(row, self._api.fields, self._api.hash_key)
