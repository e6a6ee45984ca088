"""Requests made of the table's entries: with ids put in, and answers compared without them."""

from __future__ import annotations

import base64
import re
import secrets
from dataclasses import dataclass
from typing import Any

import httpx
from tests.authorisation.promises import ROLES, SECOND_PROOF
from tests.authorisation.table import ANYBODY, OPEN, OPERATOR, Operation
from tests.authorisation.world import World
from tests.support.http.api import Organisation

from call24.kit.ids import new_id

PLACE = re.compile(r"<([a-z]+)>")
PREFIX = {
    "tenant": "ten",
    "queue": "que",
    "hours": "hrs",
    "flow": "flw",
    "prompt": "prm",
    "reason": "psr",
    "disposition": "dsp",
    "trunk": "trk",
    "application": "app",
    "apppassword": "apw",
    "webhook": "whk",
    "subscription": "dev",
    "request": "prq",
    "incident": "inc",
    "disclosure": "dcl",
    "hold": "hld",
    "restriction": "rst",
    "delivery": "dlv",
    "number": "num",
    "crm": "crm",
    "crm_link": "crl",
    "role": "rol",
    "user": "usr",
    "person": "usr",
    "contact": "ctc",
    "entry": "cns",
    "ownentry": "cns",
    "pictured": "usr",
    "invitation": "inv",
    "colleague": "usr",
    "task": "tsk",
    "taskcomment": "tcm",
    "taskfilter": "tfl",
    "taskbulk": "tbc",
    "savedreport": "srp",
    "taskseries": "tsr",
    "taskaddress": "tad",
    "notification": "ntf",
    "listed": "per",
    "photographed": "per",
    "listedtoo": "per",
    "attached": "fil",
    "thumbnailed": "fil",
    "upload": "fil",
    "twins": "dup",
    "unlisted": "phe",
    "recording": "rec",
    "ended": "call",
    "export": "exp",
    "callerfile": "exp",
    "callerimport": "cim",
    "bookimport": "abi",
    "peopleexport": "exp",
    "live": "call",
    "offered": "call",
    "callback": "call",
}


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    more: dict[str, Any]
    ids: tuple[str, ...]


def permitted(operation: Operation) -> list[str]:
    """The built-in roles that may ask for it."""
    if operation.needs in ((OPEN,), (ANYBODY,)):
        return list(ROLES)
    if operation.needs == (OPERATOR,):
        return []
    return [role for role in ROLES if ROLES[role].issuperset(operation.needs)]


def proven(operation: Operation) -> bool:
    """Whether it asks for a recent second proof."""
    return operation.action in SECOND_PROOF


def kinds(operation: Operation) -> list[str]:
    """What things an operation names, in its address and then in what it sends."""
    at = [kind for kind in operation.at.values() if not kind.startswith("=")]
    sent = f"{operation.body} {operation.query} {operation.form} {operation.headers}"
    return [*at, *dict.fromkeys(PLACE.findall(sent))]


async def made(world: World, operation: Operation, of: Organisation, role: str = "agent") -> dict[str, str]:
    """Fresh things of an organisation (of `role` where they belong to somebody) for all that an operation names."""
    found = {}
    for kind in kinds(operation):
        found[kind] = of.users["supervisor"] if kind == "colleague" else await world.make(kind, of, role)
    return found


def invented(operation: Operation) -> dict[str, str]:
    return {kind: invented_id(kind) for kind in kinds(operation)}


def invented_id(kind: str) -> str:
    """Tokens are counted; all else has its kind in its id."""
    return new_id(PREFIX[kind]) if kind in PREFIX else str(secrets.randbelow(9_000_000) + 1_000_000)


def request(operation: Operation, ids: dict[str, str]) -> Request:
    path = operation.path
    for place, kind in operation.at.items():
        path = path.replace(f"{{{place}}}", kind[1:] if kind.startswith("=") else ids[kind])
    more: dict[str, Any] = {}
    for name, value in (("json", operation.body), ("params", operation.query), ("data", operation.form)):
        if value:
            more[name] = _filled(value, ids)
    if operation.method in ("POST", "PUT", "PATCH") and not more and operation.body is not None:
        more["json"] = operation.body
    if operation.headers:
        more["headers"] = {name: _encoded(_filled(value, ids)) for name, value in operation.headers.items()}
    return Request(operation.method, path, more, tuple(ids.values()))


def _encoded(value: str) -> str:
    """`base64(...)` in a header, as tus has it."""
    return re.sub(r"base64\((.*?)\)", lambda match: base64.b64encode(match[1].encode()).decode(), value)


def _filled(value: Any, ids: dict[str, str]) -> Any:
    if isinstance(value, str):
        return PLACE.sub(lambda match: ids[match[1]], value)
    if isinstance(value, dict):
        return {key: _filled(inner, ids) for key, inner in value.items()}
    return [_filled(inner, ids) for inner in value] if isinstance(value, list) else value


async def ask(world: World, bearer: str | None, asked: Request) -> httpx.Response:
    return await world.ask(bearer, asked.method, asked.path, **asked.more)


CHANGING = {"date", "ratelimit", "x-request-id"}
"""Headers that count or tell the time: two requests in a row cannot have them alike."""


def without_ids(answer: httpx.Response, asked: Request) -> tuple[int, str, list[tuple[str, str]]]:
    """All that tells two answers apart, with the ids that were asked for made alike."""
    text = answer.text
    for id in asked.ids:
        # As a word of its own: the number of a token may be the 24 of the product's name.
        text = re.sub(rf"\b{re.escape(id)}\b", "ID", text)
    headers = [(name, value) for name, value in answer.headers.multi_items() if name not in CHANGING]
    return answer.status_code, text, sorted(headers)
