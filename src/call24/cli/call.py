"""`call24 call show ID`: one call of any organisation as a ladder, out of the journal of the running installation.
`call24 call trace`: the SIP messages of one call, as they come (call_trace.py)."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from call24.cli import call_trace
from call24.cli.as_operator import ask, failed
from call24.cli.flags import add_data
from call24.cli.ladder import drawn, heads
from call24.kit.settings import Settings


def add_flags(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=["show", "trace"], help="draw the call, or the SIP messages of the next one")
    parser.add_argument("call_id", metavar="ID", nargs="?", help="of show: such as call_01m8nkxkb6xz6ynscv19yz4x77")
    add_data(parser)
    parser.add_argument("--numbers", action="store_true", help="show telephone numbers whole")
    parser.add_argument("--json", action="store_true", help="print the steps, or the messages, as JSON")
    call_trace.add_flags(parser)


def run(named: argparse.Namespace) -> int:
    """Raises: SettingsError."""
    settings = Settings.load(named.data / "run" / "settings.json")
    if named.what == "trace":
        return call_trace.run(settings, named)
    if named.call_id is None:
        print("call24: which call? call24 call show ID", file=sys.stderr)
        return 2
    query = "?numbers=true" if named.numbers else ""
    answer = ask(settings, "GET", f"/v1/internal/calls/{quote(named.call_id, safe='')}{query}")
    if failed(answer):
        return 1
    print(json.dumps(answer.body, indent=1) if named.json else "\n".join(told(answer.body)))
    return 0


def told(call: Mapping[str, Any]) -> list[str]:
    """What the call was, the heads of the lanes, and a line for each step."""
    head = f"{call['id']}, {call['direction']}, {call['at']}, organisation {call['tenant_id']}"
    number = f"customer {call['number'] or 'not known'}; outcome: {call['outcome']}"
    steps = [drawn(step["after_s"], step["from"], step["to"], step["text"]) for step in call["steps"]]
    return [head, number, "", heads(), *steps]
