"""What pause reasons, dispositions and skills may be; which dispositions a queue takes. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

from call24.agents.settings import Disposition, PauseReason, Skill
from call24.kit.errors import Invalid
from call24.kit.ids import DispositionId
from call24.tenants.skills import LEVELS

BUILT_IN_PAUSES = ("break", "lunch", "training", "meeting", "paperwork")
"""Reasons that every organisation has, without a limit; the first is meant when none is named."""
LIMIT_S = range(60, 86_401)
ORDERS = range(10_001)
SKILLS_MAX = 50
CHOICES_MAX = 500
"""Pause reasons of one organisation, and dispositions, retired ones included."""
NAME_MAX, SKILL_NAME_MAX = 60, 60
_CALLS_BACK = re.compile(r"\bcall(ed)?\b.*\b(back|again|later)\b", re.IGNORECASE)


def name_key(name: str) -> str:
    """The name as it is compared within an organisation."""
    return name.casefold()


def tidy(name: str) -> str:
    return " ".join(name.split())


def calls_back(disposition: Disposition) -> bool:
    """Whether the customer is to be called again. Of those made before this was asked, the English name says it."""
    if disposition.call_back is not None:
        return disposition.call_back
    return _CALLS_BACK.search(disposition.name) is not None


def checked(thing: PauseReason | Disposition) -> None:
    """Raises: Invalid, naming every field that breaks a rule."""
    errors = []
    if not 1 <= len(thing.name) <= NAME_MAX or not thing.name.isprintable() or thing.name != tidy(thing.name):
        errors.append(("name", f"1 to {NAME_MAX} printable characters"))
    if isinstance(thing, PauseReason):
        if thing.name_key in BUILT_IN_PAUSES and thing.limit_s is None:
            errors.append(("name", "there is a built-in reason with this name; a reason with a limit may replace it"))
        if thing.limit_s is not None and thing.limit_s not in LIMIT_S:
            errors.append(("limit_s", f"{LIMIT_S[0]} to {LIMIT_S[-1]} seconds, or none"))
    if thing.order not in ORDERS:
        errors.append(("order", f"{ORDERS[0]} to {ORDERS[-1]}"))
    if errors:
        raise Invalid(errors=errors)


def checked_skills(skills: Mapping[str, int]) -> tuple[Skill, ...]:
    """In the order of their names. Raises: Invalid."""
    errors = []
    made: dict[str, Skill] = {}
    for name, level in skills.items():
        tidied = tidy(name)
        if not 1 <= len(tidied) <= SKILL_NAME_MAX or not tidied.isprintable():
            errors.append(("skills", f"a skill's name is 1 to {SKILL_NAME_MAX} printable characters"))
        if level not in LEVELS:
            errors.append(("skills", f"{tidied[:SKILL_NAME_MAX]}: a level from {LEVELS[0]} to {LEVELS[-1]}"))
        if tidied in made:
            errors.append(("skills", f"{tidied[:SKILL_NAME_MAX]} is named twice"))
        made[tidied] = Skill(name=tidied, level=level)
    if len(made) > SKILLS_MAX:
        errors.append(("skills", f"at most {SKILLS_MAX}"))
    if errors:
        raise Invalid(errors=errors)
    return tuple(made[name] for name in sorted(made))


def choosable(known: Iterable[Disposition], listed: Collection[DispositionId]) -> list[Disposition]:
    """Those that an agent may give, in their order. `listed`: what the queue takes; nothing listed: all."""
    fitting = [x for x in known if x.active and (not listed or x.id in listed)]
    return sorted(fitting, key=in_order)


def in_order(thing: PauseReason | Disposition) -> tuple[int, str]:
    return thing.order, thing.name_key
