"""How a contact's id comes from its number, and what of a network's display name is kept. Pure."""

from __future__ import annotations

import base64
import hashlib
import hmac

from call24.kit.ids import ContactId, TenantId

_NAME_MAX = 80


def contact_id(key: bytes, tenant_id: TenantId, number: str) -> ContactId:
    """Without the key nobody can tell the number from the id; the same number in two organisations has two ids."""
    digest = hmac.digest(key, f"{tenant_id}\n{number}".encode(), hashlib.sha256)
    return ContactId("ctc_" + base64.b32hexencode(digest[:17]).decode().lower().rstrip("=")[:26])


def kept_display_name(text: str | None, number: str) -> str | None:
    """A SIP display name is untrusted text: one printable line, and not just the number again."""
    line = "".join(char for char in " ".join((text or "").split()) if char.isprintable())[:_NAME_MAX].strip()
    digits = "".join(char for char in line if char.isdigit())
    if not line or (digits and digits in number and not any(char.isalpha() for char in line)):
        return None
    return None if line.casefold() in ("anonymous", "unknown", "asterisk") else line
