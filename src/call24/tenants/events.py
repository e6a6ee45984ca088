"""Who is told when trunks change and when calls come by them. It tells nobody itself."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from call24.tenants.model import Trunk

TrunkWatcher = Callable[[Trunk], Awaitable[None]]


@dataclass(frozen=True)
class TenantEvents:
    """Who wants to know: main puts the PBX's provisioning here. `call_came`: by which way (the sender's address, or a
    trunk's name at the PBX), and whether it may ring the number that it asked for."""

    trunk_added: list[TrunkWatcher] = field(default_factory=list)
    trunk_changed: list[TrunkWatcher] = field(default_factory=list)
    trunk_removed: list[TrunkWatcher] = field(default_factory=list)
    call_came: list[Callable[[str, bool], None]] = field(default_factory=list)
