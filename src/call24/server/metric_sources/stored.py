"""What MongoDB knows: counts over all organisations. Asked seldom, and left out while MongoDB is away."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from call24.call_records.projector import Cursor
from call24.kit.clock import Clock
from call24.kit.mongo import Mongo
from call24.kit.provided import Provided
from call24.metrics.exposition import Sample
from call24.notifications.email.model import OutgoingEmail
from call24.privacy.retention_watch import RetentionWatch, watched
from call24.self_audit.service import SelfAudits
from call24.webhooks.model import Delivery

_WHY = "the operator's metrics count over all organisations"
_FAILING_TRIES = 3
_LONG = timedelta(days=3650)


class _Due(msgspec.Struct, frozen=True):
    due_at: datetime


async def retention(there: Provided) -> list[Sample]:
    """By the watch, which does not depend on the sweeper. Raises: Unavailable."""
    status = await there.get(RetentionWatch).status()
    disputed = status.last is not None and status.last.disputed_at is not None
    return [
        *(Sample("call24_retention_overdue_documents", status.overdue.get(name, 0), (name,)) for name in watched()),
        Sample("call24_retention_held_documents", sum(status.held.values())),
        Sample("call24_retention_time_disputed", disputed),
        Sample("call24_retention_hold_reviews_due", status.reviews_due),
    ]


async def self_audit(there: Provided) -> list[Sample]:
    """Raises: Unavailable."""
    newest = next(iter(await there.get(SelfAudits).newest(1)), None)
    return [
        Sample("call24_self_audit_timestamp_seconds", newest.at.timestamp() if newest is not None else 0.0),
        Sample("call24_self_audit_passed", newest is not None and newest.passed),
    ]


async def record_readers(mongo: Mongo) -> list[Sample]:
    """Raises: Unavailable."""
    failing: dict[str, int] = {}
    for cursor in await mongo.platform(Cursor, why=_WHY).find():
        for name in cursor.behind:
            failing[name] = failing.get(name, 0) + 1
    return [Sample("call24_record_reader_failing_tenants", count, (name,)) for name, count in sorted(failing.items())]


async def messages(mongo: Mongo, clock: Clock) -> list[Sample]:
    """Raises: Unavailable."""
    now = clock.now()
    webhooks, mail = mongo.platform(Delivery, why=_WHY), mongo.platform(OutgoingEmail, why=_WHY)
    waiting = {"state": "waiting", "due_at": {"$lte": now + _LONG}}
    dead = {"state": "dead", "created_at": {"$gte": now - _LONG}}
    first = await webhooks.find_parts(_Due, waiting, sort=[("due_at", 1)], limit=1)
    late_s = max(0.0, (now - first[0].due_at).total_seconds()) if first else 0.0
    return [
        Sample("call24_webhook_messages_waiting", await webhooks.count(waiting)),
        Sample("call24_webhook_messages_dead", await webhooks.count(dead)),
        Sample("call24_webhook_messages_late_seconds", late_s),
        Sample("call24_mail_waiting", await mail.count()),
        Sample("call24_mail_failing", await mail.count({"tries": {"$gte": _FAILING_TRIES}})),
    ]
