"""How many connections may be open: from one address, of one organisation, of unauthenticated clients, and in all.

A connection is unauthenticated until a request on it has shown who sends it. One beyond a limit is let in, and the
oldest unauthenticated one is closed for it: so an honest client gets its turn however many silent ones connect. This
module counts; server/listener.py opens and closes.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from call24.kit.addresses import network_of
from call24.kit.ids import TenantId
from call24.kit.proxies import Proxies

EXTENSION = "call24.connection"
"""Of the ASGI scope: the `Admitted` that a request came on."""
IN_ALL = 16_000
UNAUTHENTICATED = 4_000
PER_ADDRESS = 1_000


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """`unauthenticated`: connections on which no request has been authenticated yet; `address`: of these, from one IPv4
    address or IPv6 /64. `tenant`: those that speak for one organisation; further ones stay unauthenticated."""

    in_all: int = IN_ALL
    unauthenticated: int = UNAUTHENTICATED
    address: int = PER_ADDRESS

    @property
    def tenant(self) -> int:
        return self.in_all // 2

    @classmethod
    def within(cls, descriptors: int, address: int = PER_ADDRESS) -> Bounds:
        """What leaves a reserve of these for the journal, recordings and the database."""
        in_all = min(IN_ALL, descriptors - reserve(descriptors))
        return cls(in_all=in_all, unauthenticated=min(UNAUTHENTICATED, in_all // 2), address=address)


def reserve(descriptors: int) -> int:
    return min(descriptors // 2, max(512, min(4_096, descriptors // 5)))


class Admission:
    """Of one process. `proxies` are not counted by address: each is many people."""

    def __init__(self, bounds: Bounds, proxies: Iterable[str] = ()) -> None:
        self.bounds = bounds
        self.refused = 0
        self.dropped = 0
        self.open = 0
        self.proxies = Proxies(proxies)
        self._unauthenticated: OrderedDict[Admitted, None] = OrderedDict()
        self._at: dict[str, OrderedDict[Admitted, None]] = {}
        self._of: Counter[TenantId] = Counter()

    @property
    def unauthenticated(self) -> int:
        return len(self._unauthenticated)

    def enter(self, address: str) -> Admitted | None:
        """A new connection, or None where there is no room and no unauthenticated client who could make some."""
        counted = None if address in self.proxies else network_of(address)
        if not self._makes_room(counted):
            self.refused += 1
            return None
        made = Admitted(self, counted)
        self.open += 1
        if counted is not None:
            self._unauthenticated[made] = None
            self._at.setdefault(counted, OrderedDict())[made] = None
        return made

    def _makes_room(self, address: str | None) -> bool:
        if address is not None and len(self._at.get(address, ())) >= self.bounds.address:
            return self._drop(next((one for one in self._at[address] if one in self._unauthenticated), None))
        if self.open >= self.bounds.in_all or (address and len(self._unauthenticated) >= self.bounds.unauthenticated):
            return self._drop(next(iter(self._unauthenticated), None))
        return True

    def _drop(self, oldest: Admitted | None) -> bool:
        if oldest is None:
            return False
        self.dropped += 1
        oldest.leave()
        oldest.end()
        return True

    # --- for Admitted ---

    def speaks_for(self, one: Admitted, tenant_id: TenantId) -> bool:
        """Whether the organisation has room for it."""
        if self._of[tenant_id] >= self.bounds.tenant:
            return False
        self._of[tenant_id] += 1
        self._unauthenticated.pop(one, None)
        return True

    def forget_address(self, one: Admitted, address: str) -> None:
        theirs = self._at[address]
        theirs.pop(one, None)
        if not theirs:
            del self._at[address]

    def move(self, one: Admitted, address: str) -> bool:
        """Count it there from now on; False when that has as many as it may have."""
        if len(self._at.get(address, ())) >= self.bounds.address:
            self.refused += 1
            return False
        self._unauthenticated[one] = None
        self._at.setdefault(address, OrderedDict())[one] = None
        return True

    def left(self, one: Admitted, tenant_id: TenantId | None) -> None:
        self.open -= 1
        self._unauthenticated.pop(one, None)
        if tenant_id is not None:
            self.release(tenant_id)

    def release(self, tenant_id: TenantId) -> None:
        self._of[tenant_id] -= 1
        if not self._of[tenant_id]:
            del self._of[tenant_id]


class Admitted:
    """One connection. `end` closes it; whoever opened it says how."""

    __slots__ = ("_address", "_admission", "_gone", "_is_shared", "_tenant_id", "end")

    def __init__(self, admission: Admission, address: str | None) -> None:
        self._admission = admission
        self._address = address
        self._tenant_id: TenantId | None = None
        self._is_shared = address is None
        """A proxy's: one request on it is one's, the next another's."""
        self._gone = False
        self.end: Callable[[], object] = _nothing

    def of_tenant(self, tenant_id: TenantId) -> None:
        """It speaks for an organisation: it makes room for nobody. Its address still has it."""
        if not self._gone and self._tenant_id is None and self._admission.speaks_for(self, tenant_id):
            self._tenant_id = tenant_id

    def proven(self, tenant_id: TenantId) -> None:
        """Somebody showed on it who they are: an office of five hundred has one address. Of a proxy's connection it is
        this request's organisation, until it is `answered`."""
        if self._is_shared:
            self.answered()
        self.of_tenant(tenant_id)
        if self._tenant_id is not None and self._address is not None:
            self._admission.forget_address(self, self._address)
            self._address = None

    def answered(self) -> None:
        """A request on it is over."""
        if self._is_shared and self._tenant_id is not None and not self._gone:
            self._admission.release(self._tenant_id)
            self._tenant_id = None

    def carries(self, forwarded: str) -> bool:
        """All of it is one client's from now on; where it is a proxy's, X-Forwarded-For says whose. False: that client
        has too many already."""
        if self._gone or not self._is_shared:
            return True
        self.answered()
        counted = network_of(self._admission.proxies.client_in(forwarded))
        if not self._admission.move(self, counted):
            return False
        self._address, self._is_shared = counted, False
        return True

    def leave(self) -> None:
        if not self._gone:
            self._gone = True
            self._admission.left(self, self._tenant_id)
            if self._address is not None:
                self._admission.forget_address(self, self._address)


def _nothing() -> None:
    """Until it is known how."""
