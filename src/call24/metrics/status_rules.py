"""What the figures of an installation mean for whoever runs it: what is not well, and what to do. Pure.

Where an alert exists for it (ops/prometheus/alerts.yml) the limit is the same, and the advice names its runbook.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from call24.kit.package import COMMAND
from call24.metrics.figures import Figures, MachineUse

State = Literal["ok", "look", "wrong", "unknown"]
"""`look`: somebody should look at it; `wrong`: something does not work, or a promise is not kept."""
PartName = Literal[
    "server",
    "mongodb",
    "asterisk",
    "calls",
    "trunks",
    "journal",
    "readers",
    "apps",
    "messages",
    "traces",
    "machine",
    "disk",
    "pbx",
    "certificates",
    "retention",
    "self_audit",
    "bans",
    "toll_fraud",
    "backups",
]
DAY_S = 86_400.0
DISK_LOW, DISK_FULL = 5e9, 0.5e9
CERTIFICATE_DAYS = 14
SWEEP_LATE_S = 900.0
AUDIT_DAYS = 90
JOURNAL_LATE_S = 60.0
READER_FAILING_S = 300.0
WAIT_LONG_S = 900.0
WEBHOOKS_LATE_S = 3600.0
MANY_BANS, MANY_PHONE_BANS = 200, 50
NEARLY_ALL = 0.9
UNENCRYPTED_S = 3600.0
CLOCKS_APART_S = 2.0
BACKUP_LATE_S = 2 * DAY_S
FOLLOWER_LATE_S = 3600.0
MEMORY_LEFT = 0.05
_AWAY_TRUNKS = ("rejected", "unreachable", "forbidden")


ADVICE: Mapping[str, str] = {
    "open_files": "raise the limit of open files (LimitNOFILE, ulimit -n), and restart",
    "memory_low": "give the machine more memory, or move what else runs there",
    "unencrypted_files": "see log/server.log for why they wait",
    "time_service": "run a time service on both",
    "run_self_audit": f"run {COMMAND} audit run",
    "make_backup": f"make one: {COMMAND} backup make FOLDER",
    "first_backup": f"make one: {COMMAND} backup make FOLDER (docs/guides/backup.md)",
    "bans_elsewhere": "see the external Asterisk's own logs",
}
"""What to do where no page of docs/runbooks/ says it."""


@dataclass(frozen=True)
class Part:
    """`seen`: what there is, in words; `do`: what to do, a key of `ADVICE` or the name of a page in docs/runbooks/,
    empty where nothing is to be done. `figures`: what `seen` is made of, for who says it in other words. `counts`:
    whether its state is one of the installation. `where`: what `seen` has besides for who is on the machine."""

    name: PartName
    state: State
    seen: str
    do: str = ""
    figures: Mapping[str, float] = field(default_factory=dict)
    counts: bool = True
    where: str = ""

    @property
    def advice(self) -> str:
        """What to do, in words."""
        return f"see docs/runbooks/{self.runbook}.md" if self.runbook else ADVICE.get(self.do, "")

    @property
    def runbook(self) -> str | None:
        """The page in docs/runbooks/ that says what to do."""
        return None if self.do in ADVICE or not self.do else self.do


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is no figure. Versions of Asterisk and MongoDB: empty where they do not answer. `backup_at`: when the last
    backup was made; None: none is known. `backup_to`: where it is. `backup_followed`: up to when what came after is
    copied. `backup_read`: the data folder said so in time. `own_asterisk`: not an external one; `pbx`: on a host of its
    own. `machine`: of the server; None: not known in time."""

    version: str
    schema: int
    started_at: datetime
    now: datetime
    asterisk: str = ""
    own_asterisk: bool = True
    pbx: bool = False
    mongodb: str = ""
    backup_at: datetime | None = None
    backup_to: str = ""
    backup_followed: datetime | None = None
    backup_read: bool = True
    machine: MachineUse | None = None


def told(figures: Figures, facts: Facts) -> list[Part]:
    """Each part of the installation, in the order in which they are shown."""
    found = [_server(figures, facts)]
    for name, rule in _RULES.items():
        if name == "pbx" and not facts.pbx:
            continue
        try:
            found.append(rule(figures, facts))
        except LookupError:
            found.append(Part(name, "unknown", "not known now", "collector-failing"))
    return found


def worst(parts: Iterable[Part]) -> State:
    """Of a part that is not known nobody can say that it is well."""
    there = {part.state for part in parts if part.counts}
    if "wrong" in there:
        return "wrong"
    return "look" if there & {"look", "unknown"} else "ok"


