"""Queues, trunks and numbers as the stage tells them; it refuses what the server would, as far as a form meets it."""

from __future__ import annotations

import json
from typing import Any

from tests.support.app import scene
from tests.support.app.scene_accounts import refused
from tests.support.app.scene_calls import QUEUE_SETTINGS

from call24.queues.api.queues import NewQueue, QueueChange
from call24.tenants.api.numbers import NewNumber, NumberChange
from call24.tenants.api.trunks import NewTrunk, TrunkChange

Json = dict[str, Any]
TAKES = {
    "queues": {"POST": NewQueue, "PATCH": QueueChange},
    "trunks": {"POST": NewTrunk, "PATCH": TrunkChange},
    "numbers": {"POST": NewNumber, "PATCH": NumberChange},
}
"""What the server takes: the app sends nothing else."""


def trunk(key: str, name: str, **more: Any) -> Json:
    told = {
        "kind": "ip",
        "order": 1,
        "addresses": ["203.0.113.10"],
        "host": None,
        "port": None,
        "transport": "udp",
        "username": None,
        "send_as_account": False,
        "srtp": False,
        "symmetric_rtp": False,
        "trust_identity": False,
        "country": "",
        "enabled": True,
        "status": "inbound_only",
        "since": None,
        "trouble": None,
    }
    return {"id": f"trk_{key}", "name": name, **told, **more}


def number(key: str, e164: str, **more: Any) -> Json:
    told = {"label": "", "trunk_id": "trk_tenger", "queue_id": "que_support", "flow_id": None, "greeting": "greeting"}
    return {"id": f"num_{key}", "number": e164, **told, "verified_at": scene.ago(days=3), **more}


STEPS = ("placed", "greeted", "queued", "rang", "answered", "heard")


def never_tested() -> Json:
    times = {"started_at": None, "ended_at": None}
    return {"state": "never", **times, "steps": [], "queue_id": None, "rang": [], "answered_by": None, "trouble": None}


def call_tested(reached: int, state: str, trouble: str | None = None, **more: Any) -> Json:
    """With so many of its steps reached."""
    steps = [
        {"name": name, "reached_at": scene.ago(seconds=9) if n < reached else None} for n, name in enumerate(STEPS)
    ]
    rang = ["Saraa"] if reached > 3 else []
    told = {"state": state, "started_at": scene.ago(seconds=20), "steps": steps, "rang": rang, "trouble": trouble}
    return {**never_tested(), **told, **more}


class Connections:
    """`empty()` makes it the organisation of an owner who has just set it up."""

    def __init__(self) -> None:
        self.queues = [QUEUE_SETTINGS, {**QUEUE_SETTINGS, **scene.SALES}]
        self.trunks = [
            trunk("tenger", "Tenger SIP", kind="registration", host="sip.tenger.example", username="northwind")
            | {"status": "registered", "addresses": []},
            trunk("spare", "Spare line", order=2),
        ]
        self.numbers = [
            number("support", "+97670001000", label="Support"),
            number("sales", "+97670002000", queue_id="que_sales", verified_at=None),
        ]
        self.circle = False
        """Sales leads to Support already."""
        self.test_call: Json = never_tested()
        """What the next test call has found at once."""
        self.tested = False
        self.trunk_test: Json = {
            "tested_at": scene.ago(seconds=1),
            "verdict": "answers",
            "code": 200,
            "rtt_ms": 34,
            "register_code": 401,
            "certificate": None,
            "status": "rejected",
            "since": scene.ago(hours=1),
        }
        self.bans: list[Json] = []
        self.refused: list[Json] = []

    def empty(self) -> None:
        self.queues, self.trunks, self.numbers = [], [], []

    def answer(self, method: str, path: str, body: Any) -> tuple[int, Any] | None:
        """None for what is not its own."""
        if path == "/v1/refused-calls":
            return 200, {"items": self.refused, "next": None}
        if path.startswith("/v1/trunks/bans"):
            key = path.removeprefix("/v1/trunks/bans").removeprefix("/")
            self.bans = [row for row in self.bans if method == "GET" or row["id"] != key]
            return 200, {"items": self.bans, "next": None}
        if path.endswith("/test-call"):
            return 202 if method == "POST" else 200, self._test_call(method)
        if path.endswith("/carrier/test"):
            return 200, self.trunk_test
        kind, _, key = path.removeprefix("/v1/").partition("/")
        if kind not in ("queues", "trunks", "numbers"):
            return None
        rows: list[Json] = getattr(self, kind)
        if method == "GET":
            one = next((row for row in rows if row["id"] == key), None)
            return (200, one) if one is not None else (200, {"items": rows})
        if method in TAKES[kind]:
            TAKES[kind][method].model_validate_json(json.dumps(body))
        if (refusal := self._wrong(kind, method, key, body)) is not None:
            return refusal
        if method == "DELETE":
            setattr(self, kind, [row for row in rows if row["id"] != key])
            return 200, {}
        if method == "POST":
            made = self._made(kind, body)
            setattr(self, kind, [*rows, made])
            return 201, made
        setattr(self, kind, [_changed(row, body) if row["id"] == key else row for row in rows])
        return 200, next(row for row in getattr(self, kind) if row["id"] == key)

    def _test_call(self, method: str) -> Json:
        self.tested = self.tested or method == "POST"
        return self.test_call if self.tested else never_tested()

    def _made(self, kind: str, body: Json) -> Json:
        body = {name: value for name, value in body.items() if name != "password"}
        if kind == "queues":
            return {**QUEUE_SETTINGS, "id": "que_new", **body}
        if kind == "trunks":
            return {**trunk("new", ""), **body}
        return {**number("new", ""), "verified_at": None, **body}

    def _wrong(self, kind: str, method: str, key: str, body: Any) -> tuple[int, Json] | None:
        if method == "DELETE" and kind == "queues":
            users = [row["number"] for row in self.numbers if row["queue_id"] == key]
            told = refused(409, "queue_in_use")[1]
            return (409, {**told, "detail": f"It is used by number {users[0]}: change this first"}) if users else None
        if method == "DELETE" and kind == "trunks" and any(row["trunk_id"] == key for row in self.numbers):
            return refused(409, "trunk_in_use")
        if method == "POST" and kind == "numbers" and body["number"] in {row["number"] for row in self.numbers}:
            return refused(409, "number_taken")
        if kind == "queues" and method == "PATCH":
            ways = body.get("exits", {}).items()
            back = [reason for reason, way in ways if way.get("queue_id") == "que_sales" and key == "que_support"]
            errors = [{"field": f"exits.{reason}", "message": "would lead back to this queue"} for reason in back]
            return (422, {**refused(422, "invalid")[1], "errors": errors}) if errors and self.circle else None
        if kind == "trunks" and method == "POST" and body["kind"] == "ip" and not body["addresses"]:
            told = refused(422, "invalid")[1]
            return 422, {**told, "errors": [{"field": "addresses", "message": "1 to 64 IP addresses or ranges"}]}
        return None


def _changed(row: Json, body: Json) -> Json:
    """Ways out that are not named stay."""
    return {**row, **body, **({"exits": {**row["exits"], **body["exits"]}} if "exits" in body else {})}
