"""Where pushes may go, and when they are tried again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from tests.support.push_service import Browser, b64

from call24.kit.errors import Invalid
from call24.web_push import rules
from call24.web_push.model import PushMessage, Target

AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "url",
    [
        "https://fcm.googleapis.com/fcm/send/cX:APA91b",
        "https://updates.push.services.mozilla.com/wpush/v2/gAAA",
        "https://web.push.apple.com/QGuQ",
        "https://wns2-par02p.notify.windows.com/w/?token=BQYAAA%3d",
    ],
)
def test_browsers_push_services_are_used(url: str) -> None:
    assert rules.is_endpoint(url, private=False)


@pytest.mark.parametrize(
    "url",
    [
        "http://fcm.googleapis.com/fcm/send/x",
        "https://fcm.googleapis.com:8443/fcm/send/x",
        "https://user@fcm.googleapis.com/x",
        "https://fcm.googleapis.com.evil.example/x",
        "https://evilpush.apple.com.example/x",
        "https://notpush.apple.com.example",
        "https://hooks.customer.example/x",
        "https://127.0.0.1/x",
        "https://localhost/x",
        "https://169.254.169.254/latest",
        "https://[::1]/x",
        "https://fcm.googleapis.com/x#y",
        "https://fcm.googleapis.com/" + "x" * 1000,
        "ftp://fcm.googleapis.com/x",
        "not an address",
        "",
    ],
)
def test_pushes_go_nowhere_else(url: str) -> None:
    assert not rules.is_endpoint(url, private=False)


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("http://127.0.0.1:4001/push/1", True),
        ("http://localhost:4001/push/1", True),
        ("https://[::1]:4001/push/1", True),
        ("https://10.0.0.4/push/1", True),
        ("https://hooks.customer.example/x", False),
        ("https://8.8.8.8/x", False),
        ("http://fcm.googleapis.com/x", False),
    ],
)
def test_the_operator_may_let_them_go_to_this_machine_and_its_networks(url: str, allowed: bool) -> None:
    assert rules.is_endpoint(url, private=True) is allowed


def test_a_subscription_that_is_none_is_refused_field_by_field() -> None:
    browser = Browser("b", "https://web.push.apple.com", "")
    good = Target(endpoint="https://web.push.apple.com/x", p256dh=b64(browser.public), auth=b64(browser.auth))
    assert rules.checked(good, private=False) is good
    bad = Target(endpoint="https://a.example/x", p256dh=b64(bytes(65)), auth=b64(b"short"))
    with pytest.raises(Invalid) as refused:
        rules.checked(bad, private=False)
    assert [name for name, _ in refused.value.errors] == ["endpoint", "p256dh", "auth"]


def test_the_country_of_a_push_service_is_its_operators() -> None:
    assert rules.country_of("updates.push.services.mozilla.com") == "US"
    assert rules.country_of("127.0.0.1") == ""


def test_attempts_are_apart_and_end_with_the_time_that_the_message_is_worth() -> None:
    until = AT + timedelta(seconds=30)
    assert rules.again_at(1, AT, until) == AT + timedelta(seconds=1)
    assert rules.again_at(3, AT, until) == AT + timedelta(seconds=9)
    assert rules.again_at(4, AT, AT + timedelta(seconds=27)) is None
    day = AT + timedelta(days=1)
    assert rules.again_at(11, AT, day) == AT + timedelta(minutes=10)
    assert rules.again_at(12, AT, day) is None


def test_a_topic_says_nothing_and_is_as_long_as_the_header_allows() -> None:
    assert len(rules.topic_of("dev_1 off_1")) == 32
    assert rules.topic_of("dev_1 off_1") != rules.topic_of("dev_1 off_2")


def test_long_names_are_cut() -> None:
    long = PushMessage(kind="incoming_call", title="ᠠ" * 500, body="ᠠ" * 5000, tag="t")
    assert len(msgspec.json.encode(rules.fitting(long))) < 3071
    assert (len(rules.fitting(long).title), len(rules.fitting(long).body)) == (120, 240)
