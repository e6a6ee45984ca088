"""Another time than the machine's for the server and what phones connect to, by libfaketime. Run: `./call24`'s words.

MongoDB keeps the machine's time: it crashes with libfaketime. So does Asterisk, if it is not asked otherwise.
"""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from call24.cli.__main__ import main
from call24.installer import asterisk_program, mongod

LIBRARY = "libfaketimeMT.so.1"
SEEN_WITHIN_S = 1
FOLDER, ASTERISK_TOO = "CALL24_TEST_FAKETIME", "CALL24_TEST_FAKETIME_ASTERISK"


class MachineClock:
    """``folder``: where the library may be put, and says what time it is."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.file = folder, folder / "offset"
        _library(folder)
        self.set(timedelta(0))

    def set(self, off: timedelta) -> None:
        """From the true time; every process sees it within SEEN_WITHIN_S."""
        fresh = self.file.with_suffix(".new")
        fresh.write_text(f"{off.total_seconds():+.0f}\n")
        fresh.replace(self.file)


def _library(folder: Path) -> Path:
    """Debian's: the installed one, else its package is unpacked into the folder."""
    found = [*Path("/usr/lib").glob(f"*/faketime/{LIBRARY}"), *folder.glob(f"usr/lib/*/faketime/{LIBRARY}")]
    if found:
        return found[0]
    subprocess.run(["apt-get", "download", "libfaketime"], cwd=folder, check=True, capture_output=True)
    [package] = folder.glob("libfaketime_*.deb")
    subprocess.run(["dpkg-deb", "-x", str(package), str(folder)], check=True)
    return _library(folder)


def _run() -> int:
    folder, bare, plain = Path(os.environ[FOLDER]), mongod.environment, asterisk_program._malloc
    mongod.environment = lambda program: {**bare(program), "LD_PRELOAD": ""}
    if ASTERISK_TOO not in os.environ:
        asterisk_program._malloc = lambda: (*plain(), ("LD_PRELOAD", ""))
    os.environ |= {
        "LD_PRELOAD": str(_library(folder)),
        "FAKETIME_TIMESTAMP_FILE": str(folder / "offset"),
        "FAKETIME_CACHE_DURATION": str(SEEN_WITHIN_S),
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    return main()


if __name__ == "__main__":
    sys.exit(_run())
