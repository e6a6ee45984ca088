"""What a mapping can name of a contact of EspoCRM, and what else a connection to EspoCRM must say. Pure."""

from __future__ import annotations

import re

from call24.crm.model import CrmConnection

PHONE, EMAIL, LAST_NAME = "phoneNumber", "emailAddress", "lastName"
"""A contact has several numbers and addresses of e-mail: these are the first ones."""
KEY = "cCall24Key"
"""The field that tells which contacts were made by us: what EspoCRM makes of `call24Key`."""
USUAL = (
    *("firstName", LAST_NAME, EMAIL, PHONE, "description", "addressStreet", "addressCity", "addressState"),
    *("addressCountry", "addressPostalCode"),
)
ASKED = (KEY, "modifiedAt")
"""What is asked for of a contact beside what is mapped."""
KEPT = frozenset(
    {
        *(KEY, "id", "deleted", "name", "createdAt", "modifiedAt", "streamUpdatedAt", "versionNumber", "title"),
        *("accountName", "accountType", "accountRole", "assignedUser", "teams", "portalUser", "originalLead"),
    }
)
"""What EspoCRM keeps itself, or takes only as links to other records: no mapping writes it."""
_FIELD = re.compile(r"[a-z][A-Za-z0-9]{0,63}")
_LINKED = re.compile(r".*(Id|Ids|Names|Data|IsOptedOut|IsInvalid|Numeric)")


def is_member(name: str) -> bool:
    """A text field of contacts: EspoCRM's own, or one that its administrator added, whose name begins with c."""
    return _FIELD.fullmatch(name) is not None and name not in KEPT and not _LINKED.fullmatch(name)


def faults(connection: CrmConnection) -> list[tuple[str, str]]:
    """What is wrong with a connection to EspoCRM, by field."""
    found, objection = [], connection.espocrm.objection_field
    if objection and (objection in USUAL or not is_member(objection)):
        text = "a yes or no field of contacts, such as doNotCall, or cDoNotUse that was added in EspoCRM, or none"
        found.append(("espocrm.objection_field", text))
    for n, one in enumerate(connection.mapping):
        if not is_member(one.remote) or (objection and one.remote == objection):
            text = f"one of {', '.join(USUAL)}, or a text field that was added in EspoCRM, such as cCustomerNumber"
            found.append((f"mapping.{n}.remote", text))
    return found


def fields(connection: CrmConnection) -> tuple[str, ...]:
    """What counts of a contact: what is mapped, and its first number."""
    return tuple(sorted({PHONE, *(one.remote for one in connection.mapping)}))
