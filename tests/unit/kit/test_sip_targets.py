"""Where trunks may lead: what no trunk may be told to send to, and how names are found."""

from __future__ import annotations

import pytest

from call24.kit import sip_targets
from call24.kit.own_addresses import is_own, own_addresses
from call24.kit.settings import Settings
from call24.kit.sip_targets import OWN, PRIVATE, SipTarget, SipTargets

OURS = frozenset({"203.0.113.9", "2001:db8::9"})


def targets(*, private: bool) -> SipTargets:
    return SipTargets(private=private, own_ports=Settings().own_ports, own=lambda: OURS)


@pytest.mark.parametrize(
    ("address", "port", "strict", "lenient"),
    [
        ("8.8.8.8", 5060, None, None),
        ("2001:4860:4860::8888", 5060, None, None),
        ("127.0.0.1", 9999, PRIVATE, None),
        ("10.1.2.3", 5060, PRIVATE, None),
        ("169.254.169.254", 80, PRIVATE, None),
        ("127.0.0.1", 5060, OWN, OWN),  # our SIP port: a call of one organisation would arrive at another
        ("127.0.0.1", 5061, OWN, OWN),  # the same by TLS
        ("127.0.0.7", 27024, OWN, OWN),  # MongoDB
        ("::ffff:127.0.0.1", 8088, OWN, OWN),  # ARI
        ("0.0.0.0", 8024, OWN, OWN),
        ("203.0.113.9", 20500, OWN, OWN),  # where sound arrives
        ("2001:db8::9", 8089, OWN, OWN),
    ],
)
def test_where_no_trunk_leads(address: str, port: int, strict: str | None, lenient: str | None) -> None:
    assert targets(private=False).why_not(SipTarget(address, port)) == strict
    assert targets(private=True).why_not(SipTarget(address, port)) == lenient


def test_each_port_that_listens_here_is_our_own() -> None:
    named = ("http_port", "sip_port", "sip_tls_port", "wss_port", "ari_port", "mongodb_port", "mail_in_port")
    assert {name for name in Settings.__dataclass_fields__ if name.endswith("_port")} == set(named)
    settings = Settings(**{name: 9000 + n for n, name in enumerate(named)}, rtp_ports=(9100, 9103))  # type: ignore[arg-type]
    assert settings.own_ports == {*range(9000, 9007), *range(9100, 9104)}


async def test_one_address_that_may_not_be_used_spoils_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    async def addresses(host: str) -> list[str]:
        return ["127.0.0.1", "8.8.8.8"]

    monkeypatch.setattr(sip_targets, "_addresses", addresses)
    assert await targets(private=False).allowed("carrier.example", 5070, "udp") == ([], PRIVATE)


async def test_srv_records_count_where_no_port_was_named_and_are_looked_at_too(monkeypatch: pytest.MonkeyPatch) -> None:
    async def services(host: str, transport: str) -> list[tuple[str, int]]:
        assert (host, transport) == ("carrier.example", "tcp")
        return [("a.carrier.example", 5070), ("127.0.0.1", 27024)]

    async def addresses(host: str) -> list[str]:
        return {"a.carrier.example": ["8.8.8.8"], "127.0.0.1": ["127.0.0.1"], "carrier.example": ["8.8.4.4"]}[host]

    monkeypatch.setattr(sip_targets, "_services", services)
    monkeypatch.setattr(sip_targets, "_addresses", addresses)
    assert await targets(private=True).places("carrier.example", 5080, "tcp") == [SipTarget("8.8.4.4", 5080)]
    found = await targets(private=True).places("carrier.example", None, "tcp")
    assert found == [SipTarget("8.8.8.8", 5070), SipTarget("127.0.0.1", 27024)]
    assert await targets(private=True).allowed("carrier.example", None, "tcp") == ([], OWN)


async def test_the_usual_port_is_that_of_the_transport() -> None:
    for transport, port in (("udp", 5060), ("tcp", 5060), ("tls", 5061)):
        assert await targets(private=True).places("192.0.2.1", None, transport) == [SipTarget("192.0.2.1", port)]


def test_this_machine_knows_its_own_addresses() -> None:
    own = own_addresses()
    assert "127.0.0.1" in own
    assert all(is_own(each, own) for each in own)
    assert not is_own("8.8.8.8", own)
