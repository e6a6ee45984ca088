"""`fetch`: downloads Asterisk and the embedded MongoDB and starts nothing. `up` then needs no network.

For images of containers, and for services that may not write beside their data. In a checkout it builds the app too.
"""

from __future__ import annotations

import argparse

from call24.cli.flags import add_settings, settings_from
from call24.cli.up import fetch, say
from call24.installer import preflight
from call24.installer.stack import Stack
from call24.installer.timing import Timing

add_flags = add_settings


def run(named: argparse.Namespace) -> int:
    """Raises: StartError."""
    settings = settings_from(named)
    with preflight.hold(settings):
        stack = Stack(settings, Timing())
        stack.check_programs()
        fetch(stack, app=True)
    say("All programs are there.")
    return 0
