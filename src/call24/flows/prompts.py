"""Prompts: what an organisation's callers hear, uploaded or spoken, kept as files that Asterisk plays.

A file is there before its document and goes after it, so that nothing names a sound that is not there; what a crash
leaves behind is tidied away by `refresh`. It decodes nothing itself (convert.py) and speaks nothing itself (speech.py).
"""

from __future__ import annotations

import asyncio
import os
import secrets
import time
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec

from call24.flows import speech
from call24.flows.model import Prompt, Sound
from call24.flows.service import UsedBy
from call24.flows.sound import WAITING_MAX, Converter
from call24.flows.speech import Speaker
from call24.flows.store import PromptStore
from call24.kit.clock import Clock
from call24.kit.errors import Conflict, Invalid, NotFound
from call24.kit.fair import Fair
from call24.kit.ids import PromptId, TenantId, new_id
from call24.kit.mongo import Mongo
from call24.tenants.rules import checked_name

BYTES_MAX = 10 * 1024 * 1024
PROMPTS_MAX = 500
_SCRATCH = "incoming"
_LEFT_OVER_S = 600.0


class PromptService:
    """`folder`: where Asterisk finds one folder per organisation; `built_in`: the sounds that come with Call24."""

    def __init__(
        self,
        mongo: Mongo,
        clock: Clock,
        folder: Path,
        *,
        built_in: Collection[Sound] = (),
        speaker: Callable[[], Speaker | None] = lambda: None,
    ) -> None:
        self._store = PromptStore(mongo)
        self._clock = clock
        self._folder = folder
        self.built_in = frozenset(built_in)
        self._speaker = speaker
        self._converter = Converter()
        self._speaking = Fair(1, 1, WAITING_MAX)
        self._prompts: dict[PromptId, Prompt] = {}
        self._changes = 0
        self._is_read = False
        self.changed: list[Callable[[Prompt | None], None]] = []
        """Called with one that was added or deleted; None: several were deleted, or Asterisk may not have them."""

    async def upload(self, tenant_id: TenantId, name: str, sound: AsyncIterator[bytes]) -> Prompt:
        """Raises: Invalid, Conflict (codes prompt_name_taken, too_many_prompts), TooMany."""
        name = await self._free_name(tenant_id, name)
        async with self._scratch() as source:
            await _write(sound, source)
            made = self._fresh(tenant_id, name)
            return await self._keep(made, source, "file")

    async def speak(self, tenant_id: TenantId, name: str, text: str, voice: str = speech.VOICE) -> Prompt:
        """Raises: as upload; Unavailable (code speech_absent) without espeak-ng."""
        text, voice = speech.checked(text, voice)
        name = await self._free_name(tenant_id, name)
        async with self._scratch() as source:
            async with self._speaking.turn(tenant_id, "Several texts are being spoken: try again in a moment"):
                await speech.speak(self._speaker(), text, voice, source)
            made = msgspec.structs.replace(self._fresh(tenant_id, name), source="spoken", text=text, voice=voice)
            return await self._keep(made, source, "text")

    async def get(self, tenant_id: TenantId, prompt_id: PromptId) -> Prompt:
        """Raises: NotFound."""
        return await self._store.get(tenant_id, prompt_id)

    async def all(self, tenant_id: TenantId) -> list[Prompt]:
        return await self._store.all(tenant_id)

    async def sound_of(self, tenant_id: TenantId, prompt_id: PromptId) -> Path:
        """The file. Raises: NotFound."""
        path = self.file(await self._store.get(tenant_id, prompt_id))
        if not await asyncio.to_thread(path.exists):
            raise NotFound
        return path

    async def delete(self, tenant_id: TenantId, prompt_id: PromptId, used_by: UsedBy) -> None:
        """Raises: NotFound, Conflict (code prompt_in_use)."""
        prompt = await self._store.get(tenant_id, prompt_id)
        if users := used_by(tenant_id, prompt_id):
            raise Conflict(f"It is used by {', '.join(users[:5])}: change this first", code="prompt_in_use")
        if not await self._store.delete(tenant_id, prompt_id):
            raise NotFound
        self._prompts.pop(prompt_id, None)
        self._has_changed(prompt)
        await asyncio.to_thread(self.file(prompt).unlink, missing_ok=True)

    def file(self, prompt: Prompt) -> Path:
        return self._folder / prompt.tenant_id / f"{prompt.id}.wav"

    # --- the copy in memory, and what belongs to nobody ---

    async def refresh(self) -> None:
        """Read every prompt again. Raises: Unavailable, and then keeps what it had."""
        while True:  # again when something changed meanwhile: what was read may not have it
            changes = self._changes
            prompts = await self._store.every()
            if changes == self._changes:
                break
        self._prompts = {prompt.id: prompt for prompt in prompts}
        self._is_read = True
        await asyncio.to_thread(self._tidy, {self.file(prompt) for prompt in prompts})

    def known_sounds(self, tenant_id: TenantId) -> set[Sound]:
        """Whatever a flow may play: what comes with Call24, and the organisation's own."""
        return {*self.built_in, *(one.id for one in self._prompts.values() if one.tenant_id == tenant_id)}

    def known(self, tenant_id: TenantId, sound: Sound) -> bool:
        prompt = self._prompts.get(PromptId(sound))
        return sound in self.built_in or (prompt is not None and prompt.tenant_id == tenant_id)

    def kept(self, prompt_id: PromptId) -> Prompt | None:
        """As it is in memory."""
        return self._prompts.get(prompt_id)

    def every(self) -> list[Prompt] | None:
        """All that are known, of all organisations; None: they were not read yet."""
        return list(self._prompts.values()) if self._is_read else None

    def erase_tenant(self, tenant_id: TenantId) -> None:
        """The copy in memory; the folder and the documents go with the organisation's others."""
        self._prompts = {one.id: one for one in self._prompts.values() if one.tenant_id != tenant_id}
        self._has_changed(None)

    # --- inside ---

    async def _free_name(self, tenant_id: TenantId, name: str) -> str:
        """Before any work is done. Raises: Invalid, Conflict."""
        name = checked_name(name)
        prompts = await self._store.all(tenant_id)
        if len(prompts) >= PROMPTS_MAX:
            raise Conflict(f"An organisation has at most {PROMPTS_MAX} prompts", code="too_many_prompts")
        if any(prompt.name_key == name.casefold() for prompt in prompts):
            raise _name_taken()
        return name

    def _fresh(self, tenant_id: TenantId, name: str) -> Prompt:
        return Prompt(
            id=PromptId(new_id("prm")),
            tenant_id=tenant_id,
            name=name,
            name_key=name.casefold(),
            seconds=0.0,
            source="uploaded",
            loudness=0.0,
            created_at=self._clock.now(),
        )

    async def _keep(self, prompt: Prompt, source: Path, field: str) -> Prompt:
        target = self.file(prompt)
        await asyncio.to_thread(target.parent.mkdir, parents=True, exist_ok=True)
        try:
            found = await self._converter.convert(prompt.tenant_id, source, target, field)
            made = msgspec.structs.replace(
                prompt, seconds=found.seconds, loudness=found.loudness, gain_db=found.gain_db
            )
            await self._store.add(made)
        except BaseException as trouble:  # also a request that was given up: nothing of it stays
            target.unlink(missing_ok=True)
            target.with_suffix(".part").unlink(missing_ok=True)
            if isinstance(trouble, Conflict):
                raise _name_taken() from None
            raise
        self._prompts[made.id] = made
        self._has_changed(made)
        return made

    def _has_changed(self, prompt: Prompt | None) -> None:
        self._changes += 1
        for each in self.changed:
            each(prompt)

    def pbx_connected(self) -> None:
        """It may be another Asterisk than before."""
        for each in self.changed:
            each(None)

    @asynccontextmanager
    async def _scratch(self) -> AsyncIterator[Path]:
        folder = self._folder / _SCRATCH
        await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
        path = folder / secrets.token_hex(16)
        try:
            yield path
        finally:
            path.unlink(missing_ok=True)

    def _tidy(self, wanted: set[Path]) -> None:
        """Remove files that no prompt names, unless they are so young that their prompt may be on its way."""
        old = time.time() - _LEFT_OVER_S
        for path in self._folder.glob("*/*"):
            try:
                if path.parent.name != _SCRATCH and path not in wanted and path.stat().st_mtime < old:
                    path.unlink()
            except OSError:
                continue  # somebody else was faster


async def _write(sound: AsyncIterator[bytes], target: Path) -> None:
    """Raises: Invalid when it is too large."""
    size = 0
    file = await asyncio.to_thread(target.open, "wb")
    try:
        os.fchmod(file.fileno(), 0o600)
        async for chunk in sound:
            size += len(chunk)
            if size > BYTES_MAX:
                raise Invalid(errors=[("file", f"at most {BYTES_MAX // 1024 // 1024} MB")])
            await asyncio.to_thread(file.write, chunk)
    finally:
        await asyncio.to_thread(file.close)


def _name_taken() -> Conflict:
    return Conflict("There is already a prompt with this name", code="prompt_name_taken")
