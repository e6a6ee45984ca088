"""A contact of Odoo as a record, and what is written to change it. Pure.

Odoo tells times by the second and knows them by the microsecond. What is empty is false there. A contact that is
archived is told as deleted; one that is deleted is in no list.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from call24.crm.asking import instant, malformed, whole
from call24.crm.connector import Rejected, RemoteRecord
from call24.crm.connectors import required_name
from call24.crm.connectors.odoo.members import KEY, NAME, is_member
from call24.crm.versions import hashed_version

Row = Mapping[str, Any]
FALSE_OR_NONE = (False, None)


def row_of(one: Any) -> Row:
    """Raises: CrmTrouble (malformed)."""
    id = one.get("id") if isinstance(one, Mapping) else None
    if isinstance(id, bool) or not isinstance(id, int) or id < 1:
        malformed("what is told is no record with an id")
    return one  # type: ignore[no-any-return]


def changed_at(row: Row) -> datetime:
    """`write_date`, such as 2026-11-29 12:00:00, in UTC. Raises: CrmTrouble (malformed)."""
    return instant(row.get("write_date"), "write_date")


def time_text(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S}"


def record(row: Row, names: Sequence[str], key: bytes, *, archived_too: bool = False) -> RemoteRecord:
    """`names`: of the fields that count; `key`: of the hash; `archived_too`: one that is archived is told as it is.

    Raises: CrmTrouble (malformed).
    """
    at, own, active = changed_at(row), row.get(KEY), row.get("active")
    if not isinstance(active, bool):
        malformed("`active` is not true or false")
    told = {name: row.get(name) for name in names}
    deleted = not active and not archived_too
    fields = {name: "" if value in FALSE_OR_NONE else value for name, value in told.items()}
    return RemoteRecord(
        id=str(row["id"]),
        changed_at=at,
        version=hashed_version(at, [row["id"], told], key),
        key=whole(own, KEY) if isinstance(own, str) else "",
        deleted=deleted,
        fields={} if deleted else required_name.read(fields, NAME),
    )


def changes(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Fields that a contact is written with. Raises: Rejected."""
    for name in fields:
        if not is_member(name):
            raise Rejected(f"a contact has no {name} that can be written")
    return {name: value or False for name, value in required_name.written(fields, NAME).items()}


def made(fields: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Of a contact that is made. Raises: Rejected."""
    return {NAME: required_name.NO_NAME, **changes(fields), KEY: key}
