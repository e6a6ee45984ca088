"""Which addresses are a trusted proxy's."""

from __future__ import annotations

import pytest

from call24.kit.proxies import Proxies


@pytest.mark.parametrize(
    ("address", "is_one"),
    [
        ("10.0.0.5", True),
        ("::ffff:10.0.0.5", True),  # as a socket of both families tells it
        ("::ffff:192.0.2.1", False),
        ("2001:db8::5", True),
        ("2001:db9::5", False),
        ("", False),
    ],
)
def test_a_proxy_is_known_by_its_address_however_the_socket_tells_it(address: str, is_one: bool) -> None:
    assert (address in Proxies(["10.0.0.0/8", "2001:db8::/32"])) is is_one


def test_a_mapped_proxy_is_passed_over_for_the_client_before_it() -> None:
    assert Proxies(["10.0.0.0/8"]).client_in("203.0.113.9, ::ffff:10.0.0.5") == "203.0.113.9"
