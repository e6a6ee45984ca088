"""How a caller's number is read as carriers send it: right, or as several, and never as another's."""

from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from call24.kit.phone import home_of
from call24.kit.sent_numbers import own_plan, plain, read_sent

LONDON = "+442079460100"
PLANS = ("GB", "DE", "FR", "US", "MN", "IT", "AU", "JP", "RU", "PL")


@pytest.mark.parametrize(
    ("sent", "region", "dialled", "dialled_as", "number", "form"),
    [
        ("+44 20 7946 0123", "GB", LONDON, LONDON, "+442079460123", "international"),
        ("020 7946 0123", "GB", LONDON, LONDON, "+442079460123", "national"),
        ("2079460123", "GB", LONDON, LONDON, "+442079460123", "national"),
        ("+02079460123", "GB", LONDON, LONDON, "+442079460123", "national"),
        ("442079460123", "GB", LONDON, LONDON, "+442079460123", "without_plus"),
        ("33170189900", "GB", LONDON, LONDON, "+33170189900", "without_plus"),
        ("0033170189900", "GB", LONDON, LONDON, "+33170189900", "international"),
        ("79460123", "GB", LONDON, LONDON, "+442079460123", "local"),
        ("011442079460123", "US", "+12125550100", "2125550100", "+442079460123", "international"),
        ("0011442079460123", "AU", "+61291234567", "0291234567", "+442079460123", "international"),
        ("5550123", "US", "+12125550100", "+12125550100", "+12125550123", "local"),
        ("3232345678", "US", "+12125550100", "+12125550100", "+13232345678", "national"),
        ("0170189900", "GB", "+33170189901", "0170189901", "+33170189900", "national"),
        ("99112233", "MN", "+97670112233", "70112233", "+97699112233", "national"),
        ("4722334455", "GB", LONDON, "442079460100", "+4722334455", "without_plus"),
        ("4722334455", "GB", LONDON, "02079460100", "+4722334455", "without_plus"),
    ],
)
def test_a_number_is_read_as_its_carrier_means_it(
    sent: str, region: str, dialled: str, dialled_as: str, number: str, form: str
) -> None:
    found = read_sent(sent, region, dialled, dialled_as)
    assert (found.number, found.form) == (number, form)


@pytest.mark.parametrize(
    ("sent", "region", "dialled", "dialled_as", "numbers"),
    [
        ("3906123456", "IT", "+390612345678", "390612345678", ["+393906123456", "+3906123456"]),
        ("4722334455", "GB", LONDON, LONDON, ["+444722334455", "+4722334455"]),
        ("30123456", "DE", "+4930123400", "123400", ["+493030123456", "+4930123456"]),
    ],
)
def test_a_number_that_may_be_two_peoples_is_nobodys(
    sent: str, region: str, dialled: str, dialled_as: str, numbers: list[str]
) -> None:
    found = read_sent(sent, region, dialled, dialled_as)
    assert found.number is None and [one.number for one in found.readings] == numbers


@pytest.mark.parametrize("sent", ["", "anonymous", "0123", "60123", "+", "++44", "12345678901234567890123456789012345"])
def test_what_is_no_number_is_read_as_none(sent: str) -> None:
    found = read_sent(sent, "GB", LONDON, LONDON)
    assert found.readings == () and found.number is None and found.ending is None


def test_what_may_miss_its_area_code_is_no_number_and_has_an_ending_to_be_found_by() -> None:
    found = read_sent("4960123", "GB", LONDON, LONDON)
    assert (found.readings, found.ending) == ((), "4960123")


def test_an_organisations_number_is_known_in_its_own_countrys_form() -> None:
    numbers = ["+33170189900", "+442079460123"]
    assert own_plan("0170189900", numbers) == ["+33170189900"]
    assert own_plan("170189900", numbers) == ["+33170189900"]
    assert own_plan("0033170189900", numbers) == ["+33170189900"]
    assert own_plan("0170189901", numbers) == own_plan("", numbers) == own_plan("sip", numbers) == []


def _example(plan: str, kind: int) -> str | None:
    found = phonenumbers.example_number_for_type(plan, kind)
    return None if found is None else phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164)


@st.composite
def numbers(draw: st.DrawFn, plan: str | None = None) -> str:
    """One that its plan has given out: an example of it with other last digits."""
    of = plan or draw(st.sampled_from(PLANS))
    kind = draw(st.sampled_from([phonenumbers.PhoneNumberType.FIXED_LINE, phonenumbers.PhoneNumberType.MOBILE]))
    example = _example(of, kind)
    assert example is not None
    changed = draw(st.integers(1, 5))
    digits = draw(st.text("0123456789", min_size=changed, max_size=changed))
    number = example[:-changed] + digits
    assume(phonenumbers.is_valid_number(phonenumbers.parse(number)) and home_of(number) == of)
    return number


def _national(number: str) -> str:
    return plain(phonenumbers.format_number(phonenumbers.parse(number), phonenumbers.PhoneNumberFormat.NATIONAL))


def _written(number: str, convention: str, home: str) -> str:
    """As a carrier of this country and convention writes it; abroad without a national form."""
    ours = home_of(number) == home
    match convention:
        case "plus":
            return number
        case "00":
            return _national(number) if ours else f"00{number[1:]}"
        case "national":
            return _national(number) if ours else number
        case _:
            return number[1:]


@given(data=st.data(), convention=st.sampled_from(["plus", "00", "national", "without_plus"]))
def test_whoever_calls_is_read_right_or_as_one_of_several_and_never_as_another(
    data: st.DataObject, convention: str
) -> None:
    home = data.draw(st.sampled_from(PLANS))
    dialled, caller = data.draw(numbers(home)), data.draw(numbers())
    found = read_sent(_written(caller, convention, home), home, dialled, _written(dialled, convention, home))
    assert found.number in (caller, None), (caller, dialled, found)
    assert caller in [one.number for one in found.readings]


@given(data=st.data())
def test_whoever_calls_within_an_area_is_read_right_without_its_code_or_as_several(data: st.DataObject) -> None:
    home = data.draw(st.sampled_from(PLANS))
    dialled = data.draw(numbers(home))
    parsed = phonenumbers.parse(dialled)
    area = phonenumbers.length_of_geographical_area_code(parsed)
    assume(area)
    last = data.draw(st.text("0123456789", min_size=2, max_size=2))
    caller = dialled[:-2] + last
    assume(phonenumbers.is_valid_number(phonenumbers.parse(caller)))
    cut = len(f"+{parsed.country_code}") + area
    assume(len(caller) - cut >= 6 and caller[cut] != "0")
    found = read_sent(caller[cut:], home, dialled, dialled[cut:])
    assert found.number in (caller, None), (caller, dialled, found)
    assert caller in [one.number for one in found.readings]


@given(sent=st.text("+0123456789 -()", max_size=20), dialled_as=st.text("+0123456789", max_size=16))
def test_nothing_that_comes_is_more_than_digits_and_readings_are_numbers(sent: str, dialled_as: str) -> None:
    found = read_sent(sent, "GB", LONDON, dialled_as)
    for one in found.readings:
        assert one.number.startswith("+") and one.number[1:].isdigit() and 8 <= len(one.number) <= 16
    assert len({one.number for one in found.readings}) == len(found.readings)
