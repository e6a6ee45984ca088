"""After a bad day, whatever happened on it, no line is left, no agent is stuck, nobody had two calls, and every caller
has exactly one record, complete and adding up.
"""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.calls.bad_day import bad_day, days
from tests.support.properties import thorough


@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")  # killed before it began
@settings(thorough, max_examples=thorough.max_examples * 3)
@given(days, st.integers(0, 2**32), st.integers(20, 60))
def test_after_any_bad_day_nothing_is_left_over(how: dict[str, Any], seed: int, length: int) -> None:
    asyncio.run(bad_day(how, seed, length))
