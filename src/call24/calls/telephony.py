"""The port to the telephone network: asterisk/ implements it, and so does the fake in tests/fakes.

It exists because there are two real implementations; both pass tests/telephony/test_port.py.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from call24.calls.commands import TelephonyCommand
from call24.calls.signals import NetworkSignal

SignalSink = Callable[[NetworkSignal], None]


class Telephony(Protocol):
    """Does telephony commands and reports signals, in the order in which the network reported them."""

    async def perform(self, command: TelephonyCommand) -> None:
        """Do one command, idempotently.

        A leg that is gone is no error: the port makes sure that ``LegEnded`` is (or was) reported.
        While the network is away commands are dropped; ``PbxBack`` follows and the engine compares.
        """

    def subscribe(self, sink: SignalSink) -> None:
        """Name the one receiver of signals. The sink must not block."""
