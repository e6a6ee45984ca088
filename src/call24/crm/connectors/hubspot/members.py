"""What a mapping can name of a contact of HubSpot, and what else a connection to HubSpot must say. Pure."""

from __future__ import annotations

import re

from call24.crm.model import CrmConnection

PHONES = ("phone", "mobilephone")
NUMBER = "number"
"""The first of phone and mobilephone."""
KEY = "call24_key"
"""The property that tells which contacts were made by us: no two contacts can have the same value."""
USUAL = ("firstname", "lastname", "email", NUMBER, *PHONES, "fax", "company", "jobtitle", "address", "city", "zip")
KEPT = frozenset({KEY, "hs_object_id", "createdate", "lastmodifieddate"})
_PROPERTY = re.compile(r"[a-z][a-z0-9_]{0,99}")
_PORTAL = re.compile(r"[0-9]{1,12}")


def is_member(name: str) -> bool:
    """The internal name of a property; HubSpot's own calculated ones begin with hs_."""
    return _PROPERTY.fullmatch(name) is not None and name not in KEPT and not name.startswith("hs_")


def faults(connection: CrmConnection) -> list[tuple[str, str]]:
    """What is wrong with a connection to HubSpot, by field."""
    found, shape = [], connection.hubspot
    if shape.portal_id and not _PORTAL.fullmatch(shape.portal_id):
        found.append(("hubspot.portal_id", "HubSpot's Hub ID: digits"))
    objection = shape.objection_property
    if objection and (objection in USUAL or not is_member(objection)):
        found.append(
            ("hubspot.objection_property", "a checkbox property of contacts that was added in HubSpot, or none")
        )
    for n, one in enumerate(connection.mapping):
        if not is_member(one.remote) or (objection and one.remote == objection):
            text = f"the internal name of a property, such as {', '.join(USUAL)}, that HubSpot does not fill in itself"
            found.append((f"mapping.{n}.remote", text))
    named = {one.remote for one in connection.mapping}
    if NUMBER in named and named & set(PHONES):
        found.append(("mapping", "number is the first of phone and mobilephone: not beside them"))
    return found


def properties(connection: CrmConnection) -> tuple[str, ...]:
    """What is asked for of a contact."""
    objection = connection.hubspot.objection_property
    named = {one.remote for one in connection.mapping} - {NUMBER} | set(PHONES) | {KEY, "lastmodifieddate"}
    return tuple(sorted(named | ({objection} if objection else set())))
