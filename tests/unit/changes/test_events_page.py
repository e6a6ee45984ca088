"""The page of events is current, every room's events are in it, and what webhooks tell of the feed is let out."""

from __future__ import annotations

import importlib
from pathlib import Path

import msgspec
from tests.pinned import pin

from call24.changes.model import EventType
from call24.server.change_readers import EVENTS, READERS
from call24.server.events_page import PAGE, REALTIME, journal_events, page
from call24.server.rooms import ROOMS

CHECKOUT = Path(__file__).resolve().parents[3]
NAMED = {"caller_name", "display_name", "email", "name", "number", "text", "title"}
"""Fields that would have a person's data."""


def test_the_page_is_up_to_date() -> None:
    assert page() == (CHECKOUT / PAGE).read_text(), "run: python -m call24.server.events_page"


def test_every_kind_that_a_room_declares_is_in_the_catalogue_once() -> None:
    declared: list[EventType[msgspec.Struct]] = []
    for file in sorted((CHECKOUT / "src" / "call24").glob("*/events.py")):
        module = importlib.import_module(f"call24.{file.parent.name}.events")
        found = [value for value in vars(module).values() if isinstance(value, EventType)]
        assert all(kind.room == file.parent.name for kind in found)
        declared += found
    assert sorted(kind.name for kind in declared) == sorted(kind.name for kind in EVENTS)
    assert len({kind.name for kind in EVENTS}) == len(EVENTS)


def test_webhooks_read_only_what_may_go_outside() -> None:
    [webhooks] = [reader for reader in READERS if reader.name == "webhooks"]
    assert webhooks.wants
    assert [kind.name for kind in webhooks.wants if not kind.outside] == []


def test_a_room_declares_its_own_events_alone_and_no_two_readers_have_one_name() -> None:
    assert [(room.name, kind.name) for room in ROOMS for kind in room.events if kind.room != room.name] == []
    assert len(EVENTS) == sum(len(room.events) for room in ROOMS)
    names = [reader.name for room in ROOMS for reader in room.readers]
    assert len(names) == len(set(names)) == len(READERS)


def test_bodies_have_ids_and_states_alone() -> None:
    fields = {f"{kind.name}.{name}" for kind in EVENTS for name in kind.body.__struct_fields__}
    assert [one for one in fields if one.rpartition(".")[2] in NAMED] == []


def test_each_realtime_event_is_explained() -> None:
    assert set(REALTIME) == set(pin._realtime_events())


def test_each_journal_event_says_what_happened() -> None:
    kinds = [kind for _, kind in journal_events()]
    assert len(kinds) > 70
    assert [kind.__name__ for kind in kinds if not vars(kind).get("__doc__")] == []
