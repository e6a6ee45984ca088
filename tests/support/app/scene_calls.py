"""Example answers of the API about calls in hand, supervision and work, beside those of app_scene."""

from __future__ import annotations

from typing import Any

from tests.support.app.scene import ANNA, SALES, SARAA, SUPPORT, Json, ago, ahead, call

BATBOLD = {"id": "usr_batbold", "name": "Batbold Tsend"}
TSETSEG = {"id": "usr_tsetseg", "name": "Цэцэг Отгон"}
DULMAA = {"id": "usr_dulmaa", "name": "Дулмаа Мөнх"}

DISPOSITIONS: list[Json] = [
    {"id": f"dsp_{i}", "name": name, "active": True, "call_back": name == "Call again"}
    for i, name in enumerate(("Solved", "Call again", "Complaint", "Wrong number", "Order taken"))
]
PAUSES: list[Json] = [
    {"id": "psr_lunch", "name": "Lunch", "limit_s": 1800, "active": True},
    {"id": "psr_prayer", "name": "Prayer room", "limit_s": 600, "active": True},
]
CALLER_NUMBERS: list[Json] = [
    {"id": "num_1", "number": "+97670001000", "label": "Support"},
    {"id": "num_2", "number": "+97670002000", "label": ""},
]


def recording(state: str = "on", *, on_demand: bool = False, resumes_at: str | None = None) -> Json:
    return {"state": state, "policy": "always", "id": "rec_x", "on_demand": on_demand, "resumes_at": resumes_at}


def third(state: str = "talking", who: Json | None = BATBOLD, **more: Any) -> Json:
    return {"agent": who, "name": None, "number": None, "state": state, **more}


def in_hand(state: str, **more: Any) -> Json:
    """The agent's own call, in any of its states."""
    shape = call("held" if state == "consulting" else "connected")
    more = {"recording": recording(), "direction": "inbound", "part": "agent", "purpose": "offer", **more}
    return {**shape, "state": state, "muted": False, "third": None, "from": None, "monitors": [], **more}


def ringing(purpose: str, **more: Any) -> Json:
    shape = {
        **call("offered"),
        "direction": "inbound",
        "part": "agent",
        "purpose": purpose,
        "recording": recording("off"),
    }
    return {**shape, "third": None, "from": None, "monitors": [], **more}


def live_call(key: str, state: str, agent: Json | None, line: list[tuple[str, float]], **more: Any) -> Json:
    """A line of the supervisor's list; `line`: kinds with their seconds, the last goes on."""
    total = sum(seconds for _, seconds in line)
    spans, begun = [], total
    for i, (kind, seconds) in enumerate(line):
        end = None if i == len(line) - 1 else ago(seconds=begun - seconds)
        spans.append({"kind": kind, "from": ago(seconds=begun), "to": end})
        begun -= seconds
    talked = next((span["from"] for span in spans if span["kind"] == "talk"), None)
    shape: Json = {
        "id": f"call_{key}",
        "state": state,
        "direction": "inbound",
        "queue": SUPPORT,
        "agent": agent,
        "name": None,
        "number": "+97699112034",
        "third": None,
        "offers": [],
        "recording": recording(),
        "monitors": [],
        "arrived_at": ago(seconds=total),
        "queued_at": ago(seconds=total),
        "connected_at": talked,
        "line": spans,
    }
    return shape | more


CALLS: list[Json] = [
    live_call("w1", "waiting", None, [("menu", 12), ("wait", 31)]),
    live_call(
        "w2",
        "offered",
        None,
        [("wait", 9), ("ring", 6)],
        name="Ганбаатар Сүх",
        number="+97688004411",
        queue=SALES,
        offers=[{"agent": BATBOLD, "since": ago(seconds=6), "ringing": True}],
    ),
    live_call("t1", "connected", TSETSEG, [("wait", 22), ("ring", 5), ("talk", 764)], name="Болормаа Дорж"),
    live_call(
        "t2",
        "consulting",
        ANNA,
        [("wait", 4), ("ring", 4), ("talk", 60), ("hold", 20)],
        name="Tuya Sukh",
        third=third("talking", {"id": "usr_nomin", "name": "Nomin Munkh"}),
    ),
    live_call(
        "t3",
        "connected",
        {"id": "usr_togoldor", "name": "Төгөлдөр Өлзий"},
        [("ring", 11), ("talk", 52)],
        direction="outbound",
        number="+4915112345678",
        monitors=[{"user": DULMAA, "mode": "listen", "joined": True}],
    ),
]

