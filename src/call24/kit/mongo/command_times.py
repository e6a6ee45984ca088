"""A listener that tells how long each command took, and whether it failed: not which, of whom, or with what."""

from __future__ import annotations

from collections.abc import Callable

from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

_MICROSECONDS = 1e6


class CommandTimes(CommandListener):
    """`told`: called with the command's name, its seconds, and whether it succeeded."""

    def __init__(self) -> None:
        self.told: list[Callable[[str, float, bool], None]] = []

    def started(self, event: CommandStartedEvent) -> None:
        pass

    def succeeded(self, event: CommandSucceededEvent) -> None:
        for listener in self.told:
            listener(event.command_name, event.duration_micros / _MICROSECONDS, True)

    def failed(self, event: CommandFailedEvent) -> None:
        for listener in self.told:
            listener(event.command_name, event.duration_micros / _MICROSECONDS, False)
