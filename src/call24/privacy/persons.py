"""Persons with an account: deleted in every place, and told what is kept of them.

What an account leaves in other rooms' memory, files and documents is theirs to drop: they are asked first, by what they
declare (kit/holdings.py). Then what the traces name goes, the account last. A note by the account's id remains, and
for a day what a request or a call that was under way wrote afterwards is looked for and deleted again.
"""

from __future__ import annotations

import contextlib
import logging
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import IO

import msgspec

from call24.identity.accounts import Accounts
from call24.identity.model import User
from call24.identity.service import IdentityService
from call24.kit.clock import Clock
from call24.kit.errors import Conflict, NotFound, TooMany
from call24.kit.fair import Fair
from call24.kit.holdings import Held
from call24.kit.ids import TenantId, UserId
from call24.kit.mongo import Mongo
from call24.privacy.calls_known import CallsKnown
from call24.privacy.deletion_register import DeletionRegister
from call24.privacy.hold_register import HoldRegister
from call24.privacy.model import Erasure, ErasureReceipt
from call24.privacy.person_file import person_file
from call24.privacy.person_store import PersonStore
from call24.privacy.receipts import Receipts, receipt_id
from call24.processors.notices import ErasureNotices
from call24.processors.recipients import ErasedPerson

log = logging.getLogger(__name__)

LOOKED_AGAIN = timedelta(days=1)
_REPORTED = "other"
"""Why a child's account was deleted, as its receipt says: nothing of the child."""


