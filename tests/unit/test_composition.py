"""What the composition root does when the configuration changes: the watchers it hangs into the rooms."""

from __future__ import annotations

from pathlib import Path

import pytest

from call24.asterisk.client import AriClient, Reply
from call24.asterisk.endpoints import trunk_endpoint_name
from call24.kit.clock import SystemClock
from call24.kit.ids import TenantId, TrunkId, new_id
from call24.kit.settings import Settings
from call24.main.app import Call24
from call24.tenants.model import Trunk


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What Asterisk is asked for: (method, path)."""
    requests: list[tuple[str, str]] = []

    async def request(self: AriClient, method: str, path: str, **more: object) -> Reply:
        requests.append((method, path))
        return Reply(204, None)

    monkeypatch.setattr(AriClient, "request", request)
    return requests


@pytest.fixture
async def call24(tmp_path: Path) -> Call24:
    """All parts, put together but not started: nothing connects."""
    (tmp_path / "secrets").mkdir()
    for secret in ("ari", "mongodb"):
        (tmp_path / "secrets" / secret).write_text("secret")
    return Call24(Settings(data=tmp_path))


def trunk(*addresses: str) -> Trunk:
    return Trunk(
        id=TrunkId(new_id("trk")),
        tenant_id=TenantId(new_id("ten")),
        name="carrier",
        addresses=addresses,
        created_at=SystemClock().now(),
    )


async def test_a_removed_trunk_lets_no_calls_in_any_more(call24: Call24, asked: list[tuple[str, str]]) -> None:
    theirs = trunk("192.0.2.7", "198.51.100.0/24")
    for watcher in call24.tenants.events.trunk_removed:
        await watcher(theirs)

    name = trunk_endpoint_name(theirs.addresses)
    assert [("DELETE", path) for path in ("identify", "endpoint")] == [
        (method, path.split("/")[-2]) for method, path in asked
    ]
    assert all(path.endswith(name) for _, path in asked)


async def test_a_trunk_whose_addresses_another_one_has_stays(
    call24: Call24, asked: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(call24.tenants, "known_trunks", lambda: [trunk("127.0.0.1")])
    for watcher in call24.tenants.events.trunk_removed:
        await watcher(trunk("127.0.0.1"))

    assert asked == []
