"""The audit log as the stage tells it."""

from __future__ import annotations

from typing import Any


def line(seq: int, action: str, **more: Any) -> dict[str, Any]:
    told = {
        "at": f"2026-11-24T09:{seq:02d}:00Z",
        "actor_id": "usr_saraa",
        "actor": "Saraa",
        "token_id": "17",
        "address": "203.0.113.9",
    }
    return {
        "seq": seq,
        "action": action,
        **told,
        "objects": [],
        "fields": [],
        "changes": [],
        "why": "",
        "status": 200,
        "code": "",
        **more,
    }


SLOWER = {"field": "max_wait_s", "before": 300, "after": 600, "added": [], "removed": [], "more": False}
LINES = [
    line(3, "DELETE /v1/users/{user_id}/mfa", status=403, code="forbidden", objects=["usr_bat"]),
    line(2, "PATCH /v1/queues/{queue_id}", objects=["que_sales"], fields=["name"], changes=[SLOWER]),
]
FIXED: dict[str, Any] = {
    "/v1/audit": {"items": LINES, "next": 2},
    "/v1/audit/check": {"lines": 3, "whole": True, "seq": None, "what": None},
    "/v1/audit/file": b"seq,at\r\n",
}
