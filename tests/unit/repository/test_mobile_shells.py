"""What is put into the projects of Capacitor: manifests, links, icons; and that a changed template stops it."""

from __future__ import annotations

import plistlib
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from mobile.shells import android, ios
from mobile.shells.icons import Drawing

CHECKOUT = Path(__file__).resolve().parents[3]
PLUGIN = CHECKOUT / "mobile" / "plugins" / "call24-telecom"
A = "{http://schemas.android.com/apk/res/android}"
TEMPLATE = """<?xml version="1.0" encoding="utf-8"?>
<manifest xmlns:android="http://schemas.android.com/apk/res/android">

    <application
        android:allowBackup="true"
        android:label="@string/app_name">

        <activity android:name=".MainActivity" android:exported="true">

            <intent-filter>
                <action android:name="android.intent.action.MAIN" />
            </intent-filter>

        </activity>
    </application>

    <!-- Permissions -->

    <uses-permission android:name="android.permission.INTERNET" />
    <uses-permission android:name="android.permission.READ_CALL_LOG" />
</manifest>
"""
LIST = """<manifest xmlns:android="http://schemas.android.com/apk/res/android">
    <!-- Call24 uses the microphone. -->
    <uses-permission android:name="android.permission.RECORD_AUDIO"/>
    <uses-permission android:name="android.permission.INTERNET"/>
</manifest>
"""


def permissions(text: str) -> list[str]:
    return [one.get(f"{A}name", "") for one in ET.fromstring(text.encode()).iter("uses-permission")]


def test_the_manifest_has_the_permissions_of_the_list_and_no_other() -> None:
    made = android.manifest(TEMPLATE, LIST, [])
    assert permissions(made) == ["android.permission.RECORD_AUDIO", "android.permission.INTERNET"]
    assert "<!-- Call24 uses the microphone. -->" in made
    application = ET.fromstring(made.encode()).find("application")
    assert application is not None
    assert (application.get(f"{A}allowBackup"), application.get(f"{A}usesCleartextTraffic")) == ("false", "false")


def test_making_it_twice_changes_nothing() -> None:
    once = android.manifest(TEMPLATE, LIST, ["call.example.org"])
    assert android.manifest(once, LIST, ["call.example.org"]) == once
    assert "call.example.org" not in android.manifest(once, LIST, [])


def test_the_app_opens_its_own_links_and_those_of_the_named_servers_only() -> None:
    made = ET.fromstring(android.manifest(TEMPLATE, LIST, ["call.example.org", 'a"b.test']).encode())
    opened = [
        (one.get(f"{A}scheme"), one.get(f"{A}host"), links.get(f"{A}autoVerify"))
        for links in made.iter("intent-filter")
        for one in links.iter("data")
    ]
    assert opened == [
        ("call24", None, None),
        ("https", None, "true"),
        (None, "call.example.org", "true"),
        (None, 'a"b.test', "true"),
        (None, None, "true"),
    ]
    assert [one.get(f"{A}path") for one in made.iter("data") if one.get(f"{A}path")] == ["/"]
    assert plistlib.loads(ios.entitlements(["call.example.org"])) == {
        "com.apple.developer.associated-domains": ["applinks:call.example.org"]
    }
    assert plistlib.loads(ios.entitlements([])) == {}


def test_a_template_that_changed_is_not_used() -> None:
    with pytest.raises(ValueError, match="template has changed"):
        android.manifest("<manifest></manifest>", LIST, [])
    with pytest.raises(ValueError, match=r"SceneDelegate\.swift has changed"):
        ios.first_page("class SceneDelegate {}")
    with pytest.raises(ValueError, match="Xcode project has changed"):
        ios.listed("objects = {};")


def test_ios_is_told_the_sentences_of_the_list_and_no_others() -> None:
    template = plistlib.dumps({"CFBundleName": "x", "NSLocationAlwaysUsageDescription": "left over"})
    made = plistlib.loads(ios.information(template, {"NSMicrophoneUsageDescription": "Call24 uses it."}))
    assert {key for key in made if key.endswith("UsageDescription")} == {"NSMicrophoneUsageDescription"}
    assert made["UIBackgroundModes"] == ["audio"]
    assert made["CFBundleURLTypes"][0]["CFBundleURLSchemes"] == ["call24"]
    assert made["CFBundleName"] == "x"


def test_the_plugin_asks_for_no_permission_of_its_own() -> None:
    manifest = (PLUGIN / "android" / "src" / "main" / "AndroidManifest.xml").read_text()
    assert permissions(manifest) == []
    services = {one.get(f"{A}name", ""): one for one in ET.fromstring(manifest.encode()).iter("service")}
    telecom = services["org.call24.telecom.CallConnectionService"]
    assert telecom.get(f"{A}permission") == "android.permission.BIND_TELECOM_CONNECTION_SERVICE"
    assert services["org.call24.telecom.CallService"].get(f"{A}exported") == "false"


def test_notifications_have_the_same_texts_in_both_languages() -> None:
    told = {}
    for language, folder in (("en", "values"), ("mn", "values-mn")):
        root = ET.parse(PLUGIN / "android" / "src" / "main" / "res" / folder / "strings.xml").getroot()
        told[language] = {one.get("name"): one.text for one in root}
    assert told["en"].keys() == told["mn"].keys()
    assert all(told["en"][name] != told["mn"][name] for name in told["en"])


def test_icons_are_drawn_from_the_drawing_of_the_web_app() -> None:
    drawing = Drawing.read(CHECKOUT / "web" / "public" / "icon.svg")
    icon = drawing.icon(192)
    assert icon.size == (192, 192)
    assert icon.getpixel((0, 0)) == (0, 0, 0, 0)
    assert icon.getpixel((96, 20)) == (0x36, 0x5A, 0xC2, 255)
    assert icon.getpixel((130, 96)) == (255, 255, 255, 255)
    assert drawing.icon(192, corner=0).getpixel((0, 0)) == (0x36, 0x5A, 0xC2, 255)
    alone = drawing.foreground(108)
    assert alone.size == (108, 108)
    left, top, right, bottom = alone.getbbox() or (0, 0, 0, 0)
    assert left >= 21 and top >= 21 and right <= 87 and bottom <= 87
    screen = drawing.start_screen(400)
    assert screen.mode == "RGB" and screen.getpixel((0, 0)) == (0x36, 0x5A, 0xC2)


@pytest.mark.parametrize(
    ("inner", "why"),
    [
        ('<rect width="64" height="64" fill="#123"/><path d="M0 0"/>', "cannot draw path"),
        ('<rect x="3" width="9" height="64" fill="#123"/>', "does not start with a rectangle that fills it"),
    ],
)
def test_a_drawing_with_something_else_is_refused(tmp_path: Path, inner: str, why: str) -> None:
    file = tmp_path / "icon.svg"
    file.write_text(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">{inner}</svg>')
    with pytest.raises(ValueError, match=why):
        Drawing.read(file)
