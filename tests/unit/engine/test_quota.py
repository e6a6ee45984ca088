"""How many calls an organisation may have, and that none takes what the others need."""

from __future__ import annotations

from collections.abc import AsyncIterator

import msgspec
import pytest
from tests.support.calls.contact_centre import NUMBER, OTHER, OTHER_NUMBER, TENANT, Centre, phone
from tests.support.clock import VirtualClock, settle

from call24.calls import commands as c
from call24.calls import events as e
from call24.calls import signals as s
from call24.calls.model import Call, CallState, Direction
from call24.engine import quota as quota_module
from call24.engine.arrivals import NotTaken
from call24.engine.quota import KEPT_FOR_EACH, Quota, cost
from call24.journal.model import event_of
from call24.kit.errors import Conflict
from call24.kit.ids import TenantId, TrunkId, UserId

ANN, BOB = UserId("usr_ann"), UserId("usr_bob")
CUSTOMER = "+441632960001"


class Limited(Centre):
    """Two organisations on twelve lines."""

    def __init__(self) -> None:
        self.limits: dict[TenantId, int] = {}
        super().__init__()
        self.organisation(TENANT, NUMBER, "ann", "bob")
        self.organisation(OTHER, OTHER_NUMBER)
        self.plan.ways_out = (TrunkId("trk_1"), TrunkId("trk_2"))
        self.told: list[NotTaken] = []
        self.engine.arrivals.not_taken.append(self.told.append)

    def _built(self):  # type: ignore[no-untyped-def]
        engine = super()._built()
        quota = Quota(12, lambda tenant_id: self.limits.get(tenant_id), lambda: [TENANT, OTHER], self.clock)
        return type(engine)(
            clock=self.clock,
            journal=self.journal,  # type: ignore[arg-type]
            telephony=self.network,
            directory=self.directory,
            callers=self.callers,
            fence=self.fence,
            quota=quota,
        )

    async def callers_ring(self, count: int, number: str = NUMBER, first: int = 0) -> int:
        """How many of them got in."""
        before = len(self.engine.all_live())
        for each in range(first, first + count):
            await self.dial(number, f"+4416329601{each:02d}")
        return len(self.engine.all_live()) - before

    def lines(self, tenant_id: TenantId = TENANT) -> tuple[int, int, int]:
        found = self.engine.quota.lines(tenant_id, self.engine.all_live())
        return found.used, found.limit, found.refused


@pytest.fixture
async def centre() -> AsyncIterator[Limited]:
    centre = Limited()
    await centre.start()
    yield centre
    await centre.kill()


async def test_a_flood_to_one_organisation_leaves_the_other_its_lines(centre: Limited) -> None:
    assert await centre.callers_ring(40) == 12 - KEPT_FOR_EACH
    assert await centre.callers_ring(KEPT_FOR_EACH, OTHER_NUMBER) == KEPT_FOR_EACH
    assert await centre.callers_ring(1, OTHER_NUMBER) == 0, "all lines are in use"


async def test_who_is_turned_away_hears_that_no_line_is_free_and_is_told_of(centre: Limited) -> None:
    centre.limits[TENANT] = 2
    assert await centre.callers_ring(2) == 2
    leg = await centre.dial(NUMBER, "+441632960999")
    assert c.HangUpLeg(leg=leg, cause=34) in centre.network.done
    [told] = centre.told
    assert (told.tenant_id, told.dialled, told.caller, told.reason, told.cause) == (
        TENANT, NUMBER, "+441632960999", "over_quota", 34,
    )  # fmt: skip
    assert centre.lines() == (2, 2, 1)
    assert len(centre.records()) == 2


async def test_an_ended_call_gives_its_line_back(centre: Limited) -> None:
    centre.limits[TENANT] = 1
    leg = await centre.dial()
    assert await centre.callers_ring(1) == 0
    await centre.hang_up(leg)
    assert await centre.callers_ring(1, first=5) == 1


async def test_what_a_call_costs_is_found_again_only_when_it_has_changed(
    centre: Limited, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each arrival looks at all calls that go on: with hundreds, that would be what it costs most."""
    found: list[str] = []

    def counted(call: Call) -> int:
        found.append(call.id)
        return cost(call)

    await centre.callers_ring(3)
    live = centre.engine.all_live()
    monkeypatch.setattr(quota_module, "cost", counted)
    for _ in range(3):
        assert centre.engine.quota.refuses(TENANT, live, 4) is None
    assert found == [live[-1].id], "the others' were found when the next one came"
    changed = msgspec.structs.replace(live[0], attempts=1)
    assert centre.engine.quota.refuses(TENANT, [changed, *live[1:]], 5) == "no_line_left"
    assert found[1:] == [changed.id]


async def test_a_limit_of_none_takes_no_call_at_all(centre: Limited) -> None:
    centre.limits[TENANT] = 0
    assert await centre.callers_ring(1) == 0


async def test_own_calls_are_refused_at_the_limit_before_anything_rings(centre: Limited) -> None:
    centre.limits[TENANT] = 1
    await centre.dial()
    for to in ({"number": CUSTOMER}, {"colleague_id": BOB}):
        with pytest.raises(Conflict) as caught:
            await centre.requests.place(TENANT, ANN, **to)  # type: ignore[arg-type]
        assert caught.value.code == "no_line_free"
    assert centre.ringing(ANN, BOB) == []


async def test_a_consulted_outside_number_needs_a_line_of_its_own(centre: Limited) -> None:
    centre.limits[TENANT] = 1
    await centre.available(ANN)
    leg = await centre.dial()
    await centre.answer(ANN)
    contact = centre.callers.identify(TENANT, CUSTOMER, "").contact_id
    await centre.request(ANN, s.ConsultRequested, to=s.TransferTarget(contact_id=contact))
    assert centre.call(leg).state is CallState.HELD
    ends = [event_of(line, e.AnyCallEvent) for line in centre.journal.lines if line.type == "ConsultEnded"]
    assert ends == [e.ConsultEnded(reason="no_line_free")]
    centre.limits[TENANT] = 2
    await centre.request(ANN, s.ConsultRequested, to=s.TransferTarget(contact_id=contact))
    assert centre.call(leg).state is CallState.CONSULTING
    assert cost(centre.call(leg)) == 2


async def test_a_call_counts_its_outside_legs_or_half_of_all(centre: Limited) -> None:
    await centre.available(ANN)
    leg = await centre.dial()
    assert cost(centre.call(leg)) == 1
    await centre.answer(ANN)
    assert cost(centre.call(leg)) == 1
    assert centre.call(leg).direction is Direction.INBOUND


async def test_half_of_all_lines_is_the_most_that_is_kept(centre: Limited) -> None:
    many = [TenantId(f"ten_{number}") for number in range(1000)]
    quota = Quota(20, lambda _: None, lambda: [TENANT, *many], VirtualClock())
    await centre.callers_ring(1)
    [call] = centre.engine.all_live()
    assert quota.refuses(TENANT, [call] * 9, 1) is None
    assert quota.refuses(TENANT, [call] * 10, 1) == "no_line_left"
    assert quota.refuses(many[0], [call] * 19, 1) is None


async def test_after_a_restart_the_calls_that_go_on_count(centre: Limited) -> None:
    centre.limits[TENANT] = 2
    assert await centre.callers_ring(2) == 2
    await centre.kill()
    await centre.restart()
    await settle()
    assert await centre.callers_ring(1, first=5) == 0
    assert phone(ANN)
