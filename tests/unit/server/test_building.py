"""Rooms are built in the order in which they need one another."""

from __future__ import annotations

import pytest

from call24.kit.holdings import Held, Holdings, Keeper
from call24.kit.provided import Provided
from call24.kit.room import BackgroundTask, Built, Room
from call24.server.building import Building


class Bell:
    def ring(self) -> str:
        return "ring"

    def silence(self, tenant_id: str) -> None: ...


class House:
    def __init__(self, bell: Bell) -> None:
        self.bell = bell


class Street:
    def __init__(self, house: House) -> None:
        self.house = house


async def nothing() -> None: ...


def bells(**more: object) -> Room:
    return Room(name="bells", provides=(Bell,), build=lambda there: Built(services=(Bell(),), **more))  # type: ignore[arg-type]


def houses(**more: object) -> Room:
    def build(there: Provided) -> Built:
        return Built(services=(House(there.get(Bell)),), **more)  # type: ignore[arg-type]

    return Room(name="houses", provides=(House,), build=build)


def streets(**more: object) -> Room:
    def build(there: Provided) -> Built:
        return Built(services=(Street(there.get(House)),), **more)  # type: ignore[arg-type]

    return Room(name="streets", provides=(Street,), build=build)


def built(*rooms: Room) -> tuple[Building, Provided]:
    there = Provided()
    building = Building(rooms, there, Held(()))
    building.whole()
    return building, there


def test_a_room_finds_what_it_needs_wherever_that_stands_in_the_list() -> None:
    _, there = built(streets(), houses(), bells())
    assert there.get(Street).house is there.get(House)
    assert there.get(House).bell is there.get(Bell)


def test_rooms_that_need_one_another_in_a_circle_are_an_error_that_names_them() -> None:
    def build(there: Provided) -> Built:
        there.get(Street)
        return Built(services=(Bell(),))

    with pytest.raises(TypeError, match="circle: streets > houses > bells > streets"):
        built(streets(), houses(), Room(name="bells", provides=(Bell,), build=build))


def test_what_no_room_provides_is_an_error_that_names_it() -> None:
    with pytest.raises(LookupError, match="Bell"):
        built(houses())


def test_two_rooms_that_provide_the_same_are_an_error_that_names_them() -> None:
    other = Room(name="gongs", provides=(Bell,), build=lambda there: Built(services=(Bell(),)))
    with pytest.raises(TypeError, match="bells and gongs both provide Bell"):
        built(bells(), other)


@pytest.mark.parametrize("services", [(), (Bell(), House(Bell()))], ids=["too little", "too much"])
def test_a_room_that_builds_something_else_than_it_declares_is_an_error(services: tuple[object, ...]) -> None:
    with pytest.raises(TypeError, match="bells does not build what it provides"):
        built(Room(name="bells", provides=(Bell,), build=lambda there: Built(services=services)))


def test_two_tasks_of_the_same_name_are_an_error_that_names_it() -> None:
    task = BackgroundTask(name="nightly", run=nothing, bound="one at a time")
    with pytest.raises(TypeError, match="nightly"):
        built(bells(tasks=(task,)), houses(tasks=(task,)))


def test_only_what_is_asked_for_is_built_and_what_that_needs() -> None:
    there = Provided()
    Building((streets(), houses(), bells()), there, Held(()))
    there.get(House)
    assert [kind in there for kind in (Bell, House, Street)] == [True, True, False]


async def test_a_room_starts_and_is_read_anew_after_those_that_it_needs_and_stops_before_them() -> None:
    done: list[str] = []

    def acts(name: str) -> dict[str, object]:
        def act(what: str) -> tuple[object, ...]:
            async def acted() -> None:
                done.append(f"{name} {what}")

            return (acted,)

        return {what: act(what) for what in ("start", "refresh", "stop")}

    building, _ = built(houses(**acts("houses")), bells(**acts("bells")))
    await building.refresh()
    await building.start()
    await building.stop()
    assert done == ["bells refresh", "houses refresh", "bells start", "houses start", "houses stop", "bells stop"]


async def test_what_a_room_has_built_lets_go_of_an_organisation_as_the_room_declares() -> None:
    rung: list[str] = []

    class Loud(Bell):
        def silence(self, tenant_id: str) -> None:
            rung.append(tenant_id)

    held = Held((Holdings(room="bells", keepers=(Keeper(of=Loud, forget_organisation=Loud.silence),)),))
    loud = Room(name="bells", provides=(Loud,), build=lambda there: Built(services=(Loud(),)))
    Building((loud,), Provided(), held).whole()
    await held.forget_organisation("ten_a")  # type: ignore[arg-type]
    assert rung == ["ten_a"]
