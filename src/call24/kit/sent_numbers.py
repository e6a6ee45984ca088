"""A number as a carrier sends it: which E.164 numbers it can mean, by the plan of the number that was rung.

A carrier writes both numbers of a call in one way, so how it wrote the dialled one tells what a bare caller's number
can be. What may mean two numbers is left at that: `number` is None then, and nobody is chosen. Pure.
Source: ITU-T E.164 and Q.931 (types of number); the plans are libphonenumber's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Literal

import msgspec

from call24.kit.phone import home_of, parse_e164

Form = Literal["international", "without_plus", "national", "local"]
"""`international`: with + or a prefix for calls abroad; `without_plus`: the same without any; `national`: as it is
dialled within the country, with or without its 0; `local`: without the area code, which is that of the dialled number.
"""
LOCAL_LEAST = 6
"""Digits of a number without its area code: with fewer it may be an extension."""
ENDING_LEAST = 7
"""Digits by which somebody is found whose number ends so, where it can be read as no number."""
_TEST_RANGE = "+999"


class Reading(msgspec.Struct, frozen=True):
    """One number that was perhaps meant, in E.164."""

    number: str
    form: Form


class SentNumber(msgspec.Struct, frozen=True, kw_only=True):
    """`sent`: digits, maybe after a plus, as they came; `readings`: what they can mean, the likeliest first."""

    sent: str = ""
    readings: tuple[Reading, ...] = ()

    @property
    def number(self) -> str | None:
        """The one number that it means; None where it may mean several, or none."""
        return self.readings[0].number if len(self.readings) == 1 else None

    @property
    def form(self) -> Form | None:
        return self.readings[0].form if len(self.readings) == 1 else None

    @property
    def ending(self) -> str | None:
        """The digits that somebody's number may end with, where they are no number; None: too few, or it is one."""
        digits = self.sent.lstrip("+").lstrip("0")
        return digits if not self.readings and len(digits) >= ENDING_LEAST else None


def read_sent(sent: str, region: str | None, dialled: str | None = None, dialled_as: str = "") -> SentNumber:
    """What a caller's number can mean. `region`: of the organisation; `dialled`: the number that was rung, E.164, and
    `dialled_as`: as the carrier wrote it. An empty or withheld number has no readings.
    """
    text = plain(sent)
    if text.startswith("+") and not text.startswith("+0"):
        number = parse_e164(text, None)
        return _sent(text, [Reading(number, "international")] if number is not None else [])
    text = text.removeprefix("+")  # no country's code begins with 0: a plus was put before a national number
    plans = tuple(dict.fromkeys(plan for plan in (home_of(dialled) if dialled else None, region) if plan))
    if abroad := _with_prefix(text, plans):
        return _sent(text, abroad)
    home, perhaps = _national(text, plans, _prefixed(dialled, dialled_as))
    bare = [] if text.startswith("0") else _valid(f"+{text}", None, "without_plus")
    here = _local(text, dialled)
    if here and dialled is not None and _is_local(dialled, dialled_as):
        return _sent(text, [*here, *home])
    if bare and home:
        return _sent(text, [*home, *bare] if _drops_plus(dialled, dialled_as) else home)
    if bare and perhaps:
        clear = _drops_plus(dialled, dialled_as) or _prefixed(dialled, dialled_as)
        return _sent(text, bare if clear else [*perhaps, *bare])
    return _sent(text, home or bare or here or _whole(text, perhaps, dialled))


def plain(text: str) -> str:
    """Digits, after a plus where there is one; "" of what is no number."""
    bare = re.sub(r"[ ().\-/]", "", text.strip())
    return bare if re.fullmatch(r"\+?[0-9]{2,32}", bare) else ""


def own_plan(dialled: str, numbers: Iterable[str]) -> list[str]:
    """Of an organisation's numbers (E.164) those that are written so in the country of each: `0170189900` is
    `+33170189900`, wherever the organisation is."""
    text = plain(dialled).removeprefix("+")
    if not text:
        return []
    found = []
    for number in numbers:
        plan = home_of(number)
        if plan is not None and any(one.number == number for one in _read_in(text, plan)):
            found.append(number)
    return found


def _sent(text: str, readings: Sequence[Reading]) -> SentNumber:
    by_number = {one.number: one for one in reversed(readings)}
    first = dict.fromkeys(one.number for one in readings)
    return SentNumber(sent=text, readings=tuple(by_number[number] for number in first))


