"""What rooms declare for the activity log."""

from __future__ import annotations

from collections import Counter

from call24.identity.permissions import EVERYTHING, STEP_UP
from call24.server.rooms import ROOMS

NEEDS = {
    "calls": "calls.read_own",
    "call notes": "calls.read_own",
    "tasks": "tasks.read",
    "task comments": "tasks.read",
    "people changed": "people.read",
    "people undone": "people.read",
    "people created": "people.read",
    "corrections": "privacy_requests.read",
    "consents": "consents.read",
    "privacy requests": "privacy_requests.read",
    "files": "files.read",
    "crm links": "crm.read",
    "crm jobs": "crm.read",
    "notifications": "tasks.read",
}


def test_each_source_has_a_name_of_its_own_and_asks_for_a_permission_that_needs_no_second_factor() -> None:
    sources = [source for room in ROOMS for source in room.activity]
    assert {one.name: one.permission for one in sources} == NEEDS
    assert set(Counter(one.name for one in sources).values()) == {1}
    assert all(one.permission in EVERYTHING - STEP_UP for one in sources)
    assert all(one.of in room.provides for room in ROOMS for one in room.activity)
