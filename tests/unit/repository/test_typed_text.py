"""What is typed in the app is not kept by the browser for the next start, but where it is the user's own.

Chromium writes the text of fields into its session files, on disk, unless a field says `autocomplete`: off, or what of
the user's own it is. Callers' names are typed into searches. Source: HTML, 4.10.18.7 (autofill).
"""

from __future__ import annotations

import re
from pathlib import Path

APP = Path(__file__).resolve().parents[3] / "web" / "src"
WITHOUT_TEXT = {"checkbox", "radio", "file", "date", "datetime-local", "time", "number", "range", "hidden"}


def test_every_field_with_text_says_whether_the_browser_may_keep_it() -> None:
    found = {}
    for file in APP.rglob("*.svelte"):
        for tag in re.findall(r"<(?:input|textarea)\b.*?(?:/>|></textarea>|\n *>)", file.read_text(), re.S):
            kind = re.search(r'type="([a-z-]+)"', tag)
            if "autocomplete=" not in tag and (kind is None or kind[1] not in WITHOUT_TEXT):
                found[file.name] = tag[:80]
    assert found == {}
