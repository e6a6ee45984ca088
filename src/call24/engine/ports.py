"""What the engine needs to know of the rest of Call24, without asking the database on the path of a call."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

import msgspec

from call24.calls.configuration import Plan
from call24.calls.model import CallRules, FlowRef
from call24.kit.ids import CallId, ContactId, DeviceId, LegId, NumberId, QueueId, TenantId, UserId
from call24.kit.sent_numbers import SentNumber
from call24.routing.model import Team
from call24.toll_fraud.model import Verdict

RUNG_MAX = 5
"""Devices of one person that ring at once: each is a channel of Asterisk, and no line of the quota."""


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """Where a dialled number leads. `number`: E.164; `trusts_identity`: its trunk's word of who rings counts; `tls`,
    `srtp`: it takes no call without."""

    tenant_id: TenantId
    number_id: NumberId
    flow: FlowRef
    rules: CallRules
    number: str = ""
    trusts_identity: bool = False
    tls: bool = False
    srtp: bool = False


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """Who rings, as shown to the agent's phone. Kept in memory only, as long as the call lives.

    `said`: what the network calls them in this call; None where it says nothing, or we ring them.
    `sent`: their number as the carrier sent it, and what it can mean; None where we ring them, and in a call's task.
    `restricted`: their data is kept and not used, so no phone shows number or name.
    """

    contact_id: ContactId | None
    number: str
    name: str
    said: str | None = None
    sent: SentNumber | None = None
    restricted: bool = False


class Directory(Protocol):
    """Configuration, answered from memory: a call is routed also while MongoDB is away."""

    def route(self, dialled: str, trunk: str) -> Route | None:
        """None: nobody has this number, or it does not belong to the trunk that the call came through."""
        ...

    def plan(self, tenant_id: TenantId) -> Plan:
        """The organisation's settings, as a call's decisions read them."""
        ...

    def rules(self, tenant_id: TenantId) -> CallRules: ...

    def teams(self, tenant_id: TenantId) -> Mapping[QueueId, Team]: ...

    def most_waiting(self, queue_id: QueueId) -> int | None:
        """How many callers may wait in the queue; None: any number."""
        ...

    def devices(self, tenant_id: TenantId, agent_id: UserId) -> tuple[DeviceId, ...]:
        """The signed-in devices of an agent, the last seen first. Those that ring are the first `RUNG_MAX`."""
        ...

    def mobile(self, tenant_id: TenantId, agent_id: UserId) -> str | None:
        """The E.164 number that the agent is called on when its phones do not ring; None: it is not to be."""
        ...

    def name(self, tenant_id: TenantId, user_id: UserId) -> str | None:
        """A user's name; None: not of this organisation."""
        ...

    def arrived(self, route: Route, at: datetime) -> None:
        """A call to this number came in: it is surely the organisation's."""
        ...

    def shown(self, tenant_id: TenantId, number_id: str | None) -> str | None:
        """The E.164 number to be shown to whom we call; None: the organisation has none that it may show."""
        ...

    def owns(self, tenant_id: TenantId, number: str) -> bool:
        """Whether it is one of the organisation's own numbers."""
        ...

    def queue_of_number(self, tenant_id: TenantId, number_id: NumberId) -> QueueId | None:
        """Whose rules hold for calls that show this number."""
        ...


class Callers(Protocol):
    """The contacts room, as the engine uses it."""

    def identify(
        self, tenant_id: TenantId, caller: str, name: str, *, dialled: str = "", dialled_as: str = ""
    ) -> Caller:
        """Name the caller at once, without the database; remembering it happens behind.

        `dialled`: the number that they rang, E.164, and `dialled_as`: as their carrier wrote it; where we ring them
        both are empty. A number that may mean several is nobody's.
        """
        ...

    def opened(self, tenant_id: TenantId, call_id: CallId, caller: Caller) -> None:
        """A call of theirs begins: what the network says of them in it is kept with it, behind."""
        ...

    async def recall(self, tenant_id: TenantId, contact_id: ContactId | None) -> Caller:
        """The caller of a call that was taken over after a restart."""
        ...


class OutboundGuard(Protocol):
    """The toll-fraud protection (toll_fraud/): asked before every call to the outside, from memory."""

    def ask(self, tenant_id: TenantId, user_id: UserId | None, number: str, now: datetime) -> Verdict:
        """Before anything rings; a refusal counts towards a freeze."""
        ...

    def admit(
        self,
        leg: LegId,
        tenant_id: TenantId,
        user_id: UserId | None,
        number: str,
        at: datetime,
        *,
        further: bool = False,
        forwarded: bool = False,
    ) -> Verdict:
        """The same, and the leg counts from now on until ``over``; ``further``: over the next trunk, no new call;
        ``forwarded``: a caller is passed on to this user, so it is a caller's call and freezes nobody."""
        ...

    def reaches(self, tenant_id: TenantId, number: str) -> bool:
        """Whether this destination is allowed at all; counts nothing."""
        ...

    def over(self, leg: LegId, at: datetime) -> None:
        """Nothing for a leg that was never admitted."""
        ...
