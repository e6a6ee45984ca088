"""A contact of EspoCRM as a record, and what is written to change it. Pure.

EspoCRM lets no contact be without a last name: one that has none here is written as `-`, and `-` is read as none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from call24.crm.asking import instant, malformed, whole
from call24.crm.connector import Missing, Rejected, RemoteRecord
from call24.crm.connectors import required_name
from call24.crm.connectors.espocrm.members import KEY, LAST_NAME, is_member
from call24.crm.versions import hashed_version

Row = Mapping[str, Any]
_ID = re.compile(r"[0-9A-Za-z-]{1,36}")


def id_text(id: str) -> str:
    """An id as EspoCRM makes them. Raises: Missing: it has no such record."""
    if not _ID.fullmatch(id):
        raise Missing
    return id


def row_of(one: Any) -> Row:
    """Raises: CrmTrouble (malformed)."""
    id = one.get("id") if isinstance(one, Mapping) else None
    if not (isinstance(id, str) and _ID.fullmatch(id)):
        malformed("what is told is no record with an id")
    return one  # type: ignore[no-any-return]


def changed_at(row: Row) -> datetime:
    """`modifiedAt`, such as 2026-11-29 12:00:00, in UTC. Raises: CrmTrouble (malformed)."""
    return instant(row.get("modifiedAt"), "modifiedAt")


def time_text(at: datetime) -> str:
    """By the second, in UTC: EspoCRM's own form."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S}"


def record(row: Row, names: Sequence[str], key: bytes) -> RemoteRecord:
    """`names`: of the fields that count; `key`: of the hash. Raises: CrmTrouble (malformed)."""
    at, own, deleted = changed_at(row), row.get(KEY), row.get("deleted") is True
    fields = required_name.read({name: row.get(name) for name in names}, LAST_NAME)
    return RemoteRecord(
        id=row["id"],
        changed_at=at,
        version=hashed_version(at, [row["id"], fields], key),
        key=whole(own, KEY) if isinstance(own, str) else "",
        deleted=deleted,
        fields={} if deleted else fields,
    )


def changes(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Fields that a contact is written with. Raises: Rejected."""
    for name in fields:
        if not is_member(name):
            raise Rejected(f"a contact has no {name} that can be written")
    values = {name: "" if value is None else value for name, value in fields.items()}
    return required_name.written(values, LAST_NAME)


def made(fields: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Of a contact that is made. Raises: Rejected."""
    return {LAST_NAME: required_name.NO_NAME, **changes(fields), KEY: key}
