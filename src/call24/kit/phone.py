"""Phone numbers: whatever a trunk or a person writes -> E.164, or nothing.

It decides nothing about which numbers may be dialled.
Source: ITU-T E.164; the metadata is Google's libphonenumber through `phonenumberslite`.
"""

from __future__ import annotations

import re

_PLAUSIBLE = re.compile(r"^\+?[0-9 ().\-/]{2,32}$")
_INTERNATIONAL = re.compile(r"^\+[1-9][0-9]{6,14}$")
_TEST_RANGE = "+999"
"""Country code 999 belongs to no country: our test calls use it, and it can never reach a real phone."""


def parse_e164(text: str, region: str | None) -> str | None:
    """`+` and digits, or None when no such number could exist. `region`: ISO 3166 code for national numbers."""
    text = text.strip()
    if not _PLAUSIBLE.match(text):
        return None
    if text.startswith(_TEST_RANGE) and _INTERNATIONAL.match(text):
        return text
    import phonenumbers  # 60 ms: only once a number arrives

    if text.startswith("00"):
        text = f"+{text[2:]}"
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if phonenumbers.is_possible_number_with_reason(number) != phonenumbers.ValidationResult.IS_POSSIBLE:
        return None  # also what is possible only inside an area: without its area code it is nobody's E.164
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def region_of(e164: str) -> str | None:
    """ISO 3166 code of the country an E.164 number belongs to, where its plan tells."""
    if e164.startswith(_TEST_RANGE):
        return None
    import phonenumbers

    try:
        region = phonenumbers.region_code_for_number(phonenumbers.parse(e164))
    except phonenumbers.NumberParseException:
        return None
    return str(region) if region else None
