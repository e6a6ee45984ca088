"""Which sockets go where too much waits for clients that take nothing: of one organisation, or of all. Pure.

One socket alone is bounded in connection.py; a thousand of them would be a gigabyte.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from call24.kit.ids import TenantId
from call24.realtime.connection import Connection

ORGANISATION_BYTES_MAX = 64 * 1024 * 1024
ALL_BYTES_MAX = 256 * 1024 * 1024
LEFT = 3 / 4
"""Of a bound that was passed: else each further event would close one more."""


class Waiting(NamedTuple):
    """Bytes that wait for one socket."""

    size: int
    connection: Connection
    tenant_id: TenantId


def too_slow(sockets: Iterable[Waiting]) -> list[Connection]:
    """The slowest of each organisation that has too much, then the slowest of those that have most."""
    each: dict[TenantId, list[Waiting]] = {}
    for one in sockets:
        if one.size:
            each.setdefault(one.tenant_id, []).append(one)
    sums = {tenant_id: sum(one.size for one in theirs) for tenant_id, theirs in each.items()}
    for theirs in each.values():
        theirs.sort(key=lambda one: one.size)
    gone: list[Connection] = []

    def close_slowest(tenant_id: TenantId) -> None:
        slowest = each[tenant_id].pop()
        sums[tenant_id] -= slowest.size
        gone.append(slowest.connection)

    for tenant_id, held in list(sums.items()):
        while held > ORGANISATION_BYTES_MAX and sums[tenant_id] > ORGANISATION_BYTES_MAX * LEFT:
            close_slowest(tenant_id)
    total = sum(sums.values())
    while total > ALL_BYTES_MAX and sum(sums.values()) > ALL_BYTES_MAX * LEFT:
        close_slowest(max(sums, key=lambda tenant_id: sums[tenant_id]))
    return gone
