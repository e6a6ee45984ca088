"""What a line of the log is about: ids of the request, the call and the organisation that its task works for.

Each task has its own; a task that it starts has them too. Ids alone: a log names nobody.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextvars import ContextVar

_NONE: Mapping[str, str] = {}
_about: ContextVar[Mapping[str, str]] = ContextVar("about", default=_NONE)
_MADE = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""A client may name its request after anybody; only what is a UUID is taken into the log."""


def about() -> Mapping[str, str]:
    """`request_id`, `call_id`, `tenant_id`, as far as they are known."""
    return _about.get()


def work_for(**ids: str) -> None:
    """From here on in this task. `call_id`, `tenant_id`: of ours."""
    _about.set({**_about.get(), **ids})


def serve_request(request_id: str) -> None:
    """A new request begins, about nothing else yet."""
    _about.set({"request_id": request_id} if _MADE.fullmatch(request_id) else _NONE)
