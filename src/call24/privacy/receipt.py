"""Receipts of erasures: what is signed, by which key, and the check that anyone can make of one. Pure.

The signature is over the receipt without it, as canonical JSON: names in order, no spaces, UTF-8. What a receipt
holds (ASCII text, whole numbers, true and false, objects of these) is so written as RFC 8785 says; anything else is
refused. Spaces and the order of names in a receipt's file mean nothing.
Source: RFC 8785 (JSON Canonicalization Scheme), RFC 8032 (Ed25519).
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any, Final

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from call24.kit.errors import Invalid
from call24.kit.instants import iso
from call24.privacy.model import ErasureReceipt

FORMAT: Final = "call24-receipt-1"
MOST_BYTES = 64 * 1024
"""Of a receipt's file. One has about a kilobyte."""
_LARGEST = 2**53 - 1
"""What JSON numbers hold exactly everywhere (RFC 8785, section 3.2.2.3)."""
_NAMES = frozenset({"format", *ErasureReceipt.__struct_fields__})
_MAY_LACK = frozenset({"processors"})
_FINGERPRINT = re.compile("sha256:[0-9a-f]{64}")


def fingerprint(key: Ed25519PublicKey) -> str:
    """By which a receipt names the key that signed it: SHA-256 of its 32 bytes."""
    return hashed(key.public_bytes_raw())


def hashed(text: bytes) -> str:
    return "sha256:" + hashlib.sha256(text).hexdigest()


def signed(receipt: ErasureReceipt, key: Ed25519PrivateKey) -> ErasureReceipt:
    """`installation` and `signature` are set here."""
    named = msgspec.structs.replace(receipt, installation=fingerprint(key.public_key()))
    return msgspec.structs.replace(named, signature=key.sign(_signed_text(shown(named))).hex())


def shown(receipt: ErasureReceipt) -> dict[str, Any]:
    """As it is given to people, and checked. Without processors it is as it was before there were any."""
    whole = {"format": FORMAT, **msgspec.structs.asdict(receipt), "at": iso(receipt.at)}
    return {name: value for name, value in whole.items() if value or name not in _MAY_LACK}


def checked(text: bytes, key: Ed25519PublicKey) -> dict[str, Any]:
    """The receipt in this file, which nobody changed since this key signed it. Raises: Invalid, which says why not."""
    if len(text) > MOST_BYTES:
        raise Invalid(f"This is no receipt: it has more than {MOST_BYTES // 1024} KB")
    found = _read(text)
    if found["installation"] != fingerprint(key):
        raise Invalid(
            f"The receipt names the key {found['installation']}, and the key given is {fingerprint(key)}: give the key"
            " of the installation that issued it"
        )
    if not _genuine(found, key):
        raise Invalid("The signature does not match: the receipt was changed after it was signed")
    return found


def public_key(word: str) -> Ed25519PublicKey:
    """Of 64 hexadecimal digits, or of what the installation answers at /v1/erasure-receipts/key. Raises: Invalid."""
    try:
        word = json.loads(word)["public_key"] if word.lstrip().startswith("{") else word
        return Ed25519PublicKey.from_public_bytes(bytes.fromhex(word.strip()))
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError):
        raise Invalid(
            "This is no public key: give 64 hexadecimal digits, or the file from /v1/erasure-receipts/key"
        ) from None


def canonical(value: Any) -> bytes:
    """Raises: ValueError for what has no one form here."""
    _check_plain(value)
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _genuine(receipt: dict[str, Any], key: Ed25519PublicKey) -> bool:
    try:
        signature = bytes.fromhex(receipt["signature"])
        key.verify(signature, _signed_text(receipt))
    except (InvalidSignature, TypeError, ValueError):
        return False
    return bool(signature.hex() == receipt["signature"])  # the same in capitals is another text


def _signed_text(receipt: dict[str, Any]) -> bytes:
    return canonical({name: value for name, value in receipt.items() if name != "signature"})


def _read(text: bytes) -> dict[str, Any]:
    try:
        found = json.loads(text, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise Invalid(f"This is no receipt: it is not JSON with the format {FORMAT}")
    if not _NAMES - _MAY_LACK <= found.keys() <= _NAMES:
        raise Invalid(f"This is no whole receipt: it has not exactly the fields {', '.join(sorted(_NAMES))}")
    if not _FINGERPRINT.fullmatch(str(found["installation"])):  # it is shown before the signature is checked
        raise Invalid("This is no receipt: its installation is not sha256: and 64 hexadecimal digits")
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A name that stands twice could be shown with one value and checked with the other. Raises: ValueError."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _check_plain(value: Any) -> None:
    if isinstance(value, dict):
        for name, inner in value.items():
            _check_plain(name)
            _check_plain(inner)
    elif isinstance(value, str):
        if not value.isascii():
            raise ValueError("only ASCII text")
    elif not isinstance(value, int) or abs(value) > _LARGEST:
        raise ValueError("only text, whole numbers, true, false and objects of these")
