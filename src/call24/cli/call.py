"""`call show ID`: one call of any organisation as a ladder, out of the journal of the running installation."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from call24.cli.as_operator import ask, failed
from call24.cli.flags import add_data
from call24.kit.settings import Settings

LANES = ("customer", "call24", "agent", "other")
WIDTH = 12
"""From one line of the ladder to the next."""


def add_flags(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=["show"], help="draw the call")
    parser.add_argument("call_id", metavar="ID", help="the call's id, such as call_01m8nkxkb6xz6ynscv19yz4x77")
    add_data(parser)
    parser.add_argument("--numbers", action="store_true", help="show the customer's whole number")
    parser.add_argument("--json", action="store_true", help="print the steps as JSON")


def run(named: argparse.Namespace) -> int:
    """Raises: SettingsError."""
    settings = Settings.load(named.data / "run" / "settings.json")
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
    lanes = f"{'':>11}  " + "".join(f"{lane:<{WIDTH}}" for lane in LANES)
    return [head, number, "", lanes.rstrip(), *(_line(step) for step in call["steps"])]


def _line(step: Mapping[str, Any]) -> str:
    source, target = LANES.index(step["from"]), LANES.index(step["to"])
    drawn = [" "] * (WIDTH * (len(LANES) - 1) + 1)
    for lane in range(len(LANES)):
        drawn[WIDTH * lane] = "|"
    first, last = sorted((WIDTH * source, WIDTH * target))
    drawn[first + 1 : last] = "-" * (last - first - 1)
    if source == target:
        drawn[first] = "*"
    else:
        drawn[last - 1 if target > source else first + 1] = ">" if target > source else "<"
    return f"{step['after_s']:>9.3f} s  {''.join(drawn)}  {step['text']}"
