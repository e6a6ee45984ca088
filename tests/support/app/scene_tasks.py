"""What the API answers about one task, its comments and history, changes of many and saved filters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.support.app import scene

Json = dict[str, Any]
ANNA = {"id": "usr_anna", "name": "Anna Berg"}
PREFIX = "/v1/tasks/"


def comment(number: int, text: str, by: Json | None = None, **more: Any) -> Json:
    return {
        "id": f"tcm_{number}",
        "by": by,
        "by_email": False,
        "text": text,
        "mentions": [],
        "at": scene.ago(minutes=number),
    } | more


def happened(number: int, what: str, minutes: float, by: Json, **more: Any) -> Json:
    """An entry of the activity log of a task."""
    return {
        "id": f"tse_{number}",
        "kind": "task",
        "what": what,
        "at": scene.ago(minutes=minutes),
        "by": by,
        "title": "Send the new price list",
        "detail": "manual",
        "text": None,
        "changes": [],
        "duration_s": None,
        "opens": {"kind": "task", "id": "tsk_d"},
        **more,
    }


class TaskScene:
    """`tasks`: as they are now; `task` finds one of them, and `changed` makes it another."""

    def __init__(
        self,
        tasks: Callable[[], list[Json]],
        task: Callable[[str], Json | None],
        changed: Callable[[str, Json], Json],
    ) -> None:
        self._tasks = tasks
        self._task = task
        self._changed = changed
        self.comments: dict[str, list[Json]] = {"tsk_d": [comment(30, "They asked twice.", ANNA)]}
        self.happened: dict[str, list[Json]] = {
            "tsk_d": [
                happened(2, "changed", 40, ANNA, changes=[{"field": "priority", "before": "normal", "after": "high"}]),
                happened(1, "created", 180, scene.SARAA),
            ]
        }
        self.saved: list[Json] = []
        self.series: list[Json] = []
        self.undone: list[Json] = []

    def answer(self, method: str, path: str, body: Any) -> tuple[int, Any] | None:
        if path == "/v1/task-filters":
            return self._filters(method, body)
        if path.startswith("/v1/task-filters/"):
            self.saved = [one for one in self.saved if one["id"] != path.rsplit("/", 1)[-1]]
            return 204, {}
        if path == "/v1/task-series":
            return self._recurring(method, body)
        if path.startswith("/v1/task-series/"):
            self.series = [one for one in self.series if one["id"] != path.rsplit("/", 1)[-1]]
            return 204, {}
        if path == "/v1/tasks/search":
            return 200, {"items": self._found(body), "next": None}
        if path == "/v1/tasks/count":
            return 200, {"count": 123, "more": False}
        if path == "/v1/task-bulk-changes" and method == "POST":
            return 201, self._bulk(body)
        if path.endswith("/undo") and path.startswith("/v1/task-bulk-changes/"):
            for before in self.undone:
                self._changed(before["id"], before)
            return 200, {"undone": len(self.undone)}
        return self._of_task(method, path, body) if path.startswith(PREFIX) else None

    def _recurring(self, method: str, body: Any) -> tuple[int, Any]:
        if method == "POST":
            shape = {"text": "", "priority": "normal", "checklist": [], "queue": None, "due_after_s": 86400, "made": 0}
            shape["paused"] = False
            who = {"assignee": scene.SARAA, "created_by": scene.SARAA, "created_at": scene.ago(minutes=0)}
            told = {name: body[name] for name in ("rule", "starts", "title")}
            made = {"id": f"tsr_{len(self.series)}", **shape, **who, **told, "next_at": scene.ahead(hours=20)}
            self.series.append(made)
            return 201, made
        return 200, {"items": self.series, "next": None}

    def _found(self, body: Any) -> list[Json]:
        rows = [row for row in self._tasks() if body.get("closed") in (None, row["state"] in ("done", "dropped"))]
        for name in ("person", "contact"):
            rows = [row for row in rows if body.get(name) in (None, row[f"{name}_id"])]
        return [row for row in rows if body.get("assignee") != "me" or row["assignee"] == scene.SARAA]

    def _of_task(self, method: str, path: str, body: Any) -> tuple[int, Any] | None:
        id, _, what = path.removeprefix(PREFIX).partition("/")
        if what == "activity":
            return 200, {"items": self.happened.get(id, []), "next": None}
        if what == "comments":
            if method == "POST":
                made = comment(0, body["text"], scene.SARAA, mentions=body["mentions"], id="tcm_new")
                self.comments[id] = [*self.comments.get(id, []), made]
                return 201, made
            return 200, {"items": self.comments.get(id, []), "next": None}
        if what.startswith("comments/"):
            kept = [one for one in self.comments.get(id, []) if one["id"] != what.removeprefix("comments/")]
            self.comments[id] = kept
            return 204, {}
        found = self._task(id)
        return (200, found) if method == "GET" and found is not None else None

    def _filters(self, method: str, body: Any) -> tuple[int, Any]:
        if method == "POST":
            empty = dict.fromkeys(("queue", "assignee", "state", "closed", "kind", "priority"))
            shape = {
                "unassigned": False,
                "overdue": False,
                "q": "",
                "sort": "newest",
                "created_at": scene.ago(minutes=0),
            }
            self.saved.append({"id": f"tfl_{len(self.saved)}", **empty, **shape, **body})
            return 201, self.saved[-1]
        return 200, {"items": self.saved, "next": None}

    def _bulk(self, body: Any) -> Json:
        found = [task for id in body.get("ids", []) if (task := self._task(id)) is not None]
        self.undone = [dict(task) for task in found]
        for task in found:
            self._changed(task["id"], body["change"])
        made = {
            "id": "tbc_1",
            "fields": list(body["change"]),
            "count": len(found),
            "at": scene.ago(minutes=0),
            "undone_at": None,
            "until": scene.ahead(hours=720),
        }
        return {"bulk_change": made, "changed": body.get("count") or len(found), "same": 0, "refused": []}
