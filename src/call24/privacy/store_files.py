"""Writes what app stores ask for into ops/stores/, from the data map: `python -m call24.privacy.store_files [FOLDER]`.

It says nothing that the map and `store_list.py` do not say, and sends nothing to a store.
"""

from __future__ import annotations

import csv
import io
import json
import plistlib
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from call24.data_map import Browser, Fact, documents
from call24.privacy.datamap_page import holdings, load_models
from call24.privacy.deletion_page import PATH as DELETION_PATH
from call24.privacy.store_list import NOT_SHARING, PERMISSIONS, TYPES, DataType

FOLDER = Path("ops/stores")
HEADER = (
    "Question ID (machine readable)",
    "Response ID (machine readable)",
    "Response value",
    "Answer requirement",
    "Human-friendly question label",
)
"""As the Play Console exports it. Source: github.com/M66B/FairEmail, data_safety_export.csv"""
Row = tuple[str, str, str, str, str]
YES, NO = "true", "false"
DELETION_PAGE = f"https://YOUR-SERVER{DELETION_PATH}"
"""The publisher puts the server's name in."""


def facts() -> list[Fact]:
    """Personal data of the whole map, but for what a browser keeps, which does not leave the device."""
    load_models()
    stored = [fact for document in documents() for fact in document.facts.values()]
    places = [place for room in holdings() for place in room.places if not isinstance(place.where, Browser)]
    return [fact for fact in [*stored, *(fact for place in places for fact in place.what.values())] if fact.personal]


def collected(found: Iterable[Fact]) -> dict[DataType, bool]:
    """Types of the stores' lists -> whether it is shared, in the order of that list.

    Raises: KeyError for a kind of data that the list does not have.
    """
    shared: dict[DataType, bool] = {}
    for fact in found:
        kind = TYPES[fact.subject, fact.category]
        if kind is not None:
            given = any(recipient not in NOT_SHARING for recipient in fact.recipients)
            shared[kind] = shared.get(kind, False) or given
    return {kind: shared[kind] for kind in dict.fromkeys(TYPES.values()) if kind in shared}


