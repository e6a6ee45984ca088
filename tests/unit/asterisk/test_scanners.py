"""Who is banned for asking for SIP accounts: how refusals add up, and whom no ban may meet."""

from __future__ import annotations

import ipaddress
from collections.abc import AsyncIterator, Iterable
from datetime import timedelta
from pathlib import Path

import pytest
from tests.support.clock import StillClock

from call24.asterisk import scanners
from call24.asterisk.ranges import Network, Ranges
from call24.asterisk.scanners import BANNED_S, FORGIVEN_S, REFUSED_MAX, SENDERS_MAX, Refusals, Scanners, belongs, rows
from call24.kit.own_addresses import own_addresses

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


@pytest.fixture
def ranges(tmp_path: Path) -> Ranges:
    known = [ipaddress.ip_network(each) for each in ("198.51.100.0/24", "198.51.100.7/32", "2001:db8:1::/64")]

    def networks_of(address: str) -> list[Network]:
        return [each for each in known if ipaddress.ip_address(address) in each]

    return Ranges(tmp_path / "known_senders", networks_of, StillClock())


def misbehave(ranges: Ranges, *addresses: str) -> None:
    for address in addresses:
        for _ in range(20):
            ranges.refused(address)


def test_who_asks_for_numbers_that_are_not_there_is_out_of_its_range_and_no_neighbour_is(ranges: Ranges) -> None:
    ranges.refused("198.51.100.9")
    assert not ranges.out
    misbehave(ranges, "198.51.100.9")
    assert list(ranges.out) == ["198.51.100.9"]
    assert not ranges.over()


def test_forged_packets_do_not_cut_a_carrier_off(ranges: Ranges) -> None:
    """Whoever forges all addresses of a range puts out an eighth of it, and none that a call came from."""
    ranges.got_in("198.51.100.200")
    everybody = [f"198.51.100.{n}" for n in range(256)]
    misbehave(ranges, "198.51.100.200", "198.51.100.7", *everybody)
    assert len(ranges.out) == 32
    assert not ranges.out.keys() & {"198.51.100.200", "198.51.100.7"}


def test_an_address_that_no_call_came_from_for_30_days_is_written_down_no_more(ranges: Ranges, tmp_path: Path) -> None:
    ranges.got_in("198.51.100.200")
    ranges.save()
    assert "198.51.100.200" in (tmp_path / "known_senders").read_text()
    clock = ranges._clock
    assert isinstance(clock, StillClock)
    clock.advance(seconds=timedelta(days=30).total_seconds() + 1)
    ranges.save()
    assert (tmp_path / "known_senders").read_text() == ""


def test_from_where_calls_got_in_is_known_after_a_restart(ranges: Ranges, tmp_path: Path) -> None:
    ranges.got_in("198.51.100.200")
    ranges.save()
    assert (tmp_path / "known_senders").stat().st_mode & 0o777 == 0o600
    again = Ranges(tmp_path / "known_senders", ranges._networks_of, ranges._clock)
    again.load()
    misbehave(again, "198.51.100.200")
    assert not again.out


async def test_who_goes_on_when_out_of_a_trunks_range_stays_challenged_and_is_never_dropped(
    said: list[str], tmp_path: Path, ranges: Ranges
) -> None:
    told: list[frozenset[str]] = []

    async def exclude(addresses: Iterable[str]) -> None:
        told.append(frozenset(addresses))

    watching = Scanners(tmp_path, tmp_path / "banned", carriers_with_six, StillClock(), ranges=ranges, exclude=exclude)
    misbehave(ranges, "198.51.100.9", "2001:db8:1::5")
    await watching._look_at_ranges()
    assert told == [{"198.51.100.9", "2001:db8:1::5"}]
    said[0] = "  Request:  198.51.100.9  36  8.5\n  Request: 2001:db8:1::5  36 8.5\n  Request:  198.51.100.8  36  8.5\n"
    await watching.look()
    assert [(ban.address, ban.state) for ban in watching.bans()] == [
        ("198.51.100.9", "challenged"),
        ("2001:db8:1::5", "challenged"),
    ]
    assert await watching.lift(["198.51.100.9"]) == 1
    assert told[-1] == {"2001:db8:1::5"}


async def test_a_new_trunk_lets_in_who_rang_before_it_was_there(said: list[str], tmp_path: Path) -> None:
    watching = Scanners(tmp_path, tmp_path / "banned", no_carriers, StillClock())
    said[0] = "  Request:  192.0.2.7   36  8.5\n  Request:  203.0.113.3  99  8.5\n"
    await watching.look()
    assert await watching.lift_within(["192.0.2.0/28"]) == 1
    assert [ban.address for ban in watching.bans()] == ["203.0.113.3"]
    assert " 192.0.2.7" not in (tmp_path / "banned").read_text()
    said[0] = "  Request:  192.0.2.7   37  9.5\n"
    await watching.look()
    assert len(watching.bans()) == 1  # what it did before is forgiven


async def test_the_log_names_the_address_the_list_and_what_to_do(
    said: list[str], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    watching = Scanners(tmp_path, tmp_path / "banned", no_carriers, StillClock())
    said[0] = "".join(f"  Request:  203.0.113.{n}   36  8.5\n" for n in range(8))
    await watching.look()
    assert "203.0.113.0 is banned for an hour" in caplog.text and str(tmp_path / "banned") in caplog.text
    assert len(caplog.messages) == 6 and caplog.messages[-1].startswith("3 more addresses")


async def test_this_machines_own_addresses_are_never_banned(said: list[str], tmp_path: Path) -> None:
    watching = Scanners(tmp_path, tmp_path / "banned", no_carriers, StillClock(), never=lambda: ["192.0.2.7"])
    said[0] = "  Request:  192.0.2.7   36  8.5\n  Request:  203.0.113.3  99  8.5\n"
    await watching.look()
    assert [ban.address for ban in watching.bans()] == ["203.0.113.3"]


async def test_what_is_this_machine_is_looked_up_by_the_product(said: list[str], tmp_path: Path) -> None:
    own = [each for each in own_addresses() if ":" not in each]
    watching = Scanners(tmp_path, tmp_path / "banned", no_carriers, StillClock())
    said[0] = "".join(f"  Request:  {each}   36  8.5\n" for each in own)
    await watching.look()
    assert own and watching.bans() == []


async def carriers_with_six() -> list[str]:
    return ["198.51.100.0/24", "2001:db8:1::/64"]


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
    assert await watching._kept() == {"192.0.2.7": until + int(BANNED_S) + 1}


async def test_bans_take_a_bounded_memory_and_a_64_of_ipv6_is_one(
    tmp_path: Path, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scanners, "BANS_MAX", 50)
    watching = Scanners(tmp_path, tmp_path / "banned", no_carriers, StillClock())
    for turn in range(3):
        each = [f"Request: 10.0.{turn}.{number} 30 1.0" for number in range(40)]
        said[0] = "\n".join([*each, *(f"Request: 2001:db8::{number} 30 1.0" for number in range(9))])
        await watching.look()
    kept = [ban.address for ban in watching.bans()]
    assert len(kept) == 50 and {f"10.0.2.{number}" for number in range(40)} <= set(kept)
    assert len([one for one in kept if ":" in one]) <= 1
