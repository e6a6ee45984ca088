"""`crm conformance`: checks the REST connector against a faulty stand-in of a CRM, or a real CRM by reading alone."""

from __future__ import annotations

import argparse
import asyncio
import json
from pathlib import Path

from call24.crm.conformance.checks import Result
from call24.crm.conformance.kit import SHAPE, real, results
from call24.crm.model import RestShape

FAILED = 1
WRONG_USAGE = 2


def add_flags(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=["conformance"], help="check a connector, or a CRM")
    parser.add_argument("--url", help="address of a real CRM, which is only read (default: the faulty stand-in)")
    parser.add_argument("--token-file", type=Path, help="file with the CRM's bearer token")
    parser.add_argument("--shape-file", type=Path, help="JSON file with what the CRM names differently")


def run(named: argparse.Namespace) -> int:
    if named.url is None:
        found = asyncio.run(results())
    elif named.token_file is None:
        print("call24: give --token-file too")
        return WRONG_USAGE
    else:
        shape = SHAPE if named.shape_file is None else RestShape(**json.loads(named.shape_file.read_text()))
        found = asyncio.run(real(named.url, named.token_file.read_text().strip(), shape))
    for one in found:
        print(line(one))
    failed = sum(bool(one.why) for one in found)
    print(f"{len(found) - failed} of {len(found)} checks passed")
    return FAILED if failed else 0


def line(one: Result) -> str:
    return f"failed  {one.name}: {one.why}" if one.why else f"passed  {one.name}"
