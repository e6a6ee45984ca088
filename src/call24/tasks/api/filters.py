"""Filters of the task list that a user has saved."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends
from pydantic import Field

from call24.http.access import SERIALISED, Body, allowed
from call24.http.pagination import AskedDep, ms
from call24.http.router import Router
from call24.identity.model import Principal
from call24.kit.ids import TaskFilterId
from call24.kit.instants import iso
from call24.tasks.api.answers import SavedFilterAnswer, SavedFilterPage
from call24.tasks.api.checks import Id
from call24.tasks.dependencies import FiltersDep
from call24.tasks.filters import SavedFilter
from call24.tasks.list_rules import Order
from call24.tasks.model import Kind, Priority, State

router = Router(prefix="/v1/task-filters", tags=["tasks"])

Reader = Annotated[Principal, Depends(allowed("tasks.read"))]


class NewSavedFilter(Body):
    """A filter under a name. The other fields are asked of `GET /v1/tasks`; `assignee` `me` is you."""

    name: str = Field(max_length=120)
    queue: Id | None = None
    assignee: Id | None = None
    unassigned: bool = False
    state: State | None = None
    closed: bool | None = None
    kind: Kind | None = None
    priority: Priority | None = None
    overdue: bool = False
    q: str = Field("", max_length=100)
    sort: Order = "newest"


@router.get("", operation_id="tasks_list_saved_filters")
async def list_saved(principal: Reader, filters: FiltersDep, asked: AskedDep) -> SavedFilterPage:
    """Lists your saved filters, the oldest first."""
    found = await filters.all(principal.tenant_id, principal.user_id)
    return asked.page(found, _saved, lambda one: (ms(one.created_at), one.id))


@router.post("", status_code=201, dependencies=SERIALISED, operation_id="tasks_save_filter")
async def save(body: NewSavedFilter, principal: Reader, filters: FiltersDep) -> SavedFilterAnswer:
    """Saves a filter. A user has at most 30; one more is a 409 `too_many`."""
    parts = body.model_dump(exclude={"name", "queue", "sort"})
    made = await filters.add(
        principal.tenant_id, principal.user_id, body.name, queue_id=body.queue, order=body.sort, **parts
    )
    return _saved(made)


@router.delete("/{filter_id}", status_code=204, operation_id="tasks_remove_saved_filter")
async def remove(filter_id: str, principal: Reader, filters: FiltersDep) -> None:
    """Deletes a saved filter of your own. No task is changed."""
    await filters.remove(principal.tenant_id, principal.user_id, TaskFilterId(filter_id))


def _saved(one: SavedFilter) -> SavedFilterAnswer:
    parts = one.parts
    return {
        "id": one.id,
        "name": one.name,
        "queue": parts.queue_id,
        "assignee": parts.assignee,
        "unassigned": parts.unassigned,
        "state": parts.state,
        "closed": parts.closed,
        "kind": parts.kind,
        "priority": parts.priority,
        "overdue": parts.overdue,
        "q": parts.q,
        "sort": parts.order,
        "created_at": iso(one.created_at),
    }
