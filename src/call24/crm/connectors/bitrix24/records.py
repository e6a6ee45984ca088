"""A contact of Bitrix24 as a record, and what is written to change it. Pure.

Numbers and addresses of e-mail stand in `fm`, each with an id of its own: what is written names the id, what is new
has none. Bitrix24 tells times by the second.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from call24.crm.asking import instant, malformed, whole
from call24.crm.connector import Rejected, RemoteRecord
from call24.crm.connectors import required_name
from call24.crm.connectors.bitrix24.members import FIRST, LAST, MULTIPLE, is_member
from call24.crm.versions import hashed_version

Row = Mapping[str, Any]
OURS = "call24"
"""`originatorId` of contacts that were made by us; `originId` is our key."""


def row_of(one: Any) -> Row:
    """Raises: CrmTrouble (malformed)."""
    id = one.get("id") if isinstance(one, Mapping) else None
    if isinstance(id, bool) or not isinstance(id, int) or id < 1:
        malformed("what is told is no item with an id")
    return one  # type: ignore[no-any-return]


def changed_at(row: Row) -> datetime:
    return instant(row.get("updatedTime"), "updatedTime")


def multiple(row: Row, kind: str) -> list[Mapping[str, Any]]:
    """`kind`: PHONE or EMAIL; the first one first. Raises: CrmTrouble (malformed)."""
    told = row.get("fm")
    found = [] if told is None else told if isinstance(told, list) else malformed("`fm` is no list")
    own = [one for one in found if isinstance(one, Mapping) and one.get("typeId") == kind and one.get("value")]
    return sorted(own, key=_number)


def _number(one: Mapping[str, Any]) -> int:
    """Its id, which some answers have as a text."""
    id = str(one.get("id"))
    return int(id) if id.isascii() and id.isdigit() else malformed("a value of `fm` has no id")


def record(row: Row, names: Sequence[str], key: bytes) -> RemoteRecord:
    """`names`: of the fields that count; `key`: of the hash. Raises: CrmTrouble (malformed)."""
    at, own = changed_at(row), row.get("originId")
    fields = {name: _field(row, name) for name in names}
    mine = row.get("originatorId") == OURS and isinstance(own, str)
    return RemoteRecord(
        id=str(row["id"]),
        changed_at=at,
        version=hashed_version(at, [row["id"], fields], key),
        key=whole(str(own), "originId") if mine else "",
        fields=required_name.read(fields, FIRST),
    )


def _field(row: Row, name: str) -> Any:
    if name not in MULTIPLE:
        return row.get(name)
    first = multiple(row, MULTIPLE[name])
    return first[0]["value"] if first else None


def changes(fields: Mapping[str, Any], row: Row) -> dict[str, Any]:
    """Fields that a contact is written with. `row`: as it is, empty where it is made. Raises: Rejected."""
    for name in fields:
        if not is_member(name):
            raise Rejected(f"a contact has no {name} that can be written")
    values = {name: "" if value is None else value for name, value in fields.items()}
    if not (values.get(LAST, row.get(LAST)) or values.get(FIRST, row.get(FIRST))):  # one of them must be there
        values[FIRST] = required_name.NO_NAME
    fm = {}
    for n, (name, kind) in enumerate(MULTIPLE.items()):
        if name in values:
            fm.update(_written(values.pop(name), multiple(row, kind), kind, f"n{n}"))
    return {**values, "fm": fm} if fm else values


def _written(value: str, there: Sequence[Mapping[str, Any]], kind: str, new: str) -> dict[str, Any]:
    """An empty value takes the first one away."""
    if there:
        first = there[0]
        return {str(first["id"]): {"typeId": kind, "valueType": first.get("valueType") or "WORK", "value": value}}
    return {new: {"typeId": kind, "valueType": "WORK", "value": value}} if value else {}


def emptied(row: Row, names: Sequence[str]) -> dict[str, Any]:
    """Fields that a contact is written with so that nothing of the person is left. `names`: those that count."""
    told = row.get("fm")
    each = [one for one in told if isinstance(one, Mapping)] if isinstance(told, list) else []
    texts = {name: "" for name in (*names, "secondName", LAST, "post", "comments", "birthdate") if name not in MULTIPLE}
    fm = {str(_number(one)): {"typeId": one.get("typeId"), "value": ""} for one in each}
    return {**texts, FIRST: required_name.NO_NAME, "originId": "", "originatorId": "", **({"fm": fm} if fm else {})}
