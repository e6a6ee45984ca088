"""Browsers are offered the public address too where NAT translates it, and nothing else besides the machine's own."""

from __future__ import annotations

from dataclasses import replace

import pytest

from call24.installer import asterisk_conf
from call24.installer.asterisk_conf import _ice
from call24.kit.settings import Credentials, Settings

INSIDE = "10.9.0.2"


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asterisk_conf, "own_addresses", lambda: frozenset({"127.0.0.1", INSIDE, "172.17.0.1"}))
    monkeypatch.setattr(asterisk_conf, "outgoing_address", lambda: INSIDE)


def offered(public: str) -> list[str]:
    return _ice(replace(Settings(), public_address=public)).splitlines()


def test_behind_nat_the_public_address_is_offered_beside_the_one_inside() -> None:
    assert offered("203.0.113.7") == ["[ice_host_candidates]", f"{INSIDE} => 203.0.113.7,include_local_address"]


@pytest.mark.parametrize("public", [INSIDE, "172.17.0.1", "no-such-name.invalid"])
def test_an_address_of_its_own_needs_no_word_and_a_name_without_one_has_none(public: str) -> None:
    assert offered(public) == []


def test_for_this_machine_alone_loopback_stands_in_for_each() -> None:
    assert offered("127.0.0.1") == ["[ice_host_candidates]", "10.9.0.2 => 127.0.0.1", "172.17.0.1 => 127.0.0.1"]


def test_without_a_way_to_the_outside_there_is_nothing_to_translate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asterisk_conf, "outgoing_address", lambda: None)
    assert offered("203.0.113.7") == []


def test_what_a_name_leads_to_now_ends_no_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is no part of the sum by which a running Asterisk is kept, and all else is."""
    behind = replace(Settings(), public_address="203.0.113.7")
    monkeypatch.setattr(Settings, "ari_login", lambda _: Credentials("call24", "secret"))
    offers, none = {"rtp.conf": "[general]\n" + _ice(behind)}, {"rtp.conf": "[general]\n"}
    assert "203.0.113.7" in offers["rtp.conf"]
    assert asterisk_conf._sum(behind, offers) == asterisk_conf._sum(behind, none)
    assert asterisk_conf._sum(behind, offers) != asterisk_conf._sum(behind, {"rtp.conf": "[general]\nx=1\n"})
