"""Every document that has data of callers is reached by the erasure of one, or says why it need not be."""

from __future__ import annotations

from call24.caller_files.places import found_of
from call24.contacts.rules import contact_id, id_of_generation
from call24.data_map import OnItsDay, Subject, WithCall, documents
from call24.kit.holdings import Held
from call24.kit.ids import ContactId, TenantId
from call24.privacy.datamap_page import load_models
from call24.server.rooms import HOLDINGS, ROOMS

BY_ERASER = {
    "recordings",
    "listenings",
    "refused_calls",
    "tasks",
    "task_comments",
    "task_history",
    "contacts",
    "contact_corrections",
    "webhook_deliveries",
    "exports",
    "files",
    "consent_entries",
    "caller_imports",
    "imported_documents",
    "kept_calls",
    "people",
    "person_history",
    "person_pictures",
    "cards",
    "crm_links",
}
"""recordings: by `erase_calls`, with their files and what was listened to; the others by what the erasure of callers
asks of their room, `contact_corrections` with the contact."""
STAYS = {
    "crm_jobs",
    "changes",
    "disclosures",
    "erased_callers",
    "erasure_notices",
    "incident_people",
    "incidents",
    "legal_holds",
    "person_erasures",
    "privacy_requests",
    "restrictions",
}
"""An id that leads to nobody, or a proof: each says why in its room's `personal_data.py`."""


def test_every_document_with_data_of_callers_is_found_and_erased_with_them_or_says_why_not() -> None:
    """What is exported is what is erased is what the map has: all three work from the same declarations."""
    load_models()
    of_callers = {
        document.collection
        for document in documents()
        if any(fact.subject is Subject.CALLER for fact in document.facts.values())
    }
    found = found_of(Held(HOLDINGS))
    assert of_callers <= {one.collection for one in found}, "say in the room's personal_data.py where callers stand"
    with_calls = {document.collection for document in documents() if isinstance(document.kept, WithCall)}
    with_calls |= {one.collection for one in documents() if isinstance(one.kept, OnItsDay) and one.kept.call}
    assert {one.collection for one in found if one.stays} == STAYS
    assert {one.collection for one in found if not one.stays} == with_calls | BY_ERASER


def test_what_a_callers_file_leaves_out_is_little_and_says_why() -> None:
    load_models()
    left_out = {one.collection for one in found_of(Held(HOLDINGS)) if one.untold}
    assert left_out == {
        "changes",
        "disclosures",
        "erased_callers",
        "incidents",
        "legal_holds",
        "person_erasures",
        "person_history",
        "person_pictures",
        "task_history",
        "webhook_deliveries",
        "caller_imports",
        "imported_documents",
    }
    fields = {f"{one.collection} {path}" for one in found_of(Held(HOLDINGS)) for path in one.fields_untold()}
    assert fields == {"call_records row", "contacts called", "recordings path", "tasks words"} | {
        "crm_jobs number",
        "crm_links base",
        "erasure_notices number",
        "erasure_notices value",
        "files tail",
    }


def test_rooms_that_hold_callers_otherwise_than_by_their_calls_let_go_of_them() -> None:
    keepers = [keeper for room in ROOMS if room.holds is not None for keeper in room.holds.keepers]
    names = {one[0] for keeper in keepers for one in (keeper.erase_callers, keeper.erase_number) if one is not None}
    assert names == {
        "address_book_files",
        "call_names",
        "call_notes",
        "callers_in_memory",
        "cards",
        "consents",
        "crm_links",
        "exports",
        "files",
        "imported_documents",
        "matches_in_memory",
        "unsure_callers_by_number",
        "unsure_callers_in_memory",
        "people",
        "realtime_history",
        "refused_calls",
        "tasks",
        "webhook_deliveries",
    }


def test_each_erasure_gives_a_number_another_id_and_none_gives_the_id_of_before() -> None:
    key = b"k" * 32
    first = contact_id(key, TenantId("ten_acme"), "+442079460123")
    ids = [id_of_generation(key, first, generation) for generation in range(4)]
    assert ids[0] == first and len(set(ids)) == 4
    assert all(id.startswith("ctc_") and len(id) == len(first) for id in ids)
    assert id_of_generation(b"x" * 32, ContactId(first), 1) != ids[1], "nobody without the key can tell"
