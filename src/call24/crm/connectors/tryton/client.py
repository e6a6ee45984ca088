"""The connector for Tryton: parties, their contact mechanisms and addresses, by its JSON-RPC.

Tryton has no keys for requests: what is made once carries our key, and is looked for before it is made. Reading is in
changes.py, what a party is in records.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from call24.crm.asking import id_number, malformed, one_line
from call24.crm.call_text import ENDING, call_text, is_of
from call24.crm.connector import (
    Deleted,
    LoggedCall,
    Missing,
    Place,
    RecordPage,
    Rejected,
    RemoteRecord,
)
from call24.crm.connectors.tryton.changes import changed_since
from call24.crm.connectors.tryton.members import PHONES
from call24.crm.connectors.tryton.records import READ, changes, made, page_of, record, seen
from call24.crm.connectors.tryton.rpc import EVERYBODY, TrytonRefuses, TrytonRpc

ID_MAX = 2**31 - 1
ROWS_MAX = 200


class TrytonClient:
    """A CrmClient. `category`: of parties whose data may not be used; empty: there is none."""

    seen_after = timedelta()

    def __init__(self, rpc: TrytonRpc, category: str = "") -> None:
        self._rpc = rpc
        self._category = category

    # --- records ---

    async def changed_since(self, place: Place | None, limit: int) -> RecordPage:
        return await changed_since(self._rpc, place, limit)

    async def get(self, id: str) -> RemoteRecord:
        found = record(await self._party(id))
        if found.deleted:
            raise Deleted
        return found

    async def find_by_key(self, key: str) -> RemoteRecord | None:
        rows = await self._search("party.party", [["identifiers.code", "=", key]], 2, READ)
        found = [record(row) for row in rows]
        return next((one for one in found if one.key == key and not one.deleted), None)

    async def find_by_number(self, number: str, limit: int) -> RecordPage | None:
        """Archived parties too: they have the number still."""
        pattern = "%" + "%".join(number[-ENDING:]) + "%"
        domain = [
            ["type", "in", [*PHONES, "fax"]],
            ["OR", ["value_compact", "ilike", pattern], ["value", "ilike", pattern]],
        ]
        rows = await self._search("party.contact_mechanism", domain, ROWS_MAX, ("party", "value", "value_compact"))
        ids = sorted({row.get("party") for row in rows if is_of(number, row.get("value_compact"), row.get("value"))})
        parties = await self._search("party.party", [["id", "in", ids[:limit]]], limit, READ) if ids else []
        found = tuple(record(row, archived_too=True) for row in parties)
        return RecordPage(records=found, more=len(ids) > limit or len(rows) == ROWS_MAX, now=self._rpc.at)

    async def create(self, fields: Mapping[str, Any], key: str) -> RemoteRecord:
        there = await self.find_by_key(key)
        if there is not None:
            return there
        ids = await self._asked("model.party.party.create", [made(fields, key)])
        if not (isinstance(ids, list) and len(ids) == 1):
            malformed("the answer to a creation is no list of one id")
        return await self.get(str(ids[0]))

    async def update(self, id: str, fields: Mapping[str, Any], version: str) -> RemoteRecord:
        if not version:
            version = (await self.get(id)).version
        values, stamps = changes(fields, seen(version))
        await self._write(id, values, {"_timestamp": stamps})
        return await self.get(id)

    async def erase(self, id: str, key: str) -> str:
        """Tryton's own wizard takes the names, addresses, notes and attachments, which a party keeps that stands in
        invoices; then the party is deleted, or else its contact mechanisms and identifiers, whose compact forms the
        wizard leaves."""
        try:
            await self._party(id)
        except (Missing, Deleted):
            return f"Tryton has no party {id}"
        await self._write(id, {"active": False})
        session = await self._asked("wizard.party.erase.create")
        if not (isinstance(session, list) and session):
            malformed("the erasure's wizard does not begin")
        await self._asked("wizard.party.erase.execute", session[0], {"ask": {"party": int(id)}}, "erase")
        await self._asked("wizard.party.erase.delete", session[0])
        try:
            await self._rpc.call("model.party.party.delete", [int(id)])
        except TrytonRefuses as error:
            await self._empty(id)
            return one_line(f"party {id} was erased by Tryton's wizard, and stays without data: {error}")
        return f"party {id} was erased and deleted"

    async def _empty(self, id: str) -> None:
        for model in ("party.contact_mechanism", "party.identifier"):
            rows = await self._search(model, [["party", "=", int(id)]], ROWS_MAX, ("id",))
            if rows:
                await self._asked(f"model.{model}.delete", [row["id"] for row in rows])

    async def set_objection(self, id: str, objects: bool, key: str) -> str:
        found = await self._search("party.category", [["name", "=", self._category]], 2, ("name",))
        if len(found) != 1:
            raise Rejected(f"Tryton has {len(found)} party categories of the name {self._category}: there must be one")
        await self.get(id)
        await self._write(id, {"categories": [["add" if objects else "remove", [found[0]["id"]]]]})
        return f"category {self._category} {'added' if objects else 'removed'}"

    # --- calls: notes of a party ---

    async def find_call(self, key: str, remote_id: str) -> str | None:
        domain = [["resource", "=", f"party.party,{_number(remote_id)}"], ["message", "like", f"%{key}%"]]
        rows = await self._search("ir.note", domain, ROWS_MAX, ("message",))
        return next((str(row["id"]) for row in rows if f"[{key}]" in str(row.get("message"))), None)

    async def log_call(self, call: LoggedCall, key: str) -> str:
        await self.get(call.remote_id)
        there = await self.find_call(key, call.remote_id)
        if there is not None:
            return there
        note = {"resource": f"party.party,{call.remote_id}", "message": call_text(call, key)}
        ids = await self._asked("model.ir.note.create", [note])
        return str(ids[0]) if isinstance(ids, list) and ids else malformed("the answer to a note is no list of one id")

    def link(self, id: str) -> str | None:
        return page_of(self._rpc.url, id)

    # --- requests ---

    async def _party(self, id: str) -> Any:
        """Raises: Missing, Deleted."""
        number = _number(id)
        rows = await self._search("party.party", [["id", "=", number]], 1, READ)
        if rows:
            return rows[0]
        deletions = [["resource", "=", f"party.party,{number}"], ["event", "=", "delete"]]
        if await self._search("ir.model.log", deletions, 1, ("event",)):
            raise Deleted
        raise Missing

    async def _search(self, model: str, domain: list[Any], limit: int, names: tuple[str, ...]) -> list[Any]:
        """Raises: Rejected, CrmTrouble."""
        method = f"model.{model}.search_read"
        order = [["id", "ASC"]]
        rows = await self._asked(method, domain, 0, limit, order, list(names))
        if not isinstance(rows, list) or not all(isinstance(row, Mapping) and "id" in row for row in rows):
            malformed(f"{method} answers no list of records")
        return rows

    async def _asked(self, method: str, *params: Any, context: Mapping[str, Any] = EVERYBODY) -> Any:
        """Raises: Rejected, VersionConflict, CrmTrouble."""
        try:
            return await self._rpc.call(method, *params, context=context)
        except TrytonRefuses as error:
            raise Rejected(str(error)) from None

    async def _write(self, id: str, values: Mapping[str, Any], context: Mapping[str, Any] = EVERYBODY) -> None:
        """Raises: Missing, Deleted, Rejected, VersionConflict."""
        try:
            await self._asked("model.party.party.write", [_number(id)], values, context={**EVERYBODY, **context})
        except Rejected:
            await self._party(id)
            raise


def _number(id: str) -> int:
    """Raises: Missing."""
    if (number := id_number(id)) > ID_MAX:
        raise Missing
    return number
