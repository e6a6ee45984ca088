"""What a connection may be set to, what a person's fields are in a record, and whose value counts. Pure.

Each value is a string, empty where there is none: that is all that the two sides are compared by.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import msgspec

from call24.crm import kinds
from call24.crm.connector import RemoteRecord
from call24.crm.model import CrmConnection, FieldMapping, JobKind, Rule, Side
from call24.crm.whole_names import PARTS, WHOLE, parts, whole
from call24.kit.endpoints import Endpoint, check_country
from call24.kit.errors import Invalid
from call24.kit.folding import folded
from call24.kit.ids import derived_id
from call24.kit.phone import parse_e164
from call24.people.model import Person
from call24.people.rules import COMPANY_MAX, LINE_MAX, NAME_MAX, NOTES_MAX
from call24.webhooks.rules import is_address

CONNECTIONS_MAX = 5
FIELDS = ("given", "family", "patronymic", "phonetic", "company", "notes", "number", "email", WHOLE)
"""`number` and `email`: the first one; others stay as they are. `name`: all names in one piece."""
CUSTOM = "field:"
MAPPED_MAX = 30
TOKEN_MAX = 500
NAME_LENGTH = 100
NO_LONGER_THAN = {WHOLE: 3 * NAME_MAX + 2, "company": COMPANY_MAX, "notes": NOTES_MAX, "number": 60, "email": 254}
OVERLAP = timedelta(minutes=2)
"""A list is read again from so long before where it ended: a record may be given a time that is over already."""
CALL_AFTER = timedelta(minutes=1)
"""The end of a call: by then the agent has mostly said what it was about."""
TRIED_FOR = timedelta(days=7)
ERASURE_TRIED_FOR = timedelta(days=28)
JOB_KEPT_FOR = timedelta(days=366)
OBJECTIONS: tuple[JobKind, ...] = ("objection", "objection_lifted")
BY_NUMBER: tuple[JobKind, ...] = ("erasure_by_number",)
CALLS: tuple[JobKind, ...] = ("call",)
_MEMBER = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}(\.[A-Za-z_][A-Za-z0-9_-]{0,63}){0,3}")
# --- settings ---


def checked(connection: CrmConnection, *, private: bool) -> CrmConnection:
    """`private`: the operator lets requests go to this machine and its networks, and without TLS. Raises: Invalid,
    naming every field that breaks a rule."""
    faults: list[tuple[str, str]] = []
    if not 1 <= len(connection.name) <= NAME_LENGTH or not connection.name.isprintable():
        faults.append(("name", f"one line of 1 to {NAME_LENGTH} printable characters"))
    if not is_address(connection.url, private) or urlsplit(connection.url).query:
        faults.append(("url", "an https address without a user or a query in it, of at most 500 characters"))
    faults += kinds.faults(connection)
    if not connection.mapping or len(connection.mapping) > MAPPED_MAX:
        faults.append(("mapping", f"1 to {MAPPED_MAX} fields"))
    named, remote = set[str](), set[str]()
    for n, one in enumerate(connection.mapping):
        if not _is_field(one.field) or one.field in named:
            faults.append((f"mapping.{n}.field", f"each once: {', '.join(FIELDS)}, or {CUSTOM}NAME"))
        if not _MEMBER.fullmatch(one.remote) or one.remote in remote:
            faults.append((f"mapping.{n}.remote", "a member of the record, each once, such as address.city"))
        named.add(one.field)
        remote.add(one.remote)
    if not named & {*PARTS, "company", WHOLE}:
        faults.append(("mapping", "at least one of name, given, family, patronymic and company: a person needs a name"))
    if WHOLE in named and named & set(PARTS):
        faults.append(("mapping", "name is all names in one piece: not beside given, family or patronymic"))
    if faults:
        raise Invalid(errors=faults)
    check_country(connection.country)
    return connection


def _is_field(name: str) -> bool:
    custom = name.removeprefix(CUSTOM)
    return name in FIELDS or (name != custom and 1 <= len(custom) <= 40 and custom.isprintable())


def endpoint_of(connection: CrmConnection) -> Endpoint:
    """Where persons' data goes to."""
    return Endpoint(
        kind="crm", id=connection.id, country=connection.country, hosts=(urlsplit(connection.url).hostname or "",)
    )


