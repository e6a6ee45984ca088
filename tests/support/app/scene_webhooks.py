"""An organisation's webhooks as the stage tells them: one works, one fails, one is gone, and messages of each fate."""

from __future__ import annotations

from typing import Any

from tests.support.app import scene

from call24.webhooks.events import NEEDS, OF, schema

Json = dict[str, Any]
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def webhook(key: str, url: str, description: str = "", **more: Any) -> Json:
    told = {
        "kinds": ["call.ended", "task.changed"],
        "enabled": True,
        "gone_at": None,
        "failing_since": None,
        "country": "",
    }
    return {"id": f"whk_{key}", "url": url, "description": description, **told, **more}


def delivery(key: str, kind: str, state: str, **more: Any) -> Json:
    told = {"tries": 1, "status": 204, "trouble": None, "due_at": None, "created_at": scene.ago(minutes=5)}
    return {"id": f"dlv_{key}", "kind": kind, "state": state, **told, **more}


class Webhooks:
    """`asked`: the query of the request that is answered now."""

    def __init__(self) -> None:
        self.asked: dict[str, str] = {}
        self.renewed = False
        self.rows = [
            webhook("crm", "https://crm.northwind.example/call24", "CRM"),
            webhook("wall", "https://wall.northwind.example/hook", failing_since=scene.ago(hours=3)),
            webhook("old", "https://old.northwind.example/in", "Old shop", enabled=False, gone_at=scene.ago(days=2)),
        ]
        self.deliveries = [
            delivery("a", "call.ended", "delivered"),
            delivery(
                "b", "task.changed", "waiting", tries=4, status=503, trouble="refused", due_at=scene.ahead(minutes=7)
            ),
            delivery("c", "call.ended", "dead", tries=15, status=None, trouble="no_answer"),
        ]

    def answer(self, method: str, path: str, body: Any) -> tuple[int, Any] | None:
        """None for what is not its own."""
        if not path.startswith("/v1/webhooks"):
            return None
        key, _, rest = path.removeprefix("/v1/webhooks").strip("/").partition("/")
        if key == "kinds":
            return 200, {"items": [{"kind": one, "needs": NEEDS.get(one), "schema": schema(one)} for one in OF]}
        if rest:
            return self._of_one(rest)
        if method == "POST":
            self.rows = [*self.rows, webhook("new", body["url"], body["description"], kinds=body["kinds"])]
            return 201, {**self.rows[-1], "secret": SECRET}
        if method == "PATCH":
            self.rows = [{**row, **body, "gone_at": None} if row["id"] == key else row for row in self.rows]
        if method == "DELETE":
            self.rows = [row for row in self.rows if row["id"] != key]
        return 200, {"items": self.rows}

    def _of_one(self, rest: str) -> tuple[int, Any]:
        if rest == "secret" and self.renewed:
            code = "old_secret_signs"
            return 409, {"type": f"/problems/{code}", "title": code, "status": 409, "detail": code, "code": code}
        if rest == "secret":
            self.renewed = True
            return 200, {**self.rows[0], "secret": SECRET}
        if rest == "test":
            made = delivery("t", "webhook.test", "waiting", tries=0, status=None, due_at=scene.ago(seconds=0))
            self.deliveries = [made, *self.deliveries]
            return 202, made
        if rest.endswith("/resend"):
            again = {"state": "waiting", "tries": 0, "trouble": None, "due_at": scene.ago(seconds=0)}
            one = rest.split("/")[1]
            self.deliveries = [{**row, **again} if row["id"] == one else row for row in self.deliveries]
            return 202, next(row for row in self.deliveries if row["id"] == one)
        wanted = self.asked.get("state")
        return 200, {"items": [row for row in self.deliveries if wanted in (None, row["state"])], "next": None}
