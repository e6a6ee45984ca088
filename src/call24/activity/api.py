"""The activity logs of a person, a contact and a task."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query

from call24.activity.answers import ActivityEntryAnswer, ActivityPageAnswer
from call24.activity.dependencies import ActivityDep
from call24.activity.service import ActivityLog, ActivityPage
from call24.call_records.labels import named
from call24.contacts.dependencies import ContactsDep
from call24.http.access import PrincipalDep, allowed
from call24.http.router import Router
from call24.identity.dependencies import IdentityDep
from call24.identity.model import Principal
from call24.identity.permissions import STEP_UP
from call24.identity.service import IdentityService
from call24.kit.activity import ActivityEntry, ActivitySubject, ActivityViewer
from call24.kit.ids import ContactId, PersonId, UserId
from call24.kit.instants import iso
from call24.people.dependencies import PeopleDep
from call24.queues.dependencies import QueuesDep
from call24.queues.service import QueueService
from call24.queues.visibility import visible_queues
from call24.restrictions.service import data_restricted
from call24.tasks.api.checks import ChecksDep
from call24.tasks.api.shown import AnswersDep

router = Router(prefix="/v1")

PeopleReader = Annotated[Principal, Depends(allowed("people.read"))]
CallReader = Annotated[Principal, Depends(allowed("calls.read_own"))]
TaskReader = Annotated[Principal, Depends(allowed("tasks.read"))]
Limit = Annotated[int, Query(ge=1, le=100)]
Cursor = Annotated[str | None, Query(max_length=200)]


class Logs:
    """For one request."""

    def __init__(self, principal: Principal, log: ActivityLog, queues: QueueService, identity: IdentityService) -> None:
        self._principal = principal
        self._log = log
        self._queues = queues
        self._identity = identity

    async def page(self, subject: ActivitySubject, limit: int, cursor: str | None) -> ActivityPageAnswer:
        """Raises: Invalid for a cursor that is not ours."""
        found: ActivityPage = await self._log.page(self._viewer(), subject, limit=limit, cursor=cursor)
        return {"items": [self._view(one) for one in found.entries], "next": found.next}

    def _viewer(self) -> ActivityViewer:
        who = self._principal
        seen = who.permissions - STEP_UP if who.proof_due else who.permissions
        sees_calls = "calls.read_own" in seen or "calls.read_all" in seen
        queues = visible_queues(who, self._queues) if sees_calls else ()
        return ActivityViewer(
            tenant_id=who.tenant_id,
            user_id=who.user_id,
            permissions=frozenset(seen),
            queues=None if queues is None else tuple(queues),
        )

    def _view(self, one: ActivityEntry) -> ActivityEntryAnswer:
        return {
            "id": one.id,
            "kind": one.kind,
            "what": one.what,
            "at": iso(one.at),
            "by": named(one.by, self._name),
            "title": one.title,
            "detail": one.detail,
            "text": one.text,
            "changes": [{"field": each.field, "before": each.before, "after": each.after} for each in one.changes],
            "duration_s": one.duration_s,
            "opens": {"kind": one.opens.kind, "id": one.opens.id} if one.opens is not None else None,
        }

    def _name(self, user_id: UserId | None) -> str:
        user = self._identity.known_user(user_id) if user_id is not None else None
        return user.name if user is not None else "a former colleague"


def logs(principal: PrincipalDep, log: ActivityDep, queues: QueuesDep, identity: IdentityDep) -> Logs:
    return Logs(principal, log, queues, identity)


LogsDep = Annotated[Logs, Depends(logs)]


@router.get("/people/{person_id}/activity", tags=["people"], operation_id="people_list_activity")
async def of_person(
    person_id: str, principal: PeopleReader, people: PeopleDep, logs: LogsDep, limit: Limit = 25, cursor: Cursor = None
) -> ActivityPageAnswer:
    """Lists what happened with a person of the address book and their numbers, the newest first.

    Calls, tasks with their changes and comments, changes and merges of the entry, files, and what else you may read:
    each entry is shown to whoever may read what it comes from. Nothing is stored for the log: what is erased, or past
    its day, is not in it. 403 `data_restricted` where the person's data is kept and not used.
    """
    person = await people.get(principal.tenant_id, PersonId(person_id), principal.user_id)
    subject = ActivitySubject(person_id=person.id, contact_ids=person.contact_ids)
    return await logs.page(subject, limit, cursor)


@router.get("/contacts/{contact_id}/activity", tags=["people"], operation_id="contacts_list_activity")
async def of_contact(
    contact_id: str,
    principal: CallReader,
    contacts: ContactsDep,
    logs: LogsDep,
    limit: Limit = 25,
    cursor: Cursor = None,
) -> ActivityPageAnswer:
    """Lists what happened with a contact, which is one number, the newest first.

    As a person's log; of people who have the number, their changes. 403 `data_restricted` where the caller's data is
    kept and not used.
    """
    contact = await contacts.get(principal.tenant_id, ContactId(contact_id))
    return await logs.page(ActivitySubject(contact_ids=(contact.id,)), limit, cursor)


@router.get("/tasks/{task_id}/activity", tags=["tasks"], operation_id="tasks_list_activity")
async def of_task(
    task_id: str,
    principal: TaskReader,
    checks: ChecksDep,
    answers: AnswersDep,
    logs: LogsDep,
    limit: Limit = 25,
    cursor: Cursor = None,
) -> ActivityPageAnswer:
    """Lists what happened with a task, the newest first: its changes and comments, files, and its calls.

    Agents see the logs of the tasks that they see. 403 `data_restricted` where the caller's data is kept and not used.
    """
    task = await checks.task(task_id)
    if answers.restricted(task):
        raise data_restricted()
    calls = tuple(one for one in (task.call_id, task.done_call_id) if one is not None)
    return await logs.page(ActivitySubject(task_id=task.id, call_ids=calls), limit, cursor)
