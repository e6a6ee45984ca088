"""What a mapping can name of a contact of Bitrix24, and what else a connection to Bitrix24 must say. Pure."""

from __future__ import annotations

import re

from call24.crm.model import CrmConnection

FIRST, LAST = "name", "lastName"
PHONE, EMAIL = "phone", "email"
"""A contact has several numbers and addresses of e-mail: these are the first ones."""
MULTIPLE = {PHONE: "PHONE", EMAIL: "EMAIL"}
"""What Bitrix24 calls the kind of each."""
USUAL = (FIRST, "secondName", LAST, PHONE, EMAIL, "post", "comments")
_ADDED = re.compile(r"ufCrm[A-Za-z0-9_]{1,50}")
_USER = re.compile(r"[0-9]{1,12}")


def is_member(name: str) -> bool:
    """A text field of contacts: Bitrix24's own, or one that was added, whose name begins with ufCrm."""
    return name in USUAL or _ADDED.fullmatch(name) is not None


def faults(connection: CrmConnection) -> list[tuple[str, str]]:
    """What is wrong with a connection to Bitrix24, by field."""
    found, shape = [], connection.bitrix24
    if not _USER.fullmatch(shape.user_id):
        found.append(("bitrix24.user_id", "the number that stands before the secret in the webhook's address"))
    objection = shape.objection_field
    if objection and (objection in USUAL or not is_member(objection)):
        found.append(("bitrix24.objection_field", "a yes or no field that was added to contacts: ufCrm_..., or none"))
    for n, one in enumerate(connection.mapping):
        if not is_member(one.remote) or (objection and one.remote == objection):
            text = f"one of {', '.join(USUAL)}, or a text field that was added in Bitrix24: ufCrm_..."
            found.append((f"mapping.{n}.remote", text))
    return found


def fields(connection: CrmConnection) -> tuple[str, ...]:
    """What counts of a contact: what is mapped, its number, and whether they object."""
    objection = connection.bitrix24.objection_field
    named = {PHONE, *(one.remote for one in connection.mapping)}
    return tuple(sorted(named | ({objection} if objection else set())))
