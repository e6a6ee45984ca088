"""A signed vCon is checked by another's library and by its own; one that was changed is refused with the reason."""

from __future__ import annotations

import json
import subprocess
from base64 import b64decode
from pathlib import Path
from typing import Any

import msgspec
import pytest
from joserfc.errors import BadSignatureError
from tests.support.privacy.vcon import verified

from call24.caller_files.signing import VconSigner, checked, is_signed
from call24.kit.errors import Invalid
from call24.kit.secrets import AppKey
from call24.kit.signed_json import fingerprint, signing_key

KEY = AppKey(b"k" * 32)
ROOT = signing_key(KEY).public_key()
VCON = {"vcon": "0.4.0", "uuid": "018f0000-0000-8000-8000-000000000001", "parties": [{"name": "Žofie"}], "dialog": []}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


def signed(data: Path, key: AppKey = KEY) -> dict[str, Any]:
    return VconSigner(key, data).signed(VCON)


def text(made: dict[str, Any]) -> bytes:
    return json.dumps(made).encode()


def test_a_signed_vcon_is_as_the_draft_says_and_verified_by_another_library(data: Path) -> None:
    made = signed(data)
    assert is_signed(made) and not is_signed(VCON)
    assert verified(made, ROOT.public_bytes_raw()) == VCON
    assert made["signatures"][0]["header"]["uuid"] == VCON["uuid"]


def test_it_says_whose_signature_it_is(data: Path) -> None:
    found = checked(text(signed(data)))
    assert (json.loads(found.payload), found.installation) == (VCON, fingerprint(ROOT))


def test_the_same_vcon_is_signed_the_same_by_every_process_of_the_installation(data: Path) -> None:
    assert signed(data) == signed(data)
    assert (data / "secrets" / "vcon.key").stat().st_mode & 0o777 == 0o600


def test_one_changed_character_of_the_vcon_is_found_wherever_it_is(data: Path) -> None:
    made = signed(data)
    for place in range(len(made["payload"])):
        old = made["payload"][place]
        payload = made["payload"][:place] + ("A" if old != "A" else "B") + made["payload"][place + 1 :]
        with pytest.raises(Invalid):
            checked(text({**made, "payload": payload}))
        if place % 20 == 0:
            with pytest.raises(BadSignatureError):
                verified({**made, "payload": payload})


def _changed(made: dict[str, Any], **changes: Any) -> bytes:
    [one] = json.loads(json.dumps(made["signatures"]))
    header = one["header"] | changes.pop("header", {})
    return text({**made, "signatures": [one | {"header": header} | changes]})


def test_what_is_no_signature_of_a_call24_is_refused(data: Path, tmp_path: Path) -> None:
    made, other = signed(data), VconSigner(AppKey(b"o" * 32), tmp_path).chain
    leaf, root = made["signatures"][0]["header"]["x5c"]
    wrong = {
        "no signed vCon": [
            b"\xff",
            b"[]",
            text(VCON),
            text({**made, "signatures": []}),
            text({**made, "signatures": made["signatures"] * 2}),
            text({**made, "parties": []}),
            _changed(made, header={"alg": "none"}),
            _changed(made, protected="eyJhbGciOiJub25lIn0"),
            b'{"payload":"e30",' + text(made)[1:],
        ],
        "not those of a Call24": [
            _changed(made, header={"x5c": [leaf]}),
            _changed(made, header={"x5c": [leaf, other[1]]}),
            _changed(made, header={"x5c": [root, root]}),
            _changed(made, header={"x5c": ["MII", root]}),
        ],
        "changed after it was signed": [_changed(made, header={"x5c": other})],
        "another uuid": [_changed(made, header={"uuid": "018f0000-0000-8000-8000-000000000002"})],
    }
    for why, files in wrong.items():
        for place, one in enumerate(files):
            with pytest.raises(Invalid) as refused:
                checked(one)
            assert why in str(refused.value.detail), (why, place)


def test_its_certificates_pass_openssl_which_reads_them_strictly(data: Path, tmp_path: Path) -> None:
    for name, one in zip(("leaf", "root"), signed(data)["signatures"][0]["header"]["x5c"], strict=True):
        (tmp_path / name).write_bytes(b64decode(one))
        words = [
            "openssl",
            "x509",
            "-inform",
            "DER",
            "-in",
            str(tmp_path / name),
            "-out",
            str(tmp_path / f"{name}.pem"),
        ]
        subprocess.run([*words, "-out", str(tmp_path / f"{name}.pem")], check=True, timeout=20)
    words = ["openssl", "verify", "-x509_strict", "-CAfile", str(tmp_path / "root.pem"), str(tmp_path / "leaf.pem")]
    subprocess.run(words, check=True, capture_output=True, timeout=20)


def test_what_is_signed_is_the_vcon_as_it_stands(data: Path) -> None:
    """So an import that finds other bytes in the same JSON may refuse them."""
    assert checked(text(signed(data))).payload == msgspec.json.encode(VCON)
