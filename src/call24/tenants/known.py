"""Organisations, trunks and numbers as last known: what calls are routed by while MongoDB is away.

Memory only, never a wait. Who reads it from MongoDB, and changes it, is service.py's.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec

from call24.kit.ids import NumberId, TenantId, TrunkId
from call24.kit.sip_names import sip_name
from call24.tenants.grants import may_address, may_be_called
from call24.tenants.model import Number, Tenant, Trunk
from call24.tenants.rules import in_order, only_number, shown_number
from call24.tenants.ways_in import Way, WaysIn


class KnownTenants:
    def __init__(self) -> None:
        self._tenants: dict[TenantId, Tenant] = {}
        self._trunks: dict[TrunkId, Trunk] = {}
        self._numbers: dict[str, Number] = {}
        self._resolved: dict[TrunkId, tuple[str, ...]] = {}
        self._ways_in: WaysIn | None = None
        """Made when it is asked for; None: trunks or their hosts' addresses have changed since."""
        self._proofs: dict[NumberId, Number] = {}
        """Numbers that were proven to be the organisation's, and are not stored as such yet."""
        self._changes = 0

    def grants_address(self, tenant_id: TenantId, email_key: str) -> bool:
        """Whether an organisation may make accounts of this address without sending it a letter."""
        tenant = self._tenants.get(tenant_id)
        return tenant is not None and may_address(tenant, email_key, self._tenants.values())

    def grants_name(self, tenant_id: TenantId, short_name: str) -> bool:
        """Whether an organisation may be found under this short name."""
        tenant = self._tenants.get(tenant_id)
        return tenant is not None and may_be_called(tenant, short_name, self._tenants.values())

    def known(self, tenant_id: TenantId) -> Tenant | None:
        return self._tenants.get(tenant_id)

    def known_tenants(self) -> list[Tenant]:
        return list(self._tenants.values())

    def known_trunk(self, trunk_id: TrunkId) -> Trunk | None:
        return self._trunks.get(trunk_id)

    def known_trunks(self) -> list[Trunk]:
        return list(self._trunks.values())

    def ways_in(self, address: str) -> list[Way]:
        """The networks that this sender is in, each with its trunk, of all organisations."""
        if self._ways_in is None:
            self._ways_in = WaysIn((trunk, self.resolved(trunk.id)) for trunk in self._trunks.values())
        return self._ways_in.of(address)

    def trunks_by(self, way: str) -> list[Trunk]:
        """The trunks that a call came by: of a registration's name that one, of an address all that name it."""
        named = [trunk for trunk in self._trunks.values() if sip_name(trunk.tenant_id, trunk.id) == way]
        return named or list({trunk.id: trunk for _, trunk in self.ways_in(way)}.values())

    def numbers_on(self, trunks: Iterable[Trunk]) -> list[Number]:
        ids = {trunk.id for trunk in trunks}
        return [number for number in self._numbers.values() if number.trunk_id in ids]

    def known_ways_out(self, tenant_id: TenantId) -> list[Trunk]:
        """The trunks by which the organisation's calls may go out, the first to be tried first."""
        return in_order(trunk for trunk in self._trunks.values() if trunk.tenant_id == tenant_id)

    def known_numbers(self, tenant_id: TenantId) -> list[Number]:
        """The oldest first."""
        theirs = [number for number in self._numbers.values() if number.tenant_id == tenant_id]
        return sorted(theirs, key=lambda number: (number.created_at, number.id))

    def shown_number(self, tenant_id: TenantId, number_id: str | None) -> str | None:
        """What a called party sees: `rules.shown_number` of the organisation's."""
        return shown_number(self.known_numbers(tenant_id), number_id)

    def only_number(self, trunk_name: str) -> Number | None:
        """The one number of the trunk of that name at Asterisk; None where it has none or several."""
        return only_number(self._numbers.values(), trunk_name)

    def note_resolved(self, trunk_id: TrunkId, addresses: tuple[str, ...]) -> None:
        """The addresses that the trunk's host has now."""
        if self._resolved.get(trunk_id, ()) != addresses:
            self._resolved[trunk_id], self._ways_in = addresses, None

    def resolved(self, trunk_id: TrunkId) -> tuple[str, ...]:
        return self._resolved.get(trunk_id, ())

    def prove(self, number_id: NumberId, at: datetime) -> None:
        """A call to this number came in by its trunk, so it is the organisation's. Stored behind."""
        number = next((number for number in self._numbers.values() if number.id == number_id), None)
        if number is not None and number.verified_at is None:
            self._numbers[number.e164] = self._proofs[number.id] = msgspec.structs.replace(number, verified_at=at)
            self._changes += 1

    def number_by_e164(self, e164: str) -> Number | None:
        return self._numbers.get(e164)
