"""Comments on tasks."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends
from pydantic import Field

from call24.call_records.labels import named
from call24.http.access import Body, allowed
from call24.http.router import Router
from call24.identity.model import Principal
from call24.kit.ids import TaskCommentId
from call24.kit.instants import iso
from call24.restrictions.service import data_restricted
from call24.tasks.api.answers import TaskCommentAnswer, TaskCommentPage
from call24.tasks.api.checks import ChecksDep, Id
from call24.tasks.api.shown import AnswersDep, TaskAnswers
from call24.tasks.api.tasks import Cursor, Limit
from call24.tasks.dependencies import CommentsDep
from call24.tasks.history_model import TaskComment
from call24.tasks.model import Task

router = Router(prefix="/v1/tasks", tags=["tasks"])

Reader = Annotated[Principal, Depends(allowed("tasks.read"))]
Writer = Annotated[Principal, Depends(allowed("tasks.write"))]


class NewTaskComment(Body):
    """A comment. `mentions`: users whom the text names, and who see the task; each is notified."""

    text: str = Field(max_length=8000)
    mentions: list[Id] = Field([], max_length=20)


@router.get("/{task_id}/comments", operation_id="tasks_list_comments")
async def list_comments(
    task_id: str,
    principal: Reader,
    comments: CommentsDep,
    checks: ChecksDep,
    answers: AnswersDep,
    limit: Limit = 25,
    cursor: Cursor = None,
) -> TaskCommentPage:
    """Lists the comments on a task, the oldest first."""
    task = _free(await checks.task(task_id), answers)
    found, following = await comments.page(task, limit=limit, cursor=cursor)
    return {"items": [_comment(one, answers) for one in found], "next": following}


@router.post("/{task_id}/comments", status_code=201, operation_id="tasks_add_comment")
async def add_comment(
    task_id: str,
    body: NewTaskComment,
    principal: Writer,
    comments: CommentsDep,
    checks: ChecksDep,
    answers: AnswersDep,
) -> TaskCommentAnswer:
    """Adds a comment. A task has at most 500; one more is a 409 `too_many`."""
    task = _free(await checks.task(task_id), answers)
    named_users = [checks.named(one, task) for one in body.mentions]
    return _comment(await comments.add(task, principal.user_id, body.text, named_users), answers)


@router.delete("/{task_id}/comments/{comment_id}", status_code=204, operation_id="tasks_remove_comment")
async def remove_comment(
    task_id: str, comment_id: str, principal: Writer, comments: CommentsDep, checks: ChecksDep
) -> None:
    """Deletes a comment of your own."""
    await comments.remove(await checks.task(task_id), TaskCommentId(comment_id), principal.user_id)


def _free(task: Task, answers: TaskAnswers) -> Task:
    """Raises: Refused (code data_restricted)."""
    if answers.restricted(task):
        raise data_restricted()
    return task


def _comment(one: TaskComment, answers: TaskAnswers) -> TaskCommentAnswer:
    return {
        "id": one.id,
        "by": named(one.by, answers.views.name),
        "by_email": one.by_email,
        "text": one.text,
        "mentions": [{"id": id, "name": answers.views.name(id)} for id in one.mentions],
        "at": iso(one.at),
    }