def link_id(connection_id: str, person_id: str) -> str:
    return derived_id("crl", connection_id, person_id)


def tombstone_id(connection_id: str, remote_id: str) -> str:
    return derived_id("crl", "erased", connection_id, remote_id)


def person_id(connection_id: str, remote_id: str) -> str:
    """Of who is made from a record: the same whenever it is begun again."""
    return derived_id("per", connection_id, remote_id)


# --- mapper: person and record ---


def of_person(person: Person, mapping: Sequence[FieldMapping]) -> dict[str, str]:
    """What the mapped fields are, by field."""
    custom = {one.name: one.value for one in person.fields}
    values: dict[str, str] = {}
    for one in mapping:
        match one.field:
            case "name":
                values[one.field] = whole(person)
            case "number":
                values[one.field] = person.numbers[0].number if person.numbers else ""
            case "email":
                values[one.field] = person.emails[0].address if person.emails else ""
            case name if name.startswith(CUSTOM):
                values[name] = custom.get(name.removeprefix(CUSTOM), "")
            case name:
                values[name] = getattr(person, name)
    return values


@dataclass(frozen=True, kw_only=True)
class Read:
    """Of a record. `values`: by field; `unreadable`: fields that are not what they must be, and why."""

    values: Mapping[str, str]
    unreadable: Mapping[str, str] = field(default_factory=dict)


def of_record(record: RemoteRecord, mapping: Sequence[FieldMapping], region: str | None) -> Read:
    """`region`: by whose rules national numbers are read. What cannot be read is not taken for empty."""
    values, unreadable = {}, {}
    for one in mapping:
        found: Any = record.fields
        for part in one.remote.split("."):
            found = found.get(part) if isinstance(found, Mapping) else None
        text, fault = _text(one.field, found, region)
        if fault:
            unreadable[one.field] = fault
        else:
            values[one.field] = text
    return Read(values=values, unreadable=unreadable)


def _text(name: str, found: Any, region: str | None) -> tuple[str, str]:
    """The value, and what is wrong with it."""
    if found is None or found == "":
        return "", ""
    if isinstance(found, bool) or not isinstance(found, str | int):
        return "", "it is no text"
    text = str(found).replace("\r\n", "\n").strip()
    if name != "notes":
        text = " ".join(text.split())
    if not all(char.isprintable() or (name == "notes" and char in "\n\t") for char in text):
        return "", "it has characters that cannot be printed"
    most = NO_LONGER_THAN.get(name, LINE_MAX if name.startswith(CUSTOM) else NAME_MAX)
    if len(text) > most:
        return "", f"it is longer than {most} characters"
    if name == "number" and text:
        number = parse_e164(text, region)
        return (number, "") if number is not None else ("", "it is no telephone number")
    return text, ""


def to_record(values: Mapping[str, str], mapping: Sequence[FieldMapping]) -> dict[str, Any]:
    """Members of a record, for these fields."""
    made: dict[str, Any] = {}
    for one in mapping:
        if one.field in values:
            *outer, last = one.remote.split(".")
            at = made
            for part in outer:
                at = at.setdefault(part, {})
            at[last] = values[one.field]
    return made


def to_person(values: Mapping[str, str], person: Person | None) -> dict[str, Any]:
    """What `People.add` or `People.change` is asked for, so that these fields are so and all others stay."""
    asked: dict[str, Any] = {}
    for name, value in values.items():
        if name == WHOLE:
            asked.update(parts(value, person))
        elif name == "number":
            others = [] if person is None else [(one.typed, one.number, one.label) for one in person.numbers]
            first = [{"number": value, "label": others[0][2] if others else ""}] if value else []
            rest = [{"number": typed, "label": label} for typed, number, label in others[1:] if number != value]
            asked["numbers"] = [*first, *rest]
        elif name == "email":
            mails = [] if person is None else list(person.emails)
            first = [{"address": value, "label": mails[0].label if mails else ""}] if value else []
            rest = [{"address": one.address, "label": one.label} for one in mails[1:] if one.address != value]
            asked["emails"] = [*first, *rest]
        elif name.startswith(CUSTOM):
            before = {} if person is None else {one.name: one.value for one in person.fields}
            fields = asked.setdefault("fields", [{"name": key, "value": one} for key, one in before.items()])
            own = name.removeprefix(CUSTOM)
            fields[:] = [one for one in fields if one["name"] != own]
            if value:
                fields.append({"name": own, "value": value})
        else:
            asked[name] = value
    return asked


