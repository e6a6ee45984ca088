"""Connects the metrics with the rest of the server: who is listened to, and who is asked.

`listen` first, then `ask`; `follow` once what goes on is restored, so that nothing of before is counted again.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from call24.metrics.exposition import Metrics
from call24.metrics.installation import Installation
from call24.server.metric_sources import calls, parts, stored, upkeep
from call24.tracing.service import Tracing
from call24.web_push.service import WebPush

if TYPE_CHECKING:
    from call24.server.app import Call24

OFTEN_S, SELDOM_S, RARELY_S = 10.0, 60.0, 300.0


def connect(server: Call24) -> None:
    metrics = server.there.get(Metrics)
    _listen(server, metrics)
    _ask(server, metrics)
    server.there.get(Installation).asterisk = partial(parts.asterisk_version, server.ari)


def follow(server: Call24) -> None:
    """After what goes on was restored."""
    counters = server.there.get(Metrics).counters
    server.journal.subscribe(counters.journal_event)
    server.readers.board.left.append(lambda direction, stay: counters.queue_left(direction, stay.left, stay.waited_s))


def _listen(server: Call24, metrics: Metrics) -> None:
    counters = metrics.counters
    server.ari.answered.append(counters.ari_answered)
    server.command_times.told.append(counters.command_done)
    server.rooms.fence.denied.append(counters.outside_call_refused)
    server.engine.arrivals.not_taken.append(lambda told: counters.call_refused(told.reason))


def _ask(server: Call24, metrics: Metrics) -> None:
    """In memory by each scrape; what costs more is asked less often."""
    settings, rooms, readers, engine = server.settings, server.rooms, server.readers, server.engine
    ask, hub = metrics.add_source, readers.hub
    ask("calls", partial(calls.calls, engine, rooms.tenants))
    ask("queues", partial(calls.queues, engine, rooms.tenants, rooms.queues, server.clock))
    ask("agents", partial(calls.agents, engine))
    ask("journal", partial(parts.journal, server.journal, server.clock))
    ask("changes", partial(parts.changes, readers.feed, server.clock))
    ask("asterisk", partial(parts.asterisk, server.telephony, server.trunks))
    ask("mongodb", partial(parts.mongodb, server.mongo))
    ask("realtime", partial(parts.realtime, hub))
    ask("web push", partial(parts.web_push, server.there.get(WebPush)))
    ask("traces", partial(parts.traces, server.there.get(Tracing)))
    ask("toll fraud", partial(parts.toll_fraud, rooms.fence), OFTEN_S)
    ask("disk", partial(upkeep.disk, settings, readers.space), OFTEN_S)
    ask("sweeper", partial(upkeep.sweeper, readers.sweeper))
    ask("certificates", partial(upkeep.certificates, settings), RARELY_S)
    ask("backup", partial(upkeep.backup, settings), SELDOM_S)
    ask("retention", partial(stored.retention, server.there), SELDOM_S)
    ask("self-audit", partial(stored.self_audit, server.there), SELDOM_S)
    ask("record readers", partial(stored.record_readers, server.mongo), SELDOM_S)
    ask("messages", partial(stored.messages, server.mongo, server.clock), OFTEN_S)
    ask("installation", partial(upkeep.installation, rooms.tenants))
    if server.pbx_host.is_ours:
        ask("bans", partial(parts.bans, server.scanners))
    if settings.pbx is not None:
        ask("pbx", partial(parts.pbx, server.pbx_host), OFTEN_S)
    if settings.own_phones_port:
        ask("phones", partial(parts.phones, settings.sip_edge_socket))
