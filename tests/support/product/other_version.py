"""Another version of Call24 beside this one, and its `upgrade`."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.support.product.stack import CACHE, CHECKOUT
from tests.support.product.system import System

from call24.cli.as_operator import ask
from call24.cli.status import PLACE
from call24.kit.version import VERSION

NEXT = "9.9.9"


class Version:
    """A copy of this code in a folder of its own, which says that it is another version."""

    def __init__(self, folder: Path) -> None:
        for one in CHECKOUT.iterdir():
            if one.name not in ("src", ".git", ".call24"):
                (folder / one.name).symlink_to(one)
        shutil.copytree(CHECKOUT / "src", folder / "src")
        self.sources = folder / "src" / "call24"
        self.change("kit/version.py", f'VERSION = "{VERSION}"', f'VERSION = "{NEXT}"')

    def change(self, file: str, was: str, becomes: str) -> None:
        text = (self.sources / file).read_text()
        assert text.count(was) == 1, file
        (self.sources / file).write_text(text.replace(was, becomes))


async def upgrade(system: System, sources: Path, *flags: str) -> subprocess.CompletedProcess[str]:
    """As an operator asks for it, in another folder, with the version whose code is there."""
    words = [sys.executable, "-P", "-m", "call24.cli", "upgrade", "--data", str(system.settings.data), *flags]
    env = {**os.environ, "CALL24_CACHE": str(CACHE), "PYTHONPATH": str(sources.parent)}
    return await asyncio.to_thread(
        subprocess.run, words, env=env, cwd=sources, capture_output=True, text=True, timeout=120
    )


async def version(system: System) -> str:
    """What the server that answers is, by its own word."""
    return str((await asyncio.to_thread(ask, system.settings, "GET", PLACE)).body["version"])
