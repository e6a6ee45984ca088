"""Pages of administration and of privacy that few tests look at: prompts, calling limits, task addresses and others."""

from __future__ import annotations

from typing import Any

from tests.support.app import scene

Json = dict[str, Any]


def prompt(key: str, name: str, seconds: float, source: str, text: str | None = None, note: str | None = None) -> Json:
    sound = {"loudness_db": -20.0, "gain_db": -5.5, "voice": None if text is None else "mn-1"}
    return {
        "id": f"prm_{key}",
        "name": name,
        "seconds": seconds,
        "source": source,
        "text": text,
        "note": note,
        "created_at": scene.ago(days=12),
        **sound,
    }


def limit(calls: int, per_minute: int, minutes: int, freeze: int) -> Json:
    return {"calls_at_once": calls, "calls_per_minute": per_minute, "minutes_per_day": minutes, "freeze_after": freeze}


def used(user: str | None, calls: int, taken: int, left: int | None, now: int = 0, refused: int = 0) -> Json:
    minutes = {"taken_s": taken, "used_s": taken, "left_s": left}
    return {"user_id": user, "calls": calls, "calls_now": now, "refused": refused, **minutes}


def address(key: str, name: str, queue: str | None, enabled: bool = True) -> Json:
    kept = {"created_at": scene.ago(days=90), "rotated_at": None}
    return {
        "id": key,
        "name": name,
        "address": f"{key}-4f7k2@tasks.northwind.example",
        "queue_id": queue,
        "enabled": enabled,
        **kept,
    }


def application(key: str, name: str, enabled: bool = True) -> Json:
    limits = {"connections_max": 200, "client_events": False, "subscription_counts": True, "tls_only": True}
    return {
        "id": f"app_{key}",
        "app_id": "710024",
        "key": f"{key}4c1d9e2b7f",
        "name": name,
        "enabled": enabled,
        "member_channels": ["private-wall."],
        "webhooks": [],
        "created_at": scene.ago(days=60),
        "secret_at": scene.ago(days=60),
        **limits,
    }


def restriction(key: str, name: str, number: str, ground: str) -> Json:
    entry = {"at": scene.ago(days=3), "by": scene.SARAA, "action": "restricted", "note": "They dispute a call"}
    return {
        "id": f"rst_{key}",
        "numbers": [{"contact_id": f"ctc_{key}", "number": number, "name": name}],
        "person_id": None,
        "request_id": "prq_late",
        "ground": ground,
        "set_at": scene.ago(days=3),
        "told_at": None,
        "lifted_at": None,
        "open_until": None,
        "history": [{**entry, "ground": None, "until": None}],
    }


PROMPTS = [
    prompt("hello", "Welcome", 6.2, "uploaded", note="It was made quieter by 6 dB."),
    prompt("closed", "We are closed", 9.8, "generated", "Манай ажлын цаг дууссан байна."),
    prompt("menu", "Main menu, Mongolian and English", 14.1, "recorded"),
]
RULES: Json = {
    "countries": ["MN", "DE", "GB"],
    "allowed_prefixes": ["+97670"],
    "denied_prefixes": ["+44909"],
    "forwards_percent": 50,
    "longest_call_minutes": 60,
    "organisation": limit(10, 30, 600, 20),
    "user": limit(2, 6, 120, 5),
    "frozen": [],
}
USED = [used("usr_anna", 12, 2_940, 4_260, now=1), used("usr_batbold", 7, 1_210, 5_990), used(None, 3, 400, None)]
FIXED: dict[str, Any] = {
    "/v1/prompts": {"items": PROMPTS, "built_in": ["away", "closed"], "next": None},
    "/v1/fence": RULES,
    "/v1/fence/usage": {"organisation": {"calls_now": 1, "taken_s": 4_550, "left_s": 31_450}, "users": USED},
    "/v1/task-addresses": {
        "received": True,
        "items": [address("orders", "Orders", "que_sales"), address("complaints", "Complaints", None, enabled=False)],
    },
    "/v1/applications": {"items": [application("wall", "Wall board"), application("old", "Old dialler", False)]},
    "/v1/crm-connections": {"items": [], "next": None},
    "/v1/restrictions": {
        "items": [
            restriction("1", "Болормаа Дорж", "+97699110718", "accuracy"),
            restriction("2", "Grace Holloway", "+447700900123", "objection"),
        ],
        "next": None,
    },
}


class SettingsScene:
    def answer(self, method: str, path: str, body: Any) -> tuple[int, Any] | None:
        if method != "GET":
            return None
        if path.startswith("/v1/restrictions/"):
            found: list[Json] = FIXED["/v1/restrictions"]["items"]
            return next(((200, one) for one in found if path == f"/v1/restrictions/{one['id']}"), None)
        return (200, FIXED[path]) if path in FIXED else None
