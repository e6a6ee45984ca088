"""The outbox of what recipients of a person's data are told, and their answers: erasures, corrections, restrictions
and that one was lifted. It sends nothing.

A notice is stored before the person is gone, by an id that follows from recipient and person: an erasure that was cut
off and is carried on stores the same ones. Of a correction or restriction it is stored in the same transaction. A newer
one about the same takes the place of one that was not answered yet, so that no retry brings back what was wrong.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from call24.kit.clock import Clock
from call24.kit.encryption import SecretBox
from call24.kit.errors import Conflict
from call24.kit.ids import ContactId, ErasureNoticeId, ProcessorId, TenantId, UserId
from call24.kit.mongo import Mongo, TenantScope
from call24.kit.paging import cursor_of
from call24.kit.secrets import AppKey
from call24.processors import rules
from call24.processors.model import ErasureNotice, NoticeKind, PersonKind
from call24.processors.recipients import ErasedPerson, ErasureAnswer, ErasureRecipients, ErasureRequest, Told
from call24.processors.store import NoticeStore

ShownState = Literal["waiting", "late", "answered", "unanswered", "superseded"]


@dataclass(frozen=True)
class NoticePage:
    notices: list[ErasureNotice]
    next: str | None


async def _nobody_told(notice: ErasureNotice) -> None:
    """Until the room says who is."""


class ErasureNotices:
    """`is_open`: whether an organisation is let in; `put`: set when a notice waits to be sent; `late`: told of each
    attempt after which a processor is late."""

    def __init__(self, mongo: Mongo, clock: Clock, key: AppKey, recipients: ErasureRecipients) -> None:
        self.store = NoticeStore(mongo)
        self._clock = clock
        self._box = SecretBox(key, "erasure notices")
        self._recipients = recipients
        self._others: dict[str, ErasureRecipients] = {}
        self.is_open: Callable[[TenantId], bool] = lambda _: True
        self.put = asyncio.Event()
        self.late: Callable[[ErasureNotice], Awaitable[object]] = _nobody_told

    async def check_room(self, tenant_id: TenantId) -> None:
        """Before an erasure begins. Raises: Conflict (code erasure_notices_full), Unavailable."""
        if await self.store.waiting(tenant_id) >= rules.WAITING_MAX:
            raise Conflict(
                f"{rules.WAITING_MAX:,} erasure notices wait for processors' answers: have the processors answer, or "
                "delete those that are gone",
                code="erasure_notices_full",
            )

    def add_recipients(self, prefix: str, recipients: ErasureRecipients) -> None:
        """Those of another sort, whose ids begin so."""
        self._others[prefix] = recipients

    async def _all(self, tenant_id: TenantId, kind: PersonKind) -> Sequence[tuple[ProcessorId, str]]:
        every = (self._recipients, *self._others.values())
        return [one for some in every for one in await some.of(tenant_id, kind)]

    async def recipients(self, tenant_id: TenantId, kind: PersonKind) -> Sequence[tuple[ProcessorId, str]]:
        """Ids and names of those who would be asked to erase such a person now. Raises: Unavailable."""
        return await self._all(tenant_id, kind)

    async def pass_on(
        self, tenant_id: TenantId, person: ErasedPerson, told: Told | None = None, scope: TenantScope | None = None
    ) -> None:
        """Have all who got this person's data asked. Repeating it is harmless. `told`: None of an erasure; `scope`: of
        the transaction that it is stored with. Raises: Unavailable."""
        now = self._clock.now()
        kind: NoticeKind = told.kind if told is not None else "erasure"
        about, field = (told.about, told.field) if told is not None else ("", "")
        caller = person.kind == "caller"
        for processor_id, name in await self._all(tenant_id, person.kind):
            id = ErasureNoticeId(rules.notice_id(processor_id, person.id, f"{kind} {about}" if about else ""))
            sealed = self._box.seal(person.address, id)
            value = self._box.seal(told.value, value_place({"_id": id})) if told is not None and told.value else b""
            notice = ErasureNotice(
                id=id,
                tenant_id=tenant_id,
                processor_id=processor_id,
                processor=name,
                kind=kind,
                about=about,
                field=field,
                contact_id=ContactId(person.id) if caller else None,
                user_id=None if caller else UserId(person.id),
                number=sealed if caller else b"",
                email=b"" if caller else sealed,
                value=value if caller else b"",
                own_value=b"" if caller else value,
                asked_at=now,
                due_at=now,
                late_at=now + rules.LATE_AFTER,
                until=now + rules.TRIED_FOR,
                delete_at=now + rules.KEPT_FOR,
            )
            if await self.store.add(notice, scope):
                await self.store.supersede(notice, scope)
                self.put.set()

    async def of_callers(
        self, tenant_id: TenantId, contact_ids: Sequence[ContactId], since: datetime
    ) -> list[ErasureNotice]:
        """Those about the erasure of these callers that were asked from then on. Raises: Unavailable."""
        begun = since.replace(microsecond=since.microsecond // 1000 * 1000)  # as MongoDB keeps the others
        about = await self.store.about(tenant_id, "contact_id", contact_ids)
        return [one for one in about if one.kind == "erasure" and one.asked_at >= begun]

    async def of_user(self, tenant_id: TenantId, user_id: UserId) -> list[ErasureNotice]:
        """Those about the deletion of the account. Raises: Unavailable."""
        return [one for one in await self.store.about(tenant_id, "user_id", [user_id]) if one.kind == "erasure"]

    async def get(self, tenant_id: TenantId, notice_id: ErasureNoticeId) -> ErasureNotice:
        """Raises: NotFound, Unavailable."""
        return await self.store.get(tenant_id, notice_id)

    async def page(
        self,
        tenant_id: TenantId,
        *,
        state: ShownState | None,
        person_id: str | None,
        limit: int,
        cursor: str | None,
    ) -> NoticePage:
        """The newest first. `person_id`: the id that a contact or an account had. Raises: Invalid, Unavailable."""
        which = self._in_state(state)
        if person_id is not None:
            which["user_id" if person_id.startswith("usr_") else "contact_id"] = person_id
        found = await self.store.page(tenant_id, which, limit=limit + 1, cursor=cursor)
        shown = found[:limit]
        return NoticePage(shown, cursor_of(shown[-1].asked_at, shown[-1].id) if len(found) > limit else None)

    def _in_state(self, state: ShownState | None) -> dict[str, Any]:
        if state is None:
            return {}
        if state in ("answered", "unanswered", "superseded"):
            return {"state": state}
        now = self._clock.now()
        return {"state": "waiting", "late_at": {"$lte": now} if state == "late" else {"$gt": now}}

    async def ask(self, notice: ErasureNotice) -> ErasureNotice:
        """Asks once and keeps what became of it. Cut off in between, the same is asked again. Raises: Unavailable."""
        if not self.is_open(notice.tenant_id):
            after = rules.put_off(notice, self._clock.now())
        else:
            answer = await self._asked(notice)
            after = rules.after_answer(notice, self._clock.now(), answer)
        if await self.store.change(after) and after.is_late(self._clock.now()):
            await self.late(after)
        return after

    async def _asked(self, notice: ErasureNotice) -> ErasureAnswer:
        caller = notice.contact_id is not None
        address = self._box.open(notice.number if caller else notice.email, notice.id)
        if address is None:
            return ErasureAnswer(trouble="no_secret")
        erased_id = notice.contact_id or notice.user_id
        assert erased_id is not None
        person = ErasedPerson(kind="caller" if caller else "user", id=erased_id, address=address)
        told, sealed = None, notice.value if caller else notice.own_value
        if notice.kind != "erasure":
            value = self._box.open(sealed, value_place({"_id": notice.id})) if sealed else ""
            if value is None:
                return ErasureAnswer(trouble="no_secret")
            told = Told(kind=notice.kind, about=notice.about, field=notice.field, value=value)
        request = ErasureRequest(
            id=notice.id, person=person, asked_at=notice.asked_at, answer_by=notice.late_at, told=told
        )
        who = self._others.get(notice.processor_id.partition("_")[0], self._recipients)
        return await who.ask(notice.tenant_id, notice.processor_id, request)


def value_place(document: Mapping[str, Any]) -> str:
    """What the sealed value of a notice, as it is stored, is bound to."""
    return f"{document['_id']} value"
