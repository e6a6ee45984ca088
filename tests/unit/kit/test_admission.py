"""Which connection has a place, and which one goes for it."""

from __future__ import annotations

from call24.kit.admission import Admission, Admitted, Bounds, network_of, reserve
from call24.kit.ids import TenantId

ACME, GLOBEX = TenantId("ten_acme"), TenantId("ten_globex")


class Crowd:
    def __init__(self, proxies: str = "", **bounds: int) -> None:
        told = {"in_all": 100, "unauthenticated": 50, "address": 10, **bounds}
        self.admission = Admission(Bounds(**told), proxies.split(",") if proxies else ())
        self.ended: list[str] = []

    def enter(self, address: str, name: str = "") -> Admitted | None:
        came = self.admission.enter(address)
        if came is not None:
            came.end = lambda: self.ended.append(name)
        return came

    def must(self, address: str, name: str = "") -> Admitted:
        came = self.enter(address, name)
        assert came is not None
        return came


def test_an_address_has_as_many_as_it_may_have_and_its_oldest_goes_for_one_more() -> None:
    crowd = Crowd(address=3)
    for name in ("first", "second", "third", "fourth"):
        crowd.must("192.0.2.1", name)
    crowd.must("192.0.2.2", "elsewhere")
    assert (crowd.ended, crowd.admission.open) == (["first"], 4)


def test_of_all_strangers_the_oldest_goes_whatever_its_address() -> None:
    crowd = Crowd(unauthenticated=3)
    for number in range(1, 6):
        crowd.must(f"192.0.2.{number}", str(number))
    assert (crowd.ended, crowd.admission.open) == (["1", "2"], 3)


def test_who_has_shown_who_they_are_is_never_closed_for_a_stranger() -> None:
    crowd = Crowd(unauthenticated=3, address=3)
    office = [crowd.must("192.0.2.1", "agent") for _ in range(3)]
    for one in office:
        one.proven(ACME)
    for number in range(20):
        crowd.must("192.0.2.1" if number % 2 else "198.51.100.7", "stranger")
    assert set(crowd.ended) == {"stranger"}


def test_an_office_of_five_hundred_behind_one_address_signs_in() -> None:
    crowd = Crowd(in_all=2000, unauthenticated=400, address=20)
    for _ in range(500):
        crowd.must("192.0.2.1", "agent").proven(ACME)
    assert (crowd.ended, crowd.admission.open, crowd.admission.unauthenticated) == ([], 500, 0)


def test_an_organisation_has_half_of_all_places_and_what_is_beyond_it_may_be_closed() -> None:
    crowd = Crowd(in_all=10, unauthenticated=5, address=100)
    for number in range(8):
        crowd.must("192.0.2.1", f"acme {number}").proven(ACME)
    assert crowd.admission.unauthenticated == 3
    for number in range(5):
        crowd.must("192.0.2.2", f"globex {number}").proven(GLOBEX)
    assert (crowd.ended, crowd.admission.open) == (["acme 5", "acme 6", "acme 7"], 10)


def test_where_all_places_are_taken_by_known_ones_a_newcomer_is_refused() -> None:
    crowd = Crowd(in_all=4, unauthenticated=4)
    for tenant in (ACME, GLOBEX, ACME, GLOBEX):
        crowd.must("192.0.2.1").proven(tenant)
    assert crowd.enter("192.0.2.9") is None
    assert (crowd.admission.refused, crowd.admission.open) == (1, 4)


def test_visitors_of_an_application_keep_their_sockets_and_count_for_their_address() -> None:
    crowd = Crowd(unauthenticated=2, address=2)
    for _ in range(2):
        crowd.must("192.0.2.1", "visitor").of_tenant(ACME)
    assert crowd.enter("192.0.2.1") is None
    for _ in range(5):
        crowd.must("192.0.2.2", "stranger")
    assert "visitor" not in crowd.ended


