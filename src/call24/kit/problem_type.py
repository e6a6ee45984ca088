"""A kind of problem of the API. Each room declares its own in `problem_types.py`, http those that many rooms have."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass
from pathlib import Path

from call24.kit.package import COMMAND

AGAIN = "Retry after the seconds in `Retry-After`"
ASK = "Use a token with the required permission, or ask an administrator"
FREE = "Change what refers to it first; `detail` names it"
LATER = "Wait until the call's state allows it; realtime events report it"
MOST = "Delete some that are no longer needed"
NOTHING = "Nothing: it is already so"
OPERATOR = f"Ask the operator of this installation (`{COMMAND} grant`)"
OTHER = "Choose another one"
READ = "Read the resource again, then decide"
"""What to do, where several rooms say the same."""


@dataclass(frozen=True)
class ProblemType:
    """`code`: part of the API, never renamed; `status`: of the answer, or several where operations differ.

    `means` and `remedy`: for who calls the API, on the problem's page and in the document.
    """

    code: str
    status: int | tuple[int, ...]
    means: str
    remedy: str

    @property
    def statuses(self) -> tuple[int, ...]:
        return (self.status,) if isinstance(self.status, int) else self.status


def declared() -> dict[str, tuple[ProblemType, ...]]:
    """Of all rooms, by the room's name. Raises: ValueError when two rooms declare the same code."""
    import call24

    found: dict[str, tuple[ProblemType, ...]] = {}
    owner: dict[str, str] = {}
    for room in pkgutil.iter_modules(call24.__path__):
        if not Path(call24.__path__[0], room.name, "problem_types.py").exists():
            continue
        found[room.name] = importlib.import_module(f"call24.{room.name}.problem_types").PROBLEM_TYPES
        for one in found[room.name]:
            if one.code in owner:
                raise ValueError(f"{room.name}: {one.code} is declared by {owner[one.code]} already")
            owner[one.code] = room.name
    return found
