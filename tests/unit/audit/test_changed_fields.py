"""What an entry tells of a change: from what to what, short and bounded; and that older entries hash as they did."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import msgspec

from call24.audit.changed_fields import changes_of
from call24.audit.model import AuditChange, AuditEntry
from call24.audit.rules import chained, hash_of
from call24.kit.ids import AuditId, TenantId, UserId

AT = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
DEED = AuditEntry(
    actor_id=UserId("usr_a"), token_id=None, address="192.0.2.7", action="PATCH /v1/queues/{queue_id}", status=200
)


def test_a_value_is_told_as_it_was_and_as_it_is() -> None:
    before = {"max_wait_s": 300, "name": "Support", "callback": False, "hours_id": None, "music": "default"}
    after = {"max_wait_s": 600, "name": "Help", "callback": True, "hours_id": "hrs_1", "music": "default"}
    assert changes_of(before, after) == (
        AuditChange(field="callback", before=False, after=True),
        AuditChange(field="hours_id", before=None, after="hrs_1"),
        AuditChange(field="max_wait_s", before=300, after=600),
        AuditChange(field="name", before="Support", after="Help"),
    )


def test_of_a_list_it_is_told_what_came_and_what_went() -> None:
    before = {"members": ["usr_a", "usr_b"], "weekly": [{"day": "mon", "opens": "09:00", "closes": "17:00"}]}
    after = {"members": ["usr_b", "usr_c"], "weekly": [{"day": "mon", "opens": "08:00", "closes": "17:00"}]}
    assert changes_of(before, after) == (
        AuditChange(field="members", added=("usr_c",), removed=("usr_a",)),
        AuditChange(field="weekly", added=("mon 08:00 17:00",), removed=("mon 09:00 17:00",)),
    )
    [many] = changes_of({"members": []}, {"members": [f"usr_{n}" for n in range(11)]})
    assert (len(many.added), many.more) == (10, True)


def test_inside_of_a_setting_each_part_is_told_and_what_is_long_is_cut() -> None:
    before = {"exits": {"closed": {"to": "voicemail"}, "full": {"to": "hang_up"}}, "label": ""}
    after = {"exits": {"closed": {"to": "queue", "queue_id": "que_1"}, "full": {"to": "hang_up"}}, "label": "x" * 500}
    assert changes_of(before, after) == (
        AuditChange(field="exits.closed.queue_id", before=None, after="que_1"),
        AuditChange(field="exits.closed.to", before="voicemail", after="queue"),
        AuditChange(field="label", before="", after="x" * 120),
    )
    assert len(changes_of({}, {f"field_{n}": n for n in range(40)})) == 30
    assert changes_of({"login": b"sealed"}, {"login": b"other"}) == ()


def test_an_entry_without_changes_is_written_and_hashed_as_before_there_were_any() -> None:
    line = chained(AuditId("aud_1"), TenantId("ten_1"), AT, DEED, 1, "")
    earlier = (
        '{"id":"aud_1","tenant_id":"ten_1","seq":1,"at":"2026-11-24T09:30:00Z","actor_id":"usr_a","token_id":null,'
        '"address":"192.0.2.7","action":"PATCH /v1/queues/{queue_id}","objects":[],"fields":[],"why":null,'
        '"status":200,"code":null,"previous":"","hash":""}'
    )
    assert line.hash == hashlib.sha256(earlier.encode()).hexdigest()


def test_a_changed_value_is_under_the_hash() -> None:
    told = msgspec.structs.replace(DEED, changes=(AuditChange(field="max_wait_s", before=300, after=600),))
    line = chained(AuditId("aud_1"), TenantId("ten_1"), AT, told, 1, "")
    other = msgspec.structs.replace(line, changes=(AuditChange(field="max_wait_s", before=300, after=900),))
    assert hash_of(other) != line.hash
    assert hash_of(msgspec.structs.replace(line, changes=())) != line.hash
