"""`python -m call24.server` as it is, but for what a password costs. Run as a file."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

import call24.server.prefork  # noqa: F401  # before all else, as in the server itself

sys.path.append(str(Path(__file__).resolve().parents[3]))

from tests.support.quick_hashes import quick_hashes

if __name__ == "__main__":
    with quick_hashes():
        runpy.run_module("call24.server", run_name="__main__", alter_sys=True)