CALLBACKS: list[Json] = [
    {
        "id": "call_cb1",
        "state": "waiting",
        "number": "+97695950000",
        "name": "Түвшинжаргал Батсайхан",
        "queue_id": SUPPORT["id"],
        "agent_id": None,
        "origin_call_id": "call_a",
        "since": ago(minutes=14),
        "attempts": 1,
        "not_before": ahead(minutes=4),
        "expires_at": ahead(hours=3),
    }
]


def task(key: str, kind: str, minutes: float, name: str | None, number: str | None, **more: Any) -> Json:
    shape: Json = {
        "id": f"tsk_{key}",
        "kind": kind,
        "title": None,
        "state": "open",
        "at": ago(minutes=minutes),
        "due_at": ahead(hours=20),
        "overdue": False,
        "call_id": "call_e",
        "queue": SUPPORT,
        "name": name,
        "number": number,
        "recording_id": None,
        "duration_s": None,
        "assignee": None,
        "version": 1,
        "text": "",
        "priority": "normal",
        "checklist": [],
        "created_by": None,
        "updated_at": None,
        "remind_at": None,
        "reminded_at": None,
        "contact_id": None,
        "person_id": None,
        "series_id": None,
        "restricted": False,
    }
    return shape | more


TASKS: list[Json] = [
    task("a", "voicemail", 70, None, "+97688004411", recording_id="rec_message", duration_s=36.2),
    task("b", "missed_call", 19, "Болормаа Дорж", "+97699110718", queue=SALES),
    task(
        "c",
        "callback_failed",
        60 * 30,
        "Oliver Hughes",
        "+442079460123",
        assignee=SARAA,
        due_at=ago(hours=6),
        overdue=True,
    ),
    task("d", "manual", 60 * 3, None, None, title="Send the new price list to Northwind", queue=None, call_id=None),
]

QUEUE_SETTINGS: Json = {
    **SUPPORT,
    "members": ["usr_saraa", "usr_batbold", "usr_anna"],
    "strategy": "longest_idle",
    "priority": 0,
    "skills": [],
    "offer_s": 20,
    "max_wait_s": 600,
    "max_waiting": None,
    "hours_id": None,
    "exits": {reason: {"to": "voicemail", "prompt": None} for reason in ("max_wait", "full", "nobody", "closed")},
    "music": "default",
    "wrap_up_s": 30,
    "service_level_s": 20,
    "announce_position": True,
    "ring_during_greeting": False,
    "announce_wait": False,
    "announce_every_s": 45,
    "record": "always",
    "record_announcement": True,
    "not_announced_because": None,
    "recording_days": None,
    "recording_days_reason": None,
    "auto_resume_s": 120,
    "auto_pause_after": 3,
    "sticky_days": 7,
    "sticky_wait_s": 20,
    "keep_place_s": 300,
    "disposition": "required",
    "dispositions": [],
    "callback": True,
    "callback_expires_s": 14400,
    "callback_attempts": 3,
    "callback_retry_s": 300,
    "callback_ring_s": 30,
    "offers_tasks": False,
    "task_offer_s": 60,
    "tasks_at_once": 1,
    "alert_wait_s": 300,
    "alert_waiting": 10,
}

FIXED: dict[str, Any] = {
    "/v1/dispositions": {"items": DISPOSITIONS},
    "/v1/pause-reasons": {"items": PAUSES},
    "/v1/caller-numbers": {"items": CALLER_NUMBERS},
    "/v1/callbacks": {"items": CALLBACKS},
    "/v1/tasks": {"items": TASKS},
    "/v1/hours": {"items": [{"id": "hrs_1", "name": "Office hours", "open": True}]},
}


def fits(row: Json, asked: Json) -> bool:
    """Whether a call is one of those that a filter of the history asks for; days are compared as UTC has them."""
    has = {
        "direction": row.get("direction", "inbound"),
        "outcome": row["outcome"],
        "queue_id": (row["queue"] or {}).get("id"),
        "agent_id": (row["agent"] or {}).get("id"),
    }
    day = row["at"][:10]
    return all(has[name] == value for name, value in asked.items() if name in has) and (
        asked.get("from", day) <= day <= asked.get("to", day)
    )
