"""Who is banned for asking for SIP accounts: how refusals add up, and whom no ban may meet."""

from __future__ import annotations

import ipaddress
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.support.clock import StillClock

from call24.asterisk import scanners
from call24.asterisk.scanners import BANNED_S, FORGIVEN_S, REFUSED_MAX, SENDERS_MAX, Refusals, Scanners, belongs, rows

SAID = """
  Request:  <IP Address..............................................>  <Count> <Age(sec)>
==========================================================================================

  Request:  192.0.2.7                                                        36      8.527
  Request:  2001:db8::7                                                       3      0.100

Objects found: 2
"""
LOUD = "192.0.2.7"


def test_what_asterisk_tells_is_read() -> None:
    assert rows(SAID) == [("192.0.2.7", 36, 8.527), ("2001:db8::7", 3, 0.1)]
    assert rows("No objects found.\n") == rows("") == []


def test_refusals_add_up_over_asterisks_own_forgetting_and_are_told_once() -> None:
    refusals = Refusals()
    assert refusals.note([(LOUD, 12, 4.0)], 100) == []
    assert refusals.note([(LOUD, 15, 6.0)], 102) == []
    assert refusals.note([], 150) == []
    assert refusals.note([(LOUD, 4, 1.0)], 160) == []
    assert refusals.note([(LOUD, REFUSED_MAX - 15, 2.0)], 161) == [LOUD]
    assert refusals.note([(LOUD, 500, 4.0)], 163) == []


def test_who_asks_seldom_is_forgiven() -> None:
    refusals = Refusals()
    assert refusals.note([(LOUD, REFUSED_MAX - 1, 1.0)], 0) == []
    assert refusals.note([], FORGIVEN_S + 1) == []
    assert refusals.note([(LOUD, REFUSED_MAX - 1, 1.0)], FORGIVEN_S + 2) == []


def test_a_flood_of_addresses_takes_a_bounded_memory() -> None:
    refusals = Refusals()
    refusals.note([(f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}", 1, 0.0) for n in range(SENDERS_MAX + 500)], 0)
    assert len(refusals._sums) == SENDERS_MAX


@pytest.mark.parametrize(
    ("address", "meets"),
    [
        ("127.0.0.5", True),
        ("::1", True),
        ("198.51.100.200", True),
        ("198.51.101.1", False),
        ("2001:db8::7", True),
        ("2001:db8:0:1::7", False),
    ],
)
def test_a_ban_meets_no_carrier_and_not_this_machine(address: str, meets: bool) -> None:
    known = ["127.0.0.0/8", "::1/128", "198.51.100.0/24", "2001:db8::9/128"]
    assert belongs(address, [ipaddress.ip_network(each) for each in known]) is meets


@pytest.fixture
async def said(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[list[str]]:
    told = [""]

    async def told_by(_socket: Path, _command: str) -> str:
        if told[0] == "away":
            raise OSError
        return told[0]

    monkeypatch.setattr(scanners, "told_by", told_by)
    yield told


async def no_carriers() -> list[str]:
    return ["198.51.100.0/24"]


async def test_a_ban_is_written_lasts_an_hour_and_outlives_the_server(said: list[str], tmp_path: Path) -> None:
    clock, file = StillClock(), tmp_path / "banned"
    watching = Scanners(tmp_path, file, no_carriers, clock)
    said[0] = "  Request:  192.0.2.7   36  8.5\n  Request:  198.51.100.3  99  8.5\n  Request:  127.0.0.1  99 8.5\n"
    await watching.look()
    until = int(clock.now().timestamp() + BANNED_S)
    assert file.read_text() == f"{until} 192.0.2.7\n"
    said[0] = "away"
    await watching.look()
    said[0] = ""
    clock.advance(seconds=BANNED_S + 1)
    await watching.look()
    assert file.read_text() == ""
    said[0] = "  Request:  192.0.2.7   20  0.5\n"
    await watching.look()
    assert file.read_text().endswith(" 192.0.2.7\n")
    assert scanners._kept(file) == {"192.0.2.7": until + int(BANNED_S) + 1}
