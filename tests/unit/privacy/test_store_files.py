"""Files for app stores say what the data map says, in the stores' own words."""

from __future__ import annotations

import csv
import io
import json
import plistlib
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from call24.data_map import Basis, Category, Fact, Recipient, Subject, of_caller, of_user
from call24.http.middleware.security_headers import FIXED
from call24.privacy import store_files
from call24.privacy.store_files import collected, data_safety, facts, files
from call24.privacy.store_list import NOT_SHARING, PERMISSIONS

CHECKOUT = Path(__file__).resolve().parents[3]
STORES = CHECKOUT / "ops" / "stores"
WORDS = {
    *("Name", "EmailAddress", "PhoneNumber", "PhysicalAddress", "OtherUserContactInfo", "Health", "Fitness"),
    *("PaymentInfo", "CreditInfo", "OtherFinancialInfo", "PreciseLocation", "CoarseLocation", "SensitiveInfo"),
    *("Contacts", "EmailsOrTextMessages", "PhotosorVideos", "AudioData", "GameplayContent", "CustomerSupport"),
    *("OtherUserContent", "BrowsingHistory", "SearchHistory", "UserID", "DeviceID", "PurchaseHistory"),
    *("ProductInteraction", "AdvertisingData", "OtherUsageData", "CrashData", "PerformanceData"),
    *("OtherDiagnosticData", "EnvironmentScanning", "Hands", "Head", "OtherDataTypes"),
}
"""Apple's data types. Source: https://developer.apple.com/documentation/bundleresources/
app-privacy-configuration/nsprivacycollecteddatatypes/nsprivacycollecteddatatype"""


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize(
    "name", ["data_safety.csv", "PrivacyInfo.xcprivacy", "AndroidManifest.xml", "Info.plist", "InfoPlist.xcstrings"]
)
def test_the_file_is_up_to_date(name: str) -> None:
    assert files()[name] == (STORES / name).read_bytes(), "run: python -m call24.privacy.store_files"


def test_nothing_else_is_in_the_folder() -> None:
    assert {path.name for path in STORES.iterdir()} == {*files(), "README.md"}


def test_the_header_is_that_of_the_play_console() -> None:
    assert (STORES / "data_safety.csv").read_text().splitlines()[0] == (
        "Question ID (machine readable),Response ID (machine readable),Response value,Answer requirement,"
        "Human-friendly question label"
    )


def test_each_type_that_is_declared_says_how_it_is_used_and_no_other_does() -> None:
    form = rows((STORES / "data_safety.csv").read_text())
    question, answer = store_files.HEADER[:2]
    declared = {row[answer] for row in form if row[question].startswith("PSL_DATA_TYPES_")}
    assert {"PSL_NAME", "PSL_EMAIL", "PSL_PHONE", "PSL_AUDIO", "PSL_CONTACTS", "PSL_USER_ACCOUNT"} <= declared
    used: dict[str, set[str]] = {}
    for row in form:
        if row[question].startswith("PSL_DATA_USAGE_RESPONSES:"):
            _, of, asked = row[question].split(":")
            used.setdefault(of, set()).add(asked)
    needed = {
        "PSL_DATA_USAGE_COLLECTION_AND_SHARING",
        "PSL_DATA_USAGE_EPHEMERAL",
        "DATA_USAGE_USER_CONTROL",
        "DATA_USAGE_COLLECTION_PURPOSE",
    }
    assert used == dict.fromkeys(declared, needed)


def test_a_kind_of_data_without_a_word_of_the_stores_stops_the_files() -> None:
    with pytest.raises(KeyError):
        collected([of_caller(Category.CREDENTIALS, "a face")])


def test_what_is_given_to_somebody_who_is_not_excused_is_shared(monkeypatch: pytest.MonkeyPatch) -> None:
    given = of_user(Category.EMAIL, "sending the letter", recipients=(Recipient.MAIL_SERVER,))
    assert list(collected([given]).values()) == [False]
    monkeypatch.delitem(NOT_SHARING, Recipient.MAIL_SERVER)
    assert "PSL_DATA_USAGE_ONLY_SHARED,true" in data_safety(collected([given]))
    assert "DATA_USAGE_SHARING_PURPOSE" in data_safety(collected([given]))


def test_an_app_that_collects_nothing_says_so() -> None:
    assert "PSL_DATA_COLLECTION_COLLECTS_PERSONAL_DATA,,false," in data_safety({})


def test_the_answers_follow_the_map() -> None:
    assert {(fact.subject, fact.category) for fact in facts()} >= {
        (Subject.USER, Category.EMAIL),
        (Subject.CALLER, Category.VOICE),
        (Subject.CALLER, Category.PHONE),
    }
    only = Fact(Subject.USER, Category.PICTURE, "shown to colleagues", basis=Basis.CONTRACT)
    assert [kind.apple for kind in collected([only])] == ["PhotosorVideos"]


