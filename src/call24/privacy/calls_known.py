"""Whether the calls that go on are known. After a restart they are not until the journal was read, and requests are
answered before that: nobody is erased meanwhile, who may be on a call."""

from __future__ import annotations

from call24.kit.errors import Unavailable


class CallsKnown:
    def __init__(self, *, known: bool) -> None:
        self.known = known

    def check(self) -> None:
        """Raises: Unavailable while they are not."""
        if not self.known:
            raise Unavailable("Call24 is starting, and does not know yet who is on a call: try again in a moment")
