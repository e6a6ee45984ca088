"""What an organisation's settings may be. Pure, but for the machine's list of time zones."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from call24.kit.endpoints import Endpoint, check_country
from call24.kit.errors import Conflict, Invalid
from call24.kit.settings_types import PHONES_FROM
from call24.kit.sip_names import sip_name
from call24.tenants.model import Number, Tenant, Trunk

_REGION = re.compile(r"[A-Z]{2}")
_TIMEZONE = re.compile(r"[A-Za-z_]+(/[A-Za-z0-9_+-]+){0,2}")
_SOUND = re.compile(r"[a-z0-9][a-z0-9-]{0,63}|prm_[0-9a-z]{26}")
_HOST = re.compile(r"(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]{0,62})(\.[A-Za-z0-9][A-Za-z0-9-]{0,62})*\.?")
_ACCOUNT = re.compile(r"[A-Za-z0-9._+*#~!-]{1,64}")


@dataclass(frozen=True, kw_only=True)
class TrunkLimits:
    """How much trunks may take of what all organisations share. `widest`: IP version -> the shortest prefix of a range;
    `networks`: addresses and ranges of a trunk; `networks_of_one`: of an organisation's trunks together;
    `networks_of_all`: of all organisations'. The operator sets the last three. `tls`: whether
    there may be trunks with TLS, which an external Asterisk has not from us."""

    trunks: int = 20
    networks: int = 64
    networks_of_one: int = 256
    networks_of_all: int = 4096
    widest: Mapping[int, int] = field(default_factory=lambda: {4: 24, 6: 64})
    tls: bool = True


LIMITS = TrunkLimits()


def checked_name(name: str, field: str = "name") -> str:
    """One line of 1 to 100 printable characters. Raises: Invalid."""
    name = " ".join(name.split())
    if not 1 <= len(name) <= 100 or not name.isprintable():
        raise Invalid(errors=[(field, "1 to 100 printable characters")])
    return name


def is_open(tenant: Tenant | None) -> bool:
    """Whether its people and programs are let in; one that is not known here is not shut out."""
    return tenant is None or tenant.disabled_at is None


REASON_MAX, REASON_WORDS = 500, 3
"""Of a legal reason for keeping something longer."""
STOP_KEYS = "023456789*"
_TAKEN_KEYS = {"1": "1 accepts a callback", "#": "# ends a voicemail message"}


def check_tenant(
    region: str,
    timezone: str,
    record_days: int,
    recording_days: int | None = None,
    recording_stop_key: str | None = None,
) -> None:
    """Raises: Invalid."""
    errors = []
    if recording_stop_key in _TAKEN_KEYS:
        errors.append(("recording_stop_key", f"{_TAKEN_KEYS[recording_stop_key]}: choose another key"))
    elif recording_stop_key is not None and (len(recording_stop_key) != 1 or recording_stop_key not in STOP_KEYS):
        errors.append(("recording_stop_key", "one key: 0, 2 to 9 or *; or null: no key stops the recording"))
    if not _REGION.fullmatch(region):
        errors.append(("region", "a country code of two capital letters, such as GB"))
    if not is_timezone(timezone):
        errors.append(("timezone", "a time zone name, such as Europe/London"))
    if not 1 <= record_days <= 3650:
        errors.append(("record_days", "1 to 3650 days"))
    if recording_days is not None and not 1 <= recording_days <= 3650:
        errors.append(("recording_days", "1 to 3650 days, or null: as long as the call record"))
    if errors:
        raise Invalid(errors=errors)


def reason_for(recording_days: int | None, record_days: int, reason: str | None) -> str | None:
    """What is stored with `recording_days`: nothing, where recordings do not stay longer than the call record.

    Raises: Invalid (code retention_reason_required) where they do, and no legal reason is stated.
    """
    if recording_days is None or recording_days <= record_days:
        return None
    return checked_reason(reason, "recording_days_reason", "recordings")


def checked_reason(reason: str | None, field: str, what: str) -> str:
    """Raises: Invalid (code retention_reason_required)."""
    text = " ".join((reason or "").split())
    if len(text.split()) < REASON_WORDS or len(text) > REASON_MAX or not text.isprintable():
        raise Invalid(
            f"To keep {what} longer, say in `{field}` by which law or contract: {REASON_WORDS} words or more, at most "
            f"{REASON_MAX} characters",
            code="retention_reason_required",
            errors=[(field, f"the legal reason for keeping {what} longer")],
        )
    return text


def is_timezone(name: str) -> bool:
    """Whether this machine knows the zone: the organisation's day is reckoned in it."""
    if len(name) > 64 or not _TIMEZONE.fullmatch(name):
        return False
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # no such zone, no zone's file, or the name of a folder of zones
        return False
    return True


