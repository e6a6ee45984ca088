"""Tryton's JSON-RPC: a session by user and password, one method, one answer.

A session is kept in memory for as long as Tryton lets it be; one that it knows no more is begun again, once, and what
was asked is asked with the new one: nothing of it had been done.
Source: trytond/protocols/{dispatcher,jsonrpc,wrappers}.py, series 8.2.
"""

from __future__ import annotations

import base64
import hashlib
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from call24.crm.asking import Exchange, asked, date, json_object, malformed, one_line, retry_after
from call24.crm.connector import CrmTrouble, VersionConflict
from call24.kit.outbound_http import Answered

SESSIONS_MAX = 1000
EVERYBODY = {"active_test": False}
"""Context: archived records too."""


class TrytonRefuses(Exception):
    """A UserError or UserWarning: what Tryton would show to a user."""


class TrytonSessions:
    """Sessions of all connections, the longest unused one forgotten beyond SESSIONS_MAX."""

    def __init__(self) -> None:
        self._kept: OrderedDict[bytes, str] = OrderedDict()

    def get(self, key: bytes) -> str | None:
        if key in self._kept:
            self._kept.move_to_end(key)
        return self._kept.get(key)

    def put(self, key: bytes, header: str) -> None:
        self._kept[key] = header
        self._kept.move_to_end(key)
        while len(self._kept) > SESSIONS_MAX:
            self._kept.popitem(last=False)

    def drop(self, key: bytes) -> None:
        self._kept.pop(key, None)


@dataclass
class TrytonRpc:
    """`url`: with the name of the database at its end, without a slash; `at`: Tryton's clock as it was told last."""

    url: str
    login: str
    password: str
    exchange: Exchange
    now: Callable[[], datetime]
    sessions: TrytonSessions
    at: datetime | None = field(default=None, init=False)

    async def call(self, method: str, *params: Any, context: Mapping[str, Any] = EVERYBODY) -> Any:
        """The result. `method`: such as model.party.party.read. Raises: CrmTrouble, VersionConflict, TrytonRefuses."""
        session = self.sessions.get(self._key())
        if session is None:
            return await self._asked(method, [*params, context], await self._begin())
        try:
            return await self._asked(method, [*params, context], session)
        except _SessionOver:
            self.sessions.drop(self._key())
        return await self._asked(method, [*params, context], await self._begin())

    async def _begin(self) -> str:
        """Raises: CrmTrouble."""
        told = await self._asked("common.db.login", [self.login, {"password": self.password}, "en"], None)
        if not (isinstance(told, list) and len(told) >= 2 and isinstance(told[0], int) and isinstance(told[1], str)):
            malformed("the answer to the login is no session")
        text = f"{self.login}:{told[0]}:{told[1]}"
        header = f"Session {base64.b64encode(text.encode()).decode()}"
        self.sessions.put(self._key(), header)
        return header

    def _key(self) -> bytes:
        return hashlib.sha256("\0".join((self.url, self.login, self.password)).encode()).digest()

    async def _asked(self, method: str, params: list[Any], session: str | None) -> Any:
        headers = {} if session is None else {"Authorization": session}
        body = {"id": 1, "method": method, "params": params}
        try:
            answer = await asked(self.exchange, "POST", f"{self.url}/rpc/", headers, body, self._retry_after)
        except CrmTrouble as error:
            if session is not None and error.trouble == "unauthorised" and error.said.startswith("401"):
                raise _SessionOver(error.trouble, error.said) from None
            raise
        self.at = date(answer) or self.at
        if answer.status == 404:
            raise CrmTrouble("not_found", "there is no such database, or no Tryton at this address")
        if answer.status != 200:
            malformed(f"the status is {answer.status}")
        return _result(answer)

    def _retry_after(self, answer: Answered) -> timedelta | None:
        return retry_after(answer, self.now())


class _SessionOver(CrmTrouble):
    """401: Tryton does not know the session, or not any more."""


def _result(answer: Answered) -> Any:
    told = json_object(answer)
    if "error" not in told:
        return told["result"] if "result" in told else malformed("the answer has neither result nor error")
    error = told["error"]
    if not (isinstance(error, list) and len(error) >= 2 and isinstance(error[0], str)):
        malformed("the error is no list of a name and what it says")
    match error[0]:
        case "ConcurrencyException":
            raise VersionConflict
        case "UserError" | "UserWarning":
            raise TrytonRefuses(_words(error))
        case "LoginException":
            raise CrmTrouble("unauthorised", "Tryton asks this user for more than a password")
        case name:
            raise CrmTrouble("server_error", one_line(name))


def _words(error: list[Any]) -> str:
    """UserError: message, description; UserWarning: name, message, description."""
    said = error[1] if isinstance(error[1], list) else [error[1]]
    texts = said[1:] if error[0] == "UserWarning" else said
    return one_line(": ".join(text for text in texts if isinstance(text, str) and text)) or error[0]


def at_of(told: Any, name: str) -> datetime:
    """Tryton's times are UTC, to the microsecond. Raises: CrmTrouble (malformed)."""
    try:
        day = datetime(told["year"], told["month"], told["day"], tzinfo=UTC)
        return day.replace(**{part: told[part] for part in ("hour", "minute", "second", "microsecond")})
    except (KeyError, TypeError, ValueError):
        malformed(f"`{name}` is no time")


def told_at(at: datetime) -> dict[str, Any]:
    at = at.astimezone(UTC)
    parts = ("year", "month", "day", "hour", "minute", "second", "microsecond")
    return {"__class__": "datetime", **{part: getattr(at, part) for part in parts}}