class Persons:
    """`held`: what rooms hold of a person; they let go of it while the account is closed and not deleted yet.
    `deleted`: the register beside MongoDB.

    `notices`: passes a deletion on to who received the person's data. `on_call`: whether somebody has a call in hand.
    """

    def __init__(
        self,
        mongo: Mongo,
        clock: Clock,
        identity: IdentityService,
        accounts: Accounts,
        held: Held,
        receipts: Receipts,
        notices: ErasureNotices,
        deleted: DeletionRegister,
    ) -> None:
        self._deleted = deleted
        self._held = held
        self._store = PersonStore(mongo, held.traces)
        self._clock = clock
        self._identity = identity
        self._accounts = accounts
        self._receipts = receipts
        self._notices = notices
        self._register = HoldRegister(mongo)
        self._erasing: set[UserId] = set()
        self._packing: set[TenantId] = set()
        self._room = Fair(2, 1)
        self.on_call: Callable[[TenantId, UserId], bool] = lambda tenant_id, user_id: False
        self.calls_known = CallsKnown(known=True)

    async def erase(self, tenant_id: TenantId, user_id: UserId, reason: str) -> tuple[Erasure, ErasureReceipt]:
        """Sessions, sockets and phones have ended, and the account is gone, when this returns.

        Raises: NotFound, Conflict (codes last_owner, user_on_call, legal_hold), Unavailable: ask again, it
        goes on where it was.
        """
        self._erasing.add(user_id)
        try:
            erasure, again = await self._erase(tenant_id, user_id, reason)
            return erasure, await self._receipt(erasure, interrupted=again)
        finally:
            self._erasing.discard(user_id)

    async def _erase(self, tenant_id: TenantId, user_id: UserId, reason: str) -> tuple[Erasure, bool]:
        """And whether it had been begun before."""
        user = await self._identity.user(tenant_id, user_id)
        self.calls_known.check()
        if self.on_call(tenant_id, user_id):
            raise Conflict("The user is on a call: wait until it is over", code="user_on_call")
        if await self._register.user(tenant_id, user_id):
            raise Conflict("A legal hold keeps the user from being deleted: have it released", code="legal_hold")
        await self._notices.check_room(tenant_id)
        before = await self._identity.tokens(tenant_id, user_id)
        await self._accounts.people.disable(tenant_id, user_id)
        for token in await self._identity.tokens(tenant_id, user_id):
            await self._identity.revoke(tenant_id, token.id, token.device_id)
        addresses = await self._store.addresses(user)
        await self._held.forget_person(user)
        deleted = Counter(tokens=len(before), devices=sum(token.device_id is not None for token in before))
        deleted += await self._store.delete_addressed(user, addresses)
        erasure = Erasure(id=user_id, tenant_id=tenant_id, at=self._clock.now(), reason=reason, deleted={})
        again = await self._store.begun(tenant_id, user_id)
        await self._note(erasure)
        await self._pass_on(user)
        deleted += await self._store.delete(tenant_id, [user_id])
        self._identity.forget_user(user_id)
        erasure = msgspec.structs.replace(erasure, deleted=dict(+deleted))
        await self._store.put(erasure)
        return erasure, again

    async def close_child(self, tenant_id: TenantId, user_id: UserId) -> str:
        """Closes the account at once, also in a call, and has it deleted: now, or by the sweeper; the receipt's id.

        Raises: NotFound, Conflict (code last_owner), Unavailable.
        """
        self.calls_known.check()  # before anything is done: what is refused below is asked for once more
        await self._accounts.people.disable(tenant_id, user_id)
        try:
            await self.erase(tenant_id, user_id, _REPORTED)
        except Conflict:  # on a call: the account is closed, and goes when that is over
            await self._note(
                Erasure(id=user_id, tenant_id=tenant_id, at=self._clock.now(), reason=_REPORTED, deleted={})
            )
        return receipt_id("account_deletion", user_id)

    async def _note(self, erasure: Erasure) -> None:
        """From here on nothing stops it. Raises: Unavailable."""
        await self._deleted.add("account_deletion", erasure.id, erasure.reason, erasure.at)
        await self._store.put(erasure)

    async def after_restore(self, tenant_ids: Sequence[TenantId]) -> int:
        """Before anybody can use them: accounts that were deleted, and came back with older data, are deleted again.

        How many. Raises: Unavailable.
        """
        count = 0
        for tenant_id in tenant_ids:
            users = [user.id for user in await self._identity.users(tenant_id)]
            for user_id, line in (await self._deleted.found("account_deletion", users)).items():
                now = self._clock.now()
                again = Erasure(id=UserId(user_id), tenant_id=tenant_id, at=now, reason=line.reason, deleted={})
                await self._store.put(again)
                count += 1
        if count:
            log.warning("%d accounts that were deleted came back with older data: they are deleted again", count)
            await self.erase_again(self._clock.now())
        return count

    async def erase_again(self, now: datetime) -> int:
        """What was written of them after they were deleted; how many documents. Raises: Unavailable.

        One that was cut off is finished here, and has its receipt.
        """
        by_tenant: dict[TenantId, list[UserId]] = {}
        noted = [one for one in await self._store.lately(now - LOOKED_AGAIN) if one.id not in self._erasing]
        lately = [one for one in noted if not self.on_call(one.tenant_id, one.id)]
        for erasure in lately:
            by_tenant.setdefault(erasure.tenant_id, []).append(erasure.id)
        there = await self._receipts.issued([_receipt_id(erasure) for erasure in lately])
        for erasure in lately:
            if _receipt_id(erasure) not in there:
                await self._let_go(erasure)
        late = Counter[str]()
        for tenant_id, user_ids in by_tenant.items():
            late += await self._store.delete(tenant_id, user_ids)
        for erasure in lately:
            if _receipt_id(erasure) not in there:
                self._identity.forget_user(erasure.id)
                await self._receipt(erasure, interrupted=True)
        return late.total()

    async def _let_go(self, erasure: Erasure) -> None:
        """What rooms hold of somebody whose account is still there: the deletion was cut off, or had to wait."""
        with contextlib.suppress(NotFound):
            user = await self._identity.user(erasure.tenant_id, erasure.id)
            addresses = await self._store.addresses(user)
            await self._held.forget_person(user)
            await self._store.delete_addressed(user, addresses)
            await self._pass_on(user)

    async def _pass_on(self, user: User) -> None:
        """To who received the person's data, once the deletion is noted and while the account is there."""
        person = ErasedPerson(kind="user", id=user.id, address=user.email)
        await self._notices.pass_on(user.tenant_id, person)

    async def _receipt(self, erasure: Erasure, *, interrupted: bool) -> ErasureReceipt:
        asked = await self._notices.of_user(erasure.tenant_id, erasure.id)
        return await self._receipts.issue(
            "account_deletion",
            erasure.id,
            erasure.reason,
            erasure.deleted,
            interrupted=interrupted,
            processors=asked,
        )

    async def file(self, tenant_id: TenantId, user_id: UserId, organisation: str) -> IO[bytes]:
        """A ZIP, to be closed. One at a time in an organisation. Raises: NotFound, TooMany, Unavailable."""
        user = await self._identity.user(tenant_id, user_id)
        if tenant_id in self._packing:
            raise TooMany("Another file is being created: wait for it", retry_after_s=5)
        self._packing.add(tenant_id)
        try:
            async with self._room.turn(tenant_id):
                return await person_file(self._store, user, organisation, self._clock.now(), self._held.places)
        finally:
            self._packing.discard(tenant_id)


def _receipt_id(erasure: Erasure) -> str:
    return receipt_id("account_deletion", erasure.id)
