"""What a mapping can name of a customer of Zammad, and what else a connection to Zammad must say. Pure."""

from __future__ import annotations

import re

from call24.crm.model import CrmConnection

PHONES = ("phone", "mobile")
NUMBER = "number"
"""The first of phone and mobile."""
ORGANIZATION = "organization"
OWN = (
    "firstname",
    "lastname",
    "email",
    *PHONES,
    "fax",
    "web",
    "department",
    "street",
    "zip",
    "city",
    "country",
    "address",
    "note",
)
MEMBERS = (*OWN, NUMBER, ORGANIZATION)
LINE_MAX = 100
KEPT = frozenset(
    {
        *("id", "login", "password", "active", "verified", "vip", "source", "preferences", "image", "image_source"),
        *("roles", "role_ids", "groups", "group_ids", "organizations", "organization_id", "organization_ids"),
        *("last_login", "login_failed", "authorizations", "authorization_ids", "karma_user_ids", "out_of_office"),
        *("out_of_office_start_at", "out_of_office_end_at", "out_of_office_replacement_id", "created_at", "created_by"),
        *("created_by_id", "updated_at", "updated_by", "updated_by_id"),
    }
)
"""Attributes of a user that are Zammad's own: no mapping writes them."""
_ATTRIBUTE = re.compile(r"[a-z][a-z0-9_]{0,63}")


def is_member(name: str) -> bool:
    """One that Zammad has, or an attribute that its administrator added (Manage, Objects)."""
    return name in MEMBERS or (_ATTRIBUTE.fullmatch(name) is not None and name not in KEPT)


def faults(connection: CrmConnection) -> list[tuple[str, str]]:
    """What is wrong with a connection to Zammad, by field."""
    found, shape = [], connection.zammad
    for name, text, what in (("group", shape.group, "group"), ("ticket_state", shape.ticket_state, "state")):
        if len(text) > LINE_MAX or not text.isprintable() or (connection.log_calls and not text.strip()):
            found.append((f"zammad.{name}", f"the {what} of the tickets that calls become, 1 to {LINE_MAX} characters"))
    objection = shape.objection_field
    if objection and (objection in MEMBERS or not is_member(objection)):
        found.append(("zammad.objection_field", "a yes or no attribute of users that was added in Zammad, or none"))
    for n, one in enumerate(connection.mapping):
        if not is_member(one.remote) or (objection and one.remote == objection):
            found.append(
                (f"mapping.{n}.remote", f"one of {', '.join(MEMBERS)}, or an attribute that was added in Zammad")
            )
    named = {one.remote for one in connection.mapping}
    if NUMBER in named and named & set(PHONES):
        found.append(("mapping", "number is the first of phone and mobile: not beside them"))
    return found
