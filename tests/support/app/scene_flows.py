"""An organisation's flows as the stage tells them; the product says what is wrong and which way a caller goes."""

from __future__ import annotations

from typing import Any

import msgspec
from tests.support.app import scene

from call24.flows.api.flows import NewFlow
from call24.flows.api.nodes import nodes_of
from call24.flows.model import Node
from call24.flows.rules import FlowTargets, named, validate
from call24.flows.simulation import Circumstances, simulate
from call24.kit.ids import HoursId, QueueId, UserId

Json = dict[str, Any]
MAIN: Json = {
    "hours": {"type": "hours", "hours_id": "hrs_office", "open": "hello", "closed": "night"},
    "hello": {"type": "announce", "prompt": "prm_welcome", "next": "menu"},
    "menu": {
        "type": "menu",
        "prompt": "prm_menu",
        "choices": {"1": "support", "2": "sales", "3": "vip", "4": "", "9": "menu"},
        "timeout_s": 6,
        "tries": 2,
        "on_timeout": "support",
        "on_invalid": "menu",
        "invalid_prompt": "invalid-choice",
    },
    "support": {"type": "queue", "queue_id": "que_support", "exits": {"max_wait": "offer", "closed": "night"}},
    "offer": {
        "type": "callback",
        "queue_id": "que_support",
        "prompt": "callback-offer",
        "digit": "1",
        "declined": "support",
    },
    "sales": {"type": "queue", "queue_id": "que_sales", "exits": {"nobody": "ring"}},
    "ring": {"type": "ring", "agents": ["usr_saraa"], "ring_s": 25, "no_answer": "night"},
    "vip": {
        "type": "set",
        "priority": 80,
        "skills": [{"name": "Mongolian", "level": 6, "relax_after_s": 60}],
        "next": "support",
    },
    "night": {"type": "announce", "prompt": "closed", "next": "mail"},
    "mail": {"type": "voicemail", "prompt": None},
}
PUBLISHED: Json = {
    **{name: node for name, node in MAIN.items() if name != "offer"},
    "support": {"type": "queue", "queue_id": "que_support", "exits": {"closed": "night"}},
    "menu": {**MAIN["menu"], "choices": {"1": "support", "2": "sales", "3": "vip"}},
}
HOURS: Json = {
    "id": "hrs_office",
    "name": "Office",
    "timezone": None,
    "weekly": [{"day": "mon", "opens": "09:00", "closes": "18:00"}],
    "holidays": [],
    "open": True,
    "next_open_at": None,
}


def prompt(key: str, name: str, text: str) -> Json:
    told = {"seconds": 11.0, "source": "spoken", "voice": "en-gb", "loudness_db": -20.0, "gain_db": 0.0, "note": None}
    return {"id": f"prm_{key}", "name": name, "text": text, **told, "created_at": scene.ago(days=9)}


def _nodes_of(name: str, start: str, nodes: Json) -> dict[str, Node]:
    return nodes_of(NewFlow.model_validate({"name": name, "start": start, "nodes": nodes}).nodes)


def flow(key: str, name: str, start: str, nodes: Json, **more: Any) -> Json:
    told = {"revision": 8, "published": 7, "changed": True, "uses": sorted(named(_nodes_of(name, start, nodes)))}
    when = {"created_at": scene.ago(days=40), "updated_at": scene.ago(minutes=5), "changed_by": "usr_saraa"}
    return {"id": f"flw_{key}", "name": name, "start": start, "nodes": nodes, **told, **when, **more}


class Flows:
    """Two flows: one that is being changed, and one as it is published."""

    def __init__(self) -> None:
        mail = {"mail": {"type": "voicemail", "prompt": None}}
        self.rows = [flow("main", "Main menu", "hours", MAIN), flow("night", "Night", "mail", mail, changed=False)]
        self.prompts = [
            prompt("menu", "Menu", "Press 1 for support, 2 for sales."),
            prompt("welcome", "Welcome", "Welcome to Northwind."),
        ]

    def answer(self, method: str, path: str, body: Any) -> tuple[int, Any] | None:
        """None for what is not its own."""
        if path == "/v1/prompts" and method == "GET":
            built_in = ["callback-offer", "closed", "greeting", "invalid-choice", "recording-stopped", "voicemail"]
            return 200, {"items": self.prompts, "next": None, "built_in": built_in}
        if path == "/v1/hours" and method == "GET":
            return 200, {"items": [HOURS], "next": None}
        if not path.startswith("/v1/flows"):
            return None
        key, _, rest = path.removeprefix("/v1/flows").strip("/").partition("/")
        if not key:
            if method == "POST":
                self.rows.append(flow("new", body["name"], body["start"], body["nodes"], published=None))
                return 201, self.rows[-1]
            return 200, {"items": self.rows, "next": None}
        one = next((row for row in self.rows if row["id"] == key), None)
        return (
            (404, {"code": "not_found", "status": 404, "title": "Not found"})
            if one is None
            else self._of(one, method, rest, body)
        )

    def _of(self, one: Json, method: str, rest: str, body: Any) -> tuple[int, Any]:
        nodes = _nodes_of(one["name"], one["start"], one["nodes"])
        if rest == "validate":
            queues, hours = {QueueId("que_support"), QueueId("que_sales")}, {HoursId("hrs_office")}
            sounds = {"callback-offer", "closed", "greeting", "invalid-choice", *(row["id"] for row in self.prompts)}
            known = FlowTargets(queues=queues, hours=hours, prompts=sounds, users={UserId("usr_saraa")})
            return 200, {"problems": msgspec.to_builtins(validate(one["start"], nodes, known))}
        if rest == "simulate":
            there = Circumstances(lambda hours_id: True, lambda queue_id: True)
            return 200, msgspec.to_builtins(simulate(one["start"], nodes, body["answers"], there))
        if rest == "versions":
            return 200, {"items": [self._version(number) for number in (7, 6)], "next": None}
        if rest.startswith("versions/"):
            number = int(rest.rpartition("/")[2])
            nodes_then = PUBLISHED if number == 7 else {**PUBLISHED, "menu": {**PUBLISHED["menu"], "tries": 3}}
            return 200, {**self._version(number), "start": one["start"], "nodes": nodes_then}
        if method == "PUT":
            one.update(
                {**{name: value for name, value in body.items() if value is not None}, "revision": one["revision"] + 1}
            )
        return 200, one

    def _version(self, number: int) -> Json:
        return {
            "version": number,
            "published_by": "usr_saraa",
            "published_at": scene.ago(days=9 - number),
            "copy_of": None,
        }
