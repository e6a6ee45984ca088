"""Where this package came from: a checkout, or a wheel that `./call24 wheel` made. It reads and starts nothing."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
BUNDLED = PACKAGE / "bundled"
"""Only a wheel has it: the files that a checkout has outside of src/, at the same places below it."""
FROM_WHEEL = BUNDLED.is_dir()
COMMAND = "call24" if FROM_WHEEL else "./call24"
"""How the command line is called, in advice."""
