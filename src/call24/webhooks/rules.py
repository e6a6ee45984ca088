"""What a webhook may be set to, and when a message is tried again. Pure."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import msgspec

from call24.kit.endpoints import Endpoint, check_country
from call24.kit.errors import Invalid
from call24.webhooks.events import NEEDS
from call24.webhooks.model import Delivery, Trouble, Webhook

WEBHOOKS_MAX = 20
TESTS_A_MINUTE, RESENDS_A_MINUTE = 10, 60
"""Of an organisation: what somebody has sent by hand, to whatever address."""
WAITING_MAX = 10_000
"""Messages that wait for one address; what happens beyond that is not told there."""
TOLD_WITHIN = timedelta(days=1)
"""What is older when it is read (records that are rebuilt) is told nobody."""
TRIED_FOR = timedelta(days=3)
KEPT, KEPT_DEAD = timedelta(days=3), timedelta(days=14)
OLD_SECRET_FOR = timedelta(hours=24)
FIRST_WAIT, LONGEST_WAIT, GROWTH = timedelta(seconds=5), timedelta(hours=12), 3
PUT_OFF = timedelta(minutes=5)


def checked(webhook: Webhook, *, private: bool) -> Webhook:
    """`private`: the operator lets webhooks go to this machine and its networks, and without TLS. Raises: Invalid."""
    faults = []
    if not is_address(webhook.url, private):
        faults.append(("url", "an https address without a user in it, of at most 500 characters"))
    if not webhook.kinds or any(kind not in NEEDS for kind in webhook.kinds):
        faults.append(("kinds", f"some of {', '.join(NEEDS)}"))
    if len(webhook.description) > 200 or not (webhook.description or "x").isprintable():
        faults.append(("description", "at most 200 characters"))
    if faults:
        raise Invalid(errors=faults)
    check_country(webhook.country)
    return webhook


def endpoint_of(webhook: Webhook) -> Endpoint:
    """Where what it tells goes to."""
    host = urlsplit(webhook.url).hostname or ""
    return Endpoint(kind="webhook", id=webhook.id, country=webhook.country, hosts=(host,))


def in_order(kinds: Sequence[str]) -> tuple[str, ...]:
    """Each once; unknown ones stay, to be told."""
    return tuple(dict.fromkeys([*(kind for kind in NEEDS if kind in kinds), *kinds]))


def is_address(url: str, private: bool) -> bool:
    """Its form alone: where it leads is looked at whenever it is connected to."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return False
    schemes = ("https", "http") if private else ("https",)
    plain = url.isascii() and url.isprintable() and " " not in url and len(url) <= 500
    whose = parts.username is None and parts.password is None and not parts.fragment
    if not (plain and whose and host) or port == 0 or parts.scheme not in schemes:
        return False
    return private or _may_be_public(host)


def _may_be_public(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return host != "localhost" and not host.endswith(".localhost")


def wait(tries: int) -> timedelta:
    """After so many failed attempts: 5 s, 15 s, 45 s, 2 min, 7 min, 20 min, 1 h, 3 h, 9 h, and then every 12 h."""
    return min(LONGEST_WAIT, FIRST_WAIT * int(GROWTH ** min(tries - 1, 20)))


def failed(delivery: Delivery, now: datetime, trouble: Trouble, status: int | None) -> Delivery:
    """It is due again, at the latest when its time is up; then it is dead."""
    tries = delivery.tries + 1
    after = msgspec.structs.replace(delivery, tries=tries, trouble=trouble, status=status)
    if now >= delivery.until or trouble == "gone":
        return msgspec.structs.replace(after, state="dead", delete_at=now + KEPT_DEAD)
    return msgspec.structs.replace(after, due_at=min(delivery.until, now + wait(tries)))


def put_off(delivery: Delivery, now: datetime) -> Delivery:
    """It may not be sent now: no attempt, but its time runs."""
    if now >= delivery.until:
        return msgspec.structs.replace(delivery, state="dead", trouble="switched_off", delete_at=now + KEPT_DEAD)
    return msgspec.structs.replace(delivery, trouble="switched_off", due_at=min(delivery.until, now + PUT_OFF))


def taken(delivery: Delivery, now: datetime, status: int) -> Delivery:
    return msgspec.structs.replace(
        delivery,
        state="delivered",
        tries=delivery.tries + 1,
        status=status,
        trouble=None,
        delivered_at=now,
        delete_at=max(now, delivery.created_at + TOLD_WITHIN) + KEPT,
    )


def again(delivery: Delivery, now: datetime) -> Delivery:
    """As new, but for what it says: the receiver sees by the message's id that it may have it already."""
    return msgspec.structs.replace(
        delivery,
        state="waiting",
        tries=0,
        status=None,
        trouble=None,
        delivered_at=None,
        due_at=now,
        until=now + TRIED_FOR,
        delete_at=now + TRIED_FOR + KEPT_DEAD,
    )