def test_apples_manifest_has_the_documented_keys_and_values() -> None:
    manifest = plistlib.loads((STORES / "PrivacyInfo.xcprivacy").read_bytes())
    assert set(manifest) == {
        "NSPrivacyTracking",
        "NSPrivacyTrackingDomains",
        "NSPrivacyCollectedDataTypes",
        "NSPrivacyAccessedAPITypes",
    }
    assert manifest["NSPrivacyTracking"] is False and manifest["NSPrivacyTrackingDomains"] == []
    listed = manifest["NSPrivacyCollectedDataTypes"]
    names = [one["NSPrivacyCollectedDataType"] for one in listed]
    assert names and len(set(names)) == len(names)
    assert {name.removeprefix("NSPrivacyCollectedDataType") for name in names} <= WORDS
    for one in listed:
        assert one["NSPrivacyCollectedDataTypeLinked"] is True
        assert one["NSPrivacyCollectedDataTypeTracking"] is False
        assert one["NSPrivacyCollectedDataTypePurposes"] == ["NSPrivacyCollectedDataTypePurposeAppFunctionality"]


def test_an_app_asks_a_device_for_what_the_web_app_may_use_and_nothing_else() -> None:
    policy = dict(FIXED)[b"permissions-policy"].decode()
    allowed = set(re.findall(r"([a-z-]+)=\(self\)", policy)) - {"autoplay", "hid"}  # no phone's browser has WebHID
    assert {one.web for one in PERMISSIONS if one.web} == allowed == {"microphone"}
    root = ET.fromstring((STORES / "AndroidManifest.xml").read_text())
    name = "{http://schemas.android.com/apk/res/android}name"
    assert [one.get(name, "").removeprefix("android.permission.") for one in root] == ANDROID
    told = plistlib.loads((STORES / "Info.plist").read_bytes())
    assert list(told) == IOS and all(sentence.endswith(".") for sentence in told.values())


ANDROID = [
    *("RECORD_AUDIO", "MODIFY_AUDIO_SETTINGS", "POST_NOTIFICATIONS", "READ_CONTACTS", "WRITE_CONTACTS"),
    *("READ_PHONE_STATE", "ACCESS_NETWORK_STATE", "WAKE_LOCK", "CAMERA", "MANAGE_OWN_CALLS", "FOREGROUND_SERVICE"),
    *("FOREGROUND_SERVICE_MICROPHONE", "USE_FULL_SCREEN_INTENT", "INTERNET"),
]
IOS = [
    *("NSMicrophoneUsageDescription", "NSContactsUsageDescription", "NSCameraUsageDescription"),
    "NSPhotoLibraryUsageDescription",
]


def test_what_the_privacy_policy_promises_of_permissions_is_in_the_list() -> None:
    promised = {
        *("microphone", "contacts", "phone state", "network state", "wake lock", "camera", "storage", "notifications"),
        "photo library",
    }
    assert promised <= {one.name for one in PERMISSIONS}


def test_each_permission_has_its_reason_in_both_languages() -> None:
    for one in PERMISSIONS:
        assert one.why.endswith(".") and one.why_mn.endswith("."), one.name
        assert re.search("[а-яөү]", one.why_mn) and not re.search("[а-яөү]", one.why), one.name
    catalog = json.loads((STORES / "InfoPlist.xcstrings").read_text())["strings"]
    assert list(catalog) == IOS
    assert all(set(unit["localizations"]) == {"en", "mn"} for unit in catalog.values())


REFUSED = (
    *("CALL_LOG", "OUTGOING_CALLS", "CALL_PHONE", "ANSWER_PHONE_CALLS", "PHONE_NUMBERS", "SMS", "MMS", "LOCATION"),
    *("READ_MEDIA", "EXTERNAL_STORAGE", "SYSTEM_ALERT_WINDOW", "QUERY_ALL_PACKAGES", "AD_ID", "BODY_SENSORS"),
    *("CALENDAR", "ACCOUNTS", "BIND_ACCESSIBILITY", "INSTALL_PACKAGES", "FOREGROUND_SERVICE_PHONE_CALL"),
)


def test_no_permission_reads_the_call_log_messages_places_or_what_was_not_chosen() -> None:
    asked = [name for one in PERMISSIONS for name in one.android]
    assert [name for name in asked for word in REFUSED if word in name] == []
    assert all(name.startswith("android.permission.") for name in asked) and len(set(asked)) == len(asked)
