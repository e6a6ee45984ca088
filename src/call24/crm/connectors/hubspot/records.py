"""A contact of HubSpot as a record, and what is written to change it. Pure.

Each property is a text. HubSpot takes no versions: the time of change is one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from call24.crm.asking import instant, malformed, whole
from call24.crm.connector import Rejected, RemoteRecord
from call24.crm.connectors.hubspot.members import KEPT, KEY, NUMBER, PHONES, is_member

Row = Mapping[str, Any]


def row_of(one: Any) -> Row:
    """Raises: CrmTrouble (malformed)."""
    id = one.get("id") if isinstance(one, Mapping) else None
    if not (isinstance(id, str) and id.isascii() and id.isdigit() and isinstance(one.get("properties"), Mapping)):
        malformed("what is told is no object with an id and properties")
    return one  # type: ignore[no-any-return]


def changed_at(row: Row) -> datetime:
    return instant(row["properties"].get("lastmodifieddate"), "lastmodifieddate")


def record(row: Row) -> RemoteRecord:
    """`row`: a contact with the properties of members.py. Raises: CrmTrouble (malformed)."""
    own, deleted = row["properties"], row.get("archived", False)
    if not isinstance(deleted, bool):
        malformed("`archived` is not true or false")
    key = own.get(KEY)
    return RemoteRecord(
        id=row["id"],
        changed_at=changed_at(row),
        version=whole(str(own["lastmodifieddate"]), "lastmodifieddate"),
        key=whole(key, KEY) if isinstance(key, str) else "",
        deleted=deleted,
        fields={} if deleted else _fields(own),
    )


def _fields(own: Mapping[str, Any]) -> dict[str, Any]:
    return {**{name: value for name, value in own.items() if name not in KEPT}, NUMBER: own.get(_phone(own))}


def _phone(own: Mapping[str, Any]) -> str:
    """Where its first number is, or would be."""
    return next((name for name in PHONES if own.get(name)), PHONES[0])


def changes(fields: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, str]:
    """Properties that a contact is written with. `own`: as they are. Raises: Rejected."""
    for name in fields:
        if not is_member(name):
            raise Rejected(f"a contact has no {name} that can be written")
    return {(_phone(own) if name == NUMBER else name): value or "" for name, value in fields.items()}
