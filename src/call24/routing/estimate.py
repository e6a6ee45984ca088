"""How long a caller will still wait, as an interval that holds four times in five. Pure.

While callers wait, the queue moves one place each time an agent becomes free. The times between these moves, in seconds
of one agent's work, are what a queue's pace is made of; a caller at place n waits for n of them. The interval is the
10th to 90th percentile of what n moves take: their sum is taken as gamma-distributed, so that its share of the mean of
the moves that were seen follows an F distribution.

How unequal moves are depends on how many are taken together. One by one they come as the agents happen to finish; over
as many as there are agents, each has had about one call, and the sum is as unequal as the calls are.

It does not foresee callers who give up, more urgent ones who arrive later, or agents who sign in or out.
Source: E. Paulson, "An approximate normalization of the analysis of variance distribution" (1942), for the percentiles.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

Z = 1.2815515655
"""The 90th percentile of the normal distribution: the interval leaves a tenth out on either side."""
MOVES_KEPT = 200
MOVES_FOR_THE_MEAN = 60
MOVES_NEEDED = 5
MOVE_LASTS = timedelta(hours=2)
WAITED_AT_ALL_S = 1.0
LEAST_UNEQUAL, MOST_UNEQUAL = 0.1, 4.0
BELIEF = 3
"""So many blocks of moves weigh as much as the single moves do in what is believed of a block."""


class Estimate(msgspec.Struct, frozen=True, kw_only=True):
    """Four callers in five still wait from ``low_s`` to ``high_s`` seconds until an agent's phone rings for them."""

    low_s: float
    high_s: float


class Move(msgspec.Struct, frozen=True):
    """One move of the queue: it took ``seconds`` while ``agents`` worked (None: not known, as many as now)."""

    at: datetime
    seconds: float
    agents: int | None


class Pace(msgspec.Struct, frozen=True, kw_only=True):
    """How fast a queue moved lately. Made by ``empty()``; ``answered`` gives the next one."""

    moves: tuple[Move, ...] = ()
    last_at: datetime | None = None

    def answered(self, at: datetime, waited_s: float, working_agents: int | None = None) -> Pace:
        """An agent was found at ``at`` for a caller who had waited ``waited_s`` until then, the ringing not counted.

        Told once for each call. Who hardly waited shows no move (an agent was free), nor does the first of all: how
        many went before is not known.
        """
        if self.last_at is None or waited_s < WAITED_AT_ALL_S:
            return msgspec.structs.replace(self, last_at=at)
        since = max(at - timedelta(seconds=waited_s), self.last_at)
        move = Move(at, max(0.0, (at - since).total_seconds()), working_agents)
        return Pace(moves=(*self.moves, move)[-MOVES_KEPT:], last_at=at)

    def estimate(self, position: int, working_agents: int, now: datetime) -> Estimate | None:
        """For the caller at ``position`` (1: the next one). None: nobody works, or too little is known."""
        moves = [move for move in self.moves if now - move.at <= MOVE_LASTS]
        if position < 1 or working_agents < 1 or len(moves) < MOVES_NEEDED:
            return None
        work = [move.seconds * (move.agents or working_agents) for move in moves]
        recent = work[-MOVES_FOR_THE_MEAN:]
        mean = sum(recent) / len(recent)
        if mean <= 0:
            return Estimate(low_s=0.0, high_s=0.0)
        one, many = _unequal(work), _unequal_together(work, working_agents)
        ahead = one + (many - one) * min(1.0, (position - 1) / working_agents)
        degrees = 2 * position / ahead, 2 * len(recent) / many
        expected = position * mean / working_agents
        return Estimate(low_s=expected * _f_percentile(*degrees, -Z), high_s=expected * _f_percentile(*degrees, Z))


def _unequal(values: Sequence[float]) -> float:
    """The variance by the squared mean; 1 is as unequal as chance alone makes moves."""
    mean = sum(values) / len(values)
    if mean <= 0:
        return 1.0
    variance = sum((value - mean) ** 2 for value in values) / (len(values) - 1)
    return min(MOST_UNEQUAL, max(LEAST_UNEQUAL, variance / (mean * mean)))


def _unequal_together(work: Sequence[float], agents: int) -> float:
    """For each of as many moves as there are agents, taken together: from what such blocks showed, and single moves."""
    one = _unequal(work)
    blocks = [sum(work[at : at + agents]) for at in range(len(work) % agents, len(work), agents)]
    if agents == 1 or len(blocks) < 2:
        return one
    mean = sum(blocks) / len(blocks)
    variance = sum((block - mean) ** 2 for block in blocks) / (len(blocks) - 1)
    shown = agents * variance / (mean * mean) if mean > 0 else one
    believed = (len(blocks) * shown + BELIEF * one) / (len(blocks) + BELIEF)
    return min(MOST_UNEQUAL, max(LEAST_UNEQUAL, believed))


def empty() -> Pace:
    return Pace()


def _f_percentile(above: float, below: float, z: float) -> float:
    """The percentile at ``z`` normal deviations of an F distribution with these degrees of freedom."""
    a, b = 2 / (9 * above), 2 / (9 * below)
    square, linear, constant = (1 - b) ** 2 - z * z * b, (1 - a) * (1 - b), (1 - a) ** 2 - z * z * a
    root = math.sqrt(max(0.0, linear * linear - square * constant))
    cube_root = (linear + math.copysign(root, z)) / square
    return max(0.0, cube_root) ** 3
