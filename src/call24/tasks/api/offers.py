"""Tasks that an agent is asked to take: what is offered, accepting and declining."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends

from call24.http.access import allowed
from call24.http.pagination import AskedDep, ms
from call24.http.router import Router
from call24.identity.model import Principal
from call24.kit.instants import iso
from call24.tasks.api.answers import TaskAnswer, TaskOfferAnswer, TaskOfferPage
from call24.tasks.api.checks import ChecksDep
from call24.tasks.api.shown import AnswersDep
from call24.tasks.dependencies import OffersDep
from call24.tasks.model import Task

router = Router(prefix="/v1", tags=["tasks"])

Reader = Annotated[Principal, Depends(allowed("tasks.read"))]
Writer = Annotated[Principal, Depends(allowed("tasks.write"))]


@router.get("/task-offers", operation_id="tasks_list_offers")
async def list_offers(principal: Reader, offers: OffersDep, answers: AnswersDep, asked: AskedDep) -> TaskOfferPage:
    """Lists the tasks that you are asked to take now: one, or none.

    A queue with `offers_tasks` offers its open tasks to free agents, as it does with calls.
    """
    found = await offers.of(principal.tenant_id, principal.user_id)
    shown = {
        task.id: answer for task, answer in zip(found, await answers.several(principal.tenant_id, found), strict=True)
    }

    def view(task: Task) -> TaskOfferAnswer:
        assert task.offer_until is not None, "it is found by that"
        return {
            "task": shown[task.id],
            "offered_at": iso(task.offered_at or task.offer_until),
            "until": iso(task.offer_until),
            "left_s": max(0.0, (task.offer_until - answers.now()).total_seconds()),
        }

    return asked.page(found, view, lambda task: (ms(task.created_at), task.id))


@router.post("/tasks/{task_id}/accept", operation_id="tasks_accept_offer")
async def accept(
    task_id: str, principal: Writer, offers: OffersDep, checks: ChecksDep, answers: AnswersDep
) -> TaskAnswer:
    """Accepts a task that is offered to you: it is yours, and in progress.

    409 `task_offer_over` where its time is up, it was withdrawn, or somebody else has it. Accepting again what you
    accepted changes nothing.
    """
    return await answers.one(await offers.accept(await checks.task(task_id), principal.user_id))


@router.post("/tasks/{task_id}/decline", operation_id="tasks_decline_offer")
async def decline(
    task_id: str, principal: Writer, offers: OffersDep, checks: ChecksDep, answers: AnswersDep
) -> TaskAnswer:
    """Declines a task that is offered to you: the next free agent is asked. You are not asked again for ten minutes.

    409 `task_offer_over` where it is not offered to you any more.
    """
    return await answers.one(await offers.decline(await checks.task(task_id), principal.user_id))
