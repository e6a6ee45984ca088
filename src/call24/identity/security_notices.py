"""News of an account, by letter to its user: a proof that was added or removed, a code used, a sign-in connected.

Nobody is kept from what they do because the letter could not be written.
"""

from __future__ import annotations

import contextlib
from datetime import timedelta

from call24.identity.emails import NO_POST, Email, LetterKind, Mailer
from call24.identity.model import User
from call24.kit.clock import Clock
from call24.kit.errors import Unavailable

LASTS = timedelta(days=2)
"""After this a letter is no news any more."""


class SecurityNotices:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.post: Mailer = NO_POST

    async def tell(self, user: User, kind: LetterKind, about: str = "") -> None:
        letter = Email(
            tenant_id=user.tenant_id,
            kind=kind,
            to=user.email,
            user_id=user.id,
            name=user.name,
            about=about,
            until=self._clock.now() + LASTS,
        )
        with contextlib.suppress(Unavailable):
            await self.post.send(letter)
