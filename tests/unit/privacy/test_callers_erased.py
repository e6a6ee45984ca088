"""Every document that has data of callers is reached by the erasure of one, or says why it need not be."""

from __future__ import annotations

from call24.contacts.rules import contact_id, id_of_generation
from call24.data_map import Subject, WithCall, documents
from call24.kit.ids import ContactId, TenantId
from call24.privacy.datamap_page import load_models
from call24.server.rooms import ROOMS

BY_ERASER = {"recordings", "refused_calls", "tasks", "contacts", "webhook_deliveries"}
"""recordings: by `erase_calls`, with their files; the others by what the erasure of callers asks of their room."""
BY_ID = {
    "changes": "an id for a week",
    "erased_callers": "the register itself",
    "legal_holds": "whom a hold named, for three years after its release",
    "privacy_requests": "proof of how a request was answered, for three years",
}


def test_every_document_with_data_of_callers_is_erased_with_them() -> None:
    load_models()
    of_callers = {
        document.collection: document
        for document in documents()
        if any(fact.subject is Subject.CALLER for fact in document.facts.values())
    }
    with_calls = {name for name, document in of_callers.items() if isinstance(document.kept, WithCall)}
    assert set(of_callers) == with_calls | BY_ERASER | set(BY_ID)


def test_rooms_that_hold_callers_otherwise_than_by_their_calls_let_go_of_them() -> None:
    keepers = [keeper for room in ROOMS if room.holds is not None for keeper in room.holds.keepers]
    names = {one[0] for keeper in keepers for one in (keeper.erase_callers, keeper.erase_number) if one is not None}
    assert names == {"callers_in_memory", "exports", "realtime_history", "refused_calls", "tasks", "webhook_deliveries"}


def test_each_erasure_gives_a_number_another_id_and_none_gives_the_id_of_before() -> None:
    key = b"k" * 32
    first = contact_id(key, TenantId("ten_acme"), "+442079460123")
    ids = [id_of_generation(key, first, generation) for generation in range(4)]
    assert ids[0] == first and len(set(ids)) == 4
    assert all(id.startswith("ctc_") and len(id) == len(first) for id in ids)
    assert id_of_generation(b"x" * 32, ContactId(first), 1) != ids[1], "nobody without the key can tell"
