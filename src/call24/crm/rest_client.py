"""A CRM with a REST interface of JSON, named as the connection says: the form of docs/guides/crm-rest.md.

One request, one answer; what is not exactly that form is trouble, never an empty list.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from itertools import pairwise
from typing import Any, NoReturn
from urllib.parse import quote, urlencode

import aiohttp

from call24.crm.connector import (
    CallNote,
    CrmTrouble,
    Deleted,
    Missing,
    Place,
    RecordPage,
    Rejected,
    RemoteRecord,
    VersionConflict,
)
from call24.crm.model import RestShape
from call24.kit.outbound_http import Answered, NotAllowed

ANSWER_BYTES = 2 * 1024 * 1024
SAID_MAX = 300
ID_MAX = 200

Exchange = Callable[[str, str, Mapping[str, str], bytes | None, int], Awaitable[Answered]]
"""Method, address, headers, body, most bytes of an answer. Raises: OSError, aiohttp.ClientError, TimeoutError,
ValueError (too long)."""


class RestClient:
    """A CrmClient. `url`: without a slash at its end; `token`: sent as a bearer token; `now`: our clock."""

    def __init__(self, url: str, token: str, shape: RestShape, exchange: Exchange, now: Callable[[], datetime]) -> None:
        self._url = url.rstrip("/")
        self._token = token
        self._shape = shape
        self._exchange = exchange
        self._now = now

    # --- records ---

    async def changed_since(self, place: Place | None, limit: int) -> RecordPage:
        shape = self._shape
        asked: dict[str, str] = {shape.limit: str(limit)}
        if place is not None:
            asked[shape.since] = _iso(place.at)
            if place.id:
                asked[shape.after] = place.id
        answer = await self._ask("GET", f"{shape.records_path}?{urlencode(asked)}")
        if answer.status in (404, 410):
            raise CrmTrouble("not_found", f"{shape.records_path} is not there")
        self._expect(answer, 200)
        said = _object(answer)
        items = said.get(shape.items)
        if not isinstance(items, list) or len(items) > limit:
            raise CrmTrouble("malformed", f"`{shape.items}` is no list of at most {limit} records")
        more = said.get(shape.more) if shape.more else len(items) == limit
        if not isinstance(more, bool):
            raise CrmTrouble("malformed", f"`{shape.more}` does not say whether there is more")
        records = tuple(self._record(item) for item in items)
        self._check_order(place, records, more)
        return RecordPage(records=records, more=more, now=_date(answer))

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
        self._expect(answer, 200)
        record = self._record(_object(answer))
        if record.deleted:
            raise Deleted
        return record

    async def find_by_key(self, key: str) -> RemoteRecord | None:
        shape = self._shape
        if not shape.key:
            return None
        answer = await self._ask("GET", f"{shape.records_path}?{urlencode({shape.key: key, shape.limit: '2'})}")
        self._expect(answer, 200)
        found = self._items(answer)
        return next((one for item in found if (one := self._record(item)).key == key and not one.deleted), None)

    async def find_by_number(self, number: str, limit: int) -> RecordPage | None:
        shape = self._shape
        if not shape.by_number:
            return None
        asked = urlencode({shape.by_number: number, shape.limit: str(limit)})
        answer = await self._ask("GET", f"{shape.records_path}?{asked}")
        self._expect(answer, 200)
        items = self._items(answer)
        told = _object(answer).get(shape.more) is not False if shape.more else len(items) == limit
        found = tuple(one for one in map(self._record, items[:limit]) if not one.deleted)
        return RecordPage(records=found, more=told or len(items) > limit, now=_date(answer))

    async def create(self, fields: Mapping[str, Any], key: str) -> RemoteRecord:
        own = {self._shape.key: key} if self._shape.key else {}
        answer = await self._ask("POST", self._shape.records_path, {**fields, **own}, {"Idempotency-Key": key})
        self._refusals(answer)
        self._expect(answer, 200, 201)
        return self._record(_object(answer))

    async def update(self, id: str, fields: Mapping[str, Any], version: str) -> RemoteRecord:
        match = {"If-Match": f'"{version}"'} if version else {}
        answer = await self._ask("PATCH", self._path(id), fields, match)
        self._there(answer)
        if answer.status in (409, 412):
            raise VersionConflict
        self._refusals(answer)
        self._expect(answer, 200)
        return self._record(_object(answer))

    async def erase(self, id: str, key: str) -> str:
        answer = await self._ask("DELETE", self._path(id), None, {"Idempotency-Key": key})
        if answer.status in (404, 410):
            return f"{answer.status}: the CRM has no such record"
        self._refusals(answer)
        self._expect(answer, 200, 202, 204)
        return f"{answer.status} {_said(answer)}".strip()

    async def set_objection(self, id: str, objects: bool, key: str) -> str:
        answer = await self._ask(
            "PATCH", self._path(id), {self._shape.objection_field: objects}, {"Idempotency-Key": key}
        )
        self._there(answer)
        self._refusals(answer)
        self._expect(answer, 200, 204)
        return str(answer.status)

    # --- calls ---

    async def find_call(self, key: str) -> str | None:
        shape = self._shape
        if not shape.key:
            return None
        answer = await self._ask("GET", f"{shape.calls_path}?{urlencode({shape.key: key, shape.limit: '2'})}")
        self._expect(answer, 200)
        for item in self._items(answer):
            if isinstance(item, Mapping) and item.get(shape.key) == key:
                return self._id(item)
        return None

    async def log_call(self, call: CallNote, key: str) -> str:
        body = {
            "contact_id": call.remote_id,
            "call_id": call.call_id,
            "direction": call.direction,
            "outcome": call.outcome,
            "started_at": _iso(call.started_at),
            "duration_s": call.duration_s,
            "disposition": call.disposition,
            "notes": call.notes,
            "link": call.link,
            **({self._shape.key: key} if self._shape.key else {}),
        }
        answer = await self._ask("POST", self._shape.calls_path, body, {"Idempotency-Key": key})
        self._there(answer)
        self._refusals(answer)
        self._expect(answer, 200, 201)
        return self._id(_object(answer))

    def link(self, id: str) -> str | None:
        template = self._shape.link_template
        return template.replace("{id}", quote(id, safe="")) if template else None

    # --- requests and answers ---

    def _path(self, id: str) -> str:
        return f"{self._shape.records_path}/{quote(id, safe='')}"

    async def _ask(self, method: str, path: str, body: Any = None, more: Mapping[str, str] | None = None) -> Answered:
        """Raises: CrmTrouble for what says nothing of the record."""
        headers = {
            "Accept": "application/json",
            "Authorization": f"Bearer {self._token}",
            "User-Agent": "call24-crm",
            **({"Content-Type": "application/json"} if body is not None else {}),
            **(more or {}),
        }
        sent = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        try:
            answer = await self._exchange(method, f"{self._url}{path}", headers, sent, ANSWER_BYTES)
        except TimeoutError:
            raise CrmTrouble("too_slow") from None
        except ValueError as error:
            raise CrmTrouble("malformed", str(error)) from None
        except (OSError, aiohttp.ClientError) as error:
            raise CrmTrouble("not_allowed" if NotAllowed.caused(error) else "no_answer") from None
        if answer.status == 429:
            raise CrmTrouble("rate_limited", _said(answer), self._retry_after(answer))
        if answer.status >= 500:
            raise CrmTrouble("server_error", f"{answer.status} {_said(answer)}", self._retry_after(answer))
        if answer.status in (401, 403):
            raise CrmTrouble("unauthorised", f"{answer.status} {_said(answer)}")
        if 300 <= answer.status < 400:
            raise CrmTrouble("redirected", f"{answer.status}: set the address that it redirects to")
        return answer

    def _there(self, answer: Answered) -> None:
        if answer.status == 404:
            raise Missing
        if answer.status == 410:
            raise Deleted

    def _refusals(self, answer: Answered) -> None:
        if 400 <= answer.status < 500:
            raise Rejected(f"{answer.status} {_said(answer)}".strip())

    def _expect(self, answer: Answered, *statuses: int) -> None:
        if answer.status not in statuses:
            _malformed(f"the status is {answer.status}: {_said(answer)}")

    def _retry_after(self, answer: Answered) -> timedelta | None:
        """Seconds, or a date by the CRM's clock (RFC 9110, 10.2.3)."""
        text = answer.headers.get("retry-after", "").strip()
        if text.isascii() and text.isdigit():
            return timedelta(seconds=int(text[:8]))
        at = _http_date(text)
        if at is None:
            return None
        return max(timedelta(), at - (_date(answer) or self._now()))

    def _items(self, answer: Answered) -> list[Any]:
        items = _object(answer).get(self._shape.items)
        return items if isinstance(items, list) else _malformed(f"`{self._shape.items}` is no list")

    def _record(self, item: Any) -> RemoteRecord:
        shape = self._shape
        if not isinstance(item, Mapping):
            _malformed("a record is no object")
        deleted = item.get(shape.deleted, False) if shape.deleted else False
        if not isinstance(deleted, bool):
            _malformed(f"`{shape.deleted}` is not true or false")
        version = item.get(shape.version) if shape.version else None
        key = item.get(shape.key) if shape.key else None
        return RemoteRecord(
            id=self._id(item),
            changed_at=_instant(item.get(shape.changed_at), shape.changed_at),
            version=_whole(str(version), shape.version) if isinstance(version, str | int) else "",
            key=_whole(key, shape.key) if isinstance(key, str) else "",
            deleted=deleted,
            fields={} if deleted else dict(item),
        )

    def _id(self, item: Mapping[str, Any]) -> str:
        id = item.get(self._shape.id)
        if isinstance(id, bool) or not isinstance(id, str | int) or not 1 <= len(str(id)) <= ID_MAX:
            _malformed(f"`{self._shape.id}` is no id of 1 to {ID_MAX} characters")
        return _whole(str(id), self._shape.id)


