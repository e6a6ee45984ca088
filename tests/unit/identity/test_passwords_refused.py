"""Which passwords are tried first by who guesses, and are therefore none."""

from __future__ import annotations

import pytest

from call24.identity.password_blocklist import _frequent, is_frequent
from call24.identity.rules import PASSWORD_MAX, PASSWORD_MIN, check_password
from call24.kit.errors import Invalid

ABOUT = ("Anna-Lena Müller", "anna.mueller@acme-travel.example", "Acme Travel")


@pytest.mark.parametrize("password", ["1234567890", "1q2w3e4r5t", "Basketball", "QWERTYUIOP", "qwertyuiop"])
def test_a_frequent_one_is_refused_in_any_case(password: str) -> None:
    with pytest.raises(Invalid) as raised:
        check_password(password)
    assert raised.value.errors == (("password", "not one of the most common passwords"),)


def test_three_thousand_that_are_long_enough_are_known() -> None:
    assert len(_frequent()) >= 3000
    assert all(PASSWORD_MIN <= len(one) <= PASSWORD_MAX and one == one.casefold() for one in _frequent())
    assert not is_frequent("correct horse battery")


@pytest.mark.parametrize(
    "password",
    [
        "anna.mueller@acme-travel.example",
        "AnnaLena2026",
        "müller12345",
        "AcmeTravel!",
        "acme travel",
        "Call24Call24",
        "Supervisor1!",
        "callcentreadmin",
        "Password1234!",
    ],
)
def test_words_of_this_place_alone_are_refused(password: str) -> None:
    with pytest.raises(Invalid) as raised:
        check_password(password, *ABOUT)
    assert raised.value.errors == (("password", "more than your name, address, organisation or words about Call24"),)


@pytest.mark.parametrize(
    "password", ["anna likes rainy mondays", "my agent is a horse", "ten travels to Oslo", "müde Krieger"]
)
def test_with_something_of_ones_own_they_may_be_in_it(password: str) -> None:
    check_password(password, *ABOUT)
