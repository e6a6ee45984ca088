"""`call show` draws steps between the lines of four lanes."""

from __future__ import annotations

import pytest

from call24.cli.call import told
from call24.kit.phone import masked

CALL = {
    "id": "call_1", "tenant_id": "ten_1", "direction": "inbound", "at": "2026-11-30T08:00:00.000Z",
    "outcome": "answered", "number": None,
    "steps": [
        {"seq": 1, "after_s": 0.0, "from": "customer", "to": "call24", "text": "rings num_1"},
        {"seq": 2, "after_s": 0.1, "from": "call24", "to": "call24", "text": "waits"},
        {"seq": 3, "after_s": 12.25, "from": "agent", "to": "customer", "text": "talks"},
        {"seq": 4, "after_s": 3600.5, "from": "call24", "to": "other", "text": "dialled"},
    ],
}  # fmt: skip


def test_a_call_is_drawn() -> None:
    assert told(CALL) == [
        "call_1, inbound, 2026-11-30T08:00:00.000Z, organisation ten_1",
        "customer not known; outcome: answered",
        "",
        "             customer    call24      agent       other",
        "    0.000 s  |---------->|           |           |  rings num_1",
        "    0.100 s  |           *           |           |  waits",
        "   12.250 s  |<----------------------|           |  talks",
        " 3600.500 s  |           |---------------------->|  dialled",
    ]


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("+442079460171", "+44********71"),
        ("+97699112233", "+97*******33"),
        ("+4420", "*****"),
        ("112", "***"),
        ("", ""),
    ],
)
def test_a_number_is_masked(number: str, shown: str) -> None:
    assert masked(number) == shown
