"""The moment at which the made-up organisation is made: now; for pictures, one that does not pass."""

from __future__ import annotations

import importlib
import sys
from datetime import UTC, datetime
from types import ModuleType

STILL = datetime(2026, 12, 1, 3, 48, tzinfo=UTC)
"""Shortly before noon where the organisation is."""
_fixed: datetime | None = None


def now() -> datetime:
    return _fixed or datetime.now(UTC)


def still_pictures() -> ModuleType:
    """tests/support/app/pictures.py over scenes of the moment `STILL`.

    Scenes are made when they are imported. Other tests of the process, whose browsers go by the clock, keep theirs:
    this is a second copy of the modules.
    """
    global _fixed
    package = sys.modules[__package__]
    before = _taken_out(package)
    _fixed = STILL
    try:
        return importlib.import_module(f"{__package__}.pictures")
    finally:
        _fixed = None
        _taken_out(package)
        for name, module in before.items():
            sys.modules[name] = module
            setattr(package, name.rpartition(".")[2], module)


def _taken_out(package: ModuleType) -> dict[str, ModuleType]:
    starts = tuple(f"{__package__}.{one}" for one in ("scene", "stage", "pictures"))
    found = {name: module for name, module in sys.modules.items() if name.startswith(starts)}
    for name in found:
        del sys.modules[name]
        if hasattr(package, leaf := name.rpartition(".")[2]):
            delattr(package, leaf)
    return found
