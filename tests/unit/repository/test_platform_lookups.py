"""Looking across organisations is rare and known: a new place to do it has to be added here, and so thought about."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.support.source_trees import sources

SOURCE = Path(__file__).resolve().parents[3] / "src" / "call24"

KNOWN = {
    ("call_records/history.py", "CallRecord"),  # the operator names a call alone
    ("migrations/run.py", "SchemaStamp"),  # of the platform: which form its data has
    ("migrations/upgrades.py", "SchemaStamp"),  # of the platform: which version organisations were told of
    ("branding/service.py", "Branding"),  # the copy in memory
    ("call_notes/service.py", "CallNote"),  # what a legal hold keeps is left out, in the register's words
    ("restrictions/store.py", "Restriction"),  # whose data is restricted, for the copy in memory and for deletions
    ("pusher_apps/store.py", "Application"),  # a socket names an application before anybody; the copy in memory
    ("audit/store.py", "StoredAuditEntry"),  # one writer, many organisations in a batch
    ("identity/mfa_store.py", "Passkey"),  # a passkey says who signs in
    ("identity/setup.py", "SetupClaim"),  # of the platform: who came first
    ("identity/link_store.py", "Invitation"),  # a link says whose it is; what is due
    ("identity/link_store.py", "EmailLink"),
    ("identity/link_store.py", "ResetWish"),  # of the platform: it is not known yet whose it is
    ("identity/oidc/store.py", "Provider"),  # who signs in names an organisation before anybody is known
    ("identity/oidc/store.py", "AuthorizationRequest"),  # a provider sends back a state alone; expiry
    ("notifications/email/outbox.py", "OutgoingEmail"),  # what is due
    ("live/alerts.py", "QueueAlert"),  # those that last, for the copy in memory
    ("notifications/due.py", "Task"),  # whose due date has come
    ("realtime/store.py", "WaitingEvent"),  # what a restart left to be told
    ("realtime/cluster/store.py", "NodeMessage"),  # one writer, many organisations in a batch; what is for a process
    ("realtime/cluster/store.py", "Sign"),  # of the platform: its processes
    ("identity/store.py", "User"),  # signing in by e-mail; the copy in memory; who operates the installation
    ("identity/store.py", "Counter"),  # of the platform: tokens are counted over the installation
    ("identity/store.py", "Token"),  # a bearer token says whose request it is; expiry
    ("identity/store.py", "CustomRole"),  # the copy in memory
    ("identity/store.py", "Device"),  # phones of everybody at the PBX
    ("journal/flusher.py", "Entry"),  # one writer, many organisations in a batch
    ("queues/store.py", "Queue"),  # the copy in memory
    ("queues/store.py", "Hours"),  # the copy in memory
    ("changes/store.py", "ChangeHead"),  # readers are told which organisations have new events
    ("changes/store.py", "Position"),  # readers go on where they were
    ("agents/store.py", "kind"),  # pause reasons and dispositions: the copy in memory
    ("agents/store.py", "AgentProfile"),  # the copy in memory
    ("agents/store.py", "AgentMobile"),  # the same
    ("flows/store.py", "Flow"),  # the copy in memory
    ("flows/store.py", "PublishedVersion"),  # the copy in memory
    ("flows/store.py", "Prompt"),  # the copy in memory
    ("toll_fraud/store.py", "TollFraudPolicy"),  # the copy in memory
    ("toll_fraud/store.py", "Freeze"),  # the copy in memory
    ("saved_reports/store.py", "SavedReport"),  # reports that are sent now
    ("tasks/series.py", "TaskSeries"),  # recurring tasks whose time has come
    ("tasks/offers.py", "Task"),  # which organisations have offers that may be over
    ("tasks/store.py", "Task"),  # what is due, and reminders
    ("tasks/store.py", "TaskComment"),  # what is due
    ("tasks/store.py", "TaskEntry"),  # what is due
    ("people/going.py", "Person"),  # what is due
    ("people/book_changes.py", "BookChange"),  # what is due
    ("carddav/passwords.py", "AppPassword"),  # a device's password says whose request it is
    ("people/duplicates.py", "Person"),  # who was not compared yet, of one organisation after the other
    ("tenants/store.py", "Tenant"),  # of the platform
    ("tenants/store.py", "Trunk"),  # the copy in memory
    ("tenants/store.py", "Number"),  # a dialled number says whose call it is
    ("recordings/store.py", "Recording"),  # what is due
    ("call_records/kept_calls.py", "KeptCall"),  # settings that were taken back just before a start
    ("caller_files/imports.py", "CallerImport"),  # what a restart cut off
    ("caller_files/imports.py", "ImportedDocument"),  # what is due
    ("address_book_files/service.py", "AddressBookImport"),  # what is due; what a restart cut off
    ("files/store.py", "StoredFile"),  # what is due; what waits for the scanner
    ("exports/service.py", "Export"),  # what is due; what a restart cut off
    ("statistics/store.py", "Statistic"),  # what is due
    ("reconciliation/service.py", "Strays"),  # of the platform: calls of which nobody knows whose they were
    ("server/metric_sources/stored.py", "Cursor"),  # the operator's metrics: counts over all organisations
    ("server/metric_sources/stored.py", "Delivery"),
    ("server/metric_sources/stored.py", "OutgoingEmail"),
    ("doctor/audit/egress.py", "Trunk"),  # every organisation's recipients, for open connections
    ("doctor/audit/egress.py", "Webhook"),
    ("doctor/audit/egress.py", "Provider"),
    ("doctor/audit/egress.py", "Processor"),
    ("crash_reports/store.py", "CrashReport"),  # of the platform: a crash report is of no organisation
    ("self_audit/store.py", "SelfAudit"),  # of the platform: a self-audit is of the installation
    ("privacy/store.py", "CallRecord"),  # what is due
    ("privacy/store.py", "Contact"),  # organisations with callers whom nothing leads to
    ("privacy/store.py", "document.struct"),  # what the data map says is due
    ("privacy/store.py", "SweepReceipt"),  # of the platform
    ("privacy/receipts.py", "ErasureReceipt"),  # of the platform
    ("consents/store.py", "ConsentEntry"),  # the copy in memory of who said no
    ("privacy/hold_register.py", "LegalHold"),  # what a sweep over all organisations leaves alone
    ("privacy/deletion_notices.py", "DeletionNotice"),  # organisations that were told of their first deletion
    ("privacy/retention_changes.py", "RetentionChange"),  # changes that go on after a start
    ("privacy/closing_store.py", "Closing"),  # of the platform: it outlives its organisation
    ("policy/store.py", "PolicySettings"),  # a public address says whose policy it is
    ("privacy_requests/store.py", "PrivacyRequest"),  # warnings that are due
    ("incidents/store.py", "Incident"),  # warnings that are due
    ("incidents/store.py", "IncidentSearch"),  # searches that go on
    ("contacts/erasure_register.py", "ErasedCaller"),  # the copy in memory
    ("privacy/caller_erasure.py", "ErasedCaller"),  # erasures that were cut off are finished
    ("privacy/person_erasure.py", "PersonErasure"),  # the same, of people of address books
    ("privacy/person_erasure.py", "Person"),  # who came back with older data
    ("privacy/agreed_time.py", "AgreedInstant"),  # of the platform
    ("privacy/agreed_time.py", "SweepReceipt"),  # of the platform
    ("privacy/agreed_time.py", "Checkpoint"),  # the newest time in any organisation
    ("privacy/backstop.py", "document.struct"),  # deletes what is overdue
    ("privacy/retention_watch.py", "SweepReceipt"),  # whether the backstop had to
    ("privacy/retention_watch.py", "document.struct"),  # what the data map says is overdue
    ("privacy/person_store.py", "Erasure"),  # looked for again after a day's requests
    ("processors/store.py", "ErasureNotice"),  # what is due
    ("crm/store.py", "CrmConnection"),  # what is due
    ("doctor/audit/egress.py", "CrmConnection"),
    ("doctor/audit/egress.py", "PushSubscription"),
    ("doctor/web_push_check.py", "PushSubscription"),  # the doctor counts browsers
    ("doctor/files_store_check.py", "StoredFile"),  # the doctor counts what waits for the store
    ("doctor/files_store_check.py", "FileRemoval"),
    ("files/removals.py", "FileRemoval"),  # they outlive the organisation
    ("web_push/store.py", "PushSubscription"),  # the copy in memory; a browser that signed in elsewhere
    ("task_mails/store.py", "TaskAddress"),  # whose address an e-mail that arrives is for
    ("webhooks/store.py", "Webhook"),  # the copy in memory
    ("webhooks/store.py", "Delivery"),  # what is due
    ("doctor/checks.py", "Device"),  # the doctor compares devices with phones
    ("doctor/checks.py", "Reconciliation"),  # and says whether the nights found anything
    ("doctor/checks.py", "Strays"),
    ("doctor/feed_check.py", "Cursor"),  # and which readers of call records fail
}


def test_only_known_places_look_across_organisations() -> None:
    assert set(lookups()) == KNOWN


def test_nobody_but_the_door_reaches_behind_it() -> None:
    for path in SOURCE.rglob("*.py"):
        if "kit/mongo" not in path.as_posix():
            assert "mongo.raw(" not in path.read_text(), path


def lookups() -> Iterator[tuple[str, str]]:
    for path, nodes in sources(SOURCE):
        for node in nodes:
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "platform":
                yield path.relative_to(SOURCE).as_posix(), ast.unparse(node.args[0])


def test_only_migrations_and_sealing_again_see_documents_as_they_lie() -> None:
    users = [path for path in sorted(SOURCE.rglob("*.py")) if ".as_stored(" in path.read_text()]
    assert [str(path.relative_to(SOURCE)) for path in users] == ["migrations/run.py", "server/resealing.py"]
