"""A customer of Roundup as a record, and what is written to change one. Pure.

Customers are users whose only role is Customer. Roundup tells times of change by the second, so a version is a time and
a keyed hash of what is told: two changes within one second are two versions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from call24.crm.asking import instant, malformed, whole
from call24.crm.connector import Rejected, RemoteRecord
from call24.crm.connectors.roundup.members import KEPT, is_member
from call24.crm.versions import hashed_version

CUSTOMER = "Customer"
OURS = "crl_"
"""What a key of ours begins with: the user name of a customer that was made by us."""

Row = Mapping[str, Any]
"""`id`, and what was asked for of it."""


def row_of(one: Any) -> Row:
    """Raises: CrmTrouble (malformed)."""
    id = one.get("id") if isinstance(one, Mapping) else None
    if not (isinstance(id, str) and id.isascii() and id.isdigit()):
        malformed("what is told is no item with an id")
    return one  # type: ignore[no-any-return]


def is_customer(row: Row) -> bool:
    return bool(row.get("roles") == CUSTOMER)


def changed_at(row: Row) -> datetime:
    """`activity`, such as 2026-11-29.12:00:00, in UTC. Raises: CrmTrouble (malformed)."""
    text = row.get("activity")
    return instant(text.replace(".", "T", 1) if isinstance(text, str) else text, "activity")


def time_text(at: datetime) -> str:
    """With its zone, whatever the user's own is."""
    return f"{at.astimezone(UTC):%Y-%m-%d.%H:%M:%S}+0000"


def record(row: Row, names: Sequence[str], key: bytes) -> RemoteRecord:
    """`names`: of the properties that count; `key`: of the hash. Raises: CrmTrouble (malformed)."""
    at, username = changed_at(row), row.get("username")
    fields = {name: row.get(name) for name in names if name not in KEPT}
    return RemoteRecord(
        id=row["id"],
        changed_at=at,
        version=hashed_version(at, [row["id"], fields], key),
        key=whole(username, "username") if isinstance(username, str) and username.startswith(OURS) else "",
        fields=fields,
    )


def changes(fields: Mapping[str, Any]) -> dict[str, Any]:
    """What a customer is written with; Roundup takes an empty text for none. Raises: Rejected."""
    for name in fields:
        if not is_member(name):
            raise Rejected(f"a customer has no {name} that can be written")
    return {name: "" if value is None else value for name, value in fields.items()}
