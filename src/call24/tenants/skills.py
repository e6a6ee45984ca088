"""What a call asks of the agent who takes it: named skills, which may relax while the caller waits. Pure data."""

from __future__ import annotations

from typing import Annotated

import msgspec

from call24.data_map import SETTING

LEVELS = range(1, 11)


class SkillNeed(msgspec.Struct, frozen=True, kw_only=True):
    """`level`: the least that will do, 1 to 10. `relax_after_s`: after this wait the skill is no longer asked for;
    None: it always is."""

    name: Annotated[str, SETTING]
    level: Annotated[int, SETTING] = 1
    relax_after_s: Annotated[int | None, SETTING] = None
