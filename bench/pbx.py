"""The peer: the same Asterisk, driven by its own dialplan. Commands go through its own console."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from tests.support.product.system import System

from call24.installer import asterisk_program


class Console:
    def __init__(self, system: System) -> None:
        program = asterisk_program.find(system.settings.data / "asterisk")
        assert program is not None
        self.etc = system.settings.asterisk_var / "etc"
        self._words = [*program.command, "-C", str(self.etc / "asterisk.conf"), "-rx"]
        self._env = {**os.environ, **dict(program.env)}

    def say(self, command: str) -> str:
        done = subprocess.run([*self._words, command], env=self._env, capture_output=True, text=True, timeout=20)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def add_extension(self, number: str, *steps: str) -> None:
        """`steps`: application,arguments. In the context of calls from trunks."""
        for priority, step in enumerate(steps, start=1):
            application, _, words = step.partition(",")
            self.say(f"dialplan add extension {number},{priority},{application},{words} into call24-trunk")

    def write(self, name: str, text: str) -> None:
        Path(self.etc / name).write_text(text)
