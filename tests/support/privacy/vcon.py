"""What draft-ietf-vcon-vcon-core says of what Call24 writes: written after the draft, not after the code."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from datetime import datetime
from typing import Any, cast

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc import jws
from joserfc._rfc7515.types import GeneralJSONSerialization
from joserfc.jwk import RSAKey

UUID8 = r"[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
DISPOSITIONS = ("no-answer", "congestion", "failed", "busy", "hung-up", "voicemail-no-message")


class _Registry(jws.JWSRegistry):
    max_header_length = 8 << 10
    max_payload_length = 64 << 20
    """With audio inside, it is more than the library takes by itself."""


def verified(signed: dict[str, Any], root: bytes | None = None) -> dict[str, Any]:
    """The vCon of a signed one, by another's JWS library. `root`: the installation's public key, as 32 bytes.

    Raises: AssertionError, joserfc.errors.BadSignatureError, cryptography.exceptions.InvalidSignature.
    """
    assert signed.keys() == {"payload", "signatures"}, "how the draft tells that it is signed"
    [one] = signed["signatures"]
    assert one["header"]["alg"] == "RS256", "the draft: SHOULD be, to maximize interoperability"
    chain = [x509.load_der_x509_certificate(b64decode(text, validate=True)) for text in one["header"]["x5c"]]
    for place, certificate in enumerate(chain):
        certificate.verify_directly_issued_by(chain[min(place + 1, len(chain) - 1)])
    if root is not None:
        issuer = chain[-1].public_key()
        assert issuer.public_bytes(Encoding.Raw, PublicFormat.Raw) == root
    key = RSAKey.import_key(chain[0].public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    read = jws.deserialize_json(
        cast(GeneralJSONSerialization, signed), key, registry=_Registry(algorithms=["RS256"], strict_check_header=False)
    )
    found: dict[str, Any] = json.loads(read.payload)
    assert found["uuid"] == one["header"]["uuid"]
    return found


def checked(vcon: dict[str, Any]) -> None:
    """Raises: AssertionError."""
    assert vcon["vcon"] == "0.4.0" and re.fullmatch(UUID8, vcon["uuid"])
    assert datetime.fromisoformat(vcon["created_at"]).tzinfo is not None
    assert set(vcon["extensions"]) == {"CC", "lawful_basis"} and "critical" not in vcon
    for party in vcon["parties"]:
        assert set(party) <= {"tel", "name", "validation", "type", "role"}
        assert party["type"] in ("person", "bot", "organization")
    for dialog in vcon["dialog"]:
        _dialog(dialog, len(vcon["parties"]), len(vcon["dialog"]))
    for one in vcon["attachments"]:
        assert {"start", "party", "dialog", "mediatype", "encoding", "body"} <= set(one)
        assert one["party"] < len(vcon["parties"]) and one["dialog"] < len(vcon["dialog"])
    for one in vcon["analysis"]:
        assert {"type", "vendor", "encoding", "body"} <= set(one) and one["dialog"] < len(vcon["dialog"])


def _dialog(dialog: dict[str, Any], parties: int, dialogs: int) -> None:
    content = {"url", "content_hash", "body", "encoding"} & set(dialog)
    places = [one for item in dialog.get("parties", []) for one in (item if isinstance(item, list) else [item])]
    assert all(one is None or 0 <= one < parties for one in places)
    assert ("disposition" in dialog) == (dialog["type"] == "incomplete")
    if dialog["type"] == "recording":
        assert dialog["mediatype"] == "audio/x-wav" and dialog["duration"] >= 0
        assert content in (set(), {"url", "content_hash"}, {"body", "encoding"})
        assert re.fullmatch(r"sha512-[A-Za-z0-9_-]{86}", dialog.get("content_hash", "sha512-" + "x" * 86))
    elif dialog["type"] == "incomplete":
        assert not content and dialog["disposition"] in DISPOSITIONS
    else:
        assert dialog["type"] == "transfer" and not content
        assert not {"parties", "originator", "mediatype", "filename"} & set(dialog)
        assert {dialog[role] for role in ("transferee", "transferor", "transfer_target")} <= set(range(parties))
        assert {dialog["original"], dialog["target_dialog"]} <= set(range(dialogs))
