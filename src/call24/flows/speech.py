"""Text to speech by espeak-ng, as a program of its own: it is under the GPL, and nothing of it is in this process.

The text goes in by stdin, never by a command line; the voice is one word of a strict form.
"""

from __future__ import annotations

import asyncio
import os
import re
from dataclasses import dataclass
from pathlib import Path

from call24.kit.errors import Invalid, Unavailable

TEXT_MAX = 2000
VOICE = "en-gb"
TIMEOUT_S = 30.0
_VOICE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{1,8}){0,4}(\+[a-z][a-z0-9]{0,7})?")


@dataclass(frozen=True)
class Speaker:
    """An espeak-ng that can be run: the words that start it and what it needs in its environment."""

    command: tuple[str, ...]
    env: tuple[tuple[str, str], ...] = ()


def checked(text: str, voice: str) -> tuple[str, str]:
    """The text in one line, and the voice. Raises: Invalid."""
    text = " ".join(text.split())
    errors = []
    if not 1 <= len(text) <= TEXT_MAX or not text.isprintable() or not any(letter.isalnum() for letter in text):
        errors.append(("text", f"1 to {TEXT_MAX} characters to speak"))
    if not _VOICE.fullmatch(voice):
        errors.append(("voice", "a language, such as en-gb, de or fr-fr; with a variant, such as en-gb+f3"))
    if errors:
        raise Invalid(errors=errors)
    return text, voice


async def speak(speaker: Speaker | None, text: str, voice: str, target: Path) -> None:
    """Write the spoken text to `target` as WAV. Raises: Unavailable (code speech_absent), Invalid."""
    if speaker is None:
        raise _absent("espeak-ng is not here")
    words = [*speaker.command, "-v", voice, "-s", "150", "-b", "1", "--stdin", "-w", str(target)]
    try:
        process = await asyncio.create_subprocess_exec(
            *words,
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", **dict(speaker.env)},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
    except OSError as trouble:
        raise _absent(f"espeak-ng cannot be started ({trouble.strerror})") from None
    try:
        async with asyncio.timeout(TIMEOUT_S):
            _, said = await process.communicate(text.encode())
    except TimeoutError:
        raise Unavailable("espeak-ng took too long", code="speech_failed") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if b"voice does not exist" in said:
        raise Invalid(errors=[("voice", f"espeak-ng does not know {voice}: use a language such as en-gb")])
    if process.returncode or not await asyncio.to_thread(target.exists):
        raise _absent("espeak-ng cannot be run")


def _absent(why: str) -> Unavailable:
    advice = "install Debian's espeak-ng, or name it with --espeak; uploading a recording works without it"
    return Unavailable(f"{why}: {advice}", code="speech_absent")
