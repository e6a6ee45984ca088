"""Who listened to which recording: noted before the first byte is sent, once for each playing.

A player asks for many parts: what one token asks of one recording within ten minutes of its last request is one
playing.
"""

from __future__ import annotations

from collections import OrderedDict
from datetime import timedelta

import msgspec

from call24.kit.clock import Clock, SystemClock
from call24.kit.ids import ListeningId, RecordingId, TenantId, TokenId, UserId, new_id
from call24.recordings.model import Playback, Recording
from call24.recordings.store import RecordingStore

ONE_PLAYING = timedelta(minutes=10)
NOTED_AGAIN = timedelta(seconds=20)
REMEMBERED = 2000
SHOWN = 200


class Playbacks:
    def __init__(self, store: RecordingStore, clock: Clock | None = None) -> None:
        self._store = store
        self._clock = clock or SystemClock()
        self._latest: OrderedDict[tuple[TokenId, RecordingId], Playback] = OrderedDict()

    async def note(
        self, recording: Recording, user_id: UserId, token_id: TokenId, address: str, first: int, last: int
    ) -> Playback:
        """On disk when this returns. Raises: Unavailable; then nothing may be sent."""
        now, key = self._clock.now(), (token_id, recording.id)
        latest = self._latest.get(key)
        goes_on = latest is not None and now - latest.last_at <= ONE_PLAYING
        if latest is not None and goes_on:
            # A byte asked for first must not hide that all the others were asked for next.
            parts = {"first": min(first, latest.first), "last": max(last, latest.last)}
            listening = msgspec.structs.replace(latest, last_at=now, **parts)
            grown = (listening.first, listening.last) != (latest.first, latest.last)
            if not grown and now - latest.last_at < NOTED_AGAIN:
                return latest
        else:
            listening = Playback(
                id=ListeningId(new_id("lis")),
                tenant_id=recording.tenant_id,
                recording_id=recording.id,
                call_id=recording.call_id,
                user_id=user_id,
                token_id=token_id,
                address=address,
                at=now,
                last_at=now,
                first=first,
                last=last,
            )
        await self._store.listened(listening)
        self._latest[key] = listening
        self._latest.move_to_end(key)
        if len(self._latest) > REMEMBERED:
            self._latest.popitem(last=False)
        return listening

    async def of(self, tenant_id: TenantId, recording_id: RecordingId) -> list[Playback]:
        """The newest first, 200 at most. Raises: Unavailable."""
        return await self._store.listenings(tenant_id, recording_id, SHOWN)
