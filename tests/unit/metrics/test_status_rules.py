"""What figures of an installation mean: a well one, and for each part the figure from which somebody should look."""

from __future__ import annotations

import ast
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from call24.metrics.families import BY_NAME
from call24.metrics.figures import Figures, MachineUse, ProcessUse
from call24.metrics.status_rules import ADVICE, Facts, Part, told, worst

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
DAY = 86_400
RUNBOOKS = Path(__file__).resolve().parents[3] / "docs" / "runbooks"
FACTS = Facts(
    version="0.1.0", schema=2, started_at=NOW - timedelta(hours=50), now=NOW, asterisk="22.10.1", mongodb="7.0.14",
    backup_at=NOW - timedelta(hours=3),
    machine=MachineUse(1.5, 2, 0.4, 6_000_000_000, 8_000_000_000, {"server": ProcessUse(0.25, 200_000_000)}),
)  # fmt: skip
Sample = tuple[str, tuple[str, ...], float]
WELL: dict[tuple[str, tuple[str, ...]], float] = {
    ("process_resident_memory_bytes", ()): 2e8,
    ("process_open_fds", ()): 90,
    ("process_max_fds", ()): 65_536,
    ("call24_mongodb_up", ()): 1,
    ("call24_asterisk_up", ()): 1,
    ("call24_calls", ("active", "inbound")): 3,
    ("call24_lines_used", ()): 4,
    ("call24_lines_limit", ()): 500,
    ("call24_queue_longest_wait_seconds", ()): 20,
    ("call24_queue_waiting_calls", ()): 1,
    ("call24_trunks", ("registered",)): 2,
    ("call24_trunks", ("rejected",)): 0,
    ("call24_journal_lost_events_total", ()): 0,
    ("call24_journal_waiting_events", ()): 5,
    ("call24_journal_lag_seconds", ()): 0.4,
    ("call24_change_reader_failing_seconds", ("webhooks",)): 0,
    ("call24_change_reader_behind_events", ("webhooks",)): 0,
    ("call24_realtime_sockets", ()): 12,
    ("call24_realtime_sockets_limit", ()): 20_000,
    ("call24_realtime_sockets_too_slow_total", ()): 1,
    ("call24_webhook_messages_waiting", ()): 2,
    ("call24_webhook_messages_late_seconds", ()): 0,
    ("call24_mail_waiting", ()): 0,
    ("call24_mail_failing", ()): 0,
    ("call24_trace_collector_up", ()): 1,
    ("call24_trace_spans_waiting", ()): 3,
    ("call24_trace_spans_dropped_total", ("late",)): 4,
    ("call24_disk_free_bytes", ("data",)): 4e10,
    ("call24_recording_allowed", ()): 1,
    ("call24_certificate_not_after_timestamp_seconds", ("server",)): NOW.timestamp() + 80 * DAY,
    ("call24_sweeper_last_sweep_timestamp_seconds", ()): NOW.timestamp() - 40,
    ("call24_retention_overdue_documents", ("tasks",)): 0,
    ("call24_retention_time_disputed", ()): 0,
    ("call24_self_audit_timestamp_seconds", ()): NOW.timestamp() - 5 * DAY,
    ("call24_self_audit_passed", ()): 1,
    ("call24_sip_bans", ("dropped",)): 3,
    ("call24_phone_bans", ()): 0,
    ("call24_toll_fraud_frozen", ("user",)): 0,
}


def parts(facts: Facts = FACTS, **changes: float) -> dict[str, Part]:
    """`changes`: by a figure's name without `call24_`, whatever its labels."""
    known = {name.removeprefix("call24_") for name, _ in WELL}
    assert set(changes) <= known
    samples = [
        (name, labels, changes.get(name.removeprefix("call24_"), value)) for (name, labels), value in WELL.items()
    ]
    return {part.name: part for part in told(Figures(samples), facts)}


def test_a_well_installation_is_well_and_each_part_says_what_there_is() -> None:
    found = parts()
    assert worst(found.values()) == "ok"
    assert {name: part.seen for name, part in found.items()} == {
        "server": "version 0.1.0 (schema 2), since 2026-11-28 10:00 UTC (2 days); 200 MB of memory, 90 of 65536 files",
        "mongodb": "version 7.0.14",
        "asterisk": "version 22.10.1",
        "calls": "3 calls, 4 of 500 lines; waiting callers: 1",
        "trunks": "2 registered",
        "journal": "5 events on this machine's disk alone",
        "readers": "all have read everything",
        "apps": "12 of 20000 sockets; 1 closed since the start because they took too little",
        "messages": "2 webhook messages and 0 e-mails wait",
        "traces": "3 spans wait; 4 dropped since the start",
        "machine": "load 1.50 on 2 processors, 40 % busy; 6.0 of 8.0 GB of memory available; "
        "server 25 % of one, 200 MB",
        "disk": "data 40.0 GB free",
        "certificates": "server valid for 80 more days",
        "retention": "last sweep 2026-11-30 11:59 UTC; nothing is overdue",
        "self_audit": "last one 2026-11-25 12:00 UTC, passed",
        "bans": "3 addresses at the SIP port, 0 at the phones' port",
        "toll_fraud": "nobody is frozen",
        "backups": "last one 2026-11-30 09:00 UTC",
    }
    assert not any(part.advice or part.runbook for part in found.values())


