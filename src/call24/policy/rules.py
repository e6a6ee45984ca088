"""What an organisation may state in its policy, and which version a user is to accept. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from call24.kit.contact_lines import is_contact_line
from call24.kit.errors import Invalid
from call24.policy.texts import LANGUAGE, LANGUAGES, Version

LONGEST = {"controller": 100, "postal_address": 300, "officer": 200, "authority": 200, "contact": 200}
"""Characters of each text."""
_REGION = re.compile(r"[A-Z]{2}")
_PUBLIC_ID = re.compile(r"[0-9a-f]{32}")


def checked(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings with their white space tidied; empty takes a statement back. Raises: Invalid, naming every field."""
    tidy = {name: " ".join(str(value).split()) for name, value in settings.items()}
    errors = [
        (name, f"one line of at most {LONGEST[name]} printable characters")
        for name, text in tidy.items()
        if name in LONGEST and (len(text) > LONGEST[name] or not text.isprintable())
    ]
    contact, region = tidy.get("contact", ""), tidy.get("data_region", "")
    if contact and not is_contact_line(contact):
        errors.append(("contact", "an e-mail address, an https:// address, or a phone number such as +442079460123"))
    if region and not _REGION.fullmatch(region):
        errors.append(("data_region", "a country code of two capital letters, such as DE"))
    if errors:
        raise Invalid(errors=errors)
    return tidy


def is_public_id(text: str) -> bool:
    return _PUBLIC_ID.fullmatch(text) is not None


def to_announce(known: Sequence[Version], today: date) -> Sequence[Version]:
    """The versions that users are told of before they take effect: material ones. The first one replaces none."""
    return [one for one in known[1:] if one.material and one.effective > today]


def is_due(applying: Iterable[tuple[str, bool]], accepted: Iterable[str]) -> bool:
    """Whether a user is to accept the policy. `applying`: the versions in effect and whether each is material.

    Whoever accepted the last material version, or one after it, is not asked again.
    """
    material = [version for version, asks in applying if asks]
    return bool(material) and max(accepted, default="") < max(material)


def chosen(asked: str, accepted: str) -> str:
    """A language of the texts. `asked`: by a link; `accepted`: an Accept-Language header (RFC 9110, 12.5.4)."""
    if asked in LANGUAGES:
        return asked
    found = []
    for position, part in enumerate(accepted[:500].split(",")):
        tag, _, weight = part.strip().lower().partition(";q=")
        try:
            found.append((-float(weight or 1), position, tag.partition("-")[0]))
        except ValueError:
            continue
    return next((tag for weight, _, tag in sorted(found) if weight < 0 and tag in LANGUAGES), LANGUAGE)
