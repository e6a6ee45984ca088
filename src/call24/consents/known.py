"""Who said no, in memory: asked on the path of a call, so it never waits. Of purposes that are off until somebody
agrees, also who did.

Persons who said nothing take no room, nor those who agreed to what is allowed anyway. An organisation has room for
REFUSALS_EACH; while it has more, those purposes are answered with "unknown" for everybody, so that none who said no is
overlooked.
"""

from __future__ import annotations

from datetime import datetime

from call24.consents.model import ConsentEntry, Purpose, Refusal, refusal_of
from call24.consents.purposes import PURPOSES
from call24.kit.ids import TenantId

REFUSALS_EACH = 100_000
"""Of an organisation, all purposes together."""


class KnownRefusals:
    def __init__(self) -> None:
        self._of: dict[TenantId, dict[tuple[Purpose, str], tuple[datetime, Refusal | None]]] = {}
        self._full: dict[TenantId, set[Purpose]] = {}
        self._closed: set[TenantId] = set()

    def why_not(self, tenant_id: TenantId, purpose: Purpose, person: str) -> Refusal | None:
        found = self._of.get(tenant_id, {}).get((purpose, person))
        if found is not None:
            return found[1]
        full = purpose in self._full.get(tenant_id, ())
        return "unknown" if full or PURPOSES[purpose].opt_in else None

    def learn(self, entry: ConsentEntry) -> None:
        """An older entry than what is known changes nothing."""
        if entry.tenant_id in self._closed:
            return
        of, key, refusal = (
            self._of.setdefault(entry.tenant_id, {}),
            (entry.purpose, entry.person),
            refusal_of(entry.act),
        )
        before = of.get(key)
        if before is not None and before[0] > entry.at:
            return
        of.pop(key, None)
        opt_in = PURPOSES[entry.purpose].opt_in
        if refusal is None and not opt_in:
            return
        if len(of) >= REFUSALS_EACH:
            if not opt_in:  # else nobody who is not known is taken to agree
                self._full.setdefault(entry.tenant_id, set()).add(entry.purpose)
            return
        of[key] = entry.at, refusal

    def forget(self, tenant_id: TenantId, persons: set[str]) -> None:
        of = self._of.get(tenant_id, {})
        for key in [key for key in of if key[1] in persons]:
            del of[key]

    def close(self, tenant_id: TenantId) -> None:
        self._closed.add(tenant_id)
        self._of.pop(tenant_id, None)
        self._full.pop(tenant_id, None)