def test_what_is_said_in_words_is_there_in_figures_too() -> None:
    found = {name: dict(part.figures) for name, part in parts(retention_overdue_documents=2).items()}
    assert found["server"] == {"memory_bytes": 2e8, "open_files": 90, "max_open_files": 65_536}
    assert found["calls"] == {"calls": 3, "lines": 4, "max_lines": 500, "waiting": 1, "longest_wait_s": 20}
    assert found["trunks"] == {"registered": 2}
    assert found["machine"] == {
        "load": 1.5, "processors": 2, "busy": 0.4, "memory_free_bytes": 6e9, "memory_bytes": 8e9,
        "server_cpu": 0.25, "server_memory_bytes": 2e8,
    }  # fmt: skip
    assert found["disk"] == {"data": 4e10}
    assert found["certificates"] == {"server": 80}
    assert found["retention"] == {"swept_at": NOW.timestamp() - 40, "overdue": 2}
    assert found["backups"] == {"at": NOW.timestamp() - 3 * 3600}


@pytest.mark.parametrize(
    ("name", "state", "seen", "change"),
    [
        ("server", "look", "60000 of 65536 files", {"process_open_fds": 60_000}),
        ("mongodb", "wrong", "away", {"mongodb_up": 0}),
        ("asterisk", "wrong", "not connected", {"asterisk_up": 0}),
        ("calls", "look", "451 of 500 lines", {"lines_used": 451}),
        ("calls", "look", "the longest for 16 minutes", {"queue_longest_wait_seconds": 960}),
        ("trunks", "look", "2 rejected", {"trunks": 2}),
        ("journal", "wrong", "7 events lost", {"journal_lost_events_total": 7}),
        ("journal", "wrong", "the oldest since 1 minute", {"journal_lag_seconds": 61}),
        ("readers", "look", "webhooks fails since 5 minutes", {"change_reader_failing_seconds": 301}),
        ("readers", "ok", "webhooks is 12 events behind", {"change_reader_behind_events": 12}),
        ("apps", "look", "18001 of 20000 sockets", {"realtime_sockets": 18_001}),
        ("messages", "look", "late by 1 hour", {"webhook_messages_late_seconds": 3601}),
        ("messages", "look", "3 e-mails cannot be sent", {"mail_failing": 3}),
        ("traces", "look", "takes none: 3 spans wait", {"trace_collector_up": 0}),
        ("disk", "look", "4.9 GB free", {"disk_free_bytes": 4.9e9}),
        ("disk", "wrong", "0.4 GB free", {"disk_free_bytes": 4e8}),
        ("disk", "wrong", "calls are not recorded", {"recording_allowed": 0}),
        (
            "certificates",
            "look",
            "13 more days",
            {"certificate_not_after_timestamp_seconds": NOW.timestamp() + 13 * DAY},
        ),
        ("certificates", "wrong", "server", {"certificate_not_after_timestamp_seconds": NOW.timestamp() - DAY}),
        ("retention", "wrong", "2 documents are overdue", {"retention_overdue_documents": 2}),
        ("retention", "wrong", "sources of time disagree", {"retention_time_disputed": 1}),
        ("retention", "wrong", "last sweep", {"sweeper_last_sweep_timestamp_seconds": NOW.timestamp() - 901}),
        ("retention", "wrong", "not swept since the start", {"sweeper_last_sweep_timestamp_seconds": 0}),
        ("self_audit", "wrong", "did not pass", {"self_audit_passed": 0}),
        ("self_audit", "look", "last one", {"self_audit_timestamp_seconds": NOW.timestamp() - 91 * DAY}),
        ("self_audit", "look", "there was none", {"self_audit_timestamp_seconds": 0}),
        ("bans", "look", "201 addresses", {"sip_bans": 201}),
        ("bans", "look", "51 at the phones' port", {"phone_bans": 51}),
        ("toll_fraud", "look", "1 frozen", {"toll_fraud_frozen": 1}),
    ],
)
def test_what_is_not_well_is_told_with_what_to_do(name: str, state: str, seen: str, change: dict[str, float]) -> None:
    found = parts(**change)
    assert found[name].state == state
    assert seen in found[name].seen
    assert (found[name].advice != "") == (state != "ok")
    assert worst(found.values()) == state
    assert [part.name for part in found.values() if part.state != "ok"] == ([name] if state != "ok" else [])


