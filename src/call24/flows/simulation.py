"""A simulated caller: which way a call takes through a flow at a moment, given what happens on the way. Pure.

Opening hours, what is set on the way and the tries of a menu are decided by the functions that decide them for calls
(rules.py). What only a call knows (who is free, how many wait) is among the answers that it is given. It rings nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Literal, NamedTuple

import msgspec

from call24.flows.graph import Nodes, ways
from call24.flows.model import (
    DIGITS,
    Announce,
    Forward,
    HangUp,
    LeaveTask,
    Menu,
    Node,
    NodeId,
    OfferCallback,
    OpenHours,
    Ring,
    SetNode,
    Sound,
    ToQueueNode,
    Voicemail,
    WithdrawConsent,
)
from call24.flows.rules import LOST, after_failed_try, passes_by, sounds
from call24.kit.errors import Invalid
from call24.kit.ids import HoursId, QueueId

ANSWERS_MAX = 100
STEPS_MAX = 400
"""A flow has at most 200 nodes; who passes more than this without an end goes round."""
_BUILT_IN_VOICEMAIL = "voicemail"
End = Literal["answered", "voicemail", "hung_up", "caller_hung_up", "callback", "queue_decides", "nowhere", "endless"]
_EXITS = ("max_wait", "full", "nobody", "closed")


class Circumstances(NamedTuple):
    """What holds at the moment of the simulated call."""

    is_open: Callable[[HoursId], bool]
    queue_is_open: Callable[[QueueId], bool]


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """A node that the call came to. `hears`: sounds, in order. `answer`: what was given for it; None: it needed none,
    or none was left. `way`: the field by which it went on (see graph.ways); None: it did not, or not by the flow."""

    node_id: NodeId
    kind: str
    hears: tuple[Sound, ...] = ()
    answer: str | None = None
    way: str | None = None
    to: NodeId | None = None


class Simulation(msgspec.Struct, frozen=True, kw_only=True):
    """`end` None: the call waits at its last step for one of `expects`."""

    steps: tuple[Step, ...]
    end: End | None
    expects: tuple[str, ...] = ()


class _Turn(NamedTuple):
    """What became of a node: the way on, or the end, or (neither) the same node again."""

    way: str | None = None
    end: End | None = None
    hears: tuple[Sound, ...] = ()


def simulate(start: NodeId, nodes: Nodes, answers: Sequence[str], there: Circumstances) -> Simulation:
    """The way of a call from `start`. `answers` are taken one after the other, each by a node that waits for one.

    Raises: Invalid, for an answer that cannot happen where it is given, and for answers after the end.
    """
    steps: list[Step] = []
    place, tries, used = start, 0, 0
    again: tuple[Sound, ...] = ()
    while len(steps) < STEPS_MAX:
        node = nodes.get(place, LOST)
        turn = _by_itself(node, there) if place in nodes else _Turn(end="nowhere")
        step = Step(node_id=place, kind=_kind(node), hears=again or tuple(_hears(node)))
        if turn is None:
            if used == len(answers):
                return Simulation(steps=(*steps, step), end=None, expects=expected(node))
            turn = _answered(node, used, answers[used], tries)
            step = msgspec.structs.replace(step, answer=answers[used])
            used += 1
        target = ways(node).get(turn.way or "")
        steps.append(msgspec.structs.replace(step, way=turn.way, to=target))
        end = turn.end or ("queue_decides" if turn.way is not None and target is None else None)
        if end is not None:
            if used < len(answers):
                raise _impossible(used, ())
            return Simulation(steps=tuple(steps), end=end)
        tries, again = (tries + 1, turn.hears) if target is None else (0, ())
        place = place if target is None else target
    return Simulation(steps=tuple(steps), end="endless")


def expected(node: Node) -> tuple[str, ...]:
    """What can happen at a node that waits for something; that the caller hangs up can happen at each."""
    match node:
        case Menu() | OfferCallback():
            return (*DIGITS, "timeout", "caller_hangs_up")
        case ToQueueNode():
            return ("answered", *_EXITS, "caller_hangs_up")
        case Ring():
            return ("answered", "no_answer", "caller_hangs_up")
        case Forward():
            return ("answered", "failed", "caller_hangs_up")
        case _:
            return ()


def _kind(node: Node) -> str:
    return str(type(node).__struct_config__.tag)


def _hears(node: Node) -> Iterator[Sound]:
    """As the call comes to the node; a menu's words for a wrong key are not among them."""
    if isinstance(node, Voicemail) and node.prompt is None:
        yield _BUILT_IN_VOICEMAIL
    elif isinstance(node, Menu):
        yield node.prompt
    else:
        yield from sounds(node)


def _by_itself(node: Node, there: Circumstances) -> _Turn | None:
    """What becomes of a node that waits for nothing; None: it waits."""
    match node:
        case OpenHours() | SetNode():
            return _Turn(way=passes_by(node, there.is_open))
        case Announce() | WithdrawConsent() | LeaveTask():
            return _Turn(way="next")
        case ToQueueNode(queue_id=queue_id) if not there.queue_is_open(queue_id):
            return _Turn(way="exits.closed")
        case Voicemail():
            return _Turn(end="voicemail")
        case HangUp():
            return _Turn(end="hung_up")
        case _:
            return None


def _answered(node: Node, at: int, answer: str, tries: int) -> _Turn:
    """`tries`: of a menu, that failed before."""
    if answer not in expected(node):
        raise _impossible(at, expected(node))
    if answer == "caller_hangs_up":
        return _Turn(end="caller_hung_up")
    if answer == "answered":
        return _Turn(end="answered")
    match node:
        case Menu():
            return _menu(node, answer, tries)
        case OfferCallback():
            return _Turn(end="callback") if answer == node.digit else _Turn(way="declined")
        case ToQueueNode():
            return _Turn(way=f"exits.{answer}")
        case _:
            return _Turn(way=answer)


def _menu(menu: Menu, answer: str, tries: int) -> _Turn:
    if answer in menu.choices:
        return _Turn(way=f"choices.{answer}")
    why: Literal["timeout", "invalid"] = "timeout" if answer == "timeout" else "invalid"
    if (way := after_failed_try(menu, why, tries)) is not None:
        return _Turn(way=way)
    before = (menu.invalid_prompt,) if why == "invalid" and menu.invalid_prompt else ()
    return _Turn(hears=(*before, menu.prompt))


def _impossible(at: int, expects: Sequence[str]) -> Invalid:
    may = f"here it is one of {', '.join(expects)}" if expects else "the call is over before it"
    return Invalid(errors=[(f"answers.{at}", may)])