def is_same(person: Person, values: Mapping[str, str]) -> bool:
    """Whether a person who is linked to nobody is who a record is about: the number, and each name of the record."""
    numbers = {one.number for one in person.numbers}
    own = {WHOLE: whole(person), **{part: getattr(person, part) for part in PARTS}}
    names = [one for one in own if values.get(one)]
    return (
        bool(values.get("number"))
        and values["number"] in numbers
        and bool(names)
        and all(folded(own[one]) == folded(values[one]) for one in names)
    )


# --- whose value counts ---

Hash = Callable[[str, str], str]
"""Of a field and its value."""


def hasher(key: bytes, link: str) -> Hash:
    """Nobody without the key can tell from a hash what was hashed."""

    def hashed(name: str, value: str) -> str:
        return hmac.digest(key, f"{link}\0{name}\0{value}".encode(), hashlib.sha256).hex()[:24]

    return hashed


@dataclass(frozen=True, kw_only=True)
class Decided:
    """`to_person`, `to_record`: what each side has to take; `agreed`: what both have then; `asked`: what a user has to
    choose; `outcomes`: what becomes of each field."""

    to_person: dict[str, str]
    to_record: dict[str, str]
    agreed: dict[str, str]
    asked: tuple[str, ...]
    outcomes: dict[str, str]


def decided(
    mapping: Sequence[FieldMapping],
    base: Mapping[str, str],
    here: Mapping[str, str],
    there: Mapping[str, str],
    hashed: Hash,
    *,
    here_at: datetime,
    there_at: datetime,
    chosen: Mapping[str, Side] | None = None,
) -> Decided:
    """Field by field: `base` are the hashes of when both were in step; what is in one of `here` and `there` alone is
    left alone. `here_at`, `there_at`: when each side changed, by one clock; at the same time the CRM counts as newer.

    Where nothing is known of before, and one side has nothing, it takes what the other has.
    """
    found = Decided(to_person={}, to_record={}, agreed={}, asked=(), outcomes={})
    asked = []
    for one in mapping:
        name = one.field
        if name not in here or name not in there:
            continue
        mine, theirs = here[name], there[name]
        side = _side(one.rule, name, base.get(name), mine, theirs, hashed, here_at, there_at)
        side = (chosen or {}).get(name, side)
        if mine == theirs:
            found.agreed[name], found.outcomes[name] = mine, "in_step"
        elif side == "crm":
            found.to_person[name] = found.agreed[name] = theirs
            found.outcomes[name] = "to_call24"
        elif side == "call24":
            found.to_record[name] = found.agreed[name] = mine
            found.outcomes[name] = "to_crm"
        else:
            asked.append(name)
            found.outcomes[name] = "ask"
    return Decided(
        to_person=found.to_person,
        to_record=found.to_record,
        agreed=found.agreed,
        asked=tuple(asked),
        outcomes=found.outcomes,
    )


def _side(
    rule: Rule,
    name: str,
    base: str | None,
    mine: str,
    theirs: str,
    hashed: Hash,
    here_at: datetime,
    there_at: datetime,
) -> Side | None:
    """None: a user has to say."""
    if base is None:
        if not mine or not theirs:
            return "crm" if not mine else "call24"
    elif hashed(name, mine) == base:
        return "crm"
    elif hashed(name, theirs) == base:
        return "call24"
    if rule == "newest":
        return "call24" if here_at > there_at else "crm"
    return None if rule == "ask" else rule


def base_after(base: Mapping[str, str], found: Decided, hashed: Hash) -> dict[str, str]:
    """What is known of both sides once they have taken what was decided."""
    return {**base, **{name: hashed(name, value) for name, value in found.agreed.items()}}


def without_secrets(connection: CrmConnection) -> CrmConnection:
    return msgspec.structs.replace(connection, credentials=b"")