def _whole(text: str, name: str) -> str:
    """JSON may have half a character, which nothing can store."""
    return text if text.isprintable() else _malformed(f"`{name}` has characters that cannot be printed")


def _object(answer: Answered) -> dict[str, Any]:
    try:
        said = json.loads(answer.body)
    except (ValueError, RecursionError):
        _malformed("the answer is no whole JSON")
    return said if isinstance(said, dict) else _malformed("the answer is no JSON object")


def _malformed(said: str) -> NoReturn:
    raise CrmTrouble("malformed", said)


def _said(answer: Answered) -> str:
    """One line of printable characters."""
    plain = "".join(one if one.isprintable() else " " for one in answer.body[:2000].decode("utf-8", "replace"))
    return " ".join(plain.split())[:SAID_MAX]


def _instant(text: Any, name: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
        at = at.astimezone(UTC) if at.tzinfo is not None else at.replace(tzinfo=UTC)
    except (TypeError, ValueError, OverflowError):
        _malformed(f"`{name}` is no time such as 2026-11-29T12:00:00Z")
    return at if 1970 <= at.year <= 2999 else _malformed(f"`{name}` is in the year {at.year}")


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _date(answer: Answered) -> datetime | None:
    return _http_date(answer.headers.get("date", ""))


def _http_date(text: str) -> datetime | None:
    try:
        at = parsedate_to_datetime(text)
        return at.astimezone(UTC) if at.tzinfo is not None else at.replace(tzinfo=UTC)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
