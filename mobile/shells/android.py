"""What is Call24's own in the Android project that `cap add android` makes: manifest, activity, icons, start screen."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from xml.sax.saxutils import quoteattr

from mobile.shells.icons import ROUND, Drawing

SCHEME = "call24"
MAIN = Path("app/src/main")
DENSITIES = {"mdpi": 1.0, "hdpi": 1.5, "xhdpi": 2.0, "xxhdpi": 3.0, "xxxhdpi": 4.0}
LAUNCHER_DP, ADAPTIVE_DP = 48, 108
APPLICATION = {"android:allowBackup": "false", "android:usesCleartextTraffic": "false"}
"""No token of a user in the backup of a phone, and no connection without TLS."""
FEATURES = ("android.hardware.camera", "android.hardware.microphone", "android.hardware.telephony")
"""What permissions would otherwise ask a device to have: a tablet without them may install the app."""
ACTIVITY = """package {package};

/** The page of Call24. What it does is in the plugin call24-telecom. */
public class MainActivity extends org.call24.telecom.ShellActivity {{}}
"""
MIN_SDK = 26
"""Calls of an app's own: Android 8."""
PAGE = 'android:path="/"'
"""The app's own page, whose places are behind its #. Policies and pages of rights stay in the browser."""
START_SCREEN = """<?xml version="1.0" encoding="utf-8"?>
<layer-list xmlns:android="http://schemas.android.com/apk/res/android">
    <item android:drawable="@color/ic_launcher_background"/>
    <item android:drawable="@mipmap/ic_launcher_foreground" android:gravity="center"/>
</layer-list>
"""


def dress(project: Path, permissions: str, drawing: Drawing, package: str, hosts: Iterable[str]) -> None:
    """Make the fresh project Call24's; a second time changes nothing. `permissions`: ops/stores/AndroidManifest.xml.

    Raises: ValueError when Capacitor's template is not the one that is known here.
    """
    place = project / MAIN / "AndroidManifest.xml"
    place.write_text(manifest(place.read_text(), permissions, hosts))
    variables = project / "variables.gradle"
    variables.write_text(re.sub(r"(?<=minSdkVersion = )\d+", str(MIN_SDK), variables.read_text()))
    activity = project / MAIN / "java" / Path(*package.split(".")) / "MainActivity.java"
    activity.write_text(ACTIVITY.format(package=package))
    _draw(project / MAIN / "res", drawing)


def manifest(template: str, permissions: str, hosts: Iterable[str]) -> str:
    """The template with the permissions of the list and no other, and the links that open the app."""
    text = re.sub(r"\n\s*<!-- Permissions -->|\n\s*<uses-permission [^>]*/>|\n\s*<uses-feature [^>]*/>", "", template)
    text = re.sub(r"\n    <!-- [^\n]* -->(?=\n)", "", text)
    for name, value in APPLICATION.items():
        text = re.sub(rf"\n\s*{name}=\"[^\"]*\"", "", text)
        text = _after(text, "<application", f"\n        {name}={quoteattr(value)}")
    text = re.sub(r"\n\s*<intent-filter(?: android:autoVerify=\"true\")?>\s*<action android:name=\"[\w.]+VIEW\".*?"
                  r"</intent-filter>", "", text, flags=re.S)  # fmt: skip
    text = _after(text, "</intent-filter>", _links(hosts))
    listed = "\n".join(line for line in permissions.splitlines() if line.startswith("    "))
    features = "\n".join(f'    <uses-feature android:name="{one}" android:required="false"/>' for one in FEATURES)
    head, end = text.rstrip().removesuffix("</manifest>").rstrip(), "</manifest>"
    return f"{head}\n\n{listed}\n{features}\n{end}\n"


def _links(hosts: Iterable[str]) -> str:
    view = '<action android:name="android.intent.action.VIEW"/>'
    categories = "".join(f'\n                <category android:name="android.intent.category.{one}"/>'
                         for one in ("DEFAULT", "BROWSABLE"))  # fmt: skip

    def filter_of(data: Iterable[str], verified: str) -> str:
        lines = "".join(f"\n                <data {one}/>" for one in data)
        start = f"\n\n            <intent-filter{verified}>\n                {view}{categories}"
        return f"{start}{lines}\n            </intent-filter>"

    own = filter_of([f'android:scheme="{SCHEME}"'], "")
    named = [f"android:host={quoteattr(host)}" for host in hosts]
    return own + (
        filter_of(['android:scheme="https"', *named, PAGE], ' android:autoVerify="true"') if named else ""
    )  # fmt: skip


def _after(text: str, anchor: str, more: str) -> str:
    """Raises: ValueError."""
    if anchor not in text:
        raise ValueError(f"Capacitor's Android manifest has no {anchor}: the template has changed")
    return text.replace(anchor, anchor + more, 1)


def _draw(resources: Path, drawing: Drawing) -> None:
    for density, scale in DENSITIES.items():
        folder = resources / f"mipmap-{density}"
        folder.mkdir(parents=True, exist_ok=True)
        drawing.icon(round(LAUNCHER_DP * scale)).save(folder / "ic_launcher.png", optimize=True)
        drawing.icon(round(LAUNCHER_DP * scale), ROUND).save(folder / "ic_launcher_round.png", optimize=True)
        drawing.foreground(round(ADAPTIVE_DP * scale)).save(folder / "ic_launcher_foreground.png", optimize=True)
    for made in resources.glob("drawable*/splash.png"):
        made.unlink()
    for made in (*resources.glob("drawable*/ic_launcher_*.xml"), *resources.glob("drawable-*")):
        if made.is_file() or not any(made.iterdir()):
            made.unlink() if made.is_file() else made.rmdir()
    (resources / "drawable" / "splash.xml").write_text(START_SCREEN)
    ground = f'    <color name="ic_launcher_background">{drawing.ground.fill}</color>'
    (resources / "values" / "ic_launcher_background.xml").write_text(
        f'<?xml version="1.0" encoding="utf-8"?>\n<resources>\n{ground}\n</resources>\n'
    )
