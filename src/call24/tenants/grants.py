"""Which numbers, e-mail addresses and carriers' networks an organisation may name by itself: those that the operator
granted it. Pure.

Whether somebody else has what was not granted makes no difference to the answer. The first organisation of an
installation, to which nothing was granted yet, names what is nobody else's.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from call24.kit.errors import Invalid, Refused
from call24.tenants.model import Tenant

ANY_NUMBER, ANY_DOMAIN, ANY_NETWORK = "+", "*", "*"
MOST = 1000
_PREFIX = re.compile(r"\+(?:[1-9][0-9]{0,14})?")
_DOMAIN = re.compile(r"(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*|\*")


def checked_numbers(numbers: Sequence[str]) -> tuple[str, ...]:
    """Numbers in E.164, or how they begin; `+` is every one. Raises: Invalid."""
    if len(numbers) > MOST or not all(_PREFIX.fullmatch(one) for one in numbers):
        raise Invalid(errors=[("numbers", f"at most {MOST} numbers such as +442079460123, or how they begin: +442079")])
    return tuple(dict.fromkeys(numbers))


def checked_domains(domains: Sequence[str]) -> tuple[str, ...]:
    """What stands behind the `@`; `*` is every one. Raises: Invalid."""
    domains = [one.casefold() for one in domains]
    if len(domains) > MOST or not all(_DOMAIN.fullmatch(one) for one in domains):
        raise Invalid(errors=[("domains", f"at most {MOST} domains such as acme.example")])
    return tuple(dict.fromkeys(domains))


def checked_networks(networks: Sequence[str]) -> tuple[str, ...]:
    """IP addresses or ranges of carriers; `*` is every one. Raises: Invalid."""
    try:
        made = [one if one == ANY_NETWORK else str(ipaddress.ip_network(one.strip(), strict=False)) for one in networks]
    except ValueError:
        made = []
    if len(networks) > MOST or len(made) < len(networks) or any("%" in one for one in made):
        raise Invalid(errors=[("networks", f"at most {MOST} IP addresses or ranges such as 203.0.113.0/24")])
    return tuple(dict.fromkeys(made))


def checked(**said: Sequence[str] | None) -> dict[str, Any]:
    """`numbers`, `domains`, `networks`: as granted; None: nothing was said. Raises: Invalid."""
    check = {"numbers": checked_numbers, "domains": checked_domains, "networks": checked_networks}
    return {name: None if granted is None else check[name](granted) for name, granted in said.items()}


def may_name(tenant: Tenant, e164: str, tenants: Collection[Tenant]) -> bool:
    """Whether a number was granted to it, and to nobody else more closely: the longest beginning wins."""
    own = _closest(_numbers(tenant, tenants), e164)
    others = (_closest(_numbers(other, tenants), e164) for other in tenants if other.id != tenant.id)
    return own > 0 and own >= max(others, default=0)


def may_address(tenant: Tenant, email_key: str, tenants: Collection[Tenant]) -> bool:
    """Whether it may make accounts of this address without sending it a letter. A domain goes before `*`."""
    domain = email_key.rpartition("@")[2]
    if domain in _domains(tenant, tenants):
        return True
    others = any(domain in _domains(other, tenants) for other in tenants if other.id != tenant.id)
    return ANY_DOMAIN in _domains(tenant, tenants) and not others


def may_be_called(tenant: Tenant, short_name: str, tenants: Collection[Tenant]) -> bool:
    """Whether people may find it under this name to sign in: how a domain begins that was granted to it. A domain goes
    before `*`."""
    if any(one.partition(".")[0] == short_name for one in _domains(tenant, tenants)):
        return True
    others = (domain for other in tenants if other.id != tenant.id for domain in _domains(other, tenants))
    return ANY_DOMAIN in _domains(tenant, tenants) and all(one.partition(".")[0] != short_name for one in others)


def not_granted() -> Refused:
    return Refused(
        "This number is not granted to your organisation: ask the operator of this installation",
        code="number_not_granted",
    )


def _numbers(tenant: Tenant, tenants: Collection[Tenant]) -> Sequence[str]:
    if tenant.numbers is not None:
        return tenant.numbers
    return (ANY_NUMBER,) if is_first(tenant, tenants) else ()


def _domains(tenant: Tenant, tenants: Collection[Tenant]) -> Sequence[str]:
    if tenant.domains is not None:
        return tenant.domains
    return (ANY_DOMAIN,) if is_first(tenant, tenants) else ()


def is_first(tenant: Tenant, tenants: Collection[Tenant]) -> bool:
    lasting = [one for one in tenants if not one.temporary]
    return not tenant.temporary and all((tenant.created_at, tenant.id) <= (one.created_at, one.id) for one in lasting)


def _closest(prefixes: Iterable[str], e164: str) -> int:
    return max((len(one) for one in prefixes if e164.startswith(one)), default=0)