def checked_addresses(
    addresses: Sequence[str], limits: TrunkLimits = LIMITS, before: Iterable[str] = ()
) -> tuple[str, ...]:
    """IP addresses or CIDR ranges in their normal form, without doubles. `before`: what the trunk had may stay, also
    where it was allowed under wider limits. Raises: Invalid."""
    if len(addresses) > limits.networks:
        raise Invalid(errors=[("addresses", f"at most {limits.networks} IP addresses or ranges")])
    had = frozenset(before)
    return tuple(dict.fromkeys(text if text in had else _address(text, limits.widest) for text in addresses))


def check_room(theirs: Iterable[Trunk], others: Iterable[Trunk], trunk: Trunk, limits: TrunkLimits) -> None:
    """Whether there is room for a trunk that is new, or is changed. `theirs`: the organisation's other trunks;
    `others`: those of all other organisations. Raises: Conflict (too_many_trunks, too_many_networks)."""
    own = list(theirs)
    if len(own) >= limits.trunks:
        raise Conflict(f"An organisation has at most {limits.trunks} trunks", code="too_many_trunks")
    named = sum(len(each.addresses) for each in (*own, trunk))
    if named > limits.networks_of_one:
        text = f"The trunks of an organisation have at most {limits.networks_of_one} addresses and ranges together"
        raise Conflict(text, code="too_many_networks")
    if named + sum(len(each.addresses) for each in others) > limits.networks_of_all:
        text = "The trunks of this installation have reached the number of addresses that its operator allows"
        raise Conflict(text, code="too_many_networks")


def _address(text: str, widest: Mapping[int, int]) -> str:
    try:
        network = ipaddress.ip_network(_zoneless(text.strip()))
    except ValueError:
        raise Invalid(errors=[("addresses", f"{text[:60]!r} is not an IP address or range")]) from None
    if network.prefixlen < widest[network.version]:
        raise Invalid(errors=[("addresses", f"{text[:60]!r} is wider than /{widest[network.version]}")])
    if network.version == 4 and ipaddress.ip_address(PHONES_FROM) in network:
        raise Invalid(errors=[("addresses", f"{text[:60]!r} contains {PHONES_FROM}, which agents' phones use")])
    return str(network.network_address) if network.num_addresses == 1 else str(network)


def check_greeting(greeting: str | None) -> None:
    """Raises: Invalid unless it is a sound's bare name (never a path)."""
    if greeting is not None and not _SOUND.fullmatch(greeting):
        raise Invalid(errors=[("greeting", "the name of a sound (small letters, digits and dashes), or a prompt's id")])


def checked_trunk(trunk: Trunk, limits: TrunkLimits = LIMITS) -> Trunk:
    """Raises: Invalid, naming every field that breaks a rule."""
    errors = []
    if trunk.kind not in ("ip", "registration"):
        errors.append(("kind", "ip or registration"))
    if trunk.kind == "ip" and not trunk.addresses:
        errors.append(("addresses", "1 to 64 IP addresses or ranges"))
    if trunk.kind == "registration" and trunk.host is None:
        errors.append(("host", "where to register"))
    if trunk.kind == "registration" and trunk.login is None:
        errors.append(("username", "the account to register, with its password"))
    if trunk.host is not None and not is_host(trunk.host):
        errors.append(("host", "a host's name or an IP address"))
    errors += _wire(trunk, limits)
    if trunk.login is not None and not _ACCOUNT.fullmatch(trunk.login.username):
        errors.append(("username", "1 to 64 letters, digits and . _ + * # ~ ! -"))
    if trunk.send_as_account and trunk.login is None:
        errors.append(("send_as_account", "only with an account"))
    if not 1 <= trunk.order <= 1000:
        errors.append(("order", "1 to 1000"))
    if errors:
        raise Invalid(errors=errors)
    check_country(trunk.country)
    return trunk


