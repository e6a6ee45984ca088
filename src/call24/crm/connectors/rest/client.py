"""A CRM with a REST interface of JSON, named as the connection says: the form of docs/guides/crm-rest.md.

One request, one answer; what is not exactly that form is trouble, never an empty list.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from urllib.parse import quote, urlencode

from call24.crm.asking import (
    Exchange,
    asked,
    date,
    expect,
    instant,
    iso,
    json_object,
    malformed,
    retry_after,
    said,
    whole,
)
from call24.crm.connector import (
    CrmTrouble,
    Deleted,
    LoggedCall,
    Missing,
    Place,
    RecordPage,
    Rejected,
    RemoteRecord,
    VersionConflict,
)
from call24.crm.model import RestShape
from call24.kit.outbound_http import Answered

ID_MAX = 200


class RestClient:
    """A CrmClient. `url`: without a slash at its end; `token`: sent as a bearer token; `now`: our clock."""

    seen_after = timedelta()

    def __init__(self, url: str, token: str, shape: RestShape, exchange: Exchange, now: Callable[[], datetime]) -> None:
        self._url = url.rstrip("/")
        self._token = token
        self._shape = shape
        self._exchange = exchange
        self._now = now

    # --- records ---

    async def changed_since(self, place: Place | None, limit: int) -> RecordPage:
        shape = self._shape
        query: dict[str, str] = {shape.limit: str(limit)}
        if place is not None:
            query[shape.since] = iso(place.at)
            if place.id:
                query[shape.after] = place.id
        answer = await self._ask("GET", f"{shape.records_path}?{urlencode(query)}")
        if answer.status in (404, 410):
            raise CrmTrouble("not_found", f"{shape.records_path} is not there")
        expect(answer, 200)
        told = json_object(answer)
        items = told.get(shape.items)
        if not isinstance(items, list) or len(items) > limit:
            raise CrmTrouble("malformed", f"`{shape.items}` is no list of at most {limit} records")
        more = told.get(shape.more) if shape.more else len(items) == limit
        if not isinstance(more, bool):
            raise CrmTrouble("malformed", f"`{shape.more}` does not say whether there is more")
        records = tuple(self._record(item) for item in items)
        self._check_order(place, records, more)
        return RecordPage(records=records, more=more, now=date(answer))

    def _check_order(self, place: Place | None, records: tuple[RemoteRecord, ...], more: bool) -> None:
        """A list that is not sorted, or does not go on, would be read for ever, or leave somebody out."""
        places = [Place(at=one.changed_at, id=one.id) for one in records]
        if any(after < before for before, after in pairwise(places)):
            raise CrmTrouble("malformed", "the list is not sorted by time of change and id")
        if more and not records:
            raise CrmTrouble("malformed", "the list says that there is more, and has nothing")
        if place is not None and place.id and places and places[-1] <= place:
            raise CrmTrouble("malformed", "the list does not go on after the last record that was read")

    async def get(self, id: str) -> RemoteRecord:
        answer = await self._ask("GET", self._path(id))
        self._there(answer)
        expect(answer, 200)
        record = self._record(json_object(answer))
        if record.deleted:
            raise Deleted
        return record

    async def find_by_key(self, key: str) -> RemoteRecord | None:
        shape = self._shape
        if not shape.key:
            return None
        answer = await self._ask("GET", f"{shape.records_path}?{urlencode({shape.key: key, shape.limit: '2'})}")
        expect(answer, 200)
        found = self._items(answer)
        return next((one for item in found if (one := self._record(item)).key == key and not one.deleted), None)

    async def find_by_number(self, number: str, limit: int) -> RecordPage | None:
        shape = self._shape
        if not shape.by_number:
            return None
        query = urlencode({shape.by_number: number, shape.limit: str(limit)})
        answer = await self._ask("GET", f"{shape.records_path}?{query}")
        expect(answer, 200)
        items = self._items(answer)
        told = json_object(answer).get(shape.more) is not False if shape.more else len(items) == limit
        found = tuple(one for one in map(self._record, items[:limit]) if not one.deleted)
        return RecordPage(records=found, more=told or len(items) > limit, now=date(answer))

    async def create(self, fields: Mapping[str, Any], key: str) -> RemoteRecord:
        own = {self._shape.key: key} if self._shape.key else {}
        answer = await self._ask("POST", self._shape.records_path, {**fields, **own}, {"Idempotency-Key": key})
        self._refusals(answer)
        expect(answer, 200, 201)
        return self._record(json_object(answer))

    async def update(self, id: str, fields: Mapping[str, Any], version: str) -> RemoteRecord:
        match = {"If-Match": f'"{version}"'} if version else {}
        answer = await self._ask("PATCH", self._path(id), fields, match)
        self._there(answer)
        if answer.status in (409, 412):
            raise VersionConflict
        self._refusals(answer)
        expect(answer, 200)
        return self._record(json_object(answer))

    async def erase(self, id: str, key: str) -> str:
        answer = await self._ask("DELETE", self._path(id), None, {"Idempotency-Key": key})
        if answer.status in (404, 410):
            return f"{answer.status}: the CRM has no such record"
        self._refusals(answer)
        expect(answer, 200, 202, 204)
        return f"{answer.status} {said(answer)}".strip()

    async def set_objection(self, id: str, objects: bool, key: str) -> str:
        answer = await self._ask(
            "PATCH", self._path(id), {self._shape.objection_field: objects}, {"Idempotency-Key": key}
        )
        self._there(answer)
        self._refusals(answer)
        expect(answer, 200, 204)
        return str(answer.status)

    # --- calls ---

    async def find_call(self, key: str, remote_id: str) -> str | None:
        shape = self._shape
        if not shape.key:
            return None
        answer = await self._ask("GET", f"{shape.calls_path}?{urlencode({shape.key: key, shape.limit: '2'})}")
        expect(answer, 200)
        for item in self._items(answer):
            if isinstance(item, Mapping) and item.get(shape.key) == key:
                return self._id(item)
        return None

    async def log_call(self, call: LoggedCall, key: str) -> str:
        body = {
            "contact_id": call.remote_id,
            "call_id": call.call_id,
            "direction": call.direction,
            "outcome": call.outcome,
            "started_at": iso(call.started_at),
            "duration_s": call.duration_s,
            "disposition": call.disposition,
            "notes": call.notes,
            "link": call.link,
            **({self._shape.key: key} if self._shape.key else {}),
        }
        answer = await self._ask("POST", self._shape.calls_path, body, {"Idempotency-Key": key})
        self._there(answer)
        self._refusals(answer)
        expect(answer, 200, 201)
        return self._id(json_object(answer))

    def link(self, id: str) -> str | None:
        template = self._shape.link_template
        return template.replace("{id}", quote(id, safe="")) if template else None

    # --- requests and answers ---

    def _path(self, id: str) -> str:
        return f"{self._shape.records_path}/{quote(id, safe='')}"

    async def _ask(self, method: str, path: str, body: Any = None, more: Mapping[str, str] | None = None) -> Answered:
        """Raises: CrmTrouble for what says nothing of the record."""
        headers = {"Authorization": f"Bearer {self._token}", **(more or {})}
        return await asked(self._exchange, method, f"{self._url}{path}", headers, body, self._retry_after)

    def _there(self, answer: Answered) -> None:
        if answer.status == 404:
            raise Missing
        if answer.status == 410:
            raise Deleted

    def _refusals(self, answer: Answered) -> None:
        if 400 <= answer.status < 500:
            raise Rejected(f"{answer.status} {said(answer)}".strip())

    def _retry_after(self, answer: Answered) -> timedelta | None:
        return retry_after(answer, self._now())

    def _items(self, answer: Answered) -> list[Any]:
        items = json_object(answer).get(self._shape.items)
        return items if isinstance(items, list) else malformed(f"`{self._shape.items}` is no list")

    def _record(self, item: Any) -> RemoteRecord:
        shape = self._shape
        if not isinstance(item, Mapping):
            malformed("a record is no object")
        deleted = item.get(shape.deleted, False) if shape.deleted else False
        if not isinstance(deleted, bool):
            malformed(f"`{shape.deleted}` is not true or false")
        version = item.get(shape.version) if shape.version else None
        key = item.get(shape.key) if shape.key else None
        return RemoteRecord(
            id=self._id(item),
            changed_at=instant(item.get(shape.changed_at), shape.changed_at),
            version=whole(str(version), shape.version) if isinstance(version, str | int) else "",
            key=whole(key, shape.key) if isinstance(key, str) else "",
            deleted=deleted,
            fields={} if deleted else dict(item),
        )

    def _id(self, item: Mapping[str, Any]) -> str:
        id = item.get(self._shape.id)
        if isinstance(id, bool) or not isinstance(id, str | int) or not 1 <= len(str(id)) <= ID_MAX:
            malformed(f"`{self._shape.id}` is no id of 1 to {ID_MAX} characters")
        return whole(str(id), self._shape.id)