def _parsed(text: str, region: str | None) -> tuple[str, Form, bool] | None:
    """E.164, how it was written, and whether its plan has given it out; None: no number could be so."""
    import phonenumbers  # 60 ms: only once a number arrives

    try:
        found = phonenumbers.parse(text, region, keep_raw_input=True)
    except phonenumbers.NumberParseException:
        return None
    if phonenumbers.is_possible_number_with_reason(found) != phonenumbers.ValidationResult.IS_POSSIBLE:
        return None
    source = phonenumbers.CountryCodeSource
    form: Form = "international"
    if found.country_code_source == source.FROM_NUMBER_WITHOUT_PLUS_SIGN:
        form = "without_plus"
    elif found.country_code_source == source.FROM_DEFAULT_COUNTRY:
        form = "national"
    number = phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164)
    return number, form, phonenumbers.is_valid_number(found)


def _read_in(text: str, region: str) -> list[Reading]:
    """As it is written in this country, given out or not."""
    found = _parsed(text, region)
    return [Reading(found[0], found[1])] if found is not None else []


def _valid(text: str, region: str | None, form: Form) -> list[Reading]:
    if text.startswith(_TEST_RANGE) and parse_e164(text, None) is not None:
        return [Reading(text, form)]
    found = _parsed(text, region)
    return [Reading(found[0], form)] if found is not None and found[2] else []


def _with_prefix(text: str, plans: Sequence[str]) -> list[Reading]:
    """Behind a prefix for calls abroad: 00, which carriers write anywhere, or the country's own."""
    if text.startswith("00") and (number := parse_e164(f"+{text[2:]}", None)) is not None:
        return [Reading(number, "international")]
    read = [_parsed(text, plan) for plan in plans]
    return [
        Reading(one[0], "international") for one in read if one is not None and one[1] == "international" and one[2]
    ]


def _national(text: str, plans: Sequence[str], prefixed: bool) -> tuple[list[Reading], list[Reading]]:
    """What its plan has given out, and what is only possible. `prefixed`: the carrier writes the 0 of national
    numbers, so that one without is national only where it can be nothing else."""
    given_out, possible = list[Reading](), list[Reading]()
    for plan in plans:
        found = _parsed(text, plan)
        if found is None or found[1] == "international":
            continue
        missing = prefixed and found[1] == "national" and not text.startswith(_prefix(plan) or "0")
        (given_out if found[2] and not missing else possible).append(Reading(found[0], found[1]))
    return given_out, [] if given_out else possible


def _whole(text: str, perhaps: list[Reading], dialled: str | None) -> list[Reading]:
    """Without those that nobody was given and that are shorter than the number that was rung: their area code may be
    missing."""
    area = _area(dialled) if dialled is not None else ""
    least = len(dialled) if dialled is not None and area else 0
    return [one for one in perhaps if text.startswith("0") or len(one.number) >= least]


def _local(text: str, dialled: str | None) -> list[Reading]:
    """In the area of the dialled number."""
    area = _area(dialled) if dialled is not None else ""
    if not area or text.startswith("0") or len(text) < LOCAL_LEAST:
        return []
    return _valid(area + text, None, "local")


@lru_cache(512)
def _area(e164: str) -> str:
    """Country code and area code with the plus; "" where the number has no area."""
    import phonenumbers

    try:
        found = phonenumbers.parse(e164)
    except phonenumbers.NumberParseException:
        return ""
    length = phonenumbers.length_of_geographical_area_code(found)
    national = phonenumbers.national_significant_number(found)
    return f"+{found.country_code}{national[:length]}" if length else ""


@lru_cache(512)
def _prefix(region: str) -> str | None:
    """Before national numbers; None where there is none, or where it is the country's code (North America)."""
    import phonenumbers

    plan = phonenumbers.PhoneMetadata.metadata_for_region(region)
    if plan is None or plan.national_prefix is None or str(plan.country_code) == plan.national_prefix:
        return None
    return str(plan.national_prefix)


def _drops_plus(dialled: str | None, dialled_as: str) -> bool:
    """Whether the carrier wrote the dialled number as E.164 without its plus, which no national form is."""
    if dialled is None or (plan := home_of(dialled)) is None:
        return False
    return _has_prefix(plan) and plain(dialled_as) == dialled[1:]


def _has_prefix(plan: str) -> bool:
    """Whether a number without plus cannot be a national one with its prefix."""
    import phonenumbers

    found = phonenumbers.PhoneMetadata.metadata_for_region(plan)
    return found is not None and found.national_prefix != str(found.country_code)


def _prefixed(dialled: str | None, dialled_as: str) -> bool:
    plan = home_of(dialled) if dialled else None
    prefix = _prefix(plan) if plan is not None else None
    return prefix is not None and plain(dialled_as).startswith(prefix)


def _is_local(dialled: str, dialled_as: str) -> bool:
    """Whether the carrier wrote the dialled number without its area code."""
    return bool(area := _area(dialled)) and plain(dialled_as) == dialled[len(area) :]
