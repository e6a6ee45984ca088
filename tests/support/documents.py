"""The commands that documents show in fenced `sh` blocks."""

from __future__ import annotations

import re
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
_BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(document: str) -> list[str]:
    """Each block's text, in order."""
    return _BLOCK.findall((CHECKOUT / document).read_text())


def commands(document: str) -> list[str]:
    """Each line of each block, lines that end in a backslash joined."""
    return [line for block in blocks(document) for line in block.replace("\\\n", "").splitlines() if line.strip()]
