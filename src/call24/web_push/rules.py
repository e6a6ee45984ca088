"""Which push services are used, what a subscription may be, and when a message is tried again. Pure."""

from __future__ import annotations

import hashlib
import ipaddress
from base64 import urlsafe_b64encode
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import msgspec

from call24.kit.endpoints import Endpoint
from call24.kit.errors import Invalid
from call24.web_push.encoding import AUTH, point, unb64
from call24.web_push.model import PushMessage, Target

PUSH_SERVICES = {
    "fcm.googleapis.com": "US",
    "push.services.mozilla.com": "US",
    "push.apple.com": "US",
    "notify.windows.com": "US",
}
"""Of Chrome and other browsers of its kind, Firefox, Safari, Edge on Windows: hosts, or what they end with, and the
country of their operator. Pushes go nowhere else.
Sources: firebase.google.com/docs/cloud-messaging, mozilla-push-service.readthedocs.io,
developer.apple.com/documentation/usernotifications, learn.microsoft.com/windows/apps/design/shell (WNS)."""
ENDPOINT_MAX, KEY_MAX = 1000, 200
TITLE_MAX, BODY_MAX = 120, 240
TTL_MAX = timedelta(days=28)
FIRST_WAIT, LONGEST_WAIT, GROWTH = timedelta(seconds=1), timedelta(minutes=10), 3
TRIES_MAX = 12
TESTS_A_MINUTE = 5


def checked(target: Target, *, private: bool) -> Target:
    """`private`: the operator lets requests go to this machine and its networks. Raises: Invalid."""
    faults = []
    if not is_endpoint(target.endpoint, private):
        faults.append(("endpoint", f"an https address at one of {', '.join(PUSH_SERVICES)}"))
    if not _is_point(target.p256dh):
        faults.append(("p256dh", "base64url of an uncompressed point of P-256, as the browser gives it"))
    if not _is_secret(target.auth):
        faults.append(("auth", f"base64url of {AUTH} bytes, as the browser gives it"))
    if faults:
        raise Invalid(errors=faults)
    return target


def is_endpoint(url: str, private: bool) -> bool:
    """Its form and its host; where that leads is looked at whenever it is connected to."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    plain = url.isascii() and url.isprintable() and " " not in url and len(url) <= ENDPOINT_MAX
    if not plain or parts.username is not None or parts.password is not None or parts.fragment or not host:
        return False
    if parts.scheme == "https" and port in (None, 443) and country_of(host):
        return True
    return private and port != 0 and parts.scheme in ("https", "http") and _is_near(host)


def _is_near(host: str) -> bool:
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return host == "localhost"


def country_of(host: str) -> str:
    """ISO 3166 code of the push service's operator; empty: no push service that is used."""
    named = (code for name, code in PUSH_SERVICES.items() if host == name or host.endswith(f".{name}"))
    return next(named, "")


def host_of(url: str) -> str:
    return urlsplit(url).hostname or ""


def fitting(message: PushMessage) -> PushMessage:
    """With texts as long as a notification shows: names are chosen by people, and a message has its bound."""
    replaced = {"title": message.title[:TITLE_MAX], "body": message.body[:BODY_MAX]}
    return msgspec.structs.replace(message, **replaced)


def endpoint_of(host: str) -> Endpoint:
    """Where a subscription's notifications go to."""
    return Endpoint(kind="push", id=host, country=country_of(host), hosts=(host,))


def topic_of(topic: str) -> str:
    """As the header has it: 32 characters that say nothing. Source: RFC 8030, section 5.4."""
    return urlsafe_b64encode(hashlib.sha256(topic.encode()).digest())[:32].decode()


def again_at(tries: int, now: datetime, until: datetime) -> datetime | None:
    """After so many failed attempts: in 1 s, 3 s, 9 s and so on, every 10 min at last; None: not any more."""
    at = now + min(LONGEST_WAIT, FIRST_WAIT * int(GROWTH ** min(tries - 1, 10)))
    return at if tries < TRIES_MAX and at < until else None


def _is_point(text: str) -> bool:
    try:
        point(unb64(text))
    except ValueError:
        return False
    return len(text) <= KEY_MAX


def _is_secret(text: str) -> bool:
    try:
        return len(unb64(text)) == AUTH
    except ValueError:
        return False
