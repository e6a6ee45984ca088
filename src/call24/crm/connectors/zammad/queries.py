"""What Zammad's search is asked: Elasticsearch's query strings. Pure.

Source: docs.zammad.org, Introduction (sorting search results); user-docs.zammad.org, Advanced search; Elasticsearch's
reference, Query string query.
"""

from __future__ import annotations

from datetime import datetime
from itertools import product

from call24.crm.asking import iso

LAST = 4
"""Digits of a number by which Zammad is asked: its search knows words, and not what stands between them."""


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def changed_after(at: datetime, *, then_too: bool = False) -> str:
    return f"updated_at:{'[' if then_too else '{'}{quoted(iso(at, 'milliseconds'))} TO *}}"


def changed_at(at: datetime, above: int) -> str:
    """Of one instant, those with higher ids."""
    text = quoted(iso(at, "milliseconds"))
    return f"updated_at:[{text} TO {text}] AND id:{{{above} TO *}}"


def having(name: str, text: str) -> str:
    return f"{name}:{quoted(text)}"


def of_number(number: str) -> str:
    """Whoever may have it: by its last digits, in one word or in several, in phone or in mobile."""
    endings = " OR ".join(_words(number[-LAST:]))
    return " OR ".join(f"{name}:({endings})" for name in ("phone", "mobile"))


def _words(digits: str) -> list[str]:
    """Each way to write the digits as words, the first of which may begin earlier: 0101 as *0101, as *010 and 1."""
    found = []
    for breaks in product((False, True), repeat=len(digits) - 1):
        words = [digits[0]]
        for digit, begins in zip(digits[1:], breaks, strict=True):
            if begins:
                words.append(digit)
            else:
                words[-1] += digit
        first, *others = words
        found.append(f"({' AND '.join([f'*{first}', *others])})" if others else f"*{first}")
    return found
