"""Has a PBX on a host of its own play the same prompts as one machine would: each is sent there, and goes from there.

One that was added or deleted is sent, or deleted there, alone. After every connect, and every five minutes, all are
compared: what nobody has any more is deleted, then what is missing is sent. Until a prompt is there its callers hear
nothing in its place, and their flow goes on. One at a time, the organisations by turns, so that the many of one hold up
no other's.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from call24.flows.model import Prompt
from call24.flows.prompts import PromptService
from call24.kit.errors import Unavailable
from call24.kit.ids import PromptId, TenantId
from call24.pbx.client import HostClient

log = logging.getLogger(__name__)

LOOK_EVERY_S = 300.0
AGAIN_S = 5.0
"""After the PBX was away, or did not take one; then twice as long each time, up to LOOK_EVERY_S."""
SEND_S = 30.0
"""For one of them: at most 5 MB."""
FULL = 507

Key = tuple[str, str]
"""Organisation and prompt."""


class _Plan(NamedTuple):
    gone: list[Key]
    missing: list[Prompt]


class PromptsOnPbx:
    def __init__(self, client: HostClient, prompts: PromptService) -> None:
        self._client, self._prompts = client, prompts
        self._woken = asyncio.Event()
        self._said = ""
        self._refused: dict[Key, str] = {}
        """What the PBX does not take, or delete, or is not on this disk, and why."""
        self._pause = AGAIN_S
        self._compare = True
        self._touched: dict[Key, None] = {}
        prompts.changed.append(self.wake)

    def wake(self, prompt: Prompt | None) -> None:
        """One was added or deleted; None: all are to be compared."""
        if prompt is None:
            self._compare = True
        else:
            self._touched[_key(prompt)] = None
        self._woken.set()

    async def run(self) -> None:
        """For ever."""
        due = 0.0
        while True:
            self._woken.clear()
            self._compare = self._compare or time.monotonic() >= due
            compares = self._compare
            if not await self.look():
                due = time.monotonic() + AGAIN_S
            elif compares:
                due = time.monotonic() + self._next_pause()
            elif self._refused:
                due = min(due, time.monotonic() + self._pause)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(max(0.0, due - time.monotonic())):
                    await self._woken.wait()

    def _next_pause(self) -> float:
        if not self._refused:
            self._pause = AGAIN_S
            return LOOK_EVERY_S
        pause, self._pause = self._pause, min(2 * self._pause, LOOK_EVERY_S)
        return pause

    async def look(self) -> bool:
        """Once; whether the PBX has what it should have, but for what it does not take."""
        try:
            if self._compare:
                await self._all()
            await self._changes()
        except (Unavailable, OSError) as trouble:
            self._compare = True
            if self._said != str(trouble):
                self._said = str(trouble)
                log.warning("prompts are not brought to the PBX now, it is tried again: %s", trouble)
            return False
        self._said = ""
        return True

    async def _all(self) -> None:
        told = (await asyncio.to_thread(self._client.ask, "GET", "/v1/prompts")).json()["prompts"]
        self._compare = False
        if (known := self._prompts.every()) is None:
            return
        self._touched.clear()  # what changed until now is in it
        plan = await asyncio.to_thread(_plan, told, [(one, self._prompts.file(one)) for one in known])
        before, self._refused = self._refused, {}
        for key in plan.gone:
            await self._delete(key, before)
        for prompt in plan.missing:
            await self._changes()
            if not await self._send(prompt, before):
                return

    async def _changes(self) -> None:
        """One at a time, also while all are compared."""
        while self._touched:
            key = next(iter(self._touched))
            del self._touched[key]
            prompt = self._prompts.kept(PromptId(key[1]))
            if prompt is None:
                await self._delete(key, self._refused)
            else:
                await self._send(prompt, self._refused)

    async def _send(self, prompt: Prompt, before: dict[Key, str]) -> bool:
        """False: the PBX has no room, for the next one neither."""
        content = await asyncio.to_thread(_content, self._prompts.file(prompt))
        if self._prompts.kept(prompt.id) is None:
            return True
        if content is None:
            self._refuse(_key(prompt), "it has no file here and cannot be played", before)
            return True
        try:
            await asyncio.to_thread(self._client.ask, "PUT", _path(*_key(prompt)), content, timeout_s=SEND_S)
        except OSError as trouble:  # that the PBX is away is none
            self._refuse(_key(prompt), str(trouble), before)
            return trouble.errno != FULL
        self._refused.pop(_key(prompt), None)
        return True

    async def _delete(self, key: Key, before: dict[Key, str]) -> None:
        try:
            await asyncio.to_thread(self._client.ask, "DELETE", _path(*key))
        except OSError as trouble:
            self._refuse(key, str(trouble), before)
        else:
            self._refused.pop(key, None)

    def _refuse(self, key: Key, why: str, before: dict[Key, str]) -> None:
        if before.get(key) != why:
            log.error("the PBX does not have what it should of the prompt %s of %s: %s", key[1], key[0], why)
        self._refused[key] = why


def _plan(told: dict[str, dict[str, int]], known: list[tuple[Prompt, Path]]) -> _Plan:
    """What is of another size there than here is sent again. Blocking."""
    sizes = _sizes(file for _, file in known)
    there = {(tenant, prompt): size for tenant, prompts in told.items() for prompt, size in prompts.items()}
    gone = sorted(there.keys() - {_key(prompt) for prompt, _ in known})
    lacking = [one for one, _ in known if (at := there.get(_key(one))) is None or sizes.get(_key(one), at) != at]
    return _Plan(gone, _by_turns(lacking))


def _by_turns(prompts: Iterable[Prompt]) -> list[Prompt]:
    """The first of each organisation, then the second of each."""
    served: Counter[TenantId] = Counter()
    turns: list[tuple[int, Prompt]] = []
    for prompt in prompts:
        turns.append((served[prompt.tenant_id], prompt))
        served[prompt.tenant_id] += 1
    return [prompt for _, prompt in sorted(turns, key=lambda turn: turn[0])]


def _key(prompt: Prompt) -> Key:
    return prompt.tenant_id, prompt.id


def _path(tenant_id: str, prompt_id: str) -> str:
    return f"/v1/prompts/{tenant_id}/{prompt_id}"


def _sizes(files: Iterable[Path]) -> dict[Key, int]:
    found: dict[Key, int] = {}
    for file in files:
        with contextlib.suppress(FileNotFoundError):
            found[file.parent.name, file.stem] = file.stat().st_size
    return found


def _content(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return None
