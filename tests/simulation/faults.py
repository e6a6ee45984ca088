"""What goes wrong, how often: chosen by the seed for each organisation, drawn from streams of their own."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True)
class Faults:
    """Shares of all requests, events and writes; and how often in a day.

    Of requests. ``slow``: takes seconds. ``refused``: a 500, nothing done. ``unheard``: no answer, all was done.
    ``unsent``: no answer, nothing done; ``varied``: each takes another time. Of events. ``lost``, ``doubled``,
    ``delayed``: by up to a second, behind what other channels say. Of writes. ``slow_write``; ``unwritten``: neither
    database nor disk takes it.
    """

    slow: float = 0.0
    refused: float = 0.0
    unheard: float = 0.0
    unsent: float = 0.0
    varied: bool = True
    lost: float = 0.0
    doubled: float = 0.0
    delayed: float = 0.0
    slow_write: float = 0.0
    unwritten: float = 0.0
    kills: int = 0
    crashes: int = 0
    cuts: int = 0
    steps: int = 0


NONE = Faults()


def chosen(chance: Random, *, all_share: bool = True) -> Faults:
    """A quarter of all days are calm; on the others each kind of trouble is there or not.

    ``all_share``: also what concerns both organisations, the death of the one process or the one Asterisk.
    """
    if chance.random() < 0.25:
        return NONE

    def share(most: float) -> float:
        return chance.random() * most if chance.random() < 0.4 else 0.0

    def times(most: int) -> int:
        return chance.randint(1, most) if all_share and chance.random() < 0.4 else 0

    kills = times(4)
    return Faults(
        slow=share(0.05),
        refused=share(0.03),
        unheard=share(0.03),
        unsent=share(0.03),
        lost=share(0.03),
        doubled=share(0.2),
        delayed=share(0.2),
        slow_write=share(0.1),
        # What a process holds that no disk takes dies with it: that is no day to count records on.
        unwritten=0.0 if kills else share(0.05),
        kills=kills,
        crashes=times(1),
        cuts=times(3),
        steps=times(3),
    )


class Injector:
    """Draws from the faults of whom a thing belongs to; counts what it did."""

    def __init__(self, faults: dict[str, Faults], streams: dict[str, Random]) -> None:
        self._faults = faults
        self._streams = streams
        self.done: Counter[str] = Counter()
        self.calm = False

    def latency(self, owner: str, least: float, most: float) -> float:
        drawn = self._streams[owner].uniform(least, most)
        return drawn if self._faults[owner].varied else most

    def hits(self, owner: str, *kinds: str) -> str | None:
        """The one fault of these kinds that happens now, if one does. Always one draw."""
        drawn = self._streams[owner].random()
        if self.calm:
            return None
        faults = self._faults[owner]
        for kind in kinds:
            drawn -= getattr(faults, kind)
            if drawn < 0:
                self.done[kind] += 1
                return kind
        return None
