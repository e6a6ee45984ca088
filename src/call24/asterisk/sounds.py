"""What legs hear from us: prompts, music, the ringing tone.

A sound is named by a bare name of ours or by the id of an organisation's prompt; paths are built here, from checked
parts. Source: Asterisk 22, ARI "channels/play", media URIs sound: and tone:.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from pathlib import Path, PurePath

from call24.asterisk.legs import Legs
from call24.calls.commands import PlayInBridge, PlaySound, StartMusic
from call24.calls.signals import SoundEnded
from call24.kit.ids import LegId, TenantId

RINGING = "tone:ring"
TONE = "tone_"
"""Begins the ids of our ringing tones: their end is no SoundEnded."""
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_DIGIT = re.compile(r"digit-[0-9]")
"""Asterisk's own."""
_ID = re.compile(r"[a-z]{3}_[0-9a-z]{26}")


def media(sounds: Sequence[str], tenant_id: TenantId, prompts: PurePath | None) -> list[str] | None:
    """Media URIs; None when one of the names is none, or nothing is named."""
    found = [_uri(sound, tenant_id, prompts) for sound in sounds]
    named = [uri for uri in found if uri is not None]
    return named if found and len(named) == len(found) else None


def _uri(sound: str, tenant_id: TenantId, prompts: PurePath | None) -> str | None:
    if sound.startswith("prm_"):
        if prompts is None or not _ID.fullmatch(sound) or not _ID.fullmatch(tenant_id):
            return None
        folder = prompts.resolve() if isinstance(prompts, Path) else prompts
        return f"sound:{folder / tenant_id / sound}"
    if _DIGIT.fullmatch(sound):
        return f"sound:digits/{sound[-1]}"
    return f"sound:call24/{sound}" if _NAME.fullmatch(sound) else None


class Sounds:
    """`prompts`: the folder with the organisations' prompts, `TENANT/PROMPT.wav`; a pure path is one in Asterisk's own
    folder of sounds."""

    def __init__(self, legs: Legs, prompts: PurePath | None) -> None:
        self._legs = legs
        self._prompts = prompts
        self._in_bridge: dict[str, LegId] = {}
        self._playing: dict[str, LegId] = {}

    async def play(self, command: PlaySound) -> None:
        uris = media(command.sounds, command.tenant_id, self._prompts)
        place = f"/channels/{command.leg}/play/{command.playback_id}"
        await self._legs.order.back(command.leg)
        self._playing[command.playback_id] = command.leg
        if uris is not None:
            reply = await self._legs.ari.request("POST", place, body={"media": uris})
            if reply.ok:
                return
            if reply.gone:
                self._legs.lost(command.leg)
        self.ended(command.playback_id)
        self._over(command.leg, command.playback_id)

    async def play_in_bridge(self, command: PlayInBridge) -> None:
        uris = media(command.sounds, command.tenant_id, self._prompts)
        place = f"/bridges/{command.bridge_id}/play/{command.playback_id}"
        self._in_bridge[command.playback_id] = command.leg
        if uris is None or not (await self._legs.ari.request("POST", place, body={"media": uris})).ok:
            self.bridge_sound_ended(command.playback_id)

    def bridge_sound_ended(self, playback_id: str) -> None:
        """Once: it is told for the leg that the command named."""
        leg = self._in_bridge.pop(playback_id, None)
        if leg is not None:
            self._over(leg, playback_id)

    async def stop(self, playback_id: str) -> None:
        await self._legs.ari.request("DELETE", f"/playbacks/{playback_id}")

    async def start_music(self, command: StartMusic) -> None:
        """A class that Asterisk does not know sounds like the default one."""
        music = command.music if _NAME.fullmatch(command.music.replace("_", "-")) else "default"
        await self._legs.request(command.leg, "POST", "/moh", mohClass=music)

    async def stop_music(self, leg: LegId) -> None:
        await self._legs.request(leg, "DELETE", "/moh")

    async def start_tone(self, leg: LegId) -> None:
        """A second one would wait behind the first and sound after its end."""
        playback = f"{TONE}{leg}"
        self._playing[playback] = leg
        if not (await self._legs.ari.request("GET", f"/playbacks/{playback}")).ok:
            await self._legs.request(leg, "POST", f"/play/{playback}", media=RINGING)

    async def stop_tone(self, leg: LegId) -> None:
        await self.stop(f"{TONE}{leg}")

    async def hush(self, legs: Collection[LegId]) -> None:
        """Cut what plays for these legs alone: until its end Asterisk would put them into no bridge (22.10.1)."""
        for playback in [playback for playback, leg in self._playing.items() if leg in legs]:
            self.ended(playback)
            await self.stop(playback)

    def ended(self, playback_id: str) -> None:
        self._playing.pop(playback_id, None)

    def forget(self, leg: LegId) -> None:
        """The leg has ended."""
        self._playing = {playback: whose for playback, whose in self._playing.items() if whose != leg}

    def _over(self, leg: LegId, playback_id: str) -> None:
        self._legs.tell(SoundEnded(at=self._legs.clock.now(), leg=leg, playback_id=playback_id))
