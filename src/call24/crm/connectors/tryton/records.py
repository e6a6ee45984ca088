"""A party of Tryton as a record: its members, its version, and what is written to change it. Pure.

A party has one name, and contact mechanisms and addresses of its own: of each kind the first counts, in Tryton's order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from call24.crm.asking import malformed, whole
from call24.crm.connector import Rejected, RemoteRecord
from call24.crm.connectors.tryton.members import ADDRESS, MECHANISMS, OWN
from call24.crm.connectors.tryton.rpc import at_of

_TIMES = ("create_date", "write_date", "_timestamp")
READ = (
    *OWN,
    "active",
    *_TIMES,
    "identifiers.code",
    *(f"contact_mechanisms.{name}" for name in ("type", "value", "active", *_TIMES)),
    *(f"addresses.{name}" for name in (*ADDRESS, "active", *_TIMES)),
)
OURS = "crl_"
"""What a key of ours begins with: the code of an identifier of the party."""


def record(row: Any, *, archived_too: bool = False) -> RemoteRecord:
    """`row`: a party with READ. An archived party counts as deleted. Raises: CrmTrouble (malformed)."""
    party = _row(row, "party.party")
    mechanisms, addresses = _rows(party, "contact_mechanisms."), _rows(party, "addresses.")
    codes = [one.get("code") for one in _rows(party, "identifiers.")]
    deleted = not party.get("active") and not archived_too
    return RemoteRecord(
        id=str(party["id"]),
        changed_at=max(changed_at(one) for one in (party, *mechanisms, *addresses)),
        version=_version(party, mechanisms, addresses),
        key=next((whole(one, "code") for one in codes if isinstance(one, str) and one.startswith(OURS)), ""),
        deleted=deleted,
        fields={} if deleted else _fields(party, mechanisms, addresses),
    )


def changed_at(row: Mapping[str, Any]) -> datetime:
    """When it was written last; since series 8.2 that is set when it is made, too. Raises: CrmTrouble (malformed)."""
    name = "write_date" if row.get("write_date") is not None else "create_date"
    return at_of(row.get(name), name)


def _fields(party: Mapping[str, Any], mechanisms: Sequence[Any], addresses: Sequence[Any]) -> dict[str, Any]:
    made: dict[str, Any] = {name: party.get(name) for name in OWN}
    for member, types in MECHANISMS.items():
        first = _first(mechanisms, types)
        made[member] = first.get("value") if first is not None else None
    address = _first_active(addresses)
    made["address"] = {name: address.get(name) if address is not None else None for name in ADDRESS}
    return made


def _first(mechanisms: Sequence[Any], types: Sequence[str]) -> Any:
    return next((one for one in mechanisms if one.get("active") and one.get("type") in types), None)


def _first_active(rows: Sequence[Any]) -> Any:
    return next((one for one in rows if one.get("active")), None)


def _row(row: Any, name: str) -> Mapping[str, Any]:
    if not isinstance(row, Mapping) or isinstance(row.get("id"), bool) or not isinstance(row.get("id"), int):
        malformed(f"what is told of {name} is no record")
    return row


def _rows(party: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    rows = party.get(name)
    return [_row(one, name) for one in rows] if isinstance(rows, list) else malformed(f"`{name}` is no list")


# --- version: the id and time of each row that a member is read from ---


def _version(party: Mapping[str, Any], mechanisms: Sequence[Any], addresses: Sequence[Any]) -> str:
    found = [("party", party)]
    found += [(member, _first(mechanisms, types)) for member, types in MECHANISMS.items()]
    found.append(("address", _first_active(addresses)))
    texts = [f"{name}={row['id']}@{row.get('_timestamp')}" for name, row in found if row is not None]
    return whole(" ".join(texts), "_timestamp")


@dataclass(frozen=True, kw_only=True)
class Seen:
    id: int
    timestamp: str


def seen(version: str) -> dict[str, Seen]:
    """By member, and `party` and `address`."""
    found = {}
    for text in version.split():
        name, _, rest = text.partition("=")
        id, _, timestamp = rest.partition("@")
        found[name] = Seen(id=int(id), timestamp=timestamp)
    return found


# --- writing ---


def made(fields: Mapping[str, Any], key: str) -> dict[str, Any]:
    """A new party, with our key among its identifiers: it is found by it if the answer is lost. Raises: Rejected."""
    values, _ = changes(fields, {})
    return {**values, "identifiers": [["create", [{"type": None, "code": key}]]]}


def changes(fields: Mapping[str, Any], known: Mapping[str, Seen]) -> tuple[dict[str, Any], dict[str, str]]:
    """What a party is written with, and the timestamps that its rows must have still, by `model,id`.

    Raises: Rejected.
    """
    values: dict[str, Any] = {}
    stamps: dict[str, str] = {}
    if (party := known.get("party")) is not None:
        stamps[f"party.party,{party.id}"] = party.timestamp
    for member, value in fields.items():
        if member in OWN:
            values[member] = value or None
        elif member in MECHANISMS:
            own = known.get(member)
            values.setdefault("contact_mechanisms", []).extend(_mechanism(member, value, own, stamps))
        elif member == "address" and isinstance(value, Mapping):
            values["addresses"] = _address(value, known.get("address"), stamps)
        else:
            raise Rejected(f"a party has no {member}")
    return values, stamps


def _mechanism(member: str, value: Any, own: Seen | None, stamps: dict[str, str]) -> list[list[Any]]:
    if own is None:
        return [["create", [{"type": MECHANISMS[member][0], "value": value}]]] if value else []
    stamps[f"party.contact_mechanism,{own.id}"] = own.timestamp
    return [["write", [own.id], {"value": value}]] if value else [["delete", [own.id]]]


def _address(value: Mapping[str, Any], own: Seen | None, stamps: dict[str, str]) -> list[list[Any]]:
    if unknown := [name for name in value if name not in ADDRESS]:
        raise Rejected(f"an address has no {unknown[0]}")
    named = {name: text or None for name, text in value.items()}
    if own is None:
        return [["create", [named]]]
    stamps[f"party.address,{own.id}"] = own.timestamp
    return [["write", [own.id], named]]


def page_of(url: str, id: str) -> str:
    """Address of a party in Tryton's web client, which stands beside the databases."""
    at, _, database = url.rstrip("/").rpartition("/")
    return f"{at}/#{database}/model/party.party/{quote(id, safe='')}"
