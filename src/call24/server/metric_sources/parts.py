"""The parts that the server works with, as it sees them now. All of it is in memory, but for the phones' port."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import get_args

from call24.asterisk.client import AriClient
from call24.asterisk.scanners import Scanners
from call24.asterisk.telephony import AsteriskTelephony
from call24.changes.feed import Feed
from call24.journal.journal import Journal
from call24.kit.clock import Clock
from call24.kit.errors import Unavailable
from call24.kit.mongo import Mongo
from call24.metrics.exposition import Sample
from call24.pbx.host_state import clock_difference
from call24.realtime.hub import Hub
from call24.server.pbx_host import PbxHost
from call24.server.trunks import PushedTrunks
from call24.sip_edge.state import state_of
from call24.tenants.model import TrunkState
from call24.toll_fraud.service import TollFraudGuard
from call24.tracing.service import Tracing
from call24.tracing.waiting import Dropped
from call24.web_push.model import Outcome
from call24.web_push.service import WebPush

TRUNK_STATES: tuple[TrunkState, ...] = (
    "registered", "rejected", "reachable", "unreachable", "inbound_only", "forbidden", "off", "unknown",
)  # fmt: skip


async def journal(journal: Journal, clock: Clock) -> list[Sample]:
    backlog = journal.backlog
    return [
        Sample("call24_journal_lost_events_total", journal.lost),
        Sample("call24_journal_waiting_events", backlog.events),
        Sample("call24_journal_lag_seconds", _since(backlog.oldest_at, clock)),
        Sample("call24_journal_spool_bytes", backlog.spool_bytes),
        Sample("call24_journal_spool_limit_bytes", backlog.spool_limit),
    ]


async def changes(feed: Feed, clock: Clock) -> list[Sample]:
    found = []
    for state in feed.states():
        who = (state.name,)
        found += [
            Sample("call24_change_reader_behind_events", state.behind, who),
            Sample("call24_change_reader_failing_tenants", state.failing, who),
            Sample("call24_change_reader_failing_seconds", _since(state.failing_since, clock), who),
        ]
    return found


async def asterisk(telephony: AsteriskTelephony, trunks: PushedTrunks) -> list[Sample]:
    seen = Counter(trunks.statuses.status(line.trunk_id).status for line in trunks.all())
    return [
        Sample("call24_asterisk_up", telephony.is_up),
        *(Sample("call24_trunks", seen[state], (state,)) for state in TRUNK_STATES),
    ]


async def asterisk_version(ari: AriClient) -> str:
    """Empty where it does not answer. Raises: LookupError, OSError."""
    told = await ari.request("GET", "/asterisk/info")
    return str(told.body["system"]["version"]) if told.status == 200 else ""


async def mongodb(mongo: Mongo) -> list[Sample]:
    return [Sample("call24_mongodb_up", mongo.reachable)]


async def realtime(hub: Hub) -> list[Sample]:
    return [
        Sample("call24_realtime_sockets", hub.sockets),
        Sample("call24_realtime_sockets_limit", hub.sockets_max),
        Sample("call24_realtime_users", len(hub.users())),
        Sample("call24_realtime_sockets_opened_total", hub.counters.opened),
        Sample("call24_realtime_sockets_refused_total", hub.counters.refused),
        Sample("call24_realtime_sockets_too_slow_total", hub.counters.too_slow),
        Sample("call24_realtime_events_published_total", hub.counters.published),
    ]


async def web_push(pushes: WebPush) -> list[Sample]:
    sender = pushes.sender
    return [
        Sample("call24_push_messages_waiting", sender.waiting),
        *(Sample("call24_push_messages_total", sender.counts[one], (one,)) for one in get_args(Outcome)),
    ]


async def traces(tracing: Tracing) -> list[Sample]:
    return [
        Sample("call24_trace_collector_up", tracing.well),
        Sample("call24_trace_spans_waiting", tracing.waiting),
        Sample("call24_trace_spans_exported_total", tracing.exported),
        *(Sample("call24_trace_spans_dropped_total", tracing.dropped[one], (one,)) for one in get_args(Dropped)),
    ]


async def toll_fraud(fence: TollFraudGuard) -> list[Sample]:
    load = fence.load(fence.now())
    return [
        Sample("call24_toll_fraud_outside_calls", load.calls),
        Sample("call24_toll_fraud_frozen", load.users, ("user",)),
        Sample("call24_toll_fraud_frozen", load.tenants, ("tenant",)),
        *(Sample("call24_toll_fraud_highest_use_ratio", used, (name,)) for name, used in load.used.items()),
    ]


async def bans(scanners: Scanners) -> list[Sample]:
    seen = Counter(ban.state for ban in scanners.bans())
    return [Sample("call24_sip_bans", seen[state], (state,)) for state in ("challenged", "dropped")]


async def pbx(host: PbxHost) -> list[Sample]:
    """Of its own host. Whether Asterisk answers is another thing."""
    asked = time.time()
    try:
        state = await host.state()
    except (Unavailable, OSError):
        return [Sample("call24_pbx_up", 0)]
    if state is None:
        return []
    expires = {"pbx": state.certificates.get("pbx"), "pbx_carriers": state.certificates.get("carriers")}
    return [
        Sample("call24_pbx_up", 1),
        Sample("call24_pbx_disk_free_bytes", state.disk.free),
        Sample("call24_pbx_disk_size_bytes", state.disk.size),
        Sample("call24_pbx_unencrypted_files", state.unencrypted.files),
        Sample("call24_pbx_unencrypted_oldest_seconds", state.unencrypted.oldest_s),
        Sample("call24_pbx_clock_difference_seconds", clock_difference(state.now, asked, time.time())),
        *(
            Sample("call24_certificate_not_after_timestamp_seconds", at, (name,))
            for name, at in expires.items()
            if at is not None
        ),
    ]


async def phones(socket: Path) -> list[Sample]:
    """Raises: OSError when the phones' port does not answer."""
    return list(_of_phones(await state_of(socket)))


def _of_phones(state: dict[str, int]) -> Iterator[Sample]:
    for name in ("registered", "unregistered", "waiting"):
        yield Sample("call24_phone_connections", state[name], (name,))
    yield Sample("call24_phone_bans", state["banned"])
    yield Sample("call24_phone_connections_refused_total", state["refused"])


def _since(instant: datetime | None, clock: Clock) -> float:
    """Seconds; 0: not at all."""
    return 0.0 if instant is None else max(0.0, (clock.now() - instant).total_seconds())
