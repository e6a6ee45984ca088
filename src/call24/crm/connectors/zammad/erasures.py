"""Erasures by Zammad's data privacy tasks: a task deletes a user and all their tickets, some minutes later.

There is a receipt once the user is gone. Completed tasks are also what tells a deletion: Zammad keeps them for a year.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from call24.crm.asking import expect, json_object, one_line
from call24.crm.connector import CrmTrouble, Deleted, Missing, Rejected, UnderWay
from call24.crm.connectors.zammad.requests import ZammadApi, refuse, row_of

TASKS = "data_privacy_tasks"
PAGE = 100
PAGES_MAX = 50
"""Of tasks: an organisation that erases more in a year is told so."""


async def erase(api: ZammadApi, user: int, there: bool) -> str:
    """`there`: whether Zammad has the user. Raises: UnderWay, Rejected, CrmTrouble."""
    task = await _task_of(api, user)
    state = task.get("state") if task is not None else None
    if not there:
        done = task is not None and state == "completed"
        return f"Zammad's data privacy task {task['id']} is completed" if task and done else f"no user {user} in Zammad"
    if task is None or state == "completed":
        task = await _begin(api, user)
    elif state == "failed":
        await _begin_again(api, task)
    raise UnderWay(f"Zammad's data privacy task {task['id']}")


async def absent(api: ZammadApi, user: int) -> Missing | Deleted:
    """Why Zammad has no such user."""
    task = await _task_of(api, user)
    return Deleted() if task is not None and task.get("state") == "completed" else Missing()


async def _begin(api: ZammadApi, user: int) -> Mapping[str, Any]:
    """The organisation stays, whoever else is in it."""
    body = {"deletable_type": "User", "deletable_id": user, "preferences": {"delete_organization": "false"}}
    answer = await api.ask("POST", TASKS, None, body)
    refuse(answer)
    expect(answer, 200, 201)
    return row_of(json_object(answer))


async def _begin_again(api: ZammadApi, task: Mapping[str, Any]) -> None:
    """It is told, and tried again."""
    told = task.get("preferences")
    why = told.get("error") if isinstance(told, Mapping) else None
    answer = await api.ask("PUT", f"{TASKS}/{task['id']}", None, {"state": "in process"})
    refuse(answer)
    expect(answer, 200)
    text = f": {why}" if isinstance(why, str) and why else ""
    raise Rejected(one_line(f"Zammad's data privacy task {task['id']} failed, and is tried again{text}"))


async def _task_of(api: ZammadApi, user: int) -> Mapping[str, Any] | None:
    """The latest one."""
    latest: Mapping[str, Any] | None = None
    for page in range(1, PAGES_MAX + 1):
        rows = await api.rows(TASKS, {"page": str(page), "per_page": str(PAGE)})
        for row in rows:
            mine = row.get("deletable_type") == "User" and row.get("deletable_id") == user
            if mine and (latest is None or row["id"] > latest["id"]):
                latest = row
        if not rows:
            return latest
    raise CrmTrouble("malformed", f"Zammad has more than {PAGE * PAGES_MAX} data privacy tasks")
