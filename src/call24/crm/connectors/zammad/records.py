"""A customer of Zammad as a record, and what is written to change it. Pure.

Customers are users whose only role is Customer: staff is neither read, nor written, nor erased. Zammad has no versions:
the time of change is one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from call24.crm.asking import instant, malformed, whole
from call24.crm.connector import Rejected, RemoteRecord
from call24.crm.connectors.zammad.members import KEPT, NUMBER, ORGANIZATION, PHONES, is_member

OURS = "crl_"
"""What a key of ours begins with: the login of a customer that was made by us, which no second one can have."""
CUSTOMER = ["Customer"]


def is_customer(row: Mapping[str, Any]) -> bool:
    roles = row.get("roles")
    return roles == CUSTOMER if isinstance(roles, list) else malformed("a user without `roles`: expand=true is due")


def record(row: Mapping[str, Any], *, inactive_too: bool = False) -> RemoteRecord:
    """`row`: a user, expanded. One that is not active counts as deleted. Raises: CrmTrouble (malformed)."""
    active, version, login = row.get("active"), row.get("updated_at"), row.get("login")
    if not isinstance(active, bool):
        malformed("`active` is not true or false")
    deleted = not active and not inactive_too
    return RemoteRecord(
        id=str(row["id"]),
        changed_at=instant(version, "updated_at"),
        version=whole(str(version), "updated_at"),
        key=whole(login, "login") if isinstance(login, str) and login.startswith(OURS) else "",
        deleted=deleted,
        fields={} if deleted else _fields(row),
    )


def _fields(row: Mapping[str, Any]) -> dict[str, Any]:
    own = {name: value for name, value in row.items() if name not in KEPT}
    return {**own, NUMBER: row.get(_phone(row))}


def _phone(row: Mapping[str, Any]) -> str:
    """Where its first number is, or would be."""
    return next((name for name in PHONES if row.get(name)), PHONES[0])


def changes(fields: Mapping[str, Any], row: Mapping[str, Any]) -> dict[str, Any]:
    """What a customer is written with. `row`: as it is. Raises: Rejected."""
    values: dict[str, Any] = {}
    for name, value in fields.items():
        if not is_member(name):
            raise Rejected(f"a customer has no {name}")
        if name == ORGANIZATION and not value:
            values["organization_id"] = None
        else:
            values[_phone(row) if name == NUMBER else name] = value
    return values
