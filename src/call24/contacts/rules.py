"""How a contact's id comes from its number, what of a network's display name is kept, what it is found by. Pure."""

from __future__ import annotations

import base64
import hashlib
import hmac

from call24.kit.errors import Invalid
from call24.kit.folding import folded
from call24.kit.ids import ContactId, TenantId

_NAME_MAX = 80
_NUMBER_PART_MIN = 3


def contact_id(key: bytes, tenant_id: TenantId, number: str) -> ContactId:
    """Without the key nobody can tell the number from the id; the same number in two organisations has two ids."""
    digest = hmac.digest(key, f"{tenant_id}\n{number}".encode(), hashlib.sha256)
    return _encoded(digest)


def id_of_generation(key: bytes, first: ContactId, generation: int) -> ContactId:
    """The contact id of a number whose caller was erased so many times; `first` is the one of a number never erased.

    Without the key nobody can tell that two ids are of the same number.
    """
    if not generation:
        return first
    return _encoded(hmac.digest(key, f"{first}\n{generation}".encode(), hashlib.sha256))


def kept_display_name(text: str | None, number: str) -> str | None:
    """A SIP display name is untrusted text: one printable line, and not just the number again."""
    line = "".join(char for char in " ".join((text or "").split()) if char.isprintable())[:_NAME_MAX].strip()
    digits = "".join(char for char in line if char.isdigit())
    if not line or (digits and digits in number and not any(char.isalpha() for char in line)):
        return None
    return None if line.casefold() in ("anonymous", "unknown", "asterisk") else line


def checked_name(text: str) -> str | None:
    """A name that a person gives a contact, as one line; None: none. Raises: Invalid."""
    line = " ".join(text.split())
    if len(line) > _NAME_MAX or not line.isprintable():
        raise Invalid(errors=[("value", f"a name of at most {_NAME_MAX} printable characters, or empty for none")])
    return line or None


def _encoded(digest: bytes) -> ContactId:
    return ContactId("ctc_" + base64.b32hexencode(digest[:17]).decode().lower().rstrip("=")[:26])


def found_by(number: str, *names: str | None) -> tuple[str, ...]:
    """Every ending of the number and of each word of the names: a part of any of them begins one of these.

    So an index finds a part of a name as fast as its beginning, however many contacts there are.
    """
    words = {word for name in names if name for word in words_of(name)}
    return tuple(sorted({word[n:] for word in (*words, _digits(number)) for n in range(len(word))}))


def words_of(text: str) -> list[str]:
    """As a search compares them: in Latin letters, without accents."""
    return [word for part in text.split() if (word := folded(part))]


def number_part(text: str) -> str | None:
    """The digits of a text that can be a part of a number, however it is written; None if it cannot."""
    digits = _digits(text)
    return digits if len(digits) >= _NUMBER_PART_MIN and not any(char.isalpha() for char in text) else None


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isdigit())
