"""Finds the espeak-ng that speaks prompts: a named one, else the one unpacked beside Asterisk, else the machine's own.

It runs as a program of its own only (flows/speech.py).
"""

from __future__ import annotations

import shutil

from call24.flows.speech import Speaker
from call24.installer.asterisk_program import roots, unpacked
from call24.kit.settings import Settings


def find(settings: Settings) -> Speaker | None:
    """Looked for each time: it may be installed while Call24 runs."""
    if settings.espeak is not None:
        return Speaker((str(settings.espeak),))
    for root in reversed(roots(settings.data / "asterisk" / "root")):
        if (found := unpacked(root, "usr/bin/espeak-ng")) is not None:
            command, libraries = found
            return Speaker(command, (("ESPEAK_DATA_PATH", str(libraries)), ("GCONV_PATH", f"{libraries}/gconv")))
    installed = shutil.which("espeak-ng")
    return Speaker((installed,)) if installed else None
