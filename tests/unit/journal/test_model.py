"""A line's event is read from its body once, whoever asks, and never as what it is not."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest

from call24.journal import model
from call24.journal.model import Entry, body_of, event_of
from call24.kit.ids import EventId, TenantId


class Rang(msgspec.Struct, frozen=True, tag_field="type", tag=True):
    who: tuple[str, ...]


class Ended(msgspec.Struct, frozen=True, tag_field="type", tag=True):
    cause: int


Any = Rang | Ended
AT = datetime(2026, 12, 1, tzinfo=UTC)


def entry(event: msgspec.Struct) -> Entry:
    body = body_of(event)
    return Entry(
        id=EventId("evt_1"), tenant_id=TenantId("ten_1"), seq=1, at=AT, type=body["type"], call_id=None, agent_id=None,
        body=body, delete_at=AT,
    )  # fmt: skip


def test_all_readers_of_a_line_share_one_reading_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    line, read = entry(Rang(("ann", "bob"))), []
    convert = msgspec.convert

    def counted(body: object, kind: object) -> object:
        read.append(kind)
        return convert(body, kind)

    monkeypatch.setattr(model.msgspec, "convert", counted)
    found = [event_of(line, union) for union in (Any, Any, Rang, Any)]
    assert found == [Rang(("ann", "bob"))] * 4
    assert read == [Rang]


def test_a_line_that_was_read_is_still_none_of_another_kind() -> None:
    line = entry(Rang(("ann",)))
    event_of(line, Any)
    with pytest.raises(msgspec.ValidationError):
        event_of(line, Ended)


def test_what_was_read_is_no_part_of_the_line() -> None:
    line = entry(Ended(16))
    before = msgspec.json.encode(line)
    event_of(line, Any)
    assert msgspec.json.encode(line) == before
    assert line == entry(Ended(16))
    assert event_of(msgspec.structs.replace(line, body=body_of(Ended(17))), Any) == Ended(17)
