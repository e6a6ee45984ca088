"""To which person, task or call a request may attach files, and whose files it may see: what the user may see."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends

from call24.call_records.dependencies import HistoryDep
from call24.call_records.history import History
from call24.files.dependencies import FilesDep
from call24.files.model import Owner, StoredFile
from call24.files.service import Files
from call24.http.access import PrincipalDep, require
from call24.identity.model import Principal
from call24.kit.errors import Conflict, Invalid
from call24.kit.ids import CallId, FileId, PersonId
from call24.people.dependencies import PeopleDep
from call24.people.service import People
from call24.queues.dependencies import QueuesDep
from call24.queues.service import QueueService
from call24.queues.visibility import visible_queues
from call24.tasks.api.checks import ChecksDep, TaskChecks


class Owners:
    """For one request. What the user does not see is not there."""

    def __init__(
        self,
        principal: Principal,
        people: People,
        tasks: TaskChecks,
        history: History,
        queues: QueueService,
        files: Files,
    ) -> None:
        self._principal = principal
        self._people = people
        self._tasks = tasks
        self._history = history
        self._queues = queues
        self._files = files

    async def file(self, file_id: str, *, deleted: bool = False) -> StoredFile:
        """`deleted`: also one that was deleted and is not gone yet.

        Raises: NotFound, also for one whose person, task or call this user does not see; Refused."""
        found = await self._files.get(self._principal.tenant_id, FileId(file_id), deleted=deleted)
        await self.owner(
            **{f"{found.about}_id": getattr(found, f"{found.about}_id")},
        )
        return found

    async def owner(
        self, person_id: str | None = None, task_id: str | None = None, call_id: str | None = None
    ) -> Owner:
        """Raises: Invalid unless there is one of them; Refused, NotFound; Conflict (file_of_private_person)."""
        match person_id, task_id, call_id:
            case str(), None, None:
                owner = await self._person(person_id)
            case None, str(), None:
                owner = await self._task(task_id)
            case None, None, str():
                owner = await self._call(call_id)
            case _:
                raise Invalid(errors=[("person_id", "one of person_id, task_id and call_id, with what it belongs to")])
        self._files.check_shown(self._principal.tenant_id, owner.contact_ids)
        return owner

    async def _person(self, person_id: str) -> Owner:
        require(self._principal, "people.read")
        who = self._principal
        found = await self._people.get(who.tenant_id, PersonId(person_id), who.user_id)
        if found.private_to is not None:
            raise Conflict("Private entries of the address book take no files", code="file_of_private_person")
        stored = await self._people.stored(who.tenant_id, found.id)
        return Owner(about="person", person_id=found.id, contact_ids=stored.contact_ids)

    async def _task(self, task_id: str) -> Owner:
        require(self._principal, "tasks.read")
        found = await self._tasks.task(task_id)
        contacts = (found.contact_id,) if found.contact_id is not None else ()
        return Owner(about="task", task_id=found.id, person_id=found.person_id, contact_ids=contacts)

    async def _call(self, call_id: str) -> Owner:
        who, queues = self._principal, visible_queues(self._principal, self._queues)
        found = await self._history.record(who.tenant_id, CallId(call_id), queues, who.user_id)
        contacts = (found.contact_id,) if found.contact_id is not None else ()
        return Owner(about="call", call_id=found.id, contact_ids=contacts)


def owners(
    principal: PrincipalDep,
    people: PeopleDep,
    tasks: ChecksDep,
    history: HistoryDep,
    queues: QueuesDep,
    files: FilesDep,
) -> Owners:
    return Owners(principal, people, tasks, history, queues, files)


OwnersDep = Annotated[Owners, Depends(owners)]