def endpoint_of(trunk: Trunk) -> Endpoint:
    """Where its calls go to; of a trunk without a way out, where they come from."""
    hosts = trunk.addresses if trunk.host is None else (trunk.host,)
    return Endpoint(kind="trunk", id=trunk.id, country=trunk.country, hosts=hosts)


def _wire(trunk: Trunk, limits: TrunkLimits) -> list[tuple[str, str]]:
    """What is wrong with the way to its host."""
    errors = []
    if trunk.port is not None and not 1 <= trunk.port <= 65535:
        errors.append(("port", "1 to 65535"))
    if trunk.transport not in ("udp", "tcp", "tls"):
        errors.append(("transport", "udp, tcp or tls"))
    if trunk.transport == "tls" and not limits.tls:
        errors.append(("transport", "udp or tcp: TLS needs the Asterisk that comes with Call24"))
    if trunk.srtp and trunk.transport != "tls":
        errors.append(("srtp", "only with transport tls: the keys of the sound are in the signalling"))
    return errors


def check_password(password: str) -> None:
    """A carrier's, as it goes into Asterisk's configuration. Raises: Invalid."""
    if not 1 <= len(password) <= 128 or not password.isprintable():
        raise Invalid(errors=[("password", "1 to 128 printable characters")])


def is_host(text: str) -> bool:
    return is_address(text) or (bool(_HOST.fullmatch(text)) and not text.replace(".", "").isdigit())


def is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(_zoneless(text))
    except ValueError:
        return False
    return True


def _zoneless(text: str) -> str:
    """An IPv6 zone (`fe80::1%eth0`) may be any text, line ends too, and would get into SIP. Raises: ValueError."""
    if "%" in text:
        raise ValueError("an address without a zone")
    return text


def check_number(number: Number) -> None:
    """Raises: Invalid."""
    errors = []
    if (number.queue_id is None) == (number.flow_id is None):
        errors.append(("queue_id", "either a queue or a flow"))
    if len(number.label) > 100 or not number.label.isprintable():
        errors.append(("label", "at most 100 printable characters"))
    if errors:
        raise Invalid(errors=errors)
    check_greeting(number.greeting)


def comes_through(trunk: Trunk, way: str, resolved: Iterable[str] = ()) -> bool:
    """Whether a call may reach the trunk's numbers. `way`: the trunk's own name at Asterisk when it came by its
    registration, else the sender's address; `resolved`: the addresses that the trunk's host has."""
    if not trunk.enabled:
        return False
    if way == sip_name(trunk.tenant_id, trunk.id):
        return True
    try:
        sender = ipaddress.ip_address(way)
    except ValueError:
        return False
    if isinstance(sender, ipaddress.IPv6Address) and sender.ipv4_mapped is not None:
        sender = sender.ipv4_mapped
    return any(sender in ipaddress.ip_network(network) for network in (*trunk.addresses, *resolved))


def in_order(trunks: Iterable[Trunk]) -> list[Trunk]:
    """Those through which a call may go out, the first to be tried first."""
    ways_out = [trunk for trunk in trunks if trunk.enabled and trunk.host is not None]
    return sorted(ways_out, key=lambda trunk: (trunk.order, trunk.created_at, trunk.id))


def shown_number(numbers: Iterable[Number], number_id: str | None) -> str | None:
    """What a called party sees: the verified number with this id, or without an id the first one.

    None: there is no such number.
    """
    verified = (number for number in numbers if number.verified_at is not None)
    return next((number.e164 for number in verified if number_id in (None, number.id)), None)


def only_number(numbers: Iterable[Number], trunk_name: str) -> Number | None:
    """The one number of the trunk of that name at Asterisk; None where it has none or several."""
    theirs = [number for number in numbers if sip_name(number.tenant_id, number.trunk_id) == trunk_name]
    return theirs[0] if len(theirs) == 1 else None
