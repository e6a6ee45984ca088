"""What the API answers about notifications, for looking at the app without a server."""

from __future__ import annotations

from typing import Any

from tests.support.app import scene

Json = dict[str, Any]
OLGA = {"id": "usr_olga", "name": "Olga Berg"}
KINDS = (
    ("incoming_call", "Incoming call", "A call rings for you.", "always", "on", "never", True),
    ("missed_call", "Missed call", "A caller of one of your queues reached nobody.", "on", "on", "off", False),
    ("voicemail", "Voicemail", "A caller of one of your queues left a message.", "on", "on", "off", False),
    ("task_assigned", "Task assigned", "Somebody gave you a task.", "on", "on", "on", False),
    ("security", "Security", "Something that guards your account or data changed.", "always", "on", "always", True),
)


def notification(number: int, kind: str, title: str, *, read: bool = False, **more: Any) -> Json:
    at = scene.ago(seconds=number * 3000)
    return {
        "id": f"ntf_{number}",
        "kind": kind,
        "title": title,
        "event": "",
        "task_id": None,
        "queue_id": None,
        "by": None,
        "link": "",
        "at": at,
        "read_at": at if read else None,
        **more,
    }


class NotificationScene:
    """The user's notifications and preferences, as the server keeps them."""

    def __init__(self) -> None:
        self.rows = [
            notification(1, "task_assigned", "Task assigned", task_id="tsk_1", by=OLGA),
            notification(2, "voicemail", "Voicemail", task_id="tsk_2"),
            notification(3, "security", "Security", event="new_device"),
            notification(40, "missed_call", "Missed call", task_id="tsk_3", read=True),
        ]
        self.next: str | None = None
        self.browsers: list[Json] = []
        self.trouble: Json | None = None
        self.sends = True
        self.quiet: tuple[str | None, str | None] = (None, None)
        self.language = "en"
        self.on = {(kind, way): now in ("always", "on") for kind, *_, ways in _ways() for way, now in ways.items()}
        self.in_quiet = {kind for kind, *_, urgent in KINDS if urgent}

    def answer(self, method: str, path: str, body: Any) -> tuple[int, Any] | None:
        if path == "/v1/me/notifications":
            unread = sum(1 for row in self.rows if row["read_at"] is None)
            return 200, {"items": self.rows, "next": self.next, "unread": unread}
        if path == "/v1/me/notifications/read":
            self.rows = [{**row, "read_at": row["read_at"] or scene.ago(seconds=0)} for row in self.rows]
            return 200, {}
        if path.startswith("/v1/me/notifications/"):
            id = path.split("/")[4]
            self.rows = [{**row, "read_at": scene.ago(seconds=0)} if row["id"] == id else row for row in self.rows]
            return 200, next(row for row in self.rows if row["id"] == id)
        if "push-subscription" in path:
            return self._pushing(method, path, body)
        if path == "/v1/me/notification-preferences":
            if method == "PUT":
                self._put(body)
            return 200, self._preferences()
        return None

    def _pushing(self, method: str, path: str, body: Any) -> tuple[int, Any]:
        if method == "PUT":
            row = {
                "device_id": "dev_1",
                "host": "web.push.apple.com",
                "current": True,
                "created_at": scene.ago(seconds=0),
            }
            self.browsers = [{**row, "shows_caller": body["shows_caller"], "language": body["language"]}]
            return 200, self.browsers[0]
        if method == "DELETE":
            self.browsers = []
        if method == "GET":
            return 200, {"items": self.browsers, "next": None, "application_server_key": "BA"}
        return 200, {}

    def _put(self, body: Json) -> None:
        for one in body["choices"]:
            self.on[one["kind"], one["channel"]] = one["on"]
        self.quiet = (body["quiet_from"], body["quiet_until"])
        self.language = body["language"]
        self.in_quiet = set(body["in_quiet_hours"])

    def _preferences(self) -> Json:
        return {
            "kinds": [
                {
                    "kind": kind,
                    "title": title,
                    "says": says,
                    "channels": [{"channel": way, "rule": now, "on": self.on[kind, way]} for way, now in ways.items()],
                    "in_quiet_hours": kind in self.in_quiet,
                }
                for kind, title, says, ways in _ways()
            ],
            "quiet_from": self.quiet[0],
            "quiet_until": self.quiet[1],
            "time_zone": "Asia/Ulaanbaatar",
            "language": self.language,
            "email": "saraa@northwind.example",
            "email_sends": self.sends,
            "email_trouble": self.trouble,
        }


def _ways() -> list[tuple[str, str, str, dict[str, str]]]:
    return [
        (kind, title, says, {"app": app, "push": push, "email": email})
        for kind, title, says, app, push, email, _ in KINDS
    ]
