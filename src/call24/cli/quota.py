"""`quota`: how many calls each organisation of the running installation has now and may have; sets the most of one."""

from __future__ import annotations

import argparse
import sys

from call24.cli.as_operator import ORGANISATIONS, ask
from call24.cli.flags import add_data
from call24.kit.package import COMMAND
from call24.kit.settings import Settings


def add_flags(parser: argparse.ArgumentParser) -> None:
    add_data(parser)
    parser.add_argument("organisation", nargs="?", help="the id (ten_...) of the organisation whose limit to set")
    parser.add_argument("calls", nargs="?", type=_limit, help="the number of concurrent calls, or `default`")


def _limit(text: str) -> int | str:
    if text == "default" or text.isdecimal():
        return text if text == "default" else int(text)
    raise argparse.ArgumentTypeError("must be a number of calls, or `default`")


def run(named: argparse.Namespace) -> int:
    settings = Settings.load(named.data / "run" / "settings.json")
    if named.organisation is not None and named.calls is None:
        print("call24: give the number of calls too, or `default`", file=sys.stderr)
        return 2
    if named.organisation is None:
        answer = ask(settings, "GET", ORGANISATIONS)
    else:
        wish = {"max_calls": None if named.calls == "default" else named.calls}
        answer = ask(settings, "PATCH", f"{ORGANISATIONS}/{named.organisation}", wish)
    if answer.status == 0:
        print(
            f"call24: Call24 is not running on this data folder: start it with {COMMAND} up and repeat the command",
            file=sys.stderr,
        )
        return 1
    if not answer.ok:
        print(f"call24: {answer.trouble}", file=sys.stderr)
        return 1
    for row in answer.body["items"] if named.organisation is None else [answer.body]:
        whose = "set by the operator" if row["max_calls"] is not None else "the default"
        print(f"{row['id']}  {row['calls']} of {row['limit']} calls ({whose}), {row['refused']} refused  {row['name']}")
    return 0