def _server(figures: Figures, facts: Facts) -> Part:
    memory, files, most = (figures.process(one) for one in ("resident_memory_bytes", "open_fds", "max_fds"))
    seen = (
        f"version {facts.version} (schema {facts.schema}), since {_at(facts.started_at)} "
        f"({_span((facts.now - facts.started_at).total_seconds())}); "
        f"{memory / 1e6:.0f} MB of memory, {files:.0f} of {most:.0f} files"
    )
    told = {"memory_bytes": memory, "open_files": files, "max_open_files": most}
    if most and files / most > NEARLY_ALL:
        return Part("server", "look", seen, "open_files", told)
    return Part("server", "ok", seen, figures=told)


def _mongodb(figures: Figures, facts: Facts) -> Part:
    if not figures.one("mongodb_up"):
        return Part("mongodb", "wrong", "away", "mongodb-away")
    return Part("mongodb", "ok", f"version {facts.mongodb}" if facts.mongodb else "there")


def _asterisk(figures: Figures, facts: Facts) -> Part:
    if not figures.one("asterisk_up"):
        return Part("asterisk", "wrong", "not connected", "asterisk-away")
    return Part("asterisk", "ok", f"version {facts.asterisk}" if facts.asterisk else "connected")


def _calls(figures: Figures, facts: Facts) -> Part:
    calls, used, limit = figures.total("calls"), figures.one("lines_used"), figures.one("lines_limit")
    waiting, wait = figures.one("queue_waiting_calls"), figures.one("queue_longest_wait_seconds")
    seen = f"{calls:.0f} calls, {used:.0f} of {limit:.0f} lines; waiting callers: {waiting:.0f}"
    told = {"calls": calls, "lines": used, "max_lines": limit, "waiting": waiting, "longest_wait_s": wait}
    if limit and used / limit > NEARLY_ALL:
        return Part("calls", "look", seen, "lines-run-out", told)
    if wait > WAIT_LONG_S:
        return Part("calls", "look", f"{seen}, the longest for {_span(wait)}", "callers-wait", told)
    return Part("calls", "ok", seen, figures=told)


def _trunks(figures: Figures, facts: Facts) -> Part:
    there = {labels[0]: count for labels, count in figures.each("trunks").items() if count}
    seen = ", ".join(f"{count:.0f} {state}" for state, count in there.items()) or "none"
    if any(state in there for state in _AWAY_TRUNKS):
        return Part("trunks", "look", seen, "trunk-down", there)
    return Part("trunks", "ok", seen, figures=there)


def _journal(figures: Figures, facts: Facts) -> Part:
    lost, waiting, late = (
        figures.one(f"journal_{one}") for one in ("lost_events_total", "waiting_events", "lag_seconds")
    )
    told = {"lost": lost, "waiting": waiting, "oldest_s": late}
    if lost:
        return Part("journal", "wrong", f"{lost:.0f} events lost", "journal-events-lost", told)
    seen = f"{waiting:.0f} events on this machine's disk alone"
    if late > JOURNAL_LATE_S:
        return Part("journal", "wrong", f"{seen}, the oldest since {_span(late)}", "journal-behind", told)
    return Part("journal", "ok", seen, figures=told)


def _readers(figures: Figures, facts: Facts) -> Part:
    failing = {labels[0]: since for labels, since in figures.each("change_reader_failing_seconds").items() if since}
    behind = {labels[0]: count for labels, count in figures.each("change_reader_behind_events").items() if count}
    late = sorted(name for name, since in failing.items() if since > READER_FAILING_S)
    told = {
        "failing": float(len(late)),
        "failing_s": max(failing.values(), default=0.0),
        "behind": sum(behind.values()),
    }
    if late:
        shown = ", ".join(f"{name} fails since {_span(failing[name])}" for name in late)
        return Part("readers", "look", shown, "reader-failing", told)
    slow = ", ".join(f"{name} is {count:.0f} events behind" for name, count in sorted(behind.items()))
    return Part("readers", "ok", slow or "all have read everything", figures=told)


def _apps(figures: Figures, facts: Facts) -> Part:
    sockets, limit, slow = (figures.one(f"realtime_sockets{one}") for one in ("", "_limit", "_too_slow_total"))
    seen = f"{sockets:.0f} of {limit:.0f} sockets; {slow:.0f} closed since the start because they took too little"
    told = {"sockets": sockets, "max_sockets": limit, "too_slow": slow}
    if limit and sockets / limit > NEARLY_ALL:
        return Part("apps", "look", seen, "apps-too-slow", told)
    return Part("apps", "ok", seen, figures=told)


