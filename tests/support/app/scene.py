"""Example answers of the API: an organisation in the middle of its day, for looking at the app without a server."""

from __future__ import annotations

import io
import math
import struct
import wave
from datetime import datetime, timedelta
from typing import Any

from tests.support.app import moment

from call24.administration.room import COUNTED
from call24.identity.permissions import BUILT_IN

Json = dict[str, Any]
NOW = moment.now()


def ago(**delta: float) -> str:
    return (NOW - timedelta(**delta)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def ahead(**delta: float) -> str:
    return ago(**{key: -value for key, value in delta.items()})


SUPPORT = {"id": "que_support", "name": "Support"}
SALES = {"id": "que_sales", "name": "Sales"}
DELIVERIES = {"id": "que_deliveries", "name": "Deliveries"}
SARAA = {"id": "usr_saraa", "name": "Сараа Бат"}


HOW_MANY = {
    "numbers": 3,
    "trunks": 2,
    "queues": 6,
    "opening_hours": 2,
    "flows": 4,
    "prompts": 9,
    "dispositions": 5,
    "pause_reasons": 4,
    "users": 24,
    "roles": 8,
    "task_addresses": 1,
    "webhooks": 2,
    "applications": 1,
    "crm_connections": 1,
    "privacy_requests": 2,
    "restrictions": 1,
    "legal_holds": 2,
    "disclosures": 3,
    "data_transfers": 2,
    "processors": 1,
    "incidents": 1,
}


def counts(me: Json) -> Json:
    """What the menus of administration and privacy say to who may see it; a webhook fails, a request is overdue."""
    seen = [one.name for one in COUNTED if one.permission in me["permissions"]]
    counts = {**{name: HOW_MANY[name] for name in seen}, "api_tokens": 3}
    return {"counts": counts, "attention": [name for name in ("webhooks", "privacy_requests") if name in seen]}


def allowed(role: str) -> Json:
    """What the server tells of a built-in role, and the app's menu goes by."""
    return {"permissions": sorted(BUILT_IN[role]), "role_name": role.capitalize()}


ME: Json = {
    "user": {**SARAA, "email": "saraa@northwind.example", "role": "agent"},
    "tenant": {"id": "ten_1", "name": "Northwind Support"},
    "device": {"id": "dev_1"},
    **allowed("agent"),
    "operator": False,
}

INVITATION: Json = {
    "organisation": "Northwind Support",
    "email": "saraa@northwind.example",
    "name": "Saraa Bold",
    "role": "agent",
}


def _session(id: str, name: str, os: str, address: str, *, current: bool) -> Json:
    return {
        "id": id,
        "name": name,
        "current": current,
        "created_at": ago(days=3),
        "told": {"model": "", "os": os, "app_version": "0.1.0", "network": "wifi"},
        "instead_of": "",
        "seen": {"first_address": address, "last_address": address, "last_at": ago(hours=30)},
    }


SESSIONS = [
    _session("17", "Firefox on Linux", "Linux", "192.0.2.7", current=True),
    _session("18", "Chrome on Windows", "Windows NT 10.0", "203.0.113.9", current=False),
]


def staff(**counts: int) -> Json:
    return {
        state: counts.get(state, 0) for state in ("available", "offered", "on_call", "wrap_up", "paused", "offline")
    }


QUEUES: list[Json] = [
    {
        **SUPPORT,
        "waiting": 3,
        "longest_since": ago(seconds=31),
        "service_level": 0.86,
        "service_level_s": 20,
        "alerts": [{"id": "qal_1", "rule": "waiting", "limit": 3, "raised_at": ago(seconds=20)}],
        "agents": staff(on_call=3, offered=1, wrap_up=1, paused=1, available=1, offline=2),
    },
    {
        **SALES,
        "waiting": 1,
        "longest_since": ago(seconds=9),
        "service_level": 0.97,
        "service_level_s": 20,
        "alerts": [],
        "agents": staff(on_call=2, paused=1),
    },
    {
        **DELIVERIES,
        "waiting": 0,
        "longest_since": None,
        "service_level": 0.99,
        "service_level_s": 20,
        "alerts": [],
        "agents": staff(available=1, wrap_up=1),
    },
]


def agent(key: str, name: str, state: str, since: str, reason: str | None = None, with_: str | None = None) -> Json:
    return {
        "id": f"usr_{key}",
        "name": name,
        "state": state,
        "since": since,
        "reason": reason,
        "call_id": "call_x" if with_ else None,
        "with": with_,
    }


AGENTS: list[Json] = [
    agent("saraa", "Сараа Бат", "available", ago(minutes=6)),
    agent("batbold", "Batbold Tsend", "offered", ago(seconds=6), with_="+97688004411"),
    agent("gerel", "Гэрэл Эрдэнэ", "wrap_up", ago(seconds=38)),
    agent("anna", "Anna Keller", "on_call", ago(seconds=80), with_="Tuya Sukh"),
    agent("tsetseg", "Цэцэг Отгон", "on_call", ago(minutes=12, seconds=44), with_="Болормаа Дорж"),
    agent("nomin", "Nomin Munkh", "paused", ago(minutes=21), reason="Lunch"),
    agent("togoldor", "Төгөлдөр Өлзий", "on_call", ago(seconds=52), with_="+49301234567"),
    agent("dulmaa", "Дулмаа Мөнх", "offline", ago(hours=15)),
    agent("peter", "Peter Ward", "offline", ago(hours=16)),
]


def session(state: str, **more: Any) -> Json:
    day = [
        ("available", 106, 70),
        ("on_call", 70, 62),
        ("wrap_up", 62, 60),
        ("paused", 60, 51),
        ("available", 51, 44),
        ("on_call", 44, 28),
        ("wrap_up", 28, 26),
        ("available", 26, 22),
        ("on_call", 22, 8),
        ("wrap_up", 8, 6),
    ]
    parts = [{"state": s, "from": ago(minutes=a), "to": ago(minutes=b)} for s, a, b in day]
    return {
        "agent_id": SARAA["id"],
        "state": state,
        "since": ago(minutes=6),
        "reason": None,
        "call_id": None,
        "wrap_up_until": None,
        "day": [*parts, {"state": state, "from": ago(minutes=6), "to": None}],
        **more,
    }


CARD: Json = {
    "contact_id": "ctc_1",
    "name": "Өнөрбаяр Төмөр",
    "number": "+97699110718",
    "location": "MN",
    "sent_as": "99110718",
    "read_as": "national",
    "calls_this_week": 2,
    "last_call": {
        "at": ago(days=1, hours=2),
        "agent": {"id": "usr_batbold", "name": "Batbold Tsend"},
        "outcome": "answered",
    },
    "people": [
        {
            "id": "per_1",
            "name": "Өнөрбаяр Төмөр",
            "company": "Northern Lights",
            "label": "mobile",
            "private": False,
            "picture": None,
            "why": "number",
            "number": "+97699110718",
        },
        {
            "id": "per_2",
            "name": "Сараа Төмөр",
            "company": "",
            "label": "home",
            "private": False,
            "picture": None,
            "why": "number",
            "number": "+97699110718",
        },
    ],
}


BESIDE: Json = {
    "call_id": "call_live",
    "contact_id": "ctc_1",
    "people": CARD["people"],
    "calls": [CARD["last_call"], {"at": ago(days=3), "agent": None, "outcome": "abandoned"}],
    "tasks": [
        {"id": "tsk_1", "kind": "manual", "title": "Send the offer", "assignee": None, "created_at": ago(days=1)},
        {"id": "tsk_2", "kind": "missed_call", "title": None, "assignee": None, "created_at": ago(days=3)},
    ],
    "refused": [{"purpose": "recording", "title": "Recording of calls"}],
}
"""What stands beside the card."""


def call(state: str, **more: Any) -> Json:
    shape: Json = {
        "id": "call_live",
        "state": state,
        "offer_id": "off_1",
        "direction": "in",
        "queue": SUPPORT,
        "card": CARD,
        "why": "You, because you are idle the longest",
        "arrived_at": ago(seconds=25),
        "queued_at": ago(seconds=22),
        "offered_at": ago(seconds=4),
        "connected_at": None,
        "recording": True,
        "line": [
            {"kind": "wait", "from": ago(seconds=22), "to": ago(seconds=4)},
            {"kind": "ring", "from": ago(seconds=4), "to": None},
        ],
    }
    if state != "offered":
        shape |= {
            "connected_at": ago(seconds=252),
            "line": [
                {"kind": "wait", "from": ago(seconds=280), "to": ago(seconds=258)},
                {"kind": "ring", "from": ago(seconds=258), "to": ago(seconds=252)},
                {"kind": "talk", "from": ago(seconds=252), "to": ago(seconds=102)},
                {"kind": "hold", "from": ago(seconds=102), "to": ago(seconds=68)},
                {"kind": "talk", "from": ago(seconds=68), "to": None},
            ],
        }
        if state == "held":
            shape["line"][-1]["to"] = ago(seconds=20)
            shape["line"].append({"kind": "hold", "from": ago(seconds=20), "to": None})
    return shape | more


def row(
    key: str,
    minutes: float,
    name: str | None,
    number: str | None,
    queue: Json,
    outcome: str,
    line: list[tuple[str, float]],
    who: Json | None = SARAA,
    recording: bool = True,
) -> Json:
    sums = {kind: sum(s for k, s in line if k == kind) for kind in ("wait", "ring", "talk", "hold", "wrap")}
    total = sum(s for _, s in line)
    kept = (
        {"id": f"rec_{key}", "state": "stored", "duration_s": sums["talk"] + sums["hold"]}
        if recording and outcome == "answered"
        else None
    )
    return {
        "id": f"call_{key}",
        "at": ago(minutes=minutes),
        "ended_at": ago(minutes=minutes - total / 60),
        "number": number,
        "name": name,
        "contact_id": None,
        "queue": queue,
        "agent": who if outcome == "answered" else None,
        "outcome": outcome,
        "ended_by": "caller" if outcome != "failed" else "system",
        "answered_at": ago(minutes=minutes - (sums["wait"] + sums["ring"]) / 60) if outcome == "answered" else None,
        "wait_s": sums["wait"],
        "ring_s": sums["ring"],
        "talk_s": sums["talk"],
        "hold_s": sums["hold"],
        "wrap_up_s": sums["wrap"],
        "line": [{"kind": k, "s": s} for k, s in line],
        "recording": kept,
    }


ANNA = {"id": "usr_anna", "name": "Anna Keller"}
ROWS: list[Json] = [
    row(
        "a",
        8,
        "Болормаа Дорж",
        "+97699110718",
        SUPPORT,
        "answered",
        [("wait", 22), ("ring", 6), ("talk", 252), ("wrap", 30)],
    ),
    row("b", 19, None, "+97699112034", SALES, "abandoned", [("wait", 48), ("left", 0)]),
    row(
        "c",
        33,
        "Өнөрбаяр Төмөр",
        "+97688110000",
        SUPPORT,
        "answered",
        [("wait", 8), ("ring", 5), ("talk", 420), ("hold", 90), ("talk", 150), ("wrap", 40)],
    ),
    row(
        "d",
        52,
        "Anna-Liisa Virtanen",
        "+358401234567",
        DELIVERIES,
        "answered",
        [("wait", 3), ("ring", 12), ("talk", 114), ("wrap", 12)],
        ANNA,
    ),
    row("e", 70, None, "+97688004411", SUPPORT, "voicemail", [("wait", 60), ("voicemail", 36)]),
    row(
        "f",
        95,
        "Ганбаатар Сүх",
        "+97699880011",
        SUPPORT,
        "answered",
        [("wait", 35), ("ring", 20), ("ring", 4), ("talk", 61), ("wrap", 60)],
    ),
    row("g", 140, None, None, SALES, "abandoned", [("wait", 12), ("left", 0)]),
    row(
        "h",
        170,
        "Oliver Hughes",
        "+442079460123",
        SALES,
        "answered",
        [("wait", 2), ("ring", 3), ("talk", 905), ("wrap", 25)],
        ANNA,
    ),
    row(
        "i",
        60 * 26,
        "Түвшинжаргал Батсайхан",
        "+97695950000",
        SUPPORT,
        "answered",
        [("wait", 41), ("ring", 7), ("talk", 188), ("hold", 20), ("talk", 30), ("wrap", 10)],
    ),
    row("j", 60 * 50, None, "+4915112345678", DELIVERIES, "failed", [("wait", 5), ("ring", 20), ("left", 0)]),
]


def detail(call_id: str) -> Json | None:
    found = next((r for r in ROWS if r["id"] == call_id), None)
    if found is None:
        return None
    start = datetime.fromisoformat(found["at"])

    def at(seconds: float) -> str:
        return (start + timedelta(seconds=seconds)).isoformat(timespec="milliseconds")

    w, r, t = found["wait_s"], found["ring_s"], found["talk_s"] + found["hold_s"]
    timeline = [
        {"at": at(0), "event": "CallArrived", "text": "The call came in"},
        {"at": at(0.4), "event": "NodeEntered", "text": "Heard an announcement"},
        {"at": at(1), "event": "CallQueued", "text": "Joined the queue"},
    ]
    if found["outcome"] == "answered":
        who = found["agent"]["name"]
        timeline += [
            {"at": at(w), "event": "CallOffered", "text": f"Offered to {who}"},
            {"at": at(w + r), "event": "CallConnected", "text": f"{who} talks to the customer; recording began"},
            {"at": at(w + r + t), "event": "CallEnded", "text": "The caller hung up"},
        ]
    else:
        timeline.append({"at": at(w + r), "event": "CallEnded", "text": "The caller hung up"})
    offers = []
    if found["outcome"] == "answered":
        offers = [
            {
                "at": at(max(w - 20, 1)),
                "agent": {"id": "usr_b", "name": "Batbold Tsend"},
                "outcome": "declined",
                "ring_s": 3.2,
                "candidates": [
                    {
                        "agent": {"id": "usr_b", "name": "Batbold Tsend"},
                        "chosen": True,
                        "reason": "idle the longest: 11 min",
                    },
                    {"agent": found["agent"], "chosen": False, "reason": "idle 6 min"},
                    {"agent": {"id": "usr_n", "name": "Nomin Munkh"}, "chosen": False, "reason": "paused (Lunch)"},
                ],
            },
            {
                "at": at(w),
                "agent": found["agent"],
                "outcome": "answered",
                "ring_s": r,
                "candidates": [
                    {"agent": found["agent"], "chosen": True, "reason": "idle the longest: 6 min"},
                    {
                        "agent": {"id": "usr_b", "name": "Batbold Tsend"},
                        "chosen": False,
                        "reason": "has just declined this call",
                    },
                    {"agent": {"id": "usr_n", "name": "Nomin Munkh"}, "chosen": False, "reason": "paused (Lunch)"},
                ],
            },
        ]
    agents = []
    if found["outcome"] == "answered":
        agents = [
            {
                "agent": found["agent"],
                "came": "offer",
                "answered_at": at(w + r),
                "left_at": at(w + r + t),
                "talk_s": found["talk_s"],
                "hold_s": found["hold_s"],
                "wrap_up_s": found["wrap_up_s"],
                "disposition_id": None,
            }
        ]
    return {**found, "timeline": timeline, "offers": offers, "agents": agents, "delete_at": ahead(days=90), "cause": 16}


def live(**more: Any) -> Json:
    shape: Json = {
        "seq": 10,
        "at": ago(seconds=0),
        "system": {"asterisk": "ok", "mongodb": "ok"},
        "session": session("available"),
        "call": None,
        "queues": QUEUES,
        "agents": AGENTS,
        "today": {"answered": 14, "handle_s": 308, "service_level": 0.92},
    }
    return shape | more


def recording(seconds: int = 60) -> bytes:
    """Two people taking turns: bursts on the left, then on the right; 8 kHz, 16 bit, stereo."""
    rate, frames = 8000, bytearray()
    for i in range(rate * seconds):
        t = i / rate
        turn = math.sin(t / 3.1) + 0.3 * math.sin(t * 1.7)
        speech = abs(math.sin(t * 5.3) * math.sin(t * 1.9)) * 0.8 + 0.05
        wobble = math.sin(2 * math.pi * 180 * t)
        left = speech * wobble if turn > 0.1 else 0.01 * wobble
        right = speech * wobble if turn < -0.1 else 0.01 * wobble
        frames += struct.pack("<hh", int(left * 24000), int(right * 24000))
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(2)
        sound.setsampwidth(2)
        sound.setframerate(rate)
        sound.writeframes(bytes(frames))
    return out.getvalue()


def closing(*, ends_at: str | None) -> Json:
    """Whether the organisation is being closed, as `GET /v1/organisation/closing` answers."""
    asked = {"asked_at": None, "asked_by": None, "receipt_id": None}
    if ends_at is not None:
        asked = {"asked_at": "2026-11-24T20:00:00.000Z", "asked_by": "usr_saraa", "receipt_id": "rcp_1"}
    return {**asked, "ends_at": ends_at, "delayed_by": None}


CLOSING_PLAN: Json = {
    "name": ME["tenant"]["name"],
    "days": 14,
    "deleted": {"audit": 40, "call_records": 612, "files": 7, "recordings": 7, "tasks": 3, "users": 5},
}
