"""What a queue's settings may be. Pure."""

from __future__ import annotations

import re

from call24.kit.errors import Invalid
from call24.queues.model import Queue

_LIMITS = {"offer_s": (5, 120), "max_wait_s": (0, 7200), "wrap_up_s": (0, 3600), "service_level_s": (1, 3600)}
_MUSIC = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_MEMBERS_MAX = 1000


def name_key(name: str) -> str:
    """The name as it is compared within an organisation."""
    return name.casefold()


def checked(queue: Queue) -> Queue:
    """Raises: Invalid, naming every field that breaks a rule."""
    errors = []
    if not 1 <= len(queue.name) <= 100 or not queue.name.isprintable() or queue.name != " ".join(queue.name.split()):
        errors.append(("name", "1 to 100 printable characters"))
    for field, (low, high) in _LIMITS.items():
        if not low <= getattr(queue, field) <= high:
            errors.append((field, f"{low} to {high} seconds"))
    if queue.record not in ("always", "on_demand", "never"):
        errors.append(("record", "always, on_demand or never"))
    if not _MUSIC.fullmatch(queue.music):
        errors.append(("music", "the name of a music class: small letters, digits, dashes"))
    if len(queue.members) > _MEMBERS_MAX:
        errors.append(("members", f"at most {_MEMBERS_MAX}"))
    if errors:
        raise Invalid(errors=errors)
    return queue
