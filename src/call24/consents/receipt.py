"""A receipt of an entry of the ledger, as JSON-LD. Pure.

The shape is that of a consent receipt of ISO/IEC TS 27560:2023, in the terms of the W3C Data Privacy Vocabulary
(source: https://w3id.org/dpv/guides/consent-27560). It is signed as a receipt of an erasure is (kit/signed_json.py);
`format`, `installation` and `signature` are no terms of JSON-LD, whose readers leave them out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from call24.consents.model import Act, Channel, ConsentEntry
from call24.consents.purposes import LANGUAGE, PURPOSES, PurposeDeclared
from call24.kit.errors import Invalid
from call24.kit.instants import iso
from call24.kit.signed_json import check_signed, fingerprint, read_once, signature_of

FORMAT: Final = "call24-consent-receipt-1"
MOST_BYTES = 64 * 1024
"""Of a receipt's file. One has about three kilobytes."""
CONTEXT = {
    "dct": "http://purl.org/dc/terms/",
    "dpv": "https://w3id.org/dpv#",
    "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#",
    "loc": "https://w3id.org/dpv/loc#",
    "pd": "https://w3id.org/dpv/pd#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
}
_STATUS: dict[Act, str] = {
    "grant": "dpv:ConsentGiven",
    "withdraw": "dpv:ConsentWithdrawn",
    "object": "dpv:LegitimateInterestObjected",
}
_BASIS: dict[Act, str] = {
    "grant": "dpv:Consent",
    "withdraw": "dpv:Consent",
    "object": "dpv:LegitimateInterest",
}
_METHOD: dict[Channel, str] = {
    "app": "a switch in the app",
    "page": "a button on the public page, after a code spoken in a call to the number",
    "call": "a key in the call",
    "officer": "told to the organisation, which entered it",
}


@dataclass(frozen=True)
class Controller:
    """What the organisation states of itself; empty: not stated. `region`: ISO 3166 code of where the data is kept.

    `exercised_at`: where the person changes it, as an address."""

    name: str
    contact: str
    address: str
    region: str
    notice: str
    exercised_at: str


def receipt(entry: ConsentEntry, controller: Controller, key: Ed25519PrivateKey) -> dict[str, Any]:
    """`entry.person` is the only personal data in it: an id. `key`: the installation's."""
    unsigned = {
        "@context": CONTEXT,
        "@type": "dpv:ConsentReceipt",
        "@id": f"urn:call24:receipt:{entry.id}",
        "dct:identifier": entry.id,
        "dct:conformsTo": "https://w3id.org/dpv/schema/dpv-27560#receipt",
        "dct:created": iso(entry.at),
        "dct:publisher": controller.name,
        "dpv:hasRecordOfActivity": _record(entry, controller),
        "format": FORMAT,
        "installation": fingerprint(key.public_key()),
    }
    return {**unsigned, "signature": signature_of(unsigned, key)}


def checked(text: bytes, key: Ed25519PublicKey) -> dict[str, Any]:
    """The receipt in this file, which nobody changed since this key signed it. Raises: Invalid, which says why not."""
    if len(text) > MOST_BYTES:
        raise Invalid(f"This is no receipt: it has more than {MOST_BYTES // 1024} KB")
    try:
        found = read_once(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise Invalid(f"This is no receipt: it is not JSON with the format {FORMAT}")
    check_signed(found, key)
    return found


def said(receipt: dict[str, Any]) -> str:
    """What a receipt that was checked says, in one line."""
    record = receipt["dpv:hasRecordOfActivity"]
    status, process = record["dpv:hasConsentStatus"], record["dpv:hasProcess"]
    person, purposes = record["dpv:hasDataSubject"]["dct:identifier"], ", ".join(process["dpv:hasPurpose"])
    return f"{receipt['dct:identifier']}, {status['@type']} of {person} for {purposes}, {receipt['dct:created']}"


def _record(entry: ConsentEntry, controller: Controller) -> dict[str, Any]:
    declared = PURPOSES[entry.purpose]
    return {
        "@type": "dpv:ConsentRecord",
        "@id": f"urn:call24:{entry.id}",
        "dct:identifier": entry.id,
        "dct:conformsTo": "https://w3id.org/dpv/schema/dpv-27560#record",
        "dpv:hasDataSubject": _person(entry, declared),
        "dpv:hasDataController": _party(controller),
        "dpv:hasLegalBasis": _BASIS[entry.act],
        "dpv:hasNotice": _notice(entry, declared, controller),
        "dpv:hasProcess": _process(declared, controller),
        **_controls(entry, controller),
        "dpv:hasConsentStatus": _status(entry),
        **({"dpv:hasJurisdiction": f"loc:{controller.region}"} if controller.region else {}),
    }


def _person(entry: ConsentEntry, declared: PurposeDeclared) -> dict[str, str]:
    broader = "dpv:Customer" if declared.concerns == "caller" else "dpv:Employee"
    return {"dct:identifier": entry.person, "skos:broader": broader}


def _party(controller: Controller) -> dict[str, str]:
    return {
        "@type": "dpv:DataController",
        "dpv:hasName": controller.name,
        "dpv:hasContact": controller.contact,
        "dpv:hasAddress": controller.address,
    }


def _notice(entry: ConsentEntry, declared: PurposeDeclared, controller: Controller) -> dict[str, str]:
    """The text that the person saw."""
    text = declared.text_of(entry.version)
    return {
        "@type": "dpv:ConsentNotice",
        "@id": controller.notice,
        "dct:title": declared.title,
        "dct:description": text.text,
        "dct:hasVersion": str(text.version),
        "dct:language": LANGUAGE,
        "dct:identifier": f"sha256:{entry.hash}",
    }


def _process(declared: PurposeDeclared, controller: Controller) -> dict[str, Any]:
    places = [{"@type": "dpv:StorageLocation", "dpv:hasLocation": f"loc:{controller.region}"}]
    kept = {"@type": "dpv:UntilEventDuration", "rdf:value": declared.kept}
    return {
        "@type": "dpv:Process",
        "dpv:hasPurpose": list(declared.dpv),
        "dpv:hasPersonalData": list(declared.data),
        "dpv:hasRecipient": [controller.name],
        "dpv:hasStorageCondition": [
            *(places if controller.region else []),
            {"@type": "dpv:StorageDuration", "dpv:hasDuration": kept},
        ],
    }


def _controls(entry: ConsentEntry, controller: Controller) -> dict[str, Any]:
    """Where the person changes it, and by which right."""
    right = "eu-gdpr:A21" if entry.act == "object" else "eu-gdpr:A7-3"
    at = {"dpv:isExercisedAt": controller.exercised_at}
    return {
        "dpv:hasConsentControl": {"@type": ["dpv:ProvideConsent", "dpv:WithdrawConsent"], **at},
        "dpv:hasRight": {"@type": ["dpv:DataSubjectRight", right], **at},
    }


def _status(entry: ConsentEntry) -> dict[str, Any]:
    return {
        "@type": _STATUS[entry.act],
        "dpv:isIndicatedBy": "dpv:DataSubject",
        "dpv:hasIndicationMethod": _METHOD[entry.channel],
        "dpv:isIndicatedAtTime": iso(entry.at),
    }
