"""Limits and times that docs and policies promise, written out: many tests take them from the code, so that there they
move along when the code does. Changing one has to be done here too.
"""

from __future__ import annotations

import importlib
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from call24.identity.throttle import Limits
from call24.identity.token_issuer import Lifetimes
from call24.tenants.model import Tenant


def per(window: timedelta, pair: int | None, account: int | None, address: int) -> Limits:
    return Limits(window=window, per_pair=pair, per_account=account, per_address=address)


MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
PROMISED: dict[str, Any] = {
    # Guessing, and what links and sessions last
    "changes.model.KEPT": 7 * DAY,
    "changes.service.AT_ONCE": 16,
    "changes.feed.BATCH": 100,
    "changes.feed.AT_ONCE": 4,
    "changes.feed.READ_WITHIN_S": 10.0,
    "changes.feed.LOOK_EVERY_S": 5.0,
    "changes.course.LONGEST_WAIT_S": 300.0,
    "call_records.record_reader.TOLD_WITHIN_S": 1.0,
    "call_records.record_reader.ASIDE_S": 60.0,
    "call_records.record_debt.AT_ONCE": 4,
    "call_records.record_debt.READ_WITHIN_S": 10.0,
    "call_records.record_debt.BATCH": 50,
    "call_records.record_debt.OWED_EACH": 1_000,
    "call_records.record_debt.OWED_IN_ALL": 20_000,
    "kit.mongo.transaction.TRIED_FOR_S": 6.0,
    "queues.rules.QUEUES_MAX": 200,
    "queues.rules.HOURS_MAX": 50,
    "queues.rules.HOLIDAY_SPANS_MAX": 500,
    "agents.rules.CHOICES_MAX": 500,
    "tasks.service.OPEN_MAX": 100_000,
    "tasks.service.HISTORY_MAX": 200,
    "tasks.service.REMINDED_EACH": 20,
    "tasks.comments.COMMENTS_MAX": 500,
    "tasks.bulk.IDS_MAX": 500,
    "tasks.bulk.FILTERED_MAX": 2_000,
    "tasks.bulk.CHANGES_MAX": 1_000,
    "tasks.bulk.UNDONE_WITHIN": 30 * DAY,
    "tasks.filters.EACH": 30,
    "saved_reports.rules.EACH_MAX": 30,
    "saved_reports.rules.ALL_MAX": 100,
    "saved_reports.rules.RECIPIENTS_MAX": 50,
    "saved_reports.rules.LATE": DAY,
    "saved_reports.figures.ROWS_MAX": 60,
    "saved_reports.figures.CSV_ROWS_MAX": 2_000,
    "tasks.series_rules.SERIES_MAX": 500,
    "kit.rate_limit.KEYS_MAX": 20_000,
    "identity.throttle.SIGNING_IN": per(MINUTE, 5, 20, 60),
    "identity.throttle.KNOWN": per(MINUTE, 10, 1000, 60),
    "identity.throttle.PER_ORGANISATION": 300,
    "identity.hashing_queue.AT_ONCE": 2,
    "identity.hashing_queue.WAITING": {True: (64, 1024), False: (16, 96)},
    "identity.mfa.GUESSES": per(15 * MINUTE, 5, None, 5),
    "identity.mfa.RECOVERY_CODES": 10,
    "identity.passkeys._SHOWING": per(MINUTE, 10, None, 60),
    "identity.oidc.service.ASKING": per(MINUTE, None, None, 240),
    "identity.oidc.logout.TOLD": per(MINUTE, None, None, 600),
    "identity.oidc.service.VISIT_LASTS": 10 * MINUTE,
    "identity.oidc.id_token.TOKEN_MAX": 32 * 1024,
    "identity.oidc.id_token.SKEW_S": 60,
    "identity.recovery.ASKING": per(HOUR, 3, 5, 30),
    "identity.recovery.CONFIRMING": per(MINUTE, 5, None, 5),
    "identity.recovery.CHANGING": per(HOUR, 5, 10, 10),
    "identity.recovery.HELPING": per(HOUR, 10, 10, 50),
    "identity.recovery.LASTS": {"reset": HOUR, "email": DAY},
    "identity.invitations.LASTS": 7 * DAY,
    "identity.invitations.OPEN_MAX": 200,
    "identity.invitations.PER_HOUR": per(HOUR, 3, 10, 100),
    "identity.invitations.PER_INVITER": per(HOUR, 50, 50, 50),
    "identity.challenges.LASTS": 5 * MINUTE,
    "identity.channel_auth.FRESH": MINUTE,
    "identity.token_issuer.PROOF_LASTS": 15 * MINUTE,
    "identity.token_issuer.MACHINE_IDLE": 90 * DAY,
    "identity.rules.PASSWORD_MIN": 10,
    "identity.rules.PASSWORD_MAX": 200,
    "identity.password_blocklist.LEFT_MIN": 6,
    "identity.avatars.service.UPLOAD_MAX": 5 * 1024 * 1024,
    "identity.api.tokens.TOKENS_MAX": 100,
    "identity.session_limits.OF_USER": 20,
    "identity.session_limits.OF_ORGANISATION": 5_000,
    "engine.ports.RUNG_MAX": 5,
    # The edges
    "http.middleware.rate_limits.PER_MINUTE": 3000,
    "http.middleware.rate_limits.PAGES_PER_MINUTE": 12_000,
    "http.middleware.rate_limits.WINDOW_S": 60.0,
    "http.health.LOOK_S": 1.0,
    "http.middleware.body_limits.BODY_MAX": 256 * 1024,
    "http.middleware.body_limits.BODY_TIMEOUT_S": 15.0,
    "http.middleware.body_limits.UPLOAD_MAX": 10 * 1024 * 1024 + 64 * 1024,
    "http.middleware.body_limits.UPLOAD_TIMEOUT_S": 120.0,
    "asterisk.scanners.REFUSED_MAX": 20,
    "asterisk.scanners.BANNED_S": 3600.0,
    "asterisk.http_hang.PATIENCE_S": 180.0,
    "asterisk.scanners.BANS_MAX": 10_000,
    "sip_edge.limits.STRIKES": 100,
    "sip_edge.limits.BROKEN": 6,
    "sip_edge.limits.WIDE": 4,
    "sip_edge.limits.BANNED_S": 600.0,
    "sip_edge.handshake_queue.HANDSHAKES": 8,
    "realtime.socket.IN_MAX": 12_288,
    "realtime.connection.CLIENT_EVENTS_PER_S": 10,
    "realtime.connection.WAITING_BYTES_MAX": 1_000_000,
    "realtime.hub.SOCKETS_MAX": 10_000,
    "realtime.hub.ORGANISATIONS_AT_LEAST": 2,
    "realtime.slow.ORGANISATION_BYTES_MAX": 64 * 1024 * 1024,
    "realtime.slow.ALL_BYTES_MAX": 256 * 1024 * 1024,
    "realtime.cluster.link.WAITING_BYTES_MAX": 32 * 1024 * 1024,
    "realtime.request_signature.FRESH_S": 600,
    "webhooks.rules.WEBHOOKS_MAX": 20,
    "webhooks.rules.TRIED_FOR": 3 * DAY,
    "webhooks.rules.OLD_SECRET_FOR": DAY,
    # How long things are kept
    "audit.service.KEPT": 400 * DAY,
    "toll_fraud.ledger.KEPT": 31 * DAY,
    "toll_fraud.service.KEEP_EVENTS": 90 * DAY,
    "engine.desk.KEEP_AGENT_EVENTS": 90 * DAY,
    "idempotency.service.KEPT_FOR": DAY,
    "idempotency.service.KEYS_MAX": 20_000,
    "idempotency.service.KEYS_OF_USER": 5_000,
    "webhooks.rules.TESTS_A_MINUTE": 10,
    "webhooks.rules.RESENDS_A_MINUTE": 60,
    "privacy.persons.LOOKED_AGAIN": DAY,
    "policy.service.PAGES_MAX": 256,
    "kit.pdf.typesetter.KEPT": 64,
    "kit.pdf.typesetter.KEPT_EACH": 8,
    "kit.pdf.typesetter.WAITING_MAX": 4,
    "kit.pdf.typesetter.TIMEOUT_S": 30.0,
    "policy.notices.EACH_ROUND": 200,
    "policy.notices.EACH_OF_TENANT": 20,
    "privacy_requests.door.CODE_LASTS": 10 * MINUTE,
    "privacy_requests.door.SESSION_LASTS": 15 * MINUTE,
    "privacy_requests.door.TRIES": 3,
    "privacy_requests.door.PER_ADDRESS": 5,
    "privacy_requests.door.PER_NUMBER": 3,
    "privacy_requests.door.PER_ORGANISATION": 60,
    "privacy_requests.door.PER_ORGANISATION_DAY": 200,
    "privacy_requests.door.GUESSES": 30,
    "privacy_requests.door.KEPT_MAX": 5_000,
    "privacy_requests.service.OPEN_EACH": 10,
    "privacy_requests.machine.WARNED_BEFORE": 7 * DAY,
    "privacy_requests.machine.HISTORY_MAX": 200,
    "privacy_requests.machine.NOTE_MAX": 2_000,
    "incidents.machine.CLOCK": 72 * HOUR,
    "incidents.machine.KEPT_AFTER": 1_827 * DAY,
    "incidents.machine.HISTORY_MAX": 300,
    "incidents.machine.NOTICES_MAX": 20,
    "incidents.service.INCIDENTS_MAX": 1_000,
    "incidents.searching.PEOPLE_MAX": 500_000,
    "incidents.searching.AT_ONCE": 2,
    "disclosures.rules.KEPT_AFTER": 1_827 * DAY,
    "disclosures.rules.GIVEN_MAX": 200,
    "disclosures.rules.HISTORY_MAX": 100,
    "disclosures.service.DISCLOSURES_MAX": 5_000,
    "engine.spoken_calls.EACH": 2,
    "engine.spoken_calls.IN_ALL": 10,
    "engine.spoken_calls.LASTS_S": 75.0,
    "policy.service.PAGE_FRESH": MINUTE,
    "privacy.service.EVERY_S": 60.0,
    "recordings.spool.KEPT": 90 * DAY,
    "exports.service.KEPT": DAY,
    "http.middleware.body_limits.ADDRESS_BOOK_MAX": 100 * 1024 * 1024,
    "address_book_files.checking.ROWS_MAX": 100_000,
    "address_book_files.importing.PROBLEMS_MAX": 20_000,
    "address_book_files.service.AT_ONCE": (2, 1),
    "address_book_files.service.MOST": 50,
    "address_book_files.service.WAITING_MAX": 5,
    "address_book_files.service.WAITS": DAY,
    "address_book_files.service.KEPT": 30 * DAY,
    "address_book_files.vcards.LINE_MAX": 64 * 1024,
    "address_book_files.vcards.PROPERTIES_MAX": 500,
    "http.middleware.body_limits.PART_MAX": 1024 * 1024 * 1024,
    "http.middleware.body_limits.PART_TIMEOUT_S": 120.0,
    "files.store.FILES_MAX": 100_000,
    "files.store.UPLOADS_MAX": 20,
    "files.uploads.KEPT": DAY,
    "files.uploads.IDLE_S": 30.0,
    "files.uploads.AT_ONCE": (16, 4, 8),
    "files.inspection.QUARANTINE": 30 * DAY,
    "files.thumbnails.OF_MAX": 32 * 1024 * 1024,
    "files.thumbnails.THUMBNAIL_MAX": 128 * 1024,
    "identity.avatars.program.TIMEOUT_S": 30.0,
    "identity.avatars.draw.IMAGES_MAX": 32,
    "notifications.upgrades.SETTLED": 5 * MINUTE,
    "notifications.upgrades.IN_A_TURN": 50,
    "files.rules.NAME_MAX": 200,
    "statistics.cache.KEPT": 90 * DAY,
    "reconciliation.service.KEPT": 90 * DAY,
    "reconciliation.files.KEPT": 4 * DAY,
}


@pytest.mark.parametrize("place", PROMISED)
def test_a_promised_limit_is_what_it_was(place: str) -> None:
    module, _, name = place.rpartition(".")
    assert getattr(importlib.import_module(f"call24.{module}"), name) == PROMISED[place]


def test_a_session_lasts_as_long_as_is_promised() -> None:
    assert Lifetimes() == Lifetimes(absolute=30 * DAY, idle=12 * HOUR)


def test_an_organisation_that_sets_nothing_keeps_calls_for_ninety_days_and_records_them() -> None:
    fresh = {field.name: field.default for field in msgspec.structs.fields(Tenant)}
    assert (fresh["record_days"], fresh["recording"], fresh["monitoring_visible"]) == (90, "always", True)
