"""Receipts of erasures: what is in one, and the check that anyone can make of it. Pure.

How a receipt is signed is `kit/signed_json.py`'s.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from call24.kit.errors import Invalid
from call24.kit.instants import iso
from call24.kit.signed_json import check_signed, fingerprint, read_once, signature_of
from call24.privacy.model import ErasureReceipt

FORMAT: Final = "call24-receipt-1"
MOST_BYTES = 64 * 1024
"""Of a receipt's file. One has about a kilobyte."""
_NAMES = frozenset({"format", *ErasureReceipt.__struct_fields__})
_MAY_LACK = frozenset({"processors"})


def signed(receipt: ErasureReceipt, key: Ed25519PrivateKey) -> ErasureReceipt:
    """`installation` and `signature` are set here."""
    named = msgspec.structs.replace(receipt, installation=fingerprint(key.public_key()))
    return msgspec.structs.replace(named, signature=signature_of(shown(named), key))


def shown(receipt: ErasureReceipt) -> dict[str, Any]:
    """As it is given to people, and checked. Without processors it is as it was before there were any."""
    whole = {"format": FORMAT, **msgspec.structs.asdict(receipt), "at": iso(receipt.at)}
    return {name: value for name, value in whole.items() if value or name not in _MAY_LACK}


def checked(text: bytes, key: Ed25519PublicKey) -> dict[str, Any]:
    """The receipt in this file, which nobody changed since this key signed it. Raises: Invalid, which says why not."""
    if len(text) > MOST_BYTES:
        raise Invalid(f"This is no receipt: it has more than {MOST_BYTES // 1024} KB")
    found = _read(text)
    check_signed(found, key)
    return found


def _read(text: bytes) -> dict[str, Any]:
    try:
        found = read_once(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise Invalid(f"This is no receipt: it is not JSON with the format {FORMAT}")
    if not _NAMES - _MAY_LACK <= found.keys() <= _NAMES:
        raise Invalid(f"This is no whole receipt: it has not exactly the fields {', '.join(sorted(_NAMES))}")
    return found