def test_a_proxy_is_many_people_and_a_websocket_through_it_counts_for_the_one_whose_it_is() -> None:
    crowd = Crowd("10.0.0.0/24", address=2)
    assert len([crowd.must("10.0.0.1") for _ in range(20)]) == 20
    sockets = [crowd.must("10.0.0.1") for _ in range(4)]
    assert [one.carries("203.0.113.9, 192.0.2.1, 10.0.0.7") for one in sockets] == [True, True, False, False]
    assert crowd.must("10.0.0.1").carries("192.0.2.1, 203.0.113.9"), "what others put before it is not believed"


def test_who_is_no_proxy_chooses_no_address() -> None:
    crowd = Crowd(address=2)
    for number in range(4):
        assert crowd.must("192.0.2.1", "stranger").carries(f"203.0.113.{number}")
    assert len(crowd.ended) == 2


def test_who_leaves_makes_room_and_leaves_nothing() -> None:
    crowd = Crowd(in_all=4, unauthenticated=2, address=2)
    for _ in range(50):
        known = crowd.must("192.0.2.1")
        known.proven(ACME)
        visitor = crowd.must("192.0.2.1")
        visitor.of_tenant(ACME)
        for one in (known, visitor, crowd.must("192.0.2.1"), known):
            one.leave()
        known.proven(ACME)
    assert (crowd.admission.open, crowd.admission.unauthenticated, crowd.ended) == (0, 0, [])


def test_an_ipv6_customer_is_one_address_with_all_of_a_64() -> None:
    assert network_of("2001:db8:1:2::1") == network_of("2001:db8:1:2:ffff::9") != network_of("2001:db8:1:3::1")
    assert network_of("::ffff:192.0.2.1") == network_of("192.0.2.1")
    assert network_of("fe80::1%eth0") == network_of("fe80::2")


def test_descriptors_are_left_for_what_the_server_itself_opens() -> None:
    for descriptors, least in ((1_024, 500), (4_096, 800), (20_000, 4_000), (1_048_576, 4_000)):
        bounds = Bounds.within(descriptors)
        assert reserve(descriptors) >= least
        assert bounds.in_all + least <= descriptors
        assert bounds.unauthenticated <= bounds.in_all // 2


def test_a_proxys_connection_counts_for_who_asks_on_it_and_only_while_it_is_answered() -> None:
    crowd = Crowd("10.0.0.1", in_all=8, unauthenticated=8, address=8)
    kept = [crowd.must("10.0.0.1") for _ in range(4)]
    for one in kept:
        one.proven(ACME)
    own = crowd.must("192.0.2.1", "acme")
    own.proven(ACME)
    assert crowd.admission.unauthenticated == 1, "its half is in use"
    for one in kept:
        one.answered()
        one.proven(GLOBEX)
    own.proven(ACME)
    assert crowd.admission.unauthenticated == 0, "the proxy's connections are another's now"
    for one in kept:
        one.answered()
        one.leave()
    for number in range(3):
        crowd.must("192.0.2.2", f"globex {number}").proven(GLOBEX)
    assert (crowd.admission.unauthenticated, crowd.admission.open, crowd.ended) == (0, 4, [])


def test_an_own_connection_stays_its_organisations_between_two_requests() -> None:
    crowd = Crowd(unauthenticated=1, address=5)
    own = crowd.must("192.0.2.1", "agent")
    own.proven(ACME)
    own.answered()
    for _ in range(3):
        crowd.must("192.0.2.2", "stranger")
    assert "agent" not in crowd.ended


def test_a_websocket_over_a_connection_that_a_proxy_kept_counts_for_its_own_client() -> None:
    crowd = Crowd("10.0.0.1", address=1)
    first, second = crowd.must("10.0.0.1"), crowd.must("10.0.0.1")
    for one in (first, second):
        one.proven(ACME)
        one.answered()
    assert first.carries("192.0.2.1") and not second.carries("192.0.2.1")
