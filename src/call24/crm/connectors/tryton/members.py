"""What a mapping can name of a party of Tryton, and what else a connection to Tryton must say. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from call24.crm.model import CrmConnection

PHONES = ("phone", "mobile")
MECHANISMS: Mapping[str, tuple[str, ...]] = {
    "number": PHONES,
    "phone": ("phone",),
    "mobile": ("mobile",),
    "fax": ("fax",),
    "email": ("email",),
    "website": ("website",),
}
"""Member, and the types of contact mechanism whose first one it is."""
ADDRESS = ("street", "postal_code", "city")
OWN = ("name", "code")
LINE_MAX = 100
MEMBERS = (*OWN, *MECHANISMS, *(f"address.{name}" for name in ADDRESS))


def faults(connection: CrmConnection) -> list[tuple[str, str]]:
    """What is wrong with a connection to Tryton, by field."""
    found, login, category = [], connection.tryton.login, connection.tryton.objection_category
    if not urlsplit(connection.url).path.strip("/"):
        found.append(("url", "Tryton's address with the name of the database, such as https://erp.example.com/company"))
    if not 1 <= len(login) <= LINE_MAX or not login.isprintable():
        found.append(("tryton.login", f"the user that signs in at Tryton, 1 to {LINE_MAX} characters"))
    if len(category) > LINE_MAX or not category.isprintable():
        found.append(("tryton.objection_category", f"the name of a party category, at most {LINE_MAX} characters"))
    for n, one in enumerate(connection.mapping):
        if one.remote not in MEMBERS:
            found.append((f"mapping.{n}.remote", f"one of {', '.join(MEMBERS)}"))
    named = {one.remote for one in connection.mapping}
    if "number" in named and named & set(PHONES):
        found.append(("mapping", "number is the first of phone and mobile: not beside them"))
    return found