def _messages(figures: Figures, facts: Facts) -> Part:
    late, failing = figures.one("webhook_messages_late_seconds"), figures.one("mail_failing")
    webhooks, mail = figures.one("webhook_messages_waiting"), figures.one("mail_waiting")
    seen = f"{webhooks:.0f} webhook messages and {mail:.0f} e-mails wait"
    told = {"webhooks": webhooks, "webhooks_late_s": late, "emails": mail, "emails_failing": failing}
    if late > WEBHOOKS_LATE_S:
        return Part("messages", "look", f"{seen}; a webhook message is late by {_span(late)}", "webhooks-stuck", told)
    if failing:
        return Part("messages", "look", f"{seen}; {failing:.0f} e-mails cannot be sent", "mail-stuck", told)
    return Part("messages", "ok", seen, figures=told)


def _traces(figures: Figures, facts: Facts) -> Part:
    waiting, lost = figures.one("trace_spans_waiting"), figures.total("trace_spans_dropped_total")
    seen = f"{waiting:.0f} spans wait; {lost:.0f} dropped since the start"
    told = {"waiting": waiting, "dropped": lost}
    if not figures.one("trace_collector_up"):
        return Part("traces", "look", f"the collector takes none: {seen}", "spans-dropped", told)
    return Part("traces", "ok", seen, figures=told)


def _machine(figures: Figures, facts: Facts) -> Part:
    """A high load alone is no trouble: others may work on the machine, and calls come first."""
    use = facts.machine
    if use is None:
        return Part("machine", "unknown", "not known now", counts=False)
    if use.memory_free < use.memory * MEMORY_LEFT:
        return Part("machine", "look", use.seen, "memory_low", use.figures)
    return Part("machine", "ok", use.seen, figures=use.figures)


def _disk(figures: Figures, facts: Facts) -> Part:
    free = {labels[0]: value for labels, value in figures.each("disk_free_bytes").items()}
    seen = ", ".join(f"{name.replace('_', ' ')} {value / 1e9:.1f} GB free" for name, value in free.items())
    if not figures.one("recording_allowed"):
        return Part("disk", "wrong", f"{seen}; calls are not recorded", "recording-stopped", free)
    if (least := min(free.values(), default=DISK_LOW)) < DISK_LOW:
        return Part("disk", "wrong" if least < DISK_FULL else "look", seen, "disk-low", free)
    return Part("disk", "ok", seen, figures=free)


def _pbx(figures: Figures, facts: Facts) -> Part:
    if not figures.one("pbx_up"):
        return Part("pbx", "wrong", "its host does not answer", "asterisk-away")
    free, files = figures.one("pbx_disk_free_bytes"), figures.one("pbx_unencrypted_files")
    oldest, apart = figures.one("pbx_unencrypted_oldest_seconds"), figures.one("pbx_clock_difference_seconds")
    seen = f"its host has {free / 1e9:.1f} GB free; {files:.0f} files of recordings are not encrypted yet"
    told = {"free_bytes": free, "unencrypted_files": files, "unencrypted_oldest_s": oldest, "clock_off_s": apart}
    if free < DISK_LOW:
        return Part("pbx", "wrong" if free < DISK_FULL else "look", seen, "disk-low", told)
    if oldest > UNENCRYPTED_S:
        return Part("pbx", "look", f"{seen}, one for {_span(oldest)}", "unencrypted_files", told)
    if abs(apart) > CLOCKS_APART_S:
        seen = f"{seen}; its clock is {apart:+.1f} s off the server's"
        return Part("pbx", "look", seen, "time_service", told)
    return Part("pbx", "ok", seen, figures=told)


def _certificates(figures: Figures, facts: Facts) -> Part:
    """Its figures: days left, by the certificate's name."""
    now = facts.now.timestamp()
    left = {
        labels[0]: (expires - now) / DAY_S
        for labels, expires in figures.each("certificate_not_after_timestamp_seconds").items()
    }
    seen = ", ".join(f"{name} valid for {days:.0f} more days" for name, days in left.items())
    if any(days < 0 for days in left.values()):
        return Part("certificates", "wrong", seen, "certificate-expires", left)
    if any(days < CERTIFICATE_DAYS for days in left.values()):
        return Part("certificates", "look", seen, "certificate-expires", left)
    return Part("certificates", "ok", seen, figures=left)


def _retention(figures: Figures, facts: Facts) -> Part:
    at, overdue = figures.one("sweeper_last_sweep_timestamp_seconds"), figures.total("retention_overdue_documents")
    seen = f"last sweep {_at(datetime.fromtimestamp(at, UTC))}" if at else "not swept since the start"
    told = {"swept_at": at, "overdue": overdue}
    if figures.one("retention_time_disputed"):
        return Part("retention", "wrong", f"{seen}; sources of time disagree", "clock-disputed", told)
    if overdue:
        return Part("retention", "wrong", f"{seen}; {overdue:.0f} documents are overdue", "retention-overdue", told)
    since = at or facts.started_at.timestamp()
    if facts.now.timestamp() - since > SWEEP_LATE_S:
        return Part("retention", "wrong", seen, "sweeper-silent", told)
    return Part("retention", "ok", f"{seen}; nothing is overdue", figures=told)


def _self_audit(figures: Figures, facts: Facts) -> Part:
    at = figures.one("self_audit_timestamp_seconds")
    if not at:
        return Part("self_audit", "look", "there was none", "run_self_audit")
    seen = f"last one {_at(datetime.fromtimestamp(at, UTC))}"
    passed = figures.one("self_audit_passed")
    told = {"at": at, "passed": passed}
    if not passed:
        return Part("self_audit", "wrong", f"{seen}, and it did not pass", "self-audit-due", told)
    if facts.now.timestamp() - at > AUDIT_DAYS * DAY_S:
        return Part("self_audit", "look", seen, "self-audit-due", told)
    return Part("self_audit", "ok", f"{seen}, passed", figures=told)


def _bans(figures: Figures, facts: Facts) -> Part:
    if not facts.own_asterisk:
        seen = "on the external Asterisk's machine, not known here"
        return Part("bans", "unknown", seen, "bans_elsewhere", counts=False)
    sip, phones = figures.total("sip_bans"), figures.one("phone_bans")
    seen = f"{sip:.0f} addresses at the SIP port, {phones:.0f} at the phones' port"
    told = {"sip": sip, "phones": phones}
    if sip > MANY_BANS or phones > MANY_PHONE_BANS:
        return Part("bans", "look", seen, "many-bans", told)
    return Part("bans", "ok", seen, figures=told)


def _toll_fraud(figures: Figures, facts: Facts) -> Part:
    frozen = figures.total("toll_fraud_frozen")
    if frozen:
        return Part("toll_fraud", "look", f"{frozen:.0f} frozen", "toll-fraud-frozen", {"frozen": frozen})
    return Part("toll_fraud", "ok", "nobody is frozen", figures={"frozen": frozen})


def _backups(figures: Figures, facts: Facts) -> Part:
    if not facts.backup_read:
        raise LookupError("the data folder does not answer")
    if facts.backup_at is None:
        seen, waited = "none was made on this machine yet", (facts.now - facts.started_at).total_seconds()
        if waited > BACKUP_LATE_S:
            return Part("backups", "look", seen, "first_backup")
        return Part("backups", "unknown", seen, "first_backup", counts=False)
    late = (facts.now - facts.backup_at).total_seconds() > BACKUP_LATE_S
    seen, told = f"last one {_at(facts.backup_at)}", {"at": facts.backup_at.timestamp()}
    where = f", to {facts.backup_to}" if facts.backup_to else ""
    where += f", followed to {facts.backup_followed:%Y-%m-%d %H:%M:%S} UTC" if facts.backup_followed else ""
    if late:
        return Part("backups", "look", seen, "make_backup", told, where=where)
    if facts.backup_followed and (unseen := (facts.now - facts.backup_followed).total_seconds()) > FOLLOWER_LATE_S:
        seen += f", what came after it is not copied for {_span(unseen)}"
        return Part("backups", "look", seen, "backup-follower-silent", told, where=where)
    return Part("backups", "ok", seen, figures=told, where=where)


_RULES: Mapping[PartName, Callable[[Figures, Facts], Part]] = {
    "mongodb": _mongodb,
    "asterisk": _asterisk,
    "calls": _calls,
    "trunks": _trunks,
    "journal": _journal,
    "readers": _readers,
    "apps": _apps,
    "messages": _messages,
    "traces": _traces,
    "machine": _machine,
    "disk": _disk,
    "pbx": _pbx,
    "certificates": _certificates,
    "retention": _retention,
    "self_audit": _self_audit,
    "bans": _bans,
    "toll_fraud": _toll_fraud,
    "backups": _backups,
}


def _at(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d %H:%M} UTC"


def _span(seconds: float) -> str:
    for unit, size in (("day", DAY_S), ("hour", 3600.0), ("minute", 60.0)):
        if seconds >= size:
            count = int(seconds // size)
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return f"{max(0, int(seconds))} s"
