"""Whose open tasks a talk would settle: hardly any caller's, so that hardly any call needs to look for some.

Learnt once for each organisation; from then on the service says what becomes open. It may say yes for one who has none
any more, never no for one who has some. Bounded: of an organisation with too many, everybody is looked up.
"""

from __future__ import annotations

from call24.kit.ids import ContactId, TenantId
from call24.tasks.model import Task
from call24.tasks.rules import SETTLED
from call24.tasks.store import TaskStore

MOST = 20_000


class OpenIndex:
    def __init__(self, store: TaskStore) -> None:
        self._store = store
        self._contacts: dict[TenantId, set[ContactId]] = {}
        self._learnt: dict[TenantId, bool] = {}
        """Whether that was all."""
        self._closed: set[TenantId] = set()
        """Erased since the start: what still reads their last calls makes nothing known again."""

    async def may_have(self, tenant_id: TenantId, contact_id: ContactId) -> bool:
        """False for an organisation that is erased. Raises: Unavailable."""
        if tenant_id not in self._learnt and tenant_id not in self._closed:
            found = await self._store.contacts_with_open(tenant_id, SETTLED, MOST)
            if tenant_id not in self._closed:
                self._contacts.setdefault(tenant_id, set()).update(found)
                self._learnt[tenant_id] = len(found) < MOST
        if tenant_id in self._closed:
            return False
        return contact_id in self._contacts[tenant_id] or not self._learnt[tenant_id]

    def opens(self, task: Task) -> None:
        """It is about to be stored as open. When there are too many, those that are done by now are learnt away."""
        if task.kind not in SETTLED or task.contact_id is None or task.tenant_id in self._closed:
            return
        contacts = self._contacts.setdefault(task.tenant_id, set())
        if len(contacts) >= MOST:
            contacts.clear()
            self._learnt.pop(task.tenant_id, None)
        contacts.add(task.contact_id)

    def forget_tenant(self, tenant_id: TenantId) -> None:
        self._closed.add(tenant_id)
        self._contacts.pop(tenant_id, None)
        self._learnt.pop(tenant_id, None)
