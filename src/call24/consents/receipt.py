"""A receipt of an entry of the ledger, as JSON-LD. Pure.

The shape is that of a consent receipt of ISO/IEC TS 27560:2023, in the terms of the W3C Data Privacy Vocabulary
(source: https://w3id.org/dpv/guides/consent-27560). It is not signed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from call24.consents.model import Act, Channel, ConsentEntry
from call24.consents.purposes import LANGUAGE, PURPOSES
from call24.kit.instants import iso

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


def receipt(entry: ConsentEntry, controller: Controller) -> dict[str, Any]:
    """`entry.person` is the only personal data in it: an id."""
    declared = PURPOSES[entry.purpose]
    text = declared.text_of(entry.version)
    party = {
        "@type": "dpv:DataController",
        "dpv:hasName": controller.name,
        "dpv:hasContact": controller.contact,
        "dpv:hasAddress": controller.address,
    }
    places = [{"@type": "dpv:StorageLocation", "dpv:hasLocation": f"loc:{controller.region}"}]
    kept = {"@type": "dpv:UntilEventDuration", "rdf:value": declared.kept}
    record = {
        "@type": "dpv:ConsentRecord",
        "@id": f"urn:call24:{entry.id}",
        "dct:identifier": entry.id,
        "dct:conformsTo": "https://w3id.org/dpv/schema/dpv-27560#record",
        "dpv:hasDataSubject": {
            "dct:identifier": entry.person,
            "skos:broader": "dpv:Customer" if declared.concerns == "caller" else "dpv:Employee",
        },
        "dpv:hasDataController": party,
        "dpv:hasLegalBasis": _BASIS[entry.act],
        "dpv:hasNotice": {
            "@type": "dpv:ConsentNotice",
            "@id": controller.notice,
            "dct:title": declared.title,
            "dct:description": text.text,
            "dct:hasVersion": str(text.version),
            "dct:language": LANGUAGE,
            "dct:identifier": f"sha256:{entry.hash}",
        },
        "dpv:hasProcess": {
            "@type": "dpv:Process",
            "dpv:hasPurpose": list(declared.dpv),
            "dpv:hasPersonalData": list(declared.data),
            "dpv:hasRecipient": [controller.name],
            "dpv:hasStorageCondition": [
                *(places if controller.region else []),
                {"@type": "dpv:StorageDuration", "dpv:hasDuration": kept},
            ],
        },
        "dpv:hasConsentControl": {
            "@type": ["dpv:ProvideConsent", "dpv:WithdrawConsent"],
            "dpv:isExercisedAt": controller.exercised_at,
        },
        "dpv:hasRight": {
            "@type": ["dpv:DataSubjectRight", "eu-gdpr:A21" if entry.act == "object" else "eu-gdpr:A7-3"],
            "dpv:isExercisedAt": controller.exercised_at,
        },
        "dpv:hasConsentStatus": {
            "@type": _STATUS[entry.act],
            "dpv:isIndicatedBy": "dpv:DataSubject",
            "dpv:hasIndicationMethod": _METHOD[entry.channel],
            "dpv:isIndicatedAtTime": iso(entry.at),
        },
        **({"dpv:hasJurisdiction": f"loc:{controller.region}"} if controller.region else {}),
    }
    return {
        "@context": CONTEXT,
        "@type": "dpv:ConsentReceipt",
        "@id": f"urn:call24:receipt:{entry.id}",
        "dct:identifier": entry.id,
        "dct:conformsTo": "https://w3id.org/dpv/schema/dpv-27560#receipt",
        "dct:created": iso(entry.at),
        "dct:publisher": controller.name,
        "dpv:hasRecordOfActivity": record,
    }
