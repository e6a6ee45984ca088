"""Phone numbers: whatever a trunk or a person writes -> E.164, or nothing.

It decides nothing about which numbers may be dialled.
Source: ITU-T E.164; the metadata is Google's libphonenumber through `phonenumberslite`.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Literal

_PLAUSIBLE = re.compile(r"^\+?[0-9 ().\-/]{2,32}$")
_INTERNATIONAL = re.compile(r"^\+[1-9][0-9]{6,14}$")
_TEST_RANGE = "+999"
"""Country code 999 belongs to no country: our test calls use it, and it can never reach a real phone."""


_AT_HAND = 512
"""Numbers remembered for a while: a call has its own looked at half a dozen times, and all calls that of a queue."""
_SHARED_CODE = 1
_EMERGENCY_ANYWHERE = frozenset({"112", "911", "999"})
_BEGUN, _END = 3, 2
"""Characters of a masked number that are shown: the plus and two figures, and the last ones."""
_SATELLITE = ("+870", "+881", "+882", "+883")

NumberKind = Literal[
    "fixed", "mobile", "toll_free", "premium", "shared_cost", "voip", "personal", "pager", "uan", "voicemail",
    "satellite", "test", "unknown",
]  # fmt: skip
"""`satellite`: the codes of no country that satellite and global networks share; `uan`: universal access;
`unknown`: possible, but not of a range that its plan gave out."""
_KINDS: tuple[NumberKind, ...] = (
    "fixed", "mobile", "fixed", "toll_free", "premium", "shared_cost", "voip", "personal", "pager", "uan", "voicemail",
)  # fmt: skip
"""In the order of libphonenumber's own numbering; its third is "fixed line or mobile"."""


@lru_cache(_AT_HAND)
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


@lru_cache(_AT_HAND)
def is_emergency(text: str, regions: tuple[str, ...]) -> bool:
    """Whether somebody who writes this in one of these countries means the police, firemen or an ambulance: 112, 911
    and 999 anywhere, and each country's own, also after its country code. Source: libphonenumber's short numbers."""
    text = re.sub(r"[ ().\-/]", "", text)
    if text in _EMERGENCY_ANYWHERE:
        return True
    if not re.fullmatch(r"\+?[0-9]{2,10}", text):
        return False
    import phonenumbers

    if not text.startswith(("+", "00")) or text == "000":
        return any(phonenumbers.is_emergency_number(text, region) for region in regions)
    try:
        number = phonenumbers.parse(f"+{text.lstrip('+0')}")
    except phonenumbers.NumberParseException:
        return False
    national = str(number.national_number)
    there = phonenumbers.region_codes_for_country_code(number.country_code or 0)
    return national in _EMERGENCY_ANYWHERE or any(phonenumbers.is_emergency_number(national, one) for one in there)


@lru_cache(_AT_HAND)
def kind_of(e164: str) -> NumberKind:
    """What kind of number it is, which is what a call to it costs."""
    if e164.startswith(_TEST_RANGE):
        return "test"
    if e164.startswith(_SATELLITE):
        return "satellite"
    import phonenumbers

    try:
        kind = phonenumbers.number_type(phonenumbers.parse(e164))
    except phonenumbers.NumberParseException:
        return "unknown"
    if kind == phonenumbers.PhoneNumberType.VOICEMAIL:
        return "voicemail"
    return _KINDS[kind] if 0 <= kind < len(_KINDS) - 1 else "unknown"


def kinds_near(e164: str) -> frozenset[NumberKind]:
    """What a number of no known range may turn out to be on its way: padded, or cut short, to hide what it costs.

    A network stops reading when a number is complete and ignores the digits after it; a plan with lengths of its own
    has shorter ones. Short codes (directory enquiries and the like) written as E.164 count as premium: most are.
    """
    import phonenumbers

    try:
        parsed = phonenumbers.parse(e164)
    except phonenumbers.NumberParseException:
        return frozenset()
    least = len(str(parsed.country_code)) + 4
    cut = [e164[:length] for length in range(least, len(e164))]
    filled = [e164 + digit * more for more in range(1, 4) for digit in "0123456789"]
    kinds = {kind_of(each) for each in (*cut, *filled)} - {"unknown"}
    if phonenumbers.is_possible_short_number(parsed):
        kinds.add("premium")
    return frozenset(kinds)


@lru_cache(_AT_HAND)
def home_of(e164: str) -> str | None:
    """The number's country, also of a range that its plan has not given out; None: of no country.

    Of +1, which two dozen countries share, only numbers of a known range have a home.
    """
    if e164.startswith(_TEST_RANGE):
        return None
    import phonenumbers

    try:
        parsed = phonenumbers.parse(e164)
    except phonenumbers.NumberParseException:
        return None
    region = phonenumbers.region_code_for_number(parsed)
    if region is None and parsed.country_code != _SHARED_CODE:
        region = phonenumbers.region_code_for_country_code(parsed.country_code or 0)
    return str(region) if region in regions() else None


@cache
def regions() -> frozenset[str]:
    """The ISO 3166 codes of all countries with a numbering plan."""
    import phonenumbers

    return frozenset(phonenumbers.SUPPORTED_REGIONS)


def is_country_code(prefix: str) -> bool:
    """Whether `+44` or the like is a country's whole code, or only the beginning of some."""
    import phonenumbers

    digits = prefix.removeprefix("+")
    codes = [str(code) for code, of in phonenumbers.COUNTRY_CODE_TO_REGION_CODE.items() if of != ("001",)]
    return any(code.startswith(digits) for code in codes)


@lru_cache(_AT_HAND)
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


def masked(number: str) -> str:
    """`+44*******71` of `+442079460171`; of a short one nothing is shown."""
    hidden = len(number) - _BEGUN - _END
    if hidden < _BEGUN + _END:
        return "*" * len(number)
    return number[:_BEGUN] + "*" * hidden + number[-_END:]
