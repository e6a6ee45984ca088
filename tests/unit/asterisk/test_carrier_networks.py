"""How Asterisk is told from where calls come: few objects for many networks, and never a moment without one."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping

import pytest

from call24.asterisk.carrier_networks import BUCKETS, CarrierNetworks, bucketed


class Pbx:
    """Keeps what it is told; `away`: it answers nothing."""

    def __init__(self) -> None:
        self.objects: dict[str, str] = {}
        self.said: list[tuple[str, str]] = []
        self.away = False

    async def put(self, kind: str, name: str, fields: Mapping[str, str]) -> bool:
        if not self.away:
            assert name not in self.objects, "an object that is changed in place keeps its old networks"
            self.objects[name] = fields["match"]
            self.said.append(("put", name))
        return not self.away

    async def delete(self, name: str, kind: str) -> None:
        if not self.away and self.objects.pop(name, None) is not None:
            self.said.append(("delete", name))

    async def has(self, kind: str, name: str) -> bool:
        return name in self.objects

    def lets_in(self, address: str) -> bool:
        return any(_matches(match, address) for match in self.objects.values())


def _matches(match: str, address: str) -> bool:
    """The last that fits decides, as in Asterisk's lists."""
    found = False
    for each in match.split(","):
        if ipaddress.ip_address(address) in ipaddress.ip_network(each.removeprefix("!")):
            found = not each.startswith("!")
    return found


@pytest.fixture
def networks() -> set[str]:
    return {f"20.{n >> 8}.{n & 255}.0/24" for n in range(3000)}


@pytest.fixture
def pbx() -> Pbx:
    return Pbx()


@pytest.fixture
def carriers(pbx: Pbx, networks: set[str]) -> CarrierNetworks:
    return CarrierNetworks("carriers", lambda: networks, pbx.put, pbx.delete, pbx.has)


async def test_thousands_of_networks_are_sixteen_objects(carriers: CarrierNetworks, pbx: Pbx) -> None:
    assert await carriers.tell()
    assert len(pbx.objects) == BUCKETS == 16
    assert pbx.lets_in("20.0.0.7") and pbx.lets_in("20.11.183.7") and not pbx.lets_in("20.11.184.7")
    assert max(map(len, pbx.objects.values())) < 40_000  # what Asterisk reads of a request


async def test_a_change_touches_one_object_whose_successor_is_there_before_it_goes(
    carriers: CarrierNetworks, pbx: Pbx, networks: set[str]
) -> None:
    await carriers.tell()
    pbx.said.clear()
    networks.add("192.0.2.1/32")
    await carriers.tell()
    assert [what for what, _ in pbx.said] == ["put", "delete"] and pbx.lets_in("192.0.2.1")
    networks.discard("192.0.2.1/32")
    await carriers.tell()
    assert not pbx.lets_in("192.0.2.1") and len(pbx.objects) == BUCKETS


async def test_who_is_excluded_is_out_of_every_range_that_has_it(
    carriers: CarrierNetworks, pbx: Pbx, networks: set[str]
) -> None:
    networks |= {f"20.0.5.{n}/{length}" for n, length in ((0, 25), (0, 28), (64, 26))}
    carriers.excluded = frozenset({"20.0.5.9", "198.51.100.1"})
    await carriers.tell()
    assert not pbx.lets_in("20.0.5.9") and pbx.lets_in("20.0.5.10")
    carriers.excluded = frozenset()
    await carriers.tell()
    assert pbx.lets_in("20.0.5.9")


async def test_after_a_restart_of_asterisk_or_of_the_server_nothing_is_missing_and_nothing_is_too_much(
    carriers: CarrierNetworks, pbx: Pbx, networks: set[str]
) -> None:
    await carriers.tell()
    pbx.objects.clear()
    await carriers.look()
    await carriers.tell()
    assert pbx.lets_in("20.0.0.7")
    pbx.away = True
    networks.clear()
    await carriers.tell()
    pbx.away = False
    another = CarrierNetworks("carriers", lambda: {"192.0.2.1/32"}, pbx.put, pbx.delete, pbx.has)
    await another.look()
    await another.tell()
    assert pbx.lets_in("192.0.2.1") and not pbx.lets_in("20.0.0.7")
    await carriers.look()
    await carriers.tell()
    assert not pbx.objects


def test_an_address_is_excluded_only_where_a_range_has_it() -> None:
    assert "!" not in "".join(bucketed(["192.0.2.0/24"], ["198.51.100.1", "2001:db8::1"]).values())
    assert bucketed(["2001:db8::/64"], ["2001:db8::1"]).popitem()[1] == "2001:db8::/64,!2001:db8::1/128"
