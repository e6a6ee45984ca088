"""The rooms put together: what each plugs in is its own."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import call24
from call24.data_map import document_of
from call24.http.app import described
from call24.kit.permission import declared
from call24.server.rooms import ROOMS, ROUTERS

SRC = Path(call24.__file__).parent


def test_every_room_that_plugs_something_in_is_in_the_list_once() -> None:
    there = {file.parent.name for file in SRC.glob("*/room.py") if file.parent.name != "kit"}
    assert Counter(room.name for room in ROOMS) == Counter(there)


def test_each_permission_belongs_to_one_room_and_is_declared_in_its_folder() -> None:
    assert Counter(one for room in ROOMS for one in room.permissions) == Counter(declared())
    assert {room.name for room in ROOMS if room.permissions} == {
        file.parent.name for file in SRC.glob("*/permissions.py")
    }


def test_a_collections_indexes_are_made_by_one_room() -> None:
    made = {room.name: {document_of(one.struct).collection for one in room.indexes} for room in ROOMS}
    twice = [one for one, times in Counter(one for found in made.values() for one in found).items() if times > 1]
    assert twice == []


def test_a_route_is_in_the_folder_of_the_room_that_plugs_it_in() -> None:
    for room in ROOMS:
        for route in described(room.routers):
            assert route.endpoint.__module__.startswith(f"call24.{room.name}."), route.path
    everywhere = [(method, route.path) for route in described(ROUTERS) for method in sorted(route.methods)]
    assert [one for one, times in Counter(everywhere).items() if times > 1] == []
