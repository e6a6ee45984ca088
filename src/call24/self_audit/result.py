"""A self-audit's result as a file: what is signed, and the check that anyone can make of one. Pure.

It is signed as an erasure's receipt is, by the same key (privacy/receipt.py); `format` tells the two apart.
"""

from __future__ import annotations

import json
from typing import Any, Final

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from call24.kit.errors import Invalid
from call24.kit.instants import iso
from call24.privacy.receipt import canonical, fingerprint
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
    return msgspec.structs.replace(named, signature=key.sign(_signed_text(shown(named))).hex())


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
    try:
        key.verify(bytes.fromhex(found["signature"]), _signed_text(found))
    except (InvalidSignature, TypeError, ValueError):
        raise Invalid("The signature does not match: the result was changed after it was signed") from None
    return found


def _signed_text(result: dict[str, Any]) -> bytes:
    return canonical({name: value for name, value in result.items() if name != "signature"})


def _read(text: bytes) -> dict[str, Any]:
    try:
        found = json.loads(text, object_pairs_hook=_once) if len(text) <= MOST_BYTES else None
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or found.get("format") != FORMAT or found.keys() != _NAMES:
        raise Invalid(f"This is no result of a self-audit: it is not JSON with the fields of {FORMAT}")
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A name that stands twice could be shown with one value and checked with the other. Raises: ValueError."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found
