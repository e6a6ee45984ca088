"""The timeline says why a mobile number did not take the call, whatever stood against it."""

from __future__ import annotations

import re
from pathlib import Path

from call24.call_records.timeline import MOBILE_OUT
from call24.calls import dialling, mobile
from call24.toll_fraud import rules


def named(module: object, pattern: str) -> set[str]:
    return set(re.findall(pattern, Path(str(getattr(module, "__file__", ""))).read_text()))


def test_each_limit_each_way_to_miss_a_number_and_each_end_of_the_asking_has_words() -> None:
    limits = named(rules, r'code="(\w+)"')
    misses = {dialling.why_not(cause) for cause in range(256)}
    asking = named(mobile, r'"((?:no|other|hung)_(?:key|up))"')
    assert len(limits) == 9 and len(misses) >= 8 and asking == {"no_key", "other_key", "hung_up"}
    assert sorted((limits | misses | asking) - MOBILE_OUT.keys()) == []
