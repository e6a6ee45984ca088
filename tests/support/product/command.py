"""`./call24 VERB ...` in the test's own process: another Python takes half a second of processor time to begin.

Not for a verb that waits for signals, runs an event loop or writes bytes.
"""

from __future__ import annotations

import contextlib
import io
import subprocess

from call24.cli.__main__ import main


def command(*words: str) -> subprocess.CompletedProcess[str]:
    said, wrong = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(wrong):
        try:
            status = main(list(words))
        except SystemExit as end:  # of argparse
            status = end.code if isinstance(end.code, int) else 1
    return subprocess.CompletedProcess(words, status, said.getvalue(), wrong.getvalue())
