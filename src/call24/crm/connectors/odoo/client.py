"""The connector for Odoo: contacts (partners who are persons) are kept in step, and a call becomes a note of its
contact.

Odoo has no keys for requests: a contact that is made carries ours in a field, a call in the note's text, and both are
looked for first. Its lists are those of its database, so what was made is in them at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from html import escape
from typing import Any

from call24.crm.asking import id_number
from call24.crm.call_text import ENDING, call_text, is_of
from call24.crm.connector import (
    Deleted,
    LoggedCall,
    Missing,
    Place,
    RecordPage,
    Rejected,
    RemoteRecord,
    VersionConflict,
)
from call24.crm.connectors import by_time
from call24.crm.connectors.odoo.members import KEY, PHONE
from call24.crm.connectors.odoo.records import Row, changed_at, changes, made, record, time_text
from call24.crm.connectors.odoo.requests import MESSAGE, PARTNER, Domain, OdooApi
from call24.crm.model import OdooShape

TIME = "write_date"
ROWS_MAX = 200
"""Of whom may have a number."""


class OdooClient:
    """A CrmClient."""

    seen_after = timedelta()

    def __init__(self, api: OdooApi, shape: OdooShape) -> None:
        self._api = api
        self._shape = shape

    # --- contacts ---

    async def changed_since(self, place: Place | None, limit: int) -> RecordPage:
        """Archived contacts are told as deleted; those that were deleted are in no list."""
        of = by_time.by_seconds(self._between, _key, self._record, lambda: self._api.at)
        return await by_time.changed_since(of, place, limit)

    async def _between(self, since: datetime, before: datetime | None, above: Any) -> Sequence[Row]:
        asked: list[tuple[str, str, Any]] = [(TIME, ">=", time_text(since))]
        if before is None:
            return await self._api.contacts(asked, f"{TIME}, id", by_time.PIECE)
        return await self._api.contacts(
            [*asked, (TIME, "<", time_text(before)), ("id", ">", above)], "id", by_time.PIECE
        )

    async def get(self, id: str) -> RemoteRecord:
        found = self._record(await self._contact(id))
        if found.deleted:
            raise Deleted
        return found

    async def find_by_key(self, key: str) -> RemoteRecord | None:
        """An archived one too: it is there, and is not made again."""
        rows = await self._api.contacts([(KEY, "=", key)], "id", 2)
        found = [self._record(row, archived_too=True) for row in rows]
        return next((one for one in found if one.key == key), None)

    async def find_by_number(self, number: str, limit: int) -> RecordPage | None:
        """Archived contacts too: they have the number still."""
        pattern = "".join(f"%{digit}" for digit in number[-ENDING:])
        rows = await self._api.contacts([(PHONE, "=like", f"{pattern}%")], "id", ROWS_MAX)
        found = [self._record(row, archived_too=True) for row in rows if is_of(number, row.get(PHONE))]
        more = len(found) > limit or len(rows) == ROWS_MAX
        return RecordPage(records=tuple(found[:limit]), more=more, now=self._api.at)

    async def create(self, fields: Mapping[str, Any], key: str) -> RemoteRecord:
        values = made(fields, key)
        if (there := await self.find_by_key(key)) is not None:
            return there
        id = await self._api.made(PARTNER, "create", vals_list=[values])
        return await self.get(str(id))

    async def update(self, id: str, fields: Mapping[str, Any], version: str) -> RemoteRecord:
        """Odoo takes no versions: it is looked at just before."""
        values, seen = changes(fields), await self.get(id)
        if version and seen.version != version:
            raise VersionConflict
        await self._api.call(PARTNER, "write", ids=[int(seen.id)], vals=values)
        return await self.get(id)

    async def erase(self, id: str, key: str) -> str:
        """Odoo deletes a contact with its notes, and refuses where documents name it."""
        try:
            row = await self._contact(id)
            await self._api.call(PARTNER, "unlink", ids=[row["id"]])
        except Missing:
            await self._check_absent(id)
            return f"Odoo has no contact {id}"
        return f"Odoo deleted contact {id}, with its notes"

    async def _check_absent(self, id: str) -> None:
        """Who is in no list of ours may be there still: as a company, as a user of Odoo, or hidden, which is an error
        of rights. Raises: Rejected, CrmTrouble."""
        try:
            found = await self._api.call(PARTNER, "read", ids=[id_number(id)], fields=["id"])
        except Missing:
            return
        if found != []:
            raise Rejected(f"Odoo's partner {id} is no contact of a person any more: it is erased by hand")

    async def set_objection(self, id: str, objects: bool, key: str) -> str:
        name, seen = self._shape.objection_field, await self.get(id)
        await self._api.call(PARTNER, "write", ids=[int(seen.id)], vals={name: objects})
        if (await self._contact(id)).get(name) is not objects:
            raise Rejected(f"Odoo's contacts have no yes or no field {name}")
        return f"{name} is {'yes' if objects else 'no'}"

    # --- calls: notes ---

    async def find_call(self, key: str, remote_id: str) -> str | None:
        of_contact: Domain = [
            ("model", "=", PARTNER),
            ("res_id", "=", id_number(remote_id)),
            ("body", "like", f"[{key}]"),
        ]
        rows = await self._api.rows(MESSAGE, of_contact, "id", 10, ("body",))
        return next((str(row["id"]) for row in rows if f"[{key}]" in str(row.get("body"))), None)

    async def log_call(self, call: LoggedCall, key: str) -> str:
        seen = await self.get(call.remote_id)
        there = await self.find_call(key, call.remote_id)
        if there is not None:
            return there
        body = "<br>".join(escape(line) for line in call_text(call, key).splitlines())
        note = {"message_type": "comment", "subtype_xmlid": "mail.mt_note"}
        told = await self._api.made(
            PARTNER, "message_post", ids=[int(seen.id)], body=f"<p>{body}</p>", body_is_html=True, **note
        )
        return str(told)

    def link(self, id: str) -> str | None:
        return f"{self._api.url}/odoo/{PARTNER}/{id}"

    # --- requests ---

    async def _contact(self, id: str) -> Row:
        """Raises: Missing."""
        rows = await self._api.contacts([("id", "=", id_number(id))], "id", 1)
        if not rows:
            raise Missing
        return rows[0]

    def _record(self, row: Row, *, archived_too: bool = False) -> RemoteRecord:
        return record(row, self._api.fields, self._api.hash_key, archived_too=archived_too)


def _key(row: Row) -> by_time.Key:
    return changed_at(row), row["id"]
