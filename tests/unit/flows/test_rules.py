"""What can be published, what is said about what cannot, and which node comes next."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from call24.flows.graph import circles, reached, unattended, ways
from call24.flows.model import (
    DIGITS,
    Announce,
    FlowVersion,
    Forward,
    HangUp,
    LeaveTask,
    Menu,
    Node,
    OfferCallback,
    OpenHours,
    Ring,
    SetNode,
    ToQueueNode,
    Voicemail,
)
from call24.flows.rules import LOST, FlowTargets, checked_draft, validate, walk
from call24.kit.errors import Invalid
from call24.kit.ids import FlowId, HoursId, QueueId, UserId
from call24.tenants.skills import SkillNeed

QUEUE, HOURS, ANNA = QueueId("que_1"), HoursId("hrs_1"), UserId("usr_1")
KNOWN = FlowTargets(queues={QUEUE}, hours={HOURS}, prompts={"greeting", "callback-offer", "prm_1"}, users={ANNA})
TO_QUEUE = ToQueueNode(queue_id=QUEUE)
MENU = Menu(prompt="prm_1", choices={"1": "queue"}, on_timeout="bye", on_invalid="menu")


def codes(start: str, known: FlowTargets = KNOWN, **nodes: Node) -> set[tuple[str, str | None]]:
    return {(problem.code, problem.node_id) for problem in validate(start, nodes, known)}


def version(**nodes: Node) -> FlowVersion:
    return FlowVersion(flow_id=FlowId("flw_1"), version=1, start="a", nodes=nodes)


def test_a_flow_of_every_kind_of_node_can_be_published() -> None:
    assert not codes(
        "hours",
        hours=OpenHours(hours_id=HOURS, open="set", closed="mail"),
        set=SetNode(priority=10, skills=(SkillNeed(name="german", relax_after_s=60),), next="hello"),
        hello=Announce(prompt="greeting", next="menu"),
        menu=Menu(prompt="prm_1", choices={"1": "queue", "*": "ring"}, on_timeout="queue", on_invalid="menu"),
        queue=ToQueueNode(queue_id=QUEUE, exits={"max_wait": "offer", "full": "forward"}),
        ring=Ring(agents=(ANNA,), no_answer="mail"),
        offer=OfferCallback(queue_id=QUEUE, declined="queue"),
        forward=Forward(number="+442079460123", failed="bye"),
        mail=Voicemail(),
        bye=HangUp(prompt="greeting"),
    )


@pytest.mark.parametrize(
    ("code", "at", "start", "nodes"),
    [
        ("no_start", None, "", {"a": HangUp()}),
        ("start_unknown", None, "b", {"a": HangUp()}),
        ("unknown_node", "a", "a", {"a": Announce(prompt="prm_1", next="b")}),
        ("dead_end", "a", "a", {"a": Announce(prompt="prm_1", next="")}),
        ("unreachable", "b", "a", {"a": HangUp(), "b": HangUp()}),
        ("unknown_prompt", "a", "a", {"a": HangUp(prompt="prm_other")}),
        ("no_prompt", "a", "a", {"a": Announce(prompt="", next="b"), "b": HangUp()}),
        ("unknown_queue", "a", "a", {"a": ToQueueNode(queue_id=QueueId("que_other"))}),
        ("unknown_queue", "a", "a", {"a": OfferCallback(queue_id=QueueId("que_x"), declined="b"), "b": HangUp()}),
        (
            "unknown_queue",
            "a",
            "a",
            {"a": LeaveTask(queue_id=QueueId("que_x"), prompt="prm_1", next="b"), "b": HangUp()},
        ),
        ("no_prompt", "a", "a", {"a": LeaveTask(queue_id=QUEUE, prompt="", next="b"), "b": HangUp()}),
        ("dead_end", "a", "a", {"a": LeaveTask(queue_id=QUEUE, prompt="prm_1", next="")}),
        ("endless_loop", "a", "a", {"a": LeaveTask(queue_id=QUEUE, prompt="prm_1", next="a")}),
        ("unknown_hours", "a", "a", {"a": OpenHours(hours_id=HoursId("hrs_x"), open="b", closed="b"), "b": HangUp()}),
        ("unknown_user", "a", "a", {"a": Ring(agents=(UserId("usr_x"),), no_answer="b"), "b": HangUp()}),
        ("no_agents", "a", "a", {"a": Ring(agents=(), no_answer="b"), "b": HangUp()}),
        ("doubled_agent", "a", "a", {"a": Ring(agents=(ANNA, ANNA), no_answer="b"), "b": HangUp()}),
        ("out_of_range", "a", "a", {"a": Ring(agents=(ANNA,), ring_s=0, no_answer="b"), "b": HangUp()}),
        ("out_of_range", "a", "a", {"a": SetNode(priority=101, next="b"), "b": HangUp()}),
        ("sets_nothing", "a", "a", {"a": SetNode(next="b"), "b": HangUp()}),
        ("bad_skill", "a", "a", {"a": SetNode(skills=(SkillNeed(name="x", level=11),), next="b"), "b": HangUp()}),
        ("bad_skill", "a", "a", {"a": SetNode(skills=(SkillNeed(name="x"),) * 2, next="b"), "b": HangUp()}),
        ("bad_number", "a", "a", {"a": Forward(number="02079460123", failed="b"), "b": HangUp()}),
        ("bad_number", "a", "a", {"a": Forward(number="+44 20 7946 0123", failed="b"), "b": HangUp()}),
        ("bad_number", "a", "a", {"a": Forward(number="sip:evil@example.com", failed="b"), "b": HangUp()}),
        ("bad_digit", "a", "a", {"a": OfferCallback(queue_id=QUEUE, digit="11", declined="b"), "b": HangUp()}),
        ("bad_digit", "a", "a", {"a": OfferCallback(queue_id=QUEUE, digit="", declined="b"), "b": HangUp()}),
        ("bad_digit", "a", "a", {"a": msgspec.structs.replace(MENU, choices={"A": "bye"}), "bye": HangUp()}),
        ("bad_digit", "a", "a", {"a": msgspec.structs.replace(MENU, choices={"٣": "bye"}), "bye": HangUp()}),
        ("menu_empty", "a", "a", {"a": msgspec.structs.replace(MENU, choices={}), "bye": HangUp()}),
        ("out_of_range", "a", "a", {"a": msgspec.structs.replace(MENU, tries=0), "bye": HangUp()}),
        ("out_of_range", "a", "a", {"a": msgspec.structs.replace(MENU, timeout_s=61), "bye": HangUp()}),
        ("unknown_prompt", "a", "a", {"a": msgspec.structs.replace(MENU, invalid_prompt="x"), "bye": HangUp()}),
        ("too_many_nodes", None, "n0", {f"n{number}": HangUp() for number in range(201)}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_wrong_is_named_where_it_is(code: str, at: str | None, start: str, nodes: dict[str, Node]) -> None:
    assert (code, at) in codes(start, **nodes)
    assert all(problem.text.endswith(".") for problem in validate(start, nodes, KNOWN))


@pytest.mark.parametrize(
    "nodes",
    [
        {"a": OpenHours(hours_id=HOURS, open="b", closed="a"), "b": HangUp()},
        {"a": Announce(prompt="prm_1", next="b"), "b": Announce(prompt="prm_1", next="a")},
        {"a": Announce(prompt="prm_1", next="b"), "b": OpenHours(hours_id=HOURS, open="c", closed="a"), "c": HangUp()},
        {"a": msgspec.structs.replace(MENU, choices={"1": "b"}, on_timeout="a", on_invalid="b"), "b": HangUp()},
        {"a": Ring(agents=(ANNA,), no_answer="b"), "b": Announce(prompt="prm_1", next="a")},
        {"a": ToQueueNode(queue_id=QUEUE, exits={"closed": "b"}), "b": Announce(prompt="prm_1", next="a")},
        {"a": Forward(number="+442079460123", failed="a")},
        {"a": OfferCallback(queue_id=QUEUE, declined="a")},
    ],
)
def test_a_caller_who_does_nothing_never_goes_round_for_ever(nodes: dict[str, Node]) -> None:
    assert "endless_loop" in {problem.code for problem in validate("a", nodes, KNOWN)}


@pytest.mark.parametrize(
    "nodes",
    [
        {"a": msgspec.structs.replace(MENU, choices={"1": "a"}, on_timeout="b", on_invalid="a"), "b": HangUp()},
        {"a": ToQueueNode(queue_id=QUEUE, exits={"max_wait": "b"}), "b": Announce(prompt="prm_1", next="a")},
    ],
)
def test_going_round_is_fine_where_the_caller_chose_or_waited(nodes: dict[str, Node]) -> None:
    assert validate("a", nodes, KNOWN) == []


def test_a_number_that_may_not_be_rung_is_refused_with_the_reason() -> None:
    known = msgspec.structs.replace(KNOWN, may_forward=lambda number: f"{number} is expensive.")
    nodes: dict[str, Node] = {"a": Forward(number="+442079460123", failed="b"), "b": HangUp()}
    assert [problem.text for problem in validate("a", nodes, known)] == ["+442079460123 is expensive."]


@pytest.mark.parametrize(
    "nodes",
    [
        {"": HangUp()},
        {"a.b": HangUp()},
        {"$a": HangUp()},
        {"a\x00": HangUp()},
        {"x" * 41: HangUp()},
        {"a": Announce(prompt="x", next="a.b")},
        {"a": msgspec.structs.replace(MENU, choices={"$": "a"})},
        {"a": msgspec.structs.replace(MENU, choices={".": "a"})},
        {"a": msgspec.structs.replace(MENU, choices={"": "a"})},
        {f"n{number}": HangUp() for number in range(201)},
    ],
)
def test_a_draft_that_could_not_be_stored_as_it_is_is_refused(nodes: dict[str, Node]) -> None:
    with pytest.raises(Invalid):
        checked_draft("a", nodes)


def test_a_half_done_draft_may_be_kept() -> None:
    checked_draft("", {})
    checked_draft("a", {"a": Announce(prompt="", next="")})


def test_a_walk_passes_hours_and_notes_and_ends_at_what_acts() -> None:
    german, senior = SkillNeed(name="german"), SkillNeed(name="senior", level=5)
    flow = version(
        a=SetNode(priority=5, skills=(german, SkillNeed(name="senior")), next="b"),
        b=OpenHours(hours_id=HOURS, open="c", closed="d"),
        c=SetNode(skills=(senior,), next="e"),
        d=HangUp(),
        e=TO_QUEUE,
    )
    opened = walk(flow, "a", lambda hours: True)
    assert (opened.node_id, opened.node, opened.priority, opened.skills) == ("e", TO_QUEUE, 5, (german, senior))
    closed = walk(flow, "a", lambda hours: False)
    assert (closed.node_id, closed.priority) == ("d", 5)
    assert walk(flow, "e", lambda hours: False).node == TO_QUEUE


def test_a_walk_that_finds_nothing_ends_the_call_with_a_word() -> None:
    round_and_round = version(a=OpenHours(hours_id=HOURS, open="b", closed="b"), b=SetNode(priority=1, next="a"))
    assert walk(round_and_round, "a", lambda hours: True).node == LOST
    assert walk(version(), "a", lambda hours: True).node == LOST
    assert LOST.prompt == "away"


IDS = [f"n{number}" for number in range(7)]
TARGET = st.sampled_from([*IDS, "nowhere", ""])
NODES: dict[str, Callable[[], st.SearchStrategy[Any]]] = {
    "announce": lambda: st.builds(Announce, prompt=st.just("prm_1"), next=TARGET),
    "menu": lambda: st.builds(
        Menu,
        prompt=st.just("prm_1"),
        choices=st.dictionaries(st.sampled_from(DIGITS), TARGET, max_size=3),
        on_timeout=TARGET,
        on_invalid=TARGET,
    ),
    "hours": lambda: st.builds(OpenHours, hours_id=st.just(HOURS), open=TARGET, closed=TARGET),
    "set": lambda: st.builds(SetNode, priority=st.integers(0, 100), next=TARGET),
    "queue": lambda: st.builds(
        ToQueueNode,
        queue_id=st.just(QUEUE),
        exits=st.dictionaries(st.sampled_from(["max_wait", "full", "nobody", "closed"]), TARGET),
    ),
    "ring": lambda: st.builds(Ring, agents=st.just((ANNA,)), no_answer=TARGET),
    "end": lambda: st.sampled_from([HangUp(), Voicemail()]),
}
NODE = st.one_of([make() for make in NODES.values()])
FLOWS = st.dictionaries(st.sampled_from(IDS), NODE, min_size=1)


@given(FLOWS, st.integers(0, 2**20))
def test_every_walk_ends_at_a_node_that_acts_whatever_the_flow(nodes: dict[str, Node], hours: int) -> None:
    flow = FlowVersion(flow_id=FlowId("flw_1"), version=1, start="n0", nodes=nodes)
    bits = iter(range(20))
    found = walk(flow, "n0", lambda _: bool(hours >> next(bits) & 1))
    assert not isinstance(found.node, OpenHours | SetNode)
    assert found.node == LOST or nodes[found.node_id] == found.node


@given(FLOWS, st.data())
def test_without_circles_an_unattended_call_comes_to_its_end(nodes: dict[str, Node], data: st.DataObject) -> None:
    if circles(nodes):
        return
    place, steps = data.draw(st.sampled_from(sorted(nodes))), 0
    while on := [target for target in unattended(nodes[place]) if target in nodes]:
        place, steps = data.draw(st.sampled_from(on)), steps + 1
        assert steps <= len(nodes)


@given(FLOWS)
def test_what_is_said_to_be_out_of_reach_is_so(nodes: dict[str, Node]) -> None:
    lost = {problem.node_id for problem in validate("n0", nodes, KNOWN) if problem.code == "unreachable"}
    assert lost == (nodes.keys() - reached("n0", nodes) if "n0" in nodes else set())


@given(FLOWS)
def test_circles_are_found_exactly_where_there_are_some(nodes: dict[str, Node]) -> None:
    """Against another way of knowing: who is a circle's part can be taken away last, never first."""
    left = {node_id: {target for target in unattended(node) if target in nodes} for node_id, node in nodes.items()}
    while ends := [node_id for node_id, on in left.items() if not on & left.keys()]:
        for node_id in ends:
            del left[node_id]
    found = circles(nodes)
    assert bool(found) == bool(left)
    for circle in found:
        assert all(after in unattended(nodes[one]) for one, after in zip(circle, circle[1:] + circle[:1], strict=True))


@given(FLOWS)
def test_what_is_stored_comes_back_as_it_was(nodes: dict[str, Node]) -> None:
    flow = FlowVersion(flow_id=FlowId("flw_1"), version=1, start="n0", nodes=nodes)
    assert msgspec.convert(msgspec.to_builtins(flow), FlowVersion) == flow


def test_the_ways_of_the_largest_flow_are_gone_once_however_many_nodes_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    """The event loop waits for the check: of 200 menus with ten choices each it took more than a second."""
    names = [f"menu-{number}" for number in range(200)]
    nodes = {name: Menu(prompt="prm_1", choices={}, on_timeout=names[at - 1], on_invalid="menu-0")
             for at, name in enumerate(names)}  # fmt: skip
    gone: list[Node] = []
    monkeypatch.setattr("call24.flows.graph.ways", lambda node: gone.append(node) or ways(node))
    validate("menu-199", nodes, KNOWN)
    assert len(gone) <= 3 * 200
