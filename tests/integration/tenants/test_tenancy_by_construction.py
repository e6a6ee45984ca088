"""What the server itself holds to: a tenant in every tenant's document, and indexes that begin with it."""

from __future__ import annotations

from typing import Any

import pymongo
from tests.support.database.database import NAME
from tests.support.database.mongod import RunningMongod

from call24.data_map import documents
from call24.kit.mongo import Mongo
from call24.server.rooms import INDEXES

# Indexes that cover all organisations, and why. A new one has to be added here, and so thought about.
ACROSS = {
    ("users", "email_key"): "signing in by e-mail",
    ("invitations", "secret_hash"): "who holds a link says whose it is by it alone",
    ("invitations", "expires_at"): "what is due",
    ("links", "secret_hash"): "who holds a link says whose it is by it alone",
    ("task_addresses", "token"): "whoever writes to an address says whose it is by it alone",
    ("links", "expires_at"): "what is due",
    ("providers", "short_name"): "who signs in names an organisation before anybody is known",
    ("providers", "findable"): "the same, by its domain",
    ("providers", "issuer"): "a provider that says who has signed out names itself and its client",
    ("provider_visits", "expires_at"): "what is due",
    ("erased_callers", "at"): "who was lately erased is looked for again",
    ("erasures", "at"): "what was lately deleted is looked for again",
    ("passkeys", "credential_id"): "a passkey says who signs in",
    ("letters", "due_at"): "what is due",
    ("notifications", "delete_at"): "what is due",
    ("repeatable", "delete_at"): "what is due",
    ("erasure_notices", "due_at"): "what is due",
    ("erasure_notices", "delete_at"): "what is due",
    ("crm_connections", "due_at"): "what is due",
    ("crm_connections", "webhook.address"): "a CRM posts to an address, which says whose it is",
    ("crm_jobs", "delete_at"): "what is due",
    ("webhook_deliveries", "due_at"): "what is due",
    ("webhook_deliveries", "created_at"): "messages that were given up are counted for the operator",
    ("webhook_deliveries", "delete_at"): "what is due",
    ("push_subscriptions", "target_hash"): "a browser belongs to whoever signed in there last, wherever",
    ("application_events", "number"): "what a restart left to be told",
    ("changes", "at"): "what is due",
    ("realtime_messages", "created_at"): "what is due",
    ("tokens", "lapses_at"): "what is due",
    ("fence_usage", "delete_at"): "what is due",
    ("retention_changes", "state"): "changes that go on",
    ("journal", "delete_at"): "what is due",
    ("tasks", "state"): "what is done and due",
    ("tasks", "offered_to"): "offers of tasks that go on, or are over",
    ("queue_alerts", "ended_at"): "alerts of queues that last",
    ("queue_alerts", "delete_at"): "what is due",
    ("tasks", "remind_at"): "reminders whose time has come",
    ("saved_reports", "next_at"): "reports whose time has come",
    ("task_series", "next_at"): "recurring tasks whose time has come",
    ("task_bulk_changes", "delete_at"): "what is due",
    ("people", "delete_at"): "what is due",
    ("address_book_changes", "delete_at"): "what is due",
    ("app_passwords", "secret_hash"): "a device's password says whose request it is",
    ("people", "compared"): "who was not compared yet, of one organisation after the other",
    ("person_history", "delete_at"): "what is due",
    ("person_pictures", "delete_at"): "what is due",
    ("recordings", "delete_at"): "what is due",
    ("exports", "delete_at"): "what is due",
    ("address_book_imports", "delete_at"): "what is due",
    ("files", "delete_at"): "what is due",
    ("files", "state"): "what is due",
    ("files", "thumbnail"): "what is due",
    ("files", "moved_at"): "what waits for the S3-compatible store, of one organisation after the other",
    ("files", "object"): "an object in the store does not say whose it is",
    ("imported_documents", "delete_at"): "what is due",
    ("call_records", "delete_at"): "what is due",
    ("kept_calls", "delete_at"): "what is due",
    ("statistics", "delete_at"): "what is due",
    ("reconciliations", "delete_at"): "what is due",
    ("refused_calls", "delete_at"): "what is due",
    ("flow_versions", "published_at"): "the copy in memory",
    ("applications", "number"): "a request to Pusher's HTTP API names an application before it names anybody",
    ("applications", "key"): "so does a socket",
    ("policy_settings", "public_id"): "the address of a public page says whose policy it is",
    ("consent_entries", "at"): "the copy in memory",
    ("legal_holds", "state"): "what a sweep over all organisations leaves alone",
    ("legal_holds", "delete_at"): "what is due",
    ("privacy_requests", "warn_at"): "what is due",
    ("privacy_requests", "delete_at"): "what is due",
    ("incidents", "warn_at"): "what is due",
    ("incidents", "delete_at"): "what is due",
    ("incident_searches", "state"): "what goes on",
    ("disclosures", "delete_at"): "what is due",
    ("restrictions", "delete_at"): "what is due",
    ("restrictions", "lifted_at"): "what holds, for the copy in memory and for deletions",
    ("numbers", "e164"): "a dialled number says whose call it is",
}


async def test_every_index_of_a_tenants_collection_begins_with_the_tenant(mongo: Mongo, mongod: RunningMongod) -> None:
    await mongo.ensure_indexes(INDEXES)
    tenants = {document.collection for document in documents() if document.tenant}
    found: set[tuple[str, str]] = set()
    with pymongo.MongoClient[dict[str, Any]](mongod.uri) as client:
        database = client[NAME]
        for collection in sorted(tenants & set(database.list_collection_names())):
            for index in database[collection].list_indexes():
                first = next(iter(index["key"]))
                if index["name"] != "_id_" and first != "tenant_id":
                    found.add((collection, first))
    assert found <= set(ACROSS), found - set(ACROSS)
    assert len(found) > 5


async def test_the_server_refuses_a_document_without_a_tenant_in_every_tenants_collection(
    mongo: Mongo, mongod: RunningMongod
) -> None:
    tenants = {document.collection for document in documents() if document.tenant}
    with pymongo.MongoClient[dict[str, Any]](mongod.uri) as client:
        listed = {one["name"]: one.get("options", {}) for one in client[NAME].list_collections()}
    known = tenants & set(listed)
    assert len(known) > 20
    for collection in sorted(known):
        schema = listed[collection].get("validator", {}).get("$jsonSchema", {})
        assert "tenant_id" in schema.get("required", ()), collection
        assert schema["properties"]["tenant_id"] == {"bsonType": "string", "minLength": 1}, collection
        assert listed[collection].get("validationAction", "error") == "error", collection
