"""`demo`: `up` with a demo organisation, and a simulated customer who rings every so often."""

from __future__ import annotations

import argparse
import json
import shlex
from typing import Any

from call24.cli import up
from call24.cli.flags import add_settings, settings_from
from call24.cli.up import say
from call24.installer.child_processes import Child
from call24.installer.supervise import Supervisor
from call24.kit.package import COMMAND
from call24.kit.python import MODULE
from call24.kit.settings import Settings

SEEDED_S = 30.0
add_flags = add_settings


# Its customers can be rung on this machine.
def run(named: argparse.Namespace) -> int:
    up.start(settings_from(named, seed_demo=True, trunks_private=True), after_ready=_show)
    return 0


def _show(settings: Settings, supervisor: Supervisor) -> None:
    place = settings.run / "demo.json"
    if not supervisor.wait(SEEDED_S, place.exists):
        say(f"The demo organisation does not exist yet: see {settings.log / 'server.log'}")
        return
    say(told(settings, json.loads(place.read_text())))
    supervisor.add(
        Child(
            "customers",
            (*MODULE, "call24.demo.customers", "--data", str(settings.data)),
            settings.data,
            adopt=False,
        )
    )


def told(settings: Settings, demo: dict[str, Any]) -> str:
    """What a newcomer needs to know, as text."""
    lines = [
        "",
        f"  {'open':<12}{settings.address}   (the CA is Call24's own: continue past the browser's warning)",
    ]
    for login in demo["logins"]:
        lines.append(f"  {login['role']:<12}{login['email']}   password {login['password']}")
    lines += [
        f"  {'number':<12}{demo['number']}   (sip:{demo['number']}@{settings.public_address}:{settings.sip_port})",
        "",
        "What to try: sign in as the agent, allow the microphone, go Available. A simulated customer rings within a",
        "minute: answer, listen, speak, hang up, and find the call with its recording under History; then call the",
        "customer back. Sign in as the supervisor in another window to see the board move and to listen, and as the",
        "owner to change queues, numbers and trunks, and to invite people. This checks every hop of a call:",
        f"  {COMMAND} doctor --call{_where(settings)}",
        "",
        "Ctrl-C stops everything.",
    ]
    return "\n".join(lines)


def _where(settings: Settings) -> str:
    """The flag with which other commands find this installation; none for the usual folder."""
    usual = settings.data.resolve() == Settings().data.resolve()
    return "" if usual else f" --data {shlex.quote(str(settings.data))}"
