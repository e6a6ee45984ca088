"""What goes wrong with all of a day at once: Call24 or Asterisk killed, the link between them cut, the clock set."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from random import Random
from typing import Protocol

from tests.simulation.asterisk import Asterisk
from tests.simulation.faults import Faults, Injector
from tests.simulation.life import Life
from tests.simulation.world import DAY_S, World

CUT_NOTICED_S = 2.0
POINTS = (1, 2, 3, 5, 8, 13, 40)
STEPS_S = (-3600, -61, -2, -0.3, 0.3, 2, 61, 3600)


class Stage(Protocol):
    world: World
    asterisk: Asterisk
    injector: Injector
    life: Life | None

    def ready(self) -> Life | None: ...


def plan(chance: Random, faults: Faults, stage: Stage) -> None:
    """Set the times of it. Nothing is planned for the day's last half minute but steps of the clock."""
    after = stage.world.after
    for _ in range(faults.kills):
        after(chance.uniform(5, DAY_S - 30), partial(_doom, stage, chance.choice(POINTS)))
    for _ in range(faults.crashes):
        after(chance.uniform(20, DAY_S - 30), partial(_crash, stage, chance.uniform(0.5, 6)))
    for _ in range(faults.cuts):
        after(chance.uniform(5, DAY_S - 40), partial(_cut, stage, chance.uniform(2.5, 12)))
    for _ in range(faults.steps):
        after(chance.uniform(5, DAY_S), partial(_step, stage, chance.choice(STEPS_S) * chance.uniform(0.5, 1.5)))


def _doom(stage: Stage, points: int) -> None:
    """At so many awaits from now it is killed."""
    if (life := stage.ready()) is not None:
        life.points_left = points


def _crash(stage: Stage, away: float) -> None:
    _count(stage, "crashes", "Asterisk is killed")
    stage.asterisk.crash()
    if stage.life is not None:
        stage.life.link.drop()
    stage.world.after(away, stage.asterisk.start)


def _cut(stage: Stage, away: float) -> None:
    """What Asterisk says meanwhile is lost, also before anybody notices."""
    life = stage.ready()
    if life is None:
        return
    _count(stage, "cuts", "the connection is cut")
    life.link.cut = True
    if stage.asterisk.hear is not None:
        stage.asterisk.hear = lambda event, about: None
    stage.world.after(CUT_NOTICED_S, life.link.drop)
    stage.world.after(away, partial(setattr, life.link, "cut", False))


def _step(stage: Stage, by: float) -> None:
    _count(stage, "steps", f"the clock is set by {by:+.1f} s")
    stage.world.step += timedelta(seconds=by)


def _count(stage: Stage, what: str, words: str) -> None:
    stage.injector.done[what] += 1
    stage.world.say(words)
