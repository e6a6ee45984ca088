"""A line's event is read from its body once, whoever asks, and never as what it is not."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

import msgspec
import pytest

from call24.journal import model
from call24.journal.model import Entry, body_of, event_of
from call24.kit.ids import EventId, TenantId


class Rang(msgspec.Struct, frozen=True, tag_field="type", tag=True):
    who: tuple[str, ...]


class Ended(msgspec.Struct, frozen=True, tag_field="type", tag=True):
    cause: int


Either = Rang | Ended
AT = datetime(2026, 12, 1, tzinfo=UTC)


def entry(event: msgspec.Struct) -> Entry:
    body = body_of(event)
    return Entry(
        id=EventId("evt_1"), tenant_id=TenantId("ten_1"), seq=1, at=AT, type=body["type"], call_id=None, agent_id=None,
        body=body, delete_at=AT,
    )  # fmt: skip


def test_all_readers_of_a_line_share_one_reading_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    line, read = entry(Rang(("ann", "bob"))), []

    def counted(body: object, kind: type) -> object:
        read.append(kind)
        return msgspec.convert(body, kind)

    monkeypatch.setattr(model, "msgspec", SimpleNamespace(**{**vars(msgspec), "convert": counted}))
    found = [event_of(line, union) for union in (Either, Either, Rang, Either)]
    assert found == [Rang(("ann", "bob"))] * 4
    assert read == [Rang]


def test_a_line_that_was_read_is_still_none_of_another_kind() -> None:
    line = entry(Rang(("ann",)))
    event_of(line, Either)
    with pytest.raises(msgspec.ValidationError):
        event_of(line, Ended)


def test_what_was_read_is_no_part_of_the_line() -> None:
    line = entry(Ended(16))
    before = msgspec.json.encode(line)
    event_of(line, Either)
    assert msgspec.json.encode(line) == before
    assert line == entry(Ended(16))
    assert event_of(msgspec.structs.replace(line, body=body_of(Ended(17))), Either) == Ended(17)
