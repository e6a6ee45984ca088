"""A real CRM's server as a process that tests kill."""

from __future__ import annotations

import signal
import subprocess


class ServerProcess:
    """`_process` None: it does not run."""

    _process: subprocess.Popen[bytes] | None = None

    def kill(self) -> None:
        """As a machine does that loses its current."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
            self._process = None

    def dead(self, within_s: float) -> None:
        """Raises: TimeoutExpired: it was not killed by somebody else."""
        assert self._process is not None and self._process.wait(within_s) == -signal.SIGKILL

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid
