"""Every metric there is: name, type, labels, and how many series it has at most. The one list of them.

The names are API: dashboards and alert rules rely on them. `docs/reference/metrics.md` is made from it.
Source: Prometheus, "Metric and label naming"; https://prometheus.io/docs/practices/naming/
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["gauge", "counter", "histogram"]

TENANTS_SHOWN = 50
"""Organisations that have series of their own; all others are summed up as OTHERS."""
OTHERS = "others"
COLLECTORS_MAX = 30
READERS_MAX = 60
COLLECTIONS_MAX = 150
CAUSES_MAX = 128
"""Q.850 causes; what is none of them is `other`."""

QUICK = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
WAITS = (1.0, 5.0, 10.0, 15.0, 20.0, 30.0, 45.0, 60.0, 90.0, 120.0, 180.0, 300.0, 600.0, 1200.0, 3600.0)


@dataclass(frozen=True, kw_only=True)
class Family:
    """`labels`: each with what its values are. `most`: series at most (a histogram's buckets are not counted).

    `counted`: added to as it happens; the others are asked when metrics are read. `external`: the client library's own.
    """

    group: str
    name: str
    kind: Kind
    help: str
    labels: Mapping[str, str] = field(default_factory=dict)
    most: int = 1
    buckets: tuple[float, ...] = ()
    counted: bool = False
    external: bool = False


def _gauge(group: str, name: str, help: str, most: int = 1, **labels: str) -> Family:
    return Family(group=group, name=f"call24_{name}", kind="gauge", help=help, labels=labels, most=most)


def _read_counter(group: str, name: str, help: str, most: int = 1, **labels: str) -> Family:
    return Family(group=group, name=f"call24_{name}_total", kind="counter", help=help, labels=labels, most=most)


def _counter(group: str, name: str, help: str, most: int = 1, **labels: str) -> Family:
    name = f"call24_{name}_total"
    return Family(group=group, name=name, kind="counter", help=help, labels=labels, most=most, counted=True)


def _histogram(group: str, name: str, help: str, buckets: tuple[float, ...], most: int = 1, **labels: str) -> Family:
    name = f"call24_{name}_seconds"
    return Family(
        group=group, name=name, kind="histogram", help=help, labels=labels, most=most, buckets=buckets, counted=True
    )


def _process(name: str, help: str, kind: Kind = "gauge") -> Family:
    return Family(group="process", name=f"process_{name}", kind=kind, help=help, external=True)


_TENANT = f"id of an organisation, of the {TENANTS_SHOWN} with the most calls now; `{OTHERS}`: all others together"
_DIRECTION = "inbound, outbound, internal, callback"

FAMILIES: tuple[Family, ...] = (
    # calls
    _gauge("calls", "calls", "Calls that go on.", most=56, state="state of the call", direction=_DIRECTION),
    _counter("calls", "calls_started", "Calls that began.", most=4, direction=_DIRECTION),
    _counter(
        "calls", "calls_ended", "Calls that ended.", most=5 * (CAUSES_MAX + 1),
        ended_by="caller, called, agent, system, third", cause="Q.850 cause, or `other`",
    ),
    _counter(
        "calls", "calls_refused", "Callers who did not get in.", most=10,
        reason="over_quota, no_line_left, unknown_number, no_tls, no_srtp, no_codec, trouble",
    ),
    _gauge("calls", "lines_used", "Lines in use: legs to or from outside."),
    _gauge("calls", "lines_limit", "Lines that the installation has room for."),
    _gauge("calls", "tenant_calls", "Calls that go on, by organisation.", most=TENANTS_SHOWN + 1, tenant_id=_TENANT),
    # queues
    _gauge("queues", "queue_waiting_calls", "Callers who wait in queues now."),
    _gauge("queues", "queue_waiting_callbacks", "Callbacks that wait in queues now."),
    _gauge("queues", "queue_longest_wait_seconds", "Since when the caller waits who waits longest; 0: nobody waits."),
    _gauge("queues", "queues_with_callers", "Queues in which somebody waits now."),
    _gauge("queues", "queues", "Queues that are set up."),
    _gauge(
        "queues", "tenant_waiting_calls", "Callers who wait now, by organisation.", most=TENANTS_SHOWN + 1,
        tenant_id=_TENANT,
    ),
    _gauge(
        "queues", "tenant_longest_wait_seconds", "The longest wait of those who wait now, by organisation.",
        most=TENANTS_SHOWN + 1, tenant_id=_TENANT,
    ),
    _histogram(
        "queues", "queue_wait", "How long callers were in a queue, when they left it.", WAITS, most=9,
        left="answered, abandoned, max_wait, nobody, full, closed, callback, ended, other",
    ),
    # agents
    _gauge("agents", "agents", "Agents, by the state of their session.", most=6, state="state of the session"),
    _counter("agents", "offers", "Calls offered to an agent."),
    _counter(
        "agents", "offers_ended", "Offers that ended.", most=7,
        outcome="answered, declined, ring_no_answer, unreachable, withdrawn, talked, other",
    ),
    # journal
    _counter("journal", "journal_events", "Events written to the journal."),
    _read_counter("journal", "journal_lost_events", "Events that neither the spool nor MongoDB could store."),
    _gauge("journal", "journal_waiting_events", "Events that are only on this machine's disk so far."),
    _gauge("journal", "journal_lag_seconds", "Age of the oldest event that MongoDB does not have yet; 0: none."),
    _gauge("journal", "journal_spool_bytes", "Size of the journal's spool."),
    _gauge("journal", "journal_spool_limit_bytes", "Size at which the spool takes no more."),
    # change feed
    _gauge(
        "changes", "change_reader_behind_events", "Events that a reader of the change feed has not had yet.",
        most=READERS_MAX, reader="name of the reader",
    ),
    _gauge(
        "changes", "change_reader_failing_tenants", "Organisations in which a reader of the change feed fails.",
        most=READERS_MAX, reader="name of the reader",
    ),
    _gauge(
        "changes", "change_reader_failing_seconds", "Since when a reader of the change feed fails; 0: it does not.",
        most=READERS_MAX, reader="name of the reader",
    ),
    _gauge(
        "changes", "record_reader_failing_tenants", "Organisations in which a reader of call records fails.",
        most=READERS_MAX, reader="name of the reader",
    ),
    # asterisk
    _gauge("asterisk", "asterisk_up", "1: the server is connected to Asterisk."),
    _histogram(
        "asterisk", "ari_request", "How long requests to ARI took.", QUICK, most=3,
        result="ok; error: an answer that is none of success; no_answer: none in time",
    ),
    _gauge(
        "asterisk", "trunks", "Trunks that are switched on, by their state.", most=8,
        state="registered, rejected, reachable, unreachable, inbound_only, forbidden, off, unknown",
    ),
    _gauge(
        "asterisk", "sip_bans", "Addresses that are kept out of the SIP port.", most=2, state="challenged, dropped"
    ),
    _gauge(
        "asterisk", "phone_connections", "Connections of phones.", most=3, state="registered, unregistered, waiting"
    ),
    _gauge("asterisk", "phone_bans", "Addresses that the phones' port refuses."),
    _read_counter("asterisk", "phone_connections_refused", "Connections that the phones' port refused."),
    # mongodb
    _gauge("mongodb", "mongodb_up", "1: a MongoDB that takes writes can be reached."),
    _histogram(
        "mongodb", "mongodb_command", "How long commands to MongoDB took.", QUICK, most=12,
        command="name of the command, or `other`",
    ),
    _counter("mongodb", "mongodb_failed_commands", "Commands to MongoDB that failed.", most=12, command="as above"),
    # realtime
    _gauge("realtime", "realtime_sockets", "Realtime sockets that are open."),
    _gauge("realtime", "realtime_sockets_limit", "Realtime sockets that this process takes at most."),
    _gauge("realtime", "realtime_users", "Users whose app is connected."),
    _read_counter("realtime", "realtime_sockets_opened", "Realtime sockets that were opened."),
    _read_counter("realtime", "realtime_sockets_refused", "Realtime sockets that were refused."),
    _read_counter("realtime", "realtime_sockets_too_slow", "Realtime sockets closed because they took too little."),
    _read_counter("realtime", "realtime_events_published", "Realtime events that were published."),
    # messages
    _gauge("messages", "webhook_messages_waiting", "Webhook messages that wait to be delivered."),
    _gauge("messages", "webhook_messages_dead", "Webhook messages that were given up within the last two weeks."),
    _gauge("messages", "webhook_messages_late_seconds", "Since when the message is due that is due longest; 0: none."),
    _gauge("messages", "push_messages_waiting", "Web Push messages that wait to be sent."),
    _read_counter(
        "messages", "push_messages", "Web Push messages, by what became of them.", most=7,
        outcome="accepted; failed: gone, refused, no_answer, too_slow, not_allowed; late: dropped, as its time was "
        "over or a newer one took its place",
    ),
    _gauge("messages", "mail_waiting", "E-mails that wait to be sent."),
    _gauge("messages", "mail_failing", "E-mails that could not be sent three times or more."),
    # traces
    _gauge("traces", "trace_collector_up", "1: the collector of traces took what it was sent last, or there is none."),
    _gauge("traces", "trace_spans_waiting", "Spans that wait to be sent to the collector of traces."),
    _read_counter("traces", "trace_spans_exported", "Spans that the collector took."),
    _read_counter(
        "traces", "trace_spans_dropped", "Spans that were not sent, or that the collector did not want.", most=4,
        reason="full: no room for more; late: not taken within ten minutes; refused; not_allowed: by the transfer "
        "register",
    ),
    # disk
    _gauge("disk", "disk_free_bytes", "Free space.", most=3, folder="data, recordings, recording_spool"),
    _gauge("disk", "disk_size_bytes", "Size of the file system.", most=3, folder="data, recordings, recording_spool"),
    _gauge("disk", "recording_allowed", "1: there is enough space to record calls."),
    # a PBX on a host of its own
    _gauge("pbx", "pbx_up", "1: the host of the PBX answers (only with --pbx)."),
    _gauge("pbx", "pbx_disk_free_bytes", "Free space where recordings are, on the host of the PBX."),
    _gauge("pbx", "pbx_disk_size_bytes", "Size of that file system."),
    _gauge("pbx", "pbx_unencrypted_files", "Files of recordings there that are not encrypted yet, or grow."),
    _gauge("pbx", "pbx_unencrypted_oldest_seconds", "For how long one of them has not grown; 0: there is none."),
    _gauge("pbx", "pbx_clock_difference_seconds", "By how much its clock is ahead of the server's."),
    # toll fraud
    _counter(
        "toll_fraud", "toll_fraud_refused_calls", "Calls to outside numbers that were refused.", most=10,
        reason="code of the refusal, or `other`",
    ),
    _gauge("toll_fraud", "toll_fraud_outside_calls", "Calls to outside numbers that are counted now."),
    _gauge("toll_fraud", "toll_fraud_frozen", "Users and organisations that are frozen.", most=2, whose="user, tenant"),
    _gauge(
        "toll_fraud", "toll_fraud_highest_use_ratio", "Of all organisations, the highest use of a limit; 1: used up.",
        most=3, limit="calls_at_once, calls_per_minute, minutes_per_day",
    ),
    # retention
    _gauge("retention", "sweeper_last_sweep_timestamp_seconds", "When the sweeper was last done; 0: not yet."),
    _gauge("retention", "sweeper_failed_tenants", "Organisations in which the last sweep left what is due."),
    _gauge(
        "retention", "retention_overdue_documents", "Documents that should have been deleted a day ago, and are there.",
        most=COLLECTIONS_MAX, collection="name of a collection",
    ),
    _gauge("retention", "retention_held_documents", "Documents past their day that legal holds keep."),
    _gauge("retention", "retention_time_disputed", "1: sources of time disagree, and nothing is deleted."),
    _gauge("retention", "retention_hold_reviews_due", "Legal holds whose review is due."),
    # trust
    _gauge(
        "trust", "certificate_not_after_timestamp_seconds", "When a certificate expires.", most=4,
        certificate="server, authority; of a PBX on a host of its own: pbx, pbx_carriers",
    ),
    _gauge("trust", "self_audit_timestamp_seconds", "When the newest self-audit was made; 0: there is none."),
    _gauge("trust", "self_audit_passed", "1: the newest self-audit passed."),
    _gauge("trust", "backup_timestamp_seconds", "Of when the newest backup made on this machine is; 0: none."),
    _gauge(
        "trust", "backup_followed_timestamp_seconds",
        "Until when `backup follow` has copied what came after a backup; 0: it never ran on this machine.",
    ),
    # this page itself
    _gauge("metrics", "build_info", "1, with the version.", version="of Call24"),
    _gauge("metrics", "tenants", "Organisations."),
    _gauge(
        "metrics", "collector_up", "1: what this collector tells is known now; 0: its other metrics are left out.",
        most=COLLECTORS_MAX, collector="name of a group of metrics",
    ),
    _gauge(
        "metrics", "collector_seconds", "How long the collector took when it last looked.",
        most=COLLECTORS_MAX, collector="name of a group of metrics",
    ),
    _process("cpu_seconds_total", "CPU time of the server.", "counter"),
    _process("resident_memory_bytes", "Resident memory of the server."),
    _process("virtual_memory_bytes", "Virtual memory of the server."),
    _process("start_time_seconds", "When the server started."),
    _process("open_fds", "Open file descriptors of the server."),
    _process("max_fds", "File descriptors that the server may open."),
)  # fmt: skip

BY_NAME: Mapping[str, Family] = {family.name: family for family in FAMILIES}
