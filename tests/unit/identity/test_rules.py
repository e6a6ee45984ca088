"""What accounts, queues, trunks and contacts may be, who may do what, and how guessing is slowed down."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.authorisation.promises import LETTER, MATRIX, STEP_UP

from call24.contacts.rules import contact_id, kept_display_name
from call24.identity import permissions
from call24.identity.permissions import BUILT_IN, HELP, lacking, may, narrowed, of_built_in
from call24.identity.rules import email_key, lapses_at, parse_bearer, secret_hash, token_secret
from call24.identity.throttle import SIGNING_IN, Attempts
from call24.kit.errors import Invalid, TooMany
from call24.kit.ids import TenantId
from call24.tenants.rules import TrunkLimits, check_greeting, check_tenant, checked_addresses, checked_name

CHECKOUT = Path(__file__).resolve().parents[3]
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def test_each_role_may_do_exactly_what_the_table_says() -> None:
    assert set(MATRIX) == set(HELP) and set(LETTER) == set(BUILT_IN)
    for permission, roles in MATRIX.items():
        for role, letter in LETTER.items():
            assert may(of_built_in(role), permission) == (letter in roles), (role, permission)


def test_these_permissions_ask_for_a_recent_second_proof_and_no_others() -> None:
    assert permissions.STEP_UP == STEP_UP


def test_every_permission_has_a_help_text_and_is_no_more_than_a_sentence() -> None:
    assert list(HELP) == list(HELP)
    assert all(text.endswith(".") and 8 < len(text) < 90 for text in HELP.values())


def test_the_app_knows_the_same_permissions() -> None:
    listed = (CHECKOUT / "web/src/kit/permissions.ts").read_text()
    assert sorted(re.findall(r"\| '([a-z_.]+)'", listed)) == sorted(HELP)


@given(st.text(max_size=20), st.text(max_size=20))
def test_unknown_roles_and_permissions_may_nothing(role: str, permission: str) -> None:
    assert not may(of_built_in(role), "users.write") or role in ("owner", "administrator")
    assert not may(of_built_in("owner"), permission) or permission in MATRIX
    assert not may(frozenset({permission}), permission) or permission in MATRIX


def test_a_token_narrows_its_users_role_and_never_widens_it() -> None:
    agent = of_built_in("agent")
    assert narrowed(agent, ("*",)) == agent
    assert narrowed(agent, ("tasks.read", "users.write")) == {"tasks.read"}
    assert narrowed(agent, ()) == frozenset()


def test_nobody_gives_what_they_lack() -> None:
    assert lacking(of_built_in("administrator"), of_built_in("supervisor")) == []
    assert lacking(of_built_in("administrator"), of_built_in("owner")) == [
        "audit.export",
        "callers.erase",
        "callers.export",
        "callers.import",
        "consents.read",
        "consents.write",
        "data_transfers.write",
        "disclosures.read",
        "disclosures.write",
        "fence.write",
        "incidents.read",
        "incidents.write",
        "organisation.close",
        "privacy.holds",
        "privacy_requests.read",
        "privacy_requests.write",
        "processors.write",
        "recordings.keys",
        "restrictions.open",
        "restrictions.read",
        "users.export",
    ]


def test_a_token_that_we_made_is_read_and_a_damaged_secret_is_not() -> None:
    bearer = f"17|{token_secret('a' * 20 + 'Z9' * 10)}"
    parsed = parse_bearer(bearer)
    assert parsed is not None and parsed[0] == bearer.partition("|")[0]
    assert secret_hash(parsed[1]) != parsed[1]
    for place in range(bearer.index("|"), len(bearer)):
        for char in "0aZ|~":
            damaged = bearer[:place] + char + bearer[place + 1 :]
            assert damaged == bearer or parse_bearer(damaged) is None, place


@given(st.text(max_size=150))
def test_reading_a_token_never_fails(text: str) -> None:
    assert parse_bearer(text) is None


def test_a_token_ends_a_while_after_its_last_use_and_never_after_its_day() -> None:
    idle_s, end = 12 * 3600, NOW + timedelta(days=30)
    assert lapses_at(NOW, idle_s, end) == NOW + timedelta(hours=12)
    assert lapses_at(end - timedelta(hours=1), idle_s, end) == end


@pytest.mark.parametrize("email", ["", "a", "@", "a@", "@b", "a b@c.d", "a@b@c", "a@b\x00", "x" * 65 + "@b.c", 'a"@b'])
def test_what_is_no_address_is_refused(email: str) -> None:
    with pytest.raises(Invalid):
        email_key(email)


def test_addresses_are_compared_without_case_and_width() -> None:
    assert email_key(" Kim@Example.COM ") == email_key("\uff4b\uff49\uff4d@example.com") == "kim@example.com"


def test_the_fifth_wrong_guess_of_one_address_is_the_last_for_a_minute() -> None:
    attempts = Attempts(SIGNING_IN)
    for n in range(SIGNING_IN.per_pair):
        attempts.begin("account", "address", NOW + timedelta(seconds=n))
    with pytest.raises(TooMany) as refused:
        attempts.begin("account", "address", NOW + timedelta(seconds=10))
    assert refused.value.retry_after_s in (50, 51)
    attempts.begin("account", "elsewhere", NOW + timedelta(seconds=10))
    attempts.begin("account", "address", NOW + SIGNING_IN.window)


def test_many_addresses_on_one_account_and_many_accounts_from_one_address_are_both_bounded() -> None:
    attempts = Attempts(SIGNING_IN)
    for n in range(SIGNING_IN.per_account):
        attempts.begin("account", f"address {n}", NOW)
    with pytest.raises(TooMany):
        attempts.begin("account", "one more", NOW)
    for n in range(SIGNING_IN.per_address):
        attempts.begin(f"account {n}", "office", NOW)
    with pytest.raises(TooMany):
        attempts.begin("one more", "office", NOW)


def test_an_office_that_signs_in_at_nine_is_no_attack() -> None:
    attempts = Attempts(SIGNING_IN)
    for n in range(SIGNING_IN.per_address * 3):
        attempts.begin(f"agent {n}", "office", NOW)
        attempts.forgive(f"agent {n}", "office")


def test_the_memory_of_attempts_is_bounded() -> None:
    attempts = Attempts(SIGNING_IN)
    for n in range(10_000):
        attempts.begin(f"account {n}", f"address {n}", NOW)
    assert len(attempts._begun) <= 20_000


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (["192.0.2.1"], ("192.0.2.1",)),
        (["192.0.2.1/32", "192.0.2.1"], ("192.0.2.1",)),
        (["192.0.2.0/24", "2001:db8::/64"], ("192.0.2.0/24", "2001:db8::/64")),
        ([" 2001:DB8:0::1 "], ("2001:db8::1",)),
    ],
)
def test_trunk_addresses_have_one_normal_form(given: list[str], kept: tuple[str, ...]) -> None:
    assert checked_addresses(given) == kept


@pytest.mark.parametrize("address", ["", "x", "1.2.3", "192.0.2.1/24", "192.0.2.0/23", "2001:db8::/63", "::/0", "a,b"])
def test_what_is_no_trunk_address_is_refused(address: str) -> None:
    with pytest.raises(Invalid):
        checked_addresses([address])


def test_a_wider_range_is_allowed_by_the_operator_alone_and_one_that_a_trunk_has_may_stay() -> None:
    assert checked_addresses(["192.0.0.0/16"], TrunkLimits(widest={4: 16, 6: 64})) == ("192.0.0.0/16",)
    assert checked_addresses(["192.0.0.0/16", "192.0.2.1"], before=("192.0.0.0/16",)) == ("192.0.0.0/16", "192.0.2.1")
    with pytest.raises(Invalid):
        checked_addresses(["192.0.0.0/15"], TrunkLimits(widest={4: 16, 6: 64}))


def test_names_regions_and_greetings_are_held_to_their_rules() -> None:
    assert checked_name("  Acme \t Ltd ") == "Acme Ltd"
    for name in ("", " ", "x" * 101, "a\x00b", "a\u202eb"):
        with pytest.raises(Invalid):
            checked_name(name)
    check_tenant("GB", "Europe/London", 90)
    for wrong in (
        *(("gb", "UTC", 90), ("GB", "UTC", 0), ("GB", "UTC", 99999)),
        *(("GB", zone, 90) for zone in ("../etc", "Nowhere/Land", "Europe", "UTC\n", "x" * 65)),
    ):
        with pytest.raises(Invalid):
            check_tenant(*wrong)
    for good in (None, "greeting", "winter-2026"):
        check_greeting(good)
    for bad in ("", "a/b", "..", "A", "a.wav", "a|b", "a\n"):
        with pytest.raises(Invalid):
            check_greeting(bad)


@given(st.binary(min_size=32, max_size=32), st.text(alphabet="+0123456789", max_size=20))
def test_a_contacts_id_is_stable_and_each_organisations_own(key: bytes, number: str) -> None:
    id = contact_id(key, TenantId("ten_a"), number)
    assert id == contact_id(key, TenantId("ten_a"), number) != contact_id(key, TenantId("ten_b"), number)
    assert len(id) == 30 and id.startswith("ctc_")


@given(st.text(max_size=200))
def test_a_network_name_is_one_printable_line_or_nothing(text: str) -> None:
    kept = kept_display_name(text, "+442079460123")
    assert kept is None or (kept.isprintable() and 1 <= len(kept) <= 80)


def test_a_network_name_that_says_nothing_new_is_dropped() -> None:
    for text in (None, "", "  ", "+442079460123", "442079460123", "Anonymous", "asterisk"):
        assert kept_display_name(text, "+442079460123") is None
    assert kept_display_name(" Jo\r\n Smith ", "+442079460123") == "Jo Smith"
    assert kept_display_name("Bob 123", "+442079460123") == "Bob 123"