def test_of_a_part_that_is_not_known_nobody_says_that_it_is_well() -> None:
    found = {part.name: part for part in told(Figures([]), FACTS)}
    assert found["disk"] == Part("disk", "unknown", "not known now", "collector-failing")
    assert found["disk"].advice == "see docs/runbooks/collector-failing.md"
    assert {part.state for part in found.values()} == {"ok", "unknown"}
    assert [part.name for part in found.values() if part.state == "ok"] == ["server", "machine", "backups"]
    assert worst(found.values()) == "look"


def test_a_backup_that_is_old_is_told_and_in_the_first_two_days_none_is_missed() -> None:
    late = parts(Facts(**{**vars(FACTS), "backup_at": NOW - timedelta(hours=49)}))
    assert (late["backups"].state, worst(late.values())) == ("look", "look")
    young = {**vars(FACTS), "backup_at": None, "started_at": NOW - timedelta(hours=47)}
    none = parts(Facts(**young))
    assert (none["backups"].state, worst(none.values())) == ("unknown", "ok")
    never = parts(Facts(**{**young, "started_at": NOW - timedelta(hours=49)}))
    assert (never["backups"].state, worst(never.values())) == ("look", "look")
    assert "./call24 backup make" in none["backups"].advice
    backups = parts(Facts(**{**vars(FACTS), "backup_to": "s3://bucket/call24"}))["backups"]
    assert (backups.where, backups.seen) == (", to s3://bucket/call24", "last one 2026-11-30 09:00 UTC")
    followed = parts(Facts(**{**vars(FACTS), "backup_followed": NOW}))["backups"]
    assert (followed.where, followed.state) == (f", followed to {NOW:%Y-%m-%d %H:%M:%S} UTC", "ok")
    silent = parts(Facts(**{**vars(FACTS), "backup_followed": NOW - timedelta(minutes=61)}))["backups"]
    assert (silent.state, silent.do) == ("look", "backup-follower-silent")
    assert silent.seen.endswith("what came after it is not copied for 1 hour")


def test_a_machine_of_which_little_memory_is_left_is_told_and_a_busy_one_is_not() -> None:
    def found(**use: float) -> tuple[str, str, str]:
        of_machine = MachineUse(**{**MachineUse(1.5, 2, 0.4, 6_000, 8_000, {})._asdict(), **use})
        there = parts(Facts(**{**vars(FACTS), "machine": of_machine}))
        return there["machine"].state, there["machine"].do, worst(there.values())

    assert found(load=40.0, busy=1.0) == ("ok", "", "ok")
    assert found(memory_free=399) == ("look", "memory_low", "look")
    unknown = parts(Facts(**{**vars(FACTS), "machine": None}))
    assert (unknown["machine"].state, worst(unknown.values())) == ("unknown", "ok")


def test_bans_of_an_external_asterisk_are_not_known_here() -> None:
    found = parts(Facts(**{**vars(FACTS), "own_asterisk": False}))
    assert (found["bans"].state, worst(found.values())) == ("unknown", "ok")


def test_each_runbook_that_is_named_exists_and_each_figure_is_declared() -> None:
    source = (Path(__file__).resolve().parents[3] / "src/call24/metrics/status_rules.py").read_text()
    made = [one for one in ast.walk(ast.parse(source)) if isinstance(one, ast.Call) and len(one.args) > 3]
    named = {one.args[3].value for one in made if isinstance(one.args[3], ast.Constant)}
    assert len(named) > 20 and named >= set(ADVICE)
    assert {name for name in named - set(ADVICE) if not (RUNBOOKS / f"{name}.md").exists()} == set()
    assert {name for name, _ in WELL if name.startswith("call24_")} <= set(BY_NAME)


@pytest.mark.parametrize(
    ("changes", "state", "seen"),
    [
        ({}, "ok", "its host has 20.0 GB free; 2 files of recordings are not encrypted yet"),
        ({"pbx_up": 0}, "wrong", "its host does not answer"),
        ({"pbx_disk_free_bytes": 4e9}, "look", "4.0 GB free"),
        ({"pbx_disk_free_bytes": 4e8}, "wrong", "0.4 GB free"),
        ({"pbx_unencrypted_oldest_seconds": 7300.0}, "look", "one for 2 hours"),
        ({"pbx_clock_difference_seconds": -2.5}, "look", "its clock is -2.5 s off"),
    ],
)
def test_a_pbx_on_a_host_of_its_own_is_a_part_where_there_is_one(
    changes: dict[str, float], state: str, seen: str
) -> None:
    well = {
        "pbx_up": 1.0,
        "pbx_disk_free_bytes": 2e10,
        "pbx_unencrypted_files": 2.0,
        "pbx_unencrypted_oldest_seconds": 30.0,
        "pbx_clock_difference_seconds": 0.5,
    }
    samples = [(f"call24_{name}", (), value) for name, value in {**well, **changes}.items()]
    apart = Facts(**{**vars(FACTS), "pbx": True})
    [part] = [each for each in told(Figures(samples), apart) if each.name == "pbx"]
    assert part.state == state
    assert seen in part.seen
    assert "pbx" not in [each.name for each in told(Figures(samples), FACTS)]