def data_safety(types: dict[DataType, bool]) -> str:
    """Google's Data safety form as CSV. Questions that the publisher answers have an empty value."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADER)
    writer.writerows(_form(types))
    return out.getvalue()


def _form(types: dict[DataType, bool]) -> Iterator[Row]:
    yield (
        "PSL_DATA_COLLECTION_COLLECTS_PERSONAL_DATA",
        "",
        YES if types else NO,
        "REQUIRED",
        "Does your app collect or share any of the required user data types?",
    )
    yield (
        "PSL_DATA_COLLECTION_ENCRYPTED_IN_TRANSIT",
        "",
        YES,
        "MAYBE_REQUIRED",
        "Is all of the user data collected by your app encrypted in transit?",
    )
    how = "Which of the following methods of account creation does your app support? Select all that apply"
    yield (
        "PSL_SUPPORTED_ACCOUNT_CREATION_METHODS",
        "PSL_ACM_USER_ID_PASSWORD",
        YES,
        "MULTIPLE_CHOICE",
        f"{how}/Username and password",
    )
    wanted = "Add a link that users can use to request that their account and associated data is deleted"
    yield "PSL_ACCOUNT_DELETION_URL", "", DELETION_PAGE, "MAYBE_REQUIRED", wanted
    asked = "Do you provide a way for users to request that their data is deleted?"
    yield "PSL_SUPPORT_DATA_DELETION_BY_USER", "DATA_DELETION_YES", YES, "SINGLE_CHOICE", f"{asked} / Yes"
    yield "PSL_SUPPORT_DATA_DELETION_BY_USER", "DATA_DELETION_NO", "", "SINGLE_CHOICE", f"{asked} / No"
    for kind in types:
        yield kind.group, kind.google, YES, "MULTIPLE_CHOICE", kind.label
    for kind, shared in types.items():
        yield from _usage(kind, shared)


def _usage(kind: DataType, shared: bool) -> Iterator[Row]:
    question, label = f"PSL_DATA_USAGE_RESPONSES:{kind.google}", f"Data usage and handling ({kind.label})"
    both = f"{question}:PSL_DATA_USAGE_COLLECTION_AND_SHARING"
    yield both, "PSL_DATA_USAGE_ONLY_COLLECTED", YES, "MULTIPLE_CHOICE", f"{label}/Collected"
    yield both, "PSL_DATA_USAGE_ONLY_SHARED", YES if shared else "", "MULTIPLE_CHOICE", f"{label}/Shared"
    yield f"{question}:PSL_DATA_USAGE_EPHEMERAL", "", NO, "MAYBE_REQUIRED", f"{label}/Processed ephemerally"
    for choice, chosen in (("OPTIONAL", kind.optional), ("REQUIRED", not kind.optional)):
        answer = f"PSL_DATA_USAGE_USER_CONTROL_{choice}"
        value = YES if chosen else ""
        yield f"{question}:DATA_USAGE_USER_CONTROL", answer, value, "SINGLE_CHOICE", f"{label}/{choice.capitalize()}"
    for done, told in (("COLLECTION", "Collected"), ("SHARING", "Shared")):
        for purpose in kind.purposes if shared or done == "COLLECTION" else ():
            why = f"{label}/{told} for/{purpose.replace('_', ' ').capitalize()}"
            yield f"{question}:DATA_USAGE_{done}_PURPOSE", f"PSL_{purpose}", YES, "MULTIPLE_CHOICE", why


def privacy_manifest(types: dict[DataType, bool]) -> bytes:
    """Apple's PrivacyInfo.xcprivacy. Required-reason APIs are those of the app's shell, which is not Call24's."""
    listed: list[dict[str, Any]] = [
        {
            "NSPrivacyCollectedDataType": f"NSPrivacyCollectedDataType{apple}",
            "NSPrivacyCollectedDataTypeLinked": True,
            "NSPrivacyCollectedDataTypeTracking": False,
            "NSPrivacyCollectedDataTypePurposes": ["NSPrivacyCollectedDataTypePurposeAppFunctionality"],
        }
        for apple in dict.fromkeys(kind.apple for kind in types)
    ]
    manifest = {
        "NSPrivacyTracking": False,
        "NSPrivacyTrackingDomains": [],
        "NSPrivacyCollectedDataTypes": listed,
        "NSPrivacyAccessedAPITypes": [],
    }
    return plistlib.dumps(manifest, sort_keys=False)


def android_manifest() -> str:
    """The permissions, for a manifest merge, each below the sentence that users are told."""
    lines = ['<manifest xmlns:android="http://schemas.android.com/apk/res/android">']
    for one in PERMISSIONS:
        lines += [f"    <!-- {one.why} -->"] if one.android else []
        lines += [f"    <uses-permission android:name={quoteattr(name)}/>" for name in one.android]
    return "\n".join([*lines, "</manifest>", ""])


def info_plist() -> bytes:
    """Sentences that iOS shows when the app asks, for its Info.plist."""
    return plistlib.dumps({one.ios: one.why for one in PERMISSIONS if one.ios}, sort_keys=False)


def info_strings() -> str:
    """The same sentences in Mongolian, as a string catalog of Xcode: InfoPlist.xcstrings."""
    told = {one.ios: {"en": one.why, "mn": one.why_mn} for one in PERMISSIONS if one.ios}
    units = {
        key: {
            "localizations": {
                language: {"stringUnit": {"state": "translated", "value": text}} for language, text in texts.items()
            }
        }
        for key, texts in told.items()
    }
    return json.dumps({"sourceLanguage": "en", "strings": units, "version": "1.0"}, ensure_ascii=False, indent=2) + "\n"


def files() -> dict[str, bytes]:
    """All of them, by their names."""
    types = collected(facts())
    return {
        "data_safety.csv": data_safety(types).encode(),
        "PrivacyInfo.xcprivacy": privacy_manifest(types),
        "AndroidManifest.xml": android_manifest().encode(),
        "Info.plist": info_plist(),
        "InfoPlist.xcstrings": info_strings().encode(),
    }


def main() -> int:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files().items():
        (folder / name).write_bytes(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
