"""What a mapping can name of a contact of Odoo, and what else a connection to Odoo must say. Pure."""

from __future__ import annotations

import re

from call24.crm.model import CrmConnection

NAME, PHONE = "name", "phone"
KEY = "x_call24_key"
"""The field that tells which contacts were made by us; an administrator adds it."""
USUAL = (NAME, "email", PHONE, "function", "street", "street2", "zip", "city", "website", "ref", "vat")
ASKED = (KEY, "write_date", "active")
"""What is asked for of a contact beside what is mapped."""
_ADDED = re.compile(r"x_[a-z0-9_]{1,60}")
_DATABASE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")


def is_member(name: str) -> bool:
    """A text field of contacts: Odoo's own, or one that its administrator added, whose name begins with x_."""
    return name in USUAL or (_ADDED.fullmatch(name) is not None and name != KEY)


def faults(connection: CrmConnection) -> list[tuple[str, str]]:
    """What is wrong with a connection to Odoo, by field."""
    found, shape = [], connection.odoo
    if shape.database and not _DATABASE.fullmatch(shape.database):
        found.append(("odoo.database", "the name of a database: letters, digits, _, . and -"))
    objection = shape.objection_field
    if objection and (objection in USUAL or not is_member(objection)):
        found.append(("odoo.objection_field", "a yes or no field of contacts that was added in Odoo: x_..., or none"))
    for n, one in enumerate(connection.mapping):
        if not is_member(one.remote) or (objection and one.remote == objection):
            text = f"one of {', '.join(USUAL)}, or a text field that was added in Odoo: x_..."
            found.append((f"mapping.{n}.remote", text))
    if all(one.remote != NAME for one in connection.mapping):
        found.append(("mapping", "Odoo lets no contact be without a name: one of the fields is its name"))
    return found


def fields(connection: CrmConnection) -> tuple[str, ...]:
    """What counts of a contact: what is mapped, its number, and whether they object."""
    objection = connection.odoo.objection_field
    named = {NAME, PHONE, *(one.remote for one in connection.mapping)}
    return tuple(sorted(named | ({objection} if objection else set())))
