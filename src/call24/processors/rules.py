"""What a processor may be set to, what it is asked, and when it is asked again. Pure."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import msgspec

from call24.kit.endpoints import Endpoint, check_country
from call24.kit.errors import Invalid
from call24.kit.ids import derived_id
from call24.kit.instants import iso
from call24.processors.model import ErasureNotice, NoticeKind, Processor
from call24.processors.recipients import ErasureAnswer, ErasureRequest
from call24.webhooks.rules import is_address, wait

PROCESSORS_MAX = 20
WAITING_MAX = 10_000
"""Notices of an organisation that wait for an answer; beyond that it erases nobody until some are answered."""
LATE_AFTER, TRIED_FOR = timedelta(days=7), timedelta(days=28)
"""A person is to be answered within a month (GDPR, article 12 (3))."""
KEPT_FOR = timedelta(days=3 * 365 + 1)
OLD_SECRET_FOR = timedelta(hours=24)
PUT_OFF = timedelta(minutes=5)
SAID_MAX = 1000
NAME_MAX, DATA_MAX = 100, 300
TYPES: dict[NoticeKind, str] = {
    "erasure": "erasure.requested",
    "rectification": "rectification.requested",
    "restriction": "restriction.requested",
    "restriction_lifted": "restriction.lifted",
}


def checked(processor: Processor, *, private: bool) -> Processor:
    """`private`: the operator lets requests go to this machine and its networks, and without TLS. Raises: Invalid,
    naming every field that breaks a rule."""
    faults = [
        (field, f"one line of {least} to {most} printable characters")
        for field, least, most in (("name", 1, NAME_MAX), ("data", 1, DATA_MAX), ("contact", 0, DATA_MAX))
        if not least <= len(text := getattr(processor, field)) <= most or not (text or "x").isprintable()
    ]
    if not is_address(processor.url, private):
        faults.append(("url", "an https address without a user in it, of at most 500 characters"))
    if not processor.gets:
        faults.append(("gets", "caller, user or both"))
    if faults:
        raise Invalid(errors=faults)
    check_country(processor.country)
    return processor


def tidy(settings: dict[str, Any]) -> dict[str, Any]:
    """Fields of a processor as they are stored."""
    lines: dict[str, Any] = {
        name: " ".join(settings[name].split()) for name in ("name", "data", "contact") if name in settings
    }
    whose = (
        {"gets": tuple(kind for kind in ("caller", "user") if kind in settings["gets"])} if "gets" in settings else {}
    )
    return {**settings, **lines, **whose}


def endpoint_of(processor: Processor) -> Endpoint:
    """Where persons' data goes to."""
    host = urlsplit(processor.url).hostname or ""
    return Endpoint(kind="processor", id=processor.id, country=processor.country, hosts=(host,))


def body(request: ErasureRequest) -> str:
    """What is sent: the form of webhooks' messages, and no more of the person than finds them."""
    person = request.person
    address = {"number" if person.kind == "caller" else "email": person.address}
    told = request.told
    right = {"change": {"field": told.field, "value": told.value}} if told is not None and told.field else {}
    said = {
        "type": TYPES[told.kind if told is not None else "erasure"],
        "timestamp": iso(request.asked_at),
        "data": {
            "id": request.id,
            "answer_by": iso(request.answer_by),
            "person": {"kind": person.kind, "id": person.id, **address},
            **right,
        },
    }
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))


def notice_id(processor_id: str, person_id: str, about: str = "") -> str:
    return derived_id("ern", processor_id, person_id, *((about,) if about else ()))


def supersedes(kind: NoticeKind, field: str) -> dict[str, Any]:
    """Which older notices about the same person nobody needs to be told any more, since this one is newer."""
    if kind == "erasure":
        return {"kind": {"$ne": "erasure"}}
    if kind == "rectification":
        return {"kind": kind, "field": field}
    return {"kind": {"$in": ["restriction", "restriction_lifted"]}}


def bare(notice: ErasureNotice) -> ErasureNotice:
    """Without anything by which the person is found, and without what was said of them."""
    return msgspec.structs.replace(notice, number=b"", email=b"", value=b"", own_value=b"")


def said(text: bytes) -> str:
    """An answer's body as it is kept: one line of printable characters, cut off."""
    plain = "".join(one if one.isprintable() else " " for one in text.decode("utf-8", "replace"))
    return " ".join(plain.split())[:SAID_MAX]


def after_answer(notice: ErasureNotice, now: datetime, answer: ErasureAnswer) -> ErasureNotice:
    """Answered, given up, or due again after a growing pause. What is final has nothing of the person any more."""
    tried = msgspec.structs.replace(
        notice,
        tries=notice.tries + 1,
        tried_at=now,
        status=answer.status,
        trouble=answer.trouble,
        answer=answer.said,
    )
    if answer.trouble is None:
        return bare(msgspec.structs.replace(tried, state="answered", answered_at=now))
    if now >= notice.until or answer.trouble == "removed":
        return bare(msgspec.structs.replace(tried, state="unanswered"))
    return msgspec.structs.replace(tried, due_at=min(notice.until, now + wait(tried.tries)))


def put_off(notice: ErasureNotice, now: datetime) -> ErasureNotice:
    """The organisation is switched off: no attempt, but its time runs."""
    after = msgspec.structs.replace(notice, trouble="switched_off", due_at=min(notice.until, now + PUT_OFF))
    return bare(msgspec.structs.replace(after, state="unanswered")) if now >= notice.until else after
