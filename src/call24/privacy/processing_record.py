"""The record of processing activities of an organisation (GDPR, article 30), made from the data map. Pure.

What the organisation states of itself is its privacy policy's. What is not stated, and what no setting says, is named
as missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from call24.data_map import Document, Fact
from call24.http.pages import html, page
from call24.kit.blocks import Block
from call24.kit.holdings import Holdings
from call24.kit.instants import iso
from call24.kit.pdf.paper import Paper, paper_parts
from call24.privacy.answers import Activity, ProcessedData, ProcessingRecord
from call24.privacy.gaps import room_of
from call24.tenants.model import Tenant

STATED = {
    "postal_address": "postal address of the controller",
    "contact": "contact details of the controller",
    "officer": "data protection officer",
    "data_region": "country where the data is kept",
}
"""Statements of the organisation -> how they are called where they are missing."""
NOT_ASKED = ("representative of the controller, if there is one",)
"""What article 30 asks for and no setting says."""
MEASURES = (
    ("Transport", "The app, the API and phones are served over TLS alone; sound of phones is encrypted (DTLS-SRTP)."),
    ("Secrets", "Recordings are encrypted with keys of each organisation, carriers' passwords by the app key."),
    (
        "Signing in",
        "Passwords and sessions are kept as hashes; there are second factors, and roles of permissions.",
    ),
    ("Limits of the HTTP edge", "Requests, connections and sign-ins are bounded for each organisation and address."),
    ("SIP", "Calls come in only from an organisation's own carriers; strangers are dropped and banned."),
    ("Files and logs", "Logs end after 28 days; folders of an organisation are deleted with it."),
)
"""Technical and organisational measures, each by its part of docs/security.md."""


@dataclass(frozen=True)
class RegisteredTransfers:
    """`told`: the transfer register in sentences; `gaps`: what it, or an endpoint, does not say."""

    told: Sequence[str] = ()
    gaps: Sequence[str] = ()


class Statements(Protocol):
    """What an organisation states in its privacy policy (`policy.model.PolicySettings`). Empty: not stated."""

    @property
    def controller(self) -> str: ...
    @property
    def postal_address(self) -> str: ...
    @property
    def contact(self) -> str: ...
    @property
    def officer(self) -> str: ...
    @property
    def data_region(self) -> str: ...


Found = tuple[Fact, str, str, str]
"""A fact, where it is kept, how long, and how it is erased."""


def processing_record(
    tenant: Tenant,
    stated: Statements,
    documents: Iterable[Document],
    rooms: Sequence[Holdings],
    at: datetime,
    transfers: RegisteredTransfers = RegisteredTransfers(),
) -> ProcessingRecord:
    found: dict[str, list[Found]] = {}
    for document in documents:
        found.setdefault(room_of(document.struct), []).extend(_stored(document))
    for held in rooms:
        found.setdefault(held.room, []).extend(_placed(held))
    activities = [_activity(room, facts) for room, facts in sorted(found.items())]
    return {
        "made_at": iso(at),
        "controller": stated.controller or tenant.name,
        "postal_address": stated.postal_address,
        "contact": stated.contact,
        "officer": stated.officer,
        "data_region": stated.data_region,
        "transfers": list(transfers.told),
        "record_days": tenant.record_days,
        "recording": tenant.recording,
        "activities": [one for one in activities if one["data"]],
        "measures": [text for _, text in MEASURES],
        "missing": [text for name, text in STATED.items() if not getattr(stated, name)]
        + list(NOT_ASKED)
        + list(transfers.gaps),
    }


def _stored(document: Document) -> Iterator[Found]:
    for path, fact in document.facts.items():
        if fact.personal:
            yield fact, document.collection, str(document.kept_of(path)), str(fact.erase)


def _placed(room: Holdings) -> Iterator[Found]:
    for place in room.places:
        for fact in place.what.values():
            if fact.personal:
                yield fact, str(place.where), str(place.kept), str(fact.erase)


def _activity(room: str, found: Iterable[Found]) -> Activity:
    """Facts of one subject, category and basis are one row."""
    rows: dict[tuple[str, str, str], ProcessedData] = {}
    for fact, where, kept, erased in found:
        key = (fact.subject.value, fact.category.value, fact.basis.value if fact.basis else "")
        row = rows.setdefault(key, _row(*key))
        _add(row["purposes"], fact.purpose)
        _add(row["where"], where)
        _add(row["kept"], kept)
        _add(row["erased"], erased)
        for recipient in fact.recipients:
            _add(row["recipients"], recipient.value)
    return {"name": room, "data": [rows[key] for key in sorted(rows)]}


def _row(persons: str, category: str, basis: str) -> ProcessedData:
    return {
        "persons": persons,
        "category": category,
        "basis": basis,
        "purposes": [],
        "where": [],
        "kept": [],
        "erased": [],
        "recipients": [],
    }


def _add(said: list[str], one: str) -> None:
    if one not in said:
        said.append(one)


_TITLE = "Record of processing activities"
_COLUMNS = ("persons", "data", "basis", "purposes", "recipients", "kept", "erased", "where")


def processing_page(record: ProcessingRecord) -> str:
    """As a page that can be printed."""
    return page(_TITLE, html(processing_blocks(record)))


def processing_paper(record: ProcessingRecord) -> Paper:
    """The same as a PDF."""
    return Paper(
        title=_TITLE,
        author=record["controller"],
        about=f"GDPR, article 30: of {record['controller']}, made {record['made_at']}",
        language="en",
        foot=f"{record['controller']}: record of processing activities, made {record['made_at']}",
        dated=datetime.fromisoformat(record["made_at"]).date(),
        parts=paper_parts(processing_blocks(record)),
        wide=True,
    )


def processing_blocks(record: ProcessingRecord) -> tuple[Block, ...]:
    """What page and PDF say."""
    limits = f"call records {record['record_days']} days; recording: {record['recording']}"
    told = [("Controller", record["controller"]), ("Postal address", record["postal_address"])]
    told += [("Contact", record["contact"]), ("Data protection officer", record["officer"])]
    told += [("Data is kept in", record["data_region"]), ("Made", record["made_at"])]
    return (
        *_items(f"{name}: {text}" for name, text in told if text),
        Block("paragraph", (f"Settings of the organisation: {limits}.",)),
        Block("heading", ("Not in this record yet",)),
        *_items(record["missing"]),
        Block("heading", ("Transfers to other regions",)),
        *_items(record["transfers"] or ["none is registered"]),
        Block("heading", ("Security measures",)),
        *_items(record["measures"]),
        *(block for activity in record["activities"] for block in _activity_blocks(activity)),
    )


def _activity_blocks(activity: Activity) -> Iterator[Block]:
    yield Block("heading", (activity["name"],))
    yield Block("header", _COLUMNS)
    for row in activity["data"]:
        lists = (row["purposes"], row["recipients"], row["kept"], row["erased"], row["where"])
        yield Block("row", (row["persons"], row["category"], row["basis"], *map("; ".join, lists)))


def _items(texts: Iterable[str]) -> Iterator[Block]:
    for text in texts:
        yield Block("item", (text,))
