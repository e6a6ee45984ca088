"""Push messages are encrypted as RFC 8291 says, by its own example, and requests signed as RFC 8292 says."""

from __future__ import annotations

import json
import secrets
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from tests.support.clock import StillClock
from tests.support.push_service import Browser, PushService, b64, unb64

from call24.kit.secrets import AppKey
from call24.web_push.encoding import CURVE, encrypt
from call24.web_push.vapid import Vapid, subject_of

# RFC 8291, section 5 and appendix A.
PLAIN = b"When I grow up, I want to be a watermelon"
SENDER = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
RECEIVER = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"
RECEIVER_PUBLIC = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
SALT, AUTH = "DGv6ra1nlYgDCS1FRnbzlw", "BTBZMqHH6r4Tts7J_aSIgg"
BODY = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu"
    "6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)
AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


def private(text: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(unb64(text)), CURVE)


def test_the_example_of_the_standard_comes_out_byte_for_byte() -> None:
    made = encrypt(PLAIN, unb64(RECEIVER_PUBLIC), unb64(AUTH), key=private(SENDER), salt=unb64(SALT), step=1)
    assert b64(made) == BODY


def test_the_stand_in_decrypts_the_example_of_the_standard() -> None:
    browser = Browser("b", "https://push.example", "", key=private(RECEIVER), auth=unb64(AUTH))
    assert b64(browser.public) == RECEIVER_PUBLIC
    assert browser.decrypted(unb64(BODY)) == PLAIN


def test_short_and_long_messages_of_a_step_have_the_same_length() -> None:
    browser = Browser("b", "https://push.example", "")
    made = [encrypt(text, browser.public, browser.auth) for text in (b"a", b"b" * 1000)]
    assert [browser.decrypted(one) for one in made] == [b"a", b"b" * 1000]
    assert {len(one) for one in made} == {86 + 1024 + 16}
    assert made[0] != encrypt(b"a", browser.public, browser.auth), "a fresh key and salt for each"
    assert len(encrypt(b"c" * 3071, browser.public, browser.auth)) <= 4096


@pytest.mark.parametrize("receiver", [b"", bytes(65), b"\4" + bytes(64), b"\4" + secrets.token_bytes(63)])
def test_what_is_no_point_of_the_curve_is_refused(receiver: bytes) -> None:
    with pytest.raises(ValueError):
        encrypt(b"a", receiver, b"0" * 16)


def test_a_message_that_no_service_takes_is_refused() -> None:
    browser = Browser("b", "https://push.example", "")
    with pytest.raises(ValueError, match="3071"):
        encrypt(b"a" * 3072, browser.public, browser.auth)


def clock_at(at: datetime) -> Any:
    return cast(Any, SimpleNamespace(wall=lambda: at, now=lambda: at))


def claims(header: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(unb64(header.split("t=")[1].split(",")[0].split(".")[1]))
    return told


def test_each_push_service_gets_a_token_for_itself_alone() -> None:
    vapid = Vapid(AppKey(b"1" * 32), clock_at(AT), "https://call.example")
    told = claims(vapid.authorization("https://fcm.googleapis.com/fcm/send/abc?d"))
    assert told == {
        "aud": "https://fcm.googleapis.com",
        "exp": int((AT + timedelta(hours=12)).timestamp()),
        "sub": "https://call.example",
    }
    other = claims(vapid.authorization("https://updates.push.services.mozilla.com:8443/wpush/v2/x"))
    assert other["aud"] == "https://updates.push.services.mozilla.com:8443"


def test_a_token_is_made_anew_after_an_hour_and_when_the_clock_was_set_back() -> None:
    clock = StillClock()
    vapid = Vapid(AppKey(b"1" * 32), clock, "")
    first = vapid.authorization("https://a.example/1")
    assert vapid.authorization("https://a.example/2") == first
    clock.advance(minutes=61)
    later = vapid.authorization("https://a.example/1")
    assert claims(later)["exp"] - claims(first)["exp"] == 61 * 60
    assert "sub" not in claims(later)


def test_the_key_follows_from_the_app_key_and_the_stand_in_checks_signatures() -> None:
    now = clock_at(datetime.now(UTC))
    vapid, again = Vapid(AppKey(b"1" * 32), now, ""), Vapid(AppKey(b"1" * 32), now, "")
    other = Vapid(AppKey(b"2" * 32), now, "")
    assert vapid.public == again.public != other.public
    service = PushService(origin="https://push.example")
    browser = service.browser(vapid.public)
    said = {"content-encoding": "aes128gcm", "ttl": "30", "urgency": "high", "topic": "abc"}
    service.check(browser, {**said, "authorization": vapid.authorization("https://push.example/push/1")})
    forged = other.authorization("https://push.example/push/1").split(",")[0] + f", k={vapid.public}"
    with pytest.raises(InvalidSignature):
        service.check(browser, {**said, "authorization": forged})
    with pytest.raises(AssertionError, match="this service alone"):
        service.check(browser, {**said, "authorization": vapid.authorization("https://another.example/1")})
    with pytest.raises(AssertionError, match="subscribed with"):
        service.check(browser, {**said, "authorization": other.authorization("https://push.example/1")})


@pytest.mark.parametrize(
    ("address", "subject"),
    [
        ("https://localhost:8024", ""),
        ("https://127.0.0.1:8024", ""),
        ("https://10.1.2.3:8024", ""),
        ("https://pbx:8024", ""),
        ("https://pbx.local:8024", ""),
        ("https://call.example.com:8024", "https://call.example.com:8024"),
        ("https://1.1.1.1", "https://1.1.1.1"),
    ],
)
def test_the_contact_is_the_public_address_and_no_name_of_this_machine(address: str, subject: str) -> None:
    assert subject_of(address) == subject
