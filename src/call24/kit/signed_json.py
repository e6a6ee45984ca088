"""JSON that the installation signs, by its one key, so that anybody can check it offline: receipts and results. Pure.

The signature is over the document without it, as canonical JSON: names in order, no spaces, UTF-8. What a document
may hold (text, whole numbers, true and false, lists and objects of these, with ASCII names) is so written as RFC 8785
says; anything else is refused. Spaces and the order of names in its file mean nothing.
Source: RFC 8785 (JSON Canonicalization Scheme), RFC 8032 (Ed25519).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from call24.kit.errors import Invalid
from call24.kit.secrets import AppKey

_LARGEST = 2**53 - 1
"""What JSON numbers hold exactly everywhere (RFC 8785, section 3.2.2.3)."""
_FINGERPRINT = re.compile("sha256:[0-9a-f]{64}")


def signing_key(key: AppKey) -> Ed25519PrivateKey:
    """The installation's own: it is derived from the first app key, and stays when that is replaced."""
    return Ed25519PrivateKey.from_private_bytes(key.derive("erasure receipts"))


def fingerprint(key: Ed25519PublicKey) -> str:
    """By which a document names the key that signed it: SHA-256 of its 32 bytes."""
    return hashed(key.public_bytes_raw())


def hashed(text: bytes) -> str:
    return "sha256:" + hashlib.sha256(text).hexdigest()


def signature_of(document: Mapping[str, Any], key: Ed25519PrivateKey) -> str:
    """Hexadecimal; a `signature` that is there does not count. Raises: ValueError for what has no one form."""
    return key.sign(_signed_text(document)).hex()


def genuine(document: Mapping[str, Any], key: Ed25519PublicKey) -> bool:
    """Whether nobody changed it since this key signed it."""
    try:
        signature = bytes.fromhex(document["signature"])
        key.verify(signature, _signed_text(document))
    except (InvalidSignature, KeyError, TypeError, ValueError):
        return False
    return bool(signature.hex() == document["signature"])  # the same in capitals is another text


def check_signed(receipt: Mapping[str, Any], key: Ed25519PublicKey) -> None:
    """Raises: Invalid, which says why it is not what this key signed."""
    if not _FINGERPRINT.fullmatch(str(receipt.get("installation"))):  # it is shown before the signature is checked
        raise Invalid("This is no receipt: its installation is not sha256: and 64 hexadecimal digits")
    if receipt["installation"] != fingerprint(key):
        raise Invalid(
            f"The receipt names the key {receipt['installation']}, and the key given is {fingerprint(key)}: give the"
            " key of the installation that issued it"
        )
    if not genuine(receipt, key):
        raise Invalid("The signature does not match: the receipt was changed after it was signed")


def public_key(word: str) -> Ed25519PublicKey:
    """Of 64 hexadecimal digits, or of what the installation answers at /v1/erasure-receipts/key. Raises: Invalid."""
    try:
        word = json.loads(word)["public_key"] if word.lstrip().startswith("{") else word
        return Ed25519PublicKey.from_public_bytes(bytes.fromhex(word.strip()))
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError):
        raise Invalid(
            "This is no public key: give 64 hexadecimal digits, or the file from /v1/erasure-receipts/key"
        ) from None


def read_once(text: bytes) -> Any:
    """JSON in which no name stands twice: it could be shown with one value and checked with the other.

    Raises: ValueError, RecursionError.
    """
    return json.loads(text, object_pairs_hook=_once)


def canonical(value: Any) -> bytes:
    """Raises: ValueError for what has no one form here."""
    _check_plain(value)
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _signed_text(document: Mapping[str, Any]) -> bytes:
    return canonical({name: value for name, value in document.items() if name != "signature"})


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _check_plain(value: Any) -> None:
    if isinstance(value, dict):
        for name, inner in value.items():
            if not isinstance(name, str) or not name.isascii():
                raise ValueError("only ASCII names")
            _check_plain(inner)
    elif isinstance(value, list):
        for inner in value:
            _check_plain(inner)
    elif not isinstance(value, str) and (not isinstance(value, int) or abs(value) > _LARGEST):
        raise ValueError("only text, whole numbers, true, false, and lists and objects of these")
