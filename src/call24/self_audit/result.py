"""A self-audit's result as a file: what is signed, and the check that anyone can make of one. Pure.

It is signed as an erasure's receipt is, by the same key (kit/signed_json.py); `format` tells the two apart.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from call24.kit.errors import Invalid
from call24.kit.instants import iso
from call24.kit.signed_json import fingerprint, genuine, read_once, signature_of
from call24.self_audit.model import SelfAudit

FORMAT: Final = "call24-self-audit-1"
MOST_BYTES = 256 * 1024
"""Of a result's file. One has about four kilobytes."""
_NAMES = frozenset({"format", *SelfAudit.__struct_fields__})


def plain(text: str) -> str:
    """As a result may hold it: ASCII alone, and short."""
    return text.encode("ascii", "backslashreplace").decode()[:500]


def signed(result: SelfAudit, key: Ed25519PrivateKey) -> SelfAudit:
    """`installation` and `signature` are set here."""
    named = msgspec.structs.replace(result, installation=fingerprint(key.public_key()))
    return msgspec.structs.replace(named, signature=signature_of(shown(named), key))


def shown(result: SelfAudit) -> dict[str, Any]:
    """As it is given to people, and checked."""
    return {"format": FORMAT, **msgspec.to_builtins(result, builtin_types=()), "at": iso(result.at)}


def checked(text: bytes, key: Ed25519PublicKey) -> dict[str, Any]:
    """The result in this file, which nobody changed since this key signed it. Raises: Invalid, which says why not."""
    found = _read(text)
    if found["installation"] != fingerprint(key):
        raise Invalid(
            f"The key given is {fingerprint(key)}, and the result names another: give the key of the installation"
            " that was audited"
        )
    if not genuine(found, key):
        raise Invalid("The signature does not match: the result was changed after it was signed")
    return found


def _read(text: bytes) -> dict[str, Any]:
    try:
        found = read_once(text) if len(text) <= MOST_BYTES else None
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or found.get("format") != FORMAT or found.keys() != _NAMES:
        raise Invalid(f"This is no result of a self-audit: it is not JSON with the fields of {FORMAT}")
    return found
