"""`doctor`: checks a running installation; the checks themselves are standalone.doctor's."""

from __future__ import annotations

import argparse

from call24.cli.flags import add_data


def add_flags(parser: argparse.ArgumentParser) -> None:
    add_data(parser)
    parser.add_argument("--call", action="store_true", help="place a real test call and measure each step of it")
    parser.add_argument("--json", action="store_true", help="print the results as JSON")


def run(named: argparse.Namespace) -> int:
    from call24.doctor.run import run as examine

    return examine(named.data, call=named.call, as_json=named.json)
