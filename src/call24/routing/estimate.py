"""How long a caller will still wait, as an interval that holds four times in five. Pure.

While callers wait, the queue moves one place each time an agent becomes free. The times between these moves, in seconds
of one agent's work, are what a queue's pace is made of; a caller at place n waits for n of them. The interval is the
10th to 90th percentile of what n moves take, given how many moves were seen and how unequal they were: their sum is
taken as gamma-distributed, so sum and mean of the moves seen are related by an F distribution.

It does not foresee callers who give up, more urgent ones who arrive later, or agents who sign in or out.
Source: E. Paulson, "An approximate normalization of the analysis of variance distribution" (1942), for the percentiles.
"""

from __future__ import annotations

import math
from datetime import datetime, timedelta

import msgspec

Z = 1.2815515655
"""The 90th percentile of the normal distribution: the interval leaves a tenth out on either side."""
MOVES_KEPT = 40
MOVES_NEEDED = 5
MOVE_LASTS = timedelta(hours=2)
WAITED_AT_ALL_S = 1.0
MOST_REGULAR, LEAST_REGULAR = 4.0, 0.5


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
        mean = sum(work) / len(work)
        if mean <= 0:
            return Estimate(low_s=0.0, high_s=0.0)
        variance = sum((one - mean) ** 2 for one in work) / (len(work) - 1)
        shape = min(MOST_REGULAR, max(LEAST_REGULAR, mean * mean / variance if variance else MOST_REGULAR))
        expected = position * mean / working_agents
        degrees = 2 * shape * position, 2 * shape * len(work)
        return Estimate(low_s=expected * _f_percentile(*degrees, -Z), high_s=expected * _f_percentile(*degrees, Z))


def empty() -> Pace:
    return Pace()


def _f_percentile(above: float, below: float, z: float) -> float:
    """The percentile at ``z`` normal deviations of an F distribution with these degrees of freedom."""
    a, b = 2 / (9 * above), 2 / (9 * below)
    square, linear, constant = (1 - b) ** 2 - z * z * b, (1 - a) * (1 - b), (1 - a) ** 2 - z * z * a
    root = math.sqrt(max(0.0, linear * linear - square * constant))
    cube_root = (linear + math.copysign(root, z)) / square
    return max(0.0, cube_root) ** 3
