"""Which numbers mean the police, firemen or an ambulance."""

from __future__ import annotations

import pytest

from call24.kit.phone import is_emergency


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("112", "MN"), ("911", "GB"), ("9-9-9", "US"), ("110", "DE"), ("105", "MN"), ("000", "AU"),
        ("+44999", "MN"), ("0049110", "GB"), ("+1911", "GB"), ("+976 105", "GB"),
    ],
)  # fmt: skip
def test_an_emergency_number_is_known_anywhere_or_in_its_country(text: str, region: str) -> None:
    assert is_emergency(text, (region,))


@pytest.mark.parametrize("text", ["", "12", "110", "105", "+", "00", "x112", "+442079460999", "112112"])
def test_no_other_number_is_taken_for_one(text: str) -> None:
    assert not is_emergency(text, ("GB",))
