"""Where carriers' sound may go: to the internet, to the networks of the call's own trunk, never to our own ports."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import cast

import pytest

from call24.kit.ids import TenantId, TrunkId
from call24.kit.sip_targets import SipTarget, SipTargets
from call24.server.sound import hearing
from call24.tenants.model import Trunk
from call24.tenants.service import TenantService


class Tenants:
    """One trunk, by which all calls come."""

    def __init__(self, *, private: bool) -> None:
        ours = frozenset({"203.0.113.9"})
        self.targets = SipTargets(private=private, own_ports=(27024,), own=lambda: ours)
        self.trunk = Trunk(
            id=TrunkId("trk_1"),
            tenant_id=TenantId("ten_1"),
            name="Carrier",
            addresses=("192.168.7.0/24",),
            created_at=datetime(2026, 11, 28, tzinfo=UTC),
        )

    def trunks_by(self, way: str) -> list[Trunk]:
        return [self.trunk] if way == "198.51.100.1" else []

    def resolved(self, trunk_id: TrunkId) -> tuple[str, ...]:
        return ("10.9.9.9",)


@pytest.mark.parametrize(
    ("address", "strict", "lenient"),
    [
        ("8.8.8.8", True, True),
        ("192.168.7.30", True, True),  # its trunk's
        ("10.9.9.9", True, True),  # its host's
        ("10.9.9.10", False, True),
        ("127.0.0.1", False, True),
        ("169.254.169.254", False, True),
        ("::ffff:10.0.0.1", False, True),
        ("224.0.0.1", False, True),
    ],
)
def test_where_sound_may_go(address: str, strict: bool, lenient: bool) -> None:
    for private, wanted in ((False, strict), (True, lenient)):
        may_hear = hearing(cast(TenantService, Tenants(private=private)))
        assert may_hear("198.51.100.1", SipTarget(address, 30000)) is wanted


def test_another_trunks_networks_count_for_nothing() -> None:
    may_hear = hearing(cast(TenantService, Tenants(private=False)))
    assert not may_hear("198.51.100.2", SipTarget("192.168.7.30", 30000))


def test_our_own_ports_are_nobodys() -> None:
    for private in (True, False):
        may_hear = hearing(cast(TenantService, Tenants(private=private)))
        assert not may_hear("198.51.100.1", SipTarget("203.0.113.9", 27024))
