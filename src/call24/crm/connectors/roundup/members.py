"""What a mapping can name of a customer of Roundup, and what else a connection to Roundup must say. Pure."""

from __future__ import annotations

import re

from call24.crm.model import CrmConnection

PHONE = "phone"
USUAL = ("realname", "address", PHONE, "organisation", "alternate_addresses")
"""`address`: of e-mail. The others of a tracker are in its schema."""
KEPT = frozenset({"id", "username", "password", "roles", "queries", "creator", "creation", "actor", "activity"})
"""What is Roundup's own: no mapping writes it."""
ASKED = ("activity", "roles", "username")
"""What is asked for of a customer beside what is mapped."""
LINE_MAX = 100
_PROPERTY = re.compile(r"[a-z][a-z0-9_]{0,63}")


def is_member(name: str) -> bool:
    """A property of Roundup's users, or one that the tracker's schema has."""
    return _PROPERTY.fullmatch(name) is not None and name not in KEPT


def faults(connection: CrmConnection) -> list[tuple[str, str]]:
    """What is wrong with a connection to Roundup, by field."""
    found, shape = [], connection.roundup
    if not 1 <= len(shape.login) <= LINE_MAX or not shape.login.isprintable() or ":" in shape.login:
        found.append(("roundup.login", f"the user that signs in at Roundup, 1 to {LINE_MAX} characters without :"))
    objection, caller = shape.objection_property, shape.caller_property
    if (caller or connection.log_calls) and not is_member(caller):
        found.append(("roundup.caller_property", "the property of issues that names the caller, such as customer"))
    if len(shape.status) > LINE_MAX or not shape.status.isprintable() or (connection.log_calls and not shape.status):
        found.append(("roundup.status", f"the status of the issues that calls become, 1 to {LINE_MAX} characters"))
    if objection and (objection in USUAL or not is_member(objection)):
        found.append(("roundup.objection_property", "a yes or no property of users in the tracker's schema, or none"))
    for n, one in enumerate(connection.mapping):
        if not is_member(one.remote) or (objection and one.remote == objection):
            text = f"one of {', '.join(USUAL)}, or another text property of users in the tracker's schema"
            found.append((f"mapping.{n}.remote", text))
    return found


def properties(connection: CrmConnection) -> tuple[str, ...]:
    """What is asked for of a customer."""
    objection = connection.roundup.objection_property
    named = {PHONE, *ASKED, *(one.remote for one in connection.mapping), *([objection] if objection else [])}
    return tuple(sorted(named))
