"""Challenges for passkeys: signed by us instead of kept, so that who asks for many fills nothing. Each counts once.

What was used is remembered in memory until it is over; those of an earlier process are not taken. It knows no passkeys.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from datetime import timedelta
from typing import Literal

from call24.kit.clock import Clock
from call24.kit.errors import Refused
from call24.kit.secrets import AppKey

Purpose = Literal["register", "prove", "sign in"]
LASTS = timedelta(minutes=5)
_RANDOM, _TIME = 16, 8


class Challenges:
    def __init__(self, clock: Clock, key: AppKey) -> None:
        self._clock = clock
        self._key = key.derive("passkey challenges")
        self._since = self._now_ms()
        self._used: dict[str, int] = {}

    def make(self, purpose: Purpose, subject: str = "") -> str:
        """In base64url. `subject`: the user who may use it."""
        body = secrets.token_bytes(_RANDOM) + self._now_ms().to_bytes(_TIME)
        return base64.urlsafe_b64encode(body + self._signed(body, purpose, subject)).rstrip(b"=").decode()

    def check(self, text: str, purpose: Purpose, subject: str = "") -> bytes:
        """Its bytes; it is not used up yet. Raises: Refused (code passkey_refused)."""
        try:
            found = base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), b"-_", validate=True)
        except (ValueError, binascii.Error):
            raise _refused() from None
        if base64.urlsafe_b64encode(found).rstrip(b"=").decode() != text:
            raise _refused()  # another spelling of the same bytes would count once more
        body, signature = found[: _RANDOM + _TIME], found[_RANDOM + _TIME :]
        made = int.from_bytes(body[_RANDOM:])
        age = self._now_ms() - made
        genuine = hmac.compare_digest(signature, self._signed(body, purpose, subject))
        if not genuine or made < self._since or age > LASTS / timedelta(milliseconds=1) or text in self._used:
            raise _refused()
        return found

    def use(self, text: str) -> None:
        """After what it was made for; not awaiting anything since `check`."""
        now = self._now_ms()
        limit = LASTS / timedelta(milliseconds=1)
        self._used = {one: at for one, at in self._used.items() if now - at <= limit}
        self._used[text] = now

    def _signed(self, body: bytes, purpose: Purpose, subject: str) -> bytes:
        return hmac.digest(self._key, b"\n".join((purpose.encode(), subject.encode(), body)), hashlib.sha256)

    def _now_ms(self) -> int:
        return int(self._clock.now().timestamp() * 1000)


def _refused() -> Refused:
    return Refused("This took too long or was already used: try again", code="passkey_refused")
