"""What a channel's name says about it, and which names there can be. Pure.

Source: Pusher Channels, "Channel naming conventions", "Cache channels", "Encrypted channels".
"""

from __future__ import annotations

import re

CHANNEL_MAX = 200
EVENT_MAX = 200
TO_USER = "#server-to-user-"
"""Before a signed-in user's id: what is sent to that user alone."""

_CHANNEL = re.compile(rf"[A-Za-z0-9_\-=@,.;]{{1,{CHANNEL_MAX}}}")
_CACHE = ("cache-", "private-cache-", "presence-cache-", "private-encrypted-cache-")


def is_channel(name: str) -> bool:
    """Whether there can be a channel of this name; a user's own is not one of them."""
    return _CHANNEL.fullmatch(name) is not None


def is_guarded(name: str) -> bool:
    """Whether a subscription needs a signature."""
    return name.startswith(("private-", "presence-"))


def is_presence(name: str) -> bool:
    return name.startswith("presence-")


def is_encrypted(name: str) -> bool:
    return name.startswith("private-encrypted-")


def is_cache(name: str) -> bool:
    return name.startswith(_CACHE)


def takes_client_events(name: str) -> bool:
    """Who is authorised may speak there; what is encrypted could not be told from what is not."""
    return is_guarded(name) and not is_encrypted(name)
