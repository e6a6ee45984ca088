"""`./call24` whose servers hash passwords at little cost: tests make users and sign in again and again."""

from __future__ import annotations

import sys
from pathlib import Path

from call24.installer import stack

stack.SERVER_COMMAND = (sys.executable, "-P", str(Path(__file__).with_name("quick_server.py")))
# Before those who take it from there are imported.
from call24.cli.__main__ import main  # noqa: E402

__all__ = ["main"]

if __name__ == "__main__":
    sys.exit(main())
