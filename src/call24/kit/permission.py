"""What somebody may be allowed to do. Each room declares its own in `permissions.py`; roles are sets of their names."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from dataclasses import dataclass
from typing import Literal

BuiltInRole = Literal["administrator", "supervisor", "agent", "privacy_officer", "auditor"]


@dataclass(frozen=True)
class Permission:
    """`help`: as administrators read it; `roles`: the built-in roles that have it, beside the owner, who has all;
    `step_up`: a recent second factor is asked for, of who has one or whose organisation asks for one."""

    name: str
    help: str
    roles: tuple[BuiltInRole, ...] = ()
    step_up: bool = False


def declared() -> tuple[Permission, ...]:
    """Those of all rooms. Raises: ValueError when two rooms declare the same."""
    import call24

    found: dict[str, Permission] = {}
    for room in pkgutil.iter_modules(call24.__path__):
        name = f"call24.{room.name}.permissions"
        if not room.ispkg or importlib.util.find_spec(name) is None:
            continue
        for one in importlib.import_module(name).PERMISSIONS:
            if one.name in found:
                raise ValueError(f"{name}: {one.name} is another room's permission")
            found[one.name] = one
    return tuple(found.values())
