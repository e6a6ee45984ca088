"""What a mapping can name of a contact of Chatwoot, and what else a connection to Chatwoot must say. Pure."""

from __future__ import annotations

import re

from call24.crm.model import CrmConnection

NAME, EMAIL, PHONE = "name", "email", "phone_number"
OWN = (NAME, EMAIL, PHONE)
"""Of a contact itself."""
ADDITIONAL, CUSTOM = "additional_attributes", "custom_attributes"
"""Objects within a contact: Chatwoot's own further texts, and those that its administrator defined."""
FURTHER = tuple(f"{ADDITIONAL}.{one}" for one in ("company_name", "city", "country", "description"))
USUAL = (*OWN, *FURTHER)
_KEY = r"[A-Za-z0-9_][A-Za-z0-9_-]{0,59}"
_ADDED = re.compile(rf"{CUSTOM}\.{_KEY}")
_ATTRIBUTE = re.compile(_KEY)
_ACCOUNT = re.compile(r"[1-9][0-9]{0,11}")


def is_member(name: str) -> bool:
    """A text of contacts: Chatwoot's own, or a custom attribute."""
    return name in USUAL or _ADDED.fullmatch(name) is not None


def faults(connection: CrmConnection) -> list[tuple[str, str]]:
    """What is wrong with a connection to Chatwoot, by field."""
    found, shape = [], connection.chatwoot
    if not _ACCOUNT.fullmatch(shape.account_id):
        found.append(("chatwoot.account_id", "the number after /app/accounts/ in the addresses of Chatwoot's pages"))
    if shape.objection_field and not _ATTRIBUTE.fullmatch(shape.objection_field):
        found.append(("chatwoot.objection_field", "the key of a checkbox attribute of contacts, or none"))
    for n, one in enumerate(connection.mapping):
        if not is_member(one.remote) or (shape.objection_field and one.remote == objection(connection)):
            text = f"one of {', '.join(USUAL)}, or a custom attribute: {CUSTOM}.key"
            found.append((f"mapping.{n}.remote", text))
        if one.rule == "newest":
            text = "Chatwoot does not tell when a contact was changed: ask, crm or call24"
            found.append((f"mapping.{n}.rule", text))
    return found


def objection(connection: CrmConnection) -> str:
    """Empty: there is none."""
    key = connection.chatwoot.objection_field
    return f"{CUSTOM}.{key}" if key else ""


def fields(connection: CrmConnection) -> tuple[str, ...]:
    """What counts of a contact: what is mapped, its number, and whether they object."""
    named = {PHONE, *(one.remote for one in connection.mapping), objection(connection)}
    return tuple(sorted(named - {""}))
