"""Closing organisations: an owner asks, all owners have some days to keep it, then everything of it goes.

What goes, and in which order, is the data map's and the rooms' (kit/holdings.py). The sweeper calls `go_on` each
minute; a server that was killed in the middle finishes at its start.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from call24.identity.model import Principal
from call24.identity.service import IdentityService
from call24.identity.setup import Setup
from call24.kit.clock import Clock
from call24.kit.errors import Call24Error, Conflict, Invalid, NotFound, Unavailable
from call24.kit.ids import TenantId, UserId
from call24.privacy.agreed_time import AgreedTime
from call24.privacy.closing_notices import ClosingNotices
from call24.privacy.closing_store import ClosingStore
from call24.privacy.deletion_register import DeletionRegister
from call24.privacy.model import Closing
from call24.privacy.receipts import Receipts, receipt_id
from call24.tenants.service import TenantService

log = logging.getLogger(__name__)

REMINDED_BEFORE = timedelta(days=3)
RULE: Literal["organisation_closing"] = "organisation_closing"
_ROUNDS = 3
"""What was under way when the deletion began may write once more: it is deleted again."""

Forget = Callable[[TenantId], Awaitable[None]]


async def erase_organisation(
    tenant_id: TenantId, identity: IdentityService, forget: Iterable[Forget], tenants: TenantService
) -> None:
    """Sessions and phones first, then what rooms hold in memory and files, then every document, the organisation last.

    Repeating it is harmless. Raises: Unavailable: do it again.
    """
    await identity.revoke_of_tenant(tenant_id)
    for one in forget:
        await one(tenant_id)
    await tenants.wipe(tenant_id)


async def _no_hold(tenant_id: TenantId) -> bool:
    return False


class Closings:
    """`days`: from asking to the deletion. `forget`: rooms let go of what they hold beside documents. `deleted`: the
    register beside MongoDB."""

    def __init__(
        self,
        clock: Clock,
        time: AgreedTime,
        store: ClosingStore,
        notices: ClosingNotices,
        receipts: Receipts,
        *,
        identity: IdentityService,
        tenants: TenantService,
        setup: Setup,
        forget: Forget,
        deleted: DeletionRegister,
        days: int,
    ) -> None:
        self._deleted = deleted
        self._clock = clock
        self._time = time
        self._store = store
        self._notices = notices
        self._receipts = receipts
        self._identity = identity
        self._tenants = tenants
        self._setup = setup
        self._forget = forget
        self._one_at_a_time = asyncio.Lock()
        """Else the request and the sweeper would both write to the owners."""
        self.days = days
        self.on_hold: Callable[[TenantId], Awaitable[bool]] = _no_hold
        """Whether a legal hold is on anything of the organisation: it is not deleted while one is."""

    # --- what owners ask ---

    async def plan(self, tenant_id: TenantId) -> dict[str, int]:
        """What would go, by kind. Raises: Unavailable."""
        return await self._store.counted(tenant_id)

    async def read(self, tenant_id: TenantId) -> Closing | None:
        """Raises: Unavailable."""
        return await self._store.get(tenant_id)

    async def close(self, principal: Principal, name: str) -> Closing:
        """`name`: the organisation's, typed. Raises: Invalid, Conflict (code organisation_closing), Unavailable."""
        tenant = await self._tenants.get(principal.tenant_id)
        if name.strip() != tenant.name:
            raise Invalid(errors=[("name", "is not the name of the organisation: type it as it stands")])
        now = self._clock.now()
        closing = Closing(
            id=tenant.id, asked_by=principal.user_id, asked_at=now, ends_at=now + timedelta(days=self.days)
        )
        try:
            await self._store.add(closing)
        except Conflict:
            raise Conflict("The organisation is being closed already", code="organisation_closing") from None
        with contextlib.suppress(Unavailable):  # the sweeper tells them within a minute
            await self._tell(tenant.id)
        return closing

    async def keep(self, tenant_id: TenantId, by: UserId) -> None:
        """Raises: NotFound when it is not being closed, Conflict (code closing_begun), Unavailable."""
        stopped = await self._store.stop(tenant_id)
        if stopped is None:
            if await self._store.get(tenant_id) is None:
                raise NotFound
            raise Conflict("The deletion of the organisation has begun", code="closing_begun")
        with contextlib.suppress(Unavailable):
            await self._notices.stopped(tenant_id, by, self._clock.now())

    async def delayed_by(self, closing: Closing) -> Literal["clock", "legal_hold"] | None:
        """What keeps a deletion from beginning in time. Raises: Unavailable."""
        if await self.on_hold(closing.id):
            return "legal_hold"
        last = await self._time.last()
        return "clock" if last is not None and last.disputed_at is not None else None

    # --- what the sweeper asks ---

    async def go_on(self, now: datetime | None) -> None:
        """What is due of each closing. `now`: the agreed time; None: disputed, and no deletion begins.

        What fails is logged, and tried again the next time. Raises: Unavailable when not even the list can be read.
        """
        for closing in await self._store.all():
            try:
                await self._go_on(closing, now)
            except (Call24Error, OSError) as trouble:
                log.error("the closing of organisation %s was postponed: %s", closing.id, trouble)

    async def finish_begun(self) -> None:
        """At the start: deletions that a kill cut off, before anybody can use what is left. As `go_on`."""
        await self.go_on(None)

    async def after_restore(self) -> int:
        """At the start, before `finish_begun`: organisations that were deleted, and came back with older data, are to
        be deleted again; how many. Raises: Unavailable.
        """
        known = [tenant.id for tenant in self._tenants.known_tenants()]
        back = await self._deleted.found(RULE, known)
        for id, line in back.items():
            log.warning("organisation %s was deleted and came back with older data: it is deleted again", id)
            tenant_id, counted = TenantId(id), await self._store.counted(TenantId(id))
            await self._store.end(tenant_id)  # it may have come back too, and wait
            begun = Closing(
                id=tenant_id,
                asked_by=UserId(""),
                asked_at=line.at,
                ends_at=line.at,
                state="deleting",
                told_at=line.at,
                reminded_at=line.at,
                counted=counted,
            )
            await self._store.add(begun)
        return len(back)

    async def _go_on(self, closing: Closing, now: datetime | None) -> None:
        if closing.state == "deleting":
            await self._delete(closing, interrupted=True)
            return
        if closing.told_at is None:
            await self._tell(closing.id)
        if now is None or now < closing.ends_at - REMINDED_BEFORE:
            return
        if closing.reminded_at is None:
            await self._remind(closing, now)
        elif now >= closing.ends_at and not await self.on_hold(closing.id):
            counted, to = await self._store.counted(closing.id), await self._notices.address(closing)
            if (begun := await self._store.begin(closing, counted, to)) is not None:
                log.warning("the deletion of organisation %s has begun: an owner closed it", closing.id)
                await self._delete(begun, interrupted=False)

    async def _delete(self, closing: Closing, *, interrupted: bool) -> None:
        """Nobody is let in from here on. Raises: Unavailable, OSError."""
        await self._deleted.add(RULE, closing.id, "asked", self._clock.now())
        with contextlib.suppress(NotFound):
            await self._tenants.change(closing.id, disabled_at=self._clock.now())
        for _ in range(_ROUNDS):
            await erase_organisation(closing.id, self._identity, (self._forget,), self._tenants)
            if not (left := await self._store.counted(closing.id)):
                break
        if left:
            raise Unavailable(f"{sum(left.values())} things of the organisation are still there")
        receipt = await self._receipts.issue(RULE, closing.id, "asked", closing.counted, interrupted=interrupted)
        await self._notices.receipt(closing, receipt, self._clock.now())
        await self._store.end(closing.id)
        await self._setup.prepare()
        log.warning("organisation %s is gone; its receipt is %s", closing.id, receipt.id)

    async def _tell(self, tenant_id: TenantId) -> None:
        """Raises: Unavailable."""
        async with self._one_at_a_time:
            closing = await self._store.get(tenant_id)
            if closing is not None and closing.told_at is None:
                await self._notices.closing(closing, "closing")
                await self._store.told(tenant_id, self._clock.now())

    async def _remind(self, closing: Closing, now: datetime) -> None:
        """The owners have as long as the reminder says, also when the server was off on its day."""
        late = msgspec.structs.replace(closing, ends_at=max(closing.ends_at, now + REMINDED_BEFORE))
        await self._notices.closing(late, "closing_soon")
        await self._store.reminded(closing, now, REMINDED_BEFORE)


def receipt_of(closing: Closing) -> str:
    """The id that its receipt will have."""
    return receipt_id(RULE, closing.id)
