"""On the PBX's host: organisations' prompts, which its server sends and Asterisk plays. Blocking; run it in a thread.

Which prompts there are is the server's; that an organisation has no more than its share of the disk is kept here too.
"""

from __future__ import annotations

import contextlib
import errno
import re
import shutil
from pathlib import Path

from call24.pbx.whole_files import replace, tidy

PROMPTS_MAX = 600
"""Of one organisation: more than the server lets it have, since one that was deleted there may go a little later."""
BYTES_MAX = 5 * 1024 * 1024
"""Five minutes, as Asterisk plays them, have less."""
_TENANT = re.compile(r"ten_[0-9a-z]{26}")
_PROMPT = re.compile(r"prm_[0-9a-z]{26}")
_SUFFIX = ".wav"

Listed = dict[str, dict[str, int]]
"""Organisation -> prompt -> bytes."""


class TooMuch(ValueError):
    """More than an organisation may have here."""


class PromptFiles:
    """`folder`: where Asterisk finds one folder for each organisation; `floor`: bytes that stay free on its disk."""

    def __init__(self, folder: Path, floor: int = 0) -> None:
        self._folder, self._floor = folder, floor

    def listed(self) -> Listed:
        """Deletes what a crash has left beside them, too."""
        found: Listed = {}
        for folder in self._folder.glob("ten_*"):
            tidy(folder)
        for path in self._folder.glob(f"ten_*/prm_*{_SUFFIX}"):
            if _TENANT.fullmatch(path.parent.name) is None or _PROMPT.fullmatch(path.stem) is None:
                continue  # somebody's copy
            with contextlib.suppress(FileNotFoundError):
                found.setdefault(path.parent.name, {})[path.stem] = path.stat().st_size
        return found

    def put(self, tenant_id: str, prompt_id: str, content: bytes) -> None:
        """Whole or not at all. Raises: ValueError (no id, no WAV file), TooMuch, OSError."""
        target = self._place(tenant_id, prompt_id)
        if content[:4] != b"RIFF" or content[8:12] != b"WAVE":
            raise ValueError("that is no WAV file")
        if len(content) > BYTES_MAX:
            raise TooMuch(f"a prompt has at most {BYTES_MAX} bytes")
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not target.exists() and sum(1 for _ in target.parent.glob(f"*{_SUFFIX}")) >= PROMPTS_MAX:
            raise TooMuch(f"an organisation has at most {PROMPTS_MAX} prompts")
        if shutil.disk_usage(target.parent).free - len(content) < self._floor:
            raise OSError(errno.ENOSPC, "the disk is too full for this prompt")
        replace(target, content)

    def delete(self, tenant_id: str, prompt_id: str) -> None:
        """Raises: ValueError, OSError."""
        target = self._place(tenant_id, prompt_id)
        target.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            target.parent.rmdir()  # the last one's folder

    def erase_organisation(self, tenant_id: str) -> None:
        """Raises: ValueError, OSError."""
        if _TENANT.fullmatch(tenant_id) is None:
            raise ValueError("no id of an organisation")
        with contextlib.suppress(FileNotFoundError):
            shutil.rmtree(self._folder / tenant_id)

    def _place(self, tenant_id: str, prompt_id: str) -> Path:
        if _TENANT.fullmatch(tenant_id) is None or _PROMPT.fullmatch(prompt_id) is None:
            raise ValueError("no id of a prompt")
        return self._folder / tenant_id / f"{prompt_id}{_SUFFIX}"
