"""`privacy verify-receipt`: checks the signed receipt of an erasure or a consent, offline."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from call24.cli.flags import add_data
from call24.consents import receipt as consent
from call24.installer.errors import StartError
from call24.kit.errors import Invalid
from call24.kit.secrets import AppKey
from call24.kit.signed_json import public_key, read_once, signing_key
from call24.privacy.receipt import MOST_BYTES, checked


def add_flags(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=["verify-receipt"], help="exit status 0, or 1 with what is wrong")
    parser.add_argument("file", type=Path, metavar="FILE", help="the receipt, as JSON")
    parser.add_argument(
        "--key",
        metavar="KEY",
        help="the public key, or the file from https://HOST/v1/erasure-receipts/key (default: this installation's)",
    )
    add_data(parser)


def run(named: argparse.Namespace) -> int:
    try:
        text, key = start_of(named.file, MOST_BYTES + 1), key_from(named.key, named.data)
        if _is_consent(text):
            _tell_consent(consent.checked(text, key))
        else:
            _tell_erasure(checked(text, key))
    except Invalid as error:
        print(f"call24: {named.file}: {error.detail}", file=sys.stderr)
        return 1
    return 0


def _is_consent(text: bytes) -> bool:
    """Anything else is taken for an erasure's, and refused where it is none."""
    try:
        found = read_once(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(found, dict) and found.get("format") == consent.FORMAT


def _tell_consent(receipt: dict[str, Any]) -> None:
    print(f"The receipt is genuine: {consent.said(receipt)}")
    print(f"issued by the installation with the key {receipt['installation']}")


def _tell_erasure(receipt: dict[str, Any]) -> None:
    print(f"The receipt is genuine: {receipt['id']}, {receipt['rule']} ({receipt['reason']}), {receipt['at']}")
    print(f"of {receipt['subject']}, issued by the installation with the key {receipt['installation']}")
    for kind, count in sorted(receipt["erased"].items()):
        print(f"{count:>9} {kind}")
    if receipt["interrupted"]:
        print("The erasure was interrupted and resumed: perhaps not everything that was deleted is counted.")


def key_from(word: str | None, data: Path) -> Ed25519PublicKey:
    """Raises: Invalid, StartError."""
    if word is not None:
        return public_key(start_of(Path(word), 4096).decode(errors="replace") if _is_file(word) else word)
    if not (data / "secrets" / "app.key").exists():
        raise StartError("There is no installation here whose key could be used: give the public key with --key")
    return signing_key(AppKey.load(data)).public_key()


def _is_file(word: str) -> bool:
    try:
        return Path(word).is_file()
    except OSError:  # too long for a name
        return False


def start_of(file: Path, most: int) -> bytes:
    """Raises: StartError."""
    try:
        with file.open("rb") as opened:
            return opened.read(most)
    except OSError as error:
        raise StartError(f"{file} cannot be read: {error.strerror}") from None
