"""A receipt is checked offline: the installation's own passes, anything else is refused with the reason."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from call24.cli.__main__ import main
from call24.kit.errors import Invalid
from call24.kit.secrets import AppKey
from call24.kit.signed_json import canonical, public_key
from call24.privacy.model import ErasureReceipt
from call24.privacy.receipt import checked, shown, signed

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
PUBLIC = KEY.public_key().public_bytes_raw().hex()
GONE = ErasureReceipt(
    id="rcp_00000000000000000000000000",
    at=datetime(2026, 11, 28, 9, 30, 0, 125000, tzinfo=UTC),
    rule="account_deletion",
    reason="asked",
    subject="sha256:" + "0" * 64,
    erased={"tokens": 2, "users": 1},
    installation="",
    signature="",
)
FILE = json.dumps(shown(signed(GONE, KEY)), separators=(",", ":")).encode()


def verified(*words: str) -> int:
    return main(["privacy", "verify-receipt", *words])


def written(folder: Path, text: bytes) -> str:
    (folder / "receipt.json").write_bytes(text)
    return str(folder / "receipt.json")


def test_what_is_signed_is_the_canonical_json_of_rfc_8785() -> None:
    """The order of names and the escapes are those of the RFC's own rules (3.2.2.2, 3.2.3)."""
    value = {"b": [True, "Žofie"], "a": {"z": 3, "A": '"\\/\n\x0f\u007f'}, "": -1}
    assert canonical(value) == '{"":-1,"a":{"A":"\\"\\\\/\\n\\u000f\x7f","z":3},"b":[true,"Žofie"]}'.encode()


@pytest.mark.parametrize("value", [1.0, 2**53, None, [1.0], "\ud800", {"ž": 1}, {1: "a"}])
def test_what_has_more_than_one_form_elsewhere_is_not_signed(value: Any) -> None:
    with pytest.raises(ValueError, match=r"only|surrogates"):
        canonical({"a": value})


def test_a_receipt_is_checked_by_ed25519_alone() -> None:
    """By another's reading of the format: what the page says is enough to check a receipt."""
    receipt = json.loads(FILE)
    signature = bytes.fromhex(receipt.pop("signature"))
    text = json.dumps(receipt, sort_keys=True, separators=(",", ":")).encode()
    KEY.public_key().verify(signature, text)


def test_spaces_and_the_order_of_names_do_not_matter() -> None:
    turned = json.dumps(dict(reversed(json.loads(FILE).items())), indent=4).encode()
    assert checked(turned, public_key(PUBLIC)) == checked(FILE, public_key(PUBLIC))


def test_a_receipt_that_was_changed_anywhere_is_refused() -> None:
    for place in range(len(FILE)):
        for bit in (1, 32):
            other = FILE[:place] + bytes([FILE[place] ^ bit]) + FILE[place + 1 :]
            with pytest.raises(Invalid):
                checked(other, KEY.public_key())


def _set(**fields: Any) -> Callable[[], bytes]:
    return lambda: json.dumps({**json.loads(FILE), **fields}).encode()


WRONG: dict[str, tuple[Callable[[], bytes], str]] = {
    "a count": (_set(erased={"tokens": 2, "users": 0}), "changed after it was signed"),
    "a number that is another's too": (_set(erased={"tokens": 2.0, "users": 1}), "changed after it was signed"),
    "the signature in capitals": (
        lambda: FILE.replace(*(text(json.loads(FILE)["signature"]).encode() for text in (str, str.upper))),
        "changed after it was signed",
    ),
    "a signature of another kind": (_set(signature=7), "changed after it was signed"),
    "a field more": (_set(more=1), "not exactly the fields"),
    "a field less": (lambda: FILE.replace(b'"interrupted":false,', b""), "not exactly the fields"),
    "a name twice": (lambda: FILE.replace(b'{"format"', b'{"reason":"left","format"'), "no receipt"),
    "no JSON": (lambda: b"\xff\xfe", "no receipt"),
    "a list": (lambda: b"[]", "no receipt"),
    "deep": (lambda: b"[" * 30_000, "no receipt"),
    "another format": (_set(format="vcon"), "no receipt"),
    "what a terminal obeys": (_set(installation="\x1b[2Jgenuine"), "its installation is not sha256:"),
    "an installation of another kind": (_set(installation=["sha256:"]), "its installation is not sha256:"),
    "too big": (lambda: FILE + b" " * 65_536, "more than 64 KB"),
    "another's": (
        lambda: json.dumps(shown(signed(GONE, Ed25519PrivateKey.from_private_bytes(b"o" * 32)))).encode(),
        "give the key of the installation that issued it",
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_with_a_file_is_said(what: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make, why = WRONG[what]
    assert verified(written(tmp_path, make()), "--key", PUBLIC) == 1
    said = capsys.readouterr()
    assert why in said.err and said.out == ""


def test_a_genuine_receipt_is_told_with_what_it_says(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "key.json").write_text(json.dumps({"algorithm": "Ed25519", "public_key": PUBLIC}))
    for key in (PUBLIC, str(tmp_path / "key.json")):
        assert verified(written(tmp_path, FILE), "--key", key) == 0
        said = capsys.readouterr().out
        assert "genuine" in said and "2 tokens" in said and "2026-11-28T09:30:00.125Z" in said


def test_without_a_key_the_installations_own_is_used_and_none_is_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, data = written(tmp_path, FILE), tmp_path / "data"
    assert verified(file, "--data", str(data)) == 1
    assert "give the public key with --key" in capsys.readouterr().err and not data.exists()
    AppKey.load(data)
    assert verified(file, "--data", str(data)) == 1
    assert "give the key of the installation that issued it" in capsys.readouterr().err


@pytest.mark.parametrize("key", ["", "ab", "zz" * 32, "Ž" * 64, "a" * 300, '{"public_key": 7}', "{", '{"a":' * 30_000])
def test_what_is_no_key_is_refused(key: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert verified(written(tmp_path, FILE), "--key", key) == 1
    assert "no public key" in capsys.readouterr().err


def test_a_file_that_is_not_there_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert verified(str(tmp_path / "none.json"), "--key", PUBLIC) == 1
    assert "cannot be read" in capsys.readouterr().err
