"""What a queue's settings may be: each field within its bounds, and ways out that lead somewhere and never round."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from tests.support.clock import START

from call24.kit.errors import Conflict, Invalid
from call24.kit.ids import DispositionId, FlowId, HoursId, QueueId, TenantId, UserId
from call24.queues.model import Exits, Queue, ToFlow, ToHangUp, ToQueue, ToVoicemail, Way
from call24.queues.rules import EXIT_NAMES, NUMBERS, SECONDS, QueueReferences, check_unused, checked, named
from call24.tenants.skills import SkillNeed

HELP, SALES, NIGHT = QueueId("que_help"), QueueId("que_sales"), QueueId("que_night")


def queue(queue_id: QueueId = HELP, **changes: Any) -> Queue:
    fields: dict[str, Any] = {"name": "Support", "name_key": "support", **changes}
    return Queue(id=queue_id, tenant_id=TenantId("ten_a"), created_at=START, **fields)


KNOWN = QueueReferences(
    users={UserId("usr_ann"), UserId("usr_bob")},
    queues={HELP: queue(), SALES: queue(SALES), NIGHT: queue(NIGHT)},
    hours={HoursId("hrs_1")},
    flows={FlowId("flw_1")},
    dispositions={DispositionId("dsp_1")},
    prompts={"away", "prm_1"},
)


def refused(made: Queue, known: QueueReferences = KNOWN) -> list[str]:
    with pytest.raises(Invalid) as error:
        checked(made, known)
    return [field for field, _ in error.value.errors]


def test_a_queue_as_it_is_made_breaks_no_rule_and_its_callers_go_to_voicemail() -> None:
    made = queue()
    assert checked(made, KNOWN) is made
    assert {getattr(made.exits, reason) for reason in EXIT_NAMES} == {ToVoicemail()}


@pytest.mark.parametrize("field", [*SECONDS, *NUMBERS])
def test_every_number_has_its_bounds(field: str) -> None:
    low, high = {**SECONDS, **NUMBERS}[field]
    for good in (low, high):
        assert checked(queue(**{field: good}), KNOWN)
    for bad in (low - 1, high + 1):
        assert refused(queue(**{field: bad})) == [field]


def test_every_number_of_a_queue_is_bounded() -> None:
    """A setting that is added gets its bounds too."""
    numbers = {one.name for one in msgspec.structs.fields(Queue) if isinstance(one.default, int)}
    switches = {"announce_position", "announce_wait", "record_announcement", "ring_during_greeting", "callback"}
    switches |= {"offers_tasks"}
    assert numbers - switches == {*SECONDS, *NUMBERS}


@pytest.mark.parametrize(
    ("field", "bad"),
    [
        ("name", ""),
        ("name", "two  spaces"),
        ("strategy", "random"),
        ("not_announced_because", "just because"),
        ("not_announced_because", "a word " * 100),
        ("record", "sometimes"),
        ("disposition", "yes"),
        ("music", "../etc"),
        ("max_waiting", -1),
        ("max_waiting", 10_001),
        ("alert_wait_s", 9),
        ("alert_wait_s", 7201),
        ("alert_waiting", 0),
        ("alert_waiting", 1001),
        ("hours_id", HoursId("hrs_2")),
        ("members", (UserId("usr_ann"), UserId("usr_ann"))),
        ("members", (UserId("usr_stranger"),)),
        ("dispositions", (DispositionId("dsp_2"),)),
        ("dispositions", (DispositionId("dsp_1"), DispositionId("dsp_1"))),
        ("skills", (SkillNeed(name="german"), SkillNeed(name="german", level=3))),
        ("skills", (SkillNeed(name=""),)),
        ("skills", (SkillNeed(name="a\nb"),)),
        ("skills", (SkillNeed(name="german", level=0),)),
        ("skills", (SkillNeed(name="german", level=11),)),
        ("skills", (SkillNeed(name="german", relax_after_s=-1),)),
        ("skills", tuple(SkillNeed(name=f"s{n}") for n in range(21))),
    ],
    ids=str,
)
def test_a_setting_that_breaks_a_rule_is_named(field: str, bad: object) -> None:
    assert refused(queue(**{field: bad})) == [field]


def test_settings_at_their_limits_are_taken() -> None:
    assert checked(queue(max_waiting=0, hours_id=HoursId("hrs_1"), dispositions=(DispositionId("dsp_1"),)), KNOWN)
    needs = (SkillNeed(name="german", level=10, relax_after_s=0), SkillNeed(name="billing"))
    assert checked(queue(skills=needs, members=(UserId("usr_ann"),)), KNOWN)


def test_no_more_phones_ring_at_once_than_can() -> None:
    many = tuple(UserId(f"usr_{n}") for n in range(51))
    known = msgspec.structs.replace(KNOWN, users=set(many))
    assert refused(queue(members=many, strategy="ring_all"), known) == ["strategy"]
    assert checked(queue(members=many), known)
    assert checked(queue(members=many[:50], strategy="ring_all"), known)


# --- ways out ---


@pytest.mark.parametrize(
    "way",
    [
        ToVoicemail(),
        ToVoicemail(prompt="prm_1"),
        ToHangUp(prompt="away"),
        ToQueue(queue_id=SALES),
        ToFlow(flow_id=FlowId("flw_1")),
    ],
    ids=lambda way: type(way).__name__,
)
def test_a_way_out_may_lead_to_voicemail_a_goodbye_another_queue_or_a_flow(way: Way) -> None:
    for reason in EXIT_NAMES:
        assert checked(queue(exits=Exits(**{reason: way})), KNOWN)


@pytest.mark.parametrize(
    "way",
    [
        ToVoicemail(prompt="prm_2"),
        ToVoicemail(prompt=""),
        ToHangUp(prompt="../secret"),
        ToQueue(queue_id=QueueId("que_gone")),
        ToFlow(flow_id=FlowId("flw_2")),
    ],
    ids=str,
)
def test_a_way_out_to_what_does_not_exist_is_refused(way: Way) -> None:
    for reason in EXIT_NAMES:
        assert refused(queue(exits=Exits(**{reason: way}))) == [f"exits.{reason}"]


def test_a_queue_does_not_lead_to_itself() -> None:
    assert refused(queue(exits=Exits(max_wait=ToQueue(queue_id=HELP)))) == ["exits.max_wait"]


def test_queues_do_not_lead_round_in_a_circle() -> None:
    queues = {
        HELP: queue(),
        SALES: queue(SALES, exits=Exits(nobody=ToQueue(queue_id=NIGHT))),
        NIGHT: queue(NIGHT, exits=Exits(closed=ToQueue(queue_id=HELP))),
    }
    known = msgspec.structs.replace(KNOWN, queues=queues)
    made = queue(exits=Exits(max_wait=ToQueue(queue_id=SALES), full=ToHangUp(), closed=ToQueue(queue_id=NIGHT)))
    assert refused(made, known) == ["exits.max_wait", "exits.closed"]


def test_two_ways_to_the_same_queue_are_no_circle_nor_is_one_that_others_are_in() -> None:
    round_trip = {
        HELP: queue(),
        SALES: queue(SALES, exits=Exits(nobody=ToQueue(queue_id=NIGHT))),
        NIGHT: queue(NIGHT, exits=Exits(closed=ToQueue(queue_id=SALES))),
    }
    known = msgspec.structs.replace(KNOWN, queues=round_trip)
    assert checked(queue(exits=Exits(max_wait=ToQueue(queue_id=SALES), full=ToQueue(queue_id=SALES))), known)


def test_what_is_not_known_here_is_not_checked() -> None:
    exits = Exits(full=ToFlow(flow_id=FlowId("flw_9")), closed=ToHangUp(prompt="prm_9"))
    assert checked(queue(exits=exits, dispositions=(DispositionId("dsp_9"),)), QueueReferences())


def test_a_queue_knows_what_it_names() -> None:
    made = queue(
        members=(UserId("usr_ann"),),
        hours_id=HoursId("hrs_1"),
        dispositions=(DispositionId("dsp_1"),),
        exits=Exits(
            max_wait=ToQueue(queue_id=SALES),
            full=ToFlow(flow_id=FlowId("flw_1")),
            nobody=ToVoicemail(prompt="prm_1"),
            closed=ToHangUp(),
        ),
    )
    assert named(made) == {"usr_ann", "hrs_1", "dsp_1", SALES, "flw_1", "prm_1"}


def test_what_is_in_use_is_not_deleted() -> None:
    check_unused([], "queue_in_use")
    with pytest.raises(Conflict, match=r"number \+44, flow Day") as conflict:
        check_unused(["number +44", "flow Day"], "queue_in_use")
    assert conflict.value.code == "queue_in_use"
