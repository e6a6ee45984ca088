"""A contact of Chatwoot as a record, and what is written to change it. Pure.

Chatwoot tells when a contact was made, by the second, and not when it was changed: `changed_at` is the time of its
making, and a version is a hash of what it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from call24.crm.asking import malformed, whole
from call24.crm.connector import Rejected, RemoteRecord
from call24.crm.connectors.chatwoot.members import ADDITIONAL, CUSTOM, NAME, OWN, is_member
from call24.crm.versions import hashed_version

Row = Mapping[str, Any]
OBJECTS = (ADDITIONAL, CUSTOM)
_LATEST = int(datetime(3000, 1, 1, tzinfo=UTC).timestamp())


def row_of(one: Any) -> Row:
    """Raises: CrmTrouble (malformed)."""
    id = one.get("id") if isinstance(one, Mapping) else None
    if isinstance(id, bool) or not isinstance(id, int) or id < 1:
        malformed("what is told is no contact with an id")
    return one  # type: ignore[no-any-return]


def made_at(row: Row) -> datetime:
    """Raises: CrmTrouble (malformed)."""
    at = row.get("created_at")
    if isinstance(at, bool) or not isinstance(at, int) or not 0 <= at < _LATEST:
        malformed("`created_at` is no time in seconds")
    return datetime.fromtimestamp(at, UTC)


def value_of(row: Row, name: str) -> Any:
    """`name`: with a dot between an object and its member."""
    outer, _, inner = name.partition(".")
    found = row.get(outer)
    if not inner:
        return found
    return found.get(inner) if isinstance(found, Mapping) else None


def record(row: Row, names: Sequence[str], key: bytes) -> RemoteRecord:
    """`names`: of the fields that count; `key`: of the hash. Raises: CrmTrouble (malformed)."""
    at, own = made_at(row), row.get("identifier")
    fields: dict[str, Any] = {}
    for name in names:
        outer, _, inner = name.partition(".")
        value = value_of(row, name)
        if inner:
            fields.setdefault(outer, {})[inner] = value
        else:
            fields[outer] = value
    return RemoteRecord(
        id=str(row["id"]),
        changed_at=at,
        version=hashed_version(at, [row["id"], fields], key),
        key=whole(own, "identifier") if isinstance(own, str) else "",
        fields=fields,
    )


def changes(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Members that a contact is written with; Chatwoot keeps those of its objects that are not named. A number and an
    address that are taken away are null: each may be there once in an account. Raises: Rejected."""
    values: dict[str, Any] = {}
    for name, value in fields.items():
        if name in OBJECTS and isinstance(value, Mapping):
            _check(*(f"{name}.{inner}" for inner in value))
            values[name] = {inner: "" if one is None else one for inner, one in value.items()}
        else:
            _check(name if name in OWN else f"{name} itself")
            values[name] = (value or "") if name == NAME else (value or None)
    return values


def _check(*names: str) -> None:
    for name in names:
        if not is_member(name):
            raise Rejected(f"a contact has no {name} that can be written")
