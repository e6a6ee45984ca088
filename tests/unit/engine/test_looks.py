"""What the engine mends by looking, while it is connected: lost events, failed commands, lines unwritten."""

from __future__ import annotations

from tests.support.calls.contact_centre import NUMBER, TENANT, Centre, open_centre
from tests.support.clock import settle

from call24.calls import signals as s
from call24.calls.model import CallState
from call24.kit.ids import CallId, LegId

STRAY = LegId("leg_stray")


async def look(centre: Centre, *legs: s.LiveLeg, bridges: tuple[str, ...] = ()) -> None:
    centre.network._sink_(s.PbxSeen(at=centre.clock.now(), legs=legs, bridges=bridges))
    await settle()


def live(leg: LegId, call_id: str | None, *, up: bool = True, arrival: s.LegArrived | None = None) -> s.LiveLeg:
    stamp = CallId(call_id) if call_id else None
    return s.LiveLeg(leg=leg, call_id=stamp, tenant_id=TENANT, up=up, ringing=not up, arrival=arrival)


async def test_a_leg_that_no_call_has_in_two_looks_is_hung_up() -> None:
    async with open_centre() as centre:
        await look(centre, live(STRAY, "call_gone"), bridges=("brg-call_gone",))
        assert centre.network.done == []
        await look(centre, live(STRAY, "call_gone"), bridges=("brg-call_gone",))
        assert [type(command).__name__ for command in centre.network.done] == ["HangUpLeg", "DropBridge"]


async def test_what_is_odd_in_one_look_only_was_on_its_way() -> None:
    async with open_centre() as centre:
        await look(centre, live(STRAY, "call_gone"))
        await look(centre)
        await look(centre, live(STRAY, "call_gone"))
        assert centre.network.done == []


async def test_a_caller_whose_arrival_was_not_told_is_taken_in_at_the_second_look() -> None:
    async with open_centre("ann") as centre:
        arrival = s.LegArrived(
            at=centre.clock.now(), leg=STRAY, dialled=NUMBER, caller="+447700900123", caller_name="", trunk="trk_1"
        )
        await look(centre, live(STRAY, None, up=False, arrival=arrival))
        assert centre.all_calls() == []
        await look(centre, live(STRAY, None, up=False, arrival=arrival))
        assert centre.call(STRAY).caller_leg == STRAY


async def test_an_answer_that_was_not_told_is_seen_at_the_second_look() -> None:
    async with open_centre("ann", offer_s=60) as centre:
        await centre.available(*centre.directory.members[TENANT][next(iter(centre.directory.members[TENANT]))])
        caller = await centre.dial()
        [offer] = centre.call(caller).offers
        seen = [live(offer.legs[0].leg, centre.call(caller).id), live(caller, centre.call(caller).id)]
        await look(centre, *seen)
        assert centre.call(caller).state is CallState.OFFERED
        await look(centre, *seen)
        assert centre.call(caller).state is CallState.CONNECTED
        await centre.hang_up(caller)


async def test_what_could_not_be_written_down_is_written_with_what_comes_next() -> None:
    async with open_centre() as centre:
        centre.journal.away = True
        caller = await centre.dial()
        assert centre.journal.lines == []
        centre.journal.away = False
        await centre.hang_up(caller)
        assert centre.record(caller).ended_by == "caller"
