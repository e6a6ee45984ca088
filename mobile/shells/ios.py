"""What is Call24's own in the iOS project that `cap add ios` makes: texts, privacy manifest, links, icons, page."""

from __future__ import annotations

import plistlib
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from mobile.shells.icons import Drawing

SCHEME = "call24"
APP = Path("App/App")
PROJECT = Path("App/App.xcodeproj/project.pbxproj")
BACKGROUND = ["audio"]
"""A call goes on when another app is on the screen. Not `voip`: it is for apps that Apple's push service wakes."""
KEPT_SETTINGS = {"NSPrivacyAccessedAPIType": "NSPrivacyAccessedAPICategoryUserDefaults",
                 "NSPrivacyAccessedAPITypeReasons": ["CA92.1"]}  # fmt: skip
"""The address of the server is kept in UserDefaults, which only the app itself reads."""
RESOURCES = {
    "PrivacyInfo.xcprivacy": ("text.xml", "CA1124000000000000000001", "CA1124000000000000000002"),
    "InfoPlist.xcstrings": ("text.json.xcstrings", "CA1124000000000000000003", "CA1124000000000000000004"),
}
"""Name -> Xcode's type, and the ids of the file and of its place in the build."""
ENTITLEMENTS = "App.entitlements"
PAGE = "CAPBridgeViewController()"
OWN_PAGE = (
    '(NSClassFromString("Call24ShellViewController") as? CAPBridgeViewController.Type'
    " ?? CAPBridgeViewController.self).init()"
)
"""By its name: the app's target does not import the plugin's module."""


def dress(project: Path, stores: Path, drawing: Drawing, hosts: Iterable[str]) -> None:
    """Make the fresh project Call24's; a second time changes nothing. `stores`: the folder ops/stores.

    Raises: ValueError when Capacitor's template is not the one that is known here.
    """
    app = project / APP
    info = app / "Info.plist"
    told = plistlib.loads((stores / "Info.plist").read_bytes())
    info.write_bytes(information(info.read_bytes(), told))
    (app / "PrivacyInfo.xcprivacy").write_bytes(privacy((stores / "PrivacyInfo.xcprivacy").read_bytes()))
    (app / "InfoPlist.xcstrings").write_bytes((stores / "InfoPlist.xcstrings").read_bytes())
    (app / ENTITLEMENTS).write_bytes(entitlements(hosts))
    scene = app / "SceneDelegate.swift"
    scene.write_text(first_page(scene.read_text()))
    place = project / PROJECT
    place.write_text(listed(place.read_text()))
    _draw(app / "Assets.xcassets", drawing)


def information(template: bytes, told: dict[str, str]) -> bytes:
    """Info.plist with the sentences of the permissions, and no other permission."""
    info: dict[str, Any] = plistlib.loads(template)
    info = {key: value for key, value in info.items() if key in told or not key.endswith("UsageDescription")}
    info |= told
    info["UIBackgroundModes"] = BACKGROUND
    info["CFBundleURLTypes"] = [{"CFBundleURLName": "Call24", "CFBundleURLSchemes": [SCHEME]}]
    info["CFBundleLocalizations"] = ["en", "mn"]
    info["ITSAppUsesNonExemptEncryption"] = False
    return plistlib.dumps(info, sort_keys=False)


def privacy(of_data_map: bytes) -> bytes:
    """What the data map says, and the one API of the shell that Apple wants a reason for."""
    told = plistlib.loads(of_data_map)
    return plistlib.dumps({**told, "NSPrivacyAccessedAPITypes": [KEPT_SETTINGS]}, sort_keys=False)


def entitlements(hosts: Iterable[str]) -> bytes:
    domains = [f"applinks:{host}" for host in hosts]
    return plistlib.dumps({"com.apple.developer.associated-domains": domains} if domains else {})


def first_page(swift: str) -> str:
    """Raises: ValueError."""
    if OWN_PAGE in swift:
        return swift
    if PAGE not in swift:
        raise ValueError("Capacitor's SceneDelegate.swift has changed: it makes no CAPBridgeViewController")
    return swift.replace(PAGE, OWN_PAGE, 1)


def listed(project: str) -> str:
    """Xcode's list of files with ours, each wherever Assets.xcassets has a line, and the entitlements.

    Raises: ValueError.
    """
    text = project
    for name, (kind, file, built) in RESOURCES.items():
        if f"/* {name} */" not in text:
            text = _beside_assets(text, name, kind, file, built)
    if "CODE_SIGN_ENTITLEMENTS" not in text:
        text, found = re.subn(
            r"(\n\s*)INFOPLIST_FILE = App/Info.plist;",
            rf"\1CODE_SIGN_ENTITLEMENTS = App/{ENTITLEMENTS};\g<0>",
            text,
        )
        if found == 0:
            raise ValueError("Capacitor's Xcode project has changed: it names no INFOPLIST_FILE")
    if "\t\t\t\tmn," not in text:
        text = text.replace("\t\t\tknownRegions = (\n", "\t\t\tknownRegions = (\n\t\t\t\tmn,\n", 1)
    return text


def _beside_assets(text: str, name: str, kind: str, file: str, built: str) -> str:
    lines: list[str] = []
    more = 0
    for line in text.splitlines(keepends=True):
        lines.append(line)
        if "Assets.xcassets" in line:
            ours = re.sub(r"\b504EC30F1FED79650016851F\b", built, line)
            ours = re.sub(r"\b504EC30E1FED79650016851F\b", file, ours).replace("folder.assetcatalog", kind)
            lines.append(ours.replace("Assets.xcassets", name))
            more += 1
    if more != 4:
        raise ValueError(f"Capacitor's Xcode project has changed: Assets.xcassets has {more} lines, not 4")
    return "".join(lines)


def _draw(assets: Path, drawing: Drawing) -> None:
    icon = assets / "AppIcon.appiconset" / "AppIcon-512@2x.png"
    drawing.icon(1024, corner=0).convert("RGB").save(icon, optimize=True)
    screen = drawing.start_screen(2732)
    for ending in ("", "-1", "-2"):
        screen.save(assets / "Splash.imageset" / f"splash-2732x2732{ending}.png", optimize=True)
