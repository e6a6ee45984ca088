"""The installation as the stage tells it: the product's own rules over figures of which some are not well."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.support.app import scene

from call24.doctor.api import view as view_of_checks
from call24.doctor.check_names import CHECKS
from call24.doctor.check_runs import CheckRun, RunState
from call24.metrics.figures import Figures, MachineUse, ProcessUse
from call24.metrics.installation import Status
from call24.metrics.installation_api import runbooks, view
from call24.metrics.status_rules import Facts, told
from call24.sip_edge.api import ListedBan

_NONE: tuple[str, ...] = ()
PROCESSES = {
    "server": ProcessUse(0.34, 210_000_000),
    "asterisk": ProcessUse(0.28, 96_000_000),
    "mongod": ProcessUse(0.11, 340_000_000),
    "sip_edge": ProcessUse(0.01, 28_000_000),
}


def status(**changes: float) -> dict[str, Any]:
    """`changes`: figures by their name without `call24_`."""
    now = datetime.now(UTC).replace(microsecond=0)
    figures: dict[tuple[str, tuple[str, ...]], float] = {
        ("process_resident_memory_bytes", _NONE): 2.1e8,
        ("process_open_fds", _NONE): 143,
        ("process_max_fds", _NONE): 65_536,
        ("call24_mongodb_up", _NONE): 1,
        ("call24_asterisk_up", _NONE): 1,
        ("call24_calls", ("active", "inbound")): 6,
        ("call24_lines_used", _NONE): 8,
        ("call24_lines_limit", _NONE): 500,
        ("call24_queue_longest_wait_seconds", _NONE): 42,
        ("call24_queue_waiting_calls", _NONE): 2,
        ("call24_trunks", ("registered",)): 2,
        ("call24_trunks", ("unreachable",)): 1,
        ("call24_journal_lost_events_total", _NONE): 0,
        ("call24_journal_waiting_events", _NONE): 3,
        ("call24_journal_lag_seconds", _NONE): 0.2,
        ("call24_change_reader_failing_seconds", ("webhooks",)): 0,
        ("call24_change_reader_behind_events", ("webhooks",)): 0,
        ("call24_realtime_sockets", _NONE): 31,
        ("call24_realtime_sockets_limit", _NONE): 20_000,
        ("call24_realtime_sockets_too_slow_total", _NONE): 1,
        ("call24_webhook_messages_waiting", _NONE): 2,
        ("call24_webhook_messages_late_seconds", _NONE): 0,
        ("call24_mail_waiting", _NONE): 1,
        ("call24_mail_failing", _NONE): 0,
        ("call24_trace_collector_up", _NONE): 1,
        ("call24_trace_spans_waiting", _NONE): 0,
        ("call24_trace_spans_dropped_total", ("late",)): 0,
        ("call24_disk_free_bytes", ("data",)): 4.1e10,
        ("call24_disk_free_bytes", ("recordings",)): 3.2e8,
        ("call24_recording_allowed", _NONE): 1,
        ("call24_certificate_not_after_timestamp_seconds", ("server",)): (now + timedelta(days=61.5)).timestamp(),
        ("call24_certificate_not_after_timestamp_seconds", ("authority",)): (now + timedelta(days=3400.5)).timestamp(),
        ("call24_sweeper_last_sweep_timestamp_seconds", _NONE): now.timestamp() - 40,
        ("call24_retention_overdue_documents", ("tasks",)): 0,
        ("call24_retention_time_disputed", _NONE): 0,
        ("call24_self_audit_timestamp_seconds", _NONE): (now - timedelta(days=12)).timestamp(),
        ("call24_self_audit_passed", _NONE): 1,
        ("call24_sip_bans", ("dropped",)): 3,
        ("call24_phone_bans", _NONE): 0,
        ("call24_toll_fraud_frozen", ("user",)): 0,
    }
    samples = [(name, labels, changes.get(name.removeprefix("call24_"), n)) for (name, labels), n in figures.items()]
    facts = Facts(
        version="0.1.0",
        schema=2,
        started_at=now - timedelta(days=19),
        now=now,
        asterisk="22.10.1",
        mongodb="7.0.14",
        backup_at=None,
        machine=MachineUse(0.84, 4, 0.21, 5_200_000_000, 8_300_000_000, PROCESSES),
    )
    parts = told(Figures(samples), facts)
    began = {part.name: now - timedelta(hours=2) if part.state != "ok" else facts.started_at for part in parts}
    return dict(view(Status(facts, parts, began)))


def ban(name: str, address: str, state: str = "dropped", *, in_trunk: bool = False) -> dict[str, Any]:
    since = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=4)
    row = ListedBan(name, address, state, int((since + timedelta(hours=1)).timestamp()), ("trk_1",) * in_trunk)
    return dict(row.view_of_installation())


def checks_run(done: int = len(CHECKS), state: RunState = "done", **found: tuple[str, str, str]) -> CheckRun:
    """`found`: what checks found that did not pass: state, what was seen, advice."""
    began = datetime.now(UTC).replace(microsecond=0) - timedelta(seconds=8)
    run = CheckRun(started_at=began, state=state, names=CHECKS, ended_at=None if state == "running" else began)
    for name in CHECKS[:done]:
        outcome, seen, advice = found.get(name, ("pass", "as it should be", ""))
        row = {"name": name, "state": outcome, "seen": seen, "advice": advice, "took_s": 0.1}
        run.take(json.dumps(row).encode())
    return run


class InstallationScene:
    """`bans`: that there are; `runs`: the newest run of the checks, as each look at it tells, the last for good."""

    def __init__(self) -> None:
        self.status = status()
        self.bans = [ban("ban_1", "198.51.100.9", in_trunk=True), ban("ban_2", "203.0.113.77")]
        disk = ("warn", "3.2 GB free for /srv/call24", "plan for more disk space")
        self.runs: list[CheckRun | None] = [checks_run(disk=disk)]

    def answer(self, method: str, path: str, body: Any) -> tuple[int, Any] | None:
        if path.startswith("/v1/installation/bans"):
            return self._bans(method, path)
        if path == "/v1/installation/checks":
            run = self.runs[0] if len(self.runs) == 1 else self.runs.pop(0)
            return 202 if method == "POST" else 200, view_of_checks(run)
        if path == "/v1/installation/status":
            return 200, self.status
        if path.startswith("/v1/installation/runbooks/"):
            name = path.rsplit("/", 1)[1]
            return 200, {"name": name, "text": runbooks()[name]}
        return None

    def _bans(self, method: str, path: str) -> tuple[int, Any]:
        if method == "GET":
            return 200, {"items": self.bans, "next": None}
        left = [row for row in self.bans if not path.endswith(row["id"])]
        there = len(left) < len(self.bans)
        self.bans = left
        return (200, {}) if there else (404, {"code": "not_found", "title": "Not found", "detail": "Not found"})


OPERATOR = {**scene.ME, **scene.allowed("administrator"), "operator": True}
