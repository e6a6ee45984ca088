"""Makes the Android and the iOS project: `.venv/bin/python -m mobile.shells.make android ios`.

Capacitor makes the projects; what is Call24's own is put into them. It does not compile them: that takes the vendors'
SDKs (docs/mobile.md).
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

from mobile.shells import android, ios
from mobile.shells.icons import Drawing

from call24.installer import web
from call24.installer.errors import StartError
from call24.installer.progress import ProgressBoard
from call24.installer.timing import Timing

CHECKOUT = Path(__file__).resolve().parents[2]
MOBILE = CHECKOUT / "mobile"
STORES = CHECKOUT / "ops" / "stores"
ICON = CHECKOUT / "web" / "public" / "icon.svg"


def make(folder: Path, platforms: list[str], hosts: list[str]) -> None:
    """`folder` has the configuration, the first page and node_modules. Raises: StartError, ValueError."""
    drawing = Drawing.read(ICON)
    package = json.loads((folder / "capacitor.config.json").read_text())["appId"]
    for platform in platforms:
        if not (folder / platform).exists():
            capacitor(folder, "add", platform)
        capacitor(folder, "sync", platform)
        if platform == "android":
            permissions = (STORES / "AndroidManifest.xml").read_text()
            android.dress(folder / platform, permissions, drawing, package, hosts)
        else:
            ios.dress(folder / platform, STORES, drawing, hosts)


def capacitor(folder: Path, *words: str) -> str:
    """What Capacitor's command said. Raises: StartError."""
    program = folder / "node_modules" / "@capacitor" / "cli" / "bin" / "capacitor"
    words = (str(web.node()), str(program), *words)
    done = subprocess.run(words, cwd=folder, env=web.node_env(), capture_output=True, text=True, timeout=120)
    if done.returncode:
        raise StartError(f"cap {' '.join(words[2:])} failed: {(done.stdout + done.stderr).strip()[-2000:]}")
    return done.stdout


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("platforms", nargs="+", choices=("android", "ios"))
    parser.add_argument(
        "--host", action="append", default=[], metavar="NAME", help="a server whose https links open the app"
    )
    named = parser.parse_args()
    try:
        if not web.packages_there(MOBILE):
            with ProgressBoard() as board, board.task("Mobile") as task:
                web.bring_packages(task, Timing(), MOBILE / "node_modules" / ".npm", MOBILE)
        make(MOBILE, named.platforms, named.host)
    except (StartError, ValueError) as failure:
        print(f"the projects could not be made: {failure}", file=sys.stderr)
        return 1
    print(f"made: {', '.join(str((MOBILE / one).relative_to(CHECKOUT)) for one in named.platforms)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
