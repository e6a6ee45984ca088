"""The words that may stay in the message of a crash report: those of browsers', Python's and Call24's own messages.

None is a name, written as it is in `words.txt`. The app has the same list (`web/src/kit/crash_words.ts`); a test
compares them.
"""

from __future__ import annotations

from pathlib import Path

WORDS = frozenset(Path(__file__).with_name("words.txt").read_text().split())
