"""Saved reports as the API answers them, for the app's tests and pictures."""

from __future__ import annotations

from typing import Any

from tests.support.app.scene_calls import DULMAA

Json = dict[str, Any]
KIM = {"id": "usr_kim", "name": "Kim"}
TIMES = ["2026-03-09T00:00:00.000Z", "2026-03-16T00:00:00.000Z", "2026-03-23T00:00:00.000Z"]


def saved(id: str, name: str, **more: Any) -> Json:
    """Of the user's own, as it was saved; `more`: what else is said of it."""
    return {
        "id": id,
        "name": name,
        "period": "last_week",
        "by": "queue",
        "queue_id": None,
        "agent_id": None,
        "direction": None,
        "compare": False,
        "measures": [],
        "shared": False,
        "made_by": DULMAA,
        "may_change": True,
        "may_remove": True,
        "schedule": None,
        "next_at": None,
        "sent_at": None,
        "stopped": None,
        "created_at": "2026-03-02T00:00:00.000Z",
        **more,
    }


class SavedReportScene:
    """`rows`: those that there are; `refuses`: what saving is answered, with its status."""

    def __init__(self) -> None:
        self.rows: list[Json] = []
        self.refuses: tuple[int, Json] | None = None

    def answer(self, method: str, path: str, body: Any) -> tuple[int, Any] | None:
        if not path.startswith("/v1/saved-reports"):
            return None
        if path == "/v1/saved-reports/times":
            mine = {**DULMAA, "email_confirmed": True}
            people = [mine, {**KIM, "email_confirmed": False}]
            return 200, {"time_zone": "Asia/Ulaanbaatar", "times": TIMES, "recipients": people, "sends": True}
        if path == "/v1/saved-reports":
            return self._save(f"srp_new{len(self.rows)}", body) if method == "POST" else (200, self._page())
        id = path.split("/")[3]
        found = next((one for one in self.rows if one["id"] == id), None)
        if found is None:
            return 404, {"type": "about:blank", "title": "There is nothing here", "status": 404, "code": "not_found"}
        if method == "DELETE":
            self.rows.remove(found)
        if method in ("DELETE", "POST"):
            return 204, {}
        return self._save(id, body) if method == "PUT" else (200, found)

    def _page(self) -> Json:
        return {"items": self.rows, "next": None}

    def _save(self, id: str, body: Json) -> tuple[int, Any]:
        if self.refuses is not None:
            return self.refuses
        schedule = body["schedule"]
        if schedule is not None:
            known = {DULMAA["id"]: DULMAA, KIM["id"]: KIM}
            schedule = {**schedule, "recipients": [known[one] for one in schedule["recipients"]]}
        made = saved(id, "") | body | {"schedule": schedule, "next_at": TIMES[0] if schedule else None}
        self.rows = [one for one in self.rows if one["id"] != id] + [made]
        return 201, made
