"""One request to a CRM and its answer: what says nothing of a record is CrmTrouble. It never asks again by itself."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, NoReturn

import aiohttp

from call24.crm.connector import CrmTrouble, Missing
from call24.kit.outbound_http import Answered, NotAllowed

ANSWER_BYTES = 2 * 1024 * 1024
SAID_MAX = 300

Exchange = Callable[[str, str, Mapping[str, str], bytes | None, int], Awaitable[Answered]]
"""Method, address, headers, body, most bytes of an answer. Raises: OSError, aiohttp.ClientError, TimeoutError,
ValueError (too long)."""


async def asked(
    exchange: Exchange,
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: Any,
    retry_after: Callable[[Answered], timedelta | None],
) -> Answered:
    """`body`: sent as JSON; None: there is none. Raises: CrmTrouble for what says nothing of the record."""
    named = {
        "Accept": "application/json",
        "User-Agent": "call24-crm",
        **({"Content-Type": "application/json"} if body is not None else {}),
        **headers,
    }
    sent = None if body is None else json.dumps(body, ensure_ascii=False).encode()
    try:
        answer = await exchange(method, url, named, sent, ANSWER_BYTES)
    except TimeoutError:
        raise CrmTrouble("too_slow") from None
    except ValueError as error:
        raise CrmTrouble("malformed", str(error)) from None
    except (OSError, aiohttp.ClientError) as error:
        raise CrmTrouble("not_allowed" if NotAllowed.caused(error) else "no_answer") from None
    if answer.status == 429:
        raise CrmTrouble("rate_limited", said(answer), retry_after(answer))
    if answer.status >= 500:
        raise CrmTrouble("server_error", f"{answer.status} {said(answer)}", retry_after(answer))
    if answer.status in (401, 403):
        raise CrmTrouble("unauthorised", f"{answer.status} {said(answer)}")
    if 300 <= answer.status < 400:
        raise CrmTrouble("redirected", f"{answer.status}: set the address that it redirects to")
    return answer


def retry_after(answer: Answered, now: datetime) -> timedelta | None:
    """Seconds, or a date by the CRM's clock (RFC 9110, 10.2.3)."""
    text = answer.headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return timedelta(seconds=int(text[:8]))
    at = _http_date(text)
    if at is None:
        return None
    return max(timedelta(), at - (date(answer) or now))


def json_value(answer: Answered) -> Any:
    """Raises: CrmTrouble (malformed)."""
    try:
        return json.loads(answer.body)
    except (ValueError, RecursionError):
        malformed("the answer is no whole JSON")


def json_object(answer: Answered) -> dict[str, Any]:
    """Raises: CrmTrouble (malformed)."""
    found = json_value(answer)
    return found if isinstance(found, dict) else malformed("the answer is no JSON object")


def expect(answer: Answered, *statuses: int) -> None:
    """Raises: CrmTrouble (malformed)."""
    if answer.status not in statuses:
        malformed(f"the status is {answer.status}: {said(answer)}")


def instant(text: Any, name: str) -> datetime:
    """Of ISO 8601; without a zone it is UTC. Raises: CrmTrouble (malformed)."""
    try:
        at = datetime.fromisoformat(text)
        at = at.astimezone(UTC) if at.tzinfo is not None else at.replace(tzinfo=UTC)
    except (TypeError, ValueError, OverflowError):
        malformed(f"`{name}` is no time such as 2026-11-29T12:00:00Z")
    return at if 1970 <= at.year <= 2999 else malformed(f"`{name}` is in the year {at.year}")


def iso(at: datetime, timespec: str = "auto") -> str:
    return at.astimezone(UTC).isoformat(timespec=timespec).replace("+00:00", "Z")


def id_number(id: str) -> int:
    """Of a CRM whose ids are positive whole numbers. Raises: Missing: it has no such record."""
    if not (id.isascii() and id.isdigit() and 1 <= len(id) <= 18 and int(id) > 0):
        raise Missing
    return int(id)


def malformed(why: str) -> NoReturn:
    raise CrmTrouble("malformed", why)


def whole(text: str, name: str) -> str:
    """JSON may have half a character, which nothing can store. Raises: CrmTrouble (malformed)."""
    return text if text.isprintable() else malformed(f"`{name}` has characters that cannot be printed")


def said(answer: Answered) -> str:
    """One line of printable characters."""
    return one_line(answer.body[:2000].decode("utf-8", "replace"))


def one_line(text: str) -> str:
    plain = "".join(one if one.isprintable() else " " for one in text)
    return " ".join(plain.split())[:SAID_MAX]


def date(answer: Answered) -> datetime | None:
    """The CRM's clock."""
    return _http_date(answer.headers.get("date", ""))


def _http_date(text: str) -> datetime | None:
    try:
        at = parsedate_to_datetime(text)
        return at.astimezone(UTC) if at.tzinfo is not None else at.replace(tzinfo=UTC)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
