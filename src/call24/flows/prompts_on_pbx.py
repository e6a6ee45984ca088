"""Has a PBX on a host of its own play the same prompts as one machine would: each is sent there, and goes from there.

What is there is asked after every connect, and now and then: what is missing is sent, what nobody has any more is
deleted. Until a prompt is there its callers hear nothing in its place, and their flow goes on. One at a time, the
organisations by turns, so that the many of one hold up no other's.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from call24.flows.model import Prompt
from call24.flows.prompts import PromptService
from call24.kit.errors import Unavailable
from call24.kit.ids import TenantId
from call24.pbx.client import HostClient

log = logging.getLogger(__name__)

LOOK_EVERY_S = 300.0
AGAIN_S = 5.0
SEND_S = 30.0
"""For one of them: at most 5 MB."""

There = dict[tuple[str, str], int]
"""Organisation and prompt -> bytes."""


class PromptsOnPbx:
    def __init__(self, client: HostClient, prompts: PromptService) -> None:
        self._client, self._prompts = client, prompts
        self._woken = asyncio.Event()
        self._said = ""
        self._refused: set[tuple[str, str]] = set()
        """What the PBX does not take, or is not on this disk: not sent again until the next look."""
        prompts.changed.append(self.wake)

    def wake(self) -> None:
        self._woken.set()

    async def run(self) -> None:
        """For ever."""
        while True:
            self._woken.clear()
            again_s = LOOK_EVERY_S if await self.look() else AGAIN_S
            try:
                async with asyncio.timeout(again_s):
                    await self._woken.wait()
            except TimeoutError:
                continue

    async def look(self) -> bool:
        """Once; whether the PBX has what it should have, but for what it does not take."""
        try:
            there = await self._there()
            self._refused.clear()
            await self._send(there)
            await self._delete(there)
        except (Unavailable, OSError) as trouble:
            if self._said != str(trouble):
                self._said = str(trouble)
                log.warning("prompts are not brought to the PBX now, it is tried again: %s", trouble)
            return False
        self._said = ""
        return True

    async def _there(self) -> There:
        """What is there, without what is of another size here: that is sent again."""
        told = (await asyncio.to_thread(self._client.ask, "GET", "/v1/prompts")).json()["prompts"]
        sizes = await asyncio.to_thread(_sizes, [self._prompts.file(one) for one in self._prompts.every() or ()])
        found = {(tenant, prompt): size for tenant, prompts in told.items() for prompt, size in prompts.items()}
        return {key: size for key, size in found.items() if sizes.get(key, size) == size}

    async def _send(self, there: There) -> None:
        """Until none is missing, also of those that come meanwhile."""
        served: Counter[TenantId] = Counter()
        while (prompt := self._next(there, served)) is not None:
            served[prompt.tenant_id] += 1
            content = await asyncio.to_thread(_content, self._prompts.file(prompt))
            if content is None:
                log.error("the prompt %s of %s has no file here: it cannot be played", prompt.id, prompt.tenant_id)
                self._refused.add(_key(prompt))
                continue
            try:
                await asyncio.to_thread(self._client.ask, "PUT", _path(*_key(prompt)), content, timeout_s=SEND_S)
            except OSError as trouble:  # that the PBX is away is none
                log.error("the PBX does not take the prompt %s of %s: %s", prompt.id, prompt.tenant_id, trouble)
                self._refused.add(_key(prompt))
                continue
            there[_key(prompt)] = len(content)

    def _next(self, there: There, served: Counter[TenantId]) -> Prompt | None:
        """Of an organisation of which the fewest were sent."""
        done = self._refused | there.keys()
        missing = [one for one in self._prompts.every() or () if _key(one) not in done]
        return min(missing, key=lambda one: served[one.tenant_id], default=None)

    async def _delete(self, there: There) -> None:
        known = self._prompts.every()
        if known is None:
            return
        for key in sorted(there.keys() - {_key(prompt) for prompt in known}):
            await asyncio.to_thread(self._client.ask, "DELETE", _path(*key))


def _key(prompt: Prompt) -> tuple[str, str]:
    return prompt.tenant_id, prompt.id


def _path(tenant_id: str, prompt_id: str) -> str:
    return f"/v1/prompts/{tenant_id}/{prompt_id}"


def _sizes(files: Iterable[Path]) -> There:
    found: There = {}
    for file in files:
        with contextlib.suppress(FileNotFoundError):
            found[file.parent.name, file.stem] = file.stat().st_size
    return found


def _content(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return None
