"""How an organisation says where it is reached: an e-mail address, a page or a telephone number, in one line. Pure."""

from __future__ import annotations

import re

_FORMS = (
    re.compile(r"[^@\s<>\"',;:()]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+"),
    re.compile(r"https://[^\s<>\"']{4,190}"),
    re.compile(r"\+[1-9][0-9]{6,14}"),
)


def is_contact_line(text: str) -> bool:
    return text.isprintable() and any(form.fullmatch(text) for form in _FORMS)
