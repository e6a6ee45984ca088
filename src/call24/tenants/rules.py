"""What an organisation's settings may be. Pure, but for the machine's list of time zones."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from call24.kit.errors import Invalid

_REGION = re.compile(r"[A-Z]{2}")
_TIMEZONE = re.compile(r"[A-Za-z_]+(/[A-Za-z0-9_+-]+){0,2}")
_SOUND = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_WIDEST = {4: 16, 6: 32}
"""The shortest prefix length that a trunk may name: a wider range is a mistake, not a carrier."""


def checked_name(name: str, field: str = "name") -> str:
    """One line of 1 to 100 printable characters. Raises: Invalid."""
    name = " ".join(name.split())
    if not 1 <= len(name) <= 100 or not name.isprintable():
        raise Invalid(errors=[(field, "1 to 100 printable characters")])
    return name


def check_tenant(region: str, timezone: str, record_days: int) -> None:
    """Raises: Invalid."""
    errors = []
    if not _REGION.fullmatch(region):
        errors.append(("region", "a country code of two capital letters, such as GB"))
    if not _is_timezone(timezone):
        errors.append(("timezone", "a time zone name, such as Europe/London"))
    if not 1 <= record_days <= 3650:
        errors.append(("record_days", "1 to 3650 days"))
    if errors:
        raise Invalid(errors=errors)


def _is_timezone(name: str) -> bool:
    """Whether this machine knows the zone: the organisation's day is reckoned in it."""
    if len(name) > 64 or not _TIMEZONE.fullmatch(name):
        return False
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # no such zone, no zone's file, or the name of a folder of zones
        return False
    return True


def checked_addresses(addresses: Sequence[str]) -> tuple[str, ...]:
    """IP addresses or CIDR ranges in their normal form, without doubles. Raises: Invalid."""
    if not 1 <= len(addresses) <= 64:
        raise Invalid(errors=[("addresses", "1 to 64 IP addresses or ranges")])
    return tuple(dict.fromkeys(_address(text) for text in addresses))


def _address(text: str) -> str:
    try:
        network = ipaddress.ip_network(text.strip())
    except ValueError:
        raise Invalid(errors=[("addresses", f"{text[:60]!r} is no IP address or range")]) from None
    if network.prefixlen < _WIDEST[network.version]:
        raise Invalid(errors=[("addresses", f"{text[:60]!r} is wider than /{_WIDEST[network.version]}")])
    return str(network.network_address) if network.num_addresses == 1 else str(network)


def check_greeting(greeting: str | None) -> None:
    """Raises: Invalid unless it is a sound's bare name (never a path)."""
    if greeting is not None and not _SOUND.fullmatch(greeting):
        raise Invalid(errors=[("greeting", "the name of a sound: small letters, digits and dashes")])
