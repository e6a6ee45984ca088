"""Capacitor's own command makes both projects, and syncs them again; they have what the list of permissions says."""

from __future__ import annotations

import json
import plistlib
import re
import shutil
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from mobile.shells import android, ios
from mobile.shells.make import CHECKOUT, MOBILE, STORES, capacitor, make
from PIL import Image

A = "{http://schemas.android.com/apk/res/android}"
PERMISSIONS = {
    *("RECORD_AUDIO", "MODIFY_AUDIO_SETTINGS", "POST_NOTIFICATIONS", "READ_CONTACTS", "WRITE_CONTACTS"),
    *("READ_PHONE_STATE", "ACCESS_NETWORK_STATE", "WAKE_LOCK", "CAMERA", "MANAGE_OWN_CALLS", "FOREGROUND_SERVICE"),
    *("FOREGROUND_SERVICE_MICROPHONE", "USE_FULL_SCREEN_INTENT", "INTERNET"),
}


@pytest.fixture(scope="module")
def projects(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shells") / "mobile"
    shutil.copytree(MOBILE, folder, ignore=shutil.ignore_patterns("node_modules", "android", "ios", "shells"))
    (folder / "node_modules").symlink_to(MOBILE / "node_modules")
    make(folder, ["android", "ios"], ["call.example.org"])
    return folder


def permissions(manifest: Path) -> set[str]:
    found = ET.parse(manifest).getroot().iter("uses-permission")
    return {one.get(f"{A}name", "").removeprefix("android.permission.") for one in found}


def test_android_asks_for_the_permissions_of_the_list(projects: Path) -> None:
    manifest = projects / "android" / "app" / "src" / "main" / "AndroidManifest.xml"
    assert permissions(manifest) == PERMISSIONS
    text = manifest.read_text()
    for name in PERMISSIONS - {"WRITE_CONTACTS", "FOREGROUND_SERVICE_MICROPHONE"}:
        assert re.search(rf"<!-- [^>]+\. -->\n\s*<uses-permission android:name=\"android\.permission\.{name}\"", text)
    assert {one.get(f"{A}host") for one in ET.parse(manifest).getroot().iter("data")} == {None, "call.example.org"}


def test_no_library_of_the_shell_adds_a_permission(projects: Path) -> None:
    packages = json.loads(
        (projects / "android" / "app" / "src" / "main" / "assets" / "capacitor.plugins.json").read_text()
    )
    assert {one["pkg"] for one in packages} == {"call24-telecom", "@capacitor-community/contacts"}
    places = [projects / "node_modules" / one["pkg"] / "android" for one in packages]
    places.append(projects / "node_modules" / "@capacitor" / "android" / "capacitor")
    for place in places:
        assert permissions(place / "src" / "main" / "AndroidManifest.xml") <= PERMISSIONS, place


def test_android_has_our_page_icons_and_oldest_version(projects: Path) -> None:
    main = projects / "android" / "app" / "src" / "main"
    page = (main / "java" / "org" / "call24" / "app" / "MainActivity.java").read_text()
    assert "extends org.call24.telecom.ShellActivity" in page
    assert "minSdkVersion = 26" in (projects / "android" / "variables.gradle").read_text()
    with Image.open(main / "res" / "mipmap-xxxhdpi" / "ic_launcher.png") as icon:
        assert icon.size == (192, 192)
    assert list(main.glob("res/**/splash.png")) == []
    assert (main / "assets" / "public" / "address.js").exists()


def test_ios_has_its_texts_and_its_privacy_manifest(projects: Path) -> None:
    app = projects / "ios" / "App" / "App"
    info = plistlib.loads((app / "Info.plist").read_bytes())
    stores = plistlib.loads((CHECKOUT / "ops" / "stores" / "Info.plist").read_bytes())
    assert {key: info[key] for key in info if key.endswith("UsageDescription")} == stores
    privacy = plistlib.loads((app / "PrivacyInfo.xcprivacy").read_bytes())
    assert privacy["NSPrivacyAccessedAPITypes"][0]["NSPrivacyAccessedAPITypeReasons"] == ["CA92.1"]
    assert {"NSPrivacyCollectedDataTypeAudioData", "NSPrivacyCollectedDataTypeContacts"} <= {
        one["NSPrivacyCollectedDataType"] for one in privacy["NSPrivacyCollectedDataTypes"]
    }
    listed = (projects / "ios" / "App" / "App.xcodeproj" / "project.pbxproj").read_text()
    for name in ("PrivacyInfo.xcprivacy", "InfoPlist.xcstrings"):
        assert listed.count(f"/* {name} in Resources */") == 2 and listed.count(f"path = {name};") == 1
    assert listed.count("CODE_SIGN_ENTITLEMENTS = App/App.entitlements;") == 2
    assert "Call24ShellViewController" in (app / "SceneDelegate.swift").read_text()
    assert "call24-telecom" in (projects / "ios" / "App" / "CapApp-SPM" / "Package.swift").read_text()
    with Image.open(app / "Assets.xcassets" / "AppIcon.appiconset" / "AppIcon-512@2x.png") as icon:
        assert (icon.size, icon.mode) == ((1024, 1024), "RGB")


def test_a_sync_keeps_what_is_ours_and_dressing_again_changes_nothing(projects: Path) -> None:
    manifest = projects / "android" / "app" / "src" / "main" / "AndroidManifest.xml"
    info = projects / "ios" / "App" / "App" / "Info.plist"
    listed = projects / "ios" / "App" / "App.xcodeproj" / "project.pbxproj"
    before = [file.read_bytes() for file in (manifest, info, listed)]
    assert "Sync finished" in capacitor(projects, "sync")
    permitted = (STORES / "AndroidManifest.xml").read_text()
    again = [
        android.manifest(manifest.read_text(), permitted, ["call.example.org"]).encode(),
        ios.information(info.read_bytes(), plistlib.loads((STORES / "Info.plist").read_bytes())),
        ios.listed(listed.read_text()).encode(),
    ]
    assert again == before
