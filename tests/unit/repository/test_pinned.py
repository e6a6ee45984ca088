"""Names that others rely on stay: URLs, operation ids, codes, events, settings, stored fields, the data folder."""

from __future__ import annotations

import pytest
from tests.pinned.pin import LISTS, pinned


@pytest.mark.parametrize("name", sorted(LISTS))
def test_what_others_rely_on_by_name_is_still_there(name: str) -> None:
    assert len(pinned(name)) > 5
    gone = sorted(pinned(name) - set(LISTS[name]()))
    assert gone == [], f"tests/pinned/{name}.txt says who relies on these: serve the old name beside the new one"
