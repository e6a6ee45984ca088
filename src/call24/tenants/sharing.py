"""What trunks of several organisations may have in common: carriers' networks, and how sound is taken there. Pure.

An organisation names the networks that the operator granted it, which may be another's too; whether somebody has what
was not granted makes no difference to the answer.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection, Iterable

from call24.kit.errors import Conflict, Refused
from call24.tenants.grants import ANY_NETWORK, is_first
from call24.tenants.model import Tenant, Trunk

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def check_shared(
    tenant: Tenant | None, trunk: Trunk, fresh: Iterable[str], tenants: Collection[Tenant], trunks: Iterable[Trunk]
) -> None:
    """`fresh`: the networks that the trunk did not name before; `trunks`: all that there are.

    Raises: Refused (network_not_granted), Conflict (symmetric_rtp_differs).
    """
    others = [one for one in trunks if one.tenant_id != trunk.tenant_id]
    wished = _networks(fresh)
    if wished and (tenant is None or not _may_name(tenant, wished, tenants, others)):
        text = "An address of this trunk is not granted to your organisation: ask the operator of this installation"
        raise Refused(text, code="network_not_granted")
    if trunk.enabled and tenant is not None and not tenant.temporary:
        _check_sound(trunk, others)


def _may_name(tenant: Tenant, wished: list[Network], tenants: Collection[Tenant], others: Iterable[Trunk]) -> bool:
    if tenant.networks is not None:
        return ANY_NETWORK in tenant.networks or all(_is_within(one, _networks(tenant.networks)) for one in wished)
    if not is_first(tenant, tenants):
        return False
    taken = {one for other in tenants if other.id != tenant.id for one in other.networks or ()} - {ANY_NETWORK}
    return not _overlap(wished, _networks(taken.union(*(trunk.addresses for trunk in others))))


def _check_sound(trunk: Trunk, others: Iterable[Trunk]) -> None:
    """Calls from one address have one rule for where sound may come from: Asterisk knows no more when they ring."""
    own = _networks(trunk.addresses)
    for other in others:
        differs = other.enabled and other.symmetric_rtp != trunk.symmetric_rtp
        if differs and _overlap(own, _networks(other.addresses)):
            asks = str(other.symmetric_rtp).lower()
            text = (
                f"Another organisation's trunk at one of these addresses has symmetric_rtp {asks}: use the same value"
            )
            raise Conflict(text, code="symmetric_rtp_differs")


def _networks(texts: Iterable[str]) -> list[Network]:
    return [ipaddress.ip_network(one) for one in texts]


def _overlap(some: Iterable[Network], others: Collection[Network]) -> bool:
    return any(one.version == each.version and one.overlaps(each) for one in some for each in others)


def _is_within(network: Network, granted: Iterable[Network]) -> bool:
    first, last = int(network.network_address), int(network.broadcast_address)
    same = (one for one in granted if one.version == network.version)
    return any(int(one.network_address) <= first and last <= int(one.broadcast_address) for one in same)
