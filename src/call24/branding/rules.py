"""What an organisation may set of its branding. Pure."""

from __future__ import annotations

from call24.branding.tones import is_colour
from call24.kit.contact_lines import is_contact_line
from call24.kit.errors import Invalid

HELP_MAX = 200
"""Characters."""
REACHED = "an e-mail address, an https:// address, or a phone number such as +442079460123"
COLOUR = "a colour as # and six hexadecimal digits, such as #0a7d55"


def checked_accent(accent: str | None) -> str:
    """In lower case; empty for none. Raises: Invalid."""
    tidy = (accent or "").strip().lower()
    if tidy and not is_colour(tidy):
        raise Invalid(errors=[("accent", COLOUR)])
    return tidy


def checked_help(contact: str) -> str:
    """One line; empty for none. Raises: Invalid."""
    tidy = " ".join(contact.split())
    if tidy and (len(tidy) > HELP_MAX or not is_contact_line(tidy)):
        raise Invalid(errors=[("help_contact", REACHED)])
    return tidy
